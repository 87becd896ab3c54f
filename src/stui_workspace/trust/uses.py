"""Using a secret: which one, whom it would be sent to, and whom it is meant for."""

from __future__ import annotations

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import Reference
from stui_workspace.schema.origins import Origin, covers, parse_origin


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a secret. Has no part of its value."""

    reference: Reference
    origin: Origin | None
    """Who would get it; None for nobody that can be named."""
    audience: tuple[str, ...] | None
    """Whom the secret is for, in its own words; None where those who gave it said nothing, and the
    grant alone decides."""

    @property
    def is_meant(self) -> bool:
        """Whether it is for the one who would get it."""
        origin = self.origin
        if origin is None:
            return False
        return self.audience is None or any(_covers(one, origin) for one in self.audience)


def _covers(text: str, origin: Origin) -> bool:
    try:
        return covers(parse_origin(text), origin)
    except UsageError:
        return False
