"""The one question, asked before each connect, reconnect and start: may it?"""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.trust.claims import Claim
from stui_workspace.trust.grants import Grants
from stui_workspace.trust.powers import Capability, Power
from stui_workspace.trust.projection import Difference, differences
from stui_workspace.trust.uses import Use


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes, and to exactly this."""

    spec: ConnectionSpec
    """What to hand to the transport, instead of what the file says by now."""
    sources: Mapping[str, str | None]
    """The set-up snippets by id, as they were approved."""
    claim: Claim | None = field(default=None, repr=False, compare=False)
    """What was judged; whoever wants a secret for it has it judged again."""


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


def authorize(claim: Claim, grants: Grants, use: Use | None = None) -> Allow | Deny:
    """Whether the connection may be made now and, with `use`, whether it may have that secret.

    Pure: the same arguments have the same answer, and nothing else has a say.
    """
    answer = _answer(claim, grants)
    if use is None or isinstance(answer, Deny):
        return answer
    withheld = _why_withheld(claim, use)
    return answer if withheld is None else Deny(withheld, claim.powers, final=True)


def _answer(claim: Claim, grants: Grants) -> Allow | Deny:
    if claim.refusals:
        return Deny("; ".join(claim.refusals), claim.powers, final=True)
    if not claim.powers:
        return Allow(claim.spec, claim.sources, claim)
    own, digest = grants.of(claim.file, claim.connection), claim.digest
    for grant in own:
        if grant.digest == digest and claim.capabilities <= grant.capabilities:
            return Allow(claim.spec, claim.sources, claim)
    if not own:
        return Deny("nobody has approved it on this machine", claim.powers)
    changed = differences(own[-1].projection, claim.projection)
    return Deny("it is not what was approved", claim.powers, changed)


def _why_withheld(claim: Claim, use: Use) -> str | None:
    """Why an allowed connection does not get that secret; None where it does."""
    if Capability.SECRET not in claim.capabilities or claim.spec.credential != str(use.reference):
        return f"it was not approved for the secret `{use.reference}`"
    if use.origin is None:
        return "a secret is sent to an address, and it has none"
    if not use.origin.is_private:
        return f"others could read the secret on its way to {use.origin}"
    if not use.is_meant:
        return f"the secret `{use.reference}` is not for {use.origin}"
    return None
