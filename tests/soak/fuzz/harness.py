"""What fuzzing has in common whatever the target: laws of time and memory, and the findings.

A target is a module `fuzz_NAME.py` beside this one with two functions: `target(data)`, which raises
only when a law is broken, and `seeds()`, inputs to start from. Nothing here needs atheris, so that
`make test` plays the same targets with inputs made at random.
"""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import importlib
import resource
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Final, Protocol, cast

HERE: Final = Path(__file__).parent
SECONDS: Final = 1.0
"""What one input may cost of the processor, without the instruments of a fuzzer."""
MEBIBYTES: Final = 100
"""What one input may add to the memory of the program."""
MOST_FINDINGS: Final = 40
MOST_AT_ONE_PLACE: Final = 3

_TOKENS: Final = (
    *(b"-", b":", b"?", b"[", b"]", b"{", b"}", b",", b"#", b"&a ", b"*a", b"!!str ", b"|\n", b">-\n"),
    *(b"'", b'"', b"%", b"@", b"`", b"\t", b"\n", b"\r\n", b" ", b"\\", b"---\n", b"...\n", b"<<: "),
    *(b"\x00", b"\x1b[2J", b"\x7f", b"\xc2\x9b", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80"),
    *(b"${a}", b"../", b"~/", b"keyring:", b".inf", b"9" * 40, b"<<<<<<< a\n", b"=======\n", b">>>>>>> b\n"),
)  # fmt: skip


class Target(Protocol):
    """One thing to fuzz."""

    def target(self, data: bytes) -> None:
        """Nothing, when all laws hold for `data`; else it raises."""

    def seeds(self) -> Iterable[bytes]:
        """Inputs that are worth starting from."""


class TooSlowError(AssertionError):
    """An input took more than its seconds."""


class TooLargeError(AssertionError):
    """An input took more than its memory."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke a law, and how."""

    data: bytes
    trace: str
    place: str
    """The kind of failure and where it was raised."""


def names() -> tuple[str, ...]:
    """The names of all targets."""
    return tuple(sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py")))


def load(name: str) -> Target:
    """The target of that name."""
    return cast("Target", importlib.import_module(f"soak.fuzz.fuzz_{name}"))


def measured(target: Callable[[bytes], None], data: bytes, *, slowness: float = 1.0) -> None:
    """Play `data`, with the laws of time and memory.

    Args:
        target: What to play it to.
        data: The input.
        slowness: How much slower instruments make the program.

    Raises:
        TooSlowError: It took longer than `SECONDS` of the processor.
        TooLargeError: The program grew by more than `MEBIBYTES`.
    """
    _forget_peak()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    target(data)
    seconds = (time.process_time() - start) / slowness
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    if seconds > SECONDS:
        raise TooSlowError(f"{seconds:.2f} s for {len(data):,} bytes")
    if grown > MEBIBYTES:
        raise TooLargeError(f"{grown:.0f} MiB more for {len(data):,} bytes")


def _forget_peak() -> None:
    """Begin anew to count the most memory in use; where that cannot be, an old peak hides new ones."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def finding_in(target: Callable[[bytes], None], data: bytes, slowness: float) -> Finding | None:
    """What is wrong with `data`; None when all laws hold."""
    try:
        measured(target, data, slowness=slowness)
    except Exception as error:  # noqa: BLE001 - every one of them is a finding
        frames = traceback.extract_tb(error.__traceback__)
        deepest = next(
            (one for one in reversed(frames) if "stui_workspace" in one.filename), frames[-1]
        )
        outermost = [one for one in frames if one.filename.startswith(str(HERE))][-1]
        place = f"{type(error).__name__} {Path(deepest.filename).name}:{deepest.lineno}"
        place += f" by {Path(outermost.filename).name}:{outermost.lineno}"
        return Finding(data, "".join(traceback.format_exception(error)), place)
    return None


class Findings:
    """The findings of a run, a few of each place, kept as files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: Counter[str] = Counter()

    def add(self, finding: Finding) -> bool:
        """Whether it is worth telling, and is kept."""
        if (
            self._places[finding.place] >= MOST_AT_ONE_PLACE
            or self._places.total() >= MOST_FINDINGS
        ):
            return False
        self._places[finding.place] += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        name = blake2b(finding.place.encode() + finding.data, digest_size=6).hexdigest()
        (self._folder / f"{name}.input").write_bytes(finding.data)
        said = f"{finding.place}\n{finding.data[:2000]!r}\n{finding.trace[-8000:]}"
        (self._folder / f"{name}.txt").write_text(said, encoding="utf-8", errors="backslashreplace")
        return True


def damaged(seeds: Iterable[bytes], random: Random) -> Iterator[bytes]:
    """Inputs without end: each seed as it is, then seeds cut, joined, and with things put in."""
    known = list(seeds)
    yield from known
    while True:
        data = bytearray(random.choice(known))
        for _ in range(random.randint(1, 6)):
            place = random.randrange(len(data) + 1)
            end = min(len(data), place + random.choice((0, 0, 1, 2, 8, 64)))
            data[place:end] = _something(known, random)
        yield bytes(data[: 16 << 10])


def _something(known: list[bytes], random: Random) -> bytes:
    choice = random.randrange(8)
    if choice == 0:
        return random.randbytes(random.randint(1, 8))
    if choice == 1:
        return random.choice(_TOKENS) * random.randint(1, 100)
    if choice == 2:
        other = random.choice(known)
        start = random.randrange(len(other) + 1)
        return other[start : start + random.randint(1, 200)]
    return random.choice(_TOKENS)
