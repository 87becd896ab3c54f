"""Output on its way to stui: in order, and bounded."""

from __future__ import annotations

import _thread
import codecs
from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing itself takes time to import
    from collections.abc import Callable

    Source = tuple[str, bool]
    """A stream, and whether what it brings went past Python's own `sys.stdout`."""

LIVE_BYTES = 192 << 10
"""So much output of an evaluation is sent at once."""
LATE_BYTES = 64 << 10
"""So much of what comes after that is kept for the end: together, the 256 KiB that are promised."""
PART_LENGTH = 320
"""Characters that are sent at once: at most twelve bytes each, so that a frame fits into PIPE_BUF
and is written whole or not at all, wherever an interrupt arrives."""
DRAINED_READS = 16


class Outlet:
    """Where everything goes that is printed.

    While an evaluation runs, the first LIVE_BYTES go out at once. Of what comes after them, and of
    what comes while none runs, the last LATE_BYTES are kept for later and the rest is counted.
    """

    def __init__(
        self, send: Callable[[str, str], None], read: Callable[[], list[tuple[str, bytes]]]
    ) -> None:
        self.is_fork = False
        self._send_part = send
        self._read = read
        # Code that a signal or the garbage collector runs while we hold it may print, too.
        self._lock = _thread.RLock()
        self._room = 0
        self._is_late_told = True
        self._is_line_open = False
        self._late: deque[tuple[Source, bytes]] = deque()
        self._late_bytes = 0
        self._dropped_bytes = 0
        self._decoders: dict[Source, codecs.IncrementalDecoder] = {}

    def begin(self) -> None:
        """An evaluation begins: what was printed since the last one goes out before it."""
        with self._lock:
            self._drain()
            self._room = LIVE_BYTES - self._late_bytes
            self._send_late()
            self._is_late_told = False

    def end(self) -> None:
        """The evaluation is over: what was kept of it goes out, and then nothing more."""
        with self._lock:
            self._drain()
            self._send_late()
            self._room = 0
            self._is_late_told = True

    def write(self, source: Source, content: bytes) -> None:
        """Take what Python code printed, after all that went past Python before."""
        with self._lock:
            self._drain()
            self._take(source, content)

    def pump(self) -> None:
        """Take what went past Python until now."""
        with self._lock:
            self._drain()

    def become_fork(self) -> None:
        """From now on, output goes the way of any other program's."""
        self.is_fork = True
        self._lock = _thread.RLock()  # whoever held it is not here

    def _drain(self) -> None:
        for _ in range(DRAINED_READS):  # a flood must not keep us here
            pieces = self._read()
            if not pieces:
                return
            for stream, content in pieces:
                self._take((stream, True), content)

    def _take(self, source: Source, content: bytes) -> None:
        if self._room:
            live, content = content[: self._room], content[self._room :]
            self._room -= len(live)
            self._send(source, live)
        if content:
            self._keep(source, content)

    def _keep(self, source: Source, content: bytes) -> None:
        if not self._is_late_told:
            self._is_late_told = True
            self._note("a lot of output: the last of the rest is shown when the evaluation is over")
        self._late.append((source, content))
        self._late_bytes += len(content)
        while self._late and self._late_bytes > LATE_BYTES:
            oldest, first = self._late.popleft()
            excess = min(len(first), self._late_bytes - LATE_BYTES)
            self._late_bytes -= excess
            self._dropped_bytes += excess
            if excess < len(first):
                self._late.appendleft((oldest, first[excess:]))

    def _send_late(self) -> None:
        late, dropped_bytes = self._late, self._dropped_bytes
        self._late, self._late_bytes, self._dropped_bytes = deque(), 0, 0
        if dropped_bytes:
            self._finish_characters()
            self._note(f"{dropped_bytes:,} bytes of output left out here")
            if late:
                late[0] = (late[0][0], whole_characters(late[0][1]))
        for source, content in late:
            self._send(source, content)
        self._finish_characters()

    def _send(self, source: Source, content: bytes) -> None:
        if source not in self._decoders:
            self._decoders[source] = codecs.getincrementaldecoder("utf-8")("replace")
        self._send_text(source[0], self._decoders[source].decode(content))

    def _finish_characters(self) -> None:
        for source, decoder in list(self._decoders.items()):
            self._send_text(source[0], decoder.decode(b"", final=True))

    def _send_text(self, stream: str, text: str) -> None:
        if text:
            self._is_line_open = text[-1] != "\n"
        for start in range(0, len(text), PART_LENGTH):
            self._send_part(stream, text[start : start + PART_LENGTH])

    def _note(self, words: str) -> None:
        self._send_text("stderr", "{}[stui: {}]\n".format("\n" * self._is_line_open, words))


def whole_characters(content: bytes) -> bytes:
    """The content from the first byte on with which a character of UTF-8 can begin."""
    start = 0
    while start < min(3, len(content)) and content[start] & 0xC0 == 0x80:  # noqa: PLR2004
        start += 1
    return content[start:]
