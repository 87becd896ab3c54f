"""The published test vectors of the protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "protocol" / "vectors"


def vectors(name: str) -> dict[str, dict[str, Any]]:
    """The vectors of one file by their names."""
    found = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))["vectors"]
    by_name = {one["name"]: one for one in found}
    assert len(by_name) == len(found)
    assert all(one["description"] for one in found)
    return by_name


def given_bytes(vector: dict[str, Any]) -> bytes:
    """The bytes that a vector is about."""
    if "hex" in vector:
        return bytes.fromhex(vector["hex"])
    if "repeat" in vector:
        return bytes(vector["repeat"]["text"].encode() * vector["repeat"]["times"])
    return bytes(vector["text"].encode())
