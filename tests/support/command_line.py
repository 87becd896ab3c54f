"""The command line in this process: both streams and the exit status of each run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from click.testing import CliRunner

from stui_workspace.cli import build
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services

BUG = 70


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def all(self) -> tuple[int, str, str]:
        return self.status, self.out, self.err


@dataclass
class CommandLine:
    """Runs commands as `stui ARGUMENTS` would."""

    services: Services | None = None
    """None for the real ones, below the `STUI_HOME` of the test."""
    opened: list[OpenRequest] = field(default_factory=list)
    """What the workbench was opened with."""
    bugs_are_expected: bool = False

    def __call__(
        self, *arguments: str, given: str | bytes | None = None, **environ: str | None
    ) -> Ran:
        extra: dict[str, Any] = {} if self.services is None else {"obj": self.services}
        runner = CliRunner(env=environ)
        result = runner.invoke(build(self._open), list(arguments), input=given, **extra)
        assert result.exit_code != BUG or self.bugs_are_expected, result.stderr
        return Ran(result.exit_code, result.stdout, result.stderr)

    def _open(self, request: OpenRequest, _services: Services) -> int:
        self.opened.append(request)
        return 0
