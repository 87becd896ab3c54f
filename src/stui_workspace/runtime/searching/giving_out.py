"""The history as text for other programs."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum

from stui_workspace.history import Entry, Near, Query, Within
from stui_workspace.history.matching import nearness
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.runtime.connecting.inputs import history_of
from stui_workspace.runtime.services import Services


class Form(StrEnum):
    JSONL = "jsonl"
    """All that is known, one entry a line; `stui history import` takes it in again."""
    TEXT = "text"
    """For people: the code, below when and where."""
    SHELL = "shell"
    """As the file of bash's history, with times."""


def entries_oldest_first(services: Services, typed: str, within: Within) -> list[Entry]:
    """The entries that fit and count, the oldest first.

    Raises:
        DiskError: The history cannot be read.
    """
    query = Query.read(typed)
    found = [
        entry
        for entry in history_of(services).entries()
        if within.allows(entry) and nearness(query, entry.code, Near.WORDS) is not None
    ]
    return found[::-1]


def written(entries: Iterable[Entry], form: Form) -> Iterator[str]:
    """The entries in a form, each with its newline; the characters are those of the entries."""
    import json

    for entry in entries:
        match form:
            case Form.JSONL:
                yield json.dumps(asdict(entry), sort_keys=True) + "\n"
            case Form.TEXT:
                where = entry.connection + ("" if entry.ok else ", failed")
                yield f"# {moment_text(entry.at, SECOND)} {where}\n{entry.code.rstrip()}\n\n"
            case Form.SHELL:
                yield f"#{int(entry.at)}\n{_as_command(entry.code)}\n"


def _as_command(code: str) -> str:
    """Code as one entry of bash's history, in which a line that begins like a time is one."""
    lines = code.rstrip("\n").split("\n")
    is_safe = not any(line[:1] == "#" and line[1:2].isdigit() for line in lines)
    return "\n".join(lines) if is_safe else f": {shlex.quote(code)}"
