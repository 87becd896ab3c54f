"""Going on here with a session that another machine left: two states become one. Pure.

What the other machine left is foreign: what could do harm by its shape is brought into shape, and
what a workspace would have to allow is not looked at here. Both texts of a buffer are kept unless
one of them is known to be made from the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stui_workspace.model.receipt import Outcome, Restored
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.revision import Revision, revision_of_text
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionState,
    TranscriptEntry,
    Waiting,
)
from stui_workspace.model.values import Plain
from stui_workspace.runtime.pads import fresh_name
from stui_workspace.runtime.transcript import (
    ENTRY_LIMIT,
    OUTPUT_LIMIT,
    RESULT_LIMIT,
    shortened,
)
from stui_workspace.storage.machines import folder_name
from stui_workspace.storage.sessions.beside import Found, Left, after_both, texts_of
from stui_workspace.storage.sessions.lineage import After, Lineage, Taken, joined

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\Z")
_MOST_BUFFERS = 1000
_WIDEST_TAB = 16
_LONGEST_LABEL = 200
_MOST = 10_000_000
"""Lines, columns and counts that are believed."""
_LAST_MOMENT = 4e9
_PREFERENCES: Mapping[str, Callable[[Plain], bool]] = {
    "theme": lambda value: isinstance(value, str) and len(value) <= _LONGEST_LABEL,
    "wrap": lambda value: isinstance(value, bool),
    "line_numbers": lambda value: isinstance(value, bool),
    "tab_width": lambda value: type(value) is int and 1 <= value <= _WIDEST_TAB,
}
"""Those that a session can change, each with what is believed."""
_BOTH = "another unsaved text than here; it is kept in the pad `{}`"
_COMPARE = "compare the two, and close the pad that you do not need"


@dataclass(frozen=True, slots=True)
class Union:
    """One session of two."""

    state: SessionState
    lineage: Lineage
    items: tuple[Restored, ...] = ()
    """What a person should know of it."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is known of the texts on both sides."""

    here: After
    there: After
    taken: Mapping[str, Revision] = field(default_factory=dict)
    """Those that were taken over from there the last time."""

    def is_newer_there(self, name: str, here: Revision, there: Revision) -> bool:
        """Whether the text there was made from the one here."""
        return here in (self.taken.get(name), there) or here in self.there.get(name, ())

    def is_newer_here(self, name: str, there: Revision) -> bool:
        """Whether the text here was made from the one there, or with a look at it."""
        return there in self.here.get(name, ()) or there == self.taken.get(name)


def union(here: SessionState, lineage: Lineage, left: Left, found: Found) -> Union:
    """`here` with everything that the other session has and `here` has not, or has older.

    Of the meta, the one here counts. A text that is unsaved only on one side is kept; of two, the
    one that was made from the other; of two that both were changed, the one here, and the other
    as a pad of its own.
    """
    there = shaped(found.state)
    before = lineage.taken_from(left.writer, left.meta.id)
    texts = _Texts(lineage.after, found.after, before.texts if before else {})
    buffers, items = _buffers(here, there, texts, left)
    state = replace(
        here,
        layout=here.layout if there.layout == LayoutState() else there.layout,
        preferences={**here.preferences, **there.preferences},
        buffers=buffers,
        connections={**here.connections, **there.connections},
        transcript=_transcripts(here.transcript, there.transcript),
        outbox=_outboxes(here.outbox, there.outbox),
    )
    left_texts = texts_of(there)
    after = after_both(lineage.after, found.after)
    for name, revision in left_texts.items():
        after[name] = joined(after.get(name, ()), (revision,))
    taken = Taken(left.writer, left.meta.id, left.meta.saved, left_texts)
    return Union(state, lineage.with_taken(taken, after), tuple(items))


def shaped(state: SessionState) -> SessionState:
    """The state with nothing in it that a session here could not have made."""
    buffers: dict[str, BufferState] = {}
    for name, buffer in list(state.buffers.items())[:_MOST_BUFFERS]:
        good = name if _NAME.match(name) else fresh_name(_slug(name), {**state.buffers, **buffers})
        buffers[good] = replace(
            buffer,
            cursor=_place(buffer.cursor),
            anchor=None if buffer.anchor is None else _place(buffer.anchor),
            scroll=min(buffer.scroll, _MOST),
            title=_label(buffer.title),
            language=_label(buffer.language),
            connection=_label(buffer.connection),
        )
    return replace(
        state,
        preferences={
            key: value
            for key, value in state.preferences.items()
            if key in _PREFERENCES and _PREFERENCES[key](value)
        },
        buffers=buffers,
        connections={name: _record(one) for name, one in state.connections.items()},
        transcript=tuple(map(_entry, state.transcript[-ENTRY_LIMIT:])),
        outbox=tuple(map(_waiting, state.outbox[-ENTRY_LIMIT:])),
    )


def _buffers(
    here: SessionState, there: SessionState, texts: _Texts, left: Left
) -> tuple[dict[str, BufferState], list[Restored]]:
    buffers = dict(here.buffers)
    items: list[Restored] = []
    for name, other in there.buffers.items():
        own = buffers.get(name)
        if own is None or own.text is None:
            buffers[name] = other
        elif other.text is None:
            continue  # nothing there that is not in a file
        elif texts.is_newer_there(name, revision_of_text(own.text), revision_of_text(other.text)):
            buffers[name] = other
        elif not texts.is_newer_here(name, revision_of_text(other.text)):
            taken = {**here.buffers, **there.buffers, **buffers}
            pad = fresh_name(f"{name} from {folder_name(left.meta.machine)}", taken)
            buffers[pad] = replace(other, base=None, ad_hoc=True, title=_title(name, other, left))
            reason = f"{left.handle} has {_BOTH.format(pad)}"
            items.append(Restored(f"buffer/{name}", Outcome.CHANGED, reason, _COMPARE))
    return buffers, items


def _title(name: str, buffer: BufferState, left: Left) -> str:
    return f"{buffer.title or name} (from {folder_name(left.meta.machine)})"


def _transcripts(
    here: tuple[TranscriptEntry, ...], there: tuple[TranscriptEntry, ...]
) -> tuple[TranscriptEntry, ...]:
    """The evaluations of both, each once, by time; numbered anew where there are any of both."""
    if not here or not there:
        return here or there
    every = {(one.at, one.connection, one.code): one for one in (*there, *here)}
    ordered = sorted(every.values(), key=lambda one: one.at)[-ENTRY_LIMIT:]
    return tuple(replace(one, number=number) for number, one in enumerate(ordered, start=1))


def _entry(entry: TranscriptEntry) -> TranscriptEntry:
    result = entry.result
    return replace(
        entry,
        number=min(entry.number, _MOST),
        heard=min(entry.heard, _MOST),
        connection=entry.connection[:_LONGEST_LABEL],
        output=shortened(entry.output, OUTPUT_LIMIT),
        result=None if result is None else shortened(result, RESULT_LIMIT),
        at=_moment(entry.at),
    )


def _outboxes(here: tuple[Waiting, ...], there: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
    """What waits in both, each once."""
    every = {one.id: one for one in (*there, *here)}
    return tuple(sorted(every.values(), key=lambda one: one.at)[-ENTRY_LIMIT:])


def _waiting(waiting: Waiting) -> Waiting:
    # Meant for no life of a backend: what comes from elsewhere is never sent by itself.
    return replace(
        waiting,
        id=waiting.id[:_LONGEST_LABEL],
        connection=waiting.connection[:_LONGEST_LABEL],
        code=shortened(waiting.code, OUTPUT_LIMIT),
        at=_moment(waiting.at),
        incarnation=None,
    )


def _record(record: ConnectionRecord) -> ConnectionRecord:
    online = record.last_online
    return replace(
        record,
        incarnation=_label(record.incarnation),
        evaluations=min(record.evaluations, _MOST),
        last_error=_label(record.last_error),
        attempts=min(record.attempts, _MOST),
        last_online=None if online is None else _moment(online),
    )


def _place(place: tuple[int, int]) -> tuple[int, int]:
    return min(place[0], _MOST), min(place[1], _MOST)


def _moment(seconds: float) -> float:
    return min(max(seconds, 0.0), _LAST_MOMENT)


def _label(text: str | None) -> str | None:
    return None if text is None else text[:_LONGEST_LABEL]


def _slug(name: str) -> str:
    return "".join(char if char.isascii() else " " for char in name[:40])
