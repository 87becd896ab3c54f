"""A real browser without a screen, driven by the protocol that its own tools speak (CDP)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import aiohttp
import pyte

NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_OPTIONS: Final = (
    *("--headless", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--remote-debugging-port=0", "--hide-scrollbars"),
    *("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
)
KEYS: Final = {"F5": 116, "F6": 117, "Enter": 13, "Home": 36, "End": 35}
SECONDS: Final = 30.0


def browser_program() -> str | None:
    """The browser that is installed here; None for none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One tab: what is asked of it, and what its websockets were sent."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._socket = socket
        self._session = session
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._changed = asyncio.Event()
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.statuses: dict[str, int] = {}
        """Of each answer that came, by its address."""
        self.requested: list[str] = []
        self.is_closed = False
        """Whether the last websocket has ended."""

    async def ask(self, method: str, **parameters: object) -> Any:
        """The answer to one command."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        await self._socket.send_json(message)
        async with asyncio.timeout(SECONDS):
            return await self._answers[number]

    async def listen(self) -> None:
        """Take what the browser tells, until it ends."""
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                answer = self._answers.pop(told["id"])
                answer.set_result(told.get("result", told.get("error")))
            else:
                self._told(told["method"], told["params"])
            self._changed.set()

    def _told(self, method: str, about: dict[str, Any]) -> None:
        if method == "Network.webSocketFrameReceived" and about["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(about["response"]["payloadData"]))
        elif method == "Network.webSocketClosed":
            self.is_closed = True
        elif method == "Network.webSocketHandshakeResponseReceived":
            self.statuses["websocket"] = about["response"]["status"]
        elif method == "Network.responseReceived":
            self.statuses[about["response"]["url"]] = about["response"]["status"]
        elif method == "Network.requestWillBeSent":
            self.requested.append(about["request"]["url"])

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.ask("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """What a script comes to in the page."""
        found = await self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        return found["result"].get("value")

    async def type(self, text: str) -> None:
        """Type a text, as a keyboard does."""
        for letter in text:
            await self.ask("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", key=letter)

    async def press(self, key: str) -> None:
        """Press a key by its name."""
        code = KEYS[key]
        for kind in ("rawKeyDown", "keyUp"):
            await self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                nativeVirtualKeyCode=code,
            )

    async def control(self, letter: str) -> None:
        """Press a letter with Control."""
        code = ord(letter.upper())
        for kind in ("rawKeyDown", "keyUp"):
            await self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                modifiers=2,
                key=letter,
                code=f"Key{letter.upper()}",
                windowsVirtualKeyCode=code,
            )

    async def picture(self) -> bytes:
        """What is on the screen now, as PNG."""
        found = await self.ask("Page.captureScreenshot", format="png")
        return base64.b64decode(found["data"])

    @property
    def text(self) -> str:
        """What the terminal of the page was told to show."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def clear(self) -> None:
        """Forget what was shown."""
        self._screen.reset()

    def resize(self, columns: int, rows: int) -> None:
        """Read along on a screen of that size."""
        self._screen.resize(rows, columns)

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Return once it holds.

        Raises:
            AssertionError: It did not, with what there was to see.
        """
        try:
            async with asyncio.timeout(SECONDS):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            seen = f"{self.statuses}\n{self.text}"
            raise AssertionError(f"never saw {what} in {SECONDS:g} s:\n{seen}") from None

    async def wait_for(self, text: str) -> None:
        """Return once the terminal shows a text."""
        await self.until(lambda: text in self.text, repr(text))


@asynccontextmanager
async def opened_browser(folder: Path, size: tuple[int, int] = (1200, 800)) -> AsyncIterator[Tab]:
    """A tab of a browser of its own, which keeps everything in a folder and ends with the block."""
    program = browser_program()
    assert program is not None
    window = f"--window-size={size[0]},{size[1]}"
    process = await asyncio.create_subprocess_exec(
        program,
        *_OPTIONS,
        window,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    draining = None
    try:
        address = await _address_of(process)
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(address, max_msg_size=0) as socket,
        ):
            tab = Tab(socket, "")
            listening = asyncio.create_task(tab.listen())
            draining = asyncio.create_task(_drained(process))
            target = await tab.ask("Target.createTarget", url="about:blank")
            found = await tab.ask(
                "Target.attachToTarget", targetId=target["targetId"], flatten=True
            )
            tab._session = found["sessionId"]
            for domain in ("Network", "Page", "Runtime"):
                await tab.ask(f"{domain}.enable")
            yield tab
            listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await (
            _drained(process) if draining is None else draining
        )  # its other programs are gone when nobody can write


async def _address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(SECONDS):
        while line := await process.stderr.readline():
            if b"ws://" in line:
                return line[line.index(b"ws://") :].decode().strip()
    raise AssertionError("the browser did not start")


async def _drained(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None
    while await process.stderr.read(65536):
        pass
