"""What a workspace may do on this machine: powers, grants, and the one question asked everywhere.

`claim_of` looks up what a connection asks for, once and frozen; `authorize` answers from the claim
and the grants alone; what it allows is handed on as it stands in the answer, never read again:

    claim = claim_of(file, root, spec, workspace.snippets, search_path=path)
    answer = authorize(claim, GrantStore(folder).load())

docs/explanation/consent.md says why.
"""

from stui_workspace.trust.authorizing import Allow, Deny, authorize
from stui_workspace.trust.claims import Claim, claim_of
from stui_workspace.trust.grants import Grant, Grants
from stui_workspace.trust.powers import Capability, Power
from stui_workspace.trust.projection import Difference, differences, digest_of, projection_of
from stui_workspace.trust.store import GrantStore
from stui_workspace.trust.uses import Use
from stui_workspace.trust.wishes import Wish, is_agreed, sessions_beside
from stui_workspace.trust.wording import Changed, changed_of, summary_of

__all__ = [
    "Allow",
    "Capability",
    "Changed",
    "Claim",
    "Deny",
    "Difference",
    "Grant",
    "GrantStore",
    "Grants",
    "Power",
    "Use",
    "Wish",
    "authorize",
    "changed_of",
    "claim_of",
    "differences",
    "digest_of",
    "is_agreed",
    "projection_of",
    "sessions_beside",
    "summary_of",
]
