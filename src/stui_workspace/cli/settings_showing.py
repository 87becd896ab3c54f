"""`stui show --settings`: each setting with its origin, and what is overridden."""

from __future__ import annotations

from collections.abc import Iterator

from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import put_foreign, put_json
from stui_workspace.document import dump_fragment
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.loading import Selection
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settings.reading import settings_of, sources_of
from stui_workspace.runtime.settings.values import Said, Setting
from stui_workspace.storage.project import Project

_VALUE = 1000  # code points


def show_settings(
    project: Project, services: Services, selection: Selection, *, as_json: bool
) -> None:
    """Print every setting as it is without a session.

    Raises:
        StuiError: A file cannot be read.
    """
    found = settings_of(sources_of(project, services, selection))
    if as_json:
        put_json([record_of_setting(one) for one in found])
    else:
        put_foreign("".join(f"{line}\n" for one in found for line in _lines(one)))


def record_of_setting(setting: Setting) -> dict[str, object]:
    """A setting as JSON has it."""
    return {
        "path": setting.key,
        "value": setting.value,
        "origin": setting.origin,
        "default": setting.default,
        "kind": str(setting.kind),
        "choices": list(setting.choices),
        "description": setting.description,
        "note": setting.note,
        "said": [
            {
                "origin": one.name,
                "value": one.value,
                "file": None if one.file is None else str(one.file),
                "line": one.line,
            }
            for one in setting.said
        ],
    }


def _lines(setting: Setting) -> Iterator[str]:
    first = setting.said[0] if setting.said else None
    place = "" if first is None else f", {_place(first)}"
    yield f"{setting.key}: {_value(setting.value)}  ({printable_line(setting.origin, 100)}{place})"
    for one in setting.said[1:]:
        yield f"    overrides {printable_line(one.name, 100)}: {_value(one.value)}  ({_place(one)})"
    allowed = ", ".join(setting.choices) or setting.limits or str(setting.kind)
    yield f"    default {_value(setting.default)}; {allowed}"
    if setting.note:
        yield f"    note: {setting.note}"
    yield f"    {setting.description}"


def _place(said: Said) -> str:
    if said.file is None:
        return said.name
    line = "" if said.line is None else f":{said.line}"
    return f"{shown_path(said.file)}{line}"


def _value(value: object) -> str:
    return printable_line(dump_fragment(value), _VALUE)  # type: ignore[arg-type]
