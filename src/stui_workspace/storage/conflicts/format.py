"""How the record of a merge is written: JSON with a checksum, and the sides packed."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from stui_workspace.merge.lines import Labels
from stui_workspace.merge.result import Choice, Take, Written
from stui_workspace.model.revision import Revision
from stui_workspace.storage.conflicts.records import (
    SIDE_BYTES,
    MergeRecord,
    SettledAt,
    Sides,
    Style,
)

FORMAT: Final = 1
_FORMAT_KEY: Final = "stui-conflicts"


def written(record: MergeRecord) -> bytes:
    """The bytes of a record."""
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


def record_in(content: bytes) -> MergeRecord | None:
    """The record; None where any of it is other than it was written."""
    try:
        plain = json.loads(content)
        if isinstance(plain, dict) and plain.pop("sum", None) == _sum_of(plain):
            return _record_from(plain)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return None


def is_newer(content: bytes) -> bool:
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
