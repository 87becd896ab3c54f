"""What can happen to a file while nobody looks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

Deed: TypeAlias = Callable[[Path], None]

STEP = 64
HUGE = (600 << 20) + 1
"""More than we read of any file. The file has holes and takes no room."""


@dataclass(frozen=True)
class Fault:
    """One thing that happens to one file."""

    kind: str
    what: str
    """More exactly: `at 128`."""
    do: Deed
    at: int = -1
    """Where the first wrong byte is; -1 where that means nothing."""


def faults_of(content: bytes, *, seed: int, step: int = STEP) -> Iterator[Fault]:
    """Every fault of a file with that content.

    Args:
        content: Of the good file.
        seed: For the bits that flip.
        step: Bytes between two cuts, and between two regions.
    """
    yield from _cuts(content, step)
    yield from _zeros(content, step)
    yield from _flips(content, Random(seed), step)  # noqa: S311 (the same each time)
    yield from _foreign()
    yield Fault("missing", "", lambda path: path.unlink())
    yield Fault("huge", "", _make_huge)
    yield from _futures(content)


def _cuts(content: bytes, step: int) -> Iterator[Fault]:
    for size in range(0, len(content), step):
        yield Fault("cut", f"to {size}", _becomes(content[:size]), size)


def _zeros(content: bytes, step: int) -> Iterator[Fault]:
    yield Fault("zeros", "all of it", _becomes(bytes(len(content))), 0)
    for start in range(0, len(content), max(4 * step, 1)):
        end = min(start + max(step, 8), len(content))
        zeroed = content[:start] + bytes(end - start) + content[end:]
        yield Fault("zeros", f"from {start} to {end}", _becomes(zeroed), start)


def _flips(content: bytes, chance: Random, step: int) -> Iterator[Fault]:
    for start in range(0, len(content), max(step, 1)):
        place = min(start + chance.randrange(max(step, 1)), len(content) - 1)
        bit = chance.randrange(8)
        flipped = bytearray(content)
        flipped[place] ^= 1 << bit
        yield Fault("flip", f"bit {bit} of {place}", _becomes(bytes(flipped)), place)


def _foreign() -> Iterator[Fault]:
    for name, content in {
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "a program": b"\x7fELF" + bytes(400),
        "other JSON": b'{"name": "left-pad", "version": [1, 2, {"a": null}]}\n',
        "other YAML": b"services:\n  web: {image: nginx}\n",
        "a list": b"- 1\n- 2\n",
        "deep JSON": b"[" * 50_000,
        "many anchors": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "one letter": b"x",
    }.items():
        yield Fault("foreign", name, _becomes(content), 0)
    yield Fault("foreign", "a folder", _make_folder)
    yield Fault("foreign", "a link", _make_link)
    yield Fault("foreign", "a broken link", _make_broken_link)
    yield Fault("foreign", "a FIFO", _make_fifo)


def _futures(content: bytes) -> Iterator[Fault]:
    """The same of a format that is not known yet."""
    for known in (b"stui-session: 1", b'"format": 1', b'"format":1', b'"version": 1'):
        if known in content:
            raised = content.replace(known, known[:-1] + b"2", 1)
            yield Fault("future", known.decode(), _becomes(raised))


def _becomes(content: bytes) -> Deed:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def _make_huge(path: Path) -> None:
    path.unlink()
    with path.open("wb") as file:
        file.truncate(HUGE)


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "a file in it").write_bytes(b"somebody's\n")


def _make_link(path: Path) -> None:
    target = path.with_name("somebody-elses.txt")
    target.write_bytes(b"not: ours\n")
    path.unlink()
    path.symlink_to(target)


def _make_broken_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _make_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
