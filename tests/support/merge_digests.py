"""Many merges in one number, to be compared between processes; as a program it prints it."""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Iterable
from pathlib import Path

from strategies.merging import policy
from stui_workspace.merge import merge3


def digest(texts: Iterable[tuple[bytes, bytes, bytes]]) -> str:
    """A digest of all that comes of merging: texts, conflicts and decisions, in their order."""
    seen = hashlib.sha256()
    for three in texts:
        seen.update(repr(merge3(*three, policy=policy)).encode())
    return seen.hexdigest()


if __name__ == "__main__":
    print(digest(pickle.loads(Path(sys.argv[1]).read_bytes())))  # noqa: S301 (our own, a moment old)
