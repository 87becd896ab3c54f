"""The screen that settles a merge: each key does what the table says, and nothing is lost."""

from __future__ import annotations

import errno
import re
from typing import Final

import pytest
from textual._xterm_parser import XTermParser

from stui_workspace.merge import Choice, Take, Written
from stui_workspace.model.printable import printable
from stui_workspace.tui.keys import FOOTER_MERGING, MERGING
from stui_workspace.tui.merging.cards import Sure, WholeResult, Writing
from stui_workspace.tui.merging.frames import Conflicts, Leaf
from stui_workspace.tui.merging.words import MARKS
from stui_workspace.tui.themes import DARK, LIGHT
from support.merging_screen import (
    BASE,
    FILE,
    MARKED,
    NAME,
    OURS,
    REMARK,
    SOURCE,
    THEIRS,
    Desk,
    merged_with,
    opened,
    sides_of,
)

SMALL, LARGE = (80, 24), (200, 50)


async def test_it_says_what_is_asked_about() -> None:
    async with opened() as desk:
        text = desk.text
        assert NAME in text
        assert "conflict 1 of 3" in text
        assert "both sides changed the value" in text
        assert ".stui-workspace.yaml · 3 open" in text
        assert [word in text for word in ("mine", "orders", "yours")] == [True] * 3
        assert "ours · HEAD" in text
        assert "theirs · feature" in text


async def test_without_labels_the_sides_have_their_own_names() -> None:
    async with opened(merged=None) as desk:
        assert [str(desk.screen._leaf(side)._border_title) for side in ("ours", "theirs")] == [
            "ours",
            "theirs",
        ]


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x50"])
async def test_all_parts_are_in_view(size: tuple[int, int]) -> None:
    async with opened(size=size) as desk:
        lines = desk.text.split("\n")
        assert len(lines) == size[1]
        for path in (NAME, REMARK, SOURCE):
            assert any("? open" in line and path in line for line in lines)
        assert any("name: mine" in line and "? " in line for line in lines), "the result"
        assert "o ours  t theirs  e edit" in lines[-1]
        assert desk.screen._leaf("result").size.height >= 4


@pytest.mark.parametrize(
    ("key", "choice"), [("o", Take.OURS), ("t", Take.THEIRS), ("a", Take.BASE)]
)
async def test_a_side_is_one_key(key: str, choice: Choice) -> None:
    async with opened() as desk:
        await desk.press(key)
        assert desk.choices == {NAME: choice}
        assert desk.path == REMARK
        await desk.press("p")
        assert f"✓ took {choice}" in desk.text
        assert "✓ taken" in desk.text
        assert desk.screen._leaf(str(choice)).has_class("-taken")


async def test_both_is_one_key_where_it_makes_sense() -> None:
    async with opened() as desk:
        assert "b both" not in desk.text
        await desk.press("b")
        assert desk.choices == {}
        assert "cannot have both" in desk.toasts
        await desk.press("n")
        assert "b both" in desk.text
        await desk.press("b")
        assert desk.choices == {REMARK: Take.BOTH}
        await desk.press("p")
        assert "✓ taken first" in desk.text
        assert "✓ taken second" in desk.text
        lines = desk.text.split("\n")
        assert [any("✓" in row and one in row for row in lines) for one in ("# ours", "# theirs")]


async def test_a_choice_can_be_exchanged() -> None:
    async with opened() as desk:
        await desk.press("o", "p", "t")
        assert desk.choices == {NAME: Take.THEIRS}
        assert desk.screen.sitting.settlement.text == merged_with(desk.sides, {NAME: Take.THEIRS})


async def test_moving_and_skipping() -> None:
    async with opened() as desk:
        seen = []
        for key in ("n", "n", "n", "p", "up", "down", "s", "s"):
            await desk.press(key)
            seen.append(desk.path)
        assert seen == [REMARK, SOURCE, SOURCE, REMARK, NAME, REMARK, SOURCE, NAME]
        await desk.press("o", "p", "s")
        assert desk.path == REMARK
        assert desk.choices == {NAME: Take.OURS}


async def test_undo_is_exact() -> None:
    async with opened() as desk:
        sittings = []
        for keys in (["t"], ["n", "b"], ["p", "o"], ["p", "a"], ["n", "t"]):
            await desk.press(*keys[:-1])
            sittings.append(desk.screen.sitting)
            await desk.press(keys[-1])
        for before in reversed(sittings):
            await desk.press("u")
            now = desk.screen.sitting
            assert (now.settlement, now.at) == (before.settlement, before.at)
            assert list(now.states()) == list(before.states())
        assert desk.choices == {}
        await desk.press("u")
        assert desk.choices == {}


class TestWriting:
    @pytest.mark.parametrize(
        ("keys", "choices"),
        [
            (["o", "o", "o"], {NAME: Take.OURS, REMARK: Take.OURS, SOURCE: Take.OURS}),
            (["t", "b", "b"], {NAME: Take.THEIRS, REMARK: Take.BOTH, SOURCE: Take.BOTH}),
            (["a", "t", "a"], {NAME: Take.BASE, REMARK: Take.THEIRS, SOURCE: Take.BASE}),
        ],
        ids=str,
    )
    async def test_it_is_what_the_merge_makes_of_the_choices(
        self, keys: list[str], choices: dict[str, Choice]
    ) -> None:
        async with opened() as desk:
            await desk.press(*keys)
            assert "✓ nothing open" in desk.text
            await desk.press("w")
            assert desk.app.return_value == 0
            assert desk.written.encode() == merged_with(desk.sides, choices)
            assert "title: Pad" in desk.written

    async def test_with_open_ones_it_asks_and_writes_markers(self) -> None:
        async with opened() as desk:
            await desk.press("t", "w")
            assert "2 conflicts are still open" in desk.text
            await desk.press("y")
            assert desk.app.return_value == 1
            assert "name: yours" in desk.written
            assert desk.written.count("<<<<<<< HEAD (/buffers") == 1
            assert ">>>>>>> feature" in desk.written

    @pytest.mark.parametrize("no", ["n", "escape"])
    async def test_no_is_no(self, no: str) -> None:
        async with opened() as desk:
            await desk.press("t", "w", no)
            assert not desk.is_over
            assert desk.written == MARKED
            assert desk.choices == {NAME: Take.THEIRS}

    async def test_a_file_that_changed_is_written_over_only_after_asking(self) -> None:
        async with opened() as desk:
            desk.disk.files[FILE] = b"name: by somebody else\n"
            await desk.press("t", "t", "t", "w")
            assert isinstance(desk.app.screen, Sure)
            await desk.press("n")
            assert desk.written == "name: by somebody else\n"
            await desk.press("w", "y")
            assert desk.app.return_value == 0
            assert "name: yours" in desk.written

    async def test_a_file_that_is_not_there_is_made(self) -> None:
        async with opened(merged=None) as desk:
            await desk.press("t", "t", "t", "w")
            assert desk.app.return_value == 0
            assert "name: yours" in desk.written

    async def test_a_disk_that_refuses_is_told_and_nothing_is_lost(self) -> None:
        async with opened() as desk:
            desk.disk.fails_at, desk.disk.error = 1, errno.ENOSPC
            await desk.press("t", "t", "t", "w")
            assert not desk.is_over
            assert "/.stui-workspace.yaml" in desk.toasts
            assert desk.written == MARKED
            await desk.press("w")
            assert desk.app.return_value == 0


class TestLeaving:
    @pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
    async def test_without_a_choice_it_leaves_at_once(self, key: str) -> None:
        async with opened() as desk:
            await desk.press(key)
            assert desk.app.return_value == 1
            assert desk.written == MARKED

    @pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
    async def test_with_a_choice_it_asks(self, key: str) -> None:
        async with opened() as desk:
            await desk.press("t", key)
            assert "Your 1 choice is lost" in desk.text
            await desk.press("n")
            assert not desk.is_over
            await desk.press(key, "y")
            assert desk.app.return_value == 1
            assert desk.written == MARKED

    async def test_a_choice_taken_back_needs_no_question(self) -> None:
        async with opened() as desk:
            await desk.press("t", "u", "q")
            assert desk.app.return_value == 1

    @pytest.mark.parametrize("key", ["e", "r", "f1", "w"])
    async def test_from_a_card_as_well(self, key: str) -> None:
        async with opened() as desk:
            await desk.press(key, "ctrl+q")
            assert desk.app.return_value == 1


async def typed(desk: Desk, text: str) -> None:
    """Replace what stands in the card, and take it."""
    assert isinstance(desk.app.screen, Writing)
    area = desk.app.screen.query_one("ValueArea")
    area.load_text(text)  # type: ignore[attr-defined]
    await desk.press("ctrl+s")


class TestOwnWords:
    async def test_a_value(self) -> None:
        async with opened() as desk:
            await desk.press("e")
            await desk.press("end", *"-2", "ctrl+s")
            assert desk.choices == {NAME: Written("mine-2")}
            assert desk.path == REMARK
            await desk.press("p")
            assert "✎ edited" in desk.text
            assert "name: mine-2" in desk.text

    async def test_a_comment(self) -> None:
        async with opened() as desk:
            await desk.press("n", "e")
            await typed(desk, "for both")
            assert desk.choices == {REMARK: Written("# for both")}
            assert b"  # for both\n  scratch:" in desk.screen.sitting.settlement.text

    async def test_a_text_of_lines_begins_as_it_can_be_read(self) -> None:
        async with opened() as desk:
            await desk.press("n", "n", "e")
            screen = desk.app.screen
            assert isinstance(screen, Writing)
            assert screen._text == "|\n  one\n  two of ours"
            await typed(desk, "|\n  one\n  two of both")
            assert b"      two of both\n" in desk.screen.sitting.settlement.text

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("[1, 2", "not YAML"),
            ("  ", "write a value"),
            ("{a: b}", "text"),
        ],
        ids=["broken", "empty", "of a type that does not fit"],
    )
    async def test_what_does_not_fit_is_refused_and_can_be_mended(
        self, text: str, why: str
    ) -> None:
        async with opened() as desk:
            await desk.press("e")
            await typed(desk, text)
            assert desk.choices == {}
            assert isinstance(desk.app.screen, Writing)
            assert why in desk.text
            await typed(desk, "good")
            assert desk.choices == {NAME: Written("good")}

    async def test_escape_leaves_it_open(self) -> None:
        async with opened() as desk:
            await desk.press("e", "x", "escape")
            assert desk.choices == {}
            assert desk.path == NAME

    async def test_it_goes_on_from_what_was_chosen(self) -> None:
        async with opened() as desk:
            for keys, begins in (("t", "yours"), ("o", "mine")):
                await desk.press(keys, "p", "e")
                assert isinstance(desk.app.screen, Writing)
                assert desk.app.screen._text == begins
                await desk.press("escape")

    async def test_what_was_written_is_undone_as_well(self) -> None:
        async with opened() as desk:
            before = desk.screen.sitting
            await desk.press("e")
            await typed(desk, "other")
            await desk.press("u")
            assert desk.screen.sitting == before


@pytest.mark.parametrize("key", ["r", "tab"])
async def test_the_whole_result_is_shown_with_its_places(key: str) -> None:
    async with opened(size=LARGE) as desk:
        await desk.press("t", key)
        assert isinstance(desk.app.screen, WholeResult)
        lines = desk.app.screen.plain.split("\n")
        assert next(line for line in lines if "name:" in line).split() == [
            "✓", "3", "name:", "yours"
        ]  # fmt: skip
        assert next(line for line in lines if "# ours to try" in line).startswith("? ")
        assert "# who we are" in lines[0]
        await desk.press(key)
        assert not isinstance(desk.app.screen, WholeResult)


async def test_the_sides_scroll_together() -> None:
    text = "".join(f"      {number}\n" for number in range(60))
    base = BASE.replace("      one\n      two\n", text)
    sides = sides_of(
        base, base.replace("      59", "      60"), base.replace("      59", "      61")
    )
    async with opened(sides) as desk:
        leaves = [desk.screen._leaf(side) for side in ("ours", "base", "theirs")]
        await desk.press("pagedown", "pagedown")
        down = {leaf.scroll_y for leaf in leaves}
        assert len(down) == 1
        assert down.pop() > 0
        await desk.press("pageup", "pageup")
        assert {leaf.scroll_y for leaf in leaves} == {0}


async def test_the_result_is_shown_around_the_place() -> None:
    base = "x-list:\n" + "".join(f"  k{number}: 0\n" for number in range(300))
    sides = sides_of(base, base.replace("k200: 0", "k200: 1"), base.replace("k200: 0", "k200: 2"))
    for size in (SMALL, LARGE):
        async with opened(sides, size=size) as desk:
            assert "k199: 0" in desk.text
            assert any("? 202" in line and "k200: 1" in line for line in desk.text.split("\n"))


async def test_lines_that_are_wrapped_do_not_hide_the_place() -> None:
    long = "".join(f"  # {'word ' * 40}\n  k{number}: 0\n" for number in range(30))
    base = f"x-list:\n{long}  last: 0\n"
    sides = sides_of(base, base.replace("last: 0", "last: 1"), base.replace("last: 0", "last: 2"))
    async with opened(sides) as desk:
        assert "last: 1" in desk.text


async def test_the_whole_result_opens_at_the_place() -> None:
    base = "x-list:\n" + "".join(f"  k{number}: 0\n" for number in range(300))
    sides = sides_of(base, base.replace("k200: 0", "k200: 1"), base.replace("k200: 0", "k200: 2"))
    async with opened(sides) as desk:
        await desk.press("r")
        assert any("? 202" in line for line in desk.text.split("\n"))
        await desk.press("home")
        assert "x-list:" in desk.text


class TestSecrets:
    SIDES: Final = [
        BASE + f"connections:\n  db:\n    kind: x\n    password: {one}\n"
        for one in ("hunter-base", "hunter-ours", "hunter-theirs")
    ]
    PATH = "/connections/db"

    async def test_they_are_not_shown_and_can_be_taken(self) -> None:
        async with opened(sides_of(*self.SIDES), size=LARGE) as desk:
            assert desk.path.startswith(self.PATH)
            seen = [desk.text]
            await desk.press("r")
            seen.append(desk.text)
            await desk.press("escape", "e")
            seen.append(desk.text)
            assert isinstance(desk.app.screen, Writing)
            assert desk.app.screen._text == ""
            await desk.press("escape", "t", "r")
            seen.append(desk.text)
            assert [text for text in seen if "hunter" in text] == []
            assert "not shown: it may hold a secret" in seen[0]
            await desk.press("escape", "w")
            assert desk.app.return_value == 0
            assert "password: hunter-theirs\n" in desk.written


class TestHostileText:
    HOSTILE = "[red]x[/] \\e]0;title\\a \u202e"

    async def test_it_is_shown_as_it_stands(self) -> None:
        base = 'stui: 1\nname: a\nvars: {"[b]k\\e": a}\n'
        ours = base.replace("name: a", f'name: "{self.HOSTILE}"').replace(": a}", ": b}")
        theirs = base.replace("name: a", "name: b\x1b[31m").replace(": a}", ": c}")
        merged = "<<<<<<< [red]HEAD\x1b[31m\nname: a\n=======\nname: b\n>>>>>>> \u202efeature\n"
        sides = sides_of(base, ours, theirs.replace("\x1b[31m", "[31m"))
        async with opened(sides, size=LARGE, merged=merged) as desk:
            for keys in ([], ["e"], ["escape", "n"], ["r"], ["escape", "w"]):
                await desk.press(*keys)
                assert printable(desk.text) == desk.text
                assert "[red]" in desk.text
                assert not re.search("[\U00100000-\U0010ffff]", desk.text)

    async def test_a_side_that_is_no_yaml(self) -> None:
        sides = sides_of(BASE, "a: [\x1b[31m\n", THEIRS)
        async with opened(sides, size=LARGE) as desk:
            assert desk.path == "/"
            assert printable(desk.text) == desk.text
            await desk.press("t", "w")
            assert desk.written == THEIRS
            assert desk.app.return_value == 0


async def test_a_click_in_the_list_goes_there() -> None:
    async with opened() as desk:
        await desk.pilot.click(Conflicts, offset=(6, 3))
        await desk.settle()
        assert desk.path == SOURCE


async def test_a_click_on_a_key_presses_it() -> None:
    async with opened() as desk:
        await desk.pilot.click("Keys", offset=(18, 0))
        await desk.settle()
        assert desk.choices == {NAME: Take.THEIRS}


async def test_the_theme_is_toggled_and_all_is_painted_anew() -> None:
    async with opened() as desk:
        assert desk.app.theme == DARK
        await desk.press("f12")
        assert desk.app.theme == LIGHT
        assert NAME in desk.text


@pytest.mark.parametrize("size", [(40, 12), (60, 16), (116, 24), (300, 20)], ids=str)
async def test_odd_sizes_do_no_harm(size: tuple[int, int]) -> None:
    async with opened(size=size) as desk:
        assert NAME in desk.text
        await desk.press("t", "t", "t", "w")
        assert desk.app.return_value == 0


async def test_it_can_be_resized() -> None:
    async with opened() as desk:
        for size in (LARGE, SMALL):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            assert desk.screen.has_class("-wide") is (size == LARGE)
            assert "? open" in desk.text
            assert desk.screen.query_one("#result", Leaf).size.width > 30


class TestTable:
    async def test_each_action_is_done_by_somebody_and_nothing_else_is(self) -> None:
        async with opened() as desk:
            assert set(desk.screen.doers) == {one.name for one in MERGING}

    def test_names_and_keys_are_there_once(self) -> None:
        keys = [key for one in MERGING for key in one.keys]
        assert len({one.name for one in MERGING}) == len(MERGING)
        assert len(set(keys)) == len(keys)

    def test_a_plain_terminal_can_send_the_letters(self) -> None:
        parser = XTermParser()
        letters = [key for one in MERGING for key in one.keys if len(key) == 1]
        assert [getattr(event, "key", "") for event in parser.feed("".join(letters))] == letters

    def test_the_footer_names_what_has_a_word(self) -> None:
        assert {one.name for one in MERGING if one.word} == set(FOOTER_MERGING)

    def test_no_two_states_differ_by_colour_alone(self) -> None:
        assert len(set(MARKS)) == len(MARKS)
        assert MARKS[next(iter(MARKS))].sign not in {mark.sign for mark in list(MARKS.values())[1:]}

    async def test_the_help_has_every_action(self) -> None:
        async with opened(size=LARGE) as desk:
            await desk.press("?")
            assert [one.title for one in MERGING if one.title not in desk.text] == []


def test_the_example_is_about_three_things() -> None:
    """Guards the tests here: the merge has other changes as well, which nobody is asked about."""
    assert OURS != BASE != THEIRS
    assert b"title: Pad" in merged_with(sides_of(), {})
