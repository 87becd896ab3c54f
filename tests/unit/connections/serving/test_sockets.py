"""Unix sockets: private, short enough, and taken over only where nobody listens."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.connections.serving.sockets import bound, owned, private_folder, socket_path
from stui_workspace.errors import DiskError, UsageError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return socket_path(tmp_path / "private", "s")


def test_it_is_private_and_gone_afterwards(path: Path) -> None:
    before = os.umask(0)
    try:
        with owned(path), bound(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert not path.exists()


def test_a_long_path_has_a_short_one_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path)[:40])
    deep = tmp_path / ("d" * 100)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108
    one, other = socket_path(deep, "s"), socket_path(deep / "e", "s")
    assert len(os.fsencode(one)) <= 100
    assert one != other
    assert one == socket_path(deep, "s")
    with owned(one), bound(one):
        pass


def test_what_a_dead_server_left_is_taken_over(path: Path) -> None:
    code = (
        "import os, socket, sys\none = socket.socket(socket.AF_UNIX)\none.bind(sys.argv[1])\n"
        "one.listen()\nos._exit(9)"
    )
    private_folder(path.parent)
    subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert path.exists()
    with owned(path), bound(path), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))


def test_a_server_that_lives_is_not_touched(path: Path) -> None:
    with owned(path), bound(path) as one:
        with pytest.raises(UsageError, match="already"), owned(path):
            pass
        assert path.exists()
        assert one.fileno() >= 0


def test_a_server_of_somebody_else_is_not_touched(path: Path) -> None:
    private_folder(path.parent)
    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(str(path))
        theirs.listen()
        with pytest.raises(UsageError, match="already"), owned(path):
            pass
        assert path.exists()


def test_a_file_is_not_taken_away(path: Path) -> None:
    private_folder(path.parent)
    path.write_text("precious")
    with pytest.raises(UsageError, match="no socket"), owned(path):
        pass
    assert path.read_text() == "precious"


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    private_folder(path.parent)
    (tmp_path / "precious").write_text("precious")
    path.symlink_to(tmp_path / "precious")
    with pytest.raises(UsageError, match="no socket"), owned(path):
        pass
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o710])
def test_a_folder_that_others_may_use_is_refused(mode: int, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(UsageError, match="others may use"), owned(folder / "s"):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError), owned(tmp_path / "file" / "s"):
        pass
