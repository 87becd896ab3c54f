"""Files beside a watched one whose names matter, though nobody knows them beforehand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from stui_workspace.watch.names import NamePredicate
from stui_workspace.watch.signature import Signature, signature_of

_NAMES = 4096
_SHARE = 50.0
"""A folder of very many files is listed less often: for a fiftieth of the time at most."""


class Siblings:
    """What a listing of some folders told last."""

    def __init__(self, matters: NamePredicate, clock: Callable[[], float]) -> None:
        """Nothing is listed yet.

        Args:
            matters: Whether files of that name do. Asked once for each name, as long as there are
                not thousands.
            clock: Seconds that only go on.
        """
        self.matter: NamePredicate = lru_cache(maxsize=_NAMES)(matters)
        self._clock = clock
        self._seen: frozenset[tuple[str, Signature]] | None = None
        self._listed_at = 0.0
        self._cost = 0.0

    def is_due(self, interval: float) -> bool:
        """Whether the last listing is `interval` seconds ago, or more where it was laborious."""
        age = self._clock() - self._listed_at
        return self._seen is None or age >= max(interval, self._cost * _SHARE)

    def changed(self, folders: Iterable[Path]) -> bool:
        """List the folders; whether one of the files came, went or looks different now."""
        begun = self._clock()
        seen, self._seen = self._seen, frozenset(self._found(folders))
        self._listed_at = self._clock()
        self._cost = self._listed_at - begun
        return seen is not None and seen != self._seen

    def _found(self, folders: Iterable[Path]) -> Iterable[tuple[str, Signature]]:
        for folder in folders:
            try:
                names = [name for name in os.listdir(folder) if self.matter(name)]  # noqa: PTH208
            except OSError:  # gone, or not to be read: the round after it came back tells
                continue
            yield from ((str(folder / name), signature_of(folder / name)) for name in names)
