"""The bridge between a browser and a program: frames out, messages in, and an end in any case."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import psutil
import pytest

from stui_workspace.cli.web.bridge import Bridge, Program, bounded

SPEAKING = """
import json, os, sys
def frame(kind, content):
    os.write(1, kind + len(content).to_bytes(4, "big") + content)
def read(count):
    content = b""
    while len(content) < count:
        content += os.read(0, count - len(content)) or sys.exit(0)
    return content
print("a line before", flush=True)
os.write(1, b"__GANGLION__\\n")
frame(b"D", os.environ["COLUMNS"].encode())
"""
ECHOING = """
frame(b"D", b" " * 1000)
while True:
    head = read(5)
    content = read(int.from_bytes(head[1:], "big"))
    if head[:1] == b"M" and json.loads(content)["type"] == "quit":
        frame(b"M", b'{"type": "exit"}')
        sys.exit(0)
    frame(b"D", head[:1] + content)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
frame(b"D", b"ready")
while True:
    time.sleep(1000)
"""


class Browser:
    """What a browser got, and a person was told."""

    def __init__(self, code: str, folder: Path) -> None:
        self.drawn: list[bytes] = []
        self.told: list[str] = []
        program = Program((sys.executable, "-c", SPEAKING + code), folder, dict(os.environ))
        self.bridge = Bridge(program, self._draw, self.told.append)

    async def _draw(self, content: bytes) -> None:
        self.drawn.append(content)

    async def say(self, *message: object) -> object:
        return await self.bridge.take(json.dumps(message))


async def test_what_is_typed_comes_in_and_what_is_drawn_goes_out(tmp_path: Path) -> None:
    browser = Browser(ECHOING, tmp_path)
    await browser.bridge.start(97, 20)
    await browser.say("stdin", "ä\ud800")
    browser.bridge._is_painted = True
    await browser.say("resize", {"width": 97, "height": 20})
    await browser.say("resize", {"width": 10**9, "height": "30"})
    await browser.say("blur", None)
    assert await browser.say("ping", 7) == ["pong", 7]
    await browser.say("quit", None)
    await browser.bridge._tell({"type": "quit"})
    await browser.bridge.show()
    await browser.bridge.end()
    sizes = b'M{"type": "resize", "width": 500, "height": 30}'
    assert browser.drawn[0] == b"97"
    assert browser.drawn[1] == b" " * 1000
    assert sorted(browser.drawn[2:]) == sorted([b"D\xc3\xa4?", b'M{"type": "blur"}', sizes])


async def test_a_size_that_comes_before_the_first_picture_waits_for_it(tmp_path: Path) -> None:
    browser = Browser(ECHOING, tmp_path)
    await browser.bridge.start(80, 24)
    await browser.say("resize", {"width": 90, "height": 30})
    await browser.say("resize", {"width": 100, "height": 30})
    assert browser.bridge._size == (80, 24)
    await browser.bridge._painted(10)
    assert browser.bridge._size == (80, 24)
    await browser.bridge._painted(1000)
    assert browser.bridge._size == (100, 30)
    await browser.bridge.end()


@pytest.mark.parametrize(
    "message",
    [
        *("", "[", "{}", "1", "null", '["stdin"]', '["stdin", 1]', '["stdin", 1, 2]'),
        *('["resize", 1]', '["resize", {}]', '["resize", {"width": "x", "height": 1}]'),
        '[["stdin"], "x"]',
    ],
)
async def test_what_makes_no_sense_is_passed_over(tmp_path: Path, message: str) -> None:
    browser = Browser(ECHOING, tmp_path)
    await browser.bridge.start(80, 24)
    assert await browser.bridge.take(message) is None
    await browser.bridge.end()
    await browser.bridge.show()
    assert browser.drawn == [b"80", b" " * 1000]


async def test_a_program_that_does_not_end_is_ended(tmp_path: Path) -> None:
    browser = Browser(STUBBORN, tmp_path)
    browser.bridge.well_seconds = browser.bridge.told_seconds = 0.05
    await browser.bridge.start(80, 24)
    process = psutil.Process(browser.bridge._running.pid)
    await browser.bridge.end()
    assert not process.is_running()


async def test_a_program_that_hears_nothing_is_ended(tmp_path: Path) -> None:
    browser = Browser(STUBBORN, tmp_path)
    browser.bridge.well_seconds = browser.bridge.told_seconds = 0.05
    browser.bridge.deaf_seconds = 0.05
    await browser.bridge.start(80, 24)
    process = psutil.Process(browser.bridge._running.pid)
    with pytest.raises(TimeoutError):
        await browser.say("stdin", "x" * (1 << 20))
    async with asyncio.timeout(30):
        await browser.bridge.end()
    assert not process.is_running()


async def test_what_a_program_complains_of_is_told_safely(tmp_path: Path) -> None:
    browser = Browser('sys.exit("no \\x1b[2J such thing")', tmp_path)
    await browser.bridge.start(80, 24)
    await browser.bridge.show()
    await browser.bridge.end()
    assert browser.told == ["no ␛[2J such thing"]


@pytest.mark.parametrize(
    "code",
    ['frame(b"M", b"{")', 'os.write(1, b"D\\xff\\xff\\xff\\xff")', 'os.write(1, b"D\\0")', "pass"],
)
async def test_a_program_that_speaks_nonsense_ends_the_showing(tmp_path: Path, code: str) -> None:
    browser = Browser(code, tmp_path)
    await browser.bridge.start(80, 24)
    await browser.bridge.show()
    await browser.bridge.end()
    assert browser.drawn == [b"80"]


@pytest.mark.parametrize(("cells", "number"), [(0, 1), (-5, 1), ("80", 80), (501, 500)])
def test_sizes_are_bounded(cells: object, number: int) -> None:
    assert bounded(cells) == number
