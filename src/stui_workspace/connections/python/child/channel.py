"""Descriptors of the child: frames to and from stui, and the pipes behind descriptors 1 and 2."""

from __future__ import annotations

import json
import os
import sys

if sys.platform == "win32":
    import _winapi
    import msvcrt
else:
    import fcntl
    import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PIPE_BYTES = 64 << 10
PRIVATE_DESCRIPTOR = 200
"""Ours are numbered from here: not what code gets by opening a file, or closes in passing."""
STANDARD_COUNT = 3


class Channel:
    """Frames to and from stui: four bytes of length, then JSON."""

    def __init__(self, commands: int, replies: int) -> None:
        self.commands = commands
        self.replies = replies

    def send(self, **message: object) -> None:
        body = json.dumps(message).encode("ascii")
        write_all(self.replies, memoryview(len(body).to_bytes(4, "big") + body))

    def receive(self) -> dict[str, str] | None:
        """The next command; None when stui is gone."""
        head = self._read(4)
        body = self._read(int.from_bytes(head, "big")) if head else b""
        command: dict[str, str] | None = json.loads(body) if body else None
        return command

    def _read(self, count: int) -> bytes:
        content = bytearray()
        while len(content) < count:
            piece = os.read(self.commands, count - len(content))
            if not piece:
                return b""
            content += piece
        return bytes(content)


class Pipes:
    """Descriptors 1 and 2, as other programs, C code and `os.write` know them."""

    def __init__(self, out_read: int, out_write: int, err_read: int, err_write: int) -> None:
        self.readers = {private(out_read): "stdout", private(err_read): "stderr"}
        # Kept open: code that closes its own descriptor does not end ours.
        self.writers = [private(out_write), private(err_write)]
        for standard, writer in enumerate(self.writers, start=1):
            os.dup2(writer, standard)

        self._poll = _poll_of(self.readers)

    def read(self) -> list[tuple[str, bytes]]:
        """What is in them now, without waiting."""
        ready = self._poll.poll(0)
        if not ready:  # nearly always, at each piece that Python prints
            return []
        pieces = [(self.readers[one], _read_now(one)) for one, _event in ready]
        return [(stream, content) for stream, content in pieces if content]


def write_all(descriptor: int, content: memoryview) -> None:
    """Write every byte, however few the system takes at once."""
    while content:
        content = content[os.write(descriptor, content) :]


def private(descriptor: int) -> int:
    """The same pipe where nobody meets it by accident, and no program inherits it."""
    if sys.platform == "win32":
        copy = os.dup(descriptor)
    else:
        try:
            copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, PRIVATE_DESCRIPTOR)
        except OSError:  # the limit of open files is low
            copy = os.dup(descriptor)
    if descriptor >= STANDARD_COUNT:
        os.close(descriptor)
    return copy


if sys.platform == "win32":

    class _Peeks:
        """What `select.poll` is elsewhere, for looking without waiting."""

        def __init__(self, readers: Iterable[int]) -> None:
            self._readers = list(readers)

        def poll(self, _timeout: int) -> list[tuple[int, int]]:
            waiting = ((one, msvcrt.get_osfhandle(one)) for one in self._readers)
            return [(one, 1) for one, pipe in waiting if _winapi.PeekNamedPipe(pipe, 0)[0]]

    def _poll_of(readers: Iterable[int]) -> _Peeks:
        return _Peeks(readers)

else:

    def _poll_of(readers: Iterable[int]) -> select.poll:
        poll = select.poll()
        for reader in readers:
            poll.register(reader, select.POLLIN)
        return poll


def _read_now(reader: int) -> bytes:
    try:
        return os.read(reader, PIPE_BYTES)
    except BlockingIOError:  # a signal came in between, and what it ran has printed
        return b""
