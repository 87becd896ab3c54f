"""Envelopes: messages as bytes, and bytes as messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from stui_workspace.connections.protocol.fields import EnvelopeError, Fields, parsed
from stui_workspace.connections.protocol.messages import (
    PROTOCOL,
    Code,
    Message,
    OutputEvent,
    Result,
    Unknown,
)
from stui_workspace.connections.protocol.reading import message_of
from stui_workspace.model.records import dataclass

ENVELOPE_LIMIT: Final = 1 << 20
"""Bytes of one envelope, without the end of its line."""
MISSED_LIMIT: Final = 256 << 10
"""Bytes of the events that a welcome brings along."""


@dataclass(frozen=True, slots=True)
class Envelope:
    id: str
    """A reply has the id of its request, and an event that of its evaluation."""
    message: Message
    timestamp: float = 0.0
    """When it was sent, in seconds since 1970. For people and logs: nothing is decided by it."""


def encode(envelope: Envelope) -> bytes:
    r"""One JSON object on one line, in UTF-8, without a line end.

    >>> from stui_workspace.connections.protocol.messages import Ping
    >>> encode(Envelope("7", Ping(), 1.5))
    b'{"id":"7","version":1,"timestamp":1.5,"payload":{"type":"Ping","data":{}}}'

    Raises:
        EnvelopeError: It is longer than an envelope may be.
    """
    content = {
        "id": envelope.id,
        "version": PROTOCOL,
        "timestamp": envelope.timestamp,
        "payload": payload_of(envelope.message),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Half a surrogate pair has no UTF-8; escaped as JSON does it, it arrives as it was.
    encoded = text.encode("utf-8", "backslashreplace")
    if len(encoded) > ENVELOPE_LIMIT:
        raise EnvelopeError(Code.TOO_LONG, _too_long(len(encoded)), envelope.id)
    return encoded


def decode(content: bytes) -> Envelope:
    """The envelope in one line or frame.

    Raises:
        EnvelopeError: It is none; `id` is set where that much could be read.
    """
    if len(content) > ENVELOPE_LIMIT:
        raise EnvelopeError(Code.TOO_LONG, _too_long(len(content)))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise EnvelopeError(Code.BAD_ENVELOPE, "it sent what is no UTF-8") from None
    outer = Fields("an envelope", parsed(text), Code.BAD_ENVELOPE)
    name = outer.name("id")
    try:
        _check_version(outer.count("version"))
        timestamp = outer.number_or_none("timestamp") or 0.0
        return Envelope(name, message_of(outer.inner("payload")), timestamp)
    except EnvelopeError as error:
        raise EnvelopeError(error.code, error.reason, name) from None


def payload_of(message: Message) -> dict[str, object]:
    """A message as it stands in an envelope, `{"type": ..., "data": {...}}`."""
    if isinstance(message, Unknown):
        raise TypeError("what is not known is not sent")
    name = _NAMES.get(type(message), type(message).__name__)
    return {"type": name, "data": _plain_fields(message)}


def _check_version(version: int) -> None:
    if version != PROTOCOL:
        reason = f"it speaks version {version} of the protocol, and this is version {PROTOCOL}"
        raise EnvelopeError(Code.VERSION, reason)


_NAMES: Final[Mapping[type, str]] = {OutputEvent: "Output"}


def _plain_fields(value: Any) -> dict[str, object]:
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, OutputEvent | Result):
        return payload_of(value)
    if is_dataclass(value):
        return _plain_fields(value)
    return value


def _too_long(byte_count: int) -> str:
    return f"a message of {byte_count} bytes is longer than the {ENVELOPE_LIMIT} allowed"
