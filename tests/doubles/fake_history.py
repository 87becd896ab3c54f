"""A history in memory: searched by looking at everything, for tests of screens and of the index."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import log2
from pathlib import Path

from stui_workspace.history import Entry, Found, Near, Within
from stui_workspace.history.forgetting import Erased
from stui_workspace.runtime.searching.finding import Results, Wanted
from stui_workspace.runtime.searching.forgetting import Forgotten
from stui_workspace.runtime.searching.live import Here

DAY = 86400.0


def lowered(text: str) -> str:
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def cleaned(text: str) -> str:
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def has_letters(word: str, text: str) -> bool:
    """Whether the letters of `word` are in `text` in their order, however far apart."""
    rest = iter(text)
    return all(letter in rest for letter in word)


def fit(typed: str, code: str) -> Near | None:
    """How `code` fits, by the words of the documentation."""
    typed, code = cleaned(typed[:200]).strip(), cleaned(code)
    if lowered(typed) == typed:
        code = lowered(code)
    words = typed.split()
    if typed in code:
        return Near.WHOLE
    if all(word in code for word in words):
        return Near.WORDS
    is_short = len(code) <= 400
    return Near.LETTERS if is_short and all(has_letters(word, code) for word in words) else None


def uses_of(entries: Iterable[Entry], within: Within) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for one in entries:
        names = (one.connection, one.workspace, one.machine)
        wanted = (within.connection, within.workspace, within.machine)
        is_there = all(a is None or a == b for a, b in zip(wanted, names, strict=True))
        is_then = (within.since is None or one.at >= within.since) and (
            within.until is None or one.at <= within.until
        )
        if is_there and is_then and (within.ok is None or one.ok == within.ok):
            found.setdefault(one.code, []).append(one)
    return found


def order_of(code: str) -> int:
    """The last word between texts that are equal in all else."""
    content = code.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def find(entries: Iterable[Entry], typed: str, within: Within, limit: int) -> list[Found]:
    """What a search has to find."""
    rows = []
    for code, uses in uses_of(entries, within).items():
        near = fit(typed, code)
        if near is None:
            continue
        newest = max(uses, key=lambda one: (one.at, _key(one.id)))
        rank = newest.at + DAY * log2(len(uses)) if typed.strip() else newest.at
        found = Found(
            code,
            len(uses),
            sum(not one.ok for one in uses),
            newest.at,
            newest.connection,
            newest.workspace,
            newest.machine,
            newest.ok,
            newest.id,
            near,
        )
        rows.append(((near, -rank, order_of(code)), found))
    return [found for _, found in sorted(rows, key=lambda row: row[0])][:limit]


def _key(name: str) -> int:
    try:
        return int.from_bytes(bytes.fromhex(name), "big", signed=True)
    except ValueError:
        return order_of(name)


@dataclass
class FakeHistory:
    """Satisfies `tui.ports.History`."""

    entries: list[Entry] = field(default_factory=list)
    here: Here = Here("w1", "laptop")  # noqa: RUF009 (frozen)
    names: Mapping[str, str] = field(default_factory=dict)
    damaged: tuple[tuple[str, int], ...] = ()
    wanted: list[Wanted] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    steps: Sequence[tuple[int, int]] = ()
    """What `refresh` tells before it waits for `gate`."""
    gate: asyncio.Event | None = None
    new: list[Entry] = field(default_factory=list)
    """What `refresh` takes in."""
    is_closed: bool = False

    async def refresh(self, progress: Callable[[int, int], object]) -> None:
        for step in self.steps:
            progress(*step)
        if self.gate is not None:
            await self.gate.wait()
        self.entries += self.new
        self.new = []

    async def search(self, wanted: Wanted) -> Results:
        self.wanted.append(wanted)
        found = find(self.entries, wanted.typed, wanted.within, wanted.limit + 1)
        texts = {one.code for one in self.entries}
        return Results(
            tuple(found[: wanted.limit]),
            len(found) > wanted.limit,
            len(self.entries),
            len(texts),
            self.damaged,
        )

    async def forget(self, codes: Collection[str]) -> Forgotten:
        self.forgotten += codes
        count = len(self.entries)
        self.entries = [one for one in self.entries if one.code not in codes]
        gone = count - len(self.entries)
        return Forgotten(Erased(gone, gone, 0), Path("/state/forgotten/1.jsonl"))

    def close(self) -> None:
        self.is_closed = True
