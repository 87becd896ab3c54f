"""`stui validate`: say what is wrong in a file, and where."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stui_workspace.cli.exits import tell_error
from stui_workspace.cli.finding import Target, file_target, overlay_target, workspace_target
from stui_workspace.cli.options import PATH
from stui_workspace.cli.render import Format, count_of, render
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, stdout_paint, tell, tell_next
from stui_workspace.errors import StuiError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.runtime.loading import check_content, check_file
from stui_workspace.schema import FileKind
from stui_workspace.storage.atomic import WORKSPACE_BYTES

if TYPE_CHECKING:
    from typing import BinaryIO

_STANDARD_INPUT: Final = Path("-")


@click.command()
@click.argument("files", nargs=-1, type=PATH)
@click.option(
    "--format",
    "style",
    type=click.Choice([str(one) for one in Format]),
    default=str(Format.FULL),
    help="How to print what is found: full for people, concise with a line for each finding, "
    "json for programs, github for annotations in a workflow.",
)
@click.option("--strict", is_flag=True, help="Count warnings as findings too; for CI.")
@click.option(
    "--staged",
    is_flag=True,
    help="Check what git has staged, for a hook: workspace files and overlays, and secrets in "
    "copies of them and in sessions that lie beside.",
)
def command(files: tuple[Path, ...], style: str, *, strict: bool, staged: bool) -> int:
    """Say what is wrong in a file, and where.

    Checks workspace files, overlays and session files; `-` is standard input. Without FILES, and
    for a folder, the workspace file is looked for upwards, and the overlay beside it is checked
    too.

    Prints each finding to standard output and exits 1 if there is an error. Silent when all is
    well. Exits 2 for a file that is not there, and 3 for one that cannot be read.

    Examples:
      stui validate
      stui validate --format concise examples/*/.stui-workspace.yaml
      git show HEAD:.stui-workspace.yaml | stui validate -
      stui validate --staged
    """
    if staged and files:
        raise click.UsageError("--staged and FILES exclude each other")
    statuses: list[Status] = []
    problems: list[FileProblems] = []
    for file in files or (Path(),):
        try:
            problems += _staged(strict=strict) if staged else _checked(file, strict=strict)
        except StuiError as error:
            statuses.append(tell_error(error))
    shape = Format(style)
    text = render([one for one in problems if one.diagnostics], shape, stdout_paint())
    if text:
        put(text)
    if any(one.has_errors or (strict and one.diagnostics) for one in problems):
        statuses.append(Status.FINDINGS)
    if shape is Format.FULL:
        _summarise(problems)
    return max(statuses, default=Status.DONE)


def _checked(file: Path, *, strict: bool) -> list[FileProblems]:
    if file == _STANDARD_INPUT:
        content = _read_bounded(sys.stdin.buffer)
        return [check_content(content, file, FileKind.WORKSPACE, strict=strict).problems]
    targets = _targets(file)
    return [check_file(one.path, one.root, one.kind, strict=strict).problems for one in targets]


def _staged(*, strict: bool) -> list[FileProblems]:
    from stui_workspace.cli.staged import staged_problems

    return list(staged_problems(Path.cwd(), strict=strict))


def _targets(file: Path) -> list[Target]:
    if not file.is_dir():
        return [file_target(file)]
    workspace = workspace_target(file)
    overlay = overlay_target(file)
    return [workspace] if overlay is None else [workspace, overlay]


def _read_bounded(stream: BinaryIO) -> bytes:
    """One byte more than is allowed, at most: enough to say that it is too much."""
    return stream.read(WORKSPACE_BYTES + 1)


def _summarise(problems: list[FileProblems]) -> None:
    codes = sorted({one.code for file in problems for one in file.diagnostics})
    if codes:
        tell(count_of(problems))
        tell_next(f"`stui explain {codes[0]}` says more")
