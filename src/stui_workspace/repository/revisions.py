"""What a file was at a revision of its git repository, asked of git itself.

Only the object store is read: no filter, pager, hook or other program that a repository may name is
run, nothing is fetched, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.repository import running
from stui_workspace.storage.atomic import WORKSPACE_BYTES


def content_at(folder: Path, revision: str, name: str, environ: Mapping[str, str]) -> bytes | None:
    """The bytes of a file at a revision; None where it is not in it.

    Of a file that is too large one byte more than `WORKSPACE_BYTES` is returned: enough for the
    document to say so.

    Args:
        folder: A folder in the work tree of the repository.
        revision: As git takes it: `HEAD~2`, a branch, a tag, a hash.
        name: The file as git takes it: from the root of the repository, or from `folder` where it
            begins with `./`.
        environ: What git is started with, and looked for in.

    Raises:
        NotFoundError: There is no such revision, or no git.
        UsageError: The folder is in no repository, or git refuses to read it.
    """
    git = running.Git(folder, environ, running.TIME_LIMIT)
    tree = _tree_of(git, revision)
    size = git("cat-file", "-s", f"{tree}:{name}")
    if not size.is_well:
        return None
    if int(size.out) > WORKSPACE_BYTES:
        return b"#" * (WORKSPACE_BYTES + 1)
    found = git("cat-file", "blob", f"{tree}:{name}")
    if not found.is_well:
        raise UsageError(f"`{printable_line(name)}` is no file at `{printable_line(revision)}`")
    return found.out


def _tree_of(git: running.Git, revision: str) -> str:
    """The hash of the tree of a revision."""
    if not revision.startswith("-"):
        found = git("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
        if found.is_well:
            return found.line
    inside = git("rev-parse", "--is-inside-work-tree")
    if not inside.is_well or inside.line != "true":
        _refuse(inside.complaint)
    if revision == "HEAD":
        raise NotFoundError("revision", "HEAD", "nothing is committed yet; name two files")
    raise NotFoundError(
        "file or revision", printable_line(revision), "`git log --oneline` shows revisions"
    )


def _refuse(complaint: str) -> NoReturn:
    if "not a git repository" in complaint or not complaint:
        raise UsageError(
            "this folder is in no git repository", "name two files: `stui diff OLD NEW`"
        )
    raise UsageError(f"git does not read this repository: {complaint}")
