"""`stui paths`: show where things are kept."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import json_option, project_argument, services_now
from stui_workspace.cli.telling import put, put_json
from stui_workspace.model.printable import printable_line
from stui_workspace.storage.locations import Locations
from stui_workspace.storage.project import Project

_LONGEST = 4096


@click.command()
@project_argument
@json_option
def command(path: Path | None, *, as_json: bool) -> None:
    """Show where things are kept.

    Prints the files of the project that PATH is in and the folders on this machine; a `-` stands
    for a file that there is not. `STUI_HOME` moves all the folders below one.

    Examples:
      stui paths
      stui paths --json | jq -r .state
    """
    services = services_now()
    found = _places(project_at(path, services.home), services.locations)
    if as_json:
        put_json({name: None if place is None else str(place) for name, place in found.items()})
        return
    width = max(map(len, found))
    for name, place in found.items():
        put(f"{name:{width}}  {'-' if place is None else printable_line(str(place), _LONGEST)}")


def _places(project: Project, locations: Locations) -> dict[str, Path | None]:
    return {
        "project": project.root,
        "workspace": project.file,
        "overlay": project.overlay,
        "config": locations.config,
        "state": locations.state,
        "data": locations.data,
        "cache": locations.cache,
        "sessions": locations.workspace(project.root).sessions,
        "history": locations.history,
    }
