"""`stui merge`: merge three versions of a file by meaning."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

import click

from stui_workspace.cli.conflict_words import how_to
from stui_workspace.cli.merging import record_of, tell_conflicts, tell_decisions
from stui_workspace.cli.options import PATH, json_option, services_now
from stui_workspace.cli.policies import policy_in
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put_json, tell, tell_next
from stui_workspace.errors import DiskError, NotFoundError, StorageError, UsageError
from stui_workspace.merge import MergeResult, Policy, marked, merge3
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.leaking import refuse_new_leaks
from stui_workspace.storage.atomic import save
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.disk_errors import MissingFileError, explained

_LARGEST: Final = 64 << 20
_STANDARD_INPUT: Final = Path("-")
_DESCRIPTORS: Final = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""Where a shell puts the pipes of `<(...)`."""


@click.command()
@click.argument("base", type=PATH)
@click.argument("ours", type=PATH)
@click.argument("theirs", type=PATH)
@click.option(
    "-o", "--output", type=PATH, metavar="FILE", help="Write the result to FILE, and print nothing."
)
@click.option(
    "--policy",
    type=PATH,
    metavar="FILE",
    help="How each place merges, as YAML; else as the schema of workspace files says.",
)
@click.option(
    "--style",
    type=click.Choice(["valid", "markers"]),
    default="valid",
    show_default=True,
    help="What stands where there is conflict: ours, so that the file stays valid, or both sides "
    "between conflict markers.",
)
@click.option("--explain", is_flag=True, help="Say what was decided, and why.")
@json_option
def command(  # noqa: PLR0913 (one for each option)
    base: Path,
    ours: Path,
    theirs: Path,
    *,
    output: Path | None,
    policy: Path | None,
    style: str,
    explain: bool,
    as_json: bool,
) -> Status:
    """Merge three versions of a file by meaning.

    BASE is what OURS and THEIRS were made from; one of the three may be `-`, standard input. The
    result is OURS with the changes of THEIRS put in: comments, order and quoting stay. Prints it,
    and exits 1 if something is left to decide. Any YAML will do.

    With -o what is left is kept beside the file: `stui conflicts FILE` shows it, `stui resolve`
    settles it.

    With --json prints what was decided instead, with the result as `text` unless it goes to a
    file.

    Examples:
      stui merge base.yaml ours.yaml theirs.yaml -o merged.yaml
      stui merge base.yaml ours.yaml theirs.yaml --explain > /dev/null
      stui merge <(git show :1:./w.yaml) <(git show :2:./w.yaml) <(git show :3:./w.yaml) -o w.yaml
    """
    rules = policy_in(policy)
    sides = _content(base), _content(ours), _content(theirs)
    result = merge3(*sides, policy=rules)
    is_valid = style == "valid" or result.is_clean
    text = result.text if is_valid else marked(*sides, policy=rules)
    if output is not None and is_valid and not result.is_clean:
        _write_and_keep(output, sides, rules, text)
    elif output is not None:
        _write(output, text)
    if as_json:
        record = record_of(result, rules, explain=explain)
        if output is None:
            record["text"] = text.decode("utf-8", "surrogateescape")
        put_json(record)
    elif output is None:
        _put_bytes(text)
    if explain and not as_json:
        tell_decisions(result.decisions)
    return _told(result, output, is_valid=is_valid)


def _told(result: MergeResult, output: Path | None, *, is_valid: bool) -> Status:
    if result.is_clean:
        return Status.DONE
    tell_conflicts(result.conflicts)
    if output is not None:
        tell_next(f"`{how_to(result.conflicts[0], output)}`, or theirs, base, --value, --edit")
    elif is_valid:
        tell_next("ours stands where there is conflict; `--style markers` shows both sides")
    return Status.FINDINGS


def _content(path: Path) -> bytes:
    """All of a file, which may be a pipe: that is how a shell hands over what git prints.

    Raises:
        NotFoundError: There is no such file.
        DiskError: It cannot be read, or is larger than anything that is merged.
    """
    if path == _STANDARD_INPUT:
        content = sys.stdin.buffer.read(_LARGEST + 1)
    else:
        try:
            with explained(path), _opened(path) as file:
                content = file.read(_LARGEST + 1)
        except MissingFileError:
            raise NotFoundError("file", str(path), "check the path") from None
    if len(content) > _LARGEST:
        raise DiskError(path, f"it is larger than {_LARGEST >> 20} MiB", "merge a smaller file")
    return content


def _opened(path: Path) -> BinaryIO:
    """A file, or the pipe of `<(...)`; a pipe with a name of its own would wait for ever."""
    if str(path).startswith(_DESCRIPTORS) or str(path) == os.devnull:
        return path.open("rb")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    code = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
    raise OSError(code, "not a regular file", str(path))


def _write_and_keep(
    path: Path, sides: tuple[bytes, bytes, bytes], policy: Policy, content: bytes
) -> None:
    """Write a result that has conflicts, and keep them until they are settled.

    A result is worth more than a record of it: it is written even where none can be kept.
    """
    from stui_workspace.runtime.settling import keep_merge

    root = Path(os.path.realpath(path.parent))
    try:
        keep_merge(path, root, Sides(*sides), services_now(), policy=policy)
    except (StorageError, UsageError) as error:
        _write(path, content)
        tell(f"the conflicts are not kept: {error}", kind="warning")


def _write(path: Path, content: bytes) -> None:
    fs = services_now().fs
    with explained(path):
        old = fs.read(Path(os.path.realpath(path)))
    refuse_new_leaks(path, old, content)
    save(fs, path, content, expected=None if old is None else revision_of(old))


def _put_bytes(content: bytes) -> None:
    """Print the result byte for byte: no encoding, no line ends of the system."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
