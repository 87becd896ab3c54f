"""Which names matter, asked for each event: hundreds of times a second, and cheaply."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from stui_workspace.model.records import dataclass

NamePredicate = Callable[[str], bool]


@lru_cache(maxsize=1024)
def folded(name: str) -> str:
    """The name as the most forgiving file system would compare it; too often woken does no harm."""
    return unicodedata.normalize("NFC", name).casefold()


@dataclass(frozen=True, slots=True)
class Names:
    """Certain names in any folder that is listened to, and others in some of these folders."""

    files: frozenset[str] = frozenset()
    """Folded."""
    folders: frozenset[str] = frozenset()
    """Those where siblings matter, folded."""
    siblings: NamePredicate | None = None

    @classmethod
    def of(
        cls,
        files: Iterable[str],
        folders: Iterable[Path] = (),
        siblings: NamePredicate | None = None,
    ) -> Names:
        """The same, from names as they are written."""
        return cls(
            frozenset(map(folded, files)),
            frozenset(folded(str(folder)) for folder in folders),
            siblings,
        )

    def __contains__(self, path: str) -> bool:
        folder, name = os.path.split(path)
        if folded(name) in self.files:
            return True
        return self.siblings is not None and folded(folder) in self.folders and self.siblings(name)
