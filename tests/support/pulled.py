"""A repository upstream, a clone of it on this machine, and two hosts that it may point to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from support.line_hosts import Host
from support.repository import Clone
from support.terminal import Terminal, owning_its_terminal


@dataclass
class Story:
    """What somebody else pushes, what was cloned here, and who may be reached."""

    upstream: Clone
    clone: Clone
    good: Host
    evil: Host

    def text(self, url: str, more: str = "") -> str:
        return (
            "stui: 1\nname: orders\nconnections:\n"
            f"  db: {{kind: socket, url: '{url}', prompt: 'test> ', connect: auto,"
            f" reconnect: {{base: 100ms}}{more}}}\n"
            "buffers:\n  scratch: {connection: db, source: hello}\n"
        )

    def push(self, text: str) -> None:
        """Somebody commits upstream, and it is pulled here."""
        self.upstream.commit(text)
        self.clone.git("pull", "--quiet")

    def digest(self, clone: Clone | None = None) -> str:
        return str(self.record(clone)["digest"])

    def record(self, clone: Clone | None = None) -> Any:
        (found,) = json.loads((clone or self.clone).stui("trust", "show", "--json").stdout)
        return found

    def grant(self) -> None:
        digest = self.digest()
        self.clone.stui("trust", "grant", "--connection", "db", "--digest", digest)

    def terminal(self, *command: str, size: tuple[int, int] = (110, 34)) -> Terminal:
        """A command in a terminal of its own: `/dev/tty` leads to it."""
        owning = owning_its_terminal(*command)
        return Terminal(owning, cwd=self.clone.root, environ=self.clone.environ, size=size)
