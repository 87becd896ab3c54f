"""The one question, asked before each connect, reconnect and start: may it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.trust.claims import Claim
from stui_workspace.trust.grants import Grants
from stui_workspace.trust.powers import Power
from stui_workspace.trust.projection import Difference, differences


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes, and to exactly this."""

    spec: ConnectionSpec
    """What to hand to the transport, instead of what the file says by now."""
    sources: Mapping[str, str | None]
    """The set-up snippets by id, as they were approved."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No, and why."""

    reason: str
    """One clause."""
    powers: tuple[Power, ...]
    """What would need consent, or has to be mended."""
    changed: tuple[Difference, ...] = ()
    """What is other than in the last grant of this connection; empty where there is none."""
    final: bool = False
    """Whether no consent can change it; only the file can."""


def authorize(claim: Claim, grants: Grants) -> Allow | Deny:
    """Whether the connection may be made now.

    Pure: the same claim and grants have the same answer, and nothing else has a say.
    """
    if claim.refusals:
        return Deny("; ".join(claim.refusals), claim.powers, final=True)
    if not claim.powers:
        return Allow(claim.spec, claim.sources)
    own, digest = grants.of(claim.file, claim.connection), claim.digest
    for grant in own:
        if grant.digest == digest and claim.capabilities <= grant.capabilities:
            return Allow(claim.spec, claim.sources)
    if not own:
        return Deny("nobody has approved it on this machine", claim.powers)
    changed = differences(own[-1].projection, claim.projection)
    return Deny("it is not what was approved", claim.powers, changed)
