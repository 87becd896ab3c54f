"""`stui` without a command: open the workbench of a project."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stui_workspace import __version__
from stui_workspace.cli import completing
from stui_workspace.cli.asking import choose, is_interactive
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.group import NAMES
from stui_workspace.cli.options import Decorated, project_argument, selection_options, services_now
from stui_workspace.cli.web.shown import is_in_browser, without_browser
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.runtime.request import OpenRequest, Start

if TYPE_CHECKING:
    from stui_workspace.runtime.services import Services

ASK = "?"
"""What `--resume` without a name is; no session can have that name."""

_NO_SCREEN: Final = ("dumb", "unknown")
"""What terminals are called in which nothing can be drawn: a shell within an editor, a log."""


class _Workbench(click.Command):
    """A command without a name of its own: whatever is said of it is said of `stui`."""

    def make_context(
        self,
        info_name: str | None,  # noqa: ARG002 (the one it is found by is not for people)
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        return super().make_context("", args, parent, **extra)

    def get_help(self, ctx: click.Context) -> str:
        return super().get_help(ctx) if ctx.parent is None else ctx.parent.get_help()


def _connecting_options(command: Decorated) -> Decorated:
    """The options `--no-connect` and `--connect`."""
    no_connect = click.option(
        "--no-connect", is_flag=True, help="Make no connection before you ask for it."
    )
    connect = click.option(
        "--connect",
        "urls",
        multiple=True,
        metavar="URL",
        help="Connect to this address, too, in this session alone: `tcp://HOST:PORT`, "
        "`unix:PATH`, `jupyter:KERNEL`, `pty:COMMAND`. Can be repeated.",
    )
    return no_connect(connect(command))


def workbench_command(open_workbench: Callable[[OpenRequest, Services], int]) -> click.Command:
    """The command that calls `open_workbench` with what was asked for."""

    @click.command(cls=_Workbench, add_help_option=False)
    @project_argument
    @click.option(
        "-c", "--continue", "go_on", is_flag=True, help="Go on as it was left. The default."
    )
    @click.option(
        "-r",
        "--resume",
        metavar="[NAME]",
        is_flag=False,
        flag_value=ASK,
        shell_complete=completing.sessions,
        help="Open the session NAME, also another machine's (`main@laptop`); without one, choose.",
    )
    @click.option("--fresh", is_flag=True, help="Start a new session; the others are kept.")
    @click.option(
        "--safe", is_flag=True, help="Restore nothing and connect to nothing; all is kept."
    )
    @_connecting_options
    @selection_options
    @click.version_option(__version__, "-V", "--version", message="stui %(version)s")
    @click.help_option("-h", "--help")
    def workbench(  # noqa: PLR0913 (one for each option)
        path: Path | None,
        *,
        go_on: bool,
        resume: str | None,
        fresh: bool,
        safe: bool,
        no_connect: bool,
        urls: tuple[str, ...],
        environment: str | None,
        variables: tuple[tuple[str, str], ...],
    ) -> int:
        start = _start(go_on=go_on, resume=resume is not None, fresh=fresh, safe=safe)
        folder = _existing(path)
        _check_addresses(urls, is_refused=no_connect or safe)
        in_browser = is_in_browser(os.environ)
        if not in_browser:
            _check_terminal()
        services = without_browser(services_now()) if in_browser else services_now()
        request = OpenRequest(
            folder,
            start or Start.CONTINUE,
            asked=start is not None,
            session=_chosen(folder, services) if resume == ASK else resume,
            connect=not (no_connect or safe),
            environment=environment,
            variables=dict(variables),
            connect_to=tuple(dict.fromkeys(urls)),
        )
        return open_workbench(request, services)

    return workbench


def _check_terminal() -> None:
    """Return if the workbench can be shown here.

    Raises:
        UsageError: There is no terminal, or nothing can be drawn in it.
    """
    if not is_interactive():
        raise UsageError(
            "the workbench needs a terminal", "`stui watch` and `stui eval` work without one"
        )
    kind = os.environ.get("TERM", "")
    if kind in _NO_SCREEN:
        raise UsageError(
            f"the workbench cannot be shown in a terminal of the kind `{kind}`",
            "open it in another one, or set TERM; `stui watch` and `stui eval` work here, too",
        )


def _start(*, go_on: bool, resume: bool, fresh: bool, safe: bool) -> Start | None:
    """The start that was asked for; None where nothing was said."""
    asked = {
        "--continue": (go_on, Start.CONTINUE),
        "--resume": (resume, Start.CONTINUE),
        "--fresh": (fresh, Start.FRESH),
        "--safe": (safe, Start.SAFE),
    }
    chosen = [(name, start) for name, (is_chosen, start) in asked.items() if is_chosen]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(name for name, _ in chosen)} exclude each other")
    return chosen[0][1] if chosen else None


def _check_addresses(urls: tuple[str, ...], *, is_refused: bool) -> None:
    """Return if the addresses can be connected to, before anything is opened.

    Raises:
        UsageError: One is no address, or says more than it may.
    """
    if not urls:
        return
    if is_refused:
        raise click.UsageError("--connect needs connections: leave out --no-connect and --safe")
    from stui_workspace.connections.spoken import spec_of_url

    for url in urls:
        spec_of_url(url, "address")


def _existing(path: Path | None) -> Path:
    if path is None:
        return Path()
    if os.path.lexists(path):
        return path
    near = _near(str(path)) if len(path.parts) == 1 else []
    if str(path) in NAMES:
        raise UsageError(
            f"`{path}` comes after options of the workbench",
            f"write the command first: `stui {path}`",
        )
    hint = "`stui --help` lists the commands"
    if near:
        hint = "did you mean " + " or ".join(f"`stui {one}`" for one in near) + "?"
    raise NotFoundError("command, file or folder", str(path), hint)


def _near(word: str) -> list[str]:
    """The commands that were probably meant: of groups, those of that very name come first."""
    commands = {}
    root = click.get_current_context().find_root().command
    if isinstance(root, click.Group):
        commands = {name: root.commands[name] for name in NAMES}
    below = [
        f"{name} {word}"
        for name, one in commands.items()
        if isinstance(one, click.Group) and word in one.commands
    ]
    below.sort(key=lambda one: not one.startswith("session "))  # what is meant most of all
    return below or get_close_matches(word, NAMES, n=1)


def _chosen(folder: Path, services: Services) -> str:
    """The session that a person picks from the list."""
    from stui_workspace.cli.resuming import choices
    from stui_workspace.runtime.sessions.resumable import choosable, refuse_open

    found = choosable(project_at(folder, services.home), services)
    now = services.clock()
    if len(found) == 1 and not found[0].beside:
        return found[0].handle
    picked = choose("Which session?", choices(found, now))
    if picked is None:
        sys.exit(0)
    refuse_open(found[picked], now)
    return found[picked].handle
