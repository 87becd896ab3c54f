"""Saving: compare, then swap, and leave the rest of the file's life alone."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError, StaleRevisionError
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.atomic import (
    WORKSPACE_BYTES,
    is_temporary,
    read_bounded,
    read_workspace,
    save,
    save_own,
    sweep,
    temporary_name,
)
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.filesystem import RealFileSystem, Write

OLD, NEW = b"name: old\n", b"name: new\n"
FS = RealFileSystem()
FILE = Path("/project/.stui-workspace.yaml")


def disk(**settings: int) -> FlakyDisk:
    return FlakyDisk({FILE: OLD}, {Path("/"), Path("/project")}, **settings)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / ".stui-workspace.yaml"
    path.write_bytes(OLD)
    return path


def test_save_returns_what_is_on_disk_now(file: Path) -> None:
    assert save(FS, file, NEW, expected=revision_of(OLD)) == revision_of(NEW)
    assert file.read_bytes() == NEW
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_save_creates_where_nothing_is_expected(tmp_path: Path) -> None:
    save(FS, tmp_path / "new.yaml", NEW, expected=None)
    assert (tmp_path / "new.yaml").read_bytes() == NEW


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        pytest.param(b"theirs", OLD, id="changed"),
        pytest.param(None, OLD, id="deleted"),
        pytest.param(b"theirs", None, id="created"),
        pytest.param(b"", None, id="created, and empty"),
    ],
)
def test_a_file_that_changed_is_not_overwritten(
    tmp_path: Path, there: bytes | None, expected: bytes | None
) -> None:
    path = tmp_path / "a.yaml"
    if there is not None:
        path.write_bytes(there)
    with pytest.raises(StaleRevisionError) as caught:
        save(FS, path, NEW, expected=None if expected is None else revision_of(expected))
    assert caught.value.found == (None if there is None else revision_of(there))
    assert (path.read_bytes() if path.exists() else None) == there
    assert len(list(tmp_path.iterdir())) == (there is not None)


def test_a_change_while_we_write_is_seen() -> None:
    class Interrupted(FlakyDisk):
        def write(self, path: Path, *arguments: object, **options: object) -> None:
            super().write(path, *arguments, **options)  # type: ignore[arg-type]
            self.files[FILE] = b"theirs"

    fs = Interrupted({FILE: OLD}, {Path("/"), Path("/project")})
    with pytest.raises(StaleRevisionError):
        save(fs, FILE, NEW, expected=revision_of(OLD))
    assert fs.files == {FILE: b"theirs"}


def test_the_same_content_is_not_written_again(file: Path) -> None:
    before = file.stat()
    assert save(FS, file, OLD, expected=revision_of(OLD)) == revision_of(OLD)
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_save_in_a_missing_folder_makes_none(tmp_path: Path) -> None:
    with pytest.raises(DiskError) as caught:
        save(FS, tmp_path / "gone" / "a.yaml", NEW, expected=None)
    assert caught.value.next_step
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["n" * 300, "folder/" * 2000 + "a"])
def test_a_path_that_is_too_long_is_told(tmp_path: Path, place: str) -> None:
    for attempt in (
        lambda: save(FS, tmp_path / place, NEW, expected=None),
        lambda: save_own(FS, tmp_path / place, NEW),
        lambda: read_bounded(tmp_path / place, 10),
    ):
        with pytest.raises(DiskError) as caught:
            attempt()
        assert caught.value.next_step
    assert all(path.is_dir() for path in tmp_path.iterdir())


REFUSALS = [errno.EBUSY, errno.EXDEV, errno.EROFS]
if sys.platform != "win32":  # where a denial means that somebody has the file open
    REFUSALS += [errno.EPERM, errno.EACCES]


@pytest.mark.parametrize("error", REFUSALS, ids=errno.errorcode.get)
@pytest.mark.parametrize("at", [1, 2], ids=["no temporary file", "no rename"])
def test_where_a_rename_is_refused_the_file_is_written_in_place(error: int, at: int) -> None:
    fs = disk(fails_at=at, error=error)
    save(fs, FILE, NEW, expected=revision_of(OLD))
    assert fs.files == {FILE: NEW}


def test_before_writing_in_place_the_old_content_is_put_away() -> None:
    fs = disk()
    fs.linked.add(FILE)
    rescue = Path("/state/rescued")
    save(fs, FILE, NEW, expected=revision_of(OLD), rescue=rescue)
    kept = fs.files.pop(rescue / f"{revision_of(OLD)}-stui-workspace.yaml")
    assert (kept, fs.files) == (OLD, {FILE: NEW})


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.ENOTDIR], ids=errno.errorcode.get)
@pytest.mark.parametrize("at", [1, 2])
def test_any_other_refusal_leaves_the_old_content(error: int, at: int) -> None:
    fs = disk(fails_at=at, error=error)
    with pytest.raises(DiskError):
        save(fs, FILE, NEW, expected=revision_of(OLD))
    assert fs.files == {FILE: OLD}


def test_a_write_in_place_that_fails_is_taken_back() -> None:
    fs = disk(fails_at=2, error=errno.ENOSPC)  # 1 is the temporary file; 2 is in place
    fs.linked.add(FILE)
    with pytest.raises(DiskError, match="full"):
        save(fs, FILE, NEW * 100, expected=revision_of(OLD))
    assert fs.files == {FILE: OLD}


def test_a_new_file_is_never_written_in_place() -> None:
    fs = FlakyDisk(folders={Path("/"), Path("/project")}, fails_at=1, error=errno.EACCES)
    with pytest.raises(DiskError, match="denied"):
        save(fs, FILE, NEW, expected=None)
    assert fs.files == {}


def test_a_hard_link_keeps_its_other_name(file: Path) -> None:
    other = file.with_name("other.yaml")
    os.link(file, other)
    save(FS, file, NEW, expected=revision_of(OLD))
    assert other.read_bytes() == NEW
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, other.name]


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(file.name)
    save(FS, link, NEW, expected=revision_of(OLD))
    assert link.is_symlink()
    assert file.read_bytes() == NEW


def test_the_mode_stays(file: Path) -> None:
    file.chmod(0o640)
    before = stat.S_IMODE(file.stat().st_mode)
    save(FS, file, NEW, expected=revision_of(OLD))
    assert stat.S_IMODE(file.stat().st_mode) == before


def test_our_own_files_get_their_folder() -> None:
    fs = FlakyDisk()
    save_own(fs, FILE, NEW)
    save_own(fs, FILE, OLD)
    assert fs.files == {FILE: OLD}


def test_a_failure_with_our_own_files_leaves_nothing_behind() -> None:
    fs = disk(fails_at=2, error=errno.ENOSPC)
    with pytest.raises(DiskError):
        save_own(fs, FILE, NEW)
    assert fs.files == {FILE: OLD}


def test_reading_within_bounds(file: Path) -> None:
    assert read_bounded(file, len(OLD)) == OLD
    with pytest.raises(DiskError, match="larger than"):
        read_bounded(file, len(OLD) - 1)
    with pytest.raises(MissingFileError):
        read_bounded(file.with_name("no"), 10)


def test_of_a_workspace_that_is_too_large_enough_is_read_to_say_so(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (WORKSPACE_BYTES + 100))
    assert len(read_workspace(path, tmp_path)) == WORKSPACE_BYTES + 1


def test_a_workspace_may_be_a_link_inside_the_project(file: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "link.yaml").symlink_to("../" + file.name)
    assert read_workspace(tmp_path / "sub" / "link.yaml", tmp_path) == OLD


@pytest.mark.parametrize("target", ["../outside.yaml", "/etc/hostname", ".."])
def test_a_workspace_is_never_a_link_out_of_the_project(tmp_path: Path, target: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "outside.yaml").write_bytes(b"secret")
    (root / "a.yaml").symlink_to(target)
    with pytest.raises(DiskError, match="out of the project"):
        read_workspace(root / "a.yaml", root)


def test_a_workspace_is_never_a_folder_or_a_dead_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dead").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(DiskError):
        read_workspace(tmp_path / "folder", tmp_path)
    with pytest.raises(MissingFileError):
        read_workspace(tmp_path / "dead", tmp_path)
    with pytest.raises(DiskError):
        read_workspace(tmp_path / "loop", tmp_path)


def test_a_temporary_name_can_be_told_and_stands_beside() -> None:
    name = temporary_name(FILE)
    assert name.parent == FILE.parent
    assert re.fullmatch(r"\.~stui-workspace\.yaml\.[0-9a-f]{8}\.tmp", name.name)
    assert is_temporary(name.name)
    assert not any(map(is_temporary, [FILE.name, "a.tmp", ".~lock.odt#", ".~a.tmp"]))


@pytest.mark.parametrize("name", ["n" * 255, "ä" * 127, "." + "日" * 84])
def test_a_temporary_name_is_never_too_long(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(OLD)
    save(FS, path, NEW, expected=revision_of(OLD))
    assert path.read_bytes() == NEW


def test_sweeping_takes_only_what_is_ours_and_old(tmp_path: Path) -> None:
    names = [".~a.yaml.0123abcd.tmp", ".~b.yaml.0123abcd.tmp", "a.tmp"]
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000.0, 1000.0))
    os.utime(tmp_path / names[1], (5000.0, 5000.0))
    assert sweep(tmp_path, now=5000.0) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
    assert sweep(tmp_path / "no", now=5000.0) == 0


def test_who_saves_while_a_rename_is_refused_is_not_written_over(tmp_path: Path) -> None:
    """Then the file is written in place: but only if it still is what was read."""
    path = tmp_path / "w.yaml"
    path.write_bytes(b"old\n")

    class Refusing(RealFileSystem):
        def write(
            self, path: Path, content: bytes, how: Write, *, like: Path | None = None
        ) -> None:
            if how is Write.NEW:
                (tmp_path / "w.yaml").write_bytes(b"theirs\n")
                raise OSError(errno.EROFS, "read-only", str(path))
            super().write(path, content, how, like=like)

    with pytest.raises(StaleRevisionError):
        save(Refusing(), path, b"ours\n", expected=revision_of(b"old\n"))
    assert path.read_bytes() == b"theirs\n"
