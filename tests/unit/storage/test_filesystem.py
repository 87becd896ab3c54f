"""What only the real file system can get wrong: flushing, modes, links, pipes, denials."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from stui_workspace.storage import filesystem
from stui_workspace.storage.filesystem import RealFileSystem, Write

FS = RealFileSystem()
POSIX = sys.platform != "win32"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the calls that make things durable, as they are made."""
    made: list[str] = []

    def spy(owner: ModuleType, name: str) -> None:
        original: Callable[..., object] = getattr(owner, name)

        def called(*arguments: object, **options: object) -> object:
            made.append(name.strip("_").replace("_", " "))
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, called)

    for name in ("write", "replace", "ftruncate"):
        spy(os, name)
    for name in ("_flush", "_flush_folder"):
        spy(filesystem, name)
    return made


def test_a_new_file_is_flushed(tmp_path: Path, calls: list[str]) -> None:
    FS.write(tmp_path / "a", b"x", Write.NEW)
    assert calls == ["write", "flush"]


def test_a_rename_is_flushed_after_it(tmp_path: Path, calls: list[str]) -> None:
    (tmp_path / "a").touch()
    FS.move(tmp_path / "a", tmp_path / "b")
    assert calls == ["replace", "flush folder"]


def test_a_rename_across_folders_flushes_both(tmp_path: Path, calls: list[str]) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "folder").mkdir()
    FS.move(tmp_path / "a", tmp_path / "folder" / "b")
    assert calls == ["replace", "flush folder", "flush folder"]


def test_the_name_of_a_new_journal_is_flushed_once(tmp_path: Path, calls: list[str]) -> None:
    for _ in range(2):
        FS.write(tmp_path / "a", b"x", Write.APPEND)
    assert calls == ["write", "flush", "flush folder", "write", "flush"]


def test_writing_over_cuts_before_it_flushes(tmp_path: Path, calls: list[str]) -> None:
    (tmp_path / "a").write_bytes(b"long")
    FS.write(tmp_path / "a", b"x", Write.OVER)
    assert calls == ["write", "ftruncate", "flush"]


def test_a_disk_that_takes_a_little_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: original(descriptor, content[:3]))
    FS.write(tmp_path / "a", b"more than three", Write.NEW)
    assert (tmp_path / "a").read_bytes() == b"more than three"


@pytest.mark.parametrize("how", [Write.NEW, Write.APPEND])
def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: Write
) -> None:
    path = tmp_path / "a"
    if how is Write.APPEND:
        path.write_bytes(b"old")
    before = [one.read_bytes() for one in tmp_path.iterdir()]

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(filesystem, "_flush", full)
    with pytest.raises(OSError, match="full"):
        FS.write(path, b"new", how)
    assert [one.read_bytes() for one in tmp_path.iterdir()] == before


def test_a_file_system_that_cannot_flush_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no such notion")
        original(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    FS.write(tmp_path / "a", b"x", Write.APPEND)
    assert (tmp_path / "a").read_bytes() == b"x"


def test_a_denied_rename_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    waits: list[float] = []
    original = os.replace

    def denied(source: Path, target: Path) -> None:
        if len(waits) < 3:
            raise PermissionError(errno.EACCES, "somebody looks at it")
        original(source, target)

    monkeypatch.setattr(os, "replace", denied)
    RealFileSystem(move_retries=10, wait=waits.append).move(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"x"
    assert waits == pytest.approx([0.02, 0.04, 0.08])


def test_a_rename_that_stays_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"x")
    waits: list[float] = []

    def denied(_source: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "somebody looks at it")

    monkeypatch.setattr(os, "replace", denied)
    with pytest.raises(PermissionError):
        RealFileSystem(move_retries=10, wait=waits.append).move(tmp_path / "a", tmp_path / "b")
    assert len(waits) == 10
    assert max(waits) == pytest.approx(0.2)


def test_a_name_that_goes_on_until_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large"
    content = bytes(range(256)) * 1024
    path.write_bytes(content)
    assert FS.read(path) == content
    assert FS.read(path, 100_000) == content[:100_000]


def test_a_folder_may_be_deep(tmp_path: Path) -> None:
    deep = tmp_path / "/".join("d" * 300)
    FS.make_folder(deep)
    assert deep.is_dir()


if POSIX:

    def test_what_is_ours_is_for_us_only(tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            FS.make_folder(tmp_path / "one" / "two")
            FS.write(tmp_path / "new", b"", Write.NEW)
            FS.write(tmp_path / "appended", b"", Write.APPEND)
        finally:
            os.umask(before)
        assert [mode_of(tmp_path / name) for name in ("one", "one/two")] == [0o700, 0o700]
        assert [mode_of(tmp_path / name) for name in ("new", "appended")] == [0o600, 0o600]

    def test_a_new_file_takes_after_another(tmp_path: Path) -> None:
        model = tmp_path / "model"
        model.touch()
        model.chmod(0o640)
        FS.write(tmp_path / "new", b"", Write.NEW, like=model)
        assert mode_of(tmp_path / "new") == 0o640

    def test_a_new_file_after_none_is_as_the_user_wants_new_files(tmp_path: Path) -> None:
        before = os.umask(0o027)
        try:
            FS.write(tmp_path / "new", b"", Write.NEW, like=tmp_path / "no")
        finally:
            os.umask(before)
        assert mode_of(tmp_path / "new") == 0o640

    def test_extended_attributes_come_along(tmp_path: Path) -> None:
        model = tmp_path / "model"
        model.touch()
        if sys.platform == "linux" and _takes_attributes(model):
            FS.write(tmp_path / "new", b"", Write.NEW, like=model)
            assert os.getxattr(tmp_path / "new", "user.note") == b"kept"

    def _takes_attributes(path: Path) -> bool:
        try:
            os.setxattr(path, "user.note", b"kept")
        except OSError:
            return False
        return True

    def test_a_link_is_not_followed(tmp_path: Path) -> None:
        (tmp_path / "real").write_bytes(b"x")
        link = tmp_path / "link"
        link.symlink_to("real")
        with pytest.raises(OSError, match="symbolic") as caught:
            FS.read(link)
        assert caught.value.errno == errno.ELOOP
        for how in (Write.APPEND, Write.OVER):
            with pytest.raises(OSError, match="symbolic"):
                FS.write(link, b"y", how)
        assert (tmp_path / "real").read_bytes() == b"x"

    def test_a_pipe_does_not_make_us_wait(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError, match="not a regular file"):
            FS.read(tmp_path / "pipe")

    def test_reading_leaves_no_file_open(tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        before = os.open(os.devnull, os.O_RDONLY)
        os.close(before)
        FS.read(tmp_path / "a")
        for refused in (tmp_path, Path(os.devnull)):
            with pytest.raises(OSError, match="not a regular file"):
                FS.read(refused)
        after = os.open(os.devnull, os.O_RDONLY)
        os.close(after)
        assert before == after


def test_the_module_loads_without_what_only_one_system_has() -> None:
    assert filesystem._NOFOLLOW >= 0
    assert "fcntl" not in vars(filesystem)
