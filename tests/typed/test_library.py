"""The types that a program sees which uses the library: checked by mypy, and run once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, assert_type

import pytest

import stui_workspace as stui
from stui_workspace import events

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

TEXT = "stui: 1\nname: orders\nconnections:\n  py: {kind: python}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STUI_HOME", str(tmp_path / "home"))
    file = tmp_path / ".stui-workspace.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_reading(file: Path) -> None:
    assert_type(stui.load(file), stui.Workspace)
    assert_type(stui.load(str(file), environment=None, variables={}), stui.Workspace)
    assert_type(stui.loads(TEXT), stui.Workspace)
    assert_type(stui.check(file), tuple[stui.Diagnostic, ...])
    assert_type(stui.load(file).connections["py"].kind, str)


def test_writing(file: Path) -> None:
    first = assert_type(stui.set_key(file, "name", "other"), stui.Revision)
    second = assert_type(
        stui.edit(file, lambda document: stui.set_value(document, ("name",), "third")),
        stui.Revision,
    )
    third = assert_type(stui.save(file, TEXT, expected=second), stui.Revision)
    assert third == assert_type(stui.revision_of(TEXT.encode()), stui.Revision)
    assert first != third
    gone = stui.edit(file, lambda document: stui.delete_value(document, ("connections",)))
    assert gone == stui.revision_of(b"stui: 1\nname: orders\n")


def test_versions() -> None:
    found = assert_type(stui.diff_texts(TEXT, TEXT.encode()), tuple[stui.Difference, ...])
    merged = assert_type(stui.merge_texts(TEXT, TEXT, TEXT), stui.MergeResult)
    assert_type(merged.conflicts, tuple[stui.Conflict, ...])
    choice: stui.Choice = stui.Take.OURS
    other: stui.Choice = stui.Written("1")
    assert (found, merged.text, choice == other) == ((), TEXT.encode(), False)


def test_deciding(file: Path) -> None:
    assert assert_type(stui.conflicts(file), tuple[stui.Conflict, ...]) == ()
    with pytest.raises(stui.StuiError) as caught:
        assert_type(stui.resolve(file, "/name", stui.Take.OURS), tuple[stui.Conflict, ...])
    assert_type(caught.value.next_step, str | None)


async def test_following(file: Path) -> None:
    seen_ones: AsyncGenerator[stui.Seen, None] = stui.watch_file(file)
    as_iterator: AsyncIterator[stui.Seen] = seen_ones
    async with aclosing(seen_ones):
        seen = await anext(as_iterator)
    assert_type(seen.workspace, stui.Workspace)
    assert isinstance(seen.event, events.Reloaded)


async def test_a_session(file: Path) -> None:
    told: list[stui.Event] = []
    opening = stui.open_session(
        stui.OpenRequest(file, stui.Start.FRESH, connect=False), listener=told.append
    )
    async with opening as session:
        assert_type(session, stui.Session)
        assert_type(session.buffers(), tuple[stui.BufferView, ...])
        assert_type(session.connections(), tuple[stui.ConnectionView, ...])
        assert_type(session.receipt, stui.Receipt)
        assert_type(session.transcript, tuple[stui.TranscriptEntry, ...])
    assert isinstance(told[0], events.Opened)
    assert isinstance(told[-1], events.Closed)
    assert assert_type(stui.words_of(told[0]), str | None) == "fresh start"


def test_errors_are_one_tree(file: Path) -> None:
    file.write_text("stui: [\n", encoding="utf-8")
    with pytest.raises(stui.errors.UnusableError) as caught:
        stui.load(file)
    assert_type(caught.value.problems, tuple[stui.FileProblems, ...])
    assert isinstance(caught.value, stui.StuiError)
