"""What was forgotten, so that no copy and no other machine brings it back.

Each machine says so in a file of its own beside its segments: lines of ids, never of code. A later
line may take some back. What counts is the union of all such files, the latest word about each id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.storage.filesystem import FileSystem

FORGOTTEN: Final = "forgotten.jsonl"
MOST_BYTES: Final = 64 << 20
"""So much of such a file is read."""
_IDS_A_LINE: Final = 1000
_BEYOND: Final = 1e13
"""Seconds that no time of a word has."""
_COPY: Final = re.compile(r"(?is)(?:copy of )?forgotten(?![a-z0-9]).*\.jsonl")
_OLD: Final = re.compile(r"forgotten\.jsonl\.(?:conflict\d*|path\d|old\d*)\Z", re.IGNORECASE)
_TEMPORARY: Final = re.compile(r"\A\.|\.(?:tmp|part|partial)\Z|~\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """One word about some entries: forgotten, or back again."""

    at: float
    ids: tuple[str, ...]
    is_back: bool = False


def says_forgotten(name: str) -> bool:
    """Whether a file of that name has such words, copies by sync tools included."""
    if _TEMPORARY.search(name):
        return False
    return _COPY.fullmatch(name) is not None or _OLD.match(name) is not None


def words_in(content: bytes) -> Iterator[Word]:
    """The words in such a file; what is damaged is passed over."""
    for line in content.split(b"\n"):
        word = _word(line)
        if word is not None:
            yield word


def lines_of(ids: Iterable[str], at: float, *, is_back: bool = False) -> bytes:
    """Lines that say it of all `ids`."""
    names = sorted(set(ids))
    lines = [
        {"at": at, "back": is_back, "ids": names[start : start + _IDS_A_LINE]}
        for start in range(0, len(names), _IDS_A_LINE)
    ]
    return b"".join(json.dumps(line).encode("ascii") + b"\n" for line in lines)


def hidden_by(words: Iterable[Word]) -> dict[str, float]:
    """The ids that are forgotten, and since when; at the same time forgetting has the last word."""
    latest: dict[str, tuple[float, bool]] = {}
    for word in words:
        rank = (word.at, not word.is_back)
        for name in word.ids:
            if name not in latest or latest[name] < rank:
                latest[name] = rank
    return {name: at for name, (at, is_hidden) in latest.items() if is_hidden}


def said_in(fs: FileSystem, folders: Iterable[Path]) -> dict[str, float]:
    """The ids that are forgotten by what lies in the folders of all machines.

    A file that cannot be read says nothing: it is another machine's, or there is nothing to do.
    """
    return hidden_by(_words(fs, folders))


def unreadable_in(fs: FileSystem, folders: Iterable[Path]) -> tuple[Path, ...]:
    """The files with such words that cannot be read: what they forget may be found again."""
    found: list[Path] = []
    for folder in folders:
        try:
            names = [name for name in fs.names(folder) if says_forgotten(name)]
        except OSError:
            continue
        found += [folder / name for name in names if not _opens(fs, folder / name)]
    return tuple(found)


def _opens(fs: FileSystem, path: Path) -> bool:
    try:
        fs.read(path, 1)
    except OSError:
        return False
    return True


def latest_in(fs: FileSystem, folders: Iterable[Path], ids: Collection[str]) -> float:
    """When something was last said about some of the `ids`; 0 for never."""
    wanted = set(ids)
    return max(
        (word.at for word in _words(fs, folders) if not wanted.isdisjoint(word.ids)), default=0.0
    )


def _words(fs: FileSystem, folders: Iterable[Path]) -> Iterator[Word]:
    for folder in folders:
        try:
            names = [name for name in fs.names(folder) if says_forgotten(name)]
            contents = [fs.read(folder / name, MOST_BYTES) for name in names]
        except OSError:
            continue
        for content in contents:
            yield from words_in(content or b"")


def _word(line: bytes) -> Word | None:
    try:
        found: object = json.loads(line) if line.strip() else None
    except (ValueError, RecursionError):
        return None
    return _word_in(found) if isinstance(found, dict) else None


def _word_in(found: Mapping[str, object]) -> Word | None:
    match found:
        case {"at": int() | float() as at, "ids": list(ids)} if abs(at) < _BEYOND:
            names = tuple(one for one in ids if isinstance(one, str))
            return Word(float(at), names, found.get("back") is True)
        case _:
            return None
