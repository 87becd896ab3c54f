"""`stui serve --web`: from what was asked for to a server, until somebody ends it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli.commands.workbench import ASK, workbench_command
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, field

HERE: Final = "127.0.0.1"
_NEEDED: Final = ("aiohttp", "textual_serve")
_START: Final = "import sys; from stui_workspace.main import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class WebServing:
    """What is shown in browsers, and where."""

    target: Path
    """The folder or the workspace file that is opened."""
    options: tuple[str, ...]
    """Those of `stui` itself, as they were written."""
    host: str = HERE
    port: int = 0
    as_json: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


def check_host(host: str) -> str:
    """The address that a host stands for, if nobody but this machine can reach it.

    Raises:
        UsageError: Others could.
    """
    named = {"localhost": HERE, "": HERE}.get(host.lower(), host.strip("[]"))
    try:
        if ip_address(named).is_loopback and "%" not in named:
            return named
    except ValueError:
        pass
    raise UsageError(
        "--web listens on this machine alone: whoever gets in can run code here",
        "leave --host out; from elsewhere, `ssh -L 8000:127.0.0.1:8000 MACHINE`, and `--port 8000`",
    )


def check_installed() -> None:
    """Return if what `--web` needs is installed.

    Raises:
        UsageError: It is not.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise UsageError("--web needs textual-serve", "`pip install 'stui-workspace[web]'`")


def check_options(options: Sequence[str]) -> None:
    """Return if `stui` itself takes these options, and asks nothing at a terminal.

    Raises:
        click.UsageError: It does not, or one of them is another path.
        click.exceptions.Exit: They ask for help, which was given.
    """
    command = workbench_command(lambda _request, _services: 0)
    context = command.make_context("", list(options))
    if context.params["path"] is not None:
        raise click.UsageError("the project of --web is said by --project")
    if context.params["resume"] == ASK:
        raise click.UsageError("--resume needs a name here: nobody can be asked")


def command_of(target: Path, options: Sequence[str]) -> tuple[str, ...]:
    """The arguments that start this very stui on a target: a list, for no shell to read.

    `-P` keeps modules of the folder it is started in from being taken for ours.
    """
    return (sys.executable, "-P", "-c", _START, *options, str(target.absolute()))


def names_of(host: str) -> tuple[str, ...]:
    """What browsers may call it by."""
    return ("[::1]" if ":" in host else host, "localhost")


async def serve_web(serving: WebServing, when_to_end: Callable[[asyncio.Event], None]) -> None:
    """Serve until `when_to_end` sets the event that it is given.

    Raises:
        UsageError: The port cannot be had.
    """
    from stui_workspace.cli.web.bridge import Program
    from stui_workspace.cli.web.gate import Gate
    from stui_workspace.cli.web.server import WebServer, listen, running

    ended = asyncio.Event()
    when_to_end(ended)
    target = serving.target.absolute()
    folder = target if target.is_dir() else target.parent
    command = command_of(target, serving.options)
    with listen(serving.host, serving.port) as listening:
        gate = Gate(listening.getsockname()[1], names_of(serving.host))
        program = Program(command, folder, serving.environ)
        server = WebServer(gate, program, folder.name, lambda text: tell(text, kind="note"))
        async with running(server, listening):
            if serving.as_json:
                put_json({"url": gate.url, "pid": os.getpid()}, indent=None)
            else:
                put(gate.url)
            sys.stdout.flush()
            tell(f"serving {folder} in a browser; the address opens it once; ^C ends it")
            await ended.wait()
            tell("ending", kind="note")
