"""Section notes, which belong to nobody: which of one side is which of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import pairwise

from stui_workspace.merge.engine.members import Member
from stui_workspace.model.records import replace


def label(version: list[Member], base: list[Member] | None) -> None:
    """Notes are known by their text; an edited one by what it stands above."""
    if base is not None:
        _part(version, base)
    notes = [member for member in version if member.is_note]
    if not notes:
        return
    counts: Counter[str] = Counter()
    for note in notes:
        text = note_text(note)
        note.label = ("note", text, counts[text])
        counts[text] += 1
    if base is None:
        return
    known = {m.label for m in base if m.is_note}
    mine = {n.label for n in notes}
    lost = {spot: m for m, spot in _spots(base) if m.label not in mine}
    for note, spot in _spots(version):
        before = lost.get(spot) if note.label not in known else None
        if before is not None:
            note.label = before.label


def follow(side: list[Member], other: list[Member]) -> None:
    """A note with the words to which the other side changed one of the base is that one."""
    notes = [member for member in other if member.is_note]
    changed = {note_text(note): note.label for note in notes if not _is_by_words(note)}
    present = {member.label for member in side}
    for note in side if changed else ():
        label = changed.get(note_text(note)) if note.is_note else None
        if label is not None and label not in present and note.label not in changed.values():
            note.label = label


def _is_by_words(note: Member) -> bool:
    """Whether a note is known by its own words."""
    return isinstance(note.label, tuple) and note.label[1] == note_text(note)


def note_text(note: Member) -> str:
    """The words of a note, without indentation and blank lines around."""
    return "\n".join(line.strip() for line in note.raw().strip().splitlines())


def _spots(version: list[Member]) -> Iterator[tuple[Member, Hashable]]:
    """The notes of a version, each with what it stands above."""
    for note, following in pairwise(version):
        if not note.is_note:
            continue
        if note.slot is not None and note.slot.gap == 0:
            yield note, "the top"
        else:
            yield note, following.label


def _part(version: list[Member], base: list[Member]) -> None:
    """Cut a comment block in two where it was two notes, and what stood between them is gone."""
    before = [member for member in base if member.is_note]
    if len(before) < 2:  # noqa: PLR2004 (two notes)
        return
    said = {note_text(note) for note in version if note.is_note}
    joined = {
        f"{note_text(one)}\n{note_text(two)}": note_text(one).count("\n") + 1
        for one, two in pairwise(before)
        if note_text(one) not in said or note_text(two) not in said
    }
    for place in range(len(version) - 1, -1, -1):
        note = version[place]
        count = joined.get(note_text(note)) if note.is_note else None
        if count is None:
            continue
        raw = note.raw()
        lines = raw.lstrip("\n").splitlines(keepends=True)
        blanks = raw[: len(raw) - len(raw.lstrip("\n"))]
        first = replace(note, words=blanks + "".join(lines[:count]))
        second = replace(note, words="".join(lines[count:]))
        version[place : place + 1] = [first, second]
