"""`stui sync`: merge the conflict copies that sync tools leave, and go back to earlier versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stui_workspace.cli import completing
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.sync_merges import list_merges
from stui_workspace.cli.sync_words import (
    is_finding,
    record_of_pass,
    record_of_version,
    rows_of_copies,
    rows_of_versions,
    tell_pass,
    tell_went_back,
)
from stui_workspace.cli.telling import put, put_foreign, put_json, tell, tell_next
from stui_workspace.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from stui_workspace.runtime.services import Services
    from stui_workspace.storage.project import Project


class _Sync(click.Group):
    """The group, whose own name with a folder behind it is a pass over that folder."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for number, word in enumerate(args):
            if not word.startswith("-"):
                before = args[number - 1] if number else ""
                if word not in self.commands and before not in ("--merge", "--project"):
                    args = [*args[:number], "--project", *args[number:]]
                break
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, _ctx: click.Context) -> list[str]:
        return ["[OPTIONS]", "[PATH]", "| COMMAND ..."]


@click.group(name="sync", cls=_Sync, invoke_without_command=True)
@project_option
@click.option(
    "--check", is_flag=True, help="Change nothing; exit 1 where there is something to do."
)
@click.option(
    "--merge",
    "wanted",
    multiple=True,
    metavar="NAME",
    help="Merge this file, too, although its name or content does not show what it is.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context, path: Path | None, *, check: bool, wanted: tuple[str, ...], as_json: bool
) -> int:
    """Merge the conflict copies that sync tools leave, and go back to versions.

    Looks beside the workspace file for the copies that Dropbox, Syncthing, OneDrive, Nextcloud
    and others make when two machines changed it at once. What belongs together is merged into the
    file by meaning; the copy is kept in this machine's archive and then removed. What both sides
    changed is left for `stui conflicts`, and its copy stays until then. Files that only look like
    copies are named and left alone.

    An open workbench and `stui watch` do the same by themselves. Exits 1 while anything is left
    to do for you; with `--check`, also while there is something that this command would do.

    Examples:
      stui sync
      stui sync --check --json | jq -r '.copies[].name'
      stui sync merges
      stui sync undo
      stui sync restore 3f9c
    """
    if ctx.invoked_subcommand is not None:
        return Status.DONE
    from stui_workspace.runtime.syncing import attend
    from stui_workspace.runtime.syncing.noting import forget_old

    services = services_now()
    project = project_at(path, services.home)
    names = tuple(Path(one).name for one in wanted)
    _check_wanted(names, project, services)
    found = attend(project, services, check=check, wanted=names)
    if not check:
        forget_old(project.root, services)
    if as_json:
        put_json(record_of_pass(found, check=check))
    else:
        for row in rows_of_copies(found, check=check):
            put(row)
    tell_pass(found, check=check)
    if found.problems:
        return Status.STORAGE
    return Status.FINDINGS if is_finding(found, check=check) else Status.DONE


command.add_command(list_merges)


@command.command("log")
@project_option
@json_option
def log(path: Path | None, *, as_json: bool) -> None:
    """List the versions that are kept of the workspace file.

    The newest first: what this machine saw or wrote, each with when it came, and who wrote it as
    far as can be told. `self` is stui, `copy` the content of a conflict copy.

    Examples:
      stui sync log
      stui sync log --json | jq -r '.[0].revision'
    """
    from stui_workspace.runtime.syncing import versions

    services = services_now()
    project = project_at(path, services.home)
    found = tuple(reversed(versions(project, services)))
    if as_json:
        put_json([record_of_version(one) for one in found])
        return
    for row in rows_of_versions(found, services.clock()):
        put(row)
    if not found:
        tell("no version is kept yet: they are noted while a session is open, and by `stui sync`")


@command.command("show")
@click.argument("version", shell_complete=completing.versions)
@project_option
def show(version: str, path: Path | None) -> None:
    """Print a version of the workspace file. VERSION is the beginning of its name in the log.

    Examples:
      stui sync show 3f9c
      stui sync show 3f9c > before.yaml
    """
    from stui_workspace.runtime.syncing import going_back

    services = services_now()
    _, content = going_back.version(project_at(path, services.home), services, version)
    put_foreign(content.decode("utf-8", "replace"))


@command.command("restore")
@click.argument("version", required=False, shell_complete=completing.versions)
@click.option("--at", "at", metavar="TIME", help="What the file said at that time.")
@project_option
@json_option
def restore(version: str | None, at: str | None, path: Path | None, *, as_json: bool) -> None:
    """Bring a version of the workspace file back.

    The file then says what it said in VERSION, or at a time. What it says now is kept first, so
    that this can be undone in the same way. TIME is like `2h ago`, `yesterday 17:00`, `08:30` or
    `2026-11-24 17:00`.

    Examples:
      stui sync restore 3f9c
      stui sync restore --at "yesterday 17:00"
    """
    from stui_workspace.runtime.syncing import going_back

    if (version is None) == (at is None):
        raise UsageError("name a version or a time", "`stui sync log` lists the versions")
    services = services_now()
    project = project_at(path, services.home)
    if version is None:
        version = going_back.version_at(project, services, _moment(at or "", services)).revision
    _say(going_back.restore(project, services, version), as_json=as_json)


@command.command("undo")
@project_option
@json_option
def undo(path: Path | None, *, as_json: bool) -> None:
    """Take the last automatic merge back.

    The conflict copy is put beside the file again, and left alone from now on; `stui sync --merge
    NAME` merges it after all. What was changed in the file since then stays.

    Examples:
      stui sync undo
    """
    from stui_workspace.runtime.syncing import undo_merge

    services = services_now()
    _say(undo_merge(project_at(path, services.home), services), as_json=as_json)


def _say(done: Any, *, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "file": str(done.file),
                "before": done.before,
                "after": done.after,
                "copy": done.copy,
            }
        )
    tell_went_back(done)


def _moment(text: str, services: Services) -> float:
    from stui_workspace.cli.moments import parse_moment

    try:
        return parse_moment(text, services.clock())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from error


def _check_wanted(names: tuple[str, ...], project: Project, services: Services) -> None:
    there = set(services.fs.names(project.root))
    for name in names:
        if name not in there:
            tell_next("`stui sync --check` lists what stands beside the workspace file")
            raise NotFoundError("file", str(project.root / name))
