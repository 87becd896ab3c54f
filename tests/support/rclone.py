"""`rclone bisync` between two folders of this machine, with settings and listings of its own."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from support.replicas import PATIENCE, Replicas


@dataclass(frozen=True)
class Rclone:
    """Runs it between the two folders of a test."""

    home: Path
    replicas: Replicas

    def begin(self) -> None:
        """Have it note what both folders have, the first time."""
        self.home.mkdir()
        (self.home / "rclone.conf").touch()
        self.run("--resync")

    def run(self, *options: str) -> None:
        """Have it bring each folder what the other one has.

        Raises:
            AssertionError: It could not.
        """
        program = shutil.which("rclone")
        assert program is not None, "no program `rclone`: these tests need it"
        roots = [str(machine.folder) for machine in self.replicas.both]
        own = ["--workdir", str(self.home / "listings"), "--config", str(self.home / "rclone.conf")]
        ran = subprocess.run(
            [program, "bisync", *roots, *own, *options],
            env={**self.replicas.left.environ, "HOME": str(self.home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert ran.returncode == 0, (ran.returncode, ran.stdout, ran.stderr)
