"""Changing one value of a file, and saying in one line what changed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final

from stui_workspace.cli.finding import edit_target
from stui_workspace.cli.options import services_now
from stui_workspace.cli.own_edits import keep_approved, standing_before
from stui_workspace.cli.reading import document_of
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import tell, tell_findings, tell_next
from stui_workspace.document import Document, dump_fragment
from stui_workspace.errors import ParseError
from stui_workspace.model.diagnostics import Diagnostic, position_at
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.editing import edit_file
from stui_workspace.schema import FileKind, check

_SHOWN: Final = 60  # code points of a value
_SECRET_KEY: Final = re.compile(
    r"(?i)credential|passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key"
)


def change_file(file: Path | None, path: NodePath, change: Callable[[Document], Document]) -> None:
    """Save a file after `change`, and tell what is other than before at `path`.

    Raises:
        StuiError: It was not saved; the file is as it was.
    """
    services = services_now()
    target = edit_target(file, services)
    standing = standing_before(target, services)
    before: list[Document] = []

    def watched(document: Document) -> Document:
        before.append(document)
        return change(document)

    try:
        after, written = edit_file(target.path, target.root, watched, services, kind=target.kind)
    except ParseError:
        document_of(target)  # raises with the text that the places refer to
        raise
    tell(f"{shown_path(target.path)}{_place(after, path)}: {difference(before[-1], after, path)}")
    warnings = _new_warnings(before[-1], after, target.kind)
    tell_findings(warnings)
    if warnings and before[-1].node(path) is None:
        tell_next(f"`stui unset {shlex.quote(format_key_path(path))}` takes it out again")
    if standing is not None:
        edited = revision_of(before[-1].content), written
        keep_approved(standing, edited, target, services)


def _new_warnings(before: Document, after: Document, kind: FileKind) -> tuple[Diagnostic, ...]:
    """What is not wrong, but probably not meant: a misspelt key is kept, and said."""
    known = {(one.code, one.path) for one in check(before.plain(), before, kind)}
    found = check(after.plain(), after, kind)
    return tuple(one for one in found if (one.code, one.path) not in known)


def difference(before: Document, after: Document, path: NodePath) -> str:
    """What happened at `path`, in one line: `changed preferences.theme: nord -> dracula`."""
    name = format_key_path(path)
    if before.text == after.text:
        return f"{name} is that already; nothing was changed"
    old, new = _shown(before, path), _shown(after, path)
    if old is None:
        return f"added {name}: {new}"
    if new is None:
        return f"removed {name}: {old}"
    return f"changed {name}: {old} -> {new}"


def _shown(document: Document, path: NodePath) -> str | None:
    """The value on one line and not too long; never one that may be a secret."""
    if path and document.node(path) is None:
        return None
    if any(isinstance(step, str) and _SECRET_KEY.search(step) for step in path):
        return "(not shown)"
    text = dump_fragment(document.plain(path))
    return "(not shown)" if _SECRET_KEY.search(text) else printable_line(text, _SHOWN)


def _place(document: Document, path: NodePath) -> str:
    if not path or document.node(path) is None:
        return ""
    line, _ = position_at(document.text, document.key_span(path).start)
    return f":{line}"
