"""What the commands print: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from stui_workspace.cli.paint import Paint, is_terminal, paint_for
from stui_workspace.cli.render import Format, render
from stui_workspace.model.diagnostics import Diagnostic, FileProblems
from stui_workspace.model.printable import printable, printable_line
from stui_workspace.schema.findings import without_secrets

_SENTENCE = 4000  # code points


def put(text: str) -> None:
    """Print our own words as data; they must be safe to show already."""
    click.echo(text, nl=not text.endswith("\n"), color=True)


def put_foreign(text: str) -> None:
    """Print text of a file or a backend as data.

    A terminal gets it with all that it could obey made visible; a program gets it as it is.
    """
    click.echo(
        printable(text) if is_terminal(sys.stdout) else text,
        nl=not text.endswith("\n"),
        color=True,
    )


def put_json(value: object, *, indent: int | None = 2) -> None:
    """Print a value as one JSON document in ASCII, which every reader can take."""
    click.echo(json.dumps(value, indent=indent))


def tell(text: str, *, kind: str = "", code: str = "") -> None:
    """Say something to a person on standard error, on one line.

    Args:
        text: What to say.
        kind: `error`, `warning` or `note`; empty for what is none of these.
        code: Of a diagnostic.
    """
    line = printable_line(text, _SENTENCE)
    label = kind + (f"[{code}]" if code else "")
    if kind:
        line = f"{paint_for(sys.stderr)(kind, f'{label}:')} {line}"
    click.echo(line, err=True, color=True)


def tell_page(text: str) -> None:
    """Print our own words on standard error, line by line; they must be safe to show already."""
    click.echo(text, err=True)


def tell_next(text: str) -> None:
    """Say what can be done about what was told before."""
    paint = paint_for(sys.stderr)
    line = printable_line(text, _SENTENCE)
    click.echo(f"  {paint('frame', '=')} {paint('help', 'help')}: {line}", err=True, color=True)


def tell_problems(problems: Sequence[FileProblems]) -> None:
    """Show diagnostics in full on standard error."""
    text = render(problems, Format.FULL, paint_for(sys.stderr))
    if text:
        click.echo(text, err=True, color=True)


def tell_findings(diagnostics: Sequence[Diagnostic]) -> None:
    """Say diagnostics of a text that nobody can look at, because it was never saved."""
    for one in diagnostics:
        tell(without_secrets(one.message), kind=str(one.severity), code=one.code)
        if one.hint:
            tell_next(without_secrets(one.hint))


def stdout_paint() -> Paint:
    """How to paint what goes to standard output."""
    return paint_for(sys.stdout)
