"""Session files: YAML that people can read, and that comes back as far as it is whole."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from doubles.flaky_disk import FlakyDisk
from stui_workspace.document import parse
from stui_workspace.errors import DiskError, NotFoundError, VersionError
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.storage.filesystem import Write
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions import store as sessions
from stui_workspace.storage.sessions.format import HEADER, SESSION_LIMITS, session_yaml
from stui_workspace.storage.sessions.items import ItemProblem, items_of
from stui_workspace.storage.sessions.names import is_session_id
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

SCHEMA = Path(__file__).parents[3] / "schema" / "stui-session.v1.schema.json"
FOLDER = WorkspaceFolder(Path("/state/workspaces/x"))
FILE = FOLDER.sessions / "a.yaml"
STATE = SessionState(
    SessionMeta("a", "first", "host", 1.0, 2.0, 3.0),
    LayoutState("work", {"row": [{"panel": "results", "size": 2}]}, None, "scratch", {"a|b": "b"}),
    {"theme": "nord", "wrap": False},
    {"scratch": BufferState("one\n  two\n", None, (1, 5), ad_hoc=True), "notes": BufferState()},
    {"py": ConnectionRecord(wanted=True, evaluations=2)},
    (TranscriptEntry(1, "py", "1 + 1", "ok", "", "2", 5.0),),
)


@pytest.fixture
def disk() -> FlakyDisk:
    return FlakyDisk()


@pytest.fixture
def store(disk: FlakyDisk) -> SessionStore:
    return SessionStore(FOLDER, disk)


def named(name: str, saved: float = 3.0) -> SessionState:
    return replace(STATE, meta=replace(STATE.meta, id=name, saved=saved))


def test_what_was_saved_is_loaded(store: SessionStore) -> None:
    store.save(STATE)
    loaded = store.load("a")
    assert (loaded.state, loaded.problems, loaded.from_snapshot) == (STATE, (), False)


def test_saving_what_was_loaded_changes_nothing(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    before = disk.files[FILE]
    store.save(store.load("a").state)
    assert disk.files[FILE] == before


def test_the_file_is_for_people_too(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    text = disk.files[FILE].decode()
    assert text.startswith(HEADER)
    assert "text: |\n" in text
    assert "      one\n        two\n" in text


@pytest.mark.parametrize("state", [STATE, SessionState(STATE.meta)], ids=["full", "new"])
def test_the_file_is_valid_by_its_schema(state: SessionState) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    plain = parse(session_yaml(state), SESSION_LIMITS).plain()
    assert [error.json_path for error in Draft7Validator(schema).iter_errors(plain)] == []


@given(st.text(max_size=80))
def test_any_text_comes_back(text: str) -> None:
    disk = FlakyDisk()
    state = replace(STATE, buffers={"a": BufferState(text), text or "b": BufferState(title=text)})
    SessionStore(FOLDER, disk).save(state)
    loaded = SessionStore(FOLDER, disk).load("a")
    assert (loaded.state, loaded.problems) == (state, ())


@pytest.mark.parametrize(
    "text", ["x" * 200_000, "line\n" * 40_000, "\0\x1b[31m\x85\u2028\ufeff", "\r\n\r"]
)
def test_an_unusual_text_comes_back(store: SessionStore, text: str) -> None:
    state = replace(STATE, buffers={"a": BufferState(text)})
    store.save(state)
    assert store.load("a").state == state


def test_half_a_character_does_not_keep_a_session_from_being_saved(store: SessionStore) -> None:
    buffers = {"a": BufferState("one \ud800 two"), "b": BufferState("whole")}
    store.save(replace(STATE, buffers=buffers))
    expected = {"a": BufferState("one \ufffd two"), "b": BufferState("whole")}
    assert store.load("a").state.buffers == expected


def test_a_bad_item_costs_that_item(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    text = disk.files[FILE].decode().replace("wanted: true", "wanted: perhaps")
    disk.files[FILE] = text.replace("notes: {}", "notes: gone").encode()
    loaded = store.load("a")
    assert loaded.state.buffers["scratch"] == STATE.buffers["scratch"]
    assert set(loaded.problems) == {
        ItemProblem("buffer/notes", "it is not of a kind that this stui knows"),
        ItemProblem("connection/py", "`wanted` is not true or false"),
        ItemProblem("session", "the session file was changed by something other than stui"),
    }


DAMAGED = [b"stui-session: [1\n", b"\xff\xfe", b"", b"- a\n", b"name: x\n", b"\0" * 50]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_put_away_and_a_snapshot_serves(
    disk: FlakyDisk, store: SessionStore, content: bytes
) -> None:
    store.save(STATE)
    SnapshotStore(FOLDER.snapshots_of("a"), disk).put(items_of(STATE), 3.0)
    disk.files[FILE] = content
    loaded = store.load("a")
    assert (loaded.state, loaded.from_snapshot) == (STATE, True)
    assert [problem.item for problem in loaded.problems] == ["session"]
    assert disk.files[FILE.with_name("a.yaml.damaged-1")] == content
    assert FILE not in disk.files


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(
    disk: FlakyDisk, store: SessionStore
) -> None:
    for number in (1, 2):
        store.save(STATE)
        disk.files[FILE] = b"[" * number
        loaded = store.load("a")
        assert loaded.state.buffers == {}
        assert not loaded.from_snapshot
        assert disk.files[FILE.with_name(f"a.yaml.damaged-{number}")] == b"[" * number
    assert [one.id for one in store.list()] == []


def test_a_file_of_a_newer_stui_is_left_alone(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    disk.files[FILE] = disk.files[FILE].replace(b"stui-session: 1", b"stui-session: 2")
    before = dict(disk.files)
    with pytest.raises(VersionError):
        store.load("a")
    assert "newer" in str(store.list()[0].problem)
    assert disk.files == before


@pytest.mark.parametrize("left", [b"", b"rubbish\n"])
def test_a_lost_file_with_no_good_snapshot_keeps_nobody_out(
    disk: FlakyDisk, store: SessionStore, left: bytes
) -> None:
    folder = FOLDER.snapshots_of("a")
    disk.make_folder(folder)
    disk.write(folder / "snapshots.jsonl", left, Write.APPEND)
    assert [one.id for one in store.list()] == ["a"]
    loaded = store.load("a")
    assert loaded.state.buffers == {}
    assert "no snapshot of it can be read" in loaded.problems[0].reason


def test_a_lost_file_is_replaced_by_its_snapshot(disk: FlakyDisk, store: SessionStore) -> None:
    SnapshotStore(FOLDER.snapshots_of("a"), disk).put(items_of(STATE), 3.0)
    assert store.load("a").state == STATE
    with pytest.raises(NotFoundError):
        store.load("b")


def test_the_list_is_newest_first_and_names_what_is_damaged(
    disk: FlakyDisk, store: SessionStore
) -> None:
    assert store.list() == ()
    for name, saved in (("a", 1.0), ("b", 3.0), ("c", 2.0)):
        store.save(named(name, saved))
    disk.files[FOLDER.sessions / "d.yaml"] = b"{"
    disk.files[FOLDER.sessions / "Not An Id.yaml"] = b""
    disk.files[FOLDER.sessions / "a.yaml.damaged-1"] = b""
    found = store.list()
    assert [one.id for one in found] == ["b", "c", "a", "d"]
    assert found[0].meta == named("b", 3.0).meta
    assert [bool(one.problem) for one in found] == [False, False, False, True]


def test_the_list_reads_no_further_than_it_must(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    head, _, _ = disk.files[FILE].partition(b"layout:")
    disk.files[FILE] = head + b"layout: [broken"
    assert store.list()[0].meta == STATE.meta


def test_the_name_of_the_file_is_the_one_that_counts(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    disk.files[FOLDER.sessions / "copy.yaml"] = disk.files[FILE]
    assert store.load("copy").state.meta.id == "copy"
    assert sorted(one.id for one in store.list()) == ["a", "copy"]


@pytest.mark.parametrize("name", ["", "..", "../a", "a/b", "A", "a\n", "-", "con:", "x" * 65])
def test_only_a_harmless_name_is_an_id(store: SessionStore, name: str) -> None:
    assert not is_session_id(name)
    for attempt in (store.load, store.summary, store.acquire):
        with pytest.raises(NotFoundError):
            attempt(name)


def test_a_full_disk_leaves_the_old_file(disk: FlakyDisk, store: SessionStore) -> None:
    store.save(STATE)
    before = dict(disk.files)
    for operation in (1, 2):
        disk.fails_at, disk.error = disk.operations + operation, errno.ENOSPC
        with pytest.raises(DiskError, match="full"):
            store.save(named("a", 9.0))
        assert disk.files == before


def test_one_program_at_a_time(tmp_path: Path) -> None:
    store = SessionStore(WorkspaceFolder(tmp_path))
    lock = store.acquire("a")
    assert lock is not None
    assert store.acquire("a") is None
    other = store.acquire("b")
    assert other is not None
    other.release()
    lock.release()
    again = store.acquire("a")
    assert again is not None
    again.release()
    assert [path.name for path in tmp_path.iterdir()] == ["locks"]


def test_a_file_too_large_to_be_ours_is_named_and_set_apart(
    disk: FlakyDisk, store: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SESSION_LIMITS", replace(SESSION_LIMITS, file_bytes=8 << 10))
    store.save(STATE)
    store.save(named("b", 9.0))
    content = session_yaml(named("b", 9.0)).encode().ljust(16 << 10)
    disk.files[FOLDER.sessions / "b.yaml"] = content
    assert sorted(one.id for one in store.list()) == ["a", "b"]
    assert store.peek("b") is None
    assert store.load("b").problems[0].reason.endswith("kept as b.yaml.damaged-1")
    assert disk.files[FOLDER.sessions / "b.yaml.damaged-1"] == content
    assert store.load("a").problems == ()
