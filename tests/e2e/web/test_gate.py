"""What the server of `stui serve --web` answers to those who come without the right address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import aiohttp
import pytest

from support.quickstart import Quickstart
from support.web import Served, served

SIZE = "ws?width=80&height=24"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(Quickstart.copied_to(tmp_path)) as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        yield client


async def status(
    client: aiohttp.ClientSession, url: str, headers: Mapping[str, str] | None = None
) -> int:
    async with client.get(url, headers=headers, allow_redirects=False) as response:
        return response.status


async def test_without_the_address_everything_is_shut(
    server: Served, client: aiohttp.ClientSession
) -> None:
    place = server.place
    pages = ("", "page.css", "page.js", "static/js/textual.js", "static/js/none.js", SIZE, "none")
    for url in (server.origin, f"{server.origin}/ws", *(place + page for page in pages)):
        assert await status(client, url) == 403, url
    assert await status(client, f"{place}?token=") == 403
    assert await status(client, server.url[:-1]) == 403
    assert await status(client, f"{server.url}x") == 403
    assert await status(client, server.url.replace("?token=", "?token=ü")) == 403
    async with client.post(server.url) as response:
        assert response.status == 403
    assert server.children() == []


async def test_the_address_opens_it_once_and_leaves_a_cookie_of_its_own_folder(
    server: Served, client: aiohttp.ClientSession
) -> None:
    async with client.get(server.url, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (
            303,
            server.place.removeprefix(server.origin),
        )
        said = response.headers["Set-Cookie"]
        token = server.url.partition("token=")[2]
        assert token not in said
        assert {"HttpOnly", "SameSite=Strict"} <= set(said.split("; "))
        assert f"Path={server.place.removeprefix(server.origin)}" in said
    assert await status(client, server.place) == 200
    assert await status(client, server.url) == 303, "the same browser may be told it again"
    async with aiohttp.ClientSession() as stranger:
        assert await status(stranger, server.url) == 403


async def test_whoever_has_the_cookie_gets_what_the_page_needs_and_nothing_else(
    server: Served, client: aiohttp.ClientSession
) -> None:
    async with client.get(server.url) as response:
        assert response.status == 200
        text = await response.text()
        assert 'data-session-websocket-url="ws://127.0.0.1:' in text
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Cache-Control"] == "no-store"
    for page in ("page.css", "page.js", "static/js/textual.js", "static/css/xterm.css"):
        assert await status(client, server.place + page) == 200
    for page in ("static/", "static/js/", "static/js/%2e%2e/%2e%2e/server.py", "download/x"):
        assert await status(client, server.place + page) in (403, 404), page


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: " ".join(*headers.items()),
)
async def test_even_with_the_cookie_nobody_comes_by_another_name_or_from_another_page(
    server: Served, client: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    assert await status(client, server.url) == 303
    assert await status(client, server.place) == 200
    assert await status(client, server.place, headers) == 403


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1", ""])
async def test_a_websocket_comes_from_a_page_of_this_server_or_not_at_all(
    server: Served, client: aiohttp.ClientSession, origin: str | None
) -> None:
    assert await status(client, server.url) == 303
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await client.ws_connect(server.place + SIZE, headers=headers)
    assert caught.value.status == 403
    assert server.children() == []


async def test_a_websocket_of_its_own_page_shows_a_workbench_and_survives_nonsense(
    server: Served, client: aiohttp.ClientSession
) -> None:
    assert await status(client, server.url) == 303
    own = {"Origin": server.origin}
    async with client.ws_connect(f"{server.place}ws?width=x", headers=own) as browser:
        for nonsense in ("[", "{}", "[1]", '["stdin"]', '["resize", {"width": "x"}]', '["x", 1]'):
            await browser.send_str(nonsense)
        await browser.send_bytes(b"\x00")
        await browser.send_json(["resize", {"width": 100, "height": 30}])
        await browser.send_json(["ping", "a"])
        shown = b""
        has_answer = False
        while not (has_answer and b"orders" in shown):
            message = await browser.receive(timeout=60)
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT)
            if message.type is aiohttp.WSMsgType.BINARY:
                shown += message.data
            else:
                has_answer = message.data == '["pong", "a"]'


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    quickstart = Quickstart.copied_to(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with quickstart.start("serve", "--web", "--port", port) as refused:
            out, said = refused.communicate(timeout=60)
    assert (refused.returncode, out) == (2, "")
    assert f"127.0.0.1 port {port}" in said
    assert "Traceback" not in said


def test_what_the_workbench_refuses_is_told_to_the_person_and_the_server_goes_on(
    tmp_path: Path,
) -> None:
    quickstart = Quickstart.copied_to(tmp_path)
    with served(quickstart, "--", "--env", "none") as server:

        async def come() -> None:
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(cookie_jar=jar) as client:
                assert await status(client, server.url) == 303
                own = {"Origin": server.origin}
                async with client.ws_connect(server.place + SIZE, headers=own) as browser:
                    assert (await browser.receive(timeout=60)).type is aiohttp.WSMsgType.CLOSE
                assert await status(client, server.place) == 200

        asyncio.run(come())
        code, said = server.interrupt()
    assert (code, "no environment `none`" in said) == (0, True)
