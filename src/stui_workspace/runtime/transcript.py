"""The transcript: the last evaluations as they are shown and kept, bounded. Pure."""

from __future__ import annotations

from stui_workspace.connections.backend import Answer, Output
from stui_workspace.model.records import replace
from stui_workspace.model.session import TranscriptEntry

ENTRY_LIMIT = 200
OUTPUT_LIMIT = 32 << 10
"""Characters of output that are kept of one evaluation when it is over."""
RESULT_LIMIT = 16 << 10


def put(
    entries: tuple[TranscriptEntry, ...], entry: TranscriptEntry
) -> tuple[TranscriptEntry, ...]:
    """The transcript with the entry of that number as it is now; beyond the limit the oldest go."""
    if any(one.number == entry.number for one in entries):
        return tuple(entry if one.number == entry.number else one for one in entries)
    return (*entries, entry)[-ENTRY_LIMIT:]


def without(
    entries: tuple[TranscriptEntry, ...], entry: TranscriptEntry
) -> tuple[TranscriptEntry, ...]:
    """The transcript without the entry of that number."""
    return tuple(one for one in entries if one.number != entry.number)


def next_number(entries: tuple[TranscriptEntry, ...]) -> int:
    """The number of the next evaluation, counted from 1."""
    return entries[-1].number + 1 if entries else 1


def finished(entry: TranscriptEntry, answer: Answer, output: str) -> TranscriptEntry:
    """The entry when its evaluation is over."""
    return replace(
        entry,
        outcome=answer.ending.value,
        output=shortened(output + (answer.error or ""), OUTPUT_LIMIT),
        result=None if answer.result is None else shortened(answer.result, RESULT_LIMIT),
    )


def shortened(text: str, limit: int) -> str:
    """The text, or its head and tail with the length of what is missing between them."""
    if len(text) <= limit:
        return text
    head, tail = text[: limit // 2], text[-(limit // 2) :]
    return f"{head}\n[{len(text) - len(head) - len(tail):,} characters not kept]\n{tail}"


class Collected:
    """Output of a running evaluation, bounded while it arrives."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def add(self, output: Output) -> None:
        """Note a piece of output."""
        self._parts.append(output.text)
        self._length += len(output.text)
        if self._length > 4 * OUTPUT_LIMIT:
            self._parts = [self.text]
            self._length = len(self._parts[0])

    @property
    def text(self) -> str:
        """All of it; of a great deal, its head and tail."""
        return shortened("".join(self._parts), 2 * OUTPUT_LIMIT)
