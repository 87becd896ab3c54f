"""Output on its way: in order, once a frame, and bounded."""

from __future__ import annotations

from collections.abc import Callable

from stui_workspace.tui.feed import GATHERED, Feed


class Frames:
    """Keeps what is to be done at the next frame until a test says that it is there."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self.waiting.append(do)

    def next(self) -> None:
        waiting, self.waiting = self.waiting, []
        for do in waiting:
            do()


def test_one_frame_has_all_that_came_in_order() -> None:
    shown: list[tuple[int, str, str]] = []
    frames = Frames()
    feed = Feed(lambda *what: shown.append(what), frames.later)
    feed.add(1, "stdout", "a")
    feed.add(1, "stdout", "b\n")
    feed.add(1, "stderr", "c")
    feed.add(1, "stdout", "d")
    assert (shown, len(frames.waiting)) == ([], 1)

    frames.next()
    assert shown == [(1, "stdout", "ab\n"), (1, "stderr", "c"), (1, "stdout", "d")]

    feed.add(1, "stdout", "e")
    frames.next()
    assert shown[-1] == (1, "stdout", "e")


def test_a_flood_costs_no_more_than_its_end() -> None:
    shown: list[str] = []
    frames = Frames()
    feed = Feed(lambda _number, _stream, text: shown.append(text), frames.later)
    for number in range(20_000):
        feed.add(1, "stdout", f"line {number:05} of a flood\n")

    frames.next()

    assert sum(map(len, shown)) <= 2 * GATHERED + 100
    assert shown[-1].endswith("line 19999 of a flood\n")
    assert "went by too fast to show" in shown[0]
