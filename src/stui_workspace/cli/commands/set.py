"""`stui set`: change a value of the file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.changing import change_file
from stui_workspace.cli.options import file_option, key_path
from stui_workspace.document import Document, Limits, read, set_value
from stui_workspace.document.resolve import resolve
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain

_STANDARD_INPUT: Final = "-"
_OPENING: Final = ("[", "{", '"', "'")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("keypath", callback=key_path, shell_complete=completing.key_paths)
@click.argument("value")
@file_option
@click.option(
    "--string", "as_text", is_flag=True, help="Take VALUE as text, whatever it looks like."
)
def command(keypath: NodePath, value: str, *, file: Path | None, as_text: bool) -> None:
    """Change a value of the file.

    VALUE is read as YAML on one line: `8`, `true` and `null` are what they look like, `[a, b]` is a
    list, `{kind: python}` a map, and anything else is text. `-` reads it from standard input.
    KEYPATH is as for `stui get`; keys that are missing on the way are made.

    Nothing else in the file changes: comments, order and quoting stay. The result is checked
    before it is saved. What changed is said on standard error.

    Examples:
      stui set preferences.theme nord
      stui set connections.py '{kind: python, connect: auto}'
      stui set name 2024 --string
      stui set buffers.scratch.source - < scratch.py
    """
    text = _from_input(sys.stdin.read()) if value == _STANDARD_INPUT else value
    new = text if as_text else value_of(text)

    def change(document: Document) -> Document:
        return set_value(document, keypath, new)

    change_file(file, keypath, change)


def value_of(text: str) -> Plain:
    r"""What a VALUE on the command line says.

    Only what begins with a bracket or a quote is read as more than one plain scalar, so that
    text such as `fix: the # thing` needs no quoting beside the shell's.

    >>> [value_of(text) for text in ("8", "on", "[a, 1]", "a: b # c", '"8"', "")]
    [8, 'on', ['a', 1], 'a: b # c', '8', '']
    """
    stripped = text.strip()
    if not stripped:
        return text
    if not stripped.startswith(_OPENING):
        scalar = resolve(stripped)
        return text if isinstance(scalar, str) else scalar
    reading = read(stripped.encode("utf-8", "surrogatepass"), Limits(any_root=True))
    document = reading.document
    if document is None or document.root is None or document.root.end != len(document.text):
        raise click.BadParameter(
            "this is no list, map or quoted text of YAML; `--string` takes it as text",
            param_hint="VALUE",
        )
    return document.plain()


def _from_input(text: str) -> str:
    """What came through standard input; the end of its only line is not part of the value."""
    return text[:-1] if text.endswith("\n") and text.count("\n") == 1 else text
