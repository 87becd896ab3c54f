"""What is stored for a secret: its value, and whom it may be sent to."""

from __future__ import annotations

import json
from typing import Final

from stui_workspace.model.records import dataclass, replace
from stui_workspace.secrets.secret import Secret

_FORMAT_KEY: Final = "stui-secret"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Envelope:
    """A secret with its audience, as a store keeps it."""

    secret: Secret
    audience: tuple[str, ...] | None = ()
    """The origins that it may be sent to, each canonical; none means nobody. None where the one who
    gave it said nothing (a variable of this very run): then the grant alone decides."""
    changed: float = 0.0
    """When the value was last set, in seconds since 1970; 0 where that is not known."""

    def sealed(self) -> str:
        """The text to store: one line of ASCII."""
        return json.dumps(
            {
                _FORMAT_KEY: _FORMAT,
                "value": self.secret.reveal(),
                "for": list(self.audience or ()),
                "changed": self.changed,
            },
            separators=(",", ":"),
        )

    def with_audience(self, *audience: str) -> Envelope:
        """The same secret for other origins."""
        return replace(self, audience=tuple(dict.fromkeys(audience)))


def opened(text: str) -> Envelope | None:
    """The envelope that was stored as `text`; None for what is no envelope of ours."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match plain:
        case {
            "stui-secret": 1,
            "value": str() as value,
            "for": [*audience],
            "changed": int() | float() as changed,
        } if all(isinstance(one, str) for one in audience) and not isinstance(changed, bool):
            return Envelope(Secret(value), tuple(map(str, audience)), float(changed))
        case _:
            return None
