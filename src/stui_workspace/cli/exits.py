"""The one place where what went wrong becomes a sentence, a next step and an exit status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click

from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell, tell_findings, tell_next, tell_page, tell_problems
from stui_workspace.errors import (
    ConnectionLostError,
    ConsentError,
    DiskError,
    InvalidDocumentError,
    NotFoundError,
    SecretError,
    StorageError,
    StuiError,
    UnusableError,
    UsageError,
    WorkspaceError,
)

_STATUSES: tuple[tuple[type[StuiError], Status], ...] = (
    (WorkspaceError, Status.FINDINGS),
    (NotFoundError, Status.USAGE),
    (UsageError, Status.USAGE),
    (StorageError, Status.STORAGE),
    (ConnectionLostError, Status.CONNECTION),
    (SecretError, Status.SECRET),
    (ConsentError, Status.CONSENT),
)
_OF_SECRETS = ("stui secret", "stui vault")
_TYPED = re.compile(
    r"(?<=argument \().*(?=\))|(?<=arguments \().*(?=\))"
    r"|(?<=command ').*(?=')|(?<=: )(?:'.*'|\".*\")(?= is not)",
    re.DOTALL,
)
"""What somebody typed, in click's sentences about it."""


class ClosedPipeError(Exception):
    """Whoever read our output has gone: nobody is there to be told anything."""


def guarded(action: Callable[[], object]) -> int:  # noqa: PLR0911 (one for each way to end)
    """The exit status of `action`, whatever becomes of it; it is told on standard error.

    An integer that `action` returns is its status; anything else is 0.
    """
    _never_fail_to_encode()
    try:
        result = action()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except (KeyboardInterrupt, click.Abort):
        return Status.INTERRUPTED
    except ClosedPipeError:
        _forget_output()
        return Status.CLOSED_PIPE
    except click.ClickException as error:
        return tell_usage(error)
    except StuiError as error:
        return tell_error(error)
    except OSError as error:
        if not _can_flush():  # it is our own output that cannot be written
            _forget_output()
        return tell_error(_disk_error(error))
    except Exception as error:  # noqa: BLE001 (whatever it is, it is ours)
        from stui_workspace.cli.bugs import report_bug

        return report_bug(error)
    return result if isinstance(result, int) else Status.DONE


def tell_error(error: StuiError) -> Status:
    """Say what went wrong and what to do about it; its exit status comes back."""
    if isinstance(error, DiskError) and not _has_current_folder():
        error = DiskError(
            Path(), "the current folder is gone", "go to a folder that is still there"
        )
    next_step = error.next_step
    if isinstance(error, UnusableError):
        tell_problems(error.problems)
        next_step = None if next_step == UnusableError.next_step else next_step  # just done
    if isinstance(error, InvalidDocumentError):
        tell_findings(error.diagnostics)
        tell("the file is as it was", kind="note")
    else:
        tell(str(error), kind="error")
    if next_step is not None:
        tell_next(next_step)
    return status_of(error)


def status_of(error: StuiError) -> Status:
    """The exit status of an error."""
    if isinstance(error, NotFoundError) and error.what == "key":
        return Status.FINDINGS  # a question was asked, and the answer is no
    if isinstance(error, ConnectionLostError) and isinstance(error.__cause__, SecretError):
        return Status.SECRET
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), Status.BUG)


def tell_usage(error: click.ClickException) -> int:
    """Say what is wrong with the command line; its exit status comes back."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # a group, and no command of it
        tell_page(error.format_message())
        return error.exit_code
    near: list[str] = getattr(error, "possibilities", None) or []
    sentence = error.message if near else _without_secrets(error).replace("\n\t", " ")
    tell(sentence[:1].lower() + sentence[1:].removesuffix("."), kind="error")
    if near:
        tell_next("did you mean " + " or ".join(f"`{one}`" for one in near) + "?")
    elif isinstance(error, click.UsageError) and error.ctx is not None:
        tell_next(f"`{error.ctx.command_path.strip()} --help` shows how it is used")
    return error.exit_code


def _without_secrets(error: click.ClickException) -> str:
    """What click says; where secrets are given, without the words that may be one by mistake."""
    said = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    is_of_secrets = context is not None and context.command_path.startswith(_OF_SECRETS)
    return _TYPED.sub("…", said) if is_of_secrets else said


def _disk_error(error: OSError) -> DiskError:
    from stui_workspace.storage.disk_errors import explain

    if isinstance(error.filename, (str, bytes)):
        return explain(error, Path(os.fsdecode(error.filename)))
    return explain(error, Path("standard output"))


def _has_current_folder() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True


def _never_fail_to_encode() -> None:
    """Let a terminal of few letters show the others as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _can_flush() -> bool:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        return False
    return True


def _forget_output() -> None:
    """Keep the interpreter from trying again to write what it cannot, when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
