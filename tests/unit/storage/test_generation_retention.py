"""Which generations are kept: laws over any log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from hypothesis import example, given
from hypothesis import strategies as st

from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.checked_lines import line_of
from stui_workspace.storage.generations.log import Entry, Generation, Line, Origin, line_with
from stui_workspace.storage.generations.retention import NEWEST_COUNT, YOUNG_SECONDS, kept
from stui_workspace.storage.retention import DAY

NOW = 1_000 * DAY
REVISIONS = [revision_of(bytes([number])) for number in range(8)]
SIZES = {revision: number * 3_000 for number, revision in enumerate(REVISIONS)}
STRANGE = Line(line_of({"generation": 2})[:-1], None)


def line(file: str, revision: Revision, origin: Origin, at: float) -> Line:
    entry = Entry(Generation(file, revision, origin, at), SIZES[revision])
    return Line(line_with(entry)[:-1], entry)


LINES = st.lists(
    st.one_of(
        st.just(STRANGE),
        st.builds(
            line,
            st.sampled_from("ab"),
            st.sampled_from(REVISIONS),
            st.sampled_from(Origin),
            st.floats(NOW - 60 * DAY, NOW + DAY),
        ),
    ),
    max_size=30,
)
OLD = [line("a", REVISIONS[0], Origin.SYNC, 0.0) for _ in range(100)]
LONG = st.builds(
    lambda lines, before, after: [*OLD[:before], *lines, *OLD[100 - after :]],
    LINES,
    st.integers(0, 40),
    st.sampled_from([0, 1, 40, 49, 50, 60]),
)
PINS = st.sets(st.sampled_from(REVISIONS), max_size=2)
ROOMS = st.integers(0, 120_000)
PLENTY = 1 << 40


def taken(lines: Iterable[Line]) -> int:
    """What the lines and their contents take, in blocks of the disk."""
    found = list(lines)
    named = {one.entry.generation.revision for one in found if one.entry}
    blocks = sum((SIZES[revision] + 4095) // 4096 for revision in named)
    return 4096 * blocks + sum(len(one.text) + 1 for one in found)


def stays(one: Line, lines: Sequence[Line], pinned: set[Revision]) -> bool:
    """Whether nothing may take that line away."""
    if one.entry is None or one.entry.generation.revision in pinned:
        return True
    file = one.entry.generation.file
    of_file = [each for each in lines if each.entry and each.entry.generation.file == file]
    own = [each for each in of_file if each.entry and each.entry.generation.origin != Origin.COPY]
    return one is of_file[-1] or one in own[-1:]


def is_in_order(some: Sequence[Line], lines: Sequence[Line]) -> bool:
    rest = iter(lines)
    return all(any(one is each for each in rest) for one in some)


@given(LONG, PINS, ROOMS)
def test_nothing_is_made_up_and_the_order_stays(
    lines: list[Line], pinned: set[Revision], room: int
) -> None:
    assert is_in_order(kept(lines, NOW, pinned, room), lines)


@given(LONG, PINS, ROOMS)
@example([line("a", REVISIONS[1], Origin.COPY, 0.0)], set(), 0)
def test_the_newest_the_pinned_and_the_strange_stay_whatever_they_take(
    lines: list[Line], pinned: set[Revision], room: int
) -> None:
    left = kept(lines, NOW, pinned, room)
    assert [one for one in lines if stays(one, lines, pinned)] == [
        one for one in left if stays(one, lines, pinned)
    ]


@given(LONG, PINS)
@example([line("a", REVISIONS[1], Origin.SYNC, NOW + 1.0), *OLD], set())
def test_with_room_the_young_and_the_newest_fifty_stay_and_no_other(
    lines: list[Line], pinned: set[Revision]
) -> None:
    left = kept(lines, NOW, pinned, PLENTY)
    for file in "ab":
        of_file = [one for one in lines if one.entry and one.entry.generation.file == file]
        older, newest = of_file[:-NEWEST_COUNT], of_file[-NEWEST_COUNT:]
        assert all(one in left for one in newest)
        for one in older:
            assert one.entry
            is_young = one.entry.generation.at >= NOW - YOUNG_SECONDS
            assert (one in left) == (is_young or stays(one, lines, pinned))


@given(LONG, PINS, ROOMS)
def test_what_is_kept_fits_or_nothing_more_may_go(
    lines: list[Line], pinned: set[Revision], room: int
) -> None:
    left = kept(lines, NOW, pinned, room)
    assert taken(left) <= room or all(stays(one, lines, pinned) for one in left)


@given(LONG, PINS, ROOMS)
def test_the_oldest_go_first_and_none_in_vain(
    lines: list[Line], pinned: set[Revision], room: int
) -> None:
    wanted = kept(lines, NOW, pinned, PLENTY)
    left = kept(lines, NOW, pinned, room)
    going = [one for one in wanted if one not in left]
    may_go = (one for one in wanted if not stays(one, lines, pinned))
    assert going == list(islice(may_go, len(going)))
    if going:
        assert taken([one for one in wanted if one in left or one is going[-1]]) > room


@given(LONG, PINS, ROOMS)
def test_pruning_twice_is_pruning(lines: list[Line], pinned: set[Revision], room: int) -> None:
    once = kept(lines, NOW, pinned, room)
    assert kept(once, NOW, pinned, room) == once


@given(LONG, st.floats(0.0, 500 * DAY))
def test_a_clock_put_back_costs_nothing(lines: list[Line], back: float) -> None:
    assert set(kept(lines, NOW)) <= set(kept(lines, NOW - back))
