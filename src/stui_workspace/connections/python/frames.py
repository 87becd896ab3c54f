"""What the child says, frame by frame. It is somebody else's code: nothing it says is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final, TypeAlias

from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass

FRAME_LIMIT: Final = 1 << 20
_LENGTH_BYTES: Final = 4


class FrameError(Exception):
    """What came is no frame of ours; one clause about how it is not."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """The child is up."""

    backend: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The evaluation listens to interrupts from now on."""


Said: TypeAlias = Greeting | Begun | Output | Answer


class FrameReader:
    """Puts together what comes in pieces."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, piece: bytes) -> Iterator[Said]:
        """What is said in the frames that `piece` completes.

        Raises:
            FrameError: This is not the child that we started, or no longer. Do not read on.
        """
        waiting = self._waiting
        waiting += piece
        start = 0
        while (body := start + _LENGTH_BYTES) <= len(waiting):
            end = body + int.from_bytes(waiting[start:body], "big")
            if end - body > FRAME_LIMIT:
                raise FrameError("it sent what is no answer")
            if end > len(waiting):
                break
            yield _said(bytes(waiting[body:end]))
            start = end
        del waiting[:start]


def joined(said: Iterable[Said]) -> Iterator[Said]:
    """The same, with output of one stream that comes in a row in one piece."""
    for is_output, group in groupby(said, lambda one: isinstance(one, Output) and one.stream):
        if is_output:
            texts = [one.text for one in group if isinstance(one, Output)]
            yield Output(str(is_output), "".join(texts))
        else:
            yield from group


def frame(message: Mapping[str, object]) -> bytes:
    """The frame of a message."""
    body = json.dumps(message).encode("ascii")
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def _said(body: bytes) -> Said:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise FrameError("it sent what is no answer") from None
    match message:
        case {"type": "output", "stream": "stdout" | "stderr" as stream, "text": str(text)}:
            return Output(stream, text)
        case {"type": "hello", "backend": str(backend)}:
            return Greeting(printable_line(backend, 80))
        case {"type": "begun"}:
            return Begun()
        case {"type": "answer", "ending": "ok" | "error" | "interrupted" as ending}:
            return Answer(Ending(ending), _text(message, "result"), _text(message, "error"))
        case _:
            raise FrameError("it sent what is no answer")


def _text(message: Mapping[str, object], key: str) -> str | None:
    value = message.get(key)
    if value is None or isinstance(value, str):
        return value
    raise FrameError("it sent what is no answer")
