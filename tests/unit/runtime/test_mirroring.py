"""The copy beside the workspace is written when there is something to tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.model.session import BufferState, LayoutState, SessionMeta, SessionState
from stui_workspace.runtime.mirroring import Mirror

META = SessionMeta("main", "main", "laptop", 1.0, 2.0, 3.0)
STATE = SessionState(META, buffers={"a": BufferState("draft", cursor=(0, 1))})


class Paper:
    """Takes copies, as long as it can."""

    def __init__(self) -> None:
        self.copies: list[SessionState] = []
        self.withdrawn = 0
        self.trouble: DiskError | None = None

    def put(self, state: SessionState) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.copies.append(state)

    def withdraw(self) -> None:
        self.withdrawn += 1


class Wish:
    """What the workspace says now."""

    value: bool | None = True

    def __call__(self) -> bool | None:
        return self.value


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def wish() -> Wish:
    return Wish()


@pytest.fixture
def mirror(paper: Paper, wish: Wish) -> Mirror:
    return Mirror(lambda: cast("Any", paper), wish, Path())


def changed(**changes: object) -> SessionState:
    return replace(STATE, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(STATE, id="nothing"),
        pytest.param(changed(meta=replace(META, saved=9.0, seconds=7.0)), id="time"),
        pytest.param(changed(buffers={"a": BufferState("draft", cursor=(9, 9))}), id="a cursor"),
        pytest.param(
            changed(buffers={**STATE.buffers, "b": BufferState(scroll=3)}), id="a look around"
        ),
        pytest.param(changed(layout=LayoutState(focus="a", zoomed="a")), id="the keyboard"),
    ],
)
def test_what_is_no_reason_to_write(mirror: Mirror, paper: Paper, state: SessionState) -> None:
    mirror.copy(STATE)
    mirror.copy(state)
    assert paper.copies == [STATE]


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(changed(buffers={"a": BufferState("draft!")}), id="a text"),
        pytest.param(changed(buffers={}), id="a pad that went"),
        pytest.param(changed(preferences={"wrap": True}), id="a preference"),
        pytest.param(changed(layout=LayoutState("work")), id="a layout"),
        pytest.param(changed(meta=replace(META, closed=True)), id="the end"),
    ],
)
def test_what_is_a_reason(mirror: Mirror, paper: Paper, state: SessionState) -> None:
    mirror.copy(STATE)
    mirror.copy(state)
    assert paper.copies == [STATE, state]


def test_after_the_end_nothing_older_comes(mirror: Mirror, paper: Paper) -> None:
    closed = changed(meta=replace(META, closed=True))
    mirror.copy(closed)
    mirror.copy(changed(buffers={}))  # from a thread that was slow
    assert paper.copies == [closed]


def test_the_wish_counts_at_each_time(mirror: Mirror, paper: Paper, wish: Wish) -> None:
    wish.value = False
    mirror.copy(STATE)
    assert (paper.copies, paper.withdrawn) == ([], 1)
    wish.value = True
    mirror.copy(STATE)
    assert paper.copies == [STATE]
    wish.value = False
    for _ in range(3):
        mirror.copy(STATE)
    assert paper.withdrawn == 2


def test_a_file_that_cannot_be_read_changes_nothing(
    mirror: Mirror, paper: Paper, wish: Wish
) -> None:
    mirror.copy(STATE)
    wish.value = None
    mirror.copy(changed(buffers={}))
    assert (paper.copies, paper.withdrawn) == ([STATE], 0)


def test_one_trouble_is_told_once_and_tried_again(mirror: Mirror, paper: Paper) -> None:
    paper.trouble = DiskError(Path("x"), "the disk is full", "free some space")
    notice = mirror.copy(STATE)
    assert notice is not None
    assert (notice.text, notice.next_step, notice.warning) == (
        "no copy for other machines: x: the disk is full", "free some space", True,
    )  # fmt: skip
    assert mirror.copy(STATE) is None
    paper.trouble = DiskError(Path("x"), "the disk is gone")
    assert mirror.copy(STATE) is not None
    paper.trouble = None
    assert mirror.copy(STATE) is None
    assert paper.copies == [STATE]
    paper.trouble = DiskError(Path("x"), "the disk is gone")
    assert mirror.copy(changed(buffers={})) is not None
