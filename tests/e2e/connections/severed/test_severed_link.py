"""A server in another network, whose cable is pulled while it works."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending
from support.served import DEADLINE, Returning, Served, start_serving, until

DOWN_SECONDS = 30
TOKEN = "a-token-of-the-tests"  # noqa: S105
CODE = """
import os, time
with open("ran", "a") as ran:
    ran.write("x")
print("begun")
for second in range({seconds}):
    time.sleep(1)
    print("second", second)
done = os.open("done", os.O_WRONLY)
os.write(done, b"x")
second
"""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@dataclass
class Cable:
    """A cable to a network of its own, with an address at each end."""

    name: str
    number: int

    @property
    def near(self) -> str:
        return f"stui-a{self.number}"

    @property
    def address(self) -> str:
        return f"10.213.{self.number % 250}.2"

    def lay(self) -> None:
        far = f"stui-b{self.number}"
        ip("netns", "add", self.name)
        ip("link", "add", self.near, "type", "veth", "peer", "name", far)
        ip("link", "set", far, "netns", self.name)
        ip("addr", "add", f"10.213.{self.number % 250}.1/30", "dev", self.near)
        ip("-n", self.name, "addr", "add", f"{self.address}/30", "dev", far)
        ip("-n", self.name, "link", "set", far, "up")
        ip("-n", self.name, "link", "set", "lo", "up")
        self.plug_in()

    def pull(self) -> None:
        ip("link", "set", self.near, "down")

    def plug_in(self) -> None:
        ip("link", "set", self.near, "up")

    def remove(self) -> None:
        for what in (("link", "del", self.near), ("netns", "del", self.name)):
            subprocess.run(["ip", *what], check=False, capture_output=True)


@pytest.fixture
def cable() -> Iterator[Cable]:
    number = os.getpid() % 60_000
    one = Cable(f"stui-{number}", number)
    try:
        one.lay()
        yield one
    finally:
        one.remove()


@pytest.fixture
def served(cable: Cable, tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "project").mkdir()
    os.mkfifo(tmp_path / "project" / "done")
    one = start_serving(
        tmp_path / "project",
        tmp_path / "home",
        "--bind", f"tcp://{cable.address}:5555", "--curve", "--token-env", "SERVED_TOKEN",
        before=("ip", "netns", "exec", cable.name),
        SERVED_TOKEN=TOKEN,
    )  # fmt: skip
    try:
        yield one
    finally:
        one.end(signal.SIGKILL)


@pytest.mark.timeout(240)
async def test_a_link_that_was_down_for_half_a_minute_changes_nothing(
    cable: Cable, served: Served, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    client = Returning(served.url, project, TOKEN)
    running = asyncio.ensure_future(client.evaluate("once", CODE.format(seconds=DOWN_SECONDS)))
    async with asyncio.timeout(DEADLINE):
        await client.heard.wait()
    cable.pull()
    await until_done(project)
    assert not running.done()
    assert client.failures
    cable.plug_in()
    answer = await running
    assert_in_place(client, answer, project, DOWN_SECONDS)


@pytest.mark.timeout(240)
async def test_a_link_that_comes_and_goes_changes_nothing(
    cable: Cable, served: Served, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    client = Returning(served.url, project, TOKEN, silence=0.5)
    running = asyncio.ensure_future(client.evaluate("once", CODE.format(seconds=8)))
    async with asyncio.timeout(DEADLINE):
        await client.heard.wait()
    for _ in range(4):
        count = len(client.failures)
        cable.pull()
        await until(partial(has_more, client.failures, count))
        met = len(client.hellos)
        cable.plug_in()
        await until(partial(has_more, client.hellos, met))
    await until_done(project)
    assert_in_place(client, await running, project, 8)


def has_more(of: Sized, count: int) -> bool:
    return len(of) > count


async def until_done(project: Path) -> None:
    """Return when the code is at its end, however long the cable is out."""
    done = os.open(project / "done", os.O_RDONLY | os.O_NONBLOCK)
    loop, is_done = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(done, is_done.set)
    try:
        async with asyncio.timeout(DEADLINE):
            await is_done.wait()
    finally:
        loop.remove_reader(done)
        os.close(done)


def assert_in_place(client: Returning, answer: Answer, project: Path, seconds: int) -> None:
    """All of it is there once, in order; it ran once, and it was one life of the server."""
    text = "".join(output.text for output in client.outputs)
    lines = ["begun", *(f"second {second}" for second in range(seconds))]
    assert text == "".join(f"{line}\n" for line in lines)
    assert (answer.ending, answer.result) == (Ending.OK, str(seconds - 1))
    assert answer.at is not None
    assert (project / "ran").read_text() == "x"
    assert len({hello.incarnation for hello in client.hellos}) == 1
    assert len(client.hellos) > 1
