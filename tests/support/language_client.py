"""The editor's side of the language server protocol: over pipes, waiting for messages only."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

SECONDS = 60.0
"""How long a message is waited for: a busy machine starts Node slowly."""

Message = dict[str, Any]

SETTINGS: Message = {
    "yaml": {
        "completion": True,
        "hover": True,
        "validate": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    },
}
"""What an editor would have set, but for everything that asks a network."""


class LanguageClient:
    """A client of one server, whose only schema is the one that a file names itself."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._root = root
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._diagnostics: dict[str, list[Message]] = {}
        self._asked = 0
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        folder = {"uri": self._root.as_uri(), "name": self._root.name}
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": {
                    "workspace": {"configuration": True},
                    "textDocument": {
                        "completion": {
                            "completionItem": {
                                "snippetSupport": True,
                                "documentationFormat": ["markdown", "plaintext"],
                            }
                        },
                        "hover": {"contentFormat": ["markdown", "plaintext"]},
                        "publishDiagnostics": {},
                    },
                },
            },
        )
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.kill()
        self._server.wait(SECONDS)
        self._reader.join(SECONDS)
        for pipe in (self._server.stdin, self._server.stdout):
            if pipe is not None:
                pipe.close()

    def open(self, file: Path) -> list[Message]:
        """Open a file, once, and return what the server says is wrong with it."""
        uri = file.as_uri()
        assert uri not in self._diagnostics
        text = file.read_text(encoding="utf-8")
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})
        while uri not in self._diagnostics:
            self._take()
        return self._diagnostics[uri]

    def labels(self, file: Path, line: int, character: int) -> dict[str, Message]:
        """What can be completed at a place, both counted from 0, by label."""
        found = self.ask("textDocument/completion", _place(file, line, character))
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item for item in items or []}

    def hover(self, file: Path, line: int, character: int) -> str:
        """What is shown at a place; nothing is an empty text."""
        found = self.ask("textDocument/hover", _place(file, line, character))
        if found is None:
            return ""
        contents = found["contents"]
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def ask(self, method: str, params: Message) -> Any:
        """Send a request, and return the result once it is there."""
        self._asked += 1
        number = self._asked
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, params: Message) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def _take(self) -> Message:
        """The next message, after what must be answered or kept was answered and kept."""
        message = self._messages.get(timeout=SECONDS)
        assert message is not None, "the language server ended"
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": _answer(message)})
        elif message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self._diagnostics[params["uri"]] = params["diagnostics"]
        return message

    def _send(self, message: Message) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        pipe = self._server.stdin
        assert pipe is not None
        pipe.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        pipe.flush()

    def _read(self) -> None:
        pipe = self._server.stdout
        assert pipe is not None
        while (message := _message_from(pipe)) is not None:
            self._messages.put(message)
        self._messages.put(None)


def _message_from(pipe: IO[bytes]) -> Message | None:
    size = 0
    while line := pipe.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    if not size:
        return None
    message: Message = json.loads(pipe.read(size))
    return message


def _answer(request: Message) -> Any:
    """What an editor answers: settings for each section that is asked for, else nothing."""
    if request["method"] != "workspace/configuration":
        return None
    return [SETTINGS.get(item.get("section"), {}) for item in request["params"]["items"]]


def _place(file: Path, line: int, character: int) -> Message:
    return {
        "textDocument": {"uri": file.as_uri()},
        "position": {"line": line, "character": character},
    }
