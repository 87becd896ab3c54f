"""Which machine wrote a vault at which generation: so an old copy is told from a newer one.

A generation alone would not do: two machines that each write the sixth, one of which gets lost in
synchronising, have the same. A version vector (D. S. Parker et al., "Detection of Mutual
Inconsistency in Distributed Systems", 1983) of the generations at which each machine wrote last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stui_workspace.model.records import dataclass, field

MOST_WRITERS: Final = 64
"""A container has a new machine's name at each start."""


@dataclass(frozen=True, slots=True)
class Writers:
    """The generation at which each machine wrote last."""

    at: Mapping[str, int] = field(default_factory=dict)
    floor: int = 0
    """Machines that are not named wrote at this generation or before."""

    def of(self, device: str) -> int:
        """When a machine wrote last, as far as is known."""
        return max(self.at.get(device, 0), self.floor)

    def has_all_of(self, other: Writers) -> bool:
        """Whether everything that the other knows of is in it."""
        return all(self.of(device) >= at for device, at in other.at.items())

    def with_write(self, device: str, generation: int) -> Writers:
        """After one more write."""
        return _bounded({**self.at, device: generation}, self.floor)

    def joined(self, other: Writers) -> Writers:
        """After merging what both had."""
        devices = {*self.at, *other.at}
        at = {one: max(self.at.get(one, 0), other.at.get(one, 0)) for one in devices}
        return _bounded(at, max(self.floor, other.floor))


def _bounded(at: Mapping[str, int], floor: int) -> Writers:
    ranked = sorted(
        ((count, device) for device, count in at.items() if count > floor), reverse=True
    )
    for count, _ in ranked[MOST_WRITERS:]:
        floor = max(floor, count)
    return Writers({device: count for count, device in sorted(ranked[:MOST_WRITERS])}, floor)
