"""One place in four documents at once: base, ours, theirs and the result."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from stui_workspace.document import Node
from stui_workspace.merge.policy import Where

BASE: Final = 0
OURS: Final = 1
THEIRS: Final = 2
RESULT: Final = 3
SIDES: Final = (BASE, OURS, THEIRS)
ALL: Final = (BASE, OURS, THEIRS, RESULT)

Four: TypeAlias = tuple[Node | None, Node | None, Node | None, Node | None]
"""What stands at a place in each of the documents; None where there is nothing."""

Trail: TypeAlias = tuple["Trail", str] | None
"""The way to a place from behind: items of lists are `*`, for their keys are values."""


class Spot(NamedTuple):
    """A place that the four documents have in common."""

    nodes: Four
    where: Where
    live: tuple[str, ...] = ()
    """What the place may be called, as far as something is excused at it or below."""
    trail: Trail = None

    @property
    def shown(self) -> str:
        """The place without values, as in `/connections/*/host`."""
        steps: list[str] = []
        trail = self.trail
        while trail is not None:
            trail, step = trail
            steps.append(step)
        return "/" + "/".join(reversed(steps))


class ObjectionError(Exception):
    """Why the result may not go out: one sentence, without values."""


def objection(spot: Spot, what: str) -> ObjectionError:
    """An objection that names the place."""
    return ObjectionError(f"`{spot.shown}` {what}")
