"""What a person does with an open session as a whole, such as going back to a snapshot."""

from __future__ import annotations

from stui_workspace.runtime.connected import Connected


class Managed(Connected):
    """The part of a session that has to do with what is kept of it."""
