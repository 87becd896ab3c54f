"""`stui promote`: take what a session changed over into the workspace file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import asker, is_interactive
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.kept_names import last_session, named_session
from stui_workspace.cli.options import (
    json_option,
    project_option,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.promote_words import (
    put_list,
    record_of,
    taken_record,
    tell_taken,
)
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell, tell_next
from stui_workspace.cli.text_difference import painted_difference
from stui_workspace.errors import UsageError
from stui_workspace.model.paths import KeyPathError, NodePath, parse_key_path
from stui_workspace.model.values import Plain
from stui_workspace.runtime.promoting.hunks import Hunk, differences, hunks_of
from stui_workspace.runtime.promoting.sessions import KeptSession
from stui_workspace.runtime.promoting.taking import Taken, hunks_called
from stui_workspace.storage.sessions.store import SessionStore


@click.command()
@click.argument("name", required=False, shell_complete=completing.sessions)
@project_option
@click.option("--list", "only_list", is_flag=True, help="List the hunks, and change nothing.")
@click.option(
    "--take",
    "picked",
    multiple=True,
    metavar="PATH",
    shell_complete=completing.hunks,
    help="Take this one, or all below it. Can be repeated.",
)
@click.option("--all", "every", is_flag=True, help="Take all that can be taken.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@selection_options
@json_option
def command(  # noqa: PLR0913 (one for each option)
    name: str | None,
    path: Path | None,
    *,
    only_list: bool,
    picked: tuple[str, ...],
    every: bool,
    dry_run: bool,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
    as_json: bool,
) -> int:
    """Take what a session changed over into the workspace file.

    That is the session NAME, or the last one. What was typed, arranged and chosen stays in the
    session until you say that it is for everybody. In a terminal, asks hunk by hunk; else lists
    them, and exits 1 where there are any. The file is edited in place: everything else in it stays
    as it is, and its old version is kept. A session that is open in a workbench may be promoted
    from; it follows by itself.

    PATH is a key path as it is listed. A buffer that you put away is removed from the file only by
    its own PATH. What holds a secret cannot be taken.

    Examples:
      stui promote
      stui promote --list
      stui promote --take buffers.scratch --take layout
      stui promote main --all --dry-run
    """
    kept = _session(name, path, environment, variables)
    hunks = hunks_of(kept.scene())
    if picked or every:
        return _take(
            kept, hunks, _paths(picked, hunks, every=every), dry_run=dry_run, as_json=as_json
        )
    person = None if only_list or as_json or dry_run or not is_interactive() else asker()
    if person is None:
        return _list(kept, hunks, as_json=as_json)
    if not hunks:
        return _list(kept, hunks, as_json=False)
    from stui_workspace.cli.promote_asking import Questions, QuitError

    try:
        answers = Questions(person, kept.project, kept.services).about(hunks)
    except QuitError:
        tell("nothing was written")
        return Status.FINDINGS
    if not answers.paths:
        tell("nothing was taken, and nothing was written")
        return Status.FINDINGS
    _done(kept, _promote(kept, hunks, answers.paths, answers.edited))
    return Status.DONE


def _session(
    name: str | None,
    path: Path | None,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> KeptSession:
    services = services_now()
    project = project_at(path, services.home)
    store = SessionStore(services.locations.workspace(project.root), services.fs)
    session = last_session(store, path) if name is None else named_session(store, name).id
    return KeptSession(project, services, session, selection_of(environment, variables))


def _list(kept: KeptSession, hunks: Sequence[Hunk], *, as_json: bool) -> int:
    if as_json:
        put_json({"session": kept.session, "hunks": [record_of(one) for one in hunks]})
    elif not hunks:
        tell(f"session `{kept.session}` says nothing that its files do not say")
    else:
        put_list(hunks, stdout_paint())
        tell_next("`stui promote --take PATH` takes one over, `--all` all of them")
    return Status.FINDINGS if hunks else Status.DONE


def _paths(picked: Sequence[str], hunks: Sequence[Hunk], *, every: bool) -> list[NodePath]:
    if picked and every:
        raise UsageError("`--all` and `--take` say two things", "use one of them")
    if every:
        return [one.path for one in hunks if not (one.is_refused or one.wish.only_by_name)]
    try:
        return [parse_key_path(one) for one in picked]
    except KeyPathError as error:
        raise click.BadParameter(str(error), param_hint="--take") from error


def _take(
    kept: KeptSession,
    hunks: Sequence[Hunk],
    paths: Sequence[NodePath],
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    if dry_run:
        return _would_take(kept, hunks, paths, as_json=as_json)
    taken = _promote(kept, hunks, paths, {})
    left = hunks_of(
        KeptSession(kept.project_now, kept.services, kept.session, kept.selection).scene()
    )
    refused = [one for one in left if one.is_refused]
    if as_json:
        put_json(taken_record(kept.session, taken, left))
    else:
        _done(kept, taken)
        for one in refused:
            tell(f"{one.name} cannot be taken: {one.refusal}", kind="warning")
    return Status.FINDINGS if refused or taken.problem is not None else Status.DONE


def _would_take(
    kept: KeptSession, hunks: Sequence[Hunk], paths: Sequence[NodePath], *, as_json: bool
) -> int:
    wishes = hunks_called(hunks, paths)
    found = differences(kept.scene(), wishes)
    if as_json:
        names = [one.name for one in hunks if any(one.path == wish.path for wish in wishes)]
        files = [{"file": str(path), "diff": list(lines)} for path, lines in found]
        put_json({"session": kept.session, "dry_run": True, "taken": names, "written": files})
        return Status.DONE
    for _path, lines in found:
        put(painted_difference(lines, stdout_paint()))
    tell("nothing was written")
    return Status.DONE


def _promote(
    kept: KeptSession,
    hunks: Sequence[Hunk],
    paths: Sequence[NodePath],
    edited: dict[NodePath, Plain],
) -> Taken:
    return kept.promote(hunks_called(hunks, paths, edited))


def _done(kept: KeptSession, taken: Taken) -> None:
    tell_taken(taken)
    if not taken.names:
        tell(f"nothing of session `{kept.session}` was taken")
