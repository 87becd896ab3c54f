"""What code evaluates to in the embedded backend, and in which namespace."""

from __future__ import annotations

import pytest

from stui_workspace.connections.backend import Answer, Ending
from support.embedded import Python

CUT = 64 << 10
"""Characters of a result."""


@pytest.mark.parametrize(
    ("code", "result"),
    [
        pytest.param("6 * 7", "42", id="an expression"),
        pytest.param("x = 1\nx + 1", "2", id="the last expression of several lines"),
        pytest.param("1; 2", "2", id="the last of a line"),
        pytest.param("'a\\nb'", "'a\\nb'", id="as its representation"),
        pytest.param("'\N{SNOWMAN}'", "'\N{SNOWMAN}'", id="beyond ASCII"),
        pytest.param("'\\ud800'", "'\\ud800'", id="half a character"),
        pytest.param("1 + 1  # so it is", "2", id="with a comment"),
        pytest.param("(1 +\r\n 1)\r\n", "2", id="with the line ends of Windows"),
        pytest.param("None", None, id="none shows nothing"),
        pytest.param("x = 1", None, id="a statement"),
        pytest.param("", None, id="nothing"),
        pytest.param("# only words", None, id="only a comment"),
        pytest.param("def f():\n    return 1\n", None, id="a definition"),
        pytest.param("if True:\n    7", None, id="an expression inside a statement"),
    ],
)
async def test_result(code: str, result: str | None, python: Python) -> None:
    assert (await python.run(code)).answer == Answer(Ending.OK, result)


async def test_names_stay_from_one_evaluation_to_the_next(python: Python) -> None:
    await python.run("def twice(x):\n    return 2 * x\nimport math")
    assert (await python.run("twice(math.floor(3.5))")).result == "6"


async def test_underscore_is_the_last_result(python: Python) -> None:
    await python.run("6 * 7")
    await python.run("None")
    await python.run("x = 5")
    assert (await python.run("_ + 1")).result == "43"


async def test_the_namespace_is_the_main_module(python: Python) -> None:
    """Where pickle, dataclasses and type hints look up what was defined."""
    await python.run(
        "import dataclasses, pickle, sys, typing\n"
        "@dataclasses.dataclass\n"
        "class Point:\n"
        "    x: 'int'\n"
    )
    assert (await python.run("pickle.loads(pickle.dumps(Point(3)))")).result == "Point(x=3)"
    assert (await python.run("typing.get_type_hints(Point)")).result == "{'x': <class 'int'>}"
    assert (await python.run("__name__, sys.modules[__name__].Point is Point")).result == (
        "('__main__', True)"
    )
    assert (await python.run("sorted(n for n in dir() if n.startswith('__'))")).result == (
        "['__builtins__', '__doc__', '__loader__', '__name__', '__package__', '__spec__']"
    )


async def test_other_processes_can_be_made_as_python_makes_them(python: Python) -> None:
    code = (
        "import multiprocessing\n"
        "def double(x):\n"
        "    print('double', x)\n"
        "    return 2 * x\n"
        "with multiprocessing.get_context('fork').Pool(1) as pool:\n"
        "    doubled = pool.map(double, [1, 2])\n"
        "doubled"
    )
    outcome = await python.run(code)
    assert outcome.result == "[2, 4]"
    assert outcome.stdout == "double 1\ndouble 2\n"


async def test_a_fork_that_comes_back_ends_and_does_not_answer(python: Python) -> None:
    code = "import os\npid = os.fork()\nos.waitpid(pid, 0)[1] if pid else 'the fork'"
    outcome = await python.run(code)
    assert (outcome.result, "Traceback" in outcome.stderr) == ("0", False)
    assert (await python.run("'still here'")).result == "'still here'"


async def test_await_needs_no_function_around_it(python: Python) -> None:
    await python.run("import asyncio\nevent = asyncio.Event()")
    await python.run("task = asyncio.ensure_future(event.wait())\nawait asyncio.sleep(0)")
    assert (await python.run("event.set()\nawait task")).result == "True"
    assert (await python.run("[x async for x in (y for y in [1])]")).error.endswith(
        "TypeError: 'async for' requires an object with __aiter__ method, got generator"
    )
    assert (await python.run("asyncio.run(asyncio.sleep(0, 'by hand'))")).result == "'by hand'"


async def test_a_future_import_holds_for_what_follows(python: Python) -> None:
    """And none of ours does."""
    await python.run("def f(x: int): ...")
    assert (await python.run("f.__annotations__")).result == "{'x': <class 'int'>}"
    await python.run("from __future__ import annotations")
    await python.run("def f(x: NoSuchName): ...")
    assert (await python.run("f.__annotations__")).result == "{'x': 'NoSuchName'}"


@pytest.mark.parametrize("letter", ["\N{GRINNING FACE}", "\N{SNOWMAN}", "\\x00"])
async def test_a_long_result_of_any_characters_fits_into_its_frame(
    letter: str, python: Python
) -> None:
    result = (await python.run(f"'{letter}' * 10 ** 6")).result or ""
    assert result.startswith(f"'{letter}{letter}")
    assert result.endswith("more characters]")


async def test_a_long_result_is_cut_and_says_so(python: Python) -> None:
    assert (await python.run(f"'x' * ({CUT} - 2)")).result == repr("x" * (CUT - 2))
    result = (await python.run(f"'x' * ({CUT} + 998)")).result
    assert result == "'" + "x" * (CUT - 1) + "... [stui: 1,000 more characters]"


@pytest.mark.parametrize(
    ("body", "last_line"),
    [
        pytest.param("raise ValueError('no')", "ValueError: no", id="raises"),
        pytest.param("raise SystemExit(3)", "SystemExit: 3", id="wants to leave"),
        pytest.param("return 3", "TypeError: __repr__ returned non-string", id="is no text"),
        pytest.param("return repr(self)", "RecursionError: maximum recursion", id="goes round"),
    ],
)
async def test_a_representation_that_fails_is_an_error(
    body: str, last_line: str, python: Python
) -> None:
    outcome = await python.run(f"class Odd:\n    def __repr__(self):\n        {body}\nOdd()")
    assert outcome.answer.ending is Ending.ERROR
    assert last_line in outcome.error
    assert (await python.run("'still here'")).result == "'still here'"


async def test_a_representation_that_lies_about_itself_is_shown_as_it_is(python: Python) -> None:
    code = (
        "class Liar(str):\n"
        "    def __len__(self): return 10 ** 12\n"
        "    def __getitem__(self, key): raise SystemExit\n"
        "    def __str__(self): raise SystemExit\n"
        "class Odd:\n"
        "    def __repr__(self): return Liar('a lie')\n"
        "Odd()"
    )
    assert (await python.run(code)).result == "a lie"


async def test_the_source_of_what_was_defined_can_be_asked_for(python: Python) -> None:
    await python.run("def f():\n    return 'mine'\n")
    assert (await python.run("import inspect\ninspect.getsource(f)")).result == repr(
        "def f():\n    return 'mine'\n"
    )


@pytest.mark.parametrize(
    ("leaving", "last_line"),
    [
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("exit()", "SystemExit: None"),
        ("raise SystemExit('enough')", "SystemExit: enough"),
    ],
)
async def test_leaving_is_an_error_and_ends_nothing(
    leaving: str, last_line: str, python: Python
) -> None:
    await python.run("x = 'still here'")
    outcome = await python.run(leaving)
    assert outcome.answer.ending is Ending.ERROR
    assert outcome.error.split("\n")[-2:] == [
        last_line,
        "[stui: this connection goes on; restart it to begin anew]",
    ]
    assert (await python.run("x")).result == "'still here'"


async def test_there_is_nothing_to_read(python: Python) -> None:
    for code in ("input('name? ')", "exit()", "input('name? ')"):
        outcome = await python.run(code)
    assert outcome.stdout == "name? "
    assert outcome.error.endswith("EOFError: EOF when reading a line")
    assert (await python.run("import sys; sys.stdin.read()")).result == "''"
    assert (await python.run("import os; os.read(0, 10)")).result == "b''"
