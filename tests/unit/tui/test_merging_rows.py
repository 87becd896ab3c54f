"""What the screen of a merge shows and remembers, without the screen: pages, sides, choices."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.errors import UsageError
from stui_workspace.merge import Choice, Policy, Take, Written
from stui_workspace.runtime.settling import Settlement
from stui_workspace.runtime.settling.showing import HIDDEN
from stui_workspace.tui.merging.page import Mark, Page, coloured
from stui_workspace.tui.merging.places import lines_of, place_of, places_of
from stui_workspace.tui.merging.sides import base_rows, side_rows
from stui_workspace.tui.merging.sitting import Sitting, State
from stui_workspace.tui.merging.words import clipped
from support.merging_screen import BASE, NAME, OURS, REMARK, SOURCE, merged_with, sides_of

POLICY = Policy.published()
MARK = Mark("?", "warn")


def sitting() -> Sitting:
    return Sitting.begun(Settlement(sides_of(), POLICY))


class TestSitting:
    @pytest.mark.parametrize("seed", range(40))
    def test_any_way_to_choose_is_undone_step_by_step_and_is_what_the_merge_makes(
        self, seed: int
    ) -> None:
        random = Random(seed)  # noqa: S311 (seeded, to be the same each time)
        now, way = sitting(), []
        for _ in range(12):
            now = now.gone_to(random.randrange(len(now.conflicts)))
            choice: Choice = random.choice([*Take, Written("w1"), Written("w2")])
            try:
                after = now.decided(choice)
            except UsageError:
                continue
            if after.past is now:
                way.append((now, after))
            now = after
            assert now.settlement.text == merged_with(now.settlement.sides, now.settlement.choices)
        for before, after in reversed(way):
            assert after.undone() == before
        assert len(now.conflicts) == 3

    def test_each_state_has_its_choice(self) -> None:
        now = sitting().gone_to(1)
        found = {}
        for choice in (*Take, Written("x")):
            decided = now.decided(choice)
            found[choice] = decided.state(now.current)
        assert [*found.values()] == [
            State.OURS, State.THEIRS, State.BASE, State.BOTH, State.EDITED
        ]  # fmt: skip
        assert now.state(now.current) is State.OPEN

    def test_the_same_choice_again_is_no_step(self) -> None:
        once = sitting().decided(Take.OURS).gone_to(0)
        again = once.decided(Take.OURS)
        assert again.past is once.past
        assert again.current == once.conflicts[1]

    def test_a_choice_that_makes_no_sense_changes_nothing(self) -> None:
        now = sitting()
        assert not now.can_take(Take.BOTH)
        with pytest.raises(UsageError):
            now.decided(Take.BOTH)
        with pytest.raises(UsageError):
            now.decided(Written("[1"))

    def test_the_last_choice_stays_where_it_is(self) -> None:
        now = sitting()
        for _ in range(3):
            now = now.decided(Take.THEIRS)
        assert not now.open
        assert now.at == 2


class TestPlaces:
    def test_a_place_is_what_another_choice_would_change(self) -> None:
        settlement = sitting().settlement
        lines = lines_of(settlement.text)
        found = {path: place_of(settlement, path) for path in (NAME, REMARK, SOURCE)}
        shown = {
            path: [lines[at].strip() for at in place] for path, place in found.items() if place
        }
        assert shown == {
            NAME: ["name: mine"],
            REMARK: ["# ours to try"],
            SOURCE: ["two of ours"],
        }

    def test_both_are_one_place(self) -> None:
        settlement = sitting().settlement.take(REMARK, Take.BOTH)
        place = place_of(settlement, REMARK)
        assert place is not None
        assert [lines_of(settlement.text)[at].strip() for at in place] == [
            "# ours to try", "# theirs to try"
        ]  # fmt: skip

    def test_where_a_choice_left_nothing_the_place_is_empty(self) -> None:
        base = "a: 1\nb: {c: 1}\nd: 1\n"
        sides = sides_of(base, base.replace("b: {c: 1}\n", ""), base.replace("c: 1", "c: 2"))
        settlement = Settlement(sides, POLICY).take("/b", Take.OURS)
        assert settlement.text == b"a: 1\nd: 1\n"
        assert place_of(settlement, "/b") == range(1, 1)

    def test_several_places_come_in_order(self) -> None:
        settlement = sitting().settlement
        lines = lines_of(settlement.text)
        found = places_of(settlement, [SOURCE, NAME])
        assert [lines[at].strip() for place in found for at in place] == [
            "name: mine", "two of ours"
        ]  # fmt: skip


class TestPage:
    def test_each_line_has_its_number(self) -> None:
        rows = [row.text for row in Page.of(BASE.encode(), POLICY).rows(())]
        assert rows == [
            f"  {number:>2}  {line}" for number, line in enumerate(BASE.splitlines(), start=1)
        ]

    @pytest.mark.parametrize(
        "secret", ["hunter2", '"hunter2"', "|\n      hunter2\n      hunter2", "[hunter2, a]"]
    )
    def test_a_secret_is_not_on_it_and_the_numbers_stay(self, secret: str) -> None:
        text = f"a: 1\nconnections:\n  db:\n    password: {secret}\n    kind: x\nz: 1\n"
        page = Page.of(text.encode(), POLICY)
        rows = [row.text for row in page.rows(())]
        assert [row for row in rows if "hunter" in row] == []
        assert any(HIDDEN in row for row in rows)
        numbered = {line: number for number, line in page.lines}
        wanted = text.splitlines()
        assert numbered["    kind: x"] == wanted.index("    kind: x")
        assert numbered["z: 1"] == wanted.index("z: 1")

    def test_secrets_in_a_row_have_their_own_numbers(self) -> None:
        page = Page.of(b"a: 1\npassword: x\ntoken: y\nsecret: z\nb: 1\n", POLICY)
        assert [number for number, _ in page.lines] == [0, 1, 2, 3, 4]

    def test_what_cannot_be_read_shows_no_secret_either(self) -> None:
        page = Page.of(b"a: [\npassword: hunter2\n", POLICY)
        assert [line for _, line in page.lines] == [HIDDEN]

    def test_marks(self) -> None:
        page = Page.of(b"a: 1\nb: 2\nc: 3\n", POLICY)
        rows = [row.text for row in page.rows([(range(1, 2), MARK), (range(2, 2), MARK)])]
        assert rows == ["  1  a: 1", "? 2  b: 2", "?    (nothing)", "  3  c: 3"]

    def test_a_mark_after_the_last_line(self) -> None:
        rows = [row.text for row in Page.of(b"a: 1\n", POLICY).rows([(range(1, 1), MARK)])]
        assert rows == ["  1  a: 1", "?    (nothing)"]

    def test_of_a_long_one_what_is_near(self) -> None:
        page = Page.of(b"".join(b"k%d: 1\n" % number for number in range(1000)), POLICY)
        near = page.around(range(500, 502))
        assert len(near.lines) < 200
        assert near.lines[near.row_of(range(500, 502))] == (500, "k500: 1")

    @pytest.mark.parametrize(
        "content",
        [b"", b"\n", b"\xff\xfe", b"a: 1\r\nb: 2\r\n", b"\xef\xbb\xbfa: 1\n", b"a: \x1b[31m\n"],
        ids=["nothing", "a line", "no text", "crlf", "bom", "control"],
    )
    def test_anything_can_be_shown(self, content: bytes) -> None:
        text = "\n".join(row.text for row in Page.of(content, POLICY).rows(()))
        assert not set(text) & {"\r", "\x1b", "\ufeff"}

    @given(st.text(alphabet="ab:-#'\" \t{}[]|", max_size=40))
    def test_colours_change_no_text(self, line: str) -> None:
        assert "".join(text for text, _ in coloured(line)) == line

    def test_the_parts_of_a_line(self) -> None:
        assert list(coloured("  - key: 'a # b'  # why")) == [
            ("  - ", "faint"),
            ("key:", "accent"),
            (" 'a # b'", "text"),
            ("  # why", "muted"),
        ]


class TestSides:
    def test_what_changed_stands_beside_a_bar(self) -> None:
        rows = [row.text for row in side_rows("a\nB\nc\nd", "a\nb\nc", "accent")]
        assert rows == ["  a", "▎ B", "  c", "▎ d"]

    def test_of_a_line_that_changed_the_new_words_are_strong(self) -> None:
        (row,) = side_rows("mean([1, 2, 3])", "mean([1, 2])", "accent")
        assert [text for text, style in row.pieces if style == "strong"] == [", 3"]

    def test_nothing_is_said_in_words(self) -> None:
        assert [row.text for row in side_rows(None, "a", "accent")] == ["  (nothing)"]
        assert [row.text for row in base_rows(None)] == ["  (nothing)"]

    def test_a_secret_is_said_in_words(self) -> None:
        (row,) = side_rows(HIDDEN, HIDDEN, "accent")
        assert row.text == f"⊘ {HIDDEN}"

    @given(st.text(max_size=60), st.none() | st.text(max_size=60))
    def test_no_line_is_lost_and_nothing_is_obeyed(self, text: str, base: str | None) -> None:
        rows = list(side_rows(text, base, "accent"))
        assert "\x1b" not in "".join(row.text for row in rows)
        if text.isalnum():
            assert [row.text[2:] for row in rows] == [text]


@pytest.mark.parametrize(
    ("path", "width", "shown"),
    [("/a/b", 4, "/a/b"), ("/a/long/path", 5, "…path"), ("/日本語", 4, "…語")],
)
def test_of_a_long_path_the_end_is_shown(path: str, width: int, shown: str) -> None:
    assert clipped(path, width) == shown


def test_the_example_is_about_three_things() -> None:
    assert [str(one.path) for one in sitting().conflicts] == [NAME, REMARK, SOURCE]
    assert OURS != BASE
