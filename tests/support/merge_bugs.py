"""Splice bugs, planted between the engine and the gate: what the gate is there for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from unittest.mock import patch

from stui_workspace.merge import files
from stui_workspace.merge.engine.documents import walked

_WORD = re.compile(r"w\d+q|1\d{5}")
_COMMENT = re.compile(r"#.*")

Bug = Callable[[list[str], Random], list[str]]


def lost_line(lines: list[str], random: Random) -> list[str]:
    """A line is not copied."""
    at = _any_line(lines, random)
    return [*lines[:at], *lines[at + 1 :]]


def doubled_line(lines: list[str], random: Random) -> list[str]:
    """A line is copied twice."""
    at = _any_line(lines, random)
    return [*lines[:at], lines[at], *lines[at:]]


def moved_line(lines: list[str], random: Random) -> list[str]:
    """A line is put elsewhere."""
    at = _any_line(lines, random)
    rest = [*lines[:at], *lines[at + 1 :]]
    to = random.randrange(len(rest) + 1)
    return [*rest[:to], lines[at], *rest[to:]]


def wrong_indentation(lines: list[str], random: Random) -> list[str]:
    """A line stands too far in, or not far enough."""
    at = _any_line(lines, random)
    line = lines[at]
    return _with(lines, at, f"  {line}" if random.random() < 0.5 else line.removeprefix(" "))


def short_span(lines: list[str], random: Random) -> list[str]:
    """A span ends a character early."""
    at = _any_line(lines, random)
    return _with(lines, at, lines[at][:-1])


def long_span(lines: list[str], random: Random) -> list[str]:
    """A span takes the first character of the next line along, so that it stands there twice."""
    at = _any_line(lines, random)
    after = lines[at + 1].strip() if at + 1 < len(lines) else "x"
    return _with(lines, at, lines[at] + after[:1])


def swapped_values(lines: list[str], random: Random) -> list[str]:
    """Two values stand in each other's place."""
    text = "\n".join(lines)
    words = sorted(set(_WORD.findall(text)))
    if len(words) < 2:
        return lines
    one, other = random.sample(words, 2)
    names = {one: other, other: one}
    return _WORD.sub(lambda found: names.get(found[0], found[0]), text).split("\n")


def lost_comment(lines: list[str], random: Random) -> list[str]:
    """A comment is left out."""
    return _remarked(lines, random, "")


def other_comment(lines: list[str], random: Random) -> list[str]:
    """A comment comes out cut."""
    return _remarked(lines, random, "# w")


def lost_block(lines: list[str], random: Random) -> list[str]:
    """An item is not copied, with all that is in it."""
    start, end = _block(lines, random)
    return [*lines[:start], *lines[end:]]


def doubled_block(lines: list[str], random: Random) -> list[str]:
    """An item is copied twice."""
    start, end = _block(lines, random)
    return [*lines[:end], *lines[start:end], *lines[end:]]


def joined_lines(lines: list[str], random: Random) -> list[str]:
    """The newline between two lines is lost."""
    at = _any_line(lines, random)
    return [*lines[:at], "".join(lines[at : at + 2]), *lines[at + 2 :]]


BUGS: tuple[Bug, ...] = (
    lost_line, doubled_line, moved_line, wrong_indentation, short_span, long_span, swapped_values,
    lost_comment, other_comment, lost_block, doubled_block, joined_lines,
)  # fmt: skip


@dataclass
class Planted:
    """A bug in every text that the engine makes."""

    bug: Bug
    random: Random

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        outcome = walked(*arguments, **options)
        lines = outcome.text.removesuffix("\n").split("\n")
        return replace(outcome, text="\n".join(self.bug(lines, self.random)) + "\n")


@contextmanager
def planted(bug: Bug, seed: int) -> Iterator[None]:
    """The engine with a bug in it, the gate as it is."""
    with patch.object(files, "walked", Planted(bug, Random(seed))):  # noqa: S311
        yield


def _any_line(lines: list[str], random: Random) -> int:
    full = [number for number, line in enumerate(lines) if line.strip()]
    return random.choice(full or [0])


def _with(lines: list[str], at: int, line: str) -> list[str]:
    return [*lines[:at], line, *lines[at + 1 :]]


def _remarked(lines: list[str], random: Random, instead: str) -> list[str]:
    found = [number for number, line in enumerate(lines) if re.search(r"#.*w\d+q", line)]
    if not found:
        return lines
    at = random.choice(found)
    return _with(lines, at, _COMMENT.sub(instead, lines[at], count=1).rstrip())


def _block(lines: list[str], random: Random) -> tuple[int, int]:
    starts = [number for number, line in enumerate(lines) if line.lstrip().startswith("- ")]
    start = random.choice(starts or [0])
    depth = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and _depth(lines[end]) > depth:
        end += 1
    return start, end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 99
