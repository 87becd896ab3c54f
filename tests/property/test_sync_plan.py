"""The plan over every state that a small world can come to, whatever happens in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from stui_workspace.document import parse
from stui_workspace.merge import Policy
from stui_workspace.sync.plan import Step, next_step
from stui_workspace.sync.replica import Move, Replica, advance

DOCUMENTS = tuple(f"a: {a}\nb: {b}\n".encode() for a, b in product((0, 1, 2), (0, 1)))
BROKEN = (b"", b" \n", b"a: [0\n", b"a\n", b"<<<<<<< x\na: 1\n=======\na: 2\n>>>>>>> y\n")
LARGE = b"a: 0\nb: 0\n" + b"".join(b"k%d: some text\n" % n for n in range(60))
CUT = LARGE[:200]

State = tuple[Replica, bytes | None]


@cache
def moved(replica: Replica, theirs: bytes | None, *, lasting: bool = False) -> Move:
    return advance(replica, theirs, Policy.published(), lasting=lasting)


def following(state: State) -> Iterator[State]:
    """Every state that one event leads to."""
    replica, disk = state
    for content in (None, *DOCUMENTS, *BROKEN):
        yield replica, content
    if replica.ours is not None:
        for content in DOCUMENTS:
            yield replica.edited(content), disk
    move = moved(replica, disk)
    if move.write is None:
        yield move.replica, disk
    else:
        yield replica, disk  # it could not be written
        yield move.replica, move.write


@pytest.fixture(scope="module")
def states() -> frozenset[State]:
    """All that can be reached from nothing."""
    start: State = (Replica(), None)
    found, left = {start}, [start]
    while left:
        for state in following(left.pop()):
            if state not in found:
                found.add(state)
                left.append(state)
    assert len(found) > 400
    return frozenset(found)


def values(content: bytes | None) -> dict[str, object]:
    plain = parse(content).plain() if content is not None else None
    assert plain is None or isinstance(plain, dict)
    return dict(plain or {})


def test_nothing_that_is_not_in_doubt_is_ever_taken_over(states: frozenset[State]) -> None:
    held = {one for replica, _ in states for one in (replica.base, replica.ours)}
    assert held <= {None, *DOCUMENTS}


def test_a_move_that_asks_changes_nothing(states: frozenset[State]) -> None:
    asked = [state for state in states if moved(*state).conflicts]
    assert asked
    for replica, disk in asked:
        move = moved(replica, disk)
        assert (move.replica, move.write) == (replica, None)


def test_what_either_side_changed_is_there_afterwards_or_asked_about(
    states: frozenset[State],
) -> None:
    for replica, disk in states:
        move = moved(replica, disk)
        if move.plan.step not in (Step.MERGE, Step.RELOAD, Step.SAVE, Step.AGREE):
            assert (move.replica, move.write) == (replica, None)
            continue
        if move.conflicts:
            continue
        base, ours, theirs = values(replica.base), values(replica.ours), values(disk)
        after = values(move.replica.ours)
        for key in ("a", "b"):
            if ours.get(key) != base.get(key):
                assert after.get(key) == ours.get(key)
            if disk is not None and theirs.get(key) != base.get(key):
                assert after.get(key) == theirs.get(key)


def test_after_a_move_there_is_nothing_to_do(states: frozenset[State]) -> None:
    for replica, disk in states:
        move = moved(replica, disk)
        again = moved(move.replica, disk if move.write is None else move.write)
        assert again.write is None
        assert again.replica == move.replica


def test_two_that_move_at_once_come_to_the_same(states: frozenset[State]) -> None:
    for replica, disk in states:
        if moved(replica, disk).plan.step is Step.MERGE and disk is not None:
            other = moved(Replica(replica.base, disk), replica.ours)
            mine = moved(replica, disk)
            assert bool(other.conflicts) == bool(mine.conflicts)
            if not mine.conflicts:
                assert values(other.replica.ours) == values(mine.replica.ours)


@pytest.mark.parametrize("ours", [LARGE, LARGE + b"new: 1\n"])
def test_a_file_that_is_suddenly_cut_off_is_no_edit(ours: bytes) -> None:
    plan = next_step(LARGE, ours, CUT)
    assert plan.step is Step.KEEP
    assert plan.doubt is not None


def test_a_loss_that_lasts_is_meant_unless_something_of_ours_is_at_stake() -> None:
    assert next_step(LARGE, LARGE, CUT, lasting=True).step is Step.RELOAD
    assert next_step(LARGE, LARGE + b"new: 1\n", CUT, lasting=True).step is Step.KEEP


def test_our_own_writing_is_rest_without_any_flag() -> None:
    assert next_step(LARGE, LARGE, LARGE).step is Step.REST
