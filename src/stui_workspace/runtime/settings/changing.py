"""Changing a setting in one of the places that can say it, and back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from stui_workspace.document import Document, Limits, delete, read, set_value
from stui_workspace.document.resolve import resolve
from stui_workspace.errors import NotFoundError, StaleRevisionError, UsageError
from stui_workspace.model.diagnostics import Severity, position_at
from stui_workspace.model.durations import duration_text, parse_duration
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import replace
from stui_workspace.model.values import Plain
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settings.chosen import LIVE, TIMEOUT
from stui_workspace.runtime.settings.values import Edited, Kind, Setting, Where
from stui_workspace.runtime.writing import write
from stui_workspace.schema import FileKind, check
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.locations import CONFIG_NAME
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME, Project

_EMPTY: Final = b"stui: 1\n"
_PRIVATE: Final = 0o700


class Target(NamedTuple):
    """A file that says settings."""

    path: Path
    root: Path
    kind: FileKind


def target_of(where: Where, project: Project, services: Services) -> Target:
    """The file of that place, which need not be there.

    Raises:
        UsageError: It is no place that can be written.
    """
    root = project.root
    match where:
        case Where.OVERLAY:
            return Target(project.overlay or root / OVERLAY_NAME, root, FileKind.OVERLAY)
        case Where.WORKSPACE:
            return Target(project.file or root / FILE_NAMES[0], root, FileKind.WORKSPACE)
        case Where.CONFIG:
            folder = services.locations.config
            return Target(folder / CONFIG_NAME, folder, FileKind.CONFIG)
    raise UsageError(f"settings are not written to: {where}", "choose a file")


def value_of(setting: Setting, text: str) -> Plain:
    """The value that a person typed for a setting.

    Raises:
        UsageError: The setting cannot have it; says what it can have.
    """
    value = _parsed(setting, text.strip())
    plain: Any = value
    for step in reversed(setting.path):
        plain = {step: plain}
    nowhere = read(b"").document
    assert nowhere is not None  # noqa: S101 (an empty text is a document)
    found = check(plain, nowhere, FileKind.CONFIG)
    wrong = next((one for one in found if one.severity is Severity.ERROR), None)
    if wrong is not None:
        raise UsageError(wrong.message, wrong.hint or _allowed(setting))
    return value


def set_in_file(
    path: NodePath, value: Plain, where: Where, project: Project, services: Services
) -> Edited:
    """Write a setting to a file, as an edit that leaves all else in it as it is.

    A file that is not there is made. None as the value takes the setting out of the file.

    Raises:
        StuiError: The file was not written, and is as it was.
    """
    target = target_of(where, project, services)
    before: list[Plain] = []

    def change(document: Document) -> Document:
        before.append(said_in(document, path))
        if value is None:
            return _without(document, path)
        return _with(document, path, value)

    if not target.path.exists():
        if value is None:
            raise _says_nothing(path, where)
        _make(target, services)
    after, _ = edit_file(target.path, target.root, change, services, kind=target.kind)
    line = None
    if value is not None:
        line = position_at(after.text, after.key_span(path).start)[0]
    elif before[-1] is None:
        raise _says_nothing(path, where)
    return Edited(path, where, before[-1], value, target.path, line)


def set_in_session(path: NodePath, value: Plain, memory: Memory) -> Edited:
    """Choose a preference for the open session; None goes back to what the files say.

    Raises:
        UsageError: It is none that a session can have of its own.
    """
    name = str(path[-1])
    if path[:1] != ("preferences",) or name not in LIVE:
        raise UsageError(f"{format_key_path(path)} holds for more than a session", "choose a file")
    state = memory.state
    before = state.preferences.get(name)
    before = duration_text(before) if name == TIMEOUT else before
    if value is None:
        kept = {key: one for key, one in state.preferences.items() if key != name}
        memory.keep(replace(state, preferences=kept))
    else:
        memory.keep_preference(name, parse_duration(str(value)) if name == TIMEOUT else value)
    return Edited(path, Where.SESSION, before, value)


def said_in(document: Document, path: NodePath) -> Plain:
    """What the document says at a path; None for nothing."""
    node = document.node(path) if _is_there(document, path) else None
    return None if node is None else document.plain(path)


def _is_there(document: Document, path: NodePath) -> bool:
    plain = document.plain()
    for step in path:
        if not isinstance(plain, dict) or step not in plain:
            return False
        plain = plain[step]
    return True


def _with(document: Document, path: NodePath, value: Plain) -> Document:
    """The document with the setting; a section without a value gets one."""
    for length in range(1, len(path)):
        if _is_there(document, path[:length]) and document.plain(path[:length]) is None:
            inner: Any = value
            for step in reversed(path[length:]):
                inner = {step: inner}
            return set_value(document, path[:length], inner)
    return set_value(document, path, value)


def _without(document: Document, path: NodePath) -> Document:
    """The document without the setting, and without a section that would be left empty."""
    if not _is_there(document, path):
        return document
    gone = path
    while len(gone) > 1:
        around = document.plain(gone[:-1])
        if not isinstance(around, dict) or len(around) > 1:
            break
        gone = gone[:-1]
    return delete(document, gone)


def _make(target: Target, services: Services) -> None:
    if target.kind is FileKind.WORKSPACE:  # it needs a name, and more than a setting
        folder = str(target.root)
        raise NotFoundError(
            "workspace file in", folder, "`stui init` starts one; or choose another"
        )
    if target.kind is FileKind.CONFIG:
        with explained(target.root):
            target.root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    with suppress(StaleRevisionError):  # somebody made it meanwhile
        write(target.path, target.root, _EMPTY, None, services)


def _parsed(setting: Setting, text: str) -> Plain:
    if setting.kind is Kind.LIST:
        return _list(setting, text)
    if setting.kind in (Kind.FLAG, Kind.NUMBER):
        return resolve(text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _list(setting: Setting, text: str) -> Plain:
    if not text.startswith("["):
        return [one.strip() for one in text.split(",") if one.strip()]
    document = read(text.encode("utf-8", "surrogatepass"), Limits(any_root=True)).document
    value = None if document is None else document.plain()
    if not isinstance(value, list):
        raise UsageError("this is no list", _allowed(setting))
    return value


def _allowed(setting: Setting) -> str:
    if setting.choices:
        listed = ", ".join(setting.choices)
        return f"{'some' if setting.kind is Kind.LIST else 'one'} of: {listed}"
    return f"give {setting.limits}" if setting.limits else "give a text"


def _says_nothing(path: NodePath, where: Where) -> NotFoundError:
    step = f"nothing in the {where} is to be taken back"
    return NotFoundError(f"setting in the {where}", format_key_path(path), step)
