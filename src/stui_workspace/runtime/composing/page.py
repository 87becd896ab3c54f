"""A new workspace file as a page: the sections in the usual order, each with a word about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stui_workspace.document import dump_fragment, to_yaml
from stui_workspace.document.emit import scalar_text
from stui_workspace.model.values import Plain

_COMMENTS: Final = {
    "connections": "what evaluates your code",
    "buffers": "pads to write in; unsaved text comes back",
    "snippets": "code by name, to insert with Alt+I",
    "layout": "ratios, not columns and rows: it fits every terminal",
    "preferences": "how the workbench looks and behaves",
}
_WIDEST: Final = 92
_COLUMN: Final = 20
_SPLITS: Final = ("row", "column")


def page_text(plain: Mapping[str, Plain], schema: str) -> str:
    """The text of a workspace file that says this.

    Raises:
        EditError: Something in it cannot be written.
    """
    head = [f"# yaml-language-server: $schema={schema}"]
    sections: list[str] = []
    for key, value in plain.items():
        if isinstance(value, Mapping) and value:
            sections.append("".join(f"{line}\n" for line in _section(key, value)))
        else:
            head.append(to_yaml({key: value}).rstrip("\n"))
    return "\n".join(["\n".join(head) + "\n", *sections])


def _section(key: str, value: Mapping[str, Plain]) -> Iterator[str]:
    comment = _COMMENTS.get(key)
    opening = f"{scalar_text(key)}:"
    yield opening if comment is None else f"{opening:{_COLUMN}}# {comment}"
    if key == "layout":
        for name, plain in value.items():
            yield from _layout(str(name), plain)
        return
    for line in to_yaml(value).rstrip("\n").split("\n"):
        yield f"  {line}" if line else ""


def _layout(name: str, plain: Plain) -> Iterator[str]:
    if not isinstance(plain, Mapping):
        yield f"  {scalar_text(name)}: {dump_fragment(plain)}"
        return
    yield f"  {scalar_text(name)}:"
    yield from _parts(plain, 4)


def _parts(plain: Mapping[str, Plain], indent: int) -> Iterator[str]:
    """The keys of a place; what fits on a line is written on one."""
    blank = " " * indent
    for key, value in plain.items():
        if key in _SPLITS and isinstance(value, (list, tuple)):
            yield f"{blank}{key}:"
            for child in value:
                yield from _child(child, indent + 2)
        else:
            yield f"{blank}{key}: {dump_fragment(value)}"


def _child(plain: Plain, indent: int) -> Iterator[str]:
    blank, inline = " " * indent, dump_fragment(plain)
    is_small = indent + len(inline) <= _WIDEST and not _has_split(plain)
    if is_small or not isinstance(plain, Mapping):
        yield f"{blank}- {inline}"
        return
    first, *rest = _parts(plain, indent + 2)
    yield f"{blank}- {first.lstrip()}"
    yield from rest


def _has_split(plain: Plain) -> bool:
    return isinstance(plain, Mapping) and any(key in plain for key in _SPLITS)
