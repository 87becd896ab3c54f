"""`stui resolve`: settle a conflict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stui_workspace.cli.conflict_words import tell_how
from stui_workspace.cli.finding import Target, file_target, workspace_target
from stui_workspace.cli.options import file_option, services_now
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell, tell_findings, tell_next
from stui_workspace.model.printable import printable_line
from stui_workspace.schema import FileKind

if TYPE_CHECKING:
    from stui_workspace.runtime.settling import Decided

_SIDES: Final = ("ours", "theirs", "base", "both")
_NAMED: Final = 3


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("path", required=False, metavar="[PATH]")
@click.option("--take", type=click.Choice(_SIDES), help="Take a side as it is; both: ours first.")
@click.option("--value", metavar="YAML", help="Write something else there.")
@click.option("--edit", "by_editor", is_flag=True, help="Write it in your editor.")
@click.option("--all", "everything", is_flag=True, help="Settle all that is left.")
@click.option("--undo", "take_back", is_flag=True, help="Take back what was settled last.")
@file_option
def command(  # noqa: PLR0913 (one for each option)
    path: str | None,
    *,
    take: str | None,
    value: str | None,
    by_editor: bool,
    everything: bool,
    take_back: bool,
    file: Path | None,
) -> Status:
    """Settle a conflict.

    PATH is as `stui conflicts` prints it; quote it for your shell. Only that place of the file
    changes. Where the file has conflict markers, they go from around it, and the last resolution
    leaves a file without any.

    The value is YAML, or the text of a comment where the conflict is about one. --edit opens
    $VISUAL or $EDITOR with the three texts. --all without --take writes what needs no choice and
    leaves the rest. --undo takes back the last resolution of the file, as long as nobody changed
    that place since.

    Examples:
      stui resolve /preferences/theme --take theirs
      stui resolve '/connections/[id=web]/port' --value 8080
      stui resolve --all --take ours
      stui resolve --undo
    """
    target = _target(file)
    ways = sum((take is not None, value is not None, by_editor))
    if take_back:
        _refuse("--undo stands alone", when=bool(path or ways or everything))
        return _undo(target, file)
    if everything:
        _refuse("--all goes with --take, or alone", when=bool(path or value or by_editor))
        return _settle_all(target, file, take)
    if not path:
        if not ways and not _left_count(target):
            tell(f"{shown_path(target.path)}: no conflicts")
            return Status.DONE
        raise click.UsageError(
            "name a conflict as `stui conflicts` prints it, or say --all; or press Alt+X in the "
            "workbench"
        )
    _refuse("say one of --take, --value and --edit", when=ways != 1)
    return _settle(target, file, path, take, value)


def _left_count(target: Target) -> int:
    """How many are there to be settled."""
    from stui_workspace.runtime.settling import conflicts_in

    return conflicts_in(target.path, target.root, services_now()).left_count


def _settle(
    target: Target, file: Path | None, path: str, take: str | None, value: str | None
) -> Status:
    """Settle one conflict; with neither a side nor a value, in the editor."""
    from stui_workspace.merge import Take, Written
    from stui_workspace.runtime.settling import settle

    services = services_now()
    if take is None and value is None:
        from stui_workspace.cli.own_words import edited

        value = edited(target, path, services)
        if value is None:
            tell(f"{shown_path(target.path)}: `{path}` stays open: nothing was changed")
            return Status.FINDINGS
    choice = Written(value or "") if take is None else Take(take)
    return _tell(settle(target.path, target.root, path, choice, services), target, file)


def _settle_all(target: Target, file: Path | None, take: str | None) -> Status:
    from stui_workspace.merge import Take
    from stui_workspace.runtime.settling import settle_all

    side = None if take is None else Take(take)
    decided = settle_all(target.path, target.root, side, services_now())
    _tell(decided, target, file)
    return Status.FINDINGS if decided.standing.left_count else Status.DONE


def _undo(target: Target, file: Path | None) -> Status:
    from stui_workspace.runtime.settling import undo

    return _tell(undo(target.path, target.root, services_now()), target, file, done="took back")


def _tell(decided: Decided, target: Target, file: Path | None, done: str = "settled") -> Status:
    """Say what became of it, and what is left."""
    from stui_workspace.storage.conflicts.records import Style

    name, count = shown_path(target.path), decided.standing.left_count
    named = ", ".join(f"`{path}`" for path in decided.paths[:_NAMED])
    more = len(decided.paths) - _NAMED
    what = f"{done} {named}" + (f" and {more} more" if more > 0 else "") if named else "written"
    left = f"{count} conflict{'' if count == 1 else 's'} left" if count else "no conflict is left"
    tell(f"{name}: {what}; {left}")
    tell_findings(decided.findings)
    if count:
        tell_how(decided.standing, file)
    elif decided.style is Style.MARKERS:
        tell_next("`git add` tells git that it is settled")
    elif target.kind is FileKind.WORKSPACE:
        _finish_copies(target)
    return Status.DONE


def _finish_copies(target: Target) -> None:
    """Take away the conflict copies of which nothing waits any more."""
    from math import inf

    from stui_workspace.runtime.syncing import attend
    from stui_workspace.storage.project import Project

    project = Project(target.root, target.path)
    for copy in attend(project, services_now(), patience=inf).copies:
        if not copy.is_there:
            tell(f"{printable_line(copy.name, 300)} is gone: {copy.reason}")


def _target(file: Path | None) -> Target:
    if file is not None:
        return file_target(file)
    return workspace_target(None, services_now().home)


def _refuse(why: str, *, when: bool) -> None:
    if when:
        raise click.UsageError(why)
