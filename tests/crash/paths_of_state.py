"""Writing what this machine keeps: sessions, journals, snapshots, grants, history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from crash.world import FILE, ROOT, Deed, World, WritePath, nothing
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import ConnectionSpec, Keep
from stui_workspace.runtime.autosave import Writer
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.recovery import Opening
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.taking_back import take_back
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.crashes import CrashCounter
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import replay
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.trust import Claim, GrantStore

BEFORE = SessionState(
    SessionMeta("a", "a", "m", 1.0, 2.0, 3.0),
    buffers={name: BufferState(f"text of {name}\n", ad_hoc=True) for name in "xyz"},
)
CHANGED, LATER_TEXT = BufferState("changed\n", ad_hoc=True), BufferState("later\n", ad_hoc=True)
AFTER = replace(BEFORE, buffers={**BEFORE.buffers, "x": CHANGED})
LATER = replace(BEFORE, buffers={**BEFORE.buffers, "y": LATER_TEXT})
UNSAVED = {"x": CHANGED, "y": LATER_TEXT}
CLAIM = Claim(str(FILE), ROOT, ConnectionSpec("py", "python", cwd=str(ROOT)), {}, ())
OTHER = Claim(str(FILE), ROOT, ConnectionSpec("py", "python", cwd=str(ROOT / "b")), {}, ())


def session_lock(folder: WorkspaceFolder) -> Path:
    return folder.locks / "a.lock"


# The journal.


def journal(world: World) -> Journal:
    return Journal(world.folder.journal_of("a"), world.disk)


def recorded(world: World) -> dict[str, Plain]:
    return dict(replay(world.disk.files.get(world.folder.journal_of("a"), b"")).items)


def append_one(world: World) -> None:
    journal(world).append({"a": 1}, 1.0)


def append_another(world: World) -> None:
    journal(world).append({"a": 2, "b": 2}, 2.0)


def has_recorded(*items: dict[str, Plain]) -> Callable[[World], None]:
    def check(world: World) -> None:
        found = recorded(world)
        assert found in items
        journal(world).append({"c": 3}, 3.0)
        assert recorded(world) == {**found, "c": 3}

    return check


# Sessions.


def sessions(world: World) -> SessionStore:
    return SessionStore(world.folder, world.disk)


def state(world: World) -> SessionState:
    loaded = sessions(world).load("a")
    assert loaded.problems == ()
    return loaded.state


def save_before(world: World) -> None:
    sessions(world).save(BEFORE)


def save_after(world: World) -> None:
    sessions(world).save(AFTER)


def is_state(*states: SessionState) -> Callable[[World], None]:
    def check(world: World) -> None:
        assert state(world) in states
        assert [one.id for one in sessions(world).list()] == ["a"]

    return check


def leave_unsaved_changes(world: World) -> None:
    """A session, a recovery that was cut short, and a journal after it."""
    save_before(world)
    items = items_of(replace(BEFORE, buffers=UNSAVED))
    one = journal(world)
    one.append({"buffer/x": items["buffer/x"]}, 1.0)
    one.set_aside()
    one.append({"buffer/y": items["buffer/y"], "buffer/z": None}, 2.0)


def opened(world: World) -> Opening:
    opening = open_session(OpenRequest(ROOT, session="a"), world.services, world.folder)
    if opening.storage_problem is not None:
        raise opening.storage_problem
    return opening


def open_it(world: World) -> Opening:
    opening = opened(world)
    assert opening.keeping.lock is not None
    opening.keeping.lock.release()
    return opening


def recover(world: World) -> None:
    """Open the session, write it down as a whole, and be gone."""
    opening = opened(world)
    assert opening.keeping.lock is not None
    with opening.keeping.lock:
        Writer(opening.keeping).snapshot(opening.state, 4.0)


def type_and_journal(world: World) -> None:
    """Open the session, and record one change of it."""
    opening = opened(world)
    assert opening.keeping.lock is not None
    with opening.keeping.lock:
        typed = {**opening.state.buffers, "new": BufferState("typed", ad_hoc=True)}
        Writer(opening.keeping).journal(replace(opening.state, buffers=typed), 4.0)


def comes_back(world: World) -> None:
    buffers = open_it(world).state.buffers
    assert {**buffers, **UNSAVED} == buffers
    assert buffers.keys() - UNSAVED.keys() <= {"new"}
    recover(world)
    assert state(world).buffers == buffers
    assert journal(world).asides() == ()


def all_is_saved(world: World) -> None:
    assert state(world).buffers == UNSAVED
    assert recorded(world) == {}
    assert journal(world).asides() == ()
    assert SnapshotStore(world.folder.snapshots_of("a"), world.disk).log()


def typed_comes_back(world: World) -> None:
    assert open_it(world).state.buffers["new"].text == "typed"


# Snapshots.


def snapshots(world: World) -> SnapshotStore:
    return SnapshotStore(world.folder.snapshots_of("a"), world.disk)


def put(wanted: SessionState, at: float) -> Callable[[World], None]:
    def take(world: World) -> None:
        snapshots(world).put(without_meta(wanted), at)

    return take


def without_meta(wanted: SessionState) -> dict[str, Plain]:
    return {name: value for name, value in items_of(wanted).items() if name != "meta"}


EMPTY = replace(BEFORE, buffers={})


def latest_is(*states: SessionState) -> Callable[[World], None]:
    def check(world: World) -> None:
        latest = snapshots(world).latest()
        assert latest is not None
        assert latest.problems == ()
        assert latest.items in [without_meta(one) for one in states]
        put(replace(LATER, preferences={"theme": "nord"}), 9.0)(world)
        after = snapshots(world).latest()
        assert after is not None
        assert after.problems == ()

    return check


def prune(world: World) -> None:
    snapshots(world).prune(Keep(last=1, hourly=0, daily=0), now=4.0)


def has_one(world: World) -> None:
    assert len(snapshots(world).log()) == 1
    latest_is(LATER)(world)


def confirm_the_loss(world: World) -> None:
    snapshots(world).confirm(snapshots(world).log()[-1].id)


def go_back(world: World) -> None:
    """Back to the first snapshot, from the state that the journal tells of."""
    first = snapshots(world).log()[0]
    take_back(world.folder, "a", first.id, world.services)


def gone_back(world: World) -> None:
    assert open_it(world).state.buffers == BEFORE.buffers
    kept = [snapshots(world).get(entry.id).items for entry in snapshots(world).log()]
    assert without_meta(replace(BEFORE, buffers=UNSAVED)) in kept


def back_or_not(world: World) -> None:
    assert open_it(world).state.buffers in (BEFORE.buffers, UNSAVED)
    go_back(world)
    gone_back(world)


# Crashes, history, grants.


def counter(world: World) -> CrashCounter:
    return CrashCounter(world.folder.crashes_of("a"), world.disk)


def begin(world: World) -> None:
    counter(world).begin()


def settle(world: World) -> None:
    counter(world).settled()


def counts(*numbers: int) -> Callable[[World], None]:
    def check(world: World) -> None:
        assert counter(world).count in numbers

    return check


def log(world: World) -> HistoryLog:
    return HistoryLog(world.services.locations.history, "m", world.disk)


def remember(text: str, at: float) -> Deed:
    return lambda world: log(world).append(Entry(at, "py", text))


def remembers(*pasts: tuple[str, ...]) -> Callable[[World], None]:
    def check(world: World) -> None:
        found = log(world).recall("py", 9)
        assert found in pasts
        log(world).append(Entry(9e6, "py", "next"))
        assert log(world).recall("py", 9) == (*found, "next")

    return check


def forget(world: World) -> None:
    log(world).prune(1)


def grants(world: World) -> GrantStore:
    return GrantStore(world.folder, world.disk, only_ours=lambda _path: True)


def grant(claim: Claim) -> Deed:
    return lambda world: grants(world).grant(claim, 1.0)


def revoke(world: World) -> None:
    grants(world).revoke(FILE)


def granted(*numbers: int) -> Callable[[World], None]:
    def check(world: World) -> None:
        found = grants(world).load()
        assert found.problems == ()
        assert len(found.all) in numbers

    return check


MONTH = 31 * 86400.0
PAST = (remember("first", 1.0), remember("second", 1.0 + MONTH))

STATE = {
    "begin a journal": WritePath(
        (nothing,), append_one, has_recorded({}, {"a": 1}), has_recorded({"a": 1})
    ),
    "go on with a journal": WritePath(
        (append_one,),
        append_another,
        has_recorded({"a": 1}, {"a": 2, "b": 2}),
        has_recorded({"a": 2, "b": 2}),
    ),
    "save a session": WritePath(
        (save_before,), save_after, is_state(BEFORE, AFTER), is_state(AFTER)
    ),
    "open a session": WritePath(
        (leave_unsaved_changes,), open_it, comes_back, comes_back, session_lock
    ),
    "type into a session": WritePath(
        (leave_unsaved_changes,), type_and_journal, comes_back, typed_comes_back, session_lock
    ),
    "save all of a session": WritePath(
        (leave_unsaved_changes,), recover, comes_back, all_is_saved, session_lock
    ),
    "go back to a snapshot": WritePath(
        (put(BEFORE, 1.0), leave_unsaved_changes), go_back, back_or_not, gone_back, session_lock
    ),
    "take the first snapshot": WritePath((nothing,), put(AFTER, 2.0), nothing, latest_is(AFTER)),
    "take a snapshot": WritePath(
        (put(BEFORE, 1.0),), put(AFTER, 2.0), latest_is(BEFORE, AFTER), latest_is(AFTER)
    ),
    "prune snapshots": WritePath(
        (put(BEFORE, 1.0), put(AFTER, 2.0), put(LATER, 3.0)), prune, latest_is(LATER), has_one
    ),
    "confirm a loss": WritePath(
        (put(BEFORE, 1.0), put(EMPTY, 2.0)),
        confirm_the_loss,
        latest_is(BEFORE, EMPTY),
        latest_is(EMPTY),
    ),
    "count a start": WritePath((begin,), begin, counts(1, 2), counts(1, 2)),
    "settle a start": WritePath((begin,), settle, counts(0, 1), counts(0)),
    "begin a history": WritePath(
        (nothing,), remember("first", 1.0), remembers((), ("first",)), remembers(("first",))
    ),
    "remember": WritePath(
        PAST[:1],
        remember("second", 2.0),
        remembers(("first",), ("first", "second")),
        remembers(("first", "second")),
    ),
    "forget": WritePath(
        PAST, forget, remembers(("second",), ("first", "second")), remembers(("second",))
    ),
    "grant": WritePath((grant(CLAIM),), grant(OTHER), granted(1, 2), granted(2)),
    "revoke": WritePath((grant(CLAIM), grant(OTHER)), revoke, granted(0, 1, 2), granted(0)),
}
