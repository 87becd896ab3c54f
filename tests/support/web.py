"""`stui serve --web` as a person starts it, for tests with and without a browser."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

from support.quickstart import STUI, Quickstart


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str
    """The address that opens it once."""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def place(self) -> str:
        """The address without the token."""
        return self.url.partition("?")[0]

    def children(self) -> list[psutil.Process]:
        """All that it started, and what those did."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def interrupt(self) -> tuple[int, str]:
        """End it as ^C does: its exit status, and what it said."""
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate(timeout=60)[1]
        return self.process.returncode, said


@contextmanager
def served(quickstart: Quickstart, *arguments: str, **environ: str) -> Iterator[Served]:
    """`stui serve --web` in the project, listening; it does not outlive the block."""
    inherited: Mapping[str, str] = quickstart.environ
    with subprocess.Popen(
        [STUI, "serve", "--web", *arguments],
        cwd=quickstart.project,
        env={**inherited, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        started: list[psutil.Process] = []
        try:
            url = process.stdout.readline().strip()
            assert url.startswith("http://"), process.communicate(timeout=30)[1]
            yield Served(process, url)
            started = psutil.Process(process.pid).children() if process.poll() is None else []
        finally:
            if process.poll() is None:
                process.kill()
            for one in started:
                one.kill()
