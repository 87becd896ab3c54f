"""What git has staged: the files of the next commit, as they would be in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.repository.running import Git

LARGEST: Final = 16 << 20
"""Bytes of a staged file that are read."""

_HELP: Final = "`git status` there says more"
_RAW: Final = ("--raw", "-z", "--no-abbrev", "--no-renames")
_REGULAR: Final = (b"100644", b"100755")


@dataclass(frozen=True, slots=True)
class Staged:
    """A regular file that the next commit adds or changes."""

    path: Path
    """Absolute; what stands there in the work tree may be another content, or nothing."""
    content: bytes
    """At most one byte more than `LARGEST`."""


def staged_files(git: Git, is_wanted: Callable[[str], bool]) -> Iterator[Staged]:
    """The staged files whose paths are wanted, in git's order. In any work tree of a repository.

    Args:
        git: In a folder of the work tree.
        is_wanted: Asked of each path from the top of the work tree, with `/`.

    Raises:
        UsageError: This is no work tree, or git refuses.
        NotFoundError: git is not installed.
    """
    top = git("rev-parse", "--show-toplevel")
    if not top.is_well or not top.line:
        raise UsageError("this is no work tree of git", "--staged looks at what git has staged")
    listed = git.told(
        ("diff-index", "--cached", *_RAW, "--diff-filter=ACMT", _head(git), "--"), _HELP
    )
    for mode, digest, name in _entries(listed.out):
        path = os.fsdecode(name)
        if mode in _REGULAR and is_wanted(path):
            yield Staged(Path(top.line, path), _blob(git, digest))


def _head(git: Git) -> str:
    """What the next commit is compared with; an empty tree where it is the first."""
    found = git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if found.is_well:
        return found.line
    return git.told(("hash-object", "-t", "tree", os.devnull), _HELP).line


def _entries(listed: bytes) -> Iterator[tuple[bytes, str, bytes]]:
    """Mode, hash and path of each entry of `git diff-index --raw -z`."""
    fields = iter(listed.split(b"\0"))
    for told in fields:
        if told.startswith(b":"):
            _, mode, _, digest, _ = told.split(b" ")
            yield mode, digest.decode("ascii"), next(fields)


def _blob(git: Git, digest: str) -> bytes:
    size = git.told(("cat-file", "-s", digest), _HELP)
    if int(size.out) > LARGEST:
        return b"\0" * (LARGEST + 1)  # no file of ours; whoever asks says that it is too large
    return git.told(("cat-file", "blob", digest), _HELP).out
