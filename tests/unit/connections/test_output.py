"""What code in the embedded backend prints: in order, bounded, whatever way it goes."""

from __future__ import annotations

import re

import pytest

from stui_workspace.connections.backend import Output
from support.embedded import Python, asked

PROMISED = 256 << 10
"""Bytes of output of one evaluation."""
MEMORY = """
def peak():
    with open("/proc/self/status") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) << 10
"""


def joined(outputs: list[Output]) -> list[tuple[str, str]]:
    """The outputs, those of one stream in a row as one."""
    together: list[tuple[str, str]] = []
    for output in outputs:
        if together and together[-1][0] == output.stream:
            together[-1] = (output.stream, together[-1][1] + output.text)
        else:
            together.append((output.stream, output.text))
    return together


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "import sys\nfor i in range(500):\n    print(i)\n    print(-i, file=sys.stderr)",
            id="by print",
        ),
        pytest.param(
            "import os, sys\nfor i in range(500):\n"
            "    os.write(1, b'%d\\n' % i)\n    print(-i, file=sys.stderr)",
            id="past Python and by print",
        ),
        pytest.param(
            "import os\nfor i in range(500):\n    print(i)\n    os.write(2, b'%d\\n' % -i)",
            id="by print and past Python",
        ),
        pytest.param(
            "import sys\nfor i in range(500):\n"
            "    sys.stdout.buffer.write(b'%d\\n' % i)\n    sys.stderr.write(f'{-i}\\n')",
            id="as bytes and as text",
        ),
    ],
)
async def test_both_streams_come_in_the_order_of_printing(code: str, python: Python) -> None:
    outcome = await python.run(code)
    expected = [pair for i in range(500) for pair in (("stdout", f"{i}\n"), ("stderr", f"{-i}\n"))]
    assert joined(outcome.outputs) == expected


async def test_what_other_programs_print_is_there_in_its_place(python: Python) -> None:
    outcome = await python.run(
        "import subprocess, sys\n"
        "print('before')\n"
        "subprocess.run('echo out', shell=True)\n"
        "print('between')\n"
        "subprocess.run('echo err >&2', shell=True)\n"
        "subprocess.run(['echo', 'to this stream'], stdout=sys.stderr)\n"
        "print('after')"
    )
    assert joined(outcome.outputs) == [
        ("stdout", "before\nout\nbetween\n"),
        ("stderr", "err\nto this stream\n"),
        ("stdout", "after\n"),
    ]


async def test_what_c_code_prints_is_there(python: Python) -> None:
    code = "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.puts(b'from C')\nlibc.fflush(None)"
    assert (await python.run(code)).stdout == "from C\n"


async def test_half_a_line_is_there_while_the_code_goes_on(python: Python) -> None:
    running = python.begin("print('so far ', end='')\nwhile True: pass")
    await running.says("so far ")
    await python.backend.interrupt()
    await running.over()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        pytest.param("print('\N{SNOWMAN} \N{GRINNING FACE}')", "\N{SNOWMAN} \N{GRINNING FACE}\n",
                     id="beyond ASCII"),
        pytest.param("print('\\ud800')", "\\ud800\n", id="half a character"),
        pytest.param("import os; os.write(1, b'a\\xffb')", "a\ufffdb", id="bytes that are no text"),
        pytest.param(
            "import os\nfor b in '\N{GRINNING FACE}'.encode(): os.write(1, bytes([b]))",
            "\N{GRINNING FACE}",
            id="a character in pieces",
        ),
        pytest.param("import os; os.write(1, b'\\xf0\\x9f')", "\ufffd", id="a piece of one"),
        pytest.param("print('a\\x00\\x1b[31m')", "a\0\x1b[31m\n", id="control characters"),
        pytest.param("print('a\\r\\nb')", "a\r\nb\n", id="line ends"),
    ],
)  # fmt: skip
async def test_text(code: str, text: str, python: Python) -> None:
    assert (await python.run(code)).stdout == text


async def test_a_great_deal_of_output_is_cut_in_the_middle_and_counted(python: Python) -> None:
    count = 200_000
    outcome = await python.run(f"for i in range({count}): print(f'{{i:07}}')")
    head, notes, tail = outcome.stdout[:8], outcome.stderr, outcome.stdout[-8:]
    assert (head, tail) == (f"{0:07}\n", f"{count - 1:07}\n")
    assert len(outcome.stdout) == PROMISED
    left_out = re.search(r"\n\[stui: ([\d,]+) bytes of output left out here\]\n", notes)
    assert left_out is not None
    assert int(left_out[1].replace(",", "")) == 8 * count - PROMISED
    assert "[stui: a lot of output: " in notes


async def test_what_just_fits_is_whole(python: Python) -> None:
    outcome = await python.run(f"for _ in range({PROMISED} // 64): print('x' * 63)")
    assert outcome.stdout == ("x" * 63 + "\n") * (PROMISED // 64)
    assert "left out" not in outcome.stderr


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("for _ in range(100 << 10): print('x' * 1023)", id="by print"),
        pytest.param(
            "import subprocess\nsubprocess.run('yes | head -c 104857600', shell=True)",
            id="by a program",
        ),
        pytest.param(
            "import os\nfor _ in range(100 << 10): os.write(2, b'x' * 1024)", id="past Python"
        ),
    ],
)
async def test_a_hundred_megabytes_of_output_take_no_memory(code: str, python: Python) -> None:
    await python.run(MEMORY)
    before = int((await python.run("peak()")).result or 0)
    outcome = await python.run(code)
    after = int((await python.run("peak()")).result or 0)
    assert after - before < 8 << 20
    assert 0 < len(outcome.text) < PROMISED + 1000
    assert "bytes of output left out" in outcome.stderr
    assert "left out" not in (await python.run("print('little')")).text


async def test_output_after_an_evaluation_comes_with_the_next_one(python: Python) -> None:
    code = (
        "import threading\n"
        "go, gone = threading.Event(), threading.Event()\n"
        "def late():\n    go.wait()\n    print('late')\n    gone.set()\n"
        "threading.Thread(target=late).start()"
    )
    assert (await python.run(code)).text == ""
    # The thread prints between two evaluations, or in the second one: it is there in any case.
    await python.run("go.set()")
    outcome = await python.run("gone.wait()\nprint('now')")
    assert "".join(one.text for run in python.running for one in run.outputs) == "late\nnow\n"
    assert outcome.stdout.endswith("now\n")


async def test_threads_print_into_the_evaluation_that_runs(python: Python) -> None:
    outcome = await python.run(
        "import threading\n"
        "threads = [threading.Thread(target=print, args=(i,)) for i in range(20)]\n"
        "for t in threads: t.start()\n"
        "for t in threads: t.join()"
    )
    # Unbuffered as under `python -u`: other threads may get between a line and its end.
    assert sorted(outcome.stdout) == sorted("".join(f"{i}\n" for i in range(20)))


@pytest.mark.parametrize(
    "harm",
    [
        "import sys; sys.stdout.close(); sys.stderr.close()",
        "import sys; sys.stdout = None",
        "import os; os.close(1); os.close(2)",
        "import os; os.closerange(3, 100)",
        "import sys; sys.stdout.detach(); sys.stdout = None",
    ],
)
async def test_closing_the_streams_harms_only_the_evaluation_that_does_it(
    harm: str, python: Python
) -> None:
    await python.run(harm)
    outcome = await python.run("import sys; print('out'); print('err', file=sys.stderr)")
    assert (outcome.stdout, outcome.stderr) == ("out\n", "err\n")


async def test_output_can_be_sent_elsewhere(python: Python) -> None:
    outcome = await python.run(
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()) as kept: print('kept')\n"
        "kept.getvalue()"
    )
    assert (outcome.result, outcome.text) == ("'kept\\n'", "")


async def test_a_finaliser_may_print_while_something_is_printed(python: Python) -> None:
    """It may run in the middle of our own code, which must not wait for itself."""
    code = (
        "import gc\n"
        "class Loud:\n"
        "    def __init__(self): self.me = self\n"
        "    def __del__(self): print('gone')\n"
        "gc.set_threshold(5)\n"
        "for _ in range(2000): Loud(); print('x' * 10)\n"
        "gc.set_threshold(700); gc.collect()\n"
    )
    outcome = await python.run(code)
    assert outcome.stdout.count("gone\n") == 2000
    assert outcome.stdout.count("x") == 20_000


async def test_a_listener_that_fails_stops_the_evaluation_and_nothing_else(
    python: Python,
) -> None:
    def fail(_output: Output) -> None:
        raise LookupError("no screen")

    with pytest.raises(LookupError, match="no screen"):
        await python.backend.evaluate(asked("print('on')\nwhile True: pass"), fail)
    assert (await python.run("'still here'")).result == "'still here'"
