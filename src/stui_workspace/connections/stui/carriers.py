"""Which carrier an endpoint has."""

from __future__ import annotations

from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.stui.carrier import Carrier
from stui_workspace.connections.stui.resolving import Lookup
from stui_workspace.schema.endpoints import Endpoint


def carrier_of(endpoint: Endpoint, setting: Setting, lookup: Lookup | None = None) -> Carrier:
    """A carrier that is not open yet. Only what it needs is loaded."""
    if endpoint.scheme in ("tcp", "ipc"):
        from stui_workspace.connections.stui.zeromq import ZeroMQCarrier

        return ZeroMQCarrier(endpoint, setting.root, lookup)
    from stui_workspace.connections.stui.streams import LineCarrier

    return LineCarrier(endpoint, setting.root, setting.environ, lookup)
