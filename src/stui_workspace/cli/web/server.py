"""The server: a page, what the page needs, and a websocket for each browser."""

from __future__ import annotations

import asyncio
import importlib.resources
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import WSMsgType, web

from stui_workspace.cli.web.bridge import Bridge, Program, bounded
from stui_workspace.cli.web.crowd import Crowd, Link
from stui_workspace.cli.web.gate import COOKIE, Gate
from stui_workspace.cli.web.page import CSS, SCRIPT, headers_for, html_of
from stui_workspace.errors import UsageError

MOST: Final = 8
"""So many browsers at once, each with a stui of its own."""
_HEARTBEAT: Final = 20.0
_LONGEST_MESSAGE: Final = 4 << 20
_ENDING_SECONDS: Final = 20.0
_STATICS: Final = ("js", "css", "fonts")
_NO: Final = "403: not for you\n"

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """The handlers of one server."""

    def __init__(
        self, gate: Gate, program: Program, title: str, narrate: Callable[[str], None]
    ) -> None:
        """A server.

        Args:
            gate: Who may come in.
            program: What is started for each browser.
            title: What the page is called.
            narrate: Told what the person who started it should know, in one line.
        """
        self._gate = gate
        self._program = program
        self._title = title
        self._narrate = narrate
        self._open: set[web.WebSocketResponse] = set()
        self.crowd = Crowd()

    def app(self) -> web.Application:
        """The application."""

        @web.middleware
        async def guarded(request: web.Request, handler: _Handler) -> web.StreamResponse:
            return await self._guarded(request, handler)

        app = web.Application(middlewares=[guarded])
        place = self._gate.place
        app.router.add_get(place, self._page)
        app.router.add_get(f"{place}page.css", self._css)
        app.router.add_get(f"{place}page.js", self._script)
        app.router.add_get(f"{place}ws", self._socket)
        statics = Path(str(importlib.resources.files("textual_serve"))) / "static"
        for name in _STATICS:
            app.router.add_static(f"{place}static/{name}", statics / name)
        app.on_shutdown.append(self._close)
        return app

    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        gate, host = self._gate, request.headers.get("Host")
        if host is None or not gate.is_called(host) or request.method != "GET":
            return web.Response(status=403, text=_NO)
        response = await self._answer(request, handler)
        if not response.prepared:
            response.headers.update(headers_for(host))
        return response

    async def _answer(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        gate, token = self._gate, request.query.get("token")
        if request.path == gate.place and token is not None:
            if gate.takes(token):
                self.crowd.let_in(request.protocol)
                self._narrate(f"a browser came in; for another one: {gate.url}")
                return self._let_in()
            if not gate.admits(request.headers, request.cookies.get(COOKIE)):
                return web.Response(status=403, text=_NO)
            return web.Response(status=303, headers={"Location": gate.place})
        if not gate.admits(request.headers, request.cookies.get(COOKIE)):
            return web.Response(status=403, text=_NO)
        self.crowd.let_in(request.protocol)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.status}\n")

    def _let_in(self) -> web.Response:
        """To the page, by an address without the token in it: that is in nobody's history."""
        response = web.Response(status=303, headers={"Location": self._gate.place})
        response.set_cookie(
            COOKIE, self._gate.cookie, path=self._gate.place, httponly=True, samesite="Strict"
        )
        return response

    async def _page(self, request: web.Request) -> web.Response:
        address = f"ws://{request.headers['Host']}{self._gate.place}ws"
        text = html_of(self._title, address, request.query.get("fontsize"))
        return web.Response(text=text, content_type="text/html")

    async def _css(self, _request: web.Request) -> web.Response:
        return web.Response(text=CSS, content_type="text/css")

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self._gate.is_own_page(request.headers):
            return web.Response(status=403, text=_NO)
        if len(self._open) >= MOST:
            return web.Response(status=503, text=f"{MOST} browsers are open; close one\n")
        size = [_size(request.query.get(name), usual) for name, usual in _SIZES]
        browser = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LONGEST_MESSAGE)
        self._open.add(browser)
        try:
            await browser.prepare(request)
            await self._joined(browser, size[0], size[1])
        finally:
            self._open.discard(browser)
        return browser

    async def _joined(self, browser: web.WebSocketResponse, columns: int, rows: int) -> None:
        """A browser and its stui, until one of them ends; then the other one does."""
        bridge = Bridge(self._program, browser.send_bytes, self._narrate)
        try:
            await bridge.start(columns, rows)
        except OSError as error:
            self._narrate(f"stui cannot be started: {error.strerror}")
            await browser.close()
            return
        showing = asyncio.create_task(self._shown(bridge, browser))
        try:
            async for message in browser:
                if message.type is WSMsgType.TEXT:
                    answer = await bridge.take(message.data)
                    if answer is not None:
                        await browser.send_json(answer)
        except (ConnectionError, TimeoutError):
            pass  # it is gone, as any browser may; or the program hears nothing
        finally:
            await asyncio.shield(bridge.end())
            with suppress(ConnectionError):
                await showing

    async def _shown(self, bridge: Bridge, browser: web.WebSocketResponse) -> None:
        try:
            await bridge.show()
        finally:
            await browser.close()

    async def _close(self, _app: web.Application) -> None:
        await asyncio.gather(*(browser.close(code=1001) for browser in self._open))


_SIZES: Final = (("width", 80), ("height", 24))


def _size(written: str | None, usual: int) -> int:
    try:
        return bounded(written if written is not None else usual)
    except ValueError:
        return usual


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address of this machine alone.

    Raises:
        UsageError: It is taken, or not to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "there is no such port"
        raise UsageError(
            f"{host} port {port}: {why.lower()}", "`--port 0` takes one that is free"
        ) from None


@asynccontextmanager
async def running(server: WebServer, listening: socket.socket) -> AsyncIterator[None]:
    """The server, answering within the block; after it, every stui that it started has ended."""
    runner = web.AppRunner(
        server.app(), handle_signals=False, access_log=None, shutdown_timeout=_ENDING_SECONDS
    )
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        thinning = asyncio.create_task(server.crowd.keep_small(partial(_links_of, runner)))
        try:
            yield
        finally:
            thinning.cancel()
    finally:
        await runner.cleanup()


def _links_of(runner: web.AppRunner) -> list[Link]:
    return [] if runner.server is None else list(runner.server.connections)
