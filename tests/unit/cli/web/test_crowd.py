"""Strangers at the port: there may be a few, for a while, and they keep nobody else out."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from stui_workspace.cli.web.bridge import Program
from stui_workspace.cli.web.crowd import Crowd
from stui_workspace.cli.web.gate import Gate
from stui_workspace.cli.web.server import WebServer, listen, running


class Transport:
    def __init__(self) -> None:
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class Link:
    def __init__(self) -> None:
        self.transport = Transport()


def gone(links: list[Link]) -> list[int]:
    return [number for number, one in enumerate(links) if one.transport.is_aborted]


def test_of_too_many_strangers_the_first_go() -> None:
    crowd, links = Crowd(most=2), [Link() for _ in range(4)]
    crowd.thin(links[:2], 0.0)  # type: ignore[arg-type]
    assert gone(links) == []
    crowd.thin(links[::-1], 1.0)  # type: ignore[arg-type]
    assert gone(links) == [0, 1]


def test_a_stranger_has_a_while_and_who_was_let_in_has_all_the_time() -> None:
    crowd, links = Crowd(patience=10.0), [Link(), Link()]
    crowd.let_in(links[1])  # type: ignore[arg-type]
    crowd.thin(links, 0.0)  # type: ignore[arg-type]
    crowd.thin(links, 10.0)  # type: ignore[arg-type]
    assert gone(links) == []
    crowd.thin(links, 10.5)  # type: ignore[arg-type]
    assert gone(links) == [0]


async def test_somebody_who_holds_many_links_keeps_nobody_out(tmp_path: Path) -> None:
    listening = listen("127.0.0.1", 0)
    gate = Gate(listening.getsockname()[1], ("127.0.0.1",))
    server = WebServer(gate, Program(("true",), tmp_path, {}), "orders", lambda _text: None)
    server.crowd.most, server.crowd.every = 3, 0.01
    async with AsyncExitStack() as all_of_it:
        all_of_it.enter_context(listening)
        await all_of_it.enter_async_context(running(server, listening))
        links = [await asyncio.open_connection("127.0.0.1", gate.port) for _ in range(20)]
        async with asyncio.timeout(30):
            ends = [asyncio.create_task(_is_over(reader)) for reader, _ in links]
            over = 0
            for end in asyncio.as_completed(ends):
                over += await end
                if over == len(links) - server.crowd.most:
                    break
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as client:
            async with client.get(gate.url) as answer:
                assert answer.status == 200
            async with client.get(f"http://127.0.0.1:{gate.port}{gate.place}page.css") as answer:
                assert answer.status == 200
        for _, writer in links:
            writer.close()
        await asyncio.gather(*ends)


async def _is_over(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(1) == b""
    except ConnectionError:
        return True


def test_a_link_that_has_ended_is_no_trouble() -> None:
    link = Link()
    link.transport = None  # type: ignore[assignment]
    Crowd(most=0).thin([link], 0.0)  # type: ignore[list-item]
