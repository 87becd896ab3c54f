"""Errors of the disk in words: what is wrong, and what to do."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.storage.disk_errors import MissingFileError, explain, explained

PATH = Path("/state/a")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "denied"),
        (errno.EIO, "failed"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.ENOENT, "no such"),
        (errno.ENOTDIR, "not a folder"),
        (errno.ELOOP, "symbolic link"),
        (errno.ECHILD, "No child processes"),
    ],
    ids=lambda value: errno.errorcode.get(value, "") if isinstance(value, int) else "",
)
def test_each_has_a_reason_and_a_next_step(code: int, words: str) -> None:
    error = explain(OSError(code, "No child processes"), PATH)
    assert words in error.reason
    assert str(error).startswith(f"{PATH}: ")
    assert error.next_step
    assert isinstance(error, MissingFileError) == (code == errno.ENOENT)


def test_an_error_that_says_nothing_still_has_a_reason() -> None:
    assert explain(TimeoutError(), PATH).reason == "TimeoutError"


def test_only_errors_of_the_disk_are_explained() -> None:
    with pytest.raises(DiskError) as caught, explained(PATH):
        raise OSError(errno.EIO, "x")
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(ValueError, match="ours"), explained(PATH):
        raise ValueError("ours")
