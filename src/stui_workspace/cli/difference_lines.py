"""Differences as lines for people, and as records for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Final

from stui_workspace.cli.cells import cell_width
from stui_workspace.cli.paint import Paint
from stui_workspace.document import dump_fragment, to_yaml
from stui_workspace.merge.differing import Difference, Kind
from stui_workspace.merge.lines import matching
from stui_workspace.model.diagnostics import position_at
from stui_workspace.model.printable import printable_line
from stui_workspace.model.values import ABSENT, Absent, Plain

_LOOKS: Final = {
    Kind.ADDED: ("+", "good"),
    Kind.REMOVED: ("-", "error"),
    Kind.CHANGED: ("~", "warning"),
    Kind.RENAMED: ("~", "warning"),
    Kind.MOVED: (">", "frame"),
    Kind.COMMENT: ("#", "note"),
    Kind.EOL: ("#", "note"),
    Kind.FORMAT: ("=", "dim"),
}
"""The mark of each kind, and the role that it is painted in."""

_NOUNS: Final = {
    Kind.ADDED: "added",
    Kind.REMOVED: "removed",
    Kind.CHANGED: "changed",
    Kind.RENAMED: "renamed",
    Kind.MOVED: "moved",
    Kind.COMMENT: "in comments",
    Kind.EOL: "in comments",
    Kind.FORMAT: "in format only",
}
_SIGNS: Final = {"+": "good", "-": "error", " ": "dim", "…": "dim"}
_PATH_CELLS: Final = 44
"""The widest column of paths; what belongs to a longer path stands behind it."""
_SHORT: Final = 48
"""The cells of a value that is shown beside its path."""
_LINE: Final = 400
_CONTEXT: Final = 1
_INDENT: Final = "    "
_NO_END: Final = "(no line end)"


def lines_of(found: Sequence[Difference], paint: Paint) -> Iterator[str]:
    """Each difference as a line: a mark, the path, and what it was and is.

    What needs more than a line follows on lines of its own, as `+` and `-`.
    """
    paths = [printable_line(str(one.path), _LINE) for one in found]
    fitting = [width for path in paths if (width := cell_width(path)) <= _PATH_CELLS]
    column = max(fitting, default=0)
    for one, path in zip(found, paths, strict=True):
        mark, role = _LOOKS[one.kind]
        beside = _beside(one, paint)
        pad = " " * max(2, column - cell_width(path) + 2) if beside else ""
        yield f"{paint(role, mark)} {path}{pad}{beside or ''}"
        if beside is None:
            for sign, line in _below(one):
                yield _INDENT + paint(_SIGNS[sign], f"{sign} {line}".rstrip())


def summary_of(found: Sequence[Difference]) -> str:
    """How many there are of each kind: `1 added, 2 changed`."""
    counts = Counter(_NOUNS[one.kind] for one in found)
    return ", ".join(
        f"{counts[noun]} {noun}" for noun in dict.fromkeys(_NOUNS.values()) if counts[noun]
    )


def _beside(one: Difference, paint: Paint) -> str | None:
    """What stands beside the path; None for what needs lines of its own."""
    if one.kind is Kind.MOVED:
        return _move(one)
    if one.kind is Kind.RENAMED:
        return f"renamed to {printable_line(str(one.after), _LINE)}"
    if one.kind is Kind.FORMAT and one.before is ABSENT:
        return paint("dim", "white space")
    return _values(one)


def _values(one: Difference) -> str | None:
    """Both values, or both comments, on one line."""
    written = one.kind in (Kind.COMMENT, Kind.EOL, Kind.FORMAT)
    before, after = (_short(value, written=written) for value in (one.before, one.after))
    if before is None or after is None:
        return None
    if one.before is not ABSENT and one.after is not ABSENT:
        is_hidden = one.sensitive and before == after
        return "changed (not shown)" if is_hidden else f"{before} -> {after}"
    if not written:
        return before + after
    return f"removed: {before}" if one.after is ABSENT else f"added: {after}"


def _move(one: Difference) -> str:
    if one.path.aspect == "parent":
        return f"moved to {printable_line(str(one.after), _LINE)}"
    if isinstance(one.before, int) and isinstance(one.after, int):
        return f"moved {'up' if one.after < one.before else 'down'} to place {one.after + 1}"
    return "moved"


def _short(value: Plain | Absent, *, written: bool) -> str | None:
    """A value on one short line, empty for none; None where it does not fit."""
    if isinstance(value, Absent):
        return ""
    is_text = isinstance(value, str) and (written or "\n" in value)
    text = str(value) if is_text else dump_fragment(value)
    if "\n" in text or len(text) > _LINE:
        return None
    line = printable_line(text, _LINE)
    return line if cell_width(line) <= _SHORT else None


def _below(one: Difference) -> Iterator[tuple[str, str]]:
    """The lines that differ, with their signs, and a line around them."""
    before, after = _text_lines(one.before), _text_lines(one.after)
    if isinstance(one.before, str) and isinstance(one.after, str):
        if one.before.endswith("\n") and not one.after.endswith("\n"):
            after.append(_NO_END)
        if one.after.endswith("\n") and not one.before.endswith("\n"):
            before.append(_NO_END)
    rows = list(_rows(before, after))
    near = {
        place
        for number, (sign, _) in enumerate(rows)
        if sign != " "
        for place in range(number - _CONTEXT, number + _CONTEXT + 1)
    }
    skipped = False
    for number, (sign, line) in enumerate(rows):
        if number in near:
            if skipped:
                yield "…", ""
            yield sign, printable_line(line, _LINE)
        skipped = number not in near


def _rows(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    start, start2 = 0, 0
    for end, end2 in (*matching(before, after), (len(before), len(after))):
        yield from (("-", line) for line in before[start:end])
        yield from (("+", line) for line in after[start2:end2])
        if end < len(before):
            yield " ", before[end]
        start, start2 = end + 1, end2 + 1


def _text_lines(value: Plain | Absent) -> list[str]:
    """A value as lines: a text as it is, anything else as YAML."""
    if isinstance(value, Absent):
        return []
    text = value if isinstance(value, str) else to_yaml(value)
    return text.removesuffix("\n").split("\n")


def record_of(one: Difference, before: str, after: str) -> dict[str, object]:
    """A difference as JSON has it; `before` and `after` are the two texts."""
    return {
        "kind": str(one.kind),
        "path": str(one.path),
        "before": plain_value(one.before),
        "after": plain_value(one.after),
        "sensitive": one.sensitive,
        "line_before": None if one.before_at is None else position_at(before, one.before_at)[0],
        "line_after": None if one.after_at is None else position_at(after, one.after_at)[0],
    }


def plain_value(value: Plain | Absent) -> object:
    """A value that JSON can hold; null for none."""
    if isinstance(value, Absent):
        return None
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return dump_fragment(value)
    return value
