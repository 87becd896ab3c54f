"""A kernel that is not Python's, and that has no name of its own: tslab, as npm has it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.orphans import end_orphan, orphans
from support.kernels import JupyterServer, link_of, linked

STARTER = """
import asyncio, pathlib, sys
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec

async def main():
    root, folder = map(pathlib.Path, sys.argv[1:])
    spec = ConnectionSpec("nb", "jupyter", kernel="jslab")
    backend = make_backend(spec, Setting(root, folder=folder))
    await backend.start()
    print("up", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def installed(javascript: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in javascript.items():
        monkeypatch.setenv(name, value)


async def test_javascript_is_evaluated(setting: Setting) -> None:
    async with linked(setting, kernel="jslab") as link:
        assert "42" in (await link.run("let x = 6 * 7; x")).stdout
        assert "43" in (await link.run("x + 1")).stdout
        assert (await link.backend.ping()).busy_for is None
        failed = await link.run("no such language")
        assert failed.answer.ending is Ending.ERROR
        assert failed.stderr


async def test_each_life_of_it_is_another(setting: Setting) -> None:
    lives = set()
    for _ in range(2):
        link = link_of(setting, kernel="jslab")
        hello = await link.start()
        assert hello.backend.startswith("Javascript")
        lives.add(hello.incarnation)
        await link.close()
    assert len(lives) == 2


async def test_an_evaluation_without_end_is_ended_with_it(setting: Setting) -> None:
    link = link_of(setting, kernel="jslab")
    await link.start()
    endless = link.begin("while (true) {}")
    await link.close()
    assert (await endless.over()).answer.ending is Ending.LOST


async def test_over_a_server_it_does_not_claim_to_be_the_same_one(
    setting: Setting, javascript: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "server").mkdir()
    server = JupyterServer(tmp_path / "server", javascript)
    try:
        await server.start()
        async with linked(setting, url=server.url, kernel="jslab") as link:
            await link.run("let x = 41")
        again = link_of(setting, url=server.url, kernel="jslab")
        hello = await again.start()
        assert "42" in (await again.run("x + 1")).stdout, "though it is"
        assert not hello.survives
        await again.backend.retire()  # or nobody would end it
    finally:
        server.kill()


async def test_one_that_is_left_behind_is_found_and_ended(setting: Setting) -> None:
    folder = Path(str(setting.folder))
    starter = _started(setting.root, folder)
    try:
        assert starter.stdout is not None
        assert await asyncio.to_thread(starter.stdout.readline) == b"up\n"
        assert orphans(folder) == (), "somebody looks after it"
    finally:
        starter.send_signal(signal.SIGKILL)
        starter.communicate()
    (orphan,) = orphans(folder)
    assert orphan.what == "nb (Jupyter kernel jslab)"
    assert await asyncio.to_thread(end_orphan, orphan)
    assert orphans(folder) == ()


async def test_one_that_was_ended_is_no_orphan(setting: Setting) -> None:
    async with linked(setting, kernel="jslab"):
        pass
    assert not list((Path(str(setting.folder)) / "started").iterdir())


def _started(root: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", STARTER, str(root), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
