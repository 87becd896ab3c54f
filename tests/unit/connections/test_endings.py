"""The end of the child, by whatever means, and the end of what it started."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending
from stui_workspace.connections.python.backend import PythonBackend
from stui_workspace.connections.python.life import how_it_ended
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import DEADLINE, Outcome, Python, Sign, python_in


@pytest.mark.parametrize(
    ("code", "how"),
    [
        pytest.param("import os; os._exit(0)", "Python ended with exit status 0", id="leaves"),
        pytest.param("import os; os._exit(3)", "Python ended with exit status 3", id="fails"),
        pytest.param(
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "Python was ended by SIGKILL (Killed)",
            id="is killed",
        ),
        pytest.param(
            "import ctypes; ctypes.string_at(0)",
            "Python was ended by SIGSEGV (Segmentation fault)",
            id="touches what is not there",
        ),
        pytest.param("import os; os.abort()", "Python was ended by SIGABRT (Aborted)", id="aborts"),
    ],
)
async def test_the_end_is_told(code: str, how: str, python: Python) -> None:
    await python.run("print('before')")
    outcome = await python.run(f"print('last words')\n{code}")
    assert outcome.answer == Answer(Ending.LOST, error=how)
    assert outcome.stdout == "last words\n"
    assert await python.backend.wait_lost() == how


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "Python ended with exit status 0"),
        (-signal.SIGTERM, "Python was ended by SIGTERM (Terminated)"),
        (-63, f"Python was ended by signal 63 ({signal.strsignal(63)})"),
        (0xC0000005, "Python ended with exit status 0xc0000005"),
    ],
)
def test_how_it_ended(status: int, words: str) -> None:
    assert how_it_ended(status) == words


async def test_last_words_past_python_are_heard(python: Python) -> None:
    code = "import os\nos.write(2, b'dying\\n' * 1000)\nos._exit(1)"
    assert (await python.run(code)).stderr == "dying\n" * 1000


async def test_a_crash_shows_where_the_code_was(python: Python) -> None:
    outcome = await python.run("import ctypes\n\nctypes.string_at(0)")
    assert "Fatal Python error: Segmentation fault" in outcome.stderr
    assert 'File "<evaluation 1>", line 3 in <module>' in outcome.stderr


async def test_a_stack_that_overflows_ends_the_child_at_most(python: Python) -> None:
    outcome = await python.run(
        "import sys\nsys.setrecursionlimit(10 ** 8)\n"
        "class Deep:\n    def __repr__(self): return repr(self)\nDeep()"
    )
    assert outcome.answer.ending in (Ending.LOST, Ending.ERROR)
    assert "SIGSEGV" in outcome.error or "RecursionError" in outcome.error


async def test_a_kill_from_outside_is_told_at_once(python: Python) -> None:
    running = python.begin("import os\nprint(os.getpid())\nwhile True: pass")
    await running.says("\n")
    os.kill(int(Outcome(Answer(Ending.OK), running.outputs).stdout), signal.SIGKILL)
    answer = (await running.over()).answer
    assert answer == Answer(Ending.LOST, error="Python was ended by SIGKILL (Killed)")


async def test_a_kill_while_nothing_runs_is_told_at_once(python: Python) -> None:
    pid = int((await python.run("import os\nos.getpid()")).result or 0)
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(DEADLINE):
        assert await python.backend.wait_lost() == "Python was ended by SIGKILL (Killed)"


async def test_code_that_cuts_our_line_is_ended(python: Python) -> None:
    outcome = await python.run("import os, time\nos.closerange(3, 1000)\nwhile True: pass")
    assert outcome.answer == Answer(Ending.LOST, error="it closed its own line to stui")


async def test_a_fork_unknown_to_python_does_not_delay_the_end(
    python: Python, tmp_path: Path
) -> None:
    """It keeps our pipe open, and so hides that the child is gone."""
    leash = tmp_path / "leash"
    os.mkfifo(leash)
    holder = os.open(leash, os.O_RDWR)  # the fork reads until we let go
    code = (
        "import ctypes, os\n"
        "if ctypes.PyDLL(None).fork() == 0:\n"
        "    os.setsid()\n"
        f"    os.read(os.open({str(leash)!r}, os.O_RDONLY), 1)\n"
        "os._exit(4)"
    )
    answer = (await python.run(code)).answer
    os.write(holder, b"x")
    os.close(holder)
    assert answer == Answer(Ending.LOST, error="Python ended with exit status 4")


PROGRAM = "import subprocess\nsubprocess.Popen(['sleep', '1000'], pass_fds=[sign])\n"
BUSY = {
    "idle": "",
    "in a loop": "while True: pass",
    "asleep": "import time; time.sleep(1000)",
    "deaf": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
    "never back in Python": "import itertools; sum(itertools.count())",
}


@pytest.mark.parametrize("busy", BUSY.values(), ids=BUSY)
async def test_closing_ends_the_child_and_what_it_started(
    busy: str, python: Python, sign: Sign
) -> None:
    running = python.begin(f"{sign.code}{PROGRAM}print('on')\n{busy}")
    await running.says("on\n")
    assert sign.read() == b"x"
    if not busy:
        await running.over()
    await python.backend.close()
    assert sign.read() == b""


async def test_an_end_of_the_child_ends_what_it_started(python: Python, sign: Sign) -> None:
    await python.run(f"{sign.code}{PROGRAM}os._exit(1)")
    assert (sign.read(), sign.read()) == (b"x", b"")


async def test_an_idle_child_may_tidy_up(tmp_path: Path) -> None:
    async with python_in(tmp_path) as python:
        await python.run("import atexit, pathlib\natexit.register(pathlib.Path('tidy').touch)")
    assert (tmp_path / "tidy").exists()


async def test_an_exit_function_without_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: Sign
) -> None:
    monkeypatch.setattr("stui_workspace.connections.python.backend.GRACE", 0.1)
    async with python_in(tmp_path) as python:
        await python.run(f"{sign.code}import atexit, time\natexit.register(time.sleep, 1000)")
        assert sign.read() == b"x"
    assert sign.read() == b""


PARENT = """
import asyncio, sys
from pathlib import Path
from stui_workspace.connections.backend import Request
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec

async def main(root, code):
    backend = make_backend(ConnectionSpec("py", "python"), Setting(root))
    await backend.start()
    request = Request("1", code)
    await backend.evaluate(request, lambda output: print(output.text, end="", flush=True))
    print("idle", flush=True)
    await backend.wait_lost()

asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@contextmanager
def another_parent(root: Path, code: str) -> Iterator[subprocess.Popen[str]]:
    """A program with a backend that evaluates the code."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(root), code], stdout=subprocess.PIPE, text=True
    ) as parent:
        try:
            yield parent
        finally:
            parent.kill()


@pytest.mark.parametrize("busy", BUSY.values(), ids=BUSY)
def test_the_death_of_the_parent_leaves_no_orphan(busy: str, tmp_path: Path, sign: Sign) -> None:
    with another_parent(tmp_path, f"{sign.code}{PROGRAM}print('on')\n{busy}") as parent:
        assert sign.read() == b"x"
        assert parent.stdout is not None
        assert parent.stdout.readline() == "on\n"
        if not busy:
            assert parent.stdout.readline() == "idle\n"
        parent.kill()
        assert sign.read() == b""


async def test_hanging_up_without_a_word_leaves_no_orphan(python: Python, sign: Sign) -> None:
    """What a dying parent does first, at times."""
    await python.run(f"{sign.code}{PROGRAM}")
    assert sign.read() == b"x"
    commands = python.backend._life._commands()
    assert commands is not None
    commands.close()
    async with asyncio.timeout(DEADLINE):
        how = await python.backend.wait_lost()
    assert how == "Python was ended by SIGKILL (Killed)"  # by itself, with all that is its own
    assert sign.read() == b""


@pytest.mark.parametrize("turns", range(12))
async def test_a_start_that_is_given_up_leaves_nothing(turns: int, tmp_path: Path) -> None:
    """Whatever it had come to; an unclosed pipe or child would be a warning, and so an error."""
    backend = PythonBackend(ConnectionSpec("py", "python"), tmp_path)
    before = set(os.listdir("/dev/fd"))  # noqa: PTH208
    task = asyncio.create_task(backend.start())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(DEADLINE):
        await asyncio.wait({task})  # it may have come up before
        await backend.close()
    gc.collect()  # now, and not during another test
    assert set(os.listdir("/dev/fd")) <= before  # noqa: PTH208


async def test_closing_while_it_starts_ends_the_start(tmp_path: Path) -> None:
    backend = PythonBackend(ConnectionSpec("py", "python"), tmp_path)
    task = asyncio.create_task(backend.start())
    for _ in range(5):
        await asyncio.sleep(0)
    await backend.close()
    with pytest.raises(ConnectionLostError, match="closed"):
        await task


async def test_a_life_is_lived_once(tmp_path: Path) -> None:
    backend = PythonBackend(ConnectionSpec("py", "python"), tmp_path)
    await backend.start()
    with pytest.raises(RuntimeError):
        await backend.start()
    await backend.close()
    with pytest.raises(RuntimeError):
        await backend.start()
