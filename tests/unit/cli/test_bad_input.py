"""Whatever stands where the file should be: a sentence, a status, no trace, and nothing changed."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from support.command_line import CommandLine

READERS = [
    ["validate"],
    ["show"],
    ["get", "name"],
    ["set", "name", "a"],
    ["unset", "name"],
    ["migrate"],
    ["eval", "-e", "1"],
    ["trust", "show"],
    ["trust"],
]


def missing(path: Path) -> None:
    path.symlink_to("nowhere.yaml")


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)


def looping(path: Path) -> None:
    path.symlink_to(path.name)


def leading_out(path: Path) -> None:
    outside = path.parent.parent / "outside.yaml"
    outside.write_text("stui: 1\nname: theirs\n")
    path.symlink_to(outside)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 400)


def huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(8 << 30)  # sparse: it takes no room


def deep(path: Path) -> None:
    path.write_text("a: " + "[" * 200_000)


def empty_text(path: Path) -> None:
    path.write_text("stui: 1\nname: [\n")


@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
@pytest.mark.parametrize(
    ("make", "status"),
    [
        (missing, 3),
        (folder, 3),
        (pipe, 3),
        (listening, 3),
        (looping, 3),
        (leading_out, 3),
        (device, 3),
        (binary, 1),
        (huge, 1),
        (deep, 1),
        (empty_text, 1),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_a_workspace_file_that_is_none(
    stui: CommandLine,
    project: Path,
    arguments: list[str],
    make: Callable[[Path], None],
    status: int,
) -> None:
    path = project / ".stui-workspace.yaml"
    make(path)
    before = sorted((one.name, one.lstat()[:7]) for one in project.iterdir())
    ran = stui(*arguments)
    assert ran.status == status
    assert "error" in ran.err + ran.out
    assert "Traceback" not in ran.err
    assert "theirs" not in ran.err + ran.out
    assert sorted((one.name, one.lstat()[:7]) for one in project.iterdir()) == before


@pytest.mark.parametrize("name", [".stui-workspace.local.yaml", "config"])
@pytest.mark.parametrize("make", [folder, pipe, binary], ids=lambda one: one.__name__)
def test_an_overlay_or_your_defaults_that_are_none(
    stui: CommandLine, file: Path, tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    path = file.with_name(name)
    if name == "config":
        path = tmp_path / "home" / "config" / "config.yaml"
        path.parent.mkdir(parents=True)
    make(path)
    ran = stui("show")
    assert ran.status in (1, 3)
    assert path.name in ran.err
    assert stui("get", "name").all == (0, "orders\n", "")


def test_both_names_in_one_folder(stui: CommandLine, file: Path) -> None:
    file.with_name("stui-workspace.yaml").write_text("stui: 1\nname: b\n")
    for arguments in READERS:
        ran = stui(*arguments)
        assert (ran.status, ran.out) == (2, "")
        assert "keep one of them" in ran.err


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EACCES, "permission denied"),
        (errno.EIO, "the disk failed"),
        (errno.ESTALE, "the network folder went away"),
    ],
    ids=["unreadable", "broken disk", "lost network"],
)
def test_a_file_that_cannot_be_read(
    stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    real = os.open

    def refusing(path: os.PathLike[str] | str, *rest: int, **more: int) -> int:
        if os.fspath(path) == str(file):
            raise OSError(code, os.strerror(code), str(path))
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)
    for arguments in READERS:
        ran = stui(*arguments)
        assert (ran.status, ran.out) == (3, "")
        assert ran.err.startswith(f"error: {file}: {reason}\n  = help: ")


def test_a_folder_that_cannot_be_written(
    stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()
    real = os.open

    def refusing(path: os.PathLike[str] | str, flags: int, *rest: int, **more: int) -> int:
        inside = Path(os.fspath(path)).is_relative_to(file.parent)
        if inside and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refusing)
    ran = stui("set", "name", "sales")
    assert (ran.status, "the disk is read-only" in ran.err) == (3, True)
    assert file.read_bytes() == before
    assert stui("schema", "--write").status == 3


def test_a_current_folder_that_has_vanished(
    stui: CommandLine, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for arguments in [*READERS, ["paths"], ["init"], ["session", "ls"], ["schema", "--write"]]:
        assert stui(*arguments).all == (
            3,
            "",
            "error: .: the current folder is gone\n  = help: go to a folder that is still there\n",
        )


def test_a_home_that_cannot_be_a_folder(stui: CommandLine, file: Path, tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    for arguments in (["validate"], ["get", "name"]):
        assert stui(*arguments).status == 0
    ran = stui("set", "name", "sales")
    assert (ran.status, ran.err.startswith("error: ")) == (3, True)
    assert "name: orders" in file.read_text()


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\x1b[2J.yaml", "\udcff.yaml", "-.yaml", "ü.yaml"])
def test_files_of_odd_names(stui: CommandLine, project: Path, name: str) -> None:
    path = project / name
    path.write_text("stui: 1\nname: [\n")
    ran = stui("validate", "--format", "concise", "--", str(path))
    assert (ran.status, ran.err, ran.out.count("\n")) == (1, "", 1)
    assert ran.out.rstrip("\n").isprintable()
    path.write_text("stui: 1\nname: a\n")
    assert stui("validate", "--", str(path)).all == (0, "", "")


def test_a_very_long_name(stui: CommandLine, project: Path) -> None:
    ran = stui("validate", "a" * 5000)
    assert (ran.status, len(ran.err) < 10_000) == (3, True)
