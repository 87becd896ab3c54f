"""`stui serve`: a Python that goes on by itself, for whoever may connect to it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import PATH, project_option, services_now
from stui_workspace.cli.telling import tell
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.connections.serving.addresses import Address
    from stui_workspace.connections.serving.listening import Sealing

_TOKEN_LENGTH: Final = 4096
_IDENTITY_LENGTH: Final = 256
_NOT_IN_BROWSER: Final = (
    *("bind", "identity", "token_stdin", "token_env", "curve", "cert", "key", "python"),
)
_IN_BROWSER: Final = ("host", "port")
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
@click.option(
    "--web", is_flag=True, help="Show the workbench in a browser of this machine instead."
)
@click.option("--host", metavar="NAME", help="With --web: another name of this machine itself.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="With --web: the port; else any that is free.",
)
@project_option
@click.argument("behind", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTION...]")
@click.pass_context
def command(  # noqa: PLR0913 (one for each option)
    context: click.Context,
    /,
    *,
    web: bool,
    host: str | None,
    port: int | None,
    path: Path | None,
    as_json: bool,
    behind: tuple[str, ...],
    **of_python: Any,
) -> None:
    """Serve a Python that goes on while nobody is connected.

    Starts a Python in the project, prints the URL to connect to, and evaluates for whoever comes,
    one after another. A client whose connection fell finds on its return what was put out
    meanwhile, and results; nothing is evaluated twice. If the Python ends, a new one is started.

    Listens on a socket that you alone can reach. On the network, it needs a token, and either
    `--curve` or a certificate. Ends on Ctrl-C or SIGTERM, and its Python with it.

    With --web it is the workbench that is served, to browsers of this machine: prints an address
    that opens it once. What stands behind `--` are options of `stui` itself.

    Examples:
      stui serve
      stui serve --web
      stui serve --web --port 8000 -- --fresh --env staging
      stui serve --bind lines://127.0.0.1:5555 --token-env ORDERS_TOKEN
      pass show orders | stui serve --bind tcp://10.0.0.5:5555 --curve --token-stdin
      stui serve --json | jq -r .url
    """
    wrong = _misplaced(context.params, is_web=web)
    if wrong:
        raise click.UsageError(wrong)
    if web:
        _serve_web(path, behind, (host, port), as_json=as_json)
    else:
        _serve_python(path, as_json=as_json, **of_python)


def _serve_python(  # noqa: PLR0913 (one for each option)
    path: Path | None,
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
) -> None:
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


def _misplaced(given: Mapping[str, Any], *, is_web: bool) -> str | None:
    """What is wrong with the options that were given together; None where nothing is."""
    if not is_web and given["behind"]:
        return f"unexpected argument `{printable_line(given['behind'][0])}`"
    for name in _NOT_IN_BROWSER if is_web else _IN_BROWSER:
        if given[name] is not None and given[name] is not False:
            option = f"--{name.replace('_', '-')}"
            return f"{option} {'does not go with' if is_web else 'goes with'} --web"
    return None


def _serve_web(
    path: Path | None,
    options: tuple[str, ...],
    where: tuple[str | None, int | None],
    *,
    as_json: bool,
) -> None:
    """Serve the workbench to browsers of this machine.

    Raises:
        UsageError: It cannot be done as it is asked for.
        NotFoundError: There is no such project.
    """
    import asyncio

    from stui_workspace.cli.serving import end_on_signals
    from stui_workspace.cli.serving_web import (
        HERE,
        WebServing,
        check_host,
        check_installed,
        check_options,
        serve_web,
    )

    host = check_host(where[0] or HERE)
    check_installed()
    services = services_now()
    project_at(path, services.home)
    check_options(options)
    target = Path() if path is None else path
    serving = WebServing(target, options, host, where[1] or 0, as_json, services.environ)
    asyncio.run(serve_web(serving, end_on_signals))


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
