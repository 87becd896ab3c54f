"""Looking names up in the namespace of an embedded Python, beside evaluating in it."""

from __future__ import annotations

import asyncio

import pytest

from stui_workspace.connections.looking import Completions, Inspected
from support.embedded import DEADLINE, Python


async def completed(python: Python, code: str) -> Completions:
    async with asyncio.timeout(DEADLINE):
        return await python.backend.complete(code, len(code))


async def inspected(python: Python, code: str, cursor: int) -> Inspected:
    async with asyncio.timeout(DEADLINE):
        return await python.backend.inspect(code, cursor)


@pytest.mark.parametrize(
    ("code", "matches", "start"),
    [
        pytest.param("orders_op", ("orders_open",), 0, id="a name of the code"),
        pytest.param("x = order", ("orders", "orders_open"), 4, id="in the middle of a line"),
        pytest.param("orders.it", ("items",), 7, id="an attribute"),
        pytest.param("print(orders.po", ("pop", "popitem"), 13, id="within brackets"),
        pytest.param("isinst", ("isinstance",), 0, id="a builtin"),
        pytest.param("contin", ("continue",), 0, id="a keyword"),
        pytest.param("orders.__clas", ("__class__", "__class_getitem__"), 7, id="a hidden one"),
        pytest.param("nobody.kno", (), 7, id="of what is not there"),
        pytest.param("f().x", (), 5, id="of what would have to be called"),
        pytest.param("", (), 0, id="nothing"),
    ],
)
async def test_completions(code: str, matches: tuple[str, ...], start: int, python: Python) -> None:
    await python.run("orders = {}\norders_open = 1\n_hidden = 2")
    assert await completed(python, code) == Completions(matches, start, len(code))


async def test_completing_stops_at_the_cursor(python: Python) -> None:
    await python.run("orders = 1")
    assert await python.backend.complete("orde + rest", 4) == Completions(("orders",), 0, 4)
    assert await python.backend.complete("orde", 1000) == Completions(("orders",), 996, 1000)


@pytest.mark.parametrize(
    ("code", "cursor", "words"),
    [
        pytest.param("total(1, 2)", 3, ["total(orders, tax=0.19)", "What they cost."], id="call"),
        pytest.param("count + 1", 0, ["count: int = 42"], id="value"),
        pytest.param("os.path.join", 5, ["os.path: module"], id="module"),
    ],
)
async def test_inspecting(code: str, cursor: int, words: list[str], python: Python) -> None:
    await python.run("import os\ncount = 42\ndef total(orders, tax=0.19):\n    'What they cost.'")
    found = await inspected(python, code, cursor)
    assert found.found
    for word in words:
        assert word in found.text


async def test_what_is_not_there_is_not_found(python: Python) -> None:
    assert await inspected(python, "nobody", 2) == Inspected(found=False)
    assert await inspected(python, "  ", 1) == Inspected(found=False)


async def test_their_code_may_do_anything(python: Python) -> None:
    await python.run(
        "class Odd:\n"
        "    def __getattr__(self, name): raise SystemExit('no')\n"
        "    def __dir__(self): return ['x' * 100_000, 'good', '\\ud800']\n"
        "    def __repr__(self): raise KeyboardInterrupt\n"
        "odd = Odd()\nmany = type('M', (), {f'a{n}': 1 for n in range(10_000)})()"
    )
    assert (await completed(python, "odd.go")).matches == ("good",)
    assert (await completed(python, "odd.inner.x")).matches == ()
    assert not (await inspected(python, "odd", 1)).found
    assert 0 < len((await completed(python, "many.a")).matches) <= 200
    assert (await python.run("6 * 7")).result == "42"


async def test_while_it_evaluates_nothing_is_looked_up(python: Python) -> None:
    running = python.begin("print('on')\nwhile True: pass")
    await running.says("on")
    assert await completed(python, "prin") == Completions((), 0, 4)
    assert not (await inspected(python, "print", 1)).found
    await python.backend.interrupt()
    await running.over()


async def test_looking_changes_nothing_that_code_sees(python: Python) -> None:
    await python.run("import sys\n7")
    await completed(python, "sys.")
    await inspected(python, "sys.path", 5)
    assert (await python.run("_")).result == "7"
    assert "evaluation 3" in (await python.run("1 / 0")).error


async def test_output_of_a_look_waits_for_the_next_evaluation(python: Python) -> None:
    await python.run("class Loud:\n    def __dir__(self): print('asked'); return []\nloud = Loud()")
    await completed(python, "loud.x")
    assert (await python.run("1")).stdout == "asked\n"


async def test_a_look_that_does_not_end_is_interrupted_and_evaluating_goes_on(
    python: Python,
) -> None:
    await python.run(
        "import time\nclass Slow:\n    def __dir__(self): time.sleep(1000)\nslow = Slow()"
    )
    looking = asyncio.ensure_future(python.backend.complete("slow.x", 6))
    async with asyncio.timeout(DEADLINE):
        while (await python.backend.ping()).busy_for is None:  # noqa: ASYNC110 (as it is asked)
            await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert (await python.run("6 * 7")).result == "42"
