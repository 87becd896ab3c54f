"""Errors of code in the embedded backend, as its author wants to see them."""

from __future__ import annotations

import re
import sys

import pytest

from stui_workspace.connections.backend import Ending
from support.embedded import Python

CUT = 64 << 10


def without_marks(error: str) -> list[str]:
    """The lines of a traceback without those which point into a line."""
    return [line for line in error.split("\n") if line.strip(" ^~")]


async def test_a_traceback_has_the_lines_of_the_code_and_none_of_ours(python: Python) -> None:
    await python.run("def f(x):\n    return 1 / x")
    outcome = await python.run("\nf(0)")
    assert outcome.answer.ending is Ending.ERROR
    assert without_marks(outcome.error) == [
        "Traceback (most recent call last):",
        '  File "<evaluation 2>", line 2, in <module>',
        "    f(0)",
        '  File "<evaluation 1>", line 2, in f',
        "    return 1 / x",
        "ZeroDivisionError: division by zero",
    ]


async def test_causes_are_shown_and_have_no_frames_of_ours_either(python: Python) -> None:
    code = "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError from error"
    assert without_marks((await python.run(code)).error) == [
        "Traceback (most recent call last):",
        '  File "<evaluation 1>", line 2, in <module>',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
        "The above exception was the direct cause of the following exception:",
        "Traceback (most recent call last):",
        '  File "<evaluation 1>", line 4, in <module>',
        "    raise ValueError from error",
        "ValueError",
    ]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import asyncio\nawait asyncio.sleep(0)\n1 / 0", id="after an await"),
        pytest.param("print(type('', (), {'__str__': lambda s: 1 / 0})())", id="while printing"),
        pytest.param("import sys\nsys.stdout.write(1)", id="by printing"),
        pytest.param(
            "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])"
            if sys.version_info >= (3, 11)
            else "raise ValueError",
            id="a group",
        ),
    ],
)
async def test_no_frame_is_ours(code: str, python: Python) -> None:
    error = (await python.run(code)).error
    files = re.findall(r'File "([^"]*)"', error)
    assert files[0] == "<evaluation 1>"
    assert [file for file in files if "connections" in file] == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param(
            "x = 1\ndef f(:",
            ['  File "<evaluation 1>", line 2', "    def f(:", "SyntaxError: invalid syntax"],
            id="to the parser",
        ),
        pytest.param(
            "x = 1\nreturn x",
            [
                '  File "<evaluation 1>", line 2',
                "    return x",
                "SyntaxError: 'return' outside function",
            ],
            id="to the compiler",
        ),
    ],
)
async def test_what_is_no_python_is_shown_where_it_is_not(
    code: str, lines: list[str], python: Python
) -> None:
    assert without_marks((await python.run(code)).error) == lines


@pytest.mark.parametrize("code", ["'\ud800'", "a\0b", "(" * 5000 + ")" * 5000])
async def test_what_cannot_be_compiled_at_all_is_an_error(code: str, python: Python) -> None:
    assert (await python.run(code)).answer.ending is Ending.ERROR
    assert (await python.run("'still here'")).result == "'still here'"


async def test_a_warning_of_the_compiler_shows_its_line(python: Python) -> None:
    outcome = await python.run("x = 1\nassert (x, 'always')")
    assert "<evaluation 1>:2: SyntaxWarning: assertion is always true" in outcome.stderr
    assert "assert (x, 'always')" in outcome.stderr


async def test_a_long_error_keeps_its_head_and_its_tail(python: Python) -> None:
    outcome = await python.run(f"raise ValueError('a' + 'x' * {2 * CUT} + 'z')")
    assert outcome.error.startswith("Traceback (most recent call last):\n")
    assert outcome.error.endswith("xz")
    assert re.search(r"\n\[stui: [\d,]+ characters left out here\]\n", outcome.error)
    assert len(outcome.error) < CUT + 100


async def test_an_endless_recursion_is_an_error(python: Python) -> None:
    outcome = await python.run("def f(): return f()\nf()")
    assert "RecursionError: maximum recursion depth exceeded" in outcome.error
    assert (await python.run("'still here'")).result == "'still here'"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("1 / 0", id="fail"),
        pytest.param("raise KeyboardInterrupt", id="interrupt"),
        pytest.param("raise SystemExit", id="leave"),
    ],
)
async def test_an_exception_whose_words_fail_is_an_error(words: str, python: Python) -> None:
    code = f"class Odd(Exception):\n    def __str__(self):\n        {words}\nraise Odd"
    assert (await python.run(code)).answer.ending is Ending.ERROR
    assert (await python.run("'still here'")).result == "'still here'"


async def test_the_last_traceback_is_there_to_be_looked_at(python: Python) -> None:
    await python.run("1 / 0")
    code = "import sys, traceback\ntraceback.extract_tb(sys.last_traceback)[-1].name"
    assert (await python.run(code)).result == "'<module>'"


async def test_old_code_is_forgotten_before_it_takes_memory(python: Python) -> None:
    await python.run("def f():\n    1 / 0")
    await python.run("#" * (1 << 20))
    assert "1 / 0" not in (await python.run("f()")).error
    code = "import linecache\nsum(len(''.join(lines[2])) for lines in linecache.cache.values())"
    assert int((await python.run(code)).result or "0") < 2 << 20
