"""How much was done in the sessions of a project, and at which hours of the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Final

from stui_workspace.errors import DiskError, StuiError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.connecting.inputs import history_of
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary

MOST_READ: Final = 20
"""Of so many sessions, the last saved, the transcript is read; of the others the summary alone."""
MOST_INPUTS: Final = 100_000
HOURS: Final = 24

_BARS: Final = " ▁▂▃▄▅▆▇█"

Use = tuple[float, str]
"""When something was evaluated, and on which connection."""


@dataclass(frozen=True, slots=True)
class Statistics:
    session_count: int
    seconds: float
    """Time open, of all of them together."""
    opens: int
    evaluations: int
    connections: Mapping[str, int]
    """How often something was evaluated on each, the most used first, as far as that is kept."""
    hours: tuple[int, ...]
    """The same for each hour of the day, by the clock of this machine."""
    first: float | None = None
    """When the oldest of them was made."""

    @property
    def busiest(self) -> int | None:
        """The hour in which most was evaluated; None where nothing was."""
        return max(range(HOURS), key=self.hours.__getitem__) if any(self.hours) else None


def statistics(
    store: SessionStore, sessions: Iterable[SessionSummary], services: Services
) -> Statistics:
    """What was done in some sessions of a workspace; where it is all, what the history has counts.

    Sessions and entries that cannot be read are left out.

    Raises:
        DiskError: The list of sessions cannot be read.
    """
    chosen = [one for one in sessions if one.problem is None]
    is_all = len(chosen) > 1 or {one.id for one in store.list()} <= {one.id for one in chosen}
    uses = set(_in_transcripts(store, chosen))
    if is_all:
        uses |= set(_in_history(store, services))
    connections = Counter(connection for _, connection in uses)
    hours = Counter(_hour(at) for at, _ in uses)
    return Statistics(
        len(chosen),
        sum(one.meta.seconds for one in chosen),
        sum(one.meta.opens for one in chosen),
        sum(one.meta.evaluations for one in chosen),
        dict(connections.most_common()),
        tuple(hours[hour] for hour in range(HOURS)),
        min((one.meta.created for one in chosen), default=None),
    )


def chart(hours: Iterable[int]) -> str:
    """One character an hour, as high as it was busy.

    >>> chart([0, 1, 4, 8])
    ' ▁▄█'
    """
    counts = list(hours)
    most = max(counts, default=0) or 1
    top = len(_BARS) - 1
    return "".join(_BARS[-(-count * top // most)] for count in counts)


def _in_transcripts(store: SessionStore, sessions: Iterable[SessionSummary]) -> Iterator[Use]:
    for one in islice(sessions, MOST_READ):
        with suppress(StuiError):
            for entry in kept_session(store, one.id).state.transcript:
                if entry.at:
                    yield round(entry.at, 3), entry.connection


def _in_history(store: SessionStore, services: Services) -> Iterator[Use]:
    workspace = store.folder.path.name
    with suppress(DiskError):
        for entry in islice(history_of(services).entries(), MOST_INPUTS):
            if entry.workspace == workspace:
                yield round(entry.at, 3), entry.connection


def _hour(at: float) -> int | None:
    try:
        return datetime.fromtimestamp(at).astimezone().hour
    except (OverflowError, ValueError, OSError):
        return None
