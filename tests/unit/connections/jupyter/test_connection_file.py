"""What a connection file may be: it may come with the project, and from anybody."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from stui_workspace.connections.jupyter.backend import JupyterBackend
from stui_workspace.connections.jupyter.files import FileCarrier
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from support.kernels import Link, link_of

GOOD = {
    "transport": "tcp",
    "ip": "127.0.0.1",
    "key": "a-key-of-the-tests",
    "signature_scheme": "hmac-sha256",
    **{f"{name}_port": 1 for name in ("shell", "iopub", "stdin", "hb", "control")},
}


async def refused(setting: Setting, content: object) -> ConnectionLostError:
    text = content if isinstance(content, str) else json.dumps(content)
    (setting.root / "kernel.json").write_text(text)
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, url="file:kernel.json").start()
    assert "a-key" not in str(vars(caught.value))
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[" * 10_000,
        "[]",
        " " * 100_000,
        {**GOOD, "key": ""},
        {**GOOD, "key": None},
        {**GOOD, "key": 3},
        {**GOOD, "ip": "192.0.2.1"},
        {**GOOD, "ip": "example.org"},
        {**GOOD, "ip": 3},
        {**GOOD, "transport": "udp"},
        {**GOOD, "transport": "ipc", "ip": "kernel-ipc"},
        {**GOOD, "signature_scheme": "hmac-md5"},
        {**GOOD, "hb_port": 0},
        {**GOOD, "hb_port": True},
        {**GOOD, "hb_port": 65536},
        {**GOOD, "hb_port": "1"},
        {key: value for key, value in GOOD.items() if key != "shell_port"},
    ],
    ids=str,
)
async def test_what_cannot_be_used_is_final(content: object, setting: Setting) -> None:
    assert (await refused(setting, content)).is_final


async def test_where_nothing_listens_the_kernel_has_ended(setting: Setting) -> None:
    error = await refused(setting, GOOD)
    assert not error.is_final
    assert "nothing listens at its port 1" in error.reason


async def test_a_file_that_is_not_there_yet_is_waited_for(setting: Setting) -> None:
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, url="file:kernel.json").start()
    assert not caught.value.is_final


async def test_a_link_out_of_the_project_is_not_followed(setting: Setting, tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text(json.dumps(GOOD))
    (setting.root / "kernel.json").symlink_to(tmp_path / "outside.json")
    for path in ("kernel.json", "../outside.json"):
        with pytest.raises(ConnectionLostError) as caught:
            await link_of(setting, url=f"file:{path}").start()
        assert caught.value.is_final
        assert "leads out of the project" in caught.value.reason


async def test_what_is_no_file_is_not_waited_for(setting: Setting) -> None:
    os.mkfifo(setting.root / "kernel.json")
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, url="file:kernel.json").start()
    assert caught.value.is_final


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 X\r\n\r\n", bytes(range(256))])
async def test_a_port_that_speaks_something_else_is_not_waited_for(
    greeting: bytes, setting: Setting
) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.write(greeting)
            await reader.read()
        writer.transport.abort()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    content = {key: port if key.endswith("_port") else value for key, value in GOOD.items()}
    (setting.root / "kernel.json").write_text(json.dumps(content))
    carrier = FileCarrier("nb", "kernel.json", setting.root, patience=0.5)
    try:
        with pytest.raises(ConnectionLostError) as caught:
            await Link(JupyterBackend("nb", carrier)).start()
    finally:
        server.close()
        await server.wait_closed()
    assert not caught.value.is_final
    assert caught.value.reason.startswith(("the kernel ", "it sent what is no message"))
