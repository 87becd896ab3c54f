"""`stui session log` and `stui session restore`: what a session was, and that it is so again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
)
from stui_workspace.runtime.autosave import Writer
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.recovery import Opening
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from support.command_line import CommandLine
from unit.cli.test_completing import completed

NOON = 1_000_000.0
META = SessionMeta("main", "the first", "laptop", 1000.0, 2000.0, NOON, True, 3, 7, 60.0)
FIRST = SessionState(
    META,
    buffers={name: BufferState(f"{name} one", ad_hoc=True) for name in ("a", "b", "c")},
    connections={"py": ConnectionRecord(evaluations=2)},
)
SECOND = replace(
    FIRST,
    layout=LayoutState(focus="a"),
    buffers={
        "a": BufferState("a two", ad_hoc=True),
        "b": FIRST.buffers["b"],
        "odd.name": BufferState("x", ad_hoc=True),
    },
)
EMPTY = SessionState(META)


class Desk:
    """A session with a past."""

    def __init__(self, stui: CommandLine, root: Path, home: Path) -> None:
        self.clock = HandClock(NOON)
        self.services = services_in(home, self.clock)
        self.stui = stui
        stui.services = self.services
        self.root = root
        self.folder = self.services.locations.workspace(root)
        self.store = SessionStore(self.folder)
        self.snapshots = SnapshotStore(self.folder.snapshots_of("main"))
        self.ids: list[str] = []

    def was(self, state: SessionState, seconds_ago: float) -> str:
        """Save a state as the session does, and return the name of the snapshot."""
        self.store.save(state)
        items = {name: value for name, value in items_of(state).items() if name != "meta"}
        return self.snapshots.put(items, NOON - seconds_ago)

    def opened(self) -> Opening:
        """The session as the next start finds it."""
        opening = open_session(OpenRequest(self.root), self.services, self.folder)
        assert opening.keeping.lock is not None
        opening.keeping.lock.release()
        return opening

    @property
    def state(self) -> SessionState:
        return self.store.load("main").state

    def restore(self, *words: str) -> dict[str, object]:
        ran = self.stui("session", "restore", *words, "--json")
        assert ran.status == 0, ran.err
        found: dict[str, object] = json.loads(ran.out)
        return found

    def log(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.stui("session", "log", "--json").out)
        return found


@pytest.fixture
def desk(stui: CommandLine, file: Path, tmp_path: Path) -> Desk:
    return Desk(stui, file.parent, tmp_path / "home")


@pytest.fixture
def past(desk: Desk) -> tuple[str, str]:
    """Two states, an hour and a minute ago."""
    return desk.was(FIRST, 3600.0), desk.was(SECOND, 60.0)


def same_but_for_saved(one: SessionState, other: SessionState) -> bool:
    return replace(one, meta=replace(one.meta, saved=other.meta.saved)) == other


class TestLog:
    def test_the_newest_first_with_what_changed(self, desk: Desk, past: tuple[str, str]) -> None:
        newest, oldest = desk.log()
        assert (newest["id"], oldest["id"]) == (past[1], past[0])
        assert (newest["at"], newest["items"], newest["shrunk"]) == (NOON - 60, 5, False)
        assert newest["added"] == ['buffers["odd.name"]', "layout"]
        assert newest["changed"] == ["buffers.a"]
        assert newest["removed"] == ["buffers.c"]
        assert oldest["added"] == ["buffers.a", "buffers.b", "buffers.c", "connections.py"]

    def test_for_people(self, desk: Desk, past: tuple[str, str]) -> None:
        ran = desk.stui("session", "log", "the first")
        assert ran.status == 0
        newest, oldest = ran.out.splitlines()
        assert newest.startswith(past[1])
        assert "1 min ago  5 items" in newest
        assert "~buffers.a" in newest
        assert "1 h ago" in oldest
        assert "stui session restore main ID" in ran.err

    def test_one_that_lost_most_is_marked(self, desk: Desk, past: tuple[str, str]) -> None:
        shrunk = desk.was(EMPTY, 30.0)
        assert (desk.log()[0]["id"], desk.log()[0]["shrunk"]) == (shrunk, True)
        assert "(lost most items)" in desk.stui("session", "log").out.splitlines()[0]

    def test_none(self, desk: Desk) -> None:
        desk.store.save(FIRST)
        assert desk.stui("session", "log", "--json").out == "[]\n"
        assert "no snapshot is kept" in desk.stui("session", "log").err

    def test_of_no_session(self, desk: Desk) -> None:
        assert desk.stui("session", "log").status == 2
        assert desk.stui("session", "log", "../x").status == 2

    def test_names_from_outside_are_safe_to_show(self, desk: Desk) -> None:
        desk.was(replace(FIRST, buffers={"\x1b[2J": BufferState("x")}), 1.0)
        assert "\x1b" not in desk.stui("session", "log").out


class TestRestore:
    def test_the_state_is_as_it_was_and_who_it_is_stays(
        self, desk: Desk, past: tuple[str, str]
    ) -> None:
        done = desk.restore(past[0])
        assert (done["session"], done["snapshot"], done["problems"]) == ("main", past[0], [])
        assert done["changed"] == ["buffers.a"]
        assert done["added"] == ["buffers.c"]
        assert done["removed"] == ['buffers["odd.name"]', "layout"]
        assert desk.state == replace(FIRST, meta=replace(META, saved=NOON))

    def test_it_can_be_undone(self, desk: Desk, past: tuple[str, str]) -> None:
        done = desk.restore(past[0])
        undone = desk.restore(str(done["back"]))
        assert same_but_for_saved(desk.state, SECOND)
        desk.restore(str(undone["back"]))
        assert same_but_for_saved(desk.state, FIRST)

    def test_what_is_in_the_journal_only_is_kept_and_not_replayed_over_it(
        self, desk: Desk, past: tuple[str, str]
    ) -> None:
        typed = BufferState("typed and not saved", ad_hoc=True)
        item = items_of(replace(FIRST, buffers={"a": typed}))["buffer/a"]
        journal = Journal(desk.folder.journal_of("main"))
        journal.append({"buffer/gone": None, "buffer/b": None}, 1.0)
        journal.set_aside()
        journal.append({"buffer/a": item}, 2.0)
        done = desk.restore(past[0])
        assert same_but_for_saved(desk.state, FIRST)
        assert desk.opened().state.buffers == FIRST.buffers
        desk.restore(str(done["back"]))
        buffers = desk.opened().state.buffers
        assert buffers["a"] == typed
        assert "b" not in buffers

    def test_going_on_after_it_loses_nothing(self, desk: Desk, past: tuple[str, str]) -> None:
        desk.restore(past[0])
        opening = open_session(OpenRequest(desk.root), desk.services, desk.folder)
        more = replace(opening.state, buffers={"a": BufferState("more", ad_hoc=True)})
        writer = Writer(opening.keeping)
        writer.snapshot(opening.state, NOON + 1)
        writer.journal(more, NOON + 2)
        assert opening.keeping.lock is not None
        opening.keeping.lock.release()
        assert desk.opened().state.buffers == more.buffers

    @pytest.mark.parametrize("only", ["buffers.a", "buffer/a"])
    def test_one_item_alone(self, desk: Desk, past: tuple[str, str], only: str) -> None:
        done = desk.restore("main", past[0], "--only", only)
        assert (done["added"], done["changed"], done["removed"]) == ([], ["buffers.a"], [])
        buffers = {**SECOND.buffers, "a": FIRST.buffers["a"]}
        assert same_but_for_saved(desk.state, replace(SECOND, buffers=buffers))

    def test_several_items_and_all_of_a_kind(self, desk: Desk, past: tuple[str, str]) -> None:
        done = desk.restore(past[0], "--only", "buffers", "--only", "connections.py")
        assert done["removed"] == ['buffers["odd.name"]']
        assert same_but_for_saved(desk.state, replace(FIRST, layout=SECOND.layout))

    def test_an_item_that_was_not_there_goes(self, desk: Desk, past: tuple[str, str]) -> None:
        assert desk.restore(past[0], "--only", "layout")["removed"] == ["layout"]
        assert same_but_for_saved(desk.state, replace(SECOND, layout=LayoutState()))

    def test_a_dry_run_writes_nothing(self, desk: Desk, past: tuple[str, str]) -> None:
        before = contents(desk.folder.path)
        done = desk.restore(past[0], "--dry-run")
        assert (done["changed"], done["back"], done["dry_run"]) == (["buffers.a"], None, True)
        ran = desk.stui("session", "restore", past[0], "--dry-run")
        assert ran.out.splitlines() == [
            "+ buffers.c",
            "~ buffers.a",
            '- buffers["odd.name"]',
            "- layout",
        ]
        assert "nothing was changed" in ran.err
        assert contents(desk.folder.path) == before

    def test_for_people_it_says_how_to_undo_it(self, desk: Desk, past: tuple[str, str]) -> None:
        ran = desk.stui("session", "restore", past[0])
        assert ran.out.splitlines()[0] == "+ buffers.c"
        assert f"is as in snapshot {past[0]}" in ran.err
        undo = ran.err.split("`stui session restore main ")[1].split("`")[0]
        desk.restore(undo)
        assert same_but_for_saved(desk.state, SECOND)

    def test_what_is_so_already_stays(self, desk: Desk, past: tuple[str, str]) -> None:
        before = desk.state
        done = desk.restore(past[1])
        assert (done["changed"], done["back"]) == ([], None)
        assert desk.state == before
        assert len(desk.log()) == 2
        assert "already" in desk.stui("session", "restore", past[1]).err

    def test_one_that_lost_most_counts_once_it_was_restored(
        self, desk: Desk, past: tuple[str, str]
    ) -> None:
        shrunk = desk.was(EMPTY, 30.0)
        desk.store.save(SECOND)
        desk.restore(shrunk)
        assert same_but_for_saved(desk.state, EMPTY)
        latest = SnapshotStore(desk.folder.snapshots_of("main")).latest()
        assert latest is not None
        assert latest.items == {}
        assert not any(one["shrunk"] for one in desk.log() if one["id"] == shrunk)

    def test_the_beginning_of_an_id_is_enough(self, desk: Desk, past: tuple[str, str]) -> None:
        length = next(n for n in range(1, 17) if past[0][:n] != past[1][:n])
        assert desk.restore(past[0][:length].upper())["snapshot"] == past[0]

    def test_a_damaged_item_is_named_and_the_rest_comes_back(
        self, desk: Desk, past: tuple[str, str]
    ) -> None:
        path = desk.snapshots.path
        lines = path.read_bytes().split(b"\n")
        digest = desk.snapshots.log()[0].items["buffer/a"].encode()
        kept = [one for one in lines if digest not in one or b'"snapshot"' in one]
        path.write_bytes(b"\n".join(kept))
        ran = desk.stui("session", "restore", past[0], "--json")
        assert ran.status == 1
        assert json.loads(ran.out)["problems"] == [
            {"item": "buffers.a", "reason": "its stored value is missing"}
        ]
        assert desk.state.buffers == {**FIRST.buffers, "a": SECOND.buffers["a"]}

    def test_a_session_whose_file_is_no_yaml_comes_back(
        self, desk: Desk, past: tuple[str, str]
    ) -> None:
        desk.store.path_of("main").write_text("stui-session: [")
        assert desk.stui("session", "restore", past[0], "--dry-run").status == 0
        ran = desk.stui("session", "restore", "main", past[0])
        assert ran.status == 1
        assert "kept as main.yaml.damaged-1" in ran.err
        assert desk.state.buffers == FIRST.buffers

    def test_a_session_whose_file_is_gone_comes_back(
        self, desk: Desk, past: tuple[str, str]
    ) -> None:
        desk.store.path_of("main").unlink()
        ran = desk.stui("session", "restore", "main", past[0])
        assert "warning: meta: it is missing\n" in ran.err
        assert desk.state.buffers == FIRST.buffers


class TestAt:
    @pytest.mark.parametrize(
        ("when", "which"),
        [("2h", None), ("1h", 0), ("59 min ago", 0), ("61s", 0), ("1m", 1), ("0s", 1)],
    )
    def test_the_state_at_that_time(
        self, desk: Desk, past: tuple[str, str], when: str, which: int | None
    ) -> None:
        if which is None:
            ran = desk.stui("session", "restore", "--at", when)
            assert ran.status == 2
            assert "stui session log main" in ran.err
        else:
            assert desk.restore("main", "--at", when)["snapshot"] == past[which]

    def test_one_that_lost_most_is_passed_over(self, desk: Desk, past: tuple[str, str]) -> None:
        shrunk = desk.was(EMPTY, 30.0)
        ran = desk.stui("session", "restore", "--at", "1s")
        assert f"snapshot {shrunk}" in ran.err
        assert same_but_for_saved(desk.state, SECOND)


class TestRefused:
    def test_while_it_is_open(self, desk: Desk, past: tuple[str, str]) -> None:
        lock = desk.store.acquire("main")
        assert lock is not None
        with lock:
            ran = desk.stui("session", "restore", past[0])
        assert ran.all == (
            2,
            "",
            "error: session `main` is open in another stui\n  = help: close it there first\n",
        )
        assert desk.state == SECOND

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["ffffffffffffffff"], "stui session log main"),
            (["main", "nope"], "stui session log main"),
            (["nope", "4f"], "stui session ls"),
            (["../x", "4f"], "stui session ls"),
            ([], "stui session log"),
            (["main", ""], "stui session log main"),
            (["a", "b", "c"], "stui session log"),
            (["main", "4f", "--at", "2h"], "either"),
            (["--at", "half past"], "yesterday 17:00"),
            (["--at", ""], "yesterday 17:00"),
            (["--at", "1h", "--only", "nope"], "no item `nope`"),
            (["--at", "1h", "--only", "buffers.nope"], "no item `buffers.nope`"),
            (["--at", "1h", "--only", "a..b"], "buffers.scratch"),
            (["--at", "1h", "--only", "buffers.a.b"], "buffers.scratch"),
            (["--at", "1h", "--only", "meta"], "no item `meta`"),
        ],
    )
    def test_what_makes_no_sense(
        self, desk: Desk, past: tuple[str, str], words: list[str], said: str
    ) -> None:
        before = contents(desk.folder.path)
        ran = desk.stui("session", "restore", *words)
        assert (ran.status, ran.out) == (2, "")
        assert said in ran.err
        assert contents(desk.folder.path) == before

    def test_a_name_that_two_have(self, desk: Desk) -> None:
        ids = [desk.was(replace(FIRST, preferences={"n": n}), 100.0 - n) for n in range(17)]
        first = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
        ran = desk.stui("session", "restore", first)
        assert ran.status == 2
        assert "write more of its name" in ran.err


def contents(folder: Path) -> dict[str, bytes]:
    """All that is kept, but for locks, which say nothing."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def test_ids_are_completed(
    desk: Desk, past: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert completed("session", "restore", "") == ["main", past[1], past[0]]
    assert completed("session", "restore", "main", past[0]) == [past[0]]
    assert completed("session", "restore", "main", "") == [past[1], past[0]]
