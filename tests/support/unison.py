"""Unison between two folders of this machine, with archives and settings of its own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from support.replicas import PATIENCE, Replicas

OPTIONS: Final = ("-ui", "text", "-batch", "-copyonconflict", "-prefer", "newer", "-times")
UP_TO_DATE: Final = 0
SKIPPED: Final = 1


@dataclass(frozen=True)
class Unison:
    """Runs it between the two folders of a test."""

    home: Path
    replicas: Replicas

    def run(self) -> None:
        """Have it bring each folder what the other one has.

        Raises:
            AssertionError: It could not.
        """
        program = shutil.which("unison")
        assert program is not None, "no program `unison`: these tests need it"
        self.home.mkdir(exist_ok=True)
        roots = [str(machine.folder) for machine in self.replicas.both]
        ran = subprocess.run(
            [program, *roots, *OPTIONS],
            env={**self.replicas.left.environ, "UNISON": str(self.home), "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert ran.returncode == UP_TO_DATE, (ran.returncode, ran.stdout, ran.stderr)
