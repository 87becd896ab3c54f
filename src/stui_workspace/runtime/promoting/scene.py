"""What hunks are made of: the session and its files as they are now, and what a file is to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from stui_workspace.document import Document, parse
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import SessionState
from stui_workspace.model.values import ABSENT, Absent, Plain
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.loading import Loaded
from stui_workspace.runtime.pads import Source
from stui_workspace.runtime.starting.beginning import smallest_workspace
from stui_workspace.storage.project import FILE_NAMES

_STRONGER: Final = ("overlay", "environment", "command line")


class HunkKind(StrEnum):
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one place of a file is to say."""

    path: NodePath
    kind: HunkKind
    value: Plain = None
    before: Plain | Absent = ABSENT
    """What the workspace file says there now."""
    file: str | None = None
    """The file of the project that a buffer names, where its whole text is to be `value`."""
    refusal: str | None = None
    next_step: str | None = None
    note: str | None = None
    """What a person should know of it before they take it."""
    only_by_name: bool = False
    """Whether it is left out where all are taken: it takes something away."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A session and the files of its workspace, as they are now."""

    loaded: Loaded
    state: SessionState
    sources: Mapping[str, Source]
    powers: Callable[[ConnectionSpec], Sequence[str]] = lambda _spec: ()
    """What a connection would be asked about, each as one line for people."""
    clean: Callable[[str], str] = lambda text: text
    """A text without the secrets that were revealed in this run."""

    @property
    def file(self) -> Path:
        project = self.loaded.project
        return project.file or project.root / FILE_NAMES[0]

    @property
    def document(self) -> Document:
        return self.loaded.document or parse(self.begun)

    @property
    def begun(self) -> bytes:
        """What a workspace file says before anything is written to it."""
        return smallest_workspace(self.loaded.workspace.name)

    def is_in_file(self, path: NodePath) -> bool:
        return self.document.node(path) is not None

    def said_by(self, path: NodePath) -> str | None:
        """The stronger source that says something at or below `path`; None where none does."""
        for place, origin in self.loaded.resolved.origins.items():
            if place[: len(path)] == path and origin.startswith(_STRONGER):
                return origin
        return None
