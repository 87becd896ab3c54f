"""What merges left for a person: which conflicts are open, and settling them."""

from __future__ import annotations

import os

from stui_workspace.api.places import services_here, with_file
from stui_workspace.merge import Choice, Conflict
from stui_workspace.runtime import settling


def conflicts(path: str | os.PathLike[str] = ".") -> tuple[Conflict, ...]:
    """What merges of a workspace file left for a person to decide, as records or markers.

    Raises:
        NotFoundError: There is no workspace file.
        DiskError: The file or the records cannot be read.
    """
    services = services_here()
    project, file = with_file(path, services)
    standing = settling.conflicts_in(file, project.root, services)
    return tuple(one for merge in standing.merges for one in merge.left)


def resolve(
    path: str | os.PathLike[str], conflict: Conflict | str, choice: Choice
) -> tuple[Conflict, ...]:
    """Settle one conflict of a workspace file, and write it; what is still left.

    Args:
        path: The file, or a folder in its project.
        conflict: One of `conflicts(path)`, or its path as `str` has it.
        choice: A side as it is (`Take.OURS`), or a YAML value of your own (`Written("8080")`).

    Raises:
        NotFoundError: No such conflict is open.
        UsageError: It cannot be settled in this way.
        WorkspaceError: The place was changed since, or what was written does not fit there.
        StorageError: The file was not written, and is as it was.
    """
    services = services_here()
    project, file = with_file(path, services)
    name = conflict if isinstance(conflict, str) else str(conflict.path)
    decided = settling.settle(file, project.root, name, choice, services)
    return tuple(one for merge in decided.standing.merges for one in merge.left)
