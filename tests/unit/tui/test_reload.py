"""An outside edit of the file: shown at once, and what is unsaved stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from doubles.fake_session import ROOT, FakeSession
from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Span
from stui_workspace.model.workspace import BufferSpec, ConnectionSpec, Preferences
from stui_workspace.runtime.events import Change, ChangeKind, Gone, Invalid, Reloaded
from stui_workspace.tui.labels import reload_words
from stui_workspace.tui.screens.pages import ProblemsScreen
from support.workbench import Bench, opened, workspace

TEXT = "stui: 1\nlayuot: {}  # [red]\nname: 3\n"
PROBLEMS = FileProblems(
    ROOT / ".stui-workspace.yaml",
    TEXT,
    (
        Diagnostic("S104", "unknown key `layuot`", Span(8, 14), hint="did you mean `layout`?"),
        Diagnostic("S101", "expected text", Span(34, 35), conceal=True),
    ),
)


def changed(*paths: tuple[str, ...]) -> Reloaded:
    return Reloaded(tuple(Change(path, ChangeKind.CHANGED) for path in paths))


async def reload(bench: Bench, *paths: tuple[str, ...], **changes: Any) -> None:
    bench.session.workspace = replace(bench.session.workspace, **changes)
    bench.session.tell(changed(*paths))
    await bench.settle()


async def test_a_text_is_followed_and_the_cursor_stays_beside_what_it_was_beside() -> None:
    async with opened() as bench:
        await bench.press("down", "down")
        spec = replace(bench.session.workspace.buffers["scratch"], source="zero\none\ntwo\nthree\n")
        buffers = {**bench.session.workspace.buffers, "scratch": spec}
        await reload(bench, ("buffers", "scratch", "source"), buffers=buffers)
        assert bench.editor.source == "zero\none\ntwo\nthree\n"
        assert bench.editor.cursor_location == (3, 0)
        assert "reloaded: buffers.scratch.source" in bench.toasts


async def test_unsaved_text_and_cursor_stay() -> None:
    async with opened() as bench:
        await bench.press("down", "x")
        spec = replace(bench.session.workspace.buffers["scratch"], source="theirs\n")
        buffers = {**bench.session.workspace.buffers, "scratch": spec}
        await reload(bench, ("buffers", "scratch", "source"), buffers=buffers)
        assert bench.editor.source == "one\nxtwo\nthree\n"
        assert bench.editor.cursor_location == (1, 1)


async def test_the_layout_is_followed() -> None:
    async with opened() as bench:
        layout = {"work": {"column": [{"panel": "results"}, {"panel": "scratch"}]}}
        await reload(bench, ("layout", "work"), layout=layout)
        assert bench.screen.board.shown() == ("results", "scratch")
        assert bench.screen.current == "scratch"
        await bench.press("k")
        assert bench.editor.line(0) == "kone", "and the keyboard is where it was"


async def test_a_pad_that_is_no_more_goes_and_a_new_one_comes() -> None:
    async with opened() as bench:
        buffers = {"other": BufferSpec("other", "Other", source="hello\n")}
        layout = {"work": {"row": ["other", "results"]}}
        await reload(bench, ("buffers",), buffers=buffers, layout=layout)
        assert "hello" in bench.text
        assert "scratch" not in bench.screen.board.panes
        assert bench.screen.current == "other"


async def test_connections_snippets_and_theme_are_followed() -> None:
    async with opened() as bench:
        bench.session.links["new"] = replace(
            bench.session.links["py"], name="new", spec=ConnectionSpec("new", "python", title="New")
        )
        await reload(bench, ("connections",), preferences=Preferences(theme="stui-light"))
        assert "○ New" in bench.text
        assert bench.app.theme == "stui-light"


async def test_a_theme_that_nobody_knows_is_ours() -> None:
    session = FakeSession(workspace(preferences=Preferences(theme="no such thing")))
    async with opened(session) as bench:
        assert bench.app.theme == "stui-dark"


async def test_a_broken_file_says_where_until_it_is_good_again() -> None:
    async with opened() as bench:
        bench.session.problems = (PROBLEMS,)
        bench.session.tell(Invalid((PROBLEMS,)))
        await bench.settle()
        assert "✗ .stui-workspace.yaml:2:1  unknown key `layuot`" in bench.text
        assert "did you mean `layout`?" in bench.text
        assert "✗ 2 problems in the file" in bench.text
        assert "Scratch" in bench.text

        await bench.press("alt+e")
        assert isinstance(bench.app.screen, ProblemsScreen)
        shown = bench.app.screen.plain
        assert "layuot: {}  # [red]" in shown
        assert "^^^^^^" in shown
        assert ".stui-workspace.yaml:3:7" in shown
        assert "name: 3" not in shown, "a line that may hold a secret is not shown"

        await bench.press("escape")
        bench.session.problems = ()
        bench.session.tell(changed())
        await bench.settle()
        assert "✗" not in bench.text


async def test_a_file_that_is_gone_says_so() -> None:
    async with opened() as bench:
        bench.session.file_gone = True
        bench.session.tell(Gone())
        await bench.settle()
        assert "✗ The workspace file was deleted." in bench.text
        assert "✗ the file is gone" in bench.text


async def test_a_file_that_is_broken_from_the_start_says_so() -> None:
    session = FakeSession(workspace(), problems=(PROBLEMS,))
    async with opened(session, (80, 24)) as bench:
        assert "✗ .stui-workspace.yaml:2:1  unknown key `layuot`" in bench.text


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ([("name",)], "reloaded: name"),
        ([("a",), ("b",), ("c", "d.e")], 'reloaded: a, b, c["d.e"]'),
        ([("a",), ("b",), ("c",), ("d",), ("e",)], "reloaded: a, b, c and 2 more"),
        ([("a\x1b[31m",)], 'reloaded: ["a\\u001b[31m"]'),
    ],
)
def test_what_changed_in_one_line(paths: list[tuple[str, ...]], words: str) -> None:
    assert reload_words(changed(*paths).changes) == words
