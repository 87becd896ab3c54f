"""Conflict markers as git writes them, around what clashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stui_workspace.merge.lines.diff3 import Agreed, Clash, Lines, Region
from stui_workspace.merge.lines.runs import alike
from stui_workspace.model.records import dataclass

USUAL_SIZE = 7


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands behind the markers: the names of the sides. Empty for none."""

    ours: str = "ours"
    base: str = "base"
    theirs: str = "theirs"


def marked(
    regions: Iterable[Region],
    labels: Labels,
    *,
    size: int = USUAL_SIZE,
    base_shown: bool = True,
) -> str:
    """The merged text, each clash between markers: all of it, as in git's `diff3` style.

    Without the base (git's `merge` style), lines that both sides begin or end with alike are
    outside the markers. A last line without an end gets one where a marker follows.

    Args:
        regions: Made from lines that have their ends.
        labels: A line end in them counts as a blank.
        size: How many characters a marker has.
        base_shown: Whether the base stands between the two sides.
    """
    parts: list[str] = []
    before: Lines = ()
    for region in regions if base_shown else _tightened(regions):
        if isinstance(region, Agreed):
            parts.extend(region.lines)
            before = region.lines[-1:]
        else:
            end = _line_end(before, region)
            parts.extend(_block(region, _Markers(labels, size, end), base_shown=base_shown))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Markers:
    labels: Labels
    size: int
    end: str

    def line(self, sign: str, label: str = "") -> str:
        named = f"{sign * self.size} {' '.join(label.splitlines())}"
        return named.rstrip() + self.end


def _block(clash: Clash, markers: _Markers, *, base_shown: bool) -> Iterator[str]:
    yield markers.line("<", markers.labels.ours)
    yield from _ended(clash.ours, markers.end)
    if base_shown:
        yield markers.line("|", markers.labels.base)
        yield from _ended(clash.base, markers.end)
    yield markers.line("=")
    yield from _ended(clash.theirs, markers.end)
    yield markers.line(">", markers.labels.theirs)


def _ended(lines: Lines, end: str) -> Lines:
    """The lines, the last one with an end as well."""
    if not lines or lines[-1].endswith("\n"):
        return lines
    return (*lines[:-1], lines[-1] + end)


def _line_end(before: Lines, clash: Clash) -> str:
    """How the lines around end: with CR LF only where no side says otherwise."""
    seen = [
        lines[0]
        for lines in (before, clash.ours, clash.theirs, clash.base)
        if lines and lines[0].endswith("\n")
    ]
    return "\r\n" if seen and all(line.endswith("\r\n") for line in seen) else "\n"


def _tightened(regions: Iterable[Region]) -> Iterator[Region]:
    """The same with what the sides of a clash begin and end with alike outside of it."""
    for region in regions:
        if isinstance(region, Agreed):
            yield region
            continue
        ours, theirs = region.ours, region.theirs
        head = alike(ours, theirs)
        tail = alike(ours[head:][::-1], theirs[head:][::-1])
        end, end2 = len(ours) - tail, len(theirs) - tail
        if head:
            yield Agreed(ours[:head])
        yield Clash(region.base, ours[head:end], theirs[head:end2])
        if tail:
            yield Agreed(ours[end:])
