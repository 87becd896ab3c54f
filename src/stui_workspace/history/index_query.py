"""Looking things up in the search index.

Texts are gone through in the order of their rank until enough are found: most are passed over for
the bits of letters they lack, which the index of that order has. What was used in one place only
may rank lower there than over all, never higher; so looking on stops when no better one can come.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappush, heapreplace
from typing import Any, Final

from stui_workspace.history.finds import Found, Within
from stui_workspace.history.index_tables import (
    FAILED,
    WORKED,
    from_blob,
    has_trigrams,
    id_of_key,
    rank_of,
    trait_of,
)
from stui_workspace.history.matching import SHORT, UPPER, Near, Query, fold, letters_of, nearness
from stui_workspace.model.records import dataclass

_FEW: Final = 3000
"""Up to so many texts are looked at one by one; of more it is likely that the best come soon."""
_RECENT: Final = 20_000
"""Up to so many texts are put in order after they are found."""
_MOST_TRIGRAMS: Final = 12
_MOST_PLACES: Final = 500
_IS_ODD: Final = "typeof(code) = 'blob'"
"""Of a text with characters that no text can have: case is looked at when it was found."""
_COLUMNS: Final = "number, code, count, failed, last, place, ok, entry, rank, hash"


@dataclass(slots=True)
class _Hit:
    number: int
    code: str
    count: int
    failed: int
    last: float
    place: int
    ok: int
    entry: int
    near: Near = Near.WHOLE


def search(link: sqlite3.Connection, query: Query, within: Within, limit: int) -> list[Found]:
    """The inputs that fit, the nearest first; among equally near ones by time and use.

    Without words they come by time alone.

    Raises:
        sqlite3.Error: The index is damaged, or another program keeps it.
    """
    places = _Places(link, within)
    if limit <= 0 or places.is_nowhere:
        return []
    search = _Search(link, query, places, limit)
    return [places.found(hit) for hit in search.hits()]


class _Places:
    """Where uses count."""

    def __init__(self, link: sqlite3.Connection, within: Within) -> None:
        rows = link.execute("SELECT number, connection, workspace, machine FROM places")
        self._link = link
        self._all = {row[0]: tuple(map(from_blob, row[1:])) for row in rows}
        wanted = (within.connection, within.workspace, within.machine)
        self._wanted = {
            number
            for number, names in self._all.items()
            if all(one is None or one == name for one, name in zip(wanted, names, strict=True))
        }
        self._within = within
        self.is_everywhere = len(self._wanted) == len(self._all)
        self.is_nowhere = not self._wanted
        self.is_all = self.is_everywhere and within.ok is None and not self._is_timed

    @property
    def _is_timed(self) -> bool:
        return self._within.since is not None or self._within.until is not None

    def conditions(self) -> Iterator[tuple[str, int | float]]:
        """What a text must have for a use of it to count; it may have it and still not count."""
        if not self.is_everywhere:
            bits = 0
            for number in self._wanted:
                bits |= trait_of(number, ok=True) & ~WORKED
            yield "traits & ? != 0", bits
        if self._within.ok is not None:
            yield "traits & ? != 0", WORKED if self._within.ok else FAILED
        if self._within.since is not None:
            yield "last >= ?", self._within.since

    def are_few_recent(self, most: int) -> bool:
        """Whether a time is asked for since when at most so many texts were used."""
        if self._within.since is None:
            return False
        (count,) = self._link.execute(
            "SELECT count(*) FROM (SELECT 1 FROM texts WHERE last >= ? LIMIT ?)",
            (self._within.since, most + 1),
        ).fetchone()
        return bool(count <= most)

    def narrowed(self, hit: _Hit) -> _Hit | None:
        """The hit with the uses that count alone; None where none do."""
        within = self._within
        conditions = ["text = ?"]
        values: list[float] = [hit.number]
        if not self.is_everywhere and len(self._wanted) <= _MOST_PLACES:
            conditions.append(f"place IN ({','.join('?' * len(self._wanted))})")
            values += sorted(self._wanted)
        for condition, value in (("ok = ?", within.ok), ("at >= ?", within.since),
                                 ("at <= ?", within.until)):  # fmt: skip
            if value is not None:
                conditions.append(condition)
                values.append(value)
        select = "SELECT place, ok, count(*), max(at), key FROM entries"
        rows = self._link.execute(
            f"{select} WHERE {' AND '.join(conditions)} GROUP BY place, ok", values
        )
        uses = [row for row in rows if row[0] in self._wanted]
        if not uses:
            return None
        newest = max(uses, key=lambda row: (row[3], row[4]))
        count, failed = sum(row[2] for row in uses), sum(row[2] for row in uses if not row[1])
        return _Hit(hit.number, hit.code, count, failed, newest[3], newest[0], newest[1], newest[4])

    def found(self, hit: _Hit) -> Found:
        """The hit with names instead of numbers."""
        connection, workspace, machine = self._all[hit.place]
        return Found(
            hit.code,
            hit.count,
            hit.failed,
            hit.last,
            connection,
            workspace,
            machine,
            bool(hit.ok),
            id_of_key(self._link, hit.entry),
            hit.near,
        )


class _Search:
    def __init__(self, link: sqlite3.Connection, query: Query, places: _Places, limit: int) -> None:
        self._link = link
        self._query = query
        self._places = places
        self._limit = limit
        self._has_trigrams = has_trigrams(link)
        self._order = "rank" if query.words else "last"
        self._through = "last" if places.are_few_recent(_RECENT) else self._order
        self._seen: set[int] = set()

    def hits(self) -> list[_Hit]:
        """The best of the nearest, then the best of the next, as long as there is room."""
        query = self._query
        if not query.words:
            return self._best(self._scan([]), Near.WHOLE, self._limit)
        whole, words = fold(query.whole), [fold(word) for word in query.words]
        hits = self._best(self._with((whole,), (query.whole,)), Near.WHOLE, self._limit)
        if len(hits) < self._limit and words != [whole]:
            rows = self._with(words, query.words)
            hits += self._best(rows, Near.WORDS, self._limit - len(hits))
        if len(hits) < self._limit:
            conditions = [("coalesce(folded, code) GLOB ?", _glob(word)) for word in words]
            if query.is_exact:
                conditions = [(f"({_IS_ODD} OR code GLOB ?)", _glob(word)) for word in query.words]
            letters = letters_of("".join(words)) | SHORT
            rows = self._scan(conditions, letters)
            hits += self._best(rows, Near.LETTERS, self._limit - len(hits))
        return hits

    def _with(self, parts: Sequence[str], exact: Sequence[str]) -> Iterable[Any]:
        """The texts that have all of these parts, the best first; where case counts, so written."""
        if self._query.is_exact:
            conditions = [(f"({_IS_ODD} OR instr(code, ?) > 0)", part) for part in exact]
        else:
            conditions = [("instr(coalesce(folded, code), ?) > 0", part) for part in parts]
        few = self._few(parts)
        return self._scan(conditions, letters_of("".join(parts)), few)

    def _few(self, parts: Sequence[str]) -> list[int] | None:
        """The numbers of all texts that may have the parts, where that is known and few."""
        sought = list(
            dict.fromkeys(part[at : at + 3] for part in parts for at in range(len(part) - 2))
        )[:_MOST_TRIGRAMS]
        if not sought or not self._has_trigrams:
            return None
        match = " AND ".join('"' + one.replace('"', '""') + '"' for one in sought)
        rows = self._link.execute(
            "SELECT rowid FROM trigrams WHERE trigrams MATCH ? LIMIT ?", (match, _FEW + 1)
        ).fetchall()
        return None if len(rows) > _FEW else [number for (number,) in rows]

    def _scan(
        self,
        conditions: list[tuple[str, Any]],
        letters: int = 0,
        numbers: list[int] | None = None,
    ) -> Iterable[Any]:
        asked: list[tuple[str, Any]] = [*self._places.conditions(), *conditions]
        if letters:
            letters |= UPPER if self._query.is_exact else 0
            asked.insert(0, (f"letters & {letters} = ?", letters))
        source = "texts" if numbers is not None else f"texts INDEXED BY texts_by_{self._through}"
        if numbers is not None:
            asked.insert(0, ("number IN (SELECT value FROM json_each(?))", str(numbers)))
        where = " AND ".join(condition for condition, _ in asked) or "1"
        return self._link.execute(
            f"SELECT {_COLUMNS} FROM {source} WHERE {where} ORDER BY {self._order} DESC, hash",  # noqa: S608 (ours)
            [value for _, value in asked],
        )

    def _best(self, rows: Iterable[Any], near: Near, limit: int) -> list[_Hit]:
        """The best `limit` of the rows, which come by the rank they have over all."""
        best: list[tuple[float, int, _Hit]] = []
        for row in rows:
            *_, rank, name = row
            if len(best) == limit and (rank if self._order == "rank" else row[4]) < best[0][0]:
                break
            hit = self._hit(row, near)
            if hit is None:
                continue
            worth = rank_of(hit.last, hit.count) if self._order == "rank" else hit.last
            if len(best) < limit:
                heappush(best, (worth, -name, hit))
            elif (worth, -name) > best[0][:2]:
                heapreplace(best, (worth, -name, hit))
        hits = [hit for *_, hit in sorted(best, key=lambda one: one[:2], reverse=True)]
        self._seen.update(hit.number for hit in hits)
        return hits

    def _hit(self, row: Any, near: Near) -> _Hit | None:
        number, code, *uses = row[:8]
        if number in self._seen:
            return None
        if isinstance(code, bytes):
            code = from_blob(code)
        if self._query.is_exact and nearness(self._query, code, near) is None:
            return None
        hit = _Hit(number, code, *uses)
        if not self._places.is_all:
            narrowed = self._places.narrowed(hit)
            if narrowed is None:
                return None
            hit = narrowed
        hit.near = near
        return hit


def _glob(word: str) -> str:
    return "*" + "*".join(f"[{sign}]" if sign in "*?[" else sign for sign in word) + "*"
