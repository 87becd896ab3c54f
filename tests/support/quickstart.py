"""A copy of examples/quickstart with a home of its own, for the real program in a real terminal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from stui_workspace.document import parse
from stui_workspace.storage.sessions.format import SESSION_LIMITS
from support.terminal import Terminal

ROOT = Path(__file__).parent.parent.parent
STUI = str(Path(sys.executable).with_name("stui"))
FILE = ".stui-workspace.yaml"
INHERITED = ("PATH", "LANG", "HOME")


@dataclass(frozen=True)
class Quickstart:
    """The project, and everything that stui keeps of it, in one folder that goes with the test."""

    project: Path
    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def copied_to(cls, folder: Path) -> Self:
        project = folder / "quickstart"
        shutil.copytree(ROOT / "examples" / "quickstart", project)
        home = folder / "home"
        kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return cls(project, home, {**kept, "LC_ALL": "C.UTF-8", "STUI_HOME": str(home)})

    @property
    def file(self) -> Path:
        return self.project / FILE

    def open(self, *arguments: str, size: tuple[int, int] = (120, 34), **environ: str) -> Terminal:
        """The workbench, started in a terminal of its own."""
        command = (STUI, *arguments)
        return Terminal(command, cwd=self.project, environ=self.environ | environ, size=size)

    @contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A command of the program, running, its output in pipes; it does not outlive the test."""
        with subprocess.Popen(
            [STUI, *arguments],
            cwd=self.project,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    def asked(self, *arguments: str) -> Any:
        """What a command of the program prints as JSON, once it has ended."""
        command = [STUI, *arguments, "--json"]
        found = subprocess.run(
            command, cwd=self.project, env=self.environ, check=True, capture_output=True, text=True
        )
        return json.loads(found.stdout)

    def edit(self, old: str, new: str) -> None:
        """Change the file as editors do: a new one, renamed over the old one."""
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new))

    def write(self, text: str) -> None:
        """Replace the file's whole text, as editors do."""
        fresh = self.file.with_name("being-edited")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.file)

    def kept(self) -> str:
        """All that journals and session files say, as JSON without blanks, to look for things."""
        texts = []
        for path in self.home.glob("state/workspaces/*/*/*"):
            if path.suffix in (".journal", ".yaml"):
                with suppress(FileNotFoundError):  # a journal goes when the session file has it all
                    text = path.read_text(encoding="utf-8")
                    texts.append(text if path.suffix == ".journal" else _as_json(text))
        return "\n".join(texts)

    def wait_kept(self, screen: Terminal, *texts: str) -> None:
        """Wait until all `texts` are on the disk; the clock in the status line makes it look."""
        screen.wait_for(
            lambda _: all(text in self.kept() for text in texts), what=f"{texts} on the disk"
        )


def _as_json(text: str) -> str:
    """A session file as the journal would write it."""
    plain = parse(text, SESSION_LIMITS).plain()
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
