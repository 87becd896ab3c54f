"""The published conversations, with our client at one end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.connections.backend import Request
from stui_workspace.connections.protocol.envelope import payload_of
from support.stui_peer import Talk, evaluate, met, stay
from support.vectors import vectors

CONVERSATIONS = vectors("conversations")


async def play(talk: Talk, steps: list[dict[str, Any]]) -> None:
    """Be the server of a conversation."""
    names: dict[str, str] = {}
    for step in steps:
        if "client" in step:
            envelope = await talk.hear()
            expected = step["client"]
            assert json.loads(json.dumps(payload_of(envelope.message))) == expected["payload"]
            assert names.setdefault(expected["id"], envelope.id) == envelope.id
            assert expected["id"].startswith("$") or expected["id"] == envelope.id
        else:
            said = step["server"]
            content = {**said, "id": names.get(said["id"], said["id"]), "version": 1}
            await talk.raw(json.dumps(content).encode())
    await stay(talk)


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_the_client_keeps_to_it(carrier: str, name: str, tmp_path: Path) -> None:
    vector = CONVERSATIONS[name]

    async def script(talk: Talk) -> None:
        await play(talk, vector["steps"])

    async with met(carrier, script, tmp_path) as backend:
        answer, heard = await evaluate(backend, Request(**vector["request"]))
    found = {"ending": answer.ending, "result": answer.result, "error": answer.error}
    expected = vector["outcome"]
    assert {key: found.get(key, heard.text) for key in expected} == expected
