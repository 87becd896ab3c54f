"""Where the command line says that keys to the vault come from: never arguments or variables."""

from __future__ import annotations

import os
import sys
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from stui_workspace.cli.options import PATH, Decorated
from stui_workspace.cli.paint import is_terminal
from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault.keys import LONGEST_PASSPHRASE, Passphrase

FOR_SCRIPTS: Final = (
    "`--passphrase-stdin` or `--passphrase-fd N` gives it to a script, `--key-file` needs none"
)
_LINE_BYTES: Final = 4 * LONGEST_PASSPHRASE + 2


@dataclass(frozen=True, slots=True)
class Given:
    """Where the command line says that keys come from."""

    from_stdin: bool = False
    descriptor: int | None = None
    key_files: tuple[Path, ...] = ()

    @property
    def has_lines(self) -> bool:
        """Whether passphrases come as lines, and not from a person."""
        return self.from_stdin or self.descriptor is not None

    def line(self, what: str) -> Passphrase:
        """The next line, as a passphrase.

        Raises:
            UsageError: There is none, or it is none.
        """
        where = "standard input" if self.descriptor is None else f"descriptor {self.descriptor}"
        content = _line_of(0 if self.descriptor is None else self.descriptor)
        text = content.removesuffix(b"\n").removesuffix(b"\r")
        if not text:
            raise UsageError(f"there is no {what} in {where}", "put it there, on a line of its own")
        try:
            return Passphrase(Secret(text.decode()))
        except UnicodeDecodeError:
            raise UsageError(f"the {what} in {where} is no UTF-8 text", "use UTF-8") from None


def key_options(command: Decorated) -> Decorated:
    """The options that say where the key comes from; the command gets them as `given`."""

    @wraps(command)
    def with_given(
        *arguments: Any,
        passphrase_stdin: bool,
        passphrase_fd: int | None,
        key_files: tuple[Path, ...],
        **others: Any,
    ) -> Any:
        if passphrase_stdin and passphrase_fd is not None:
            raise click.UsageError("--passphrase-stdin and --passphrase-fd exclude each other")
        given = Given(passphrase_stdin, passphrase_fd, key_files)
        return command(*arguments, given=given, **others)

    stdin = click.option(
        "--passphrase-stdin", is_flag=True, help="Read the passphrase from standard input, a line."
    )
    descriptor = click.option(
        "--passphrase-fd",
        type=click.IntRange(0, 1023),
        metavar="N",
        help="Read it from this open descriptor, likewise.",
    )
    file = click.option(
        "--key-file",
        "key_files",
        type=PATH,
        multiple=True,
        metavar="FILE",
        help="Use the key in this file, which nobody else may read.",
    )
    return stdin(descriptor(file(with_given)))  # type: ignore[return-value]  # click's types forget


accept_option = click.option(
    "--accept",
    is_flag=True,
    help="Take the vault as it is, though this machine saw a later state of it.",
)
"""The option `--accept`, for what reads a vault."""


def _line_of(descriptor: int) -> bytes:
    """The next line of a descriptor, and not a byte more: another one may follow.

    Raises:
        UsageError: It is not open, or a terminal, which would show it.
    """
    if descriptor == 0:
        if sys.stdin is None:
            raise UsageError("there is no standard input", FOR_SCRIPTS)
        if is_terminal(sys.stdin):
            raise UsageError(
                "standard input is a terminal, which would show it",
                "leave out `--passphrase-stdin` to be asked",
            )
        return sys.stdin.buffer.readline(_LINE_BYTES)
    try:
        if os.isatty(descriptor):
            raise UsageError(f"descriptor {descriptor} is a terminal, which would show it")
        content = b""
        while len(content) < _LINE_BYTES and not content.endswith(b"\n"):
            piece = os.read(descriptor, 1)
            if not piece:
                break
            content += piece
    except OSError as error:
        raise UsageError(
            f"descriptor {descriptor} cannot be read: {error.strerror}", FOR_SCRIPTS
        ) from error
    return content
