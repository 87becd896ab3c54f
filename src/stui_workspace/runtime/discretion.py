"""What of a session may be written down: everything but secrets.

Taken out is what is a secret for certain: what has the form of a private key or of a well-known
service's token, a user with a password in an address, what stands behind a key such as `password`
in a connection, and every value that was revealed in this run. A pad on the screen stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from stui_workspace.model.diagnostics import Span
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import SessionState
from stui_workspace.runtime.events import Notice
from stui_workspace.schema.leaks import NOT_KEPT, blotted, is_leak, leaks_in
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION

EVALUATION: Final = "evaluation/"
WAITING: Final = "waiting/"
_REMEMBERED: Final = 256
"""Characters from which on it is remembered of a text what it came to."""


@dataclass(frozen=True, slots=True)
class Discreet:
    """A session as it may be written down."""

    state: SessionState
    hiding: frozenset[str] = frozenset()
    """The names of what is not written down as it is."""


class Discretion:
    """Takes secrets out of one session, again and again while it changes."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._version = redactor.version
        self._known: dict[int, tuple[object, Any]] = {}
        """What things of the last state came to, by identity: most are still the same."""

    def of(self, state: SessionState) -> Discreet:
        """The session without secrets; the very same where it has none."""
        version = self._redactor.version
        work = _Work(self._redactor, self._known if version is self._version else {})
        clean = work.session(state)
        self._version, self._known = version, work.seen
        return Discreet(clean, frozenset(work.hiding))


def without_secrets(text: str, redactor: Redactor) -> str:
    """A text as it may be written down."""
    spans = [*leaks_in(text), *_revealed(text, redactor)]
    return blotted(text, spans, NOT_KEPT) if spans else text


def notice_of(name: str) -> Notice:
    """What a person is told of something that is not written down as it is."""
    kind, _, rest = name.partition("/")
    what = {
        BUFFER: f"pad `{printable_line(rest, 60)}` holds a secret",
        CONNECTION: f"connection `{printable_line(rest, 60)}` of this session holds a secret",
        EVALUATION: f"evaluation {rest} holds a secret",
        WAITING: "what waits in the outbox holds a secret",
    }.get(f"{kind}/", "this session holds a secret")
    return Notice(
        f"{what}: it stays on the screen, and is neither saved nor in the history; a restart loses"
        " it there",
        "`stui secret set NAME` keeps it, `credential: keyring:NAME` uses it",
        warning=True,
    )


def _revealed(text: str, redactor: Redactor) -> Iterator[Span]:
    return (Span(start, end) for start, end in redactor.places(text))


class _Work:
    """One walk through one state."""

    def __init__(self, redactor: Redactor, known: Mapping[int, tuple[object, Any]]) -> None:
        self.seen: dict[int, tuple[object, Any]] = {}
        self.hiding: set[str] = set()
        self._redactor = redactor
        self._known = known

    def session(self, state: SessionState) -> SessionState:
        item = self._item
        clean = replace(
            state,
            layout=item("layout", state.layout),
            preferences=item("preferences", state.preferences),
            buffers={name: item(BUFFER + name, one) for name, one in state.buffers.items()},
            connections={
                name: item(CONNECTION + name, one) for name, one in state.connections.items()
            },
            transcript=tuple(item(f"{EVALUATION}{one.number}", one) for one in state.transcript),
            outbox=tuple(item(WAITING + one.id, one) for one in state.outbox),
        )
        return clean if self.hiding else state

    def _item(self, name: str, value: Any) -> Any:
        clean = self._once(value, None)
        if clean is not value:
            self.hiding.add(name)
        return clean

    def _once(self, value: Any, key: object) -> Any:
        before = self._known.get(id(value))
        clean = before[1] if before and before[0] is value else self._cleaned(value, key)
        self.seen[id(value)] = (value, clean)
        return clean

    def _cleaned(self, value: Any, key: object) -> Any:
        """The value without secrets; the very same where it has none."""
        if isinstance(value, str):
            return self._text(value, key)
        if isinstance(value, Mapping):
            parts = {one: self._cleaned(part, one) for one, part in value.items()}
            return parts if any(parts[one] is not value[one] for one in parts) else value
        if isinstance(value, (list, tuple)):
            items = [self._cleaned(one, key) for one in value]
            is_same = all(one is item for one, item in zip(value, items, strict=True))
            return value if is_same else type(value)(items)
        if is_dataclass(value) and not isinstance(value, type):
            return self._record(value)
        return value

    def _record(self, value: Any) -> Any:
        changed = {}
        for one in fields(value):
            part = getattr(value, one.name)
            is_long = isinstance(part, str) and len(part) >= _REMEMBERED
            clean = self._once(part, None) if is_long else self._cleaned(part, None)
            if clean is not part:
                changed[one.name] = clean
        return replace(value, **changed) if changed else value

    def _text(self, text: str, key: object) -> str:
        if is_leak(key, text):
            return NOT_KEPT
        return without_secrets(text, self._redactor)
