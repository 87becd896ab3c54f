"""One message of a kernel as a value.

A kernel is somebody else's program: no key is trusted to be there, or to be what it should be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from stui_workspace.model.records import dataclass, field

MESSAGE_LIMIT: Final = 16 << 20
"""Bytes of one message. Pictures come in them, so it is more than text would need."""
PROTOCOL: Final = "5.3"
_WORD_LIMIT: Final = 200
_CHANNELS: Final = frozenset({"shell", "control", "iopub", "stdin"})


WRONG_KEY: Final = "a message is signed with another key than its connection file has"


class MessageError(Exception):
    """What came is no message of a kernel; one clause about how it is not."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A header: whose message that is."""

    id: str = ""
    kind: str = ""
    session: str = ""
    date: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    header: Origin
    parent: Origin
    """The request that it belongs to; empty where it belongs to none."""
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`stream`, `execute_reply` and so on."""
        return self.header.kind

    def text(self, key: str) -> str:
        """The text of that key; empty where there is none."""
        value = self.content.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """The number of that key; 0 where there is none."""
        value = self.content.get(key)
        return value if isinstance(value, int) else 0

    def mapping(self, key: str) -> Mapping[str, Any]:
        """The mapping of that key; empty where there is none."""
        value = self.content.get(key)
        return value if isinstance(value, dict) else {}

    def texts(self, key: str) -> list[str]:
        """All texts in the list of that key."""
        value = self.content.get(key)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a kernel."""

    channel: str
    kind: str
    id: str
    content: Mapping[str, Any] = field(default_factory=dict)


def message_of(channel: str, raw: object) -> Message:
    """The message in what was parsed.

    Raises:
        MessageError: It is none.
    """
    if not isinstance(raw, dict):
        raise MessageError("it sent what is no message of a kernel")
    match raw:
        case {"header": {"msg_id": str(), "msg_type": str()} as header, "content": dict(content)}:
            return Message(channel, _origin(header), _origin(raw.get("parent_header")), content)
        case _:
            raise MessageError("it sent what is no message of a kernel")


def from_websocket(frame: str | bytes) -> Message:
    """The message in a frame of a Jupyter Server.

    Raises:
        MessageError: There is none.
    """
    try:
        raw = json.loads(frame if isinstance(frame, str) else _without_buffers(frame))
    except (ValueError, RecursionError):
        raise MessageError("it sent what is no message of a kernel") from None
    channel = raw.get("channel") if isinstance(raw, dict) else None
    if channel not in _CHANNELS:
        raise MessageError("it sent what is no message of a kernel")
    return message_of(channel, raw)


def for_websocket(ask: Ask, session: str) -> str:
    """The frame in which a Jupyter Server is asked."""
    return json.dumps(
        {
            "channel": ask.channel,
            "header": header_of(ask, session),
            "parent_header": {},
            "metadata": {},
            "content": dict(ask.content),
            "buffers": [],
        }
    )


def header_of(ask: Ask, session: str) -> dict[str, Any]:
    """The header of what is asked."""
    return {
        "msg_id": ask.id,
        "msg_type": ask.kind,
        "session": session,
        "username": "stui",
        "date": datetime.now(UTC).isoformat(),
        "version": PROTOCOL,
    }


def execution_of(code: str, request_id: str) -> Ask:
    """The request to evaluate `code`.

    Nobody can be asked for input; and if it fails, what others asked for goes on.
    """
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
    return Ask("shell", "execute_request", request_id, content)


def _origin(header: object) -> Origin:
    if not isinstance(header, dict):
        return Origin()
    words = (header.get(key) for key in ("msg_id", "msg_type", "session"))
    texts = [one[:_WORD_LIMIT] if isinstance(one, str) else "" for one in words]
    return Origin(texts[0], texts[1], texts[2], _seconds(header.get("date")))


def _seconds(date: object) -> float | None:
    """Seconds since 1970; None where it is no date with a zone."""
    try:
        moment = datetime.fromisoformat(date) if isinstance(date, str) else date
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            return moment.timestamp()
    except (ValueError, OverflowError):
        pass
    return None


def _without_buffers(frame: bytes) -> bytes:
    """The JSON of a message that came with buffers, which nobody here can show."""
    has_buffers = int.from_bytes(frame[:4], "big") > 1
    first = int.from_bytes(frame[4:8], "big")
    return frame[first : int.from_bytes(frame[8:12], "big") if has_buffers else None]
