"""Sessions beside workspace files in memory, for tests of what may be taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stui_workspace.document import Document, parse
from stui_workspace.layout import layout_revision
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
)
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.loading import Loaded, furnished
from stui_workspace.runtime.pads import Source, source_of
from stui_workspace.runtime.promoting import Hunk, Scene, Wish, hunks_of
from stui_workspace.runtime.promoting.hunks import checked
from stui_workspace.runtime.promoting.settled import settled
from stui_workspace.schema import resolve, workspace_of
from stui_workspace.storage.project import Project

ROOT: Final = Path("/project")
META: Final = SessionMeta("main", "main", "laptop", 0.0, 0.0, 0.0)
TEXT: Final = """\
# who we are
stui: 1
name: orders  # the team's
connections:
  py: {kind: python}
buffers:
  scratch:
    title: Scratch   # a title
    connection: py
    source: |
      1 + 1
  notes: {kind: markdown, file: notes.md}
layout:
  default: work
  work:
    row:
      - {panel: connections, size: 1}
      - size: 3
        column:
          - {tabs: [scratch, notes], size: 3}   # pads
          - {tabs: [results, inspector], size: 2}
    narrow: {below: 100, tabs: [scratch, notes, results]}

preferences: {theme: nord}
"""
FILES: Final = {"notes.md": "# Notes\n"}
SECRET: Final = "ghp_" + "a1B2" * 9


def loaded(text: str | None, overlay: Mapping[str, Plain] | None = None) -> Loaded:
    """A workspace as it would be loaded; with None, of a project without a file."""
    document = None if text is None else parse(text)
    plain: Any = {} if document is None else document.plain()
    resolved = resolve(plain, overlay)
    file = None if text is None else ROOT / ".stui-workspace.yaml"
    workspace = furnished(workspace_of(resolved), "project")
    return Loaded(Project(ROOT, file), workspace, resolved, document)


def sources_of(workspace: Workspace, files: Mapping[str, str] = FILES) -> dict[str, Source]:
    """The text of each buffer, with files in memory."""
    found = {}
    for name, spec in workspace.buffers.items():
        if spec.file is None:
            found[name] = source_of(spec)
        elif spec.file in files:
            text = files[spec.file]
            found[name] = Source(text, revision=revision_of(text.encode()))
        else:
            found[name] = Source(problem=f"{spec.file} is not there")
    return found


def base_of(text: str) -> Revision:
    return Source(text).base


def scene(  # noqa: PLR0913 (one for each thing that can differ)
    text: str | None = TEXT,
    *,
    buffers: Mapping[str, BufferState] | None = None,
    tree: Any = None,
    preferences: Mapping[str, Plain] | None = None,
    connections: Mapping[str, ConnectionRecord] | None = None,
    overlay: Mapping[str, Any] | None = None,
) -> Scene:
    """A session that differs so from a workspace."""
    found = loaded(text, overlay)
    arranged = LayoutState()
    if tree is not None:
        arranged = LayoutState(tree=tree, base=layout_revision(found.workspace.layout))
    state = SessionState(META, arranged, preferences or {}, buffers or {}, connections or {})
    return Scene(found, state, sources_of(found.workspace))


def manifold() -> Scene:
    """A session with something of each kind that may be taken over, and a secret that may not."""
    return scene(
        buffers={
            "scratch": typed("1 + 2\n", "1 + 1\n"),
            "pad-1": BufferState(text="x = 1\n", connection="build", ad_hoc=True),
            "pad-2": BufferState(text=f"t = '{SECRET}'\n", ad_hoc=True),
        },
        tree={"row": [{"tabs": ["scratch"]}, {"panel": "results"}]},
        preferences={"theme": "dracula"},
        connections={"build": ConnectionRecord(spec={"kind": "stui", "url": "tcp://b:1"})},
    )


def typed(text: str, source: str, **more: Any) -> BufferState:
    """A pad of the file with unsaved text."""
    return BufferState(text=text, base=base_of(source), **more)


def named(hunks: Sequence[Hunk]) -> dict[str, Hunk]:
    return {one.name: one for one in hunks}


def after(before: Scene, wishes: Sequence[Wish]) -> tuple[Document, Scene]:
    """The document with those wishes taken, and the session beside it then."""
    ours = [one for one in wishes if one.file is None]
    document = checked(before, before.document, ours)
    found = loaded(document.text)
    files = dict(FILES)
    files |= {one.file: str(one.value) for one in wishes if one.file is not None}
    state = settled(before.state, wishes, before.loaded.workspace, found.workspace)
    return document, Scene(found, state, sources_of(found.workspace, files))


def takable(before: Scene) -> tuple[Hunk, ...]:
    return tuple(one for one in hunks_of(before) if not one.is_refused)
