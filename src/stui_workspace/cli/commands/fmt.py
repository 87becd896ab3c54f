"""`stui fmt`: write files in the canonical style."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli.exits import tell_error
from stui_workspace.cli.finding import Target, edit_target, overlay_target, workspace_target
from stui_workspace.cli.options import PATH, services_now
from stui_workspace.cli.reading import document_of
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, stdout_paint, tell, tell_next
from stui_workspace.cli.text_difference import text_difference
from stui_workspace.document import Document, read
from stui_workspace.document.formatting import formatted
from stui_workspace.errors import EditError, StaleRevisionError, StuiError, UnusableError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.editing import edit_file
from stui_workspace.schema import FileKind, newer_format
from stui_workspace.schema import check as check_document
from stui_workspace.storage.atomic import WORKSPACE_BYTES

_STANDARD_INPUT: Final = Path("-")
_REPORT: Final = "this is a mistake of stui: please report it, with the file if you can"


@click.command()
@click.argument("files", nargs=-1, type=PATH)
@click.option("--check", is_flag=True, help="Change nothing; name the files that would be changed.")
@click.option(
    "--diff", "with_diff", is_flag=True, help="Change nothing; print what would be changed."
)
def command(files: tuple[Path, ...], *, check: bool, with_diff: bool) -> int:
    """Write files in the canonical style.

    Indentation, quotes, blank lines and brackets become uniform; comments, order and every value
    stay. That is checked on the result before anything is written. Without FILES, and for a folder,
    the workspace file is looked for upwards, and the overlay beside it is formatted too; `-` is
    standard input, formatted to standard output.

    With --check or --diff, exits 1 if a file is in another style. A file that is not YAML, that is
    too large or of a newer format is left alone: it is said what is in the way, and the exit status
    is 1.

    Examples:
      stui fmt
      stui fmt --check examples/*/.stui-workspace.yaml
      stui fmt --diff
    """
    statuses: list[Status] = []
    changed_count = 0
    for file in files or (Path(),):
        try:
            if file == _STANDARD_INPUT:
                changed_count += _stream(check=check, with_diff=with_diff)
                continue
            for target in _targets(file):
                changed_count += _file(target, check=check, with_diff=with_diff)
        except StuiError as error:
            statuses.append(tell_error(error))
    if changed_count and (check or with_diff):
        count = "1 file is" if changed_count == 1 else f"{changed_count} files are"
        tell(f"{count} not in the canonical style")
        tell_next("`stui fmt` formats")
        statuses.append(Status.FINDINGS)
    return max(statuses, default=Status.DONE)


def _targets(file: Path) -> list[Target]:
    services = services_now()
    if not file.is_dir():
        return [edit_target(file, services)]
    workspace = workspace_target(file, services.home)
    overlay = overlay_target(file)
    return [workspace] if overlay is None else [workspace, overlay]


def _file(target: Target, *, check: bool, with_diff: bool) -> bool:
    """Whether a file is, or was, in another style; it is written unless that is all we want."""
    document = document_of(target)
    _refuse_newer(target.path, document, target.kind)
    after = in_style(document)
    name = shown_path(target.path)
    if after.content == document.content:
        return False
    if check or with_diff:
        _say(name, document, after, with_diff=with_diff)
        return True

    def as_seen(now: Document) -> Document:
        if now.content != document.content:  # nobody has looked at what it says now
            raise StaleRevisionError(
                target.path, revision_of(document.content), revision_of(now.content)
            )
        return after

    edit_file(target.path, target.root, as_seen, services_now(), kind=target.kind)
    tell(f"formatted {name}")
    return True


def _stream(*, check: bool, with_diff: bool) -> bool:
    """Whether standard input is in another style; formatted to standard output."""
    reading = read(sys.stdin.buffer.read(WORKSPACE_BYTES + 1))
    if reading.document is None:
        raise UnusableError(
            (FileProblems(_STANDARD_INPUT, reading.text, reading.diagnostics),), next_step=None
        )
    _refuse_newer(_STANDARD_INPUT, reading.document, FileKind.WORKSPACE)
    after = in_style(reading.document)
    is_other = after.content != reading.content
    if not (check or with_diff):
        sys.stdout.buffer.write(after.content)
        sys.stdout.buffer.flush()
    elif is_other:
        _say("-", reading.document, after, with_diff=with_diff)
    return is_other


def _refuse_newer(file: Path, document: Document, kind: FileKind) -> None:
    """Let a file of a newer format be: it may have a style of its own."""
    plain = document.plain()
    if newer_format(plain, kind) is not None:
        problems = FileProblems(file, document.text, check_document(plain, document, kind))
        raise UnusableError((problems,), next_step=None)


def in_style(document: Document) -> Document:
    """The document in the canonical style.

    Raises:
        EditError: It could not be formatted without changing what it says.
    """
    result = formatted(document)
    if result.objection is not None:
        raise EditError(f"{result.objection}; nothing was changed", _REPORT)
    return result.document


def _say(name: str, before: Document, after: Document, *, with_diff: bool) -> None:
    if with_diff:
        put(text_difference(name, before.text, after.text, stdout_paint()))
    else:
        put(name)
