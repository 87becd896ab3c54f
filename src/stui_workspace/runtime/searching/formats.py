"""The histories of other programs: what was typed, and when, where they know it.

Each reader is given the bytes of a file and gives what it can read; what it cannot is counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from stui_workspace.history import Entry
from stui_workspace.history.segments import entry_of
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Typed:
    """One input of another program."""

    code: str
    at: float | None = None
    """None where the file does not say."""
    entry: Entry | None = None
    """What it is, where the file is an export of ours."""


Read = Callable[[bytes], Iterator[Typed | None]]
"""What is in a file, in its order; None for each piece that cannot be read."""

_STAMP: Final = re.compile(r"#(\d{1,12})\Z")
_ZSH: Final = re.compile(r": {0,3}(\d{1,12}):\d{1,12};", re.ASCII)
_META: Final = 0x83
_FISH: Final = re.compile(r"- cmd: ?(.*)\Z")
_WHEN: Final = re.compile(r"\s{1,8}when: (\d{1,12})\Z")
_MOMENT: Final = re.compile(r"# (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)\Z")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def bash(content: bytes) -> Iterator[Typed | None]:
    """A command a line; with `HISTTIMEFORMAT`, a time before it, and then it may have several."""
    at: float | None = None
    held: list[str] = []
    is_timed = False
    for line in _lines(content):
        stamp = _STAMP.match(line)
        if stamp is not None:
            yield from _joined(held, at)
            at, held, is_timed = float(stamp[1]), [], True
        elif is_timed:
            held.append(line)
        else:
            yield from _joined([line], None)
    yield from _joined(held, at)


def zsh(content: bytes) -> Iterator[Typed | None]:
    """A command, over several lines where each but the last ends in a backslash."""
    held: list[str] = []
    for line in _lines(_unmetafied(content)):
        held.append(line)
        if line.endswith("\\") and not line.endswith("\\\\"):
            held[-1] = line[:-1]
            continue
        yield from _zsh_command("\n".join(held))
        held = []
    if held:
        yield from _zsh_command("\n".join(held))


def fish(content: bytes) -> Iterator[Typed | None]:
    """Entries of `cmd`, `when` and `paths`, which look like YAML and are none."""
    code: str | None = None
    at: float | None = None
    for line in _lines(content):
        begun, when = _FISH.match(line), _WHEN.match(line)
        if begun is not None:
            if code is not None:
                yield from _joined([code], at)
            code, at = _unescaped(begun[1]), None
        elif when is not None and code is not None:
            at = float(when[1])
        elif line.strip() and not line.startswith("  "):
            yield None
    if code is not None:
        yield from _joined([code], at)


def python(content: bytes) -> Iterator[Typed | None]:
    """What the prompt of Python keeps: a line each, as readline or as libedit writes it."""
    lines = list(_lines(content))
    is_libedit = lines[:1] == ["_HiStOrY_V2_"]
    for line in lines[1:] if is_libedit else lines:
        text = _OCTAL.sub(lambda found: chr(int(found[1], 8)), line) if is_libedit else line
        yield from _joined([text.replace("\r", "")], None)


def ptpython(content: bytes) -> Iterator[Typed | None]:
    """A time in a comment, then the lines of the input, each behind a `+`."""
    at: float | None = None
    held: list[str] = []
    for line in _lines(content):
        if line.startswith("+"):
            held.append(line[1:])
            continue
        yield from _joined(held, at)
        held = []
        stamp = _MOMENT.match(line)
        if stamp is not None:
            with suppress(ValueError, OverflowError, OSError):
                at = datetime.fromisoformat(stamp[1]).timestamp()
        elif line.strip():
            yield None
    yield from _joined(held, at)


def jsonl(content: bytes) -> Iterator[Typed | None]:
    """An object a line: an export of ours, or any with `code` and perhaps `at`."""
    for line in content.split(b"\n"):
        if line.strip():
            entry = entry_of(line)
            yield _loose(line) if entry is None else Typed(entry.code, entry.at, entry)


READERS: Final[Mapping[str, Read]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
    "python": python,
    "ptpython": ptpython,
    "jsonl": jsonl,
}


def _loose(line: bytes) -> Typed | None:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match found:
        case {"code": str(code), "at": int() | float() as at} if not isinstance(at, bool):
            with suppress(OverflowError):
                return Typed(code, float(at))
            return None
        case {"code": str(code)}:
            return Typed(code)
        case _:
            return None


def _zsh_command(text: str) -> Iterator[Typed | None]:
    stamp = _ZSH.match(text)
    if stamp is None:
        yield from _joined([text], None)
    else:
        yield from _joined([text[stamp.end() :]], float(stamp[1]))


def _joined(lines: list[str], at: float | None) -> Iterator[Typed | None]:
    """The lines as one input; None for one with what no text has, nothing for an empty one."""
    code = "\n".join(lines).strip("\n")
    if code.strip():
        yield None if "\ufffd" in code or "\0" in code else Typed(code, at)


def _lines(content: bytes) -> Iterator[str]:
    for line in content.split(b"\n"):
        yield line.decode("utf-8", "replace").removesuffix("\r")


def _unmetafied(content: bytes) -> bytes:
    """What zsh wrote, in which each odd byte is hidden behind another one."""
    found = bytearray()
    is_next = False
    for byte in content:
        if byte == _META and not is_next:
            is_next = True
            continue
        found.append(byte ^ 0x20 if is_next else byte)
        is_next = False
    return bytes(found)


def _unescaped(text: str) -> str:
    r"""What fish wrote `\n` and `\\` for."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)
