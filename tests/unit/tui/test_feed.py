"""Output on its way: in order, once a frame, and bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
    shown: list[tuple[int, object]] = []
    frames = Frames()
    feed = Feed(lambda number, pieces: shown.append((number, pieces)), frames.later)
    feed.add(1, "stdout", "a")
    feed.add(1, "stdout", "b\n")
    feed.add(1, "stderr", "c")
    feed.add(1, "stdout", "d")
    assert (shown, len(frames.waiting)) == ([], 1)

    frames.next()
    assert shown == [(1, (("stdout", "ab\n"), ("stderr", "c"), ("stdout", "d")))]

    feed.add(1, "stdout", "e")
    frames.next()
    assert shown[-1] == (1, (("stdout", "e"),))


def flooded(pieces: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What one frame shows of all the pieces; at no time was more gathered than is bearable."""
    shown: list[tuple[str, str]] = []
    frames = Frames()
    feed = Feed(lambda _number, these: shown.extend(these), frames.later)
    for stream, text in pieces:
        feed.add(1, stream, text)
        assert feed.length <= 2 * GATHERED + len(text) + 1
    frames.next()
    return shown


def test_a_flood_costs_no_more_than_its_end() -> None:
    shown = flooded(("stdout", f"line {number:05} of a flood\n") for number in range(50_000))

    assert sum(len(text) for _, text in shown) <= 2 * GATHERED + 100
    assert shown[-1][1].endswith("line 49999 of a flood\n")
    assert shown[0][0] == "note"
    assert "went by too fast to show" in shown[0][1]


def test_a_flood_on_two_streams_in_turn_is_bounded_as_well() -> None:
    shown = flooded((("stdout", "stderr")[at % 2], f"{at}\n") for at in range(50_000))

    assert len(shown) <= 2 * GATHERED
    assert shown[-1] == ("stderr", "49999\n")


def test_one_huge_piece_is_cut_to_its_end() -> None:
    shown = flooded([("stdout", "x" * 10_000_000 + "the end")])

    assert [stream for stream, _ in shown] == ["note", "stdout"]
    assert len(shown[-1][1]) == GATHERED
    assert shown[-1][1].endswith("the end")
