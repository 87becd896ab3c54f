"""Asking a program for a secret, as the user's own bindings say: no shell, no input, bounded."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Final

from stui_workspace.secrets.bindings import Command
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import TimedOut, Unavailable

PATIENCE_SECONDS: Final = 30.0
"""Long enough for a person to touch a key or type a passphrase where the program asks for one."""
_LONGEST: Final = 64 << 10
_OURS: Final = "STUI_SECRET_"


def run_command(
    command: Command, environ: Mapping[str, str], seconds: float = PATIENCE_SECONDS
) -> Secret | Unavailable | TimedOut:
    """What the program prints, up to the end of its first line. Never raises.

    Args:
        command: Program and arguments.
        environ: Of this program; secrets in it are not handed on.
        seconds: That it may take.
    """
    program = _program(command.argv[0], environ)
    if program is None:
        return Unavailable(
            f"there is no program `{Path(command.argv[0]).name}`",
            "install it, or change the binding: `stui secret bind`",
        )
    environment = {key: value for key, value in environ.items() if not key.startswith(_OURS)}
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own configuration names it)
            [program, *command.argv[1:]],
            bufsize=0,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=Path(environ.get("HOME", os.sep)),
        )
    except (OSError, ValueError):
        return Unavailable("its command cannot be started", "try it in a shell")
    return _came_of(process, seconds)


def _came_of(process: subprocess.Popen[bytes], seconds: float) -> Secret | Unavailable | TimedOut:
    """What a started program came to, which has ended by then.

    It stays in the session and group of the terminal, where it may ask for a passphrase; what it
    started itself loses its output with it.
    """
    until = time.monotonic() + seconds
    reading = _Reading(process)
    reading.start()
    try:
        reading.join(seconds)
        if reading.is_alive():
            return TimedOut(seconds)
        if len(reading.content) <= _LONGEST:
            status = process.wait(max(until - time.monotonic(), 0.0))
            if status != 0:
                return Unavailable(f"its command ended with status {status}", "try it in a shell")
    except subprocess.TimeoutExpired:
        return TimedOut(seconds)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    return _value(bytes(reading.content))


class _Reading(Thread):
    """Reads what a program prints, up to one byte more than may be."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(name="stui-secret-command", daemon=True)
        self.content = bytearray()
        self._process = process

    def run(self) -> None:
        output = self._process.stdout
        try:
            while output is not None and (left := _LONGEST + 1 - len(self.content)) > 0:
                piece = output.read(left)
                if not piece:
                    break
                self.content += piece
        except (OSError, ValueError):  # closed meanwhile: it had its time
            return


def _program(name: str, environ: Mapping[str, str]) -> str | None:
    """The program, by its whole path or from the absolute folders of PATH."""
    if Path(name).is_absolute():
        return name
    if Path(name).name != name:
        return None
    folders = [one for one in environ.get("PATH", "").split(os.pathsep) if Path(one).is_absolute()]
    return which(name, path=os.pathsep.join(folders))


def _value(output: bytes) -> Secret | Unavailable:
    line = output.partition(b"\n")[0].removesuffix(b"\r")
    if not line or len(line) > _LONGEST:
        return Unavailable("its command printed no secret", "try it in a shell")
    try:
        return Secret(line.decode())
    except UnicodeDecodeError:
        return Unavailable("its command printed no text", "try it in a shell")
