"""What every place that keeps secrets can do, and all that can come of asking it."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from stui_workspace.model.records import dataclass
from stui_workspace.secrets.envelope import Envelope


@dataclass(frozen=True, slots=True)
class Missing:
    """It is not there, and the store said so."""


@dataclass(frozen=True, slots=True)
class Locked:
    """It may be there; the store is locked, or the person did not unlock it."""

    reason: str = "it is locked"
    next_step: str = "unlock your keyring, and try again"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The store cannot be used here, or failed."""

    reason: str
    """One clause, safe to show, without any value."""
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The store did not answer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """It is kept, or removed; and was read back to be sure."""


Trouble: TypeAlias = Locked | Unavailable | TimedOut
Got: TypeAlias = Envelope | Missing | Trouble
Stored: TypeAlias = Done | Trouble
Removed: TypeAlias = Done | Missing | Trouble


class Store(Protocol):
    """A place that keeps secrets by name. Never raises for what a store may do to us.

    Each call may take as long as its own limit of time; none is made on an event loop.
    """

    @property
    def label(self) -> str:
        """What it is called, for people: `GNOME Keyring`."""

    def get(self, name: str) -> Got:
        """The secret of that name."""

    def put(self, name: str, envelope: Envelope) -> Stored:
        """Keep a secret: written, read back, compared; the old one is whole until then."""

    def remove(self, name: str) -> Removed:
        """Forget a secret. Nothing is removed because it could not be read."""
