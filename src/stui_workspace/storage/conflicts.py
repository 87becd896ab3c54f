"""What a merge left undecided, kept until a person has settled it.

A record keeps the three sides whole and what was chosen since. What is in conflict follows from
them by merging again, so a record never says one thing and the merge another. One file for each
merge; writers hold the lock of the workspace file, readers need none.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.merge.lines import Labels
from stui_workspace.merge.result import Choice, Take, Written
from stui_workspace.model.revision import Revision
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explain, explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder

FORMAT: Final = 1
SIDE_BYTES: Final = 16 << 20
"""What a side may have: as much as a merge reads."""
MOST: Final = 32
"""Merges of one file that may wait for a person at the same time."""

_FORMAT_KEY: Final = "stui-conflicts"
_SUFFIX: Final = ".json"
_LIMIT: Final = 3 * 2 * SIDE_BYTES
_DIGITS: Final = 6


class Style(StrEnum):
    """How the file shows that something is undecided."""

    VALID = "valid"
    """Not at all: it is the provisional document."""
    MARKERS = "markers"
    """With conflict markers, as git has them."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The three documents of a merge. Names follow git: `base` is what both began from."""

    base: bytes
    ours: bytes
    theirs: bytes


NO_LABELS: Final = Labels("", "", "")
"""Nobody said what the sides are called."""


@dataclass(frozen=True, slots=True)
class SettledAt:
    """What a person chose in one go, and when."""

    choices: Mapping[str, Choice]
    """By the path of the conflict."""
    at: float


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """One merge of a file that a person was, or is, needed for."""

    file: str
    """Its real path."""
    at: float
    sides: Sides
    revision: Revision
    """Of the file as we wrote it last."""
    labels: Labels = NO_LABELS
    """What people call the sides: `HEAD`, a branch, a machine."""
    style: Style = Style.VALID
    marker_size: int = 7
    policy: Mapping[str, Mapping[str, Any]] | None = None
    """None for the one that is published."""
    steps: tuple[SettledAt, ...] = ()
    is_open: bool = True
    """Whether something was left to settle when it was written."""
    is_merged: bool = True
    """Whether the file is known to have had the merge in it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record and the name under which it is stored."""

    name: str
    record: MergeRecord


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of a file, or of all."""

    records: tuple[Stored, ...] = ()
    """The oldest merge first."""
    problems: tuple[str, ...] = field(default=())
    """One sentence for each record that could not be read. It is kept, under another name."""


class ConflictStore:
    """The merge records of one workspace."""

    def __init__(self, folder: WorkspaceFolder, fs: FileSystem | None = None) -> None:
        self._folder = folder.conflicts
        self._fs: FileSystem = fs or RealFileSystem()

    def find(self, file: Path | None = None) -> Found:
        """The records of a file; of every file where it is None. Bad ones are set aside and named.

        Raises:
            DiskError: The folder or a record in it cannot be read.
        """
        begin = "" if file is None else _prefix_of(file)
        records: list[Stored] = []
        problems: list[str] = []
        for name in self._names(begin):
            found = self._read(name)
            if isinstance(found, str):
                problems.append(found)
            elif found is not None:
                records.append(Stored(name, found))
        return Found(tuple(records), tuple(problems))

    def add(self, record: MergeRecord) -> str:
        """Keep a new record, and return the name of it. Finished ones of that file are forgotten.

        Raises:
            UsageError: Too much waits already; nothing is forgotten that is open.
            DiskError: It was not kept.
        """
        _check_size(record)
        kept = self.find(Path(record.file)).records
        if sum(one.record.is_open for one in kept) >= MOST:
            raise UsageError(
                f"{record.file} has conflicts of {MOST} merges already",
                "`stui conflicts` lists them, `stui resolve` settles them",
            )
        prefix = _prefix_of(Path(record.file))
        number = 1 + max((_number_of(name) for name in self._names(prefix)), default=0)
        name = f"{prefix}{number:0{_DIGITS}}{_SUFFIX}"
        save_own(self._fs, self._folder / name, _written(record))
        for one in kept:
            if not one.record.is_open:
                self.remove(one.name)
        return name

    def replace(self, name: str, record: MergeRecord) -> None:
        """Write a record anew.

        Raises:
            DiskError: It was not written; the old one is there.
        """
        save_own(self._fs, self._folder / name, _written(record))

    def remove(self, name: str) -> None:
        """Forget a record.

        Raises:
            DiskError: It cannot be deleted.
        """
        with explained(self._folder / name):
            self._fs.remove(self._folder / name)

    def _names(self, begin: str) -> tuple[str, ...]:
        with explained(self._folder):
            found = self._fs.names(self._folder)
        return tuple(one for one in found if one.startswith(begin) and one.endswith(_SUFFIX))

    def _read(self, name: str) -> MergeRecord | str | None:
        """The record; None where another stui just forgot it; a sentence where it is damaged."""
        path = self._folder / name
        with explained(path):
            content = self._fs.read(path, _LIMIT + 1)
        if content is None:
            return None
        record = _record_in(content)
        if record is None and _is_newer(content):
            return f"{path.name} is of a newer stui, and stays as it is"
        if record is None or not name.startswith(_prefix_of(Path(record.file))):
            return self._set_aside(path)
        return record

    def _set_aside(self, path: Path) -> str:
        taken = set(self._fs.names(path.parent))
        number = 1
        while f"{path.name}.damaged-{number}" in taken:
            number += 1
        target = path.with_name(f"{path.name}.damaged-{number}")
        try:
            self._fs.move(path, target)
        except OSError as error:
            return f"{path.name} is no record of a merge, and stays: {explain(error, path).reason}"
        return f"{path.name} is no record of a merge that this stui knows; kept as {target.name}"


def _prefix_of(file: Path) -> str:
    """How the names of a file's records begin. The file's own name is never part of a path."""
    real = os.path.normcase(os.path.realpath(file))
    return blake2b(os.fsencode(real), digest_size=12).hexdigest() + "-"


def _number_of(name: str) -> int:
    digits = name.removesuffix(_SUFFIX).rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _check_size(record: MergeRecord) -> None:
    sides = record.sides
    if max(len(sides.base), len(sides.ours), len(sides.theirs)) > SIDE_BYTES:
        raise DiskError(
            Path(record.file),
            f"a side of the merge is larger than {SIDE_BYTES >> 20} MiB",
            "settle it in the file by hand",
        )


def _written(record: MergeRecord) -> bytes:
    plain = {
        _FORMAT_KEY: FORMAT,
        "file": record.file,
        "at": record.at,
        "revision": record.revision,
        "style": record.style,
        "marker_size": record.marker_size,
        "is_open": record.is_open,
        "is_merged": record.is_merged,
        "labels": [record.labels.ours, record.labels.base, record.labels.theirs],
        "policy": record.policy,
        "steps": [_plain_step(step) for step in record.steps],
        "sides": [
            _packed(side) for side in (record.sides.base, record.sides.ours, record.sides.theirs)
        ],
    }
    return json.dumps({**plain, "sum": _sum_of(plain)}, indent=1, default=dict).encode() + b"\n"


def _plain_step(step: SettledAt) -> dict[str, object]:
    choices = {path: _plain_choice(choice) for path, choice in step.choices.items()}
    return {"at": step.at, "choices": choices}


def _plain_choice(choice: Choice) -> dict[str, str]:
    if isinstance(choice, Written):
        return {"written": choice.text}
    return {"take": choice.value}


def _sum_of(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, sort_keys=True, default=dict)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _packed(content: bytes) -> str:
    return b64encode(zlib.compress(content)).decode()


def _unpacked(packed: str) -> bytes:
    """What was packed.

    Raises:
        ValueError: It is not what `_packed` makes.
    """
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(b64decode(packed, validate=True), SIDE_BYTES + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacking.eof or len(content) > SIDE_BYTES:
        raise ValueError("cut short, or too long")
    return content


def _record_in(content: bytes) -> MergeRecord | None:
    """The record; None where any of it is other than it was written."""
    try:
        plain = json.loads(content)
        if isinstance(plain, dict) and plain.pop("sum", None) == _sum_of(plain):
            return _record_from(plain)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return None


def _is_newer(content: bytes) -> bool:
    """Whether it is a record that only a newer stui can read."""
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        return False
    number = plain.get(_FORMAT_KEY) if isinstance(plain, dict) else None
    return isinstance(number, int) and number > FORMAT


def _record_from(plain: Mapping[str, Any]) -> MergeRecord | None:
    match plain:
        case {
            "stui-conflicts": 1,
            "file": str(file),
            "at": float() | int() as at,
            "revision": str(revision),
            "style": str(style),
            "marker_size": int(size),
            "is_open": bool(is_open),
            "is_merged": bool(is_merged),
            "labels": [str(), str(), str()] as labels,
            "policy": (dict() | None) as policy,
            "steps": [*steps],
            "sides": [str(), str(), str()] as sides,
        }:
            return MergeRecord(
                file,
                float(at),
                Sides(*map(_unpacked, sides)),
                Revision(revision),
                Labels(*labels),
                Style(style),
                size,
                policy,
                tuple(map(_step_from, steps)),
                is_open,
                is_merged,
            )
        case _:
            return None


def _step_from(plain: Mapping[str, Any]) -> SettledAt:
    choices = {path: _choice_from(one) for path, one in plain["choices"].items()}
    return SettledAt(choices, float(plain["at"]))


def _choice_from(plain: Mapping[str, str]) -> Choice:
    if "written" in plain:
        return Written(str(plain["written"]))
    return Take(plain["take"])
