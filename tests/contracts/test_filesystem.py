"""What every `FileSystem` does, the real one and the one that tests use."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write


@dataclass(frozen=True)
class Place:
    """A file system, a folder that exists on it, and how to give a file a second name."""

    fs: FileSystem
    folder: Path
    link: Callable[[Path], None]


def real_place(folder: Path) -> Place:
    return Place(RealFileSystem(), folder, lambda path: os.link(path, f"{path}.other-name"))


def fake_place() -> Place:
    folder = Path("/project")
    disk = FlakyDisk(folders={Path("/"), folder})
    return Place(disk, folder, disk.linked.add)


@pytest.fixture(params=["real", "fake"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return real_place(tmp_path) if request.param == "real" else fake_place()


def test_what_was_written_is_read(place: Place) -> None:
    path = place.folder / "a"
    place.fs.write(path, b"one\r\n\0two", Write.NEW)
    assert place.fs.read(path) == b"one\r\n\0two"
    assert place.fs.read(path, 3) == b"one"
    assert place.fs.read(path, 0) == b""
    assert place.fs.read(path, 100) == b"one\r\n\0two"


def test_a_missing_file_reads_as_none(place: Place) -> None:
    assert place.fs.read(place.folder / "a") is None
    assert place.fs.read(place.folder / "no" / "a") is None


def test_a_folder_cannot_be_read(place: Place) -> None:
    with pytest.raises(OSError, match=r"not a regular file|[Dd]enied"):
        place.fs.read(place.folder)


def test_a_new_file_is_never_an_old_one(place: Place) -> None:
    path = place.folder / "a"
    place.fs.write(path, b"old", Write.NEW)
    with pytest.raises(FileExistsError):
        place.fs.write(path, b"new", Write.NEW)
    assert place.fs.read(path) == b"old"


@pytest.mark.parametrize("how", [Write.NEW, Write.APPEND])
def test_no_folder_no_file(place: Place, how: Write) -> None:
    with pytest.raises(FileNotFoundError):
        place.fs.write(place.folder / "no" / "a", b"x", how)


def test_appending_makes_the_file_and_goes_on_after_it(place: Place) -> None:
    path = place.folder / "a"
    for content in (b"one ", b"", b"two"):
        place.fs.write(path, content, Write.APPEND)
    assert place.fs.read(path) == b"one two"


@pytest.mark.parametrize("content", [b"", b"short", b"much longer than before"])
def test_writing_over_leaves_the_new_content_only(place: Place, content: bytes) -> None:
    path = place.folder / "a"
    place.fs.write(path, b"old content", Write.NEW)
    place.fs.write(path, content, Write.OVER)
    assert place.fs.read(path) == content


def test_writing_over_makes_no_file(place: Place) -> None:
    with pytest.raises(FileNotFoundError):
        place.fs.write(place.folder / "a", b"x", Write.OVER)
    assert place.fs.names(place.folder) == ()


def test_moving_replaces_the_target(place: Place) -> None:
    source, target = place.folder / "source", place.folder / "target"
    place.fs.write(source, b"new", Write.NEW)
    place.fs.write(target, b"old", Write.NEW)
    place.fs.move(source, target)
    assert place.fs.names(place.folder) == ("target",)
    assert place.fs.read(target) == b"new"


def test_moving_into_another_folder(place: Place) -> None:
    source, target = place.folder / "source", place.folder / "deep" / "target"
    place.fs.write(source, b"x", Write.NEW)
    place.fs.make_folder(target.parent)
    place.fs.move(source, target)
    assert place.fs.read(source) is None
    assert place.fs.read(target) == b"x"


def test_moving_needs_a_source(place: Place) -> None:
    with pytest.raises(FileNotFoundError):
        place.fs.move(place.folder / "no", place.folder / "target")


def test_moving_refuses_to_cut_a_hard_link(place: Place) -> None:
    source, target = place.folder / "source", place.folder / "target"
    place.fs.write(source, b"new", Write.NEW)
    place.fs.write(target, b"old", Write.NEW)
    place.link(target)
    with pytest.raises(OSError, match="other names") as caught:
        place.fs.move(source, target)
    assert caught.value.errno == errno.EMLINK
    assert place.fs.read(target) == b"old"
    assert place.fs.read(source) == b"new"


def test_removing_twice_is_removing(place: Place) -> None:
    path = place.folder / "a"
    place.fs.write(path, b"x", Write.NEW)
    place.fs.remove(path)
    place.fs.remove(path)
    assert place.fs.names(place.folder) == ()


def test_folders_are_made_with_those_above(place: Place) -> None:
    deep = place.folder / "one" / "two"
    place.fs.make_folder(deep)
    place.fs.make_folder(deep)
    place.fs.write(deep / "a", b"x", Write.NEW)
    assert place.fs.names(place.folder) == ("one",)
    assert place.fs.names(deep) == ("a",)


def test_a_file_is_no_folder(place: Place) -> None:
    path = place.folder / "a"
    place.fs.write(path, b"x", Write.NEW)
    with pytest.raises(OSError, match=r"not a folder|exists"):
        place.fs.make_folder(path)
    with pytest.raises(NotADirectoryError):
        place.fs.names(path)


def test_names_are_sorted_and_none_where_there_is_no_folder(place: Place) -> None:
    for name in ("b", "a", ".c"):
        place.fs.write(place.folder / name, b"", Write.NEW)
    assert place.fs.names(place.folder) == (".c", "a", "b")
    assert place.fs.names(place.folder / "no") == ()


NAMES = st.sampled_from(["a", "b", "folder/a", "folder/deep/a"])
CONTENTS = st.binary(max_size=8)
OPERATIONS = st.one_of(
    st.tuples(st.just("write"), NAMES, CONTENTS, st.sampled_from(list(Write))),
    st.tuples(st.just("move"), NAMES, NAMES),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("make_folder"), st.sampled_from(["folder", "folder/deep"])),
    st.tuples(st.just("read"), NAMES),
    st.tuples(st.just("names"), st.sampled_from([".", "folder", "folder/deep"])),
)


def outcome(place: Place, operation: tuple[object, ...]) -> object:
    """What the operation gives back, or which error it raises."""
    name, *arguments = operation
    placed = [place.folder / one if isinstance(one, str) else one for one in arguments]
    try:
        return getattr(place.fs, str(name))(*placed)
    except OSError as error:
        return type(error)


@settings(deadline=None)  # a real disk takes the time it takes
@given(st.lists(OPERATIONS, max_size=12))
def test_the_fake_and_the_real_one_cannot_be_told_apart(
    operations: list[tuple[object, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        real, fake = real_place(Path(folder)), fake_place()
        for operation in operations:
            assert outcome(real, operation) == outcome(fake, operation), operation
