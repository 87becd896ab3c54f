"""From the payload of an envelope to the message that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.protocol.fields import EnvelopeError, Fields, shown_type
from stui_workspace.connections.protocol.messages import (
    PROTOCOL,
    Bye,
    Code,
    Complete,
    Done,
    Evaluate,
    Event,
    Hello,
    Inspect,
    Interrupt,
    Message,
    OutputEvent,
    Piece,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    Standing,
    System,
    SystemInfo,
    Unknown,
    Welcome,
)

_STREAMS: Final = ("stdout", "stderr", "gap")


def message_of(payload: object) -> Message:
    """The message of a payload, `{"type": ..., "data": {...}}`; `Unknown` for a type that is new.

    Raises:
        EnvelopeError: It is not what a message of that type has to be.
    """
    fields = Fields("a payload", payload, Code.BAD_ENVELOPE)
    name = fields.name("type")
    content = fields.inner("data")
    read = _READERS.get(name)
    if read is None:
        return Unknown(name)
    return read(Fields(shown_type(name), {} if content is None else content))


def _hello(fields: Fields) -> Message:
    return Hello(
        fields.name("client"),
        fields.count("protocol"),
        fields.name_or_none("identity"),
        fields.text_or_none("token"),
        fields.name_or_none("incarnation"),
        fields.count("last_seq_seen", 0),
    )


def _resume(fields: Fields) -> Message:
    return Resume(fields.name("evaluation"), fields.count("heard", 0))


def _output(fields: Fields) -> OutputEvent:
    return OutputEvent(
        fields.name("evaluation"),
        fields.count("seq"),
        fields.count("number"),
        fields.one_of("stream", _STREAMS),
        fields.text("text"),
        fields.number_or_none("at"),
    )


def _result(fields: Fields) -> Result:
    return Result(
        fields.name("evaluation"),
        fields.count("seq", 0),
        fields.choice("ending", Ending),
        fields.text_or_none("result"),
        fields.text_or_none("error"),
        fields.number_or_none("at"),
        tuple(_piece(Fields("an output", one)) for one in fields.items("output")),
    )


def _piece(fields: Fields) -> Piece:
    return Piece(fields.one_of("stream", _STREAMS), fields.text("text"), fields.count("number", 0))


def _welcome(fields: Fields) -> Message:
    standing = fields.choice("standing", Standing)
    is_refusal = standing is Standing.REFUSED
    return Welcome(
        standing,
        fields.name_or_none("identity"),
        (fields.text_or_none("incarnation") or "") if is_refusal else fields.name("incarnation"),
        (fields.text_or_none("backend") or "") if is_refusal else fields.text("backend"),
        fields.count("protocol", PROTOCOL),
        fields.count("seq", 0),
        tuple(_event(one) for one in fields.items("missed")),
        fields.flag("more", default=False),
        fields.name_or_none("code"),
        fields.text_or_none("reason"),
        fields.text_or_none("next_step"),
    )


def _event(payload: object) -> Event:
    fields = Fields("an event", payload)
    name = fields.name("type")
    content = Fields(shown_type(name), fields.inner("data"))
    if name == "Output":
        return _output(content)
    if name == "Result":
        return _result(content)
    raise EnvelopeError(Code.BAD_MESSAGE, f"it sent {shown_type(name)} as an event")


def _completions(fields: Fields) -> Message:
    matches = fields.items("matches")
    texts = tuple(one for one in matches if isinstance(one, str))
    if len(texts) != len(matches):
        raise EnvelopeError(Code.BAD_MESSAGE, "it sent a match that is no text")
    return Completions(texts, fields.count("start", 0), fields.count("end", 0))


def _system(fields: Fields) -> Message:
    return System(
        fields.text("backend"),
        fields.name("incarnation"),
        fields.name_or_none("identity"),
        fields.count("protocol", PROTOCOL),
        fields.number_or_none("started"),
        fields.count_or_none("pid"),
        fields.count("evaluations", 0),
        fields.count("kept_bytes", 0),
    )


def _pong(fields: Fields) -> Message:
    return Pong(fields.number_or_none("busy_for"), fields.count("seq", 0))


def _refused(fields: Fields) -> Message:
    reason = fields.text_or_none("reason") or ""
    return Refused(fields.name("code"), reason, fields.text_or_none("next_step"))


_READERS: Final[Mapping[str, Callable[[Fields], Message]]] = {
    "Hello": _hello,
    "Ping": lambda _: Ping(),
    "Evaluate": lambda fields: Evaluate(fields.text("code")),
    "Resume": _resume,
    "Interrupt": lambda _: Interrupt(),
    "Bye": lambda _: Bye(),
    "Complete": lambda fields: Complete(fields.text("code"), fields.count("cursor")),
    "Inspect": lambda fields: Inspect(fields.text("code"), fields.count("cursor")),
    "SystemInfo": lambda _: SystemInfo(),
    "Welcome": _welcome,
    "Pong": _pong,
    "Done": lambda _: Done(),
    "Completions": _completions,
    "Inspected": lambda fields: Inspected(fields.flag("found"), fields.text_or_none("text") or ""),
    "System": _system,
    "Refused": _refused,
    "Output": _output,
    "Result": _result,
}
