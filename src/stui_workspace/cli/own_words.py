"""Settling a conflict in one's own words: a small file in the person's editor.

The file stands in the state folder, for its owner only, and is gone when the editor is closed.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.cli.finding import Target
from stui_workspace.errors import UsageError
from stui_workspace.merge import Conflict, Policy
from stui_workspace.model.printable import printable, printable_line
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling import Shown, conflicts_in, shown
from stui_workspace.runtime.settling.settlement import conflict_of
from stui_workspace.runtime.settling.showing import HIDDEN
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import Write

SCISSORS: Final = (
    "# ------------------------ the value stands below this line ------------------------"
)
_LONGEST: Final = 1 << 20
_NO_EDITOR: Final = "set VISUAL or EDITOR, or give the value with --value"


def edited(target: Target, path: str, services: Services) -> str | None:
    """What a person wrote in place of a conflict; None where they changed nothing.

    Raises:
        NotFoundError: No such conflict is open.
        UsageError: There is no editor, it failed, or what it left is not to be understood.
        DiskError: The file for it cannot be written.
    """
    editor = editor_command()
    standing = conflicts_in(target.path, target.root, services)
    conflict = conflict_of(path, tuple(one for merge in standing.merges for one in merge.left))
    policy = next(one for one in standing.merges if path in one.paths).settlement.policy
    question_text = question(conflict, policy)
    folder = services.locations.workspace(target.root).path
    answer = asked_in(editor, question_text, folder, services)
    value = answer_in(answer)
    return None if not value.strip() or value == answer_in(question_text) else value


def question(conflict: Conflict, policy: Policy) -> str:
    """The text to edit: the three texts as comments, and ours below them."""
    seen = shown(conflict, policy)
    rows = [
        f"# {printable_line(str(conflict.path), _LONGEST)}: {printable_line(conflict.reason)}",
        *_comments(seen),
        "# Change what stands below the line; it is ours as yet. Save nothing new, or nothing at",
        "# all, and the conflict stays open.",
        SCISSORS,
    ]
    return "\n".join(rows) + "\n" + _begun(seen)


def answer_in(text: str) -> str:
    """What stands below the line.

    Raises:
        UsageError: The line is not there any more.
    """
    _before, line, after = text.partition(SCISSORS)
    if not line:
        raise UsageError(
            "the line above the value is gone, so nothing was changed", "edit only below it"
        )
    return after.partition("\n")[2].rstrip("\n")


def _begun(seen: Shown) -> str:
    """What the person goes on from; nothing where it may hold a secret."""
    text = seen.ours if seen.ours is not None else seen.theirs
    return "\n" if text is None or HIDDEN in text else text.rstrip("\n") + "\n"


def _comments(seen: Shown) -> Iterator[str]:
    for side, text in (("base", seen.base), ("ours", seen.ours), ("theirs", seen.theirs)):
        yield f"# {side}:" + ("" if text is not None else " (nothing)")
        for line in printable(text or "").splitlines():
            yield f"#   {line}"


def asked_in(editor: list[str], text: str, folder: Path, services: Services) -> str:
    """The text as the editor left it; the file for it is the owner's alone, and deleted.

    Raises:
        UsageError: The editor did not start, or failed.
        DiskError: The file cannot be written.
    """
    path = folder / f"edit-{os.urandom(4).hex()}.yaml"
    with explained(path):
        services.fs.make_folder(folder)
        services.fs.write(path, text.encode("utf-8", "surrogatepass"), Write.NEW)
        try:
            _run([*editor, str(path)])
            content = services.fs.read(path, _LONGEST) or b""
        finally:
            with suppress(OSError):
                services.fs.remove(path)
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _run(command: list[str]) -> None:
    try:
        status = subprocess.run(command, check=False).returncode  # noqa: S603 (the person's own editor)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            f"the editor `{command[0]}` did not start: {reason}", _NO_EDITOR
        ) from error
    if status:
        raise UsageError(
            f"the editor ended with status {status}, so nothing was changed", "try again"
        )


def editor_command() -> list[str]:
    """The editor that the person has set, as words.

    Raises:
        UsageError: There is none.
    """
    for name in ("VISUAL", "EDITOR"):
        words = shlex.split(os.environ.get(name, ""))
        if words:
            return words
    raise UsageError("there is no editor to open", _NO_EDITOR)
