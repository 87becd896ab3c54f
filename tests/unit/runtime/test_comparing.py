"""What is told of two states of a session: by item, then by line, key, panel or evaluation."""

from __future__ import annotations

from typing import ClassVar

import pytest

from stui_workspace.model.session import Items
from stui_workspace.model.values import Plain
from stui_workspace.runtime.taking_back import ItemDifference, Kind, compare, strip_of
from stui_workspace.runtime.taking_back.showing import HIDDEN, shown_by
from stui_workspace.runtime.taking_back.texts import text_lines
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.storage.sessions.items import ItemProblem

TOKEN = "ghp_" + "a1B2" * 9


def only(before: Plain, after: Plain, item: str = "buffer/a") -> ItemDifference:
    (found,) = compare({item: before}, {item: after}).differences
    return found


def told(found: ItemDifference) -> list[str]:
    return [line.sign + line.text for line in found.lines]


class TestItems:
    def test_came_went_and_changed_in_the_order_of_people(self) -> None:
        before: Items = {"buffer/b": {"text": "x"}, "layout": {"focus": "a"}, "meta": {"opens": 1}}
        after: Items = {"buffer/a": {"text": "x"}, "layout": {"focus": "b"}, "meta": {"opens": 2}}
        found = compare(before, after).differences
        assert [(one.item, one.kind) for one in found] == [
            ("layout", Kind.CHANGED),
            ("buffer/a", Kind.ADDED),
            ("buffer/b", Kind.REMOVED),
        ]

    def test_what_is_damaged_is_a_problem_and_no_difference(self) -> None:
        problem = ItemProblem("buffer/a", "its stored value is damaged")
        found = compare({}, {"buffer/a": {"text": "x"}}, problems=(problem,))
        assert (found.differences, found.problems) == ((), (problem,))

    def test_what_is_counted_of_a_connection_is_no_difference(self) -> None:
        before: Items = {"connection/py": {"wanted": True, "evaluations": 1, "last_error": "x"}}
        after: Items = {"connection/py": {"wanted": True, "evaluations": 9, "incarnation": "b"}}
        assert compare(before, after).differences == ()
        assert compare({}, {"connection/py": {"evaluations": 9}}).differences == ()

    def test_values_that_no_stui_wrote_are_told_all_the_same(self) -> None:
        odd: list[Plain] = [1, "x", [1, [2]], {"text": 5}, {"tree": []}, {"active": 3}]
        for item in ("buffer/a", "connection/a", "layout", "transcript", "outbox", "news"):
            for value in odd:
                assert compare({item: value}, {}).items in ((item,), ())
                assert compare({item: {"text": "x"}}, {item: value}).items in ((item,), ())


class TestTexts:
    def test_lines_with_what_is_around_them(self) -> None:
        before = "".join(f"{n}\n" for n in range(20))
        after = before.replace("\n10\n", "\nten\n").replace("\n19\n", "\n")
        count, lines = text_lines(before, after)
        assert (count.added, count.removed) == (1, 2)
        assert [line.sign + line.text for line in lines] == [
            "@line 9", " 8", " 9", "-10", "+ten", " 11", " 12",
            "@line 18", " 17", " 18", "-19",
        ]  # fmt: skip

    def test_a_line_end_that_came(self) -> None:
        _, lines = text_lines("a", "a\n")
        assert [line.sign + line.text for line in lines] == ["@line 1", "-a (no line end)", "+a"]

    def test_the_same_has_no_lines(self) -> None:
        assert text_lines("a\nb\n", "a\nb\n") == ((0, 0), ())

    def test_a_pad_against_the_text_of_the_file(self) -> None:
        after: Items = {"buffer/a": {"text": "1\n2\n", "base": "r"}}
        found = compare({"buffer/a": {"cursor": [0, 0]}}, after, sources={"a": "1\n"})
        (one,) = found.differences
        assert told(one)[:4] == ["~text: the file's text -> unsaved text", "@line 1", " 1", "+2"]
        assert one.summary == "1 line added"

    def test_a_pad_that_is_not_known_in_the_file(self) -> None:
        found = only({"cursor": [1, 0]}, {"text": "1\n", "cursor": [1, 0]})
        assert "not compared" in told(found)[0]

    def test_cursors_count_from_one_and_alone_are_little(self) -> None:
        found = only({"text": "x", "cursor": [3, 0]}, {"text": "x"})
        assert (found.summary, told(found)) == ("cursor", ["~cursor: 4:1 -> 1:1"])
        assert (found.gist, found.more) == ("cursor: 4:1 -> 1:1", ())

    def test_a_title_is_more_than_a_cursor(self) -> None:
        found = only({"text": "x"}, {"text": "x", "title": "Mine", "cursor": [1, 1]})
        assert found.summary == "title"
        assert told(found) == ["~title: none -> Mine", "~cursor: 1:1 -> 2:2"]


class TestLayout:
    WORK: ClassVar[Plain] = {"row": [{"panel": "a", "size": 1}, {"panel": "results", "size": 1}]}

    def layout(self, before: Plain, after: Plain) -> list[str]:
        return told(only({"tree": before}, {"tree": after}, "layout"))

    def test_a_panel_that_came_and_one_that_went(self) -> None:
        other: Plain = {"row": [{"panel": "a"}, {"panel": "history"}]}
        assert self.layout(self.WORK, other) == [
            "-results: a place of its own, 50% wide, 100% high",
            "+history: a place of its own, 50% wide, 100% high",
        ]

    def test_another_size(self) -> None:
        other: Plain = {"row": [{"panel": "a", "size": 3}, {"panel": "results", "size": 1}]}
        assert self.layout(self.WORK, other) == [
            "~a: 50% wide, 100% high -> 75% wide, 100% high",
            "~results: 50% wide, 100% high -> 25% wide, 100% high",
        ]

    def test_moved_to_the_other_side(self) -> None:
        other: Plain = {"row": [{"panel": "results"}, {"panel": "a"}]}
        assert [line[0] for line in self.layout(self.WORK, other)] == [">", ">"]

    def test_made_a_tab(self) -> None:
        found = self.layout(self.WORK, {"tabs": ["a", "results"]})
        assert found[0] == (
            ">a: a place of its own, 50% wide, 100% high"
            " -> a tab with results, 100% wide, 100% high"
        )

    def test_the_file_s_own_again(self) -> None:
        found = only({"tree": self.WORK}, {"focus": "a"}, "layout")
        assert told(found) == [
            "~arrangement: arranged here -> as in the file",
            "~keyboard in: none -> a",
        ]

    def test_the_narrow_form(self) -> None:
        narrow: Plain = {"row": [{"panel": "a"}, {"panel": "results"}], "narrow": {"panel": "a"}}
        assert self.layout(self.WORK, narrow) == ["~the form for narrow terminals is another"]

    def test_tabs_on_top(self) -> None:
        found = only({"active": {"a|b": "a"}}, {"active": {"a|b": "b"}}, "layout")
        assert told(found) == ["~on top of a, b: a -> b"]


class TestTheRest:
    def test_preferences_by_key(self) -> None:
        found = only({"theme": "nord", "wrap": True}, {"theme": "dark", "zoom": 2}, "preferences")
        assert told(found) == ["~theme: nord -> dark", "-wrap: yes", "+zoom: 2"]
        assert found.summary == "theme, wrap, zoom"

    def test_connections_in_words_and_by_path(self) -> None:
        before: Plain = {"wanted": True, "spec": {"kind": "socket", "url": "tcp://a:1"}}
        after: Plain = {"spec": {"kind": "socket", "url": "tcp://b:1"}}
        assert told(only(before, after, "connection/far")) == [
            "-connects by itself: yes",
            "~reaches.url: tcp://a:1 -> tcp://b:1",
        ]

    def test_evaluations_as_counts_and_entries(self) -> None:
        one: dict[str, Plain] = {
            "number": 1,
            "connection": "py",
            "code": "1",
            "outcome": "ok",
            "request": "r1",
        }
        two: dict[str, Plain] = {
            **one,
            "number": 2,
            "code": "a\nb",
            "outcome": "error",
            "request": "r2",
        }
        found = only([one], [{**one, "outcome": "lost"}, two], "transcript")
        assert found.summary == "1 added, 1 changed"
        assert told(found) == ["~#1 py lost: 1", "+#2 py error: a …"]

    def test_what_waits(self) -> None:
        one: dict[str, Plain] = {
            "id": "w1",
            "connection": "away",
            "code": "x",
            "at": 1.0,
            "incarnation": "life",
        }
        assert compare({"outbox": [one]}, {"outbox": [{**one, "incarnation": None}]}).items == ()
        assert told(only([one], [{**one, "id": "w2"}], "outbox")) == ["-away x", "+away x"]


class TestSecrets:
    def test_they_are_not_shown_and_still_differ(self) -> None:
        redactor = Redactor()
        clean = shown_by(redactor)
        before, after = ({"buffer/a": {"text": f"x = '{TOKEN}{n}'\nrest"}} for n in "12")
        (found,) = compare(before, after, clean=clean).differences
        assert "not shown" in found.summary
        (found,) = compare({}, after, clean=clean).differences
        assert TOKEN not in str(found)
        assert HIDDEN in str(found)

    @pytest.mark.parametrize("key", ["password", "api_key"])
    def test_by_the_name_of_the_key(self, key: str) -> None:
        after: Items = {"connection/a": {"spec": {"kind": "x", "env": {key: "correct horse"}}}}
        (found,) = compare({}, after, clean=shown_by(Redactor())).differences
        assert "correct horse" not in str(found)


class TestStrip:
    def test_recent_time_has_more_room(self) -> None:
        strip = strip_of([0.0, 86400.0 - 60, 86400.0], 86400.0, 40)
        assert (strip.text[0], strip.text[-1]) == (".", ".")
        assert 20 < strip.cell_of(60.0) < 39
        assert strip.scale.startswith("1 d")
        assert strip.scale.endswith("now")

    @pytest.mark.parametrize("times", [[], [5.0], [1e300, -1e300], [float(n) for n in range(500)]])
    @pytest.mark.parametrize("width", [1, 5, 80])
    def test_it_has_its_width_whatever_the_times(self, times: list[float], width: int) -> None:
        strip = strip_of(times, 1000.0, width)
        assert len(strip.text) == width
        assert len(strip.scale) <= width
        assert sum(strip.counts) == len(times)

    def test_many_are_more_than_few(self) -> None:
        strip = strip_of([0.0, *([1000.0] * 100), 900.0, 900.0], 1000.0, 20)
        assert strip.levels[0] == 1
        assert strip.levels[-1] == 4
        assert set(strip.text) <= set(" .:+#")
