"""What `sys.stdin`, `sys.stdout` and `sys.stderr` are for the code that is evaluated."""

from __future__ import annotations

import io
import sys

from .channel import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .outlet import Outlet


class Stream(io.RawIOBase):
    """What `sys.stdout.buffer` and `sys.stderr.buffer` are."""

    def __init__(self, outlet: Outlet, stream: str, descriptor: int) -> None:
        super().__init__()
        self.name = f"<{stream}>"
        self._outlet = outlet
        self._source = (stream, False)
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, content: Any) -> int:
        if type(content) is not bytes:
            content = memoryview(content).tobytes()
        if self._outlet.is_fork:
            write_all(self._descriptor, memoryview(content))
        else:
            self._outlet.write(self._source, content)
        return len(content)


def open_streams(outlet: Outlet, *, anew: bool = False) -> None:
    """Give the code its three streams; those that it closed, again."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        current = getattr(sys, name, None)
        if anew or current is None or getattr(current, "closed", False):
            stream = _printing(outlet, name, descriptor) if descriptor else _empty()
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _empty() -> io.TextIOWrapper:
    return open(0, encoding="utf-8", closefd=False)


def _printing(outlet: Outlet, name: str, descriptor: int) -> io.TextIOWrapper:
    raw: Any = Stream(outlet, name, descriptor)
    # With no buffer in between, as `python -u` does it: what is printed is on its way.
    return io.TextIOWrapper(
        raw, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True
    )
