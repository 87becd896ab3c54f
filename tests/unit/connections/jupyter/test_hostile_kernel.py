"""A kernel that is there and does what it likes: nothing of it is more than a clear reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from jupyter_client.session import Session

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.jupyter.backend import JupyterBackend
from stui_workspace.connections.jupyter.files import FileCarrier
from stui_workspace.connections.jupyter.messages import WRONG_KEY
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from support.kernels import Link, linked
from support.zmq_kernel import KEY, ScriptedKernel, scripted_kernel

URL = "file:kernel.json"
NONSENSE = "it sent what is no message of a kernel"


def _unsigned(kernel: ScriptedKernel) -> list[bytes]:
    del kernel
    return [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"]


def _signed_otherwise(kernel: ScriptedKernel) -> list[bytes]:
    del kernel
    other = Session(key=b"another key")
    frames: list[bytes] = other.serialize(other.msg("stream", {"name": "stdout", "text": "x"}))
    return frames


def _signed_nonsense(kernel: ScriptedKernel) -> list[bytes]:
    parts = [b"no JSON", b"{}", b"{}", b"{}"]
    return [b"<IDS|MSG>", kernel.session.sign(parts), *parts]


def _signed_odd(kernel: ScriptedKernel) -> list[bytes]:
    parts = [b'{"msg_id": 3, "msg_type": []}', b"[]", b"{}", b"[]"]
    return [b"<IDS|MSG>", kernel.session.sign(parts), *parts]


def _no_frames(kernel: ScriptedKernel) -> list[bytes]:
    del kernel
    return [b"what is this"]


def _too_few(kernel: ScriptedKernel) -> list[bytes]:
    parts = [b"{}"]
    return [b"<IDS|MSG>", kernel.session.sign(parts), *parts]


def _too_long(kernel: ScriptedKernel) -> list[bytes]:
    del kernel
    return [b"<IDS|MSG>", b"x" * (17 << 20)]


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (_unsigned, WRONG_KEY),
        (_signed_otherwise, WRONG_KEY),
        (_signed_nonsense, NONSENSE),
        (_signed_odd, NONSENSE),
        (_no_frames, NONSENSE),
        (_too_few, NONSENSE),
        (_too_long, "the kernel has ended, or let go of its line"),
    ],
)
async def test_what_is_no_message_ends_the_link(
    frames: Callable[[ScriptedKernel], list[bytes]], reason: str, setting: Setting
) -> None:
    async with (
        scripted_kernel(setting.root / "kernel.json") as kernel,
        linked(setting, url=URL) as link,
    ):
        running = link.begin("1")
        while (await kernel.read("shell"))[1]["msg_type"] != "execute_request":
            pass
        await kernel.sockets["iopub"].send_multipart(frames(kernel))
        assert (await running.over()).answer.ending is Ending.LOST
        assert await link.backend.wait_lost() == reason


async def test_a_message_that_was_heard_before_is_not_heard_again(setting: Setting) -> None:
    async with (
        scripted_kernel(setting.root / "kernel.json") as kernel,
        linked(setting, url=URL) as link,
    ):
        running = link.begin("1")
        while (asked := (await kernel.read("shell"))[1])["msg_type"] != "execute_request":
            pass
        session = kernel.session
        message = session.msg("stream", {"name": "stdout", "text": "x"}, parent=asked)
        for _ in range(2):
            await kernel.sockets["iopub"].send_multipart(session.serialize(message))
        one = await running.over()
        assert (one.answer.ending, one.stdout) == (Ending.LOST, "x")


async def test_one_that_is_there_and_understands_nothing_has_another_key(setting: Setting) -> None:
    async with scripted_kernel(setting.root / "kernel.json", answers=False):
        carrier = FileCarrier("nb", "kernel.json", setting.root, patience=0.3)
        with pytest.raises(ConnectionLostError) as caught:
            await Link(JupyterBackend("nb", carrier)).start()
    assert caught.value.is_final
    assert "its key is another one, or it is busy" in caught.value.reason
    assert KEY not in str(vars(caught.value))


async def test_a_kernel_that_evaluates_for_somebody_else_is_busy(setting: Setting) -> None:
    async with (
        scripted_kernel(setting.root / "kernel.json"),
        linked(setting, url=URL) as link,
    ):
        assert (await link.backend.ping()).busy_for is not None
        assert (await link.backend.complete("a", 1)).matches == ()
