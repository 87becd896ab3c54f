"""Three versions of a file, and what became of them."""

from __future__ import annotations

from typing import NamedTuple


class Sides(NamedTuple):
    base: bytes
    ours: bytes
    theirs: bytes

    def known(self) -> bytes | None:
        """The result where nothing has to be merged; None where something has."""
        if self.theirs in (self.base, self.ours):
            return self.ours
        return self.theirs if self.ours == self.base else None

    @property
    def is_text(self) -> bool:
        """Whether lines mean anything in all three: git asks for a NUL, too."""
        return not any(b"\0" in side for side in self)


class Outcome(NamedTuple):
    text: bytes
    is_clean: bool
    left: tuple[str, ...] = ()
    """One sentence for each conflict, without values and safe to show."""
