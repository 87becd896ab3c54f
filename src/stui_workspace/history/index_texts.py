"""Entries into the search index, and what each text comes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Final

from stui_workspace.history.index_tables import (
    OWN_ID,
    has_trigrams,
    hash_of,
    key_of,
    place_of,
    rank_of,
    trait_of,
)
from stui_workspace.history.matching import SCATTERED, SHORT, UPPER, as_text, fold, letters_of
from stui_workspace.history.segments import Entry, moment
from stui_workspace.model.records import dataclass

_LETTERS_IN: Final = 4096
"""Of a text longer than that it is not asked which letters it lacks."""
_ALL_LETTERS: Final = UPPER - 1


@dataclass(slots=True)
class _Text:
    """What is asked of a text again and again."""

    number: int
    count: int = 0
    failed: int = 0
    last: float = 0.0
    place: int = 0
    ok: int = 1
    entry: int = 0
    traits: int = 0

    def use(self, at: float, place: int, entry: int, *, ok: bool) -> None:
        """Count one more use."""
        if not self.count or (at, entry) > (self.last, self.entry):
            self.last, self.place, self.ok, self.entry = at, place, ok, entry
        self.count += 1
        self.failed += not ok
        self.traits |= trait_of(place, ok=ok)

    @property
    def row(self) -> tuple[float, ...]:
        """As it is stored."""
        rank = rank_of(self.last, self.count)
        counts = (self.traits, self.count, self.failed, self.last)
        return (*counts, self.place, self.ok, self.entry, rank, self.number)


class Taking:
    """Takes the entries of one file into the index, within a transaction."""

    def __init__(self, link: sqlite3.Connection, file: int) -> None:
        self.doubled_count = 0
        """Entries that another file had already."""
        self._link = link
        self._file = file
        self._has_trigrams = has_trigrams(link)
        rows = link.execute("SELECT connection, workspace, machine, number FROM places")
        self._places = {row[:3]: row[3] for row in rows}
        self._hidden = {key for (key,) in link.execute("SELECT key FROM hidden")}

    def add(self, batch: Sequence[Entry]) -> None:
        """Take some entries in; one that is there already, or forgotten, is passed over."""
        new = self._new(batch)
        texts: dict[str, _Text] = {}
        rows = []
        for key, entry in new.items():
            text = texts.get(entry.code)
            if text is None:
                text = texts[entry.code] = self._text(entry.code)
            place, at = self._place(entry), moment(entry)
            text.use(at, place, key, ok=entry.ok)
            rows.append((key, self._file, text.number, place, entry.ok, at))
        rows.sort()
        self._link.executemany("INSERT INTO entries VALUES(?,?,?,?,?,?)", rows)
        _keep(self._link, texts.values())
        odd = [(key, one.id) for key, one in new.items() if len(one.id) != OWN_ID]
        odd = [(key, as_text(name)) for key, name in odd]
        self._link.executemany("INSERT OR IGNORE INTO names VALUES(?,?)", odd)

    def _new(self, batch: Sequence[Entry]) -> dict[int, Entry]:
        found = {key_of(entry.id): entry for entry in reversed(batch)}
        select = "SELECT file FROM entries WHERE key=?"
        new = {}
        for key in reversed(found):
            if key in self._hidden:
                continue
            row = self._link.execute(select, (key,)).fetchone()
            if row is None:
                new[key] = found[key]
            else:
                self.doubled_count += row[0] != self._file
        return new

    def _place(self, entry: Entry) -> int:
        place = place_of(entry)
        if place not in self._places:
            cursor = self._link.execute(
                "INSERT INTO places(connection, workspace, machine) VALUES(?,?,?)", place
            )
            self._places[place] = cursor.lastrowid or 0
        number: int = self._places[place]
        return number

    def _text(self, code: str) -> _Text:
        name = hash_of(code)
        row = self._link.execute(
            "SELECT number, count, failed, last, place, ok, entry, traits FROM texts WHERE hash=?",
            (name,),
        ).fetchone()
        if row is not None:
            return _Text(*row)
        text = as_text(code)
        folded = fold(text)
        letters = letters_of(folded) if len(folded) <= _LETTERS_IN else _ALL_LETTERS
        letters |= SHORT if len(text) <= SCATTERED else 0
        letters |= UPPER if folded != text else 0
        stored = code if text == code else code.encode("utf-8", "surrogatepass")
        cursor = self._link.execute(
            "INSERT INTO texts VALUES(NULL,?,?,?,?,0,0,0,0,0,0,0,0)",
            (name, stored, None if folded == stored else folded, letters),
        )
        number = cursor.lastrowid or 0
        if self._has_trigrams:
            self._link.execute("INSERT INTO trigrams(rowid, folded) VALUES(?,?)", (number, folded))
        return _Text(number)


def recount(link: sqlite3.Connection, texts: Collection[int]) -> None:
    """Count the uses of texts anew; one without any is deleted."""
    counted = []
    for number in texts:
        text = _Text(number)
        rows = link.execute("SELECT at, place, key, ok FROM entries WHERE text=?", (number,))
        for at, place, key, ok in rows:
            text.use(at, place, key, ok=bool(ok))
        if text.count:
            counted.append(text)
        else:
            _delete(link, number)
    _keep(link, counted)


def _keep(link: sqlite3.Connection, texts: Collection[_Text]) -> None:
    link.executemany(
        "UPDATE texts SET traits=?, count=?, failed=?, last=?, place=?, ok=?, entry=?, rank=?"
        " WHERE number=?",
        [text.row for text in texts],
    )


def _delete(link: sqlite3.Connection, number: int) -> None:
    select = "SELECT coalesce(folded, code) FROM texts WHERE number=?"
    row = link.execute(select, (number,)).fetchone()
    if row is None:
        return
    if has_trigrams(link):
        link.execute(
            "INSERT INTO trigrams(trigrams, rowid, folded) VALUES('delete',?,?)", (number, row[0])
        )
    link.execute("DELETE FROM texts WHERE number=?", (number,))
