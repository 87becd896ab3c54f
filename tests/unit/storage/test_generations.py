"""Generations: what was put is there, byte for byte, or is said to be damaged."""

from __future__ import annotations

import os
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.watched_disk import WatchedDisk
from stui_workspace.errors import DiskError, NotFoundError
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.blobs import CONTENT_BYTES
from stui_workspace.storage.checked_lines import line_of
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.generations.log import MOST_BYTES
from stui_workspace.storage.generations.store import Generation, GenerationStore, Origin
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import hold
from stui_workspace.storage.retention import DAY

FILE = ".stui-workspace.yaml"
COPY = ".stui-workspace.sync-conflict-20250101-000000-ABCDEFG.yaml"
NOW = 20_000 * DAY
A, B, C = b"name: a\n" * 20, b"name: b\n" * 30, b""


def version(content: bytes, origin: Origin = Origin.EDITOR, note: str = "") -> Generation:
    return Generation(FILE, revision_of(content), origin, NOW, note=note)


def copy(content: bytes, name: str = COPY) -> Generation:
    return version(content, Origin.COPY, name)


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    return WorkspaceFolder(tmp_path / "w")


@pytest.fixture
def store(folder: WorkspaceFolder) -> GenerationStore:
    return GenerationStore(folder)


def blob_of(folder: WorkspaceFolder, content: bytes) -> Path:
    revision = revision_of(content)
    return folder.generations / "blobs" / revision[:2] / revision[2:]


def log_of(folder: WorkspaceFolder) -> Path:
    return folder.generations / "log.jsonl"


def files_in(folder: WorkspaceFolder) -> set[Path]:
    return {path for path in folder.generations.rglob("*") if path.is_file()}


def make_old(path: Path) -> None:
    os.utime(path, (NOW - 3601.0, NOW - 3601.0))


# What is put is there


def test_a_store_that_was_never_used_is_empty(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    assert store.log() == ()
    with pytest.raises(NotFoundError):
        store.read(revision_of(A))
    assert not folder.generations.exists()


def test_what_was_put_is_there_in_its_order_and_byte_for_byte(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    odd = Generation(
        "süb/\udcff\n.yaml", revision_of(C), Origin.SELF, -1.5, (revision_of(A),), "undo"
    )
    assert store.put(version(A), A)
    assert store.put(replace(version(B), at=NOW - 99), B)
    assert store.put(odd, C)
    for one in (store, GenerationStore(folder)):
        assert one.log() == (version(A), replace(version(B), at=NOW - 99), odd)
        assert one.log(FILE) == one.log()[:2]
        assert one.log("other") == ()
        assert [one.read(each.revision) for each in one.log()] == [A, B, C]


def test_a_content_is_stored_once(store: GenerationStore, folder: WorkspaceFolder) -> None:
    for content in (A, B, A, B):
        assert store.put(version(content), content)
    assert files_in(folder) == {log_of(folder), blob_of(folder, A), blob_of(folder, B)}


def test_others_cannot_read_it(store: GenerationStore, folder: WorkspaceFolder) -> None:
    store.put(version(A), A)
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.path.rglob("*"))


# What is no news


def test_the_version_that_is_there_already_is_no_news(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    ours = replace(version(A, Origin.SELF, "merge"), parents=(revision_of(B), revision_of(C)))
    assert store.put(ours, A)
    for one in (store, GenerationStore(folder)):
        assert not one.put(version(A, Origin.SYNC), A)
        assert not one.put(replace(ours, at=NOW + 1, parents=ours.parents[:1]), A)
    assert store.log() == (ours,)


@pytest.mark.parametrize(
    "news",
    [
        pytest.param(version(A, note="accepted"), id="a note"),
        pytest.param(replace(version(A), parents=(revision_of(B),)), id="a parent"),
        pytest.param(replace(version(A), file="other"), id="of another file"),
        pytest.param(copy(A), id="a copy with the same content"),
    ],
)
def test_of_the_same_bytes_what_was_not_known_is_news(
    store: GenerationStore, news: Generation
) -> None:
    store.put(version(A), A)
    assert store.put(news, A)
    assert not store.put(news, A)
    assert store.log() == (version(A), news)


def test_a_version_that_comes_again_is_news(store: GenerationStore) -> None:
    assert [store.put(version(one), one) for one in (A, B, A)] == [True, True, True]


def test_a_copy_is_no_news_wherever_it_stands_in_the_log(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    assert store.put(copy(A), A)
    assert store.put(version(B), B)
    assert not store.put(copy(A), A)
    assert store.put(copy(A, "another.yaml"), A)
    assert store.put(copy(C), C)
    assert not GenerationStore(folder).put(replace(copy(A), at=NOW + 9), A)


def test_a_copy_is_no_newer_version_of_the_file(store: GenerationStore) -> None:
    store.put(version(A), A)
    store.put(copy(B), B)
    assert not store.put(version(A), A)
    assert store.put(version(B), B)


# What is refused


def test_what_is_not_that_revision_is_refused(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    with pytest.raises(ValueError, match="not the content"):
        store.put(version(A), B)
    assert not folder.generations.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(version(A), at=float("nan")),
        replace(version(A), parents=(Revision("../../../x"),)),
    ],
)
def test_what_could_not_be_read_back_is_refused(
    store: GenerationStore, folder: WorkspaceFolder, wrong: Generation
) -> None:
    with pytest.raises(ValueError, match="not a generation"):
        store.put(wrong, A)
    assert not folder.generations.exists()


def test_a_file_that_is_too_large_is_refused_with_a_reason(store: GenerationStore) -> None:
    largest = bytes(CONTENT_BYTES)
    assert store.put(version(largest), largest)
    with pytest.raises(DiskError, match="larger than 4 MiB") as caught:
        store.put(version(largest + b"x"), largest + b"x")
    assert caught.value.next_step
    assert store.log() == (version(largest),)
    assert store.read(revision_of(largest)) == largest


def test_the_largest_file_that_does_not_compress_is_read_back(store: GenerationStore) -> None:
    noise = os.urandom(CONTENT_BYTES)
    store.put(version(noise), noise)
    assert store.read(revision_of(noise)) == noise


# Damage


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a flipped bit": lambda packed: packed[:9] + bytes([packed[9] ^ 1]) + packed[10:],
    "cut short": lambda packed: packed[:-1],
    "empty": lambda _packed: b"",
    "something after it": lambda packed: packed + b"x",
    "another content": lambda _packed: zlib.compress(B),
    "zeros": lambda packed: bytes(len(packed)),
    "a bomb": lambda _packed: zlib.compress(bytes(256 << 20), 9),
    "a long file": lambda packed: packed + bytes(CONTENT_BYTES + (1 << 20)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_content_is_told_and_never_given(
    damage: str, store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    blob = blob_of(folder, A)
    blob.write_bytes(DAMAGES[damage](blob.read_bytes()))
    with pytest.raises(DiskError, match="damaged") as caught:
        store.read(revision_of(A))
    assert caught.value.path == blob
    assert caught.value.next_step


def test_a_bomb_is_not_unpacked(store: GenerationStore, folder: WorkspaceFolder) -> None:
    store.put(version(A), A)
    blob_of(folder, A).write_bytes(DAMAGES["a bomb"](b""))
    tracemalloc.start()
    try:
        with pytest.raises(DiskError):
            store.read(revision_of(A))
        assert tracemalloc.get_traced_memory()[1] < 8 * CONTENT_BYTES
    finally:
        tracemalloc.stop()


def test_a_missing_content_is_told_from_one_that_never_was(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    blob_of(folder, A).unlink()
    with pytest.raises(DiskError, match="missing") as caught:
        store.read(revision_of(A))
    assert caught.value.next_step
    with pytest.raises(NotFoundError):
        store.read(revision_of(B))


@pytest.mark.parametrize("name", ["", "../../../w", "a" * 31, "A" * 32, "a" * 32 + "\n"])
def test_what_is_no_name_of_a_content_is_not_found(store: GenerationStore, name: str) -> None:
    store.put(version(A), A)
    with pytest.raises(NotFoundError):
        store.read(Revision(name))


def test_a_damaged_or_missing_content_is_healed_by_putting_it_again(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    harms: tuple[Callable[[Path], object], ...] = (lambda blob: blob.write_bytes(b"x"), Path.unlink)
    for harm in harms:
        harm(blob_of(folder, A))
        fresh = GenerationStore(folder)
        assert not fresh.put(version(A), A)
        assert fresh.read(revision_of(A)) == A
    assert store.log() == (version(A),)


@pytest.mark.parametrize("damage", [b"x", b"\n\n", b"\x00" * 50, b"0123456789abcdef {}\n", b'{"a'])
def test_damaged_lines_are_passed_over_and_spoil_no_other(
    damage: bytes, store: GenerationStore, folder: WorkspaceFolder
) -> None:
    log = log_of(folder)
    store.put(version(A), A)
    log.write_bytes(damage + log.read_bytes() + damage)
    store.put(version(B), B)
    for one in (store, GenerationStore(folder)):
        assert one.log() == (version(A), version(B))
    store.prune(NOW)
    assert store.log() == (version(A), version(B))
    assert damage.strip(b"\n") not in {*log.read_bytes().split(b"\n")} - {b""}


def test_a_line_that_lost_its_checksum_is_not_believed(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    store.put(version(B), B)
    log = log_of(folder)
    log.write_bytes(log.read_bytes().replace(revision_of(B).encode(), revision_of(C).encode()))
    assert GenerationStore(folder).log() == (version(A),)


@pytest.mark.parametrize(
    "line",
    [
        {"generation": 2, "file": FILE, "content": revision_of(B)},
        {"generation": 1, "file": FILE, "revision": revision_of(B), "origin": "elsewhere"},
        {"content": {"of": [revision_of(B)]}},
    ],
)
def test_what_only_a_newer_stui_understands_is_kept_with_its_content(
    line: dict[str, object], store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(B), B)
    newer = line_of(line)
    log_of(folder).write_bytes(newer)
    make_old(blob_of(folder, B))
    assert GenerationStore(folder).log() == ()
    store.put(version(A), A)
    for number in range(60):
        text = f"{number}".encode()
        store.put(replace(version(text), at=NOW - 40 * DAY), text)
    assert store.prune(NOW) == 10
    assert newer in log_of(folder).read_bytes()
    assert store.read(revision_of(B)) == B


# Pruning


def old(number: int) -> tuple[Generation, bytes]:
    content = f"old {number}\n".encode()
    return replace(version(content), at=NOW - 40 * DAY + number), content


def test_what_need_not_be_kept_goes_with_its_content(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    for number in range(55):
        store.put(*old(number))
    store.put(version(A), A)
    pinned = old(3)[0].revision
    assert store.prune(NOW, pinned=[pinned]) == 5
    expected = (old(3)[0], *(old(number)[0] for number in range(6, 55)), version(A))
    for one in (store, GenerationStore(folder)):
        assert one.log() == expected
        assert [revision_of(one.read(each.revision)) for each in expected] == [
            each.revision for each in expected
        ]
    assert len(files_in(folder)) == 1 + 51
    with pytest.raises(NotFoundError):
        store.read(old(0)[0].revision)
    assert store.prune(NOW, pinned=[pinned]) == 0


def test_a_content_that_a_kept_version_has_too_stays(store: GenerationStore) -> None:
    for number in range(60):
        store.put(*old(number))
    again = old(0)[1]
    store.put(version(again), again)
    assert store.prune(NOW) == 11
    assert store.read(revision_of(again)) == again


def test_pruned_and_put_again_is_there_again(store: GenerationStore) -> None:
    for number in range(60):
        store.put(*old(number))
    store.prune(NOW)
    assert store.put(*old(0))
    assert store.read(old(0)[0].revision) == old(0)[1]


def test_litter_goes_when_it_is_an_hour_old_and_what_is_not_ours_never(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    base = folder.generations
    blobs = base / "blobs"
    temporary = ".~x.0123abcd.tmp"
    (blobs / "0a").mkdir(exist_ok=True)
    (base / "asides").mkdir()
    litter = [
        base / temporary,
        base / "asides" / temporary,
        blobs / temporary,
        blobs / "0a" / temporary,
        blobs / "0a" / ("0" * 30),
    ]
    foreign = [
        base / "notes.txt",
        blobs / "notes.txt",
        blobs / "0a" / "notes.txt",
        blobs / "0a" / "0",
    ]
    for path in (*litter, *foreign):
        path.write_bytes(b"x")
        os.utime(path, (NOW - 3599.0, NOW - 3599.0))
    make_old(blob_of(folder, A))
    assert store.prune(NOW) == 0
    assert all(path.exists() for path in litter)
    for path in (*litter, *foreign):
        make_old(path)
    assert store.prune(NOW) == 0
    assert [path for path in litter if path.exists()] == []
    assert all(path.exists() for path in foreign)
    assert store.read(revision_of(A)) == A


def test_pruning_nothing_makes_nothing(store: GenerationStore, folder: WorkspaceFolder) -> None:
    assert store.prune(NOW) == 0
    assert not folder.generations.exists()


# Several stores


def test_two_stores_see_what_the_other_does(folder: WorkspaceFolder) -> None:
    one, two = GenerationStore(folder), GenerationStore(folder)
    assert one.put(version(A), A)
    assert not two.put(version(A), A)
    assert two.put(version(B), B)
    assert not one.put(version(B), B)
    for number in range(60):
        two.put(*old(number))
    assert one.log() == two.log()
    assert two.prune(NOW) == 10
    assert one.log() == two.log()
    assert one.put(version(C), C)
    assert two.log() == one.log()


def test_a_log_of_the_same_size_is_not_taken_for_the_same(folder: WorkspaceFolder) -> None:
    one, two = GenerationStore(folder), GenerationStore(folder)
    for number in range(51):
        one.put(*old(number + 10))
    size = log_of(folder).stat().st_size
    assert len(one.log()) == 51
    two.prune(NOW)
    two.put(*old(70))
    log_of(folder).write_bytes(log_of(folder).read_bytes().ljust(size, b"\n"))
    assert one.log() == two.log()
    assert not one.put(*old(70))


def test_a_log_that_was_put_away_is_not_remembered(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    log_of(folder).unlink()
    assert store.log() == ()
    assert store.put(version(A), A)
    assert store.log() == (version(A),)


def test_putting_what_is_there_reads_and_writes_nothing(folder: WorkspaceFolder) -> None:
    done: list[tuple[str, Path]] = []
    disk = WatchedDisk(lambda what, path: done.append((what, path)))
    store = GenerationStore(folder, disk)
    store.put(version(C), C)
    store.log()
    done.clear()
    store.put(version(A), A)
    assert log_of(folder) not in [path for what, path in done if what == "read"]
    done.clear()
    assert not store.put(version(A), A)
    assert done == [("names", folder.generations / "asides")]
    GenerationStore(folder).put(version(B), B)
    assert store.log() == (version(C), version(A), version(B))
    done.clear()
    assert store.log(FILE)
    assert done == [("names", folder.generations / "asides")]


# No lock


def test_while_another_holds_the_lock_versions_are_put_aside(folder: WorkspaceFolder) -> None:
    one, two = (GenerationStore(folder, patience=0.0) for _ in range(2))
    one.put(version(A), A)
    with hold(folder.locks / "generations.lock", 0.0):
        assert not one.put(version(A), A)
        assert one.put(version(B), B)
        assert not two.put(version(B), B)
        assert two.put(version(C), C)
        assert one.put(copy(A), A)
        assert not one.put(copy(A), A)
        assert one.prune(NOW + 99 * DAY) == 0
        expected = (version(A), version(B), version(C), copy(A))
        for store in (one, two, GenerationStore(folder)):
            assert store.log() == expected
            assert [store.read(each.revision) for each in expected] == [A, B, C, A]
    assert not one.put(copy(A), A)
    assert one.put(version(A, note="restore"), A)
    for store in (one, two, GenerationStore(folder)):
        assert store.log() == (*expected, version(A, note="restore"))
        assert [store.read(each.revision) for each in expected] == [A, B, C, A]
    assert not list((folder.generations / "asides").iterdir())


def test_pruning_takes_in_what_was_put_aside(folder: WorkspaceFolder) -> None:
    store = GenerationStore(folder, patience=0.0)
    with hold(folder.locks / "generations.lock", 0.0):
        for number in range(60):
            store.put(*old(number))
    assert store.prune(NOW) == 10
    assert store.log() == tuple(old(number)[0] for number in range(10, 60))
    assert store.read(old(59)[0].revision) == old(59)[1]


def test_without_locks_versions_are_kept_and_none_is_forgotten(folder: WorkspaceFolder) -> None:
    folder.path.mkdir()
    folder.locks.write_bytes(b"a file where the folder of the locks would be")
    store = GenerationStore(folder)
    for number in range(12):
        assert store.put(*old(number))
        assert not store.put(*old(number))
    assert store.put(copy(A), A)
    assert not store.put(copy(A), A)
    for one in (store, GenerationStore(folder)):
        assert one.log() == (*(old(number)[0] for number in range(12)), copy(A))
        assert one.read(old(0)[0].revision) == old(0)[1]
    with pytest.raises(DiskError):
        store.prune(NOW + 99 * DAY)
    assert len(store.log()) == 13


def test_a_damaged_aside_is_passed_over_and_left(folder: WorkspaceFolder) -> None:
    store = GenerationStore(folder, patience=0.0)
    with hold(folder.locks / "generations.lock", 0.0):
        store.put(version(A), A)
        store.put(version(B), B)
    first, _ = sorted((folder.generations / "asides").iterdir())
    first.write_bytes(first.read_bytes()[:-3])
    fresh = GenerationStore(folder)
    assert fresh.log() == (version(B),)
    assert fresh.put(version(C), C)
    fresh.prune(NOW)
    assert fresh.log() == (version(B), version(C))
    assert first.exists()


# A disk that cannot be read


@pytest.mark.parametrize("number", range(1, 13))
def test_a_read_that_fails_loses_nothing(folder: WorkspaceFolder, number: int) -> None:
    left = number

    def fail(what: str, path: Path) -> None:
        nonlocal left
        left -= what in ("read", "names")
        if left == 0:
            left = -1
            raise OSError(5, "the test wants it", str(path))

    seen = GenerationStore(folder, patience=0.0)
    with hold(folder.locks / "generations.lock", 0.0):
        seen.put(version(A), A)
    seen.put(version(B), B)
    store = GenerationStore(folder, WatchedDisk(fail, RealFileSystem()))
    expected = [version(A), version(B)]
    for one, content in ((version(B), B), (version(C), C), (copy(A), A)):
        with suppress(DiskError):
            if store.put(one, content):
                expected.append(one)
    with suppress(DiskError):
        store.prune(NOW)
    for each in (store, GenerationStore(folder)):
        assert list(each.log()) == expected
        assert [revision_of(each.read(one.revision)) for one in expected] == [
            one.revision for one in expected
        ]


def test_a_log_too_large_to_be_ours_is_named_and_not_read(
    store: GenerationStore, folder: WorkspaceFolder
) -> None:
    store.put(version(A), A)
    with log_of(folder).open("r+b") as log:
        log.truncate(MOST_BYTES + 1)
    with pytest.raises(DiskError, match=r"log\.jsonl.*larger than"):
        GenerationStore(folder).log(FILE)
