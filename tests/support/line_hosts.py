"""Hosts on loopback addresses that count who comes: a line REPL each, on a thread of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

PROMPT = "test> "
PATIENCE = 60.0


class Host:
    """Answers each line with its own name and the line; knows every link that was ever made."""

    def __init__(self, name: str, address: str = "127.0.0.1") -> None:
        self.name = name
        self.heard: list[str] = []
        self.count = 0
        """How often somebody came."""
        self._news = threading.Condition()
        self._links: list[socket.socket] = []
        self._server = socket.create_server((address, 0))
        self.url = f"tcp://{address}:{self._server.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.drop()

    def drop(self) -> None:
        """Let every link fall."""
        with self._news:
            links, self._links = self._links, []
        for link in links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def wait_for(self, is_so: Callable[[Host], bool]) -> None:
        """Return when it is so.

        Raises:
            AssertionError: It never was.
        """
        with self._news:
            if not self._news.wait_for(lambda: is_so(self), timeout=PATIENCE):
                raise AssertionError(f"{self.name}: {self.count} came, and said {self.heard}")

    def _listen(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            with self._news:
                self.count += 1
                self._links.append(link)
                self._news.notify_all()
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with suppress(OSError), link.makefile("rw", encoding="utf-8", newline="\n") as talk:
            talk.write(PROMPT)
            talk.flush()
            for line in talk:
                with self._news:
                    self.heard.append(line.strip())
                    self._news.notify_all()
                talk.write(f"{self.name} {line.strip()}\n{PROMPT}")
                talk.flush()
