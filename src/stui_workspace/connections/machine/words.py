"""What a connection's machine is in, what it is told, and what it wants done. Values only."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.workspace import Health, Reconnect


class Phase(StrEnum):
    IDLE = "idle"
    """Not connected, and nobody asked for it."""
    CONNECTING = "connecting"
    ONLINE = "online"
    DEGRADED = "degraded"
    """Connected, and silent for longer than it should be."""
    RECONNECTING = "reconnecting"
    """Trying again, or waiting for that: `Machine.retry_at` says which."""
    NEEDS_YOU = "needs you"
    """Trying again would not help: a person has to do something."""
    CLOSED = "closed"


UP: Final = frozenset({Phase.ONLINE, Phase.DEGRADED})
TRYING: Final = frozenset({Phase.CONNECTING, Phase.RECONNECTING})
AT_REST: Final = frozenset({Phase.IDLE, Phase.NEEDS_YOU, Phase.CLOSED})


@dataclass(frozen=True, slots=True)
class Policy:
    reconnect: Reconnect = field(default_factory=Reconnect)
    health: Health = field(default_factory=Health)


@dataclass(frozen=True, slots=True)
class Machine:
    phase: Phase = Phase.IDLE
    epoch: int = 0
    """Of the last attempt; 0 before the first."""
    failure_count: int = 0
    """Attempts that failed since a link last held."""
    since: float = 0.0
    """When the phase began, in seconds of the caller's clock, as are all times here."""
    tried_at: float = 0.0
    """When the last attempt began."""
    down_since: float | None = None
    """When it was online last, or first wanted; None while it is online or nobody wants it."""
    retry_at: float | None = None
    """When the next attempt is due; None while one is under way, or none is wanted."""
    heard_at: float = 0.0
    """When the backend last gave a sign of itself."""
    probed_at: float = 0.0
    """When it was last asked for one."""
    up_since: float = 0.0
    """When the link that is up came up; of no meaning while none is."""
    doubted_since: float | None = None
    """Since when there is reason to think that the link is dead: a sleep, another network."""
    looked_at: float = 0.0
    """The time of the last input."""
    reason: str | None = None
    next_step: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether there is a link, or an attempt at one: what was opened is not dropped yet."""
        is_trying = self.phase in TRYING and self.retry_at is None
        return is_trying or self.phase in UP


# What is told to the machine.


@dataclass(frozen=True, slots=True)
class Connect:
    """Somebody wants it connected, now."""


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Nobody wants it connected any more."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The backend gave its first answer of the protocol. An open port alone is none."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The backend gave a sign of itself."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt came to nothing."""

    epoch: int
    reason: str
    next_step: str | None = None
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """The link ended without being closed."""

    epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Consent is missing; nothing was tried."""

    epoch: int
    reason: str
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Stirred:
    """The machine woke up, or its network changed: what failed before may work now."""


@dataclass(frozen=True, slots=True)
class SpecChanged:
    """What is to be reached is another thing now."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Close:
    """The session ends."""


Input: TypeAlias = (
    Connect
    | Disconnect
    | Answered
    | Heard
    | Failed
    | Lost
    | Refused
    | Stirred
    | SpecChanged
    | Tick
    | Close
)


# What the machine wants done.


@dataclass(frozen=True, slots=True)
class Open:
    """Begin an attempt."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Drop:
    """End the link or the attempt of that epoch, whatever it is at."""

    epoch: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask the backend for a sign of itself."""

    epoch: int


Command: TypeAlias = Open | Drop | Probe
Step: TypeAlias = tuple[Machine, tuple[Command, ...]]
