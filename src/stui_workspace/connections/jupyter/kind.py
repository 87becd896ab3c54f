"""Connections of `kind: jupyter`."""

from __future__ import annotations

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.jupyter.backend import JupyterBackend
from stui_workspace.connections.jupyter.carrier import Carrier
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.python.launch import check_environment
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.addresses import check_channel
from stui_workspace.schema.web import ConnectionFile, Server, web_address_of


def make(spec: ConnectionSpec, setting: Setting) -> Backend:
    """The backend of a connection to a kernel: of our own where it has no `url`.

    Raises:
        UsageError: Its address means no kernel, or its environment would change which code is
            loaded.
    """
    check_environment(spec)
    carrier = _carrier(spec, setting)
    return JupyterBackend(spec.name, carrier)


def _carrier(spec: ConnectionSpec, setting: Setting) -> Carrier:
    try:
        address = None if spec.url is None else web_address_of(spec.url)
        check_channel("jupyter", address)
    except UsageError as error:
        raise UsageError(f"connection `{spec.name}`: {error}", error.next_step) from None
    match address:
        case Server():
            from stui_workspace.connections.jupyter.server import ServerCarrier

            return ServerCarrier(spec, setting, address)
        case ConnectionFile(path):
            from stui_workspace.connections.jupyter.files import FileCarrier

            return FileCarrier(spec.name, path, setting.root)
        case None:
            from stui_workspace.connections.jupyter.local import LocalCarrier

            return LocalCarrier(spec, setting)
