"""The index: whatever is wrong with it, the search goes on; whatever is forgotten, it has not."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from stui_workspace.history import Entry, Query, Within, index_sources, index_tables
from stui_workspace.history.forgetting import bring_back, forget
from stui_workspace.history.index import HistoryIndex
from stui_workspace.history.index_tables import NAME
from stui_workspace.history.log import HistoryLog
from stui_workspace.history.segments import entry_of
from stui_workspace.storage.filesystem import RealFileSystem

JUNE = 1_781_500_000.0
LATER = JUNE * 2


class World:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "history"
        self.cache = folder / "cache"
        self.path = self.cache / NAME
        self.log = HistoryLog(self.folder, "laptop")
        self.open: list[HistoryIndex] = []

    def index(self) -> HistoryIndex:
        index = HistoryIndex(self.folder, self.cache, RealFileSystem(), lambda: LATER)
        self.open.append(index)
        return index

    def put(self, code: str, at: float = 0.0, connection: str = "py") -> Entry:
        return self.log.append(Entry(JUNE + at, connection, code, "w"))

    def segment(self) -> Path:
        return self.folder / "laptop" / "2026-06.jsonl"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    for index in made.open:
        index.close()


def codes(index: HistoryIndex, typed: str = "", within: Within | None = None) -> list[str]:
    index.update()
    return [one.code for one in index.search(Query.read(typed), within or Within(), 99)]


@pytest.mark.parametrize("typed", ["total total", "total  total total", "Total Total"])
def test_a_word_that_is_typed_twice_is_one_word(world: World, typed: str) -> None:
    long = "Total = sum(orders)  # " + "and so on " * 50
    world.put(long)
    world.put("Total")
    assert codes(world.index(), typed) == ["Total", long]


def test_an_empty_history(world: World) -> None:
    assert codes(world.index()) == []
    assert world.index().standing().entry_count == 0


def test_what_is_evaluated_is_found_at_the_next_update(world: World) -> None:
    index = world.index()
    world.put("first")
    assert codes(index) == ["first"]
    world.put("second", 1.0)
    assert [one.code for one in index.search(Query.read(""), Within(), 9)] == ["first"]
    assert codes(index) == ["second", "first"]


def test_only_what_is_new_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(50):
        world.put(str(at), at)
    index = world.index()
    index.update()
    read: list[bytes] = []

    def noting(line: bytes) -> Entry | None:
        read.append(line)
        return entry_of(line)

    monkeypatch.setattr(index_sources, "entry_of", noting)
    index.update()
    assert read == []
    world.put("one more", 99.0)
    index.update()
    assert [line for line in read if line] == [world.segment().read_bytes().split(b"\n")[-2]]


def test_often_used_is_worth_some_days_and_without_words_the_last_is_first(world: World) -> None:
    for at in range(8):
        world.put("select often", at)
    world.put("select later", 2 * 86400.0)
    world.put("select latest", 4 * 86400.0)
    index = world.index()
    assert codes(index, "select") == ["select latest", "select often", "select later"]
    assert codes(index) == ["select latest", "select later", "select often"]


def test_the_best_within_a_connection_is_found_behind_those_that_rank_higher_elsewhere(
    world: World,
) -> None:
    for at in range(5):
        world.put(f"x {at}", at * 3600.0, "st")
        world.put(f"x {at}", (100 - at) * 3600.0, "py")
    found = world.index()
    found.update()
    best = found.search(Query.read("x"), Within(connection="st"), 1)
    assert [(one.code, one.count, one.last) for one in best] == [("x 4", 1, JUNE + 4 * 3600.0)]


def test_the_file_is_for_its_owner_alone(world: World) -> None:
    world.put("a")
    codes(world.index())
    assert stat.S_IMODE(world.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(world.cache.stat().st_mode) == 0o700


def nothing(path: Path) -> None:
    path.unlink()


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(9000))


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def holes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def another_version(path: Path) -> None:
    with sqlite3.connect(path) as link:
        link.execute("PRAGMA user_version=99")
    link.close()


def another_program(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as link:
        link.execute("CREATE TABLE theirs(x)")
    link.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent.parent / "elsewhere")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_tables(path: Path) -> None:
    with sqlite3.connect(path) as link:
        link.execute("DROP TABLE texts")
    link.close()


@pytest.mark.parametrize(
    "spoil",
    [nothing, noise, torn, holes, another_version, another_program, a_folder, a_link, empty,
     no_tables],
)  # fmt: skip
def test_an_index_that_is_none_is_made_anew(world: World, spoil: Callable[[Path], None]) -> None:
    world.put("select")
    first = world.index()
    codes(first)
    first.close()
    spoil(world.path)
    assert codes(world.index(), "slct") == ["select"]
    assert world.path.is_file()
    assert not world.path.is_symlink()
    assert not (world.cache.parent / "elsewhere").exists()


def test_a_file_of_another_program_is_moved_and_not_deleted(world: World) -> None:
    world.put("select")
    world.cache.mkdir()
    world.path.write_bytes(b"somebody's notes")
    assert codes(world.index()) == ["select"]
    assert world.path.with_name(f"{NAME}.damaged-1").read_bytes() == b"somebody's notes"


def test_without_a_place_on_the_disk_it_is_made_in_memory(world: World) -> None:
    world.put("select")
    world.cache.write_bytes(b"a file where the folder should be")
    index = world.index()
    assert codes(index, "slct") == ["select"]
    world.put("more", 1.0)
    assert codes(index) == ["more", "select"]


def test_deleted_while_it_is_open_it_is_made_anew(world: World) -> None:
    world.put("a")
    index = world.index()
    codes(index)
    for path in world.cache.iterdir():
        path.unlink()
    world.cache.rmdir()
    world.put("b", 1.0)
    assert codes(index) == ["b", "a"]


def test_while_another_program_writes_one_searches_in_what_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_tables, "BUSY_SECONDS", 0.0)
    world.put("a")
    codes(world.index())
    world.put("b", 1.0)
    other = sqlite3.connect(world.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    index = world.index()
    assert codes(index) == ["a"]
    assert index.standing().is_behind
    other.execute("ROLLBACK")
    other.close()
    assert codes(index) == ["b", "a"]
    assert not index.standing().is_behind


def test_two_that_update_at_once_count_everything_once(world: World) -> None:
    one, other = world.index(), world.index()
    for at in range(6):
        world.put(f"x{at}", at)
        (one, other)[at % 2].update()
    assert codes(one) == codes(other)
    assert one.standing().entry_count == 6


def test_where_sqlite_has_no_trigrams_the_same_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_tables, "_TRIGRAMS", "CREATE VIRTUAL TABLE trigrams USING none()")
    for at, code in enumerate(["select customer", "customer", "s-e-l", "order customer"]):
        world.put(code, at)
    index = world.index()
    assert codes(index, "customer") == ["order customer", "customer", "select customer"]
    assert codes(index, "sel") == ["select customer", "s-e-l"]
    forget(world.log, {one.id for one in world.log.entries() if "select" in one.code}, LATER)
    assert codes(index, "sel") == ["s-e-l"]


def test_damaged_files_are_named_and_the_rest_is_found(world: World) -> None:
    world.put("good")
    with world.segment().open("ab") as file:
        file.write(b'\xff\xfe\n{"id": 3}\n' + b"x" * (6 << 20) + b"\n")
    world.put("later", 1.0)
    index = world.index()
    assert codes(index) == ["later", "good"]
    assert index.standing().damaged == (("laptop/2026-06.jsonl", 3),)


def test_a_file_that_cannot_be_read_is_named_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put("good")
    (world.folder / "other").mkdir()
    (world.folder / "other" / "2026-06.jsonl").write_bytes(b"x")
    real = index_sources._open

    def refusing(path: Path) -> object:
        if path.parent.name == "other":
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr(index_sources, "_open", refusing)
    index = world.index()
    assert codes(index) == ["good"]
    assert index.standing().damaged == (("other/2026-06.jsonl", 1),)


def test_a_line_that_was_being_written_is_read_when_it_is_whole(world: World) -> None:
    world.put("first")
    line = json.dumps(asdict(Entry(JUNE, "py", "second", id="2"))).encode()
    index = world.index()
    with world.segment().open("ab") as file:
        file.write(line[:20])
    assert codes(index) == ["first"]
    with world.segment().open("ab") as file:
        file.write(line[20:] + b"\n")
    assert sorted(codes(index)) == ["first", "second"]


def test_a_last_line_without_its_end_counts_until_it_turns_out_to_be_damaged(world: World) -> None:
    line = json.dumps(asdict(Entry(JUNE, "py", "open", id="2"))).encode()
    world.segment().parent.mkdir(parents=True)
    world.segment().write_bytes(line)
    index = world.index()
    assert codes(index) == ["open"]
    with world.segment().open("ab") as file:
        file.write(b"garbage\n")
    assert codes(index) == []


def test_of_what_is_forgotten_nothing_is_left_in_the_file(world: World) -> None:
    for at in range(300):
        world.put(f"harmless {at}", at)
    entry = world.put("qzwxkvj-unique", 999.0)
    index = world.index()
    assert codes(index, "qzwxkvj") == ["qzwxkvj-unique"]
    forget(world.log, {entry.id}, LATER)
    assert codes(index, "qzwxkvj") == []
    index.close()
    left = b"".join(path.read_bytes() for path in world.cache.iterdir())
    assert b"qzwxkvj" not in left
    assert b"xkv" not in left  # nor in the tree of three letters
    assert b"harmless" in left


def test_what_is_brought_back_is_found_again(world: World) -> None:
    entry = world.put("select")
    index = world.index()
    forget(world.log, {entry.id}, LATER)
    assert codes(index) == []
    bring_back(world.log, [entry], LATER)
    assert codes(index) == ["select"]


def test_so_is_what_stands_in_the_file_of_another_machine_which_did_not_change(
    world: World,
) -> None:
    there = HistoryLog(world.folder, "desktop").append(Entry(JUNE, "py", "there"))
    world.put("here", 1.0)
    index = world.index()
    forget(world.log, {there.id}, LATER)
    assert codes(index) == ["here"]
    bring_back(world.log, [there], LATER)
    assert codes(index) == ["here", "there"]


def test_progress_is_told_in_bytes_and_ends_at_all(world: World) -> None:
    for at in range(20):
        world.put(str(at), at)
    told: list[tuple[int, int]] = []
    world.index().update(lambda done, total: told.append((done, total)))
    size = world.segment().stat().st_size
    assert told[-1] == (size, size)


def test_hostile_names_and_times_are_kept_as_they_are(world: World) -> None:
    lines = [
        {"id": "a\ud800", "at": 1e300, "connection": "\x1b[31m\ud800", "code": "\ud800x\0y"},
        {"id": "", "at": float("nan"), "connection": "", "code": "  "},
        {"id": "'; DROP TABLE texts; --", "at": -1e300, "connection": "py", "code": "y" * 300_000},
    ]
    world.segment().parent.mkdir(parents=True)
    world.segment().write_text("\n".join(json.dumps(one) for one in lines) + "\n")
    index = world.index()
    assert sorted(codes(index)) == sorted(["\ud800x\0y", "  ", "y" * 300_000])
    assert codes(index, "x", Within(connection="\x1b[31m\ud800")) == ["\ud800x\0y"]
