"""`stui serve`: a Python that goes on by itself, for whoever may connect to it."""

from __future__ import annotations

import os
import re
import sys
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import PATH, project_option, services_now
from stui_workspace.cli.telling import tell
from stui_workspace.errors import UsageError

if TYPE_CHECKING:
    from stui_workspace.connections.serving.addresses import Address
    from stui_workspace.connections.serving.listening import Sealing

_TOKEN_LENGTH: Final = 4096
_IDENTITY_LENGTH: Final = 256
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@click.command()
@click.option(
    "--bind",
    metavar="URL",
    help="Where to listen: `unix:PATH`, `lines://HOST:PORT`, `tls://HOST:PORT`, `tcp://HOST:PORT` "
    "or `ipc://PATH`; port 0 is any that is free. Else a socket of your own.",
)
@click.option("--identity", metavar="ID", help="Who this is; clients can insist on it.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
@click.option("--token-env", metavar="NAME", help="Take the token from this variable.")
@click.option("--curve", is_flag=True, help="Encrypt `tcp://`; the URL carries the public key.")
@click.option("--cert", type=PATH, metavar="FILE", help="The certificate of `tls://`, as PEM.")
@click.option("--key", type=PATH, metavar="FILE", help="The key of `tls://`, as PEM.")
@click.option("--python", metavar="PATH", help="The interpreter; else the one that runs stui.")
@click.option("--json", "as_json", is_flag=True, help="Print the address as one JSON object.")
@project_option
def command(  # noqa: PLR0913 (one for each option)
    *,
    bind: str | None,
    identity: str | None,
    token_stdin: bool,
    token_env: str | None,
    curve: bool,
    cert: Path | None,
    key: Path | None,
    python: str | None,
    as_json: bool,
    path: Path | None,
) -> None:
    """Serve a Python that goes on while nobody is connected.

    Starts a Python in the project, prints the URL to connect to, and evaluates for whoever comes,
    one after another. A client whose connection fell finds on its return what was put out
    meanwhile, and results; nothing is evaluated twice. If the Python ends, a new one is started.

    Listens on a socket that you alone can reach. On the network, it needs a token, and either
    `--curve` or a certificate. Ends on Ctrl-C or SIGTERM, and its Python with it.

    Examples:
      stui serve
      stui serve --bind lines://127.0.0.1:5555 --token-env ORDERS_TOKEN
      pass show orders | stui serve --bind tcp://10.0.0.5:5555 --curve --token-stdin
      stui serve --json | jq -r .url
    """
    import asyncio

    from stui_workspace.cli.serving import Serving, serve
    from stui_workspace.connections.kinds import Setting
    from stui_workspace.connections.serving.addresses import check_address
    from stui_workspace.connections.serving.listening import Sealing
    from stui_workspace.connections.serving.server import Options
    from stui_workspace.model.workspace import ConnectionSpec

    if identity is not None and len(identity) > _IDENTITY_LENGTH:
        raise UsageError(
            f"the identity has {len(identity)} characters, and may have {_IDENTITY_LENGTH}",
            "give it a shorter name",
        )
    services = services_now()
    root = project_at(path, services.home).root
    kept = services.locations.workspace(root).path / "serve"
    token = _token(token_env, from_stdin=token_stdin)
    address = _address(bind, kept)
    if curve and address.scheme != "tcp":
        raise UsageError("--curve is for tcp://", "`--bind tcp://HOST:PORT`, or leave it out")
    sealing = Sealing(cert, key, kept / "curve.keys" if curve else None)
    check_address(address, has_token=token is not None, is_sealed=_is_sealed(sealing))
    options = Options(identity=identity, token=token, clock=services.clock, narrate=tell)
    spec = ConnectionSpec("python", "python", python=_interpreter(python))
    environ = {name: text for name, text in services.environ.items() if name != token_env}
    folder = kept / blake2b(str(address).encode(), digest_size=8).hexdigest()
    setting = Setting(root, environ=environ, folder=folder)
    asyncio.run(serve(Serving(spec, setting, address, options, sealing, as_json=as_json)))


def _interpreter(written: str | None) -> str | None:
    """A path as seen from here; a name alone is looked for in `PATH`."""
    if written is None or Path(written).name == written:
        return written
    return str(Path(written).absolute())


def _address(bind: str | None, folder: Path) -> Address:
    from stui_workspace.connections.serving.addresses import Address, address_of
    from stui_workspace.connections.serving.sockets import HAS_UNIX_SOCKETS, socket_path

    if bind is not None:
        return address_of(bind)
    if HAS_UNIX_SOCKETS:
        return Address("unix", socket_path(folder, "python"))
    return Address("lines", None, "127.0.0.1", 0)


def _is_sealed(sealing: Sealing) -> bool:
    has_certificate = sealing.certificate is not None and sealing.key is not None
    return has_certificate or sealing.curve_file is not None


def _token(variable: str | None, *, from_stdin: bool) -> str | None:
    """The token that clients have to know; None where there is none.

    Raises:
        UsageError: It is to come from two places, or there is none where it is to come from.
    """
    if variable is not None and from_stdin:
        raise click.UsageError("--token-stdin and --token-env exclude each other")
    if variable is not None:
        if _VARIABLE.fullmatch(variable) is None:  # it may be the token itself: not repeated
            raise UsageError(
                "--token-env takes the name of a variable, not a token",
                "put the token into a variable, and give its name",
            )
        token, where = os.environ.get(variable, ""), "the variable that --token-env names"
    elif from_stdin:
        token, where = sys.stdin.readline(_TOKEN_LENGTH).strip("\r\n"), "standard input"
    else:
        return None
    if not token:
        raise UsageError(f"there is no token in {where}", "put it there, on one line")
    return token
