"""Running git: one call, bounded, which asks nobody anything and starts nothing of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field

TIME_LIMIT: Final = 20.0
"""Seconds that a call may take. The calls made here take hundredths of one."""

_QUIET: Final = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
}
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "--no-pager")
"""A repository's own configuration names programs and hosts; none is needed for a mere look."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    out: bytes
    complaint: str
    """The first line of what git said on standard error, safe to show."""

    @property
    def is_well(self) -> bool:
        return self.status == 0

    @property
    def line(self) -> str:
        """What was printed, without the line end."""
        return os.fsdecode(self.out.removesuffix(b"\n"))


@dataclass(frozen=True, slots=True)
class Git:
    """git, run in a folder. What the environment says of the repository holds, as for any git."""

    folder: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    seconds: float = TIME_LIMIT

    def __call__(self, *arguments: str) -> Answer:
        """What git answers, well or not.

        Raises:
            NotFoundError: git is not installed.
            UsageError: It cannot be started here, or does not answer.
        """
        command = (str(self.program()), *_SAFE, *arguments)
        try:
            ran = subprocess.run(  # noqa: S603 (an absolute program, no shell)
                command,
                cwd=self.folder,
                env={**self.environ, **_QUIET},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=self.seconds,
            )
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"`git {arguments[0]}` did not answer for {self.seconds:g} s",
                "try it yourself in that folder",
            ) from None
        except OSError as error:
            raise UsageError(
                f"git cannot be started: {error.strerror}", "check that `git --version` works"
            ) from None
        return Answer(ran.returncode, ran.stdout, _first_line(ran.stderr))

    def told(self, arguments: Sequence[str], next_step: str) -> Answer:
        """The answer of a call that must go well.

        Raises:
            UsageError: It did not; with what git said about it.
        """
        answer = self(*arguments)
        if not answer.is_well:
            complaint = answer.complaint or f"it ended with status {answer.status}"
            raise UsageError(f"git: {complaint}", next_step)
        return answer

    def program(self) -> Path:
        """Where git is: never in whatever folder we happen to be in.

        Raises:
            NotFoundError: It is nowhere on the search path.
        """
        found = program_on(self.environ.get("PATH", ""), "git")
        if found is None:
            raise NotFoundError("program", "git", "install git, or put it on your PATH")
        return found


def program_on(search_path: str, name: str) -> Path | None:
    """The program of that name in the absolute folders of a search path."""
    folders = [folder for folder in search_path.split(os.pathsep) if Path(folder).is_absolute()]
    found = shutil.which(name, path=os.pathsep.join(folders)) if folders else None
    return None if found is None else Path(found)


def _first_line(complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").strip().split("\n")
    return printable_line(lines[0].removeprefix("fatal: ").removeprefix("error: "), 300)
