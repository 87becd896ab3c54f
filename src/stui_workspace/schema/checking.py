"""Checking a document: everything that is wrong with it, at once, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, Places
from stui_workspace.schema.kinds import FileKind, parts_for
from stui_workspace.schema.leaks import leaks_at
from stui_workspace.schema.placing import placed
from stui_workspace.schema.reaching import Addresses
from stui_workspace.schema.references import Known, known_in, references_at, variables_at
from stui_workspace.schema.rules import Breach, Visit, breaches, visits
from stui_workspace.schema.traps import error_of, may_be_a_trap, spot_of, warning_of
from stui_workspace.schema.words import finding_of, slip_in

MOST_FINDINGS: Final = 100
"""As many as anybody would read."""

MOST_LOOKS: Final = 300
"""How many values are looked at as they are written; each look costs a walk to its place."""


def newer_format(plain: Plain, kind: FileKind = FileKind.WORKSPACE) -> int | None:
    """The number of a format that this stui does not know yet; None for all others."""
    number = _format_of(plain, kind)
    return number if number is not None and number > kind.known_format else None


def check(
    plain: Plain,
    places: Places,
    kind: FileKind = FileKind.WORKSPACE,
    *,
    strict: bool = False,
    base: Plain = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong, in the order of the file, at most a hundred. Never raises.

    Args:
        plain: The document as plain data; null for an empty one.
        places: Where its values stand.
        kind: Which file it is.
        strict: Whether unknown keys are errors.
        base: The workspace file that an overlay lies over, for the names that it uses. Without
            it, an overlay's names are taken on trust.
    """
    if found := _of_format(plain, kind):
        return placed(found, places)
    findings = islice(_findings(plain, places, kind, base), MOST_FINDINGS)
    diagnostics = placed(findings, places, strict=strict)
    return diagnostics[:MOST_FINDINGS]


def _of_format(plain: Plain, kind: FileKind) -> list[Finding]:
    """What is wrong with the format number, where nothing else makes sense then."""
    number = _format_of(plain, kind)
    path = (kind.format_key,)
    if number is None or number == kind.known_format:
        return []
    if number > kind.known_format:
        message = f"format {number} is newer than this stui, which knows up to {kind.known_format}"
        return [Finding("S105", message, path, "update stui; it will not change this file")]
    if kind is FileKind.SESSION or number < 0:
        message = f"`{kind.format_key}` is the number of no format"
        return [Finding("S106", message, path, f"write `{kind.format_key}: {kind.known_format}`")]
    message = f"format {number} is older than this stui, which reads format {kind.known_format}"
    return [Finding("S106", message, path, "bring it up to date: `stui migrate`")]


def _format_of(plain: Plain, kind: FileKind) -> int | None:
    number = plain.get(kind.format_key) if isinstance(plain, Mapping) else None
    return number if type(number) is int else None


def _findings(plain: Plain, places: Places, kind: FileKind, base: Plain) -> Iterator[Finding]:
    if plain is None:
        plain = {}
    if kind is FileKind.SESSION:
        for visit in visits(parts_for(kind), plain):
            yield from map(finding_of, breaches(visit))
        return
    known = known_in(plain, base)
    has_names = kind is FileKind.WORKSPACE or base is not None
    look = _Look(places)
    addresses = Addresses(plain, base)
    seen: dict[int, bool] = {}
    for visit in visits(parts_for(kind), plain):
        yield from _schema_findings(visit, look)
        leaks = tuple(leaks_at(visit.path, visit.value, seen))
        yield from leaks or addresses.at(visit.path, visit.value)
        yield from _reference_findings(visit, known, has_names=has_names)


def _schema_findings(visit: Visit, look: _Look) -> Iterator[Finding]:
    is_good = True
    for breach in breaches(visit):
        is_good = is_good and breach.key is not None
        yield look.at_breach(breach) or finding_of(breach)
    if is_good and may_be_a_trap(visit) and (warning := look.at_value(visit)):
        yield warning
    if is_good and (slip := slip_in(visit)):
        yield slip


def _reference_findings(visit: Visit, known: Known, *, has_names: bool) -> Iterator[Finding]:
    found = [
        *references_at(visit.path, visit.value, known),
        *variables_at(visit.path, visit.value, known),
    ]
    yield from (one for one in found if has_names or one.code in ("R104", "R107"))


class _Look:
    """Looks at values as they are written, a bounded number of times."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._left = MOST_LOOKS

    def at_breach(self, breach: Breach) -> Finding | None:
        if breach.rule not in ("type", "enum") or not self._may():
            return None
        return error_of(breach, spot_of(self._places, breach.path))

    def at_value(self, visit: Visit) -> Finding | None:
        return warning_of(visit, spot_of(self._places, visit.path)) if self._may() else None

    def _may(self) -> bool:
        self._left -= 1
        return self._left >= 0
