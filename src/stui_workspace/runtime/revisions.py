"""What a file was at a revision of its git repository, asked of git itself.

Only the object store is read: no filter, pager, hook or other program that a repository may name is
run, nothing is fetched, and nothing is written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.storage.atomic import WORKSPACE_BYTES

SECONDS: Final = 20.0
"""How long git may take for one answer."""

_QUIET: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}
_OPTIONS: Final = ("-c", "protocol.allow=never", "-c", "core.fsmonitor=false", "--no-pager")


def content_at(folder: Path, revision: str, name: str, search_path: str) -> bytes | None:
    """The bytes of a file at a revision; None where it is not in it.

    Of a file that is too large one byte more than `WORKSPACE_BYTES` is returned: enough for the
    document to say so.

    Args:
        folder: A folder in the work tree of the repository.
        revision: As git takes it: `HEAD~2`, a branch, a tag, a hash.
        name: The file as git takes it: from the root of the repository, or from `folder` where it
            begins with `./`.
        search_path: Where git is looked for.

    Raises:
        NotFoundError: There is no such revision, or no git.
        UsageError: The folder is in no repository, or git refuses to read it.
    """
    git = _Git(folder, search_path)
    tree = git.tree_of(revision)
    size = git.ask("cat-file", "-s", f"{tree}:{name}")
    if size.returncode:
        return None
    if int(size.stdout) > WORKSPACE_BYTES:
        return b"#" * (WORKSPACE_BYTES + 1)
    found = git.ask("cat-file", "blob", f"{tree}:{name}")
    if found.returncode:
        raise UsageError(f"`{printable_line(name)}` is no file at `{printable_line(revision)}`")
    return found.stdout


class _Git:
    """Git in one folder."""

    def __init__(self, folder: Path, search_path: str) -> None:
        program = shutil.which("git", path=search_path or None)
        if program is None:
            raise NotFoundError("program", "git", "install git, or name two files")
        self._command = (program, *_OPTIONS)
        self._folder = folder

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 (a list, and the program was looked up)
                (*self._command, *arguments),
                cwd=self._folder,
                env=os.environ | _QUIET,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(f"git did not answer within {SECONDS:g} s") from None

    def tree_of(self, revision: str) -> str:
        """The hash of the tree of a revision."""
        if not revision.startswith("-"):
            found = self.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}")
            if not found.returncode:
                return found.stdout.decode("ascii").strip()
        inside = self.ask("rev-parse", "--is-inside-work-tree")
        if inside.returncode or inside.stdout.strip() != b"true":
            self._refuse(inside.stderr)
        if revision == "HEAD":
            raise NotFoundError("revision", "HEAD", "nothing is committed yet; name two files")
        raise NotFoundError(
            "file or revision", printable_line(revision), "`git log --oneline` shows revisions"
        )

    def _refuse(self, said: bytes) -> None:
        line = said.decode("utf-8", "replace").strip().split("\n", 1)[0].removeprefix("fatal: ")
        if "not a git repository" in line or not line:
            raise UsageError(
                "this folder is in no git repository", "name two files: `stui diff OLD NEW`"
            )
        raise UsageError(f"git does not read this repository: {printable_line(line)}")
