"""Diagnostics as text: in full for people, concise for `grep`, as JSON, and for GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from stui_workspace.cli.excerpt import concealed_lines, excerpt_of, looks_secret
from stui_workspace.cli.paint import Paint, plain
from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Severity, position_at
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.schema.findings import without_secrets

_WORDS = 1000  # code points of a message, a hint or a path


class Format(StrEnum):
    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"


def render(problems: Sequence[FileProblems], style: Format, paint: Paint = plain) -> str:
    """All diagnostics of some files, ending in a newline; empty where there is nothing to say.

    JSON always says something: an array, empty for good files.
    """
    if style is Format.JSON:
        records = [record for one in problems for record in records_of(one)]
        return json.dumps(records, indent=2) + "\n"
    blocks = {Format.FULL: _full, Format.CONCISE: _concise, Format.GITHUB: _github}
    between = "\n" if style is Format.FULL else ""
    return between.join(block for one in problems for block in blocks[style](one, paint))


def records_of(problems: FileProblems) -> Iterator[dict[str, object]]:
    """Each diagnostic as JSON has it. Lines and columns count from 1; `end` is behind the span."""
    for one in problems.diagnostics:
        line, column = position_at(problems.text, one.span.start)
        end_line, end_column = position_at(problems.text, one.span.end)
        yield {
            "file": shown_path(problems.file, safe=False),
            "line": line,
            "column": column,
            "end": {"line": end_line, "column": end_column},
            "code": one.code,
            "severity": str(one.severity),
            "message": without_secrets(one.message),
            "hint": one.hint and without_secrets(one.hint),
            "path": None if one.path is None else without_secrets(format_key_path(one.path)),
        }


def shown_path(path: Path, *, safe: bool = True) -> str:
    """A path as short as it can be said from here; with `safe`, on one line and printable."""
    text = str(path)
    with suppress(ValueError, OSError):  # it is elsewhere, or there is no current folder
        text = str(path.relative_to(Path.cwd())) if path.is_absolute() else text
    return printable_line(text, _WORDS) if safe else text


def count_of(problems: Sequence[FileProblems]) -> str:
    """How many there are, for people: `2 errors and 1 warning`."""
    found = [one.severity for file in problems for one in file.diagnostics]
    errors, warnings = found.count(Severity.ERROR), found.count(Severity.WARNING)
    parts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return " and ".join(parts)


def _said(text: str) -> str:
    """A message or a hint; a key in it may be a secret, and is not repeated."""
    return printable_line(without_secrets(text), _WORDS)


def _full(problems: FileProblems, paint: Paint) -> Iterator[str]:
    hidden = concealed_lines(problems.text, problems.diagnostics)
    name = shown_path(problems.file)
    for one in problems.diagnostics:
        line, column = position_at(problems.text, one.span.start)
        gutter = " " * len(str(line))
        rows = [
            paint(one.severity, f"{one.severity}[{one.code}]")
            + paint("strong", f": {_said(one.message)}"),
            f"{gutter}{paint('frame', '-->')} {name}:{line}:{column}",
        ]
        if line in hidden or looks_secret(problems.text, one.span.start):
            rows.append(
                _note(gutter, "note", "the line is not shown: a secret may stand in it", paint)
            )
        else:
            rows += _source(problems.text, one, line, paint)
        if one.hint:
            rows.append(_note(gutter, "help", _said(one.hint), paint))
        yield "\n".join(rows) + "\n"


def _source(text: str, one: Diagnostic, line: int, paint: Paint) -> list[str]:
    excerpt = excerpt_of(text, one.span)
    gutter, bar = " " * len(str(line)), paint("frame", "|")
    marks = " " * excerpt.indent + paint(one.severity, "^" * excerpt.marks)
    return [
        f"{gutter} {bar}",
        f"{paint('frame', str(line))} {bar} {excerpt.source}".rstrip(),
        f"{gutter} {bar} {marks}",
    ]


def _note(gutter: str, word: str, text: str, paint: Paint) -> str:
    return f"{gutter} {paint('frame', '=')} {paint('help', word)}: {text}"


def _concise(problems: FileProblems, paint: Paint) -> Iterator[str]:
    name = shown_path(problems.file)
    for one in problems.diagnostics:
        line, column = position_at(problems.text, one.span.start)
        label = paint(one.severity, f"{one.severity}[{one.code}]")
        hint = f" ({_said(one.hint)})" if one.hint else ""
        yield f"{name}:{line}:{column}: {label}: {_said(one.message)}{hint}\n"


def _github(problems: FileProblems, _paint: Paint) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the line.

    Source: "Workflow commands for GitHub Actions", and `@actions/core` for the escapes.
    """
    for one in problems.diagnostics:
        line, column = position_at(problems.text, one.span.start)
        end_line, end_column = position_at(problems.text, one.span.end)
        fields = {
            "file": shown_path(problems.file, safe=False),
            "line": line,
            "endLine": end_line,
            "col": column,
            "endColumn": end_column,
            "title": one.code,
        }
        where = ",".join(f"{key}={_property(str(value))}" for key, value in fields.items())
        hint = f" ({one.hint})" if one.hint else ""
        yield f"::{one.severity} {where}::{_message(one.message + hint)}\n"


def _message(text: str) -> str:
    text = without_secrets(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable_line(text, _WORDS)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
