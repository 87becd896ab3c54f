"""The options that say which part of the history is meant."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from stui_workspace.cli import completing
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.moments import FORMS, parse_moment
from stui_workspace.history import Within
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.services import Services

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was said on the command line."""

    connection: str | None = None
    machine: str | None = None
    since: str | None = None
    path: Path | None = None
    is_here: bool | None = None
    """Whether this project is meant, or all of them; None where nothing was said."""
    is_failed: bool = False

    @property
    def is_unsaid(self) -> bool:
        """Whether nothing was said, not even that all is meant."""
        return self == Narrowed()

    def within(self, services: Services, before: str | None = None) -> Within:
        """What that means now.

        Raises:
            BadParameter: A time is none.
            NotFoundError: There is no project.
        """
        workspace = None
        if self.is_here or self.path is not None:
            root = project_at(self.path, services.home).root
            workspace = services.locations.workspace(root).path.name
        within = Within(
            self.connection, workspace, self.machine, since=_moment(self.since, services)
        )
        within = replace(within, until=_moment(before, services))
        return replace(within, ok=False) if self.is_failed else within


def narrowing_options(command: Decorated) -> Decorated:
    """The options `--conn`, `--workspace/--all`, `--machine`, `--failed` and `--since`."""

    @wraps(command)
    def called(**values: Any) -> Any:
        names = ("connection", "machine", "since", "path", "is_here", "is_failed")
        narrowed = Narrowed(**{name: values.pop(name) for name in names})
        return command(narrowed=narrowed, **values)

    decorated: Any = called
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]  # click's options give what they are given


_OPTIONS = (
    click.option(
        "--conn",
        "connection",
        metavar="NAME",
        shell_complete=completing.connections,
        help="Only what was evaluated through connections of this name.",
    ),
    click.option(
        "--workspace/--all",
        "is_here",
        default=None,
        help="Only what was evaluated in this project, or in all of them; the latter is usual.",
    ),
    click.option(
        "--project",
        "path",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Only what was evaluated in the project at PATH.",
    ),
    click.option(
        "--machine",
        metavar="NAME",
        shell_complete=completing.machines,
        help="Only what was evaluated on this machine.",
    ),
    click.option("--failed", "is_failed", is_flag=True, help="Only what ended in an error."),
    click.option(
        "--since", metavar="WHEN", help="Only what is newer: `2d`, `3h`, or a date and a time."
    ),
)


def _moment(text: str | None, services: Services) -> float | None:
    if text is None:
        return None
    try:
        return parse_moment(text, services.clock())
    except ValueError as error:
        message = f"no time: expected {FORMS}"
        raise click.BadParameter(message) from error
