"""`stui session`: what is kept, looked at without touching it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from support.command_line import CommandLine

STATE = SessionState(
    SessionMeta("main", "main", "laptop", 1000.0, 2000.0, 999_970.0, opens=3),
    buffers={
        "scratch": BufferState("draft", cursor=(1, 4)),
        "notes": BufferState(),
    },
    connections={"py": ConnectionRecord(wanted=True, evaluations=2)},
    transcript=(TranscriptEntry(1, "py", "1 + 1", "ok", "", "2", 5.0),),
)


@pytest.fixture
def store(stui: CommandLine, file: Path, tmp_path: Path) -> SessionStore:
    stui.services = services_in(tmp_path / "home", HandClock(1_000_000.0))
    return SessionStore(stui.services.locations.workspace(file.parent))


def kept(store: SessionStore, name: str, saved: float, *, closed: bool = True) -> None:
    meta = replace(STATE.meta, id=name, name=name, saved=saved, closed=closed)
    store.save(replace(STATE, meta=meta))


class TestList:
    def test_the_last_saved_first(self, stui: CommandLine, store: SessionStore) -> None:
        kept(store, "main", 999_000.0)
        kept(store, "main-2", 999_970.0, closed=False)
        assert stui("session", "ls").all == (
            0,
            (
                "main-2  saved 30 s ago    open, or crashed  1 unsaved\n"
                "main    saved 16 min ago  closed            1 unsaved\n"
            ),
            "",
        )

    def test_as_json(self, stui: CommandLine, store: SessionStore) -> None:
        kept(store, "main", 999_000.0)
        (found,) = json.loads(stui("session", "ls", "--json").out)
        assert (found["id"], found["saved"], found["closed"]) == ("main", 999_000.0, True)
        assert (found["problem"], found["file"]) == (None, str(store.path_of("main")))

    def test_none(self, stui: CommandLine, store: SessionStore) -> None:
        assert stui("session", "ls").all == (0, "", "no session is kept of this project\n")
        assert stui("session", "ls", "--json").out == "[]\n"

    def test_one_that_cannot_be_read_is_listed_too(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        kept(store, "main", 999_000.0)
        store.path_of("bad").write_text("[")
        out = stui("session", "ls").out
        assert "bad " in out
        assert "unreadable" in out
        assert store.path_of("bad").read_text() == "["

    @pytest.mark.parametrize("saved", [-1e308, 1e308, -1e13])
    def test_a_time_that_no_calendar_has_is_said_to_be_unknown(
        self, stui: CommandLine, store: SessionStore, saved: float
    ) -> None:
        kept(store, "main", saved)
        assert stui("session", "ls").status == 0
        shown = stui("session", "show")
        assert (shown.status, shown.err) == (0, "")
        assert "saved" in shown.out

    def test_of_another_project(
        self,
        stui: CommandLine,
        store: SessionStore,
        file: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        kept(store, "main", 999_000.0)
        monkeypatch.chdir(tmp_path)
        assert "main" in stui("session", "ls", "--project", str(file)).out


class TestShow:
    def test_the_last_one(self, stui: CommandLine, store: SessionStore) -> None:
        kept(store, "main", 999_970.0)
        ran = stui("session", "show")
        assert (ran.status, ran.err) == (0, "")
        rows = [line.split(maxsplit=1) for line in ran.out.splitlines()]
        assert ["session", "main"] in rows
        assert ["buffer", "scratch: unsaved, 5 characters, cursor at 2:5"] in rows
        assert ["buffer", "notes: as in the file, cursor at 1:1"] in rows
        assert ["connection", "py: was connected, 2 evaluations"] in rows
        assert "draft" not in ran.out

    def test_what_the_journal_has_counts(self, stui: CommandLine, store: SessionStore) -> None:
        kept(store, "main", 999_970.0)
        newer = replace(STATE, buffers={"scratch": BufferState("a longer draft")})
        items = {"buffer/scratch": items_of(newer)["buffer/scratch"]}
        journal = Journal(store.folder.journal_of("main"))
        journal.append(items, 999_990.0)
        before = sorted(path.name for path in store.folder.path.rglob("*"))
        found = json.loads(stui("session", "show", "main", "--json").out)
        assert found["journalled"] == 1
        assert "unsaved, 14 characters" in stui("session", "show").out
        journal.set_aside()  # as a crash while opening leaves it
        assert "unsaved, 14 characters" in stui("session", "show").out
        assert len(before) == len(sorted(store.folder.path.rglob("*")))

    def test_a_damaged_one_is_left_where_it_is(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        kept(store, "main", 999_970.0)
        store.path_of("main").write_text("stui-session: [\n")
        ran = stui("session", "show", "main")
        assert (ran.status, ran.out) == (1, "")
        assert "no snapshot of it is there" in ran.err
        assert store.path_of("main").read_text() == "stui-session: [\n"

    @pytest.mark.parametrize("left", [None, b"stui-session: [\n", b"stui-session: 1\nmeta: {}\n"])
    def test_of_a_damaged_one_the_snapshot_is_shown_and_what_is_damaged_is_named(
        self, stui: CommandLine, store: SessionStore, left: bytes | None
    ) -> None:
        kept(store, "main", 999_970.0)
        items = {name: one for name, one in items_of(STATE).items() if name != "meta"}
        SnapshotStore(store.folder.snapshots_of("main")).put(items, 999_970.0)
        path = store.path_of("main")
        path.unlink() if left is None else path.write_bytes(left)
        ran = stui("session", "show", "main")
        assert ran.status == 0
        assert "scratch: unsaved, 5 characters" in ran.out
        assert ran.err.startswith("warning: ")
        found = json.loads(stui("session", "show", "main", "--json").out)
        assert found["problems"]
        assert (path.read_bytes() if path.exists() else None) == left

    @pytest.mark.parametrize("name", ["nope", "../../etc", "", "A"])
    def test_one_that_there_is_not(self, stui: CommandLine, store: SessionStore, name: str) -> None:
        kept(store, "main", 999_970.0)
        assert stui("session", "show", name).status == 2

    def test_none(self, stui: CommandLine, store: SessionStore, file: Path) -> None:
        assert stui("session", "show").err == (
            f"error: no session of `{file.parent}`\n  = help: `stui` starts one\n"
        )


class TestRemove:
    def test_without_a_terminal_it_needs_a_yes(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        kept(store, "main", 999_970.0)
        assert stui("session", "rm", "main").status == 2
        assert store.path_of("main").exists()
        assert stui("session", "rm", "main", "--yes").all == (
            0,
            "",
            ("removed session `main`\n  = help: `stui session undo` brings it back, for 30 days\n"),
        )
        assert not store.path_of("main").exists()

    @pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), (None, 1)])
    def test_at_a_terminal_it_asks(
        self,
        stui: CommandLine,
        store: SessionStore,
        monkeypatch: pytest.MonkeyPatch,
        answer: str | None,
        status: int,
    ) -> None:
        from stui_workspace.cli import session_removing

        class Person:
            def ask(self, question: str) -> str | None:
                return answer

        monkeypatch.setattr(session_removing, "asker", Person)
        kept(store, "main", 999_970.0)
        assert stui("session", "rm", "main").status == status
        assert store.path_of("main").exists() == bool(status)

    def test_an_open_one_stays(self, stui: CommandLine, store: SessionStore) -> None:
        kept(store, "main", 999_970.0)
        lock = store.acquire("main")
        assert lock is not None
        with lock:
            ran = stui("session", "rm", "main", "--yes")
        assert ran.all == (
            2,
            "",
            "error: session `main` is open in another stui\n  = help: close it there first\n",
        )

    def test_nothing_is_removed_when_one_name_is_wrong(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        kept(store, "main", 999_970.0)
        assert stui("session", "rm", "main", "nope", "--yes").status == 2
        assert store.path_of("main").exists()


def test_what_is_too_large_to_be_ours_is_named_and_deleted(
    stui: CommandLine, store: SessionStore
) -> None:
    kept(store, "main", 999_000.0)
    kept(store, "main-2", 999_000.0)
    journal = store.folder.journal_of("main")
    journal.parent.mkdir(parents=True, exist_ok=True)
    for path in (journal, store.path_of("main-2")):
        with path.open("ab") as file:
            file.truncate((256 << 20) + 1)
    shown = stui("session", "show", "main")
    assert shown.status == 0
    assert "it cannot be ours" in shown.out + shown.err
    shown = stui("session", "show", "main-2")
    assert (shown.status, "larger than 256 MiB" in shown.err) == (3, True)
    assert "larger than 256 MiB" in stui("session", "ls").out
    assert stui("session", "rm", "main-2", "--yes").status == 0
    assert stui("session", "rm", "main", "--yes").status == 0
    assert stui("session", "ls").out == ""
