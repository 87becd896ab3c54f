"""Stopping what the embedded backend evaluates."""

from __future__ import annotations

import asyncio

import pytest

from stui_workspace.connections.backend import Ending
from support.embedded import Python, Sign

ENDLESS = {
    "a loop": "while True: pass",
    "sleeping": "import time; time.sleep(1000)",
    "waiting for a lock": "import threading; threading.Lock().acquire(); l = threading.Lock(); l.acquire(); l.acquire()",  # noqa: E501
    "waiting for a program": "import subprocess; subprocess.run(['sleep', '1000'])",
    "awaiting": "import asyncio; await asyncio.sleep(1000)",
    "asyncio's own run": "import asyncio; asyncio.run(asyncio.sleep(1000))",
    "printing": "while True: print('x')",
    "printing past Python": "import os\nwhile True: os.write(1, b'x')",
    "a representation": "class R:\n    def __repr__(self):\n        while True: pass\nR()",
    "the words of an exception":
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E",
}  # fmt: skip


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS)
async def test_an_interrupt_stops(code: str, python: Python) -> None:
    running = python.begin(f"print('on')\n{code}")
    await running.says("on\n")
    await python.backend.interrupt()
    outcome = await running.over()
    if "class E" in code:  # it had failed already, and was about to say so
        assert outcome.answer.ending in (Ending.ERROR, Ending.INTERRUPTED)
    else:
        assert outcome.answer.ending is Ending.INTERRUPTED
        assert (outcome.answer.error or "").split("\n")[-1].startswith("KeyboardInterrupt")
    assert (await python.run("'still here'")).result == "'still here'"


async def test_what_is_awaited_may_tidy_up(python: Python) -> None:
    running = python.begin(
        "import asyncio\n"
        "asyncio.get_running_loop().call_soon(print, 'waits')\n"
        "try:\n    await asyncio.sleep(1000)\n"
        "finally:\n    print('tidies up')"
    )
    await running.says("waits\n")
    await python.backend.interrupt()
    outcome = await running.over()
    assert outcome.answer.ending is Ending.INTERRUPTED
    assert outcome.stdout.endswith("tidies up\n")


async def test_an_interrupt_shows_where_the_code_was(python: Python) -> None:
    running = python.begin("def spin():\n    print('on')\n    while True: pass\nspin()")
    await running.says("on\n")
    await python.backend.interrupt()
    error = (await running.over()).answer.error or ""
    assert error.startswith('Traceback (most recent call last):\n  File "<evaluation 1>", line 4')
    assert "connections" not in error


async def test_an_interrupt_is_not_lost_when_it_comes_before_the_code(python: Python) -> None:
    for _ in range(20):
        running = python.begin("while True: pass")
        await asyncio.sleep(0)
        await python.backend.interrupt()
        assert (await running.over()).answer.ending is Ending.INTERRUPTED


async def test_an_interrupt_does_not_reach_the_next_evaluation(python: Python) -> None:
    for number in range(100):
        running = python.begin(f"print({number})")
        await running.says(f"{number}\n")
        await python.backend.interrupt()  # it may be over by now
        await running.over()
        assert (await python.run(f"sum(range(1000)) + {number}")).result == str(499500 + number)


async def test_an_interrupt_between_two_evaluations_is_nothing(python: Python) -> None:
    await python.run("1")
    for _ in range(100):
        await python.backend.interrupt()
    assert (await python.run("'still here'")).result == "'still here'"


async def test_code_may_take_an_interrupt_for_what_it_likes(python: Python) -> None:
    running = python.begin(
        "try:\n    print('on')\n    while True: pass\n"
        "except KeyboardInterrupt:\n    x = 'caught'\nx"
    )
    await running.says("on\n")
    await python.backend.interrupt()
    assert (await running.over()).result == "'caught'"


async def test_a_second_interrupt_stops_what_the_first_did_not(python: Python) -> None:
    running = python.begin(
        "try:\n    print('on')\n    while True: pass\n"
        "except KeyboardInterrupt:\n    print('again')\n    while True: pass"
    )
    await running.says("on\n")
    await python.backend.interrupt()
    await running.says("again\n")
    await python.backend.interrupt()
    assert (await running.over()).answer.ending is Ending.INTERRUPTED


async def test_the_signal_is_pythons_own_while_code_runs_and_stays_what_code_makes_it(
    python: Python,
) -> None:
    code = "import signal\nsignal.getsignal(signal.SIGINT) is signal.default_int_handler"
    assert (await python.run(code)).result == "True"
    await python.run("heard = []\ndef mine(*_): heard.append('mine')")
    await python.run("signal.signal(signal.SIGINT, mine)")
    running = python.begin("print('on')\nwhile not heard: pass\nheard")
    await running.says("on\n")
    await python.backend.interrupt()
    assert (await running.over()).result == "['mine']"


async def test_programs_that_it_started_are_not_signalled(python: Python) -> None:
    await python.run("import subprocess\nprogram = subprocess.Popen(['sleep', '1000'])")
    running = python.begin("print('on')\nwhile True: pass")
    await running.says("on\n")
    await python.backend.interrupt()
    await running.over()
    assert (await python.run("program.poll() is None")).result == "True"


HANDLING = (
    "import signal, subprocess, sys\n"
    "def handling():\n"
    "    code = 'import signal; print(signal.getsignal(signal.SIGINT).__name__)'\n"
    "    return subprocess.check_output([sys.executable, '-c', code], text=True)\n"
)
"""Code for a function that says what a program makes of an interrupt that is started now."""


async def test_a_program_that_is_started_can_be_interrupted(python: Python) -> None:
    assert (await python.run(f"{HANDLING}handling()")).result == "'default_int_handler\\n'"


async def test_a_program_that_is_started_between_two_evaluations_can_be_too(
    python: Python, sign: Sign
) -> None:
    """What deafens us while nothing runs is nothing that programs inherit."""
    await python.run(
        f"{HANDLING}{sign.code}"
        "import threading\n"
        "def later():\n"
        "    while signal.getsignal(signal.SIGINT) is signal.default_int_handler: pass\n"
        "    os.write(sign, handling().encode())\n"
        "threading.Thread(target=later).start()"
    )
    assert sign.read(1) == b"x"
    assert sign.read() == b"default_int_handler\n"
