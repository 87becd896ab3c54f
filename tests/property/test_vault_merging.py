"""Laws of merging vaults, for whatever two and three machines did before.

Pure: the machines are dictionaries of entries, and the files are left to the tests of the format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault.entries import EDIT_BYTES, MOST_LINEAGE, Entry
from stui_workspace.secrets.vault.joining import joined
from stui_workspace.secrets.vault.merging import Merging
from stui_workspace.secrets.vault.writers import Writers
from support.vault_machines import dice, opened_vault

Action: TypeAlias = tuple[str, str, str]
"""Who does it, or `sync`; then the name and value, or the machines."""

NAMES = ("a", "b", "orders/c")
VALUES = ("1", "2", "3")


@dataclass
class Copy:
    """The entries of one machine, and the values that it knowingly put others in the place of."""

    device: str
    entries: dict[str, Entry] = field(default_factory=dict)

    def do(self, action: Action, edit: bytes) -> None:
        """Put, or remove where the value is empty."""
        _, name, value = action
        old = self.entries.get(name)
        if not value and (old is None or not old.is_live):
            return
        envelope = Envelope(Secret(value)) if value else None
        entry = Entry(name, envelope, 1 if old is None else old.revision + 1, self.device, edit)
        self.entries[name] = entry if old is None else entry.after(old)

    def take(self, other: Copy) -> None:
        merging = Merging(dict(self.entries))
        merging.take_all(other.entries)
        self.entries = merging.entries


@dataclass
class World:
    """Machines, and what became of values, told without looking at any lineage."""

    copies: dict[str, Copy]
    written: set[str] = field(default_factory=set)
    unseated: set[str] = field(default_factory=set)
    """Values that stood where somebody put another one, or removed them."""


def visible(copy: Copy) -> dict[str, str]:
    return {
        name: entry.envelope.secret.reveal()
        for name, entry in copy.entries.items()
        if entry.envelope is not None
    }


def actions(machines: str) -> st.SearchStrategy[list[Action]]:
    """What the machines do, and `sync` of one with another in between."""
    put = st.tuples(
        st.sampled_from(machines), st.sampled_from(NAMES), st.sampled_from(("", *VALUES))
    )
    sync = st.tuples(st.just("sync"), st.sampled_from(machines), st.sampled_from(machines))
    return st.lists(st.one_of(put, put, put, sync), max_size=14)


def played(machines: str, story: list[Action], *, is_unique: bool = False) -> World:
    """The copies after a story. Where values are unique, each put has one of its own."""
    world = World({name: Copy(name * 8) for name in machines})
    throw, numbers = dice("edits"), count()
    for action in story:
        who, name, value = action
        if who == "sync":
            world.copies[name].take(world.copies[value])
            continue
        copy = world.copies[who]
        if value and is_unique:
            value = f"value {next(numbers)}"
        world.unseated |= {visible(copy).get(name, "")}
        copy.do((who, name, value), throw(EDIT_BYTES))
        world.written |= {value}
    return world


@given(actions("xyz"))
@settings(max_examples=500, deadline=None)
def test_no_value_is_lost_but_those_that_somebody_saw_and_replaced(story: list[Action]) -> None:
    world = played("xyz", story, is_unique=True)
    x, y, z = world.copies.values()
    x.take(y)
    x.take(z)
    assert world.written - world.unseated <= {*visible(x).values(), ""}


@given(actions("xyz"))
@settings(max_examples=300, deadline=None)
def test_what_is_there_after_merging_was_there_before(story: list[Action]) -> None:
    copies = played("xyz", story).copies
    before = [
        {name.split(".conflict")[0]: value}
        for copy in copies.values()
        for name, value in visible(copy).items()
    ]
    copies["x"].take(copies["y"])
    for name, value in visible(copies["x"]).items():
        assert {name.split(".conflict")[0]: value} in before


@given(actions("xy"))
@settings(max_examples=300, deadline=None)
def test_it_does_not_matter_who_merges(story: list[Action]) -> None:
    copies = played("xy", story).copies
    x, y = copies["x"], copies["y"]
    before = Copy(x.device, dict(x.entries))
    x.take(y)
    y.take(before)
    assert x.entries == y.entries


@given(actions("xy"))
@settings(max_examples=300, deadline=None)
def test_merging_again_changes_nothing(story: list[Action]) -> None:
    copies = played("xy", story).copies
    x, y = copies["x"], copies["y"]
    x.take(y)
    once = dict(x.entries)
    x.take(y)
    assert x.entries == once
    y.take(x)
    assert y.entries == once


@given(actions("xyz"))
@settings(max_examples=300, deadline=None)
def test_machines_that_go_on_exchanging_come_to_the_same(story: list[Action]) -> None:
    copies = played("xyz", story).copies
    for _ in range(3):
        for one in copies.values():
            for other in copies.values():
                if one is not other:
                    one.take(other)
    x, y, z = copies.values()
    assert x.entries == y.entries == z.entries


@given(actions("xy"))
@settings(max_examples=200, deadline=None)
def test_an_old_copy_never_changes_what_is_there(story: list[Action]) -> None:
    copies = played("xy", story).copies
    x, old = copies["x"], Copy("old", dict(copies["x"].entries))
    throw = dice("later")
    for name in NAMES:
        for value in ("3", "", "2"):
            x.do(("x", name, value), throw(EDIT_BYTES))
    before = dict(x.entries)
    x.take(old)
    assert x.entries == before


@given(actions("xy"))
@settings(max_examples=200, deadline=None)
def test_a_copy_under_an_older_key_only_adds(story: list[Action]) -> None:
    copies = played("xy", story).copies
    x, y = copies["x"], copies["y"]
    merging = Merging(dict(x.entries))
    merging.take_old(y.entries)
    for name, entry in x.entries.items():
        assert merging.entries[name] == entry
    edits = {entry.edit for entry in merging.entries.values()}
    for name, entry in y.entries.items():
        known = merging.entries.get(name)
        if entry.is_live and entry.edit not in edits:
            assert known is not None
            assert known.follows(entry) or known.has_value_of(entry)
    once = dict(merging.entries)
    merging.take_old(y.entries)
    assert merging.entries == once


def test_a_lineage_that_was_forgotten_keeps_two_values_and_loses_none() -> None:
    x = Copy("x" * 8)
    throw = dice("many")
    x.do(("x", "a", "first"), throw(EDIT_BYTES))
    old = Copy("y" * 8, dict(x.entries))
    for number in range(MOST_LINEAGE + 1):
        x.do(("x", "a", f"later {number}"), throw(EDIT_BYTES))
    assert len(x.entries["a"].lineage) == MOST_LINEAGE
    x.take(old)
    assert sorted(visible(x).values()) == ["first", f"later {MOST_LINEAGE}"]


writers = st.builds(
    Writers,
    st.dictionaries(st.sampled_from("abcde"), st.integers(1, 9), max_size=5),
    st.integers(0, 5),
)


@given(writers, writers, writers)
def test_writers_join_in_any_order_and_have_all_of_both(a: Writers, b: Writers, c: Writers) -> None:
    assert a.joined(b) == b.joined(a)
    assert a.joined(b).joined(c) == a.joined(b.joined(c))
    assert a.joined(b).joined(b) == a.joined(b)
    assert a.joined(b).has_all_of(a)
    assert a.joined(b).has_all_of(b)
    later = a.with_write("a", 20)
    assert later.has_all_of(a)
    assert not a.has_all_of(later)


@given(actions("xy"))
@settings(max_examples=40, deadline=None)
def test_whole_vaults_join_as_their_secrets_do(story: list[Action]) -> None:
    copies = played("xy", story).copies
    chance = dice("vaults")
    ours, theirs = (opened_vault(copies[name].entries, chance) for name in "xy")
    result = joined(ours, [theirs], chance)
    copies["x"].take(copies["y"])
    assert result.contents.entries() == dict(sorted(copies["x"].entries.items()))
    assert joined(result.contents, [theirs], chance).contents.records == result.contents.records
