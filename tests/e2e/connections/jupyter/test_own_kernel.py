"""A kernel that the connection starts by its name: a real ipykernel."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.looking import Completions, Looking
from stui_workspace.errors import ConnectionLostError
from support.embedded import Sign
from support.kernels import link_of, linked, until


@pytest.fixture
def sign(tmp_path: Path) -> Sign:
    return Sign(tmp_path / "sign")


async def test_a_kernel_is_started_used_and_ended(setting: Setting, tmp_path: Path) -> None:
    async with linked(setting, kernel="python3") as link:
        one = await link.run("print('out'); import sys; print('err', file=sys.stderr); 6 * 7")
        assert (one.result, one.stdout, one.stderr) == ("42", "out\n", "err\n")
        assert (await link.run("x = 1")).result is None
        failed = await link.run("1 / 0")
        assert failed.answer.ending is Ending.ERROR
        assert "ZeroDivisionError" in failed.error
        assert (await link.run("x")).result == "1"
        assert (await link.backend.ping()).busy_for is None
        (file,) = (tmp_path / "run" / "kernels").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list((tmp_path / "run" / "kernels").iterdir())


async def test_who_answered_and_that_each_life_is_another(setting: Setting) -> None:
    lives = set()
    for _ in range(2):
        link = link_of(setting)
        hello = await link.start()
        lives.add(hello.incarnation)
        assert hello.backend.startswith("Python {}.{}.".format(*sys.version_info))
        assert not hello.survives
        await link.close()
    assert len(lives) == 2


async def test_what_is_rich_is_text_and_says_what_else_it_was(setting: Setting) -> None:
    async with linked(setting) as link:
        code = "from IPython.display import HTML, display\ndisplay(HTML('<b>'))\nHTML('<i>')"
        one = await link.run(code)
    assert one.stdout == "<IPython.core.display.HTML object>\n[also: text/html]\n"
    assert one.result == "<IPython.core.display.HTML object>\n[also: text/html]"


async def test_an_evaluation_is_interrupted_and_the_kernel_goes_on(setting: Setting) -> None:
    async with linked(setting) as link:
        slow = link.begin("print('here')\nimport time\ntime.sleep(600)")
        await slow.says("here")
        busy_for = (await link.backend.ping()).busy_for
        assert busy_for is not None
        assert busy_for > 0
        assert await link.backend.complete("tim", 3) == Completions((), 3, 3)
        await link.backend.interrupt()
        assert (await slow.over()).answer.ending is Ending.INTERRUPTED
        assert (await link.run("1 + 1")).result == "2"


async def test_a_cancelled_evaluation_is_interrupted(setting: Setting) -> None:
    async with linked(setting) as link:
        slow = link.begin("print('here')\nimport time\ntime.sleep(600)")
        await slow.says("here")
        slow.task.cancel()
        assert (await link.run("'next'")).result == "'next'"


async def test_nobody_is_asked_for_input(setting: Setting) -> None:
    async with linked(setting) as link:
        assert (await link.run("input('who? ')")).answer.ending is Ending.ERROR


async def test_output_without_end_is_bounded_and_says_so(setting: Setting) -> None:
    async with linked(setting) as link:
        running = link.begin("for _ in range(3000): print('x' * 1000)\n'y' * 3_000_000")
        turns = 0
        while not running.task.done():
            turns += 1
            await asyncio.sleep(0)
        assert turns > 100, "a flood of output leaves the others their turns"
        one = await running.over()
        assert len(one.stdout) == 512 << 10
        assert "only 524,288 characters are shown" in one.stderr
        assert one.result is not None
        assert len(one.result) < 1 << 20
        assert (await link.run("print('z')")).stdout == "z\n"


async def test_names_are_completed_and_looked_up(setting: Setting) -> None:
    async with linked(setting) as link:
        assert isinstance(link.backend, Looking)
        await link.run("def orders_of(day): 'What was ordered.'")
        assert await link.backend.complete("x = orders_o", 12) == Completions(("orders_of",), 4, 12)
        assert "What was ordered." in (await link.backend.inspect("orders_of", 4)).text
        assert (await link.backend.inspect("nothing_like_it", 4)).text == ""


async def test_the_end_of_a_kernel_is_told_with_its_status(setting: Setting) -> None:
    async with linked(setting) as link:
        one = await link.run("import os\nos._exit(3)")
        assert one.answer.ending is Ending.LOST
        assert "the kernel ended with exit status 3" in one.error
        assert await link.backend.wait_lost() == one.error
        with pytest.raises(ConnectionLostError):
            await link.backend.evaluate(Request("late", "1"), lambda _output: None)
        with pytest.raises(ConnectionLostError):
            await link.backend.ping()


async def test_what_was_sent_before_is_not_evaluated_again(setting: Setting) -> None:
    async with linked(setting) as link:
        taken_up = await link.begin("print('again')", is_sent=True).over()
        assert (taken_up.answer, taken_up.text) == (Answer(Ending.UNKNOWN), "")


async def test_what_the_kernel_started_ends_with_it(setting: Setting, sign: Sign) -> None:
    async with linked(setting) as link:
        code = (
            f"{sign.code}\nimport subprocess\n"
            "child = subprocess.Popen(['sleep', '600'], pass_fds=[sign]); None"
        )
        await link.run(code)
        assert sign.read() == b"x"
    assert sign.read() == b""
    os.close(sign.reader)


async def test_the_kernel_ends_with_whoever_started_it(sign: Sign, tmp_path: Path) -> None:
    code = f"""
import asyncio, pathlib
from stui_workspace.connections.backend import Request
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec

async def main():
    setting = Setting(pathlib.Path({str(tmp_path)!r}))
    backend = make_backend(ConnectionSpec("nb", "jupyter"), setting)
    await backend.start()
    await backend.evaluate(Request("1", {sign.code!r}), print)
    await asyncio.sleep(600)

asyncio.run(main())
"""
    starter = _started(code)
    try:
        assert await asyncio.to_thread(sign.read) == b"x"
    finally:
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    assert await asyncio.to_thread(sign.read) == b""
    os.close(sign.reader)


async def test_its_environment_and_its_folder_are_those_of_the_spec(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUI_SECRET_X", "hidden")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    (setting.root / "sub").mkdir()
    async with linked(setting, cwd="sub", env={"GIVEN": "1"}) as link:
        asked = "['GIVEN' in os.environ, 'STUI_SECRET_X' in os.environ, 'PYTHONPATH' in os.environ]"
        one = await link.run(f"import os\nprint(os.getcwd())\n{asked}")
    assert one.stdout == f"{(setting.root / 'sub').resolve()}\n"
    assert one.result == "[True, False, False]"


async def test_no_module_of_the_project_takes_the_place_of_the_kernel(setting: Setting) -> None:
    (setting.root / "ipykernel_launcher.py").write_text("raise SystemExit('taken over')\n")
    (setting.root / "mine.py").write_text("answer = 42\n")
    async with linked(setting) as link:
        assert (await link.run("import mine; mine.answer")).result == "42"


async def test_an_unknown_kernel_is_told_with_those_that_are_there(setting: Setting) -> None:
    link = link_of(setting, kernel="nosuch")
    with pytest.raises(ConnectionLostError) as caught:
        await link.start()
    assert caught.value.is_final
    assert caught.value.reason == "no Jupyter kernel `nosuch` is installed"
    assert "`python3`" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["/nowhere/kernel", "{connection_file}"], "No such file or directory"),
        (["no-such-program", "{connection_file}"], "`no-such-program` is not on the PATH"),
        (
            [sys.executable, "-c", "raise SystemExit('it is broken')"],
            "the kernel ended with exit status 1: it is broken",
        ),
        ([], "its `kernel.json` has no command"),
    ],
    ids=["no program", "no command", "ends at once", "empty"],
)
async def test_a_kernel_that_does_not_come_up_says_why(
    argv: list[str],
    reason: str,
    setting: Setting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "kernels" / "broken"
    folder.mkdir(parents=True)
    spec = {"argv": argv, "display_name": "Broken", "language": "none"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    link = link_of(setting, kernel="broken")
    with pytest.raises(ConnectionLostError) as caught:
        await link.start()
    assert reason in caught.value.reason
    with pytest.raises(ConnectionLostError):
        await link.backend.ping()


async def test_an_attempt_that_is_called_off_leaves_nothing(setting: Setting) -> None:
    link = link_of(setting)
    starting = asyncio.ensure_future(link.backend.start())
    folder = Path(str(setting.folder)) / "kernels"

    async def has_begun() -> bool:
        return folder.is_dir() and bool(list(folder.iterdir()))

    await until(has_begun)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert not list(folder.iterdir())
    await link.close()


def _started(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
