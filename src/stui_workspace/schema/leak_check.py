"""The secrets in a document alone: what keeps a file from being written, wherever else it errs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from stui_workspace.model.diagnostics import Diagnostic, Severity
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, Places
from stui_workspace.schema.kinds import FileKind, parts_for
from stui_workspace.schema.leaks import leaks_at
from stui_workspace.schema.placing import placed
from stui_workspace.schema.rules import breaches, visits
from stui_workspace.schema.words import finding_of

LEAK_CODES: Final = ("S120", "S121", "S122")
MOST_LEAKS: Final = 1000


def leaks(
    plain: Plain, places: Places, kind: FileKind = FileKind.WORKSPACE
) -> tuple[Diagnostic, ...]:
    """Each secret in a document where none may be, in the order of the file. Never raises."""
    found = islice(_findings(plain, kind), MOST_LEAKS)
    return tuple(one for one in placed(found, places) if one.severity is Severity.ERROR)


def _findings(plain: Plain, kind: FileKind) -> Iterator[Finding]:
    seen: dict[int, bool] = {}
    for visit in visits(parts_for(kind), {} if plain is None else plain):
        yield from leaks_at(visit.path, visit.value, seen)
        yield from (one for one in map(finding_of, breaches(visit)) if one.code in LEAK_CODES)
