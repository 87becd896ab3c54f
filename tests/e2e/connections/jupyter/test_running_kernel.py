"""A kernel that somebody else has started, by its connection file: a real ipykernel."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.jupyter.backend import JupyterBackend
from stui_workspace.connections.jupyter.files import FileCarrier
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from support.kernels import Link, link_of, linked, until

URL = "file:run/kernel.json"


class Kernel:
    """A kernel that is none of ours."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.child: subprocess.Popen[bytes] | None = None

    async def start(self, setting: Setting) -> None:
        self._spawn()
        await until(lambda: _answers(setting))

    def _spawn(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "ipykernel_launcher", "-f", str(self.file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.wait()


async def _answers(setting: Setting) -> bool:
    link = link_of(setting, url=URL)
    try:
        await link.start()
    except ConnectionLostError:
        return False
    else:
        return True
    finally:
        await link.close()


@pytest.fixture
async def kernel(setting: Setting) -> AsyncIterator[Kernel]:
    (setting.root / "run").mkdir()
    one = Kernel(setting.root / "run" / "kernel.json")
    try:
        await one.start(setting)
        yield one
    finally:
        one.kill()


@pytest.mark.usefixtures("kernel")
async def test_a_kernel_is_used_and_goes_on_as_the_same_one(setting: Setting) -> None:
    link = link_of(setting, url=URL)
    hello = await link.start()
    assert (await link.run("x = 41; print('hi')")).stdout == "hi\n"
    await link.close()
    again = link_of(setting, url=URL)
    assert await again.start() == hello
    assert (await again.run("x + 1")).result == "42"
    await again.close()


@pytest.mark.usefixtures("kernel")
async def test_it_is_interrupted_by_a_message(setting: Setting) -> None:
    async with linked(setting, url=URL) as link:
        slow = link.begin("print('here')\nimport time\ntime.sleep(600)")
        await slow.says("here")
        async with linked(setting, url=URL) as other:
            busy_for = (await other.backend.ping()).busy_for
            assert busy_for is not None, "whoever comes sees that it is busy"
        await link.backend.interrupt()
        assert (await slow.over()).answer.ending is Ending.INTERRUPTED


async def test_its_end_is_noticed_at_once_and_a_new_one_is_another(
    kernel: Kernel, setting: Setting
) -> None:
    link = link_of(setting, url=URL)
    before = await link.start()
    slow = link.begin("print('here')\nimport time\ntime.sleep(600)")
    await slow.says("here")
    kernel.kill()
    assert (await slow.over()).answer.ending is Ending.LOST
    assert await link.backend.wait_lost() == "the kernel has ended, or let go of its line"
    await link.close()
    gone = link_of(setting, url=URL)
    with pytest.raises(ConnectionLostError) as caught:
        await gone.start()
    assert "nothing listens at its port" in caught.value.reason
    assert not caught.value.is_final
    await kernel.start(setting)  # at the same ports, with the same key
    link = link_of(setting, url=URL)
    assert (await link.start()).incarnation != before.incarnation
    await link.close()


async def test_another_key_is_final(kernel: Kernel, setting: Setting) -> None:
    details: dict[str, Any] = json.loads(kernel.file.read_text())
    (setting.root / "other.json").write_text(json.dumps({**details, "key": "another-key"}))
    carrier = FileCarrier("nb", "other.json", setting.root, patience=2.0)
    link = Link(JupyterBackend("nb", carrier))
    with pytest.raises(ConnectionLostError) as caught:
        await link.start()
    assert caught.value.is_final
    assert "another-key" not in str(vars(caught.value))
