"""`stui unset`: remove a key from the file."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.changing import change_file
from stui_workspace.cli.options import file_option, key_path
from stui_workspace.cli.reading import value_at
from stui_workspace.document import Document, delete
from stui_workspace.model.paths import NodePath


@click.command()
@click.argument("keypath", callback=key_path, shell_complete=completing.key_paths)
@file_option
def command(keypath: NodePath, *, file: Path | None) -> None:
    """Remove a key from the file.

    Takes the key, its value and the comments that belong to it; nothing else changes. KEYPATH is
    as for `stui get`. The result is checked before it is saved. Exits 1 where there is no such key.

    Examples:
      stui unset preferences.theme
      stui unset buffers.notes
      stui unset vars.image_host --file .stui-workspace.local.yaml
    """

    def change(document: Document) -> Document:
        value_at(document.plain(), keypath)
        return delete(document, keypath)

    change_file(file, keypath, change)
