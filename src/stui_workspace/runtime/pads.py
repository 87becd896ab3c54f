"""Buffers: what the workspace says of each, and what the session did with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.revision import Revision, revision_of_text
from stui_workspace.model.session import BufferState
from stui_workspace.model.workspace import BufferSpec
from stui_workspace.runtime.views import BufferView

_LANGUAGES = {
    ".py": "python",
    ".md": "markdown",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".js": "javascript",
    ".sql": "sql",
    ".toml": "toml",
    ".sh": "bash",
}


@dataclass(frozen=True, slots=True)
class Source:
    """The text that a buffer shows until somebody edits it."""

    text: str = ""
    problem: str | None = None
    """Why the named file could not be read, where it could not."""
    revision: Revision | None = None
    """Of the named file's bytes; None for a text of the workspace file itself."""

    @property
    def base(self) -> Revision:
        return revision_of_text(self.text)


def source_of(spec: BufferSpec | None) -> Source:
    """The source of a buffer that names no file."""
    return Source(spec.source or "") if spec is not None else Source()


def view_of(name: str, spec: BufferSpec | None, state: BufferState, source: Source) -> BufferView:
    """One buffer as a face shows it: the session's own choices before the file's."""
    text = source.text if state.text is None else state.text
    language = state.language or (spec.language if spec else None) or _language_of(spec)
    return BufferView(
        id=name,
        title=state.title or (spec.title if spec and spec.title else name),
        text=text,
        state=state,
        spec=spec,
        kind=spec.kind if spec else "code",
        language=language,
        connection=state.connection or (spec.connection if spec else None),
        modified=state.text is not None and (spec is None or text != source.text),
        outdated=state.text is not None and spec is not None and state.base != source.base,
        problem=source.problem,
    )


def edited(state: BufferState, text: str, source: Source) -> BufferState:
    """The state after the text became `text`; back at the source's text, nothing is unsaved."""
    if state.ad_hoc:
        return replace(state, text=text)
    if text == source.text:
        return replace(state, text=None, base=None)
    base = source.base if state.text is None else state.base
    return replace(state, text=text, base=base)


def fresh_name(title: str | None, taken: Mapping[str, object]) -> str:
    """An id for a new buffer: from its title, or `pad-1`, `pad-2`; never one that is taken."""
    stem = "-".join("".join(c if c.isalnum() else " " for c in (title or "").lower()).split())
    if stem and stem not in taken:
        return stem
    stem, number = stem or "pad", 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _language_of(spec: BufferSpec | None) -> str | None:
    if spec is None:
        return "python"
    if spec.kind == "markdown":
        return "markdown"
    if spec.file is not None:
        suffix = "." + spec.file.rpartition(".")[2].lower()
        return _LANGUAGES.get(suffix)
    return "python" if spec.kind == "code" else None
