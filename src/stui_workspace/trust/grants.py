"""Grants: what a person approved, as values."""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.trust.claims import Claim
from stui_workspace.trust.powers import Capability


@dataclass(frozen=True, slots=True)
class Grant:
    """Consent to one form of one connection of one file, on this machine."""

    file: str
    """The real path of the workspace file. Not the project's name, address or identity: those
    come with a clone."""
    connection: str
    capabilities: frozenset[Capability]
    digest: str
    projection: Mapping[str, Plain] = field(repr=False)
    """What was approved, so that a review can show what is different now."""
    at: float
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants of one workspace, the oldest first."""

    all: tuple[Grant, ...] = ()
    problems: tuple[str, ...] = ()
    """Why some that are on the disk do not count, each as one line."""

    def of(self, file: str, connection: str) -> tuple[Grant, ...]:
        """Those of one connection of one file, the oldest first."""
        return tuple(
            grant for grant in self.all if grant.file == file and grant.connection == connection
        )


def grant_for(claim: Claim, at: float) -> Grant:
    """The grant that allows exactly what is claimed."""
    projection = claim.projection
    return Grant(claim.file, claim.connection, claim.capabilities, claim.digest, projection, at)
