"""A repository on the disk, with real git, the real command, and no settings but its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STUI = Path(sys.executable).parent / "stui"
NAME = ".stui-workspace.yaml"
NO_CHANGE: Mapping[str, str] = {}
BASE = """\
# who we are
stui: 1
name: orders  # the team's

connections:
  py: {kind: python}

buffers:
  scratch:
    title: Scratch
    connection: py
"""


@dataclass
class Clone:
    """A repository on the disk, and what is done in it."""

    root: Path
    environ: dict[str, str]
    file: str = NAME

    def run(
        self,
        *command: str,
        status: int | None = 0,
        cwd: Path | None = None,
        environ: Mapping[str, str] = NO_CHANGE,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone; its status must be the one that is expected."""
        ran = subprocess.run(
            command,
            cwd=cwd or self.root,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert status is None or ran.returncode == status, (command, ran.stdout, ran.stderr)
        return ran

    def git(self, *arguments: str, status: int | None = 0, **environ: str) -> str:
        """What git prints."""
        return self.run("git", *arguments, status=status, environ=environ).stdout

    def stui(self, *arguments: str, status: int | None = 0) -> subprocess.CompletedProcess[str]:
        return self.run("stui", *arguments, status=status)

    @property
    def path(self) -> Path:
        return self.root / self.file

    @property
    def text(self) -> str:
        return self.path.read_bytes().decode()

    def write(self, text: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(text.encode())

    def commit(self, text: str, message: str = "change") -> str:
        """Commit the workspace file as it is then; the name of the commit comes back."""
        self.write(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def edit(self, old: str, new: str, message: str = "change") -> str:
        assert old in self.text
        return self.commit(self.text.replace(old, new), message)

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("checkout", "--quiet", "-b", name, start)

    def go(self, name: str) -> None:
        self.git("checkout", "--quiet", name)

    @property
    def unmerged(self) -> bool:
        return bool(self.git("ls-files", "--unmerged"))

    @property
    def left_over(self) -> list[str]:
        """What git does not know and nobody asked for."""
        return self.git("ls-files", "--others", "--exclude-standard").splitlines()


def environment(home: Path) -> dict[str, str]:
    """An environment of its own, in which git finds the `stui` of this checkout."""
    home.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n"
        "[init]\n\tdefaultBranch = main\n[advice]\n\tmergeConflict = false\n"
        '[core]\n\tautocrlf = false\n[protocol "file"]\n\tallow = always\n'
    )
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT", "STUI"))
    }
    return kept | {
        "PATH": os.pathsep.join([str(STUI.parent), os.environ["PATH"]]),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_EDITOR": "true",
        "STUI_HOME": str(home / "no such folder"),
        "NO_COLOR": "1",
    }
