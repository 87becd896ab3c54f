"""The two versions of a file that a person wants to compare: on the disk, or in git."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from stui_workspace.cli.finding import Target, file_target, workspace_target
from stui_workspace.cli.render import shown_path
from stui_workspace.document import Document, Limits, read
from stui_workspace.errors import NotFoundError, UnusableError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.records import dataclass, replace
from stui_workspace.repository.revisions import content_at
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import WORKSPACE_BYTES, read_workspace

_HEAD: Final = "HEAD"
_LIMITS: Final = replace(Limits.anything(), file_bytes=WORKSPACE_BYTES, nodes=100_000)
"""Any YAML may be compared, and none that takes long to read."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file."""

    label: str
    """What people call it: `HEAD:.stui-workspace.yaml`."""
    document: Document | None
    """None where the file is not there at that revision."""

    @property
    def text(self) -> str:
        """Empty where there is no file."""
        return "" if self.document is None else self.document.text


def versions_of(
    names: tuple[str, ...], file: Path | None, services: Services
) -> tuple[Version, Version]:
    """The two versions that arguments name; `file` is the file for those that name a revision only.

    | arguments          | first             | second         |
    |--------------------|-------------------|----------------|
    | none               | the file at HEAD  | on the disk    |
    | FILE               | FILE at HEAD      | FILE           |
    | REV, REV:PATH      | at REV            | on the disk    |
    | REV1..REV2         | at REV1           | at REV2        |
    | A B                | A                 | B              |

    Raises:
        NotFoundError: There is no such file or revision, or the file is at neither.
        UnusableError: One of the two is not YAML that we read.
    """
    asked = _Asked(file, services)
    if len(names) > 1:
        found = asked.either(names[0], names[1]), asked.either(names[1], names[0])
    elif not names or os.path.lexists(names[0]):
        target = asked.target(Path(names[0]) if names else None)
        found = asked.at(_HEAD, target), _on_disk(target)
    elif ".." in names[0]:
        first, _, last = names[0].partition("..")
        target = asked.target(None)
        found = asked.at(first or _HEAD, target), asked.at(last or _HEAD, target)
    else:
        found = asked.either(names[0], names[0]), _on_disk(asked.beside(names[0]))
    if found[0].document is None and found[1].document is None:
        raise NotFoundError("file", found[1].label, "it is in neither of the two revisions")
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    file: Path | None
    services: Services

    @property
    def environ(self) -> dict[str, str]:
        """What git is started with."""
        return {**os.environ, "PATH": self.services.search_path}

    def target(self, path: Path | None) -> Target:
        """The file that is meant where no other is named."""
        path = self.file if path is None else path
        return workspace_target(None, self.services.home) if path is None else file_target(path)

    def beside(self, name: str) -> Target:
        """The file on the disk that is compared with `REV:PATH` or `REV`."""
        _, _, path = name.partition(":")
        return self.target(Path(path) if path and os.path.lexists(path) else None)

    def either(self, name: str, other: str) -> Version:
        """A file of that name, or the version at a revision; `other` may name its file."""
        if os.path.lexists(name):
            return _on_disk(file_target(Path(name)))
        revision, colon, path = name.partition(":")
        if colon and path:
            content = content_at(Path(), revision or _HEAD, path, self.environ)
            return _version(name, content)
        target = self.target(Path(other) if os.path.lexists(other) else None)
        return self.at(revision or _HEAD, target)

    def at(self, revision: str, target: Target) -> Version:
        """A file as it is at a revision."""
        folder = Path(os.path.realpath(target.path.parent))
        name = target.path.name
        content = content_at(folder, revision, f"./{name}", self.environ)
        return _version(f"{revision}:{shown_path(target.path, safe=False)}", content)


def _on_disk(target: Target) -> Version:
    content = read_workspace(target.path, target.root)
    return _version(shown_path(target.path, safe=False), content)


def _version(label: str, content: bytes | None) -> Version:
    if content is None:
        return Version(label, None)
    reading = read(content, _LIMITS)
    if reading.document is None:
        problems = FileProblems(Path(label), reading.text, reading.diagnostics)
        raise UnusableError((problems,), next_step=None)
    return Version(label, reading.document)
