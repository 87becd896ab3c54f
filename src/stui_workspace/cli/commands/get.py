"""`stui get`: print a value of the file."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.finding import file_target, project_at, workspace_target
from stui_workspace.cli.hiding import tell_hidden, without_secrets
from stui_workspace.cli.options import (
    file_option,
    json_option,
    key_path,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.reading import document_of, value_at
from stui_workspace.cli.telling import put_foreign, put_json, tell
from stui_workspace.document import Document, dump_fragment, to_yaml
from stui_workspace.model.paths import NodePath
from stui_workspace.model.printable import is_obeyed, printable
from stui_workspace.model.values import Plain


@click.command()
@click.argument("keypath", callback=key_path, shell_complete=completing.key_paths)
@file_option
@json_option
@click.option(
    "--effective",
    is_flag=True,
    help="The value that takes effect: overlay, environment, variables and defaults applied.",
)
@click.option("--raw", is_flag=True, help="Print control characters as they are.")
@selection_options
def command(  # noqa: PLR0913 (one for each option)
    keypath: NodePath,
    *,
    file: Path | None,
    as_json: bool,
    effective: bool,
    raw: bool,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> None:
    """Print a value of the file.

    KEYPATH is the way to the value: `connections.py.kind`, `layout.work.row[0]`, or
    `connections["a.b"]` for a key with dots in it; `.` is everything. Text is printed as it is,
    but for control characters, which a terminal would obey; maps and lists as YAML. A secret that
    somebody wrote into the file is not printed. Exits 1 where there is no such key.

    Examples:
      stui get name
      stui get buffers.scratch.source > scratch.py
      stui get preferences.theme --effective
      stui get connections --json | jq keys
    """
    document: Document | None = None
    if effective or environment is not None or variables:
        plain = _effective(file, environment, variables)
    else:
        target = workspace_target(None) if file is None else file_target(file)
        document = document_of(target)
        plain = document.plain()
    value, hidden_count = without_secrets(value_at(plain, keypath), keypath)
    tell_hidden(hidden_count)
    if as_json:
        put_json(value)
        return
    text = value if isinstance(value, str) else _as_text(value, keypath, document)
    if not raw and is_obeyed(text):
        tell("control characters are shown as pictures; `--raw` prints them", kind="note")
        text = printable(text)
    put_foreign(text)


def _effective(
    file: Path | None, environment: str | None, variables: tuple[tuple[str, str], ...]
) -> Plain:
    from stui_workspace.runtime.loading import load

    services = services_now()
    project = project_at(file, services.home)
    return load(project, services, selection_of(environment, variables)).resolved.plain


def _as_text(value: Plain, path: NodePath, document: Document | None) -> str:
    """A value as people and scripts read it: a number stays as it was written."""
    if isinstance(value, (dict, list)):
        return to_yaml(value)
    if document is not None and document.style(path) == "plain" and value is not None:
        return document.written(path)
    return dump_fragment(value)
