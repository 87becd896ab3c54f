"""Keys in files: of one user alone, whoever handed them over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.secrets.vault import SlotKind
from stui_workspace.secrets.vault.agent import key_files
from stui_workspace.secrets.vault.agent.key_files import new_key_file, read_key_file


def status(mode: int, user: int, group: int) -> os.stat_result:
    return os.stat_result((0o100000 | mode, 1, 1, 1, user, group, 45, 0, 0, 0))


def test_a_new_key_is_read_as_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    made = new_key_file(path)
    assert read_key_file(path) == made
    assert made.kind is SlotKind.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert new_key_file(tmp_path / "other.key") != made
    assert path.read_text() not in repr(made)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_end_does_not_count(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(b"k" * 43 + end)
    path.chmod(0o600)
    assert read_key_file(path).material == b"k" * 43


def test_bytes_that_are_no_text_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(b"\xff" * 40 + b"\n")
    path.chmod(0o400)
    assert read_key_file(path).material == b"\xff" * 40 + b"\n"


def test_a_link_is_followed_and_what_it_leads_to_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "..data").write_bytes(b"k" * 43)
    (tmp_path / "..data").chmod(0o640)
    link = tmp_path / "vault.key"
    link.symlink_to("..data")
    with pytest.raises(DiskError, match="others may read it"):
        read_key_file(link)
    (tmp_path / "..data").chmod(0o600)
    assert read_key_file(link).material == b"k" * 43


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "pipe", tmp_path, Path(os.devnull)):
        with pytest.raises(DiskError):
            read_key_file(path)


def test_a_key_that_is_too_short_is_none(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(b"k" * 31 + b"\n")
    path.chmod(0o600)
    with pytest.raises(UsageError, match="31 bytes"):
        read_key_file(path)


@pytest.mark.parametrize(
    ("mode", "user", "group", "is_taken"),
    [
        (0o400, 1000, 1000, True),
        (0o600, 1000, 1000, True),
        (0o440, 1000, 1000, False),
        (0o404, 1000, 1000, False),
        (0o400, 0, 0, True),
        (0o440, 0, 0, True),  # as systemd hands over credentials: the group is the list's mask
        (0o444, 0, 0, False),
        (0o460, 0, 0, False),
        (0o440, 0, 1000, False),
        (0o400, 1001, 1000, False),
    ],
)
def test_who_may_have_it(
    monkeypatch: pytest.MonkeyPatch, mode: int, user: int, group: int, *, is_taken: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    if is_taken:
        key_files._check(Path("vault.key"), status(mode, user, group))
    else:
        with pytest.raises(DiskError):
            key_files._check(Path("vault.key"), status(mode, user, group))


def test_for_root_the_group_of_root_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(DiskError):
        key_files._check(Path("vault.key"), status(0o440, 0, 0))
