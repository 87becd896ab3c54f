"""A setting as rows to read: what it is, what it can be, who says what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from textual.content import Content

from stui_workspace.document import dump_fragment
from stui_workspace.model.printable import printable_line
from stui_workspace.model.values import Plain
from stui_workspace.runtime.settings.values import Edited, Kind, Said, Setting, Where
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint

_LABEL: Final = 9
_NAME: Final = 14
_VALUE: Final = 300
_SHORT_KEYS: Final = 31
_BRIEF: Final = {"workspace file": "file", "user config": "config"}
_IN: Final = {
    Where.SESSION: "for this session",
    Where.OVERLAY: "in your overlay",
    Where.CONFIG: "in your configuration",
    Where.WORKSPACE: "in the workspace file",
}
PLACES: Final = {
    Where.SESSION: "This session",
    Where.OVERLAY: "For you, in this workspace: the overlay",
    Where.CONFIG: "For you, everywhere: your configuration",
    Where.WORKSPACE: "For everybody: the workspace file",
}


def value_words(value: Plain, limit: int = _VALUE) -> str:
    """A value on one line, as YAML writes it."""
    return "nothing" if value is None else printable_line(dump_fragment(value), limit)


def setting_row(setting: Setting, paint: Paint, width: int) -> Content:
    """A setting on one line: key, value, origin."""
    origin = _brief(setting.origin)
    key_width = min(_SHORT_KEYS, max(width * 11 // 20, 12))
    key = f"{_cut(setting.key, key_width):<{key_width}}"
    origin_width = max(8, width // 6)
    value_width = max(width - key_width - origin_width - 2, 4)
    value = f"{_cut(value_words(setting.value), value_width):<{value_width}}"
    is_default = setting.origin == "default"
    return Content.assemble(
        (key, paint.text if is_default else paint.strong),
        (f" {value} ", paint.muted if is_default else paint.accent),
        (_cut(origin, origin_width), paint.muted),
    )


def setting_rows(setting: Setting, root: Path) -> Iterator[Row]:
    """All that is known of a setting."""
    yield Row(((printable_line(setting.description, 600), "text"),))
    yield _blank()
    yield _field("Value", value_words(setting.value), "strong")
    yield _field("From", printable_line(setting.origin, 100))
    yield _field("Default", value_words(setting.default))
    yield _field("Allowed", allowed_words(setting))
    if setting.note:
        yield Row((("△ ", "warn"), (setting.note, "text")), hang=2)
    yield _blank()
    yield Row((("Said by, the strongest first", "title"),))
    for one in setting.said:
        counts = one is setting.said[0] and setting.origin != "command line"
        yield from _said_rows(one, root, counts=counts)
    yield _head("default", setting.default, counts=not setting.said)


def allowed_words(setting: Setting) -> str:
    """What a setting can be."""
    if setting.choices:
        some = "any of " if setting.kind is Kind.LIST else ""
        return some + ", ".join(setting.choices)
    return setting.limits or str(setting.kind)


def edited_words(edited: Edited, root: Path) -> str:
    """What was changed where, in one line."""
    if edited.where is Where.SESSION:
        place = _IN[edited.where]
    else:
        place = f"{_IN[edited.where]}, {_file_words(edited.file, edited.line, root)}"
    was = f"; it was {value_words(edited.before, 60)}" if edited.before is not None else ""
    if edited.after is None:
        return f"{edited.key} is not said any more {place}{was}"
    return f"{edited.key} is {value_words(edited.after, 60)} {place}{was}"


def _said_rows(said: Said, root: Path, *, counts: bool) -> Iterator[Row]:
    yield _head(said.name, said.value, counts=counts)
    place = _file_words(said.file, said.line, root)
    over = "" if counts else "overridden"
    if place or over:
        between = ", " if place and over else ""
        yield Row(((f"  {over}{between}{place}", "muted"),), hang=2)


def _head(name: str, value: Plain, *, counts: bool) -> Row:
    mark, style = ("● ", "good") if counts else ("○ ", "faint")
    shown = f"{printable_line(name, 60):<{_NAME}} "
    return Row(
        (
            (mark, style),
            (shown, "strong" if counts else "text"),
            (value_words(value), "text" if counts else "muted"),
        ),
        hang=_NAME + 3,
    )


def _file_words(file: Path | None, line: int | None, root: Path) -> str:
    if file is None:
        return ""
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return printable_line(str(shown), 200) + (f":{line}" if line is not None else "")


def _field(label: str, value: str, style: str = "text") -> Row:
    return Row(((f"{label:<{_LABEL}}", "muted"), (value, style)), hang=_LABEL)


def _blank() -> Row:
    return Row((("", "text"),))


def _brief(origin: str) -> str:
    name = printable_line(origin, 60)
    if name.startswith("environment `"):
        return name.removeprefix("environment `").removesuffix("`")
    return _BRIEF.get(name, name)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
