"""A program in the child's place that does not keep to the protocol, or to anything."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.connections.python.backend import PythonBackend
from stui_workspace.connections.python.frames import (
    FRAME_LIMIT,
    FrameError,
    FrameReader,
    Greeting,
    Said,
    frame,
    joined,
)
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import DEADLINE, Outcome, Python

HELLO = {"type": "hello", "backend": "Odd 1"}
OK = {"type": "answer", "ending": "ok"}
SCRIPT = """\
#!{python}
import json, os, sys
def say(message):
    body = json.dumps(message).encode()
    write(len(body).to_bytes(4, "big") + body)
def write(content):
    while content:
        content = content[os.write(1, content):]
def command():
    return os.read(0, 1 << 20)
{body}
"""


def odd_python(folder: Path, body: str, patience: float = 10.0) -> PythonBackend:
    """A backend whose interpreter is a program of ours."""
    script = folder / "odd-python"
    script.write_text(SCRIPT.format(python=sys.executable, body=body))
    script.chmod(0o755)
    spec = ConnectionSpec("py", "python", python=str(script))
    return PythonBackend(spec, folder, patience=patience)


NO_ANSWER = "it sent what is no answer"
UNASKED = "it said what nobody asked for"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("", "Python ended with exit status 0 before it answered", id="says nothing"),
        pytest.param(
            "sys.exit('no\\x1b[31m such option: -I')",
            "Python ended with exit status 1 before it answered: no␛[31m such option: -I",
            id="complains",
        ),
        pytest.param("write(b'Python 2.7')\ncommand()", NO_ANSWER, id="talks"),
        pytest.param("write(b'\\0\\0\\0\\2{]')\ncommand()", NO_ANSWER, id="babbles"),
        pytest.param("say([1])\ncommand()", NO_ANSWER, id="answers oddly"),
        pytest.param(
            "say({'type': 'hello', 'backend': 1})\ncommand()", NO_ANSWER, id="greets oddly"
        ),
        pytest.param(f"say({OK!r})\ncommand()", UNASKED, id="answers first"),
        pytest.param(
            "os.close(1)\ncommand()\ncommand()", "it closed its own line to stui", id="hangs up"
        ),
        pytest.param("command()", "no answer within 0.2 s", id="is silent"),
    ],
)
async def test_it_does_not_come_up(body: str, reason: str, tmp_path: Path) -> None:
    backend = odd_python(tmp_path, body, patience=0.2 if "within" in reason else 30.0)
    with pytest.raises(ConnectionLostError) as caught:
        await backend.start()
    assert caught.value.reason.startswith(reason)
    assert "Python 3.8 or newer" in (caught.value.next_step or "")


@pytest.mark.parametrize(
    ("body", "is_final"),
    [
        pytest.param("import signal; os.kill(os.getpid(), signal.SIGKILL)", False, id="killed"),
        pytest.param(
            "import signal; os.kill(os.getpid(), signal.SIGTERM)", False, id="told to end"
        ),
        pytest.param("os.abort()", True, id="aborts"),
        pytest.param("sys.exit(3)", True, id="gives up"),
    ],
)
async def test_one_that_somebody_killed_at_its_start_is_tried_again(
    body: str, is_final: bool, tmp_path: Path
) -> None:
    """Short memory, or a person, ended it; it says nothing about the interpreter."""
    with pytest.raises(ConnectionLostError) as caught:
        await odd_python(tmp_path, body, patience=30.0).start()
    assert caught.value.is_final is is_final


OUTPUT = {"type": "output", "stream": "stdout", "text": "x" * 1000}


FLOOD = "it sent more output than it may"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(f"while True: say({OUTPUT!r})", FLOOD, id="floods"),
        pytest.param("write(b'\\x7f' * 1000)", NO_ANSWER, id="huge frame"),
        pytest.param("write(b'\\0\\x0f\\xff\\xff' + b'[' * 0xfffff)", NO_ANSWER, id="deep frame"),
        pytest.param(f"say({HELLO!r})", UNASKED, id="greets again"),
        pytest.param("say({'type': 'answer', 'ending': 'lost'})", NO_ANSWER, id="says it is lost"),
        pytest.param(
            "say({'type': 'answer', 'ending': 'ok', 'result': 3})", NO_ANSWER, id="no text"
        ),
        pytest.param(
            "say({'type': 'output', 'stream': 'log', 'text': ''})", NO_ANSWER, id="another stream"
        ),
        pytest.param("sys.exit(5)", "Python ended with exit status 5", id="leaves"),
    ],
)
async def test_it_goes_wrong_later(body: str, reason: str, tmp_path: Path) -> None:
    backend = odd_python(tmp_path, f"say({HELLO!r})\ncommand()\n{body}\ncommand()\ncommand()")
    assert (await backend.start()).backend == "Odd 1"
    outcome: Outcome = await Python(backend, tmp_path).run("1")
    assert outcome.answer == Answer(Ending.LOST, error=reason)
    assert len(outcome.text) <= 512 << 10
    assert await backend.wait_lost() == reason
    await backend.close()


async def test_what_it_says_after_its_answer_ends_it(tmp_path: Path) -> None:
    body = f"say({HELLO!r})\ncommand()\nsay({OK!r})\nsay({OK!r})\ncommand()"
    backend = odd_python(tmp_path, body)
    await backend.start()
    assert (await Python(backend, tmp_path).run("1")).answer == Answer(Ending.OK)
    async with asyncio.timeout(DEADLINE):
        assert await backend.wait_lost() == "it said what nobody asked for"
    await backend.close()


async def test_a_long_name_and_control_characters_are_made_harmless(tmp_path: Path) -> None:
    body = "say({'type': 'hello', 'backend': '\\x1b]0;' + 'x' * 1000})\ncommand()"
    backend = odd_python(tmp_path, body)
    hello = await backend.start()
    assert hello.backend.startswith("␛]0;xxx")
    assert len(hello.backend) == 80
    await backend.close()


TEXTS = st.text(st.characters(exclude_categories=[]), max_size=20)
SAID = st.one_of(
    st.builds(Output, st.sampled_from(["stdout", "stderr"]), TEXTS),
    st.builds(
        Answer,
        st.sampled_from([Ending.OK, Ending.ERROR, Ending.INTERRUPTED]),
        st.none() | TEXTS,
        st.none() | TEXTS,
    ),
    st.just(Greeting("Python 3.11.7")),
)


def as_message(said: Said) -> dict[str, object]:
    match said:
        case Output(stream, text):
            return {"type": "output", "stream": stream, "text": text}
        case Answer(ending, result, error):
            return {"type": "answer", "ending": ending, "result": result, "error": error}
        case _:
            return {"type": "hello", "backend": "Python 3.11.7"}


@given(st.lists(SAID), st.lists(st.integers(1, 50)))
def test_frames_are_read_whatever_pieces_they_come_in(said: list[Said], sizes: list[int]) -> None:
    content = b"".join(frame(as_message(one)) for one in said)
    reader = FrameReader()
    heard: list[Said] = []
    for size in sizes:
        heard += reader.feed(content[:size])
        content = content[size:]
    heard += reader.feed(content)
    assert heard == said


@given(st.lists(SAID))
def test_joining_says_the_same_in_fewer_pieces(said: list[Said]) -> None:
    def letters(pieces: list[Said]) -> list[object]:
        return [
            one
            for piece in pieces
            for one in (
                [(piece.stream, letter) for letter in piece.text]
                if isinstance(piece, Output)
                else [piece]
            )
        ]

    together = list(joined(iter(said)))
    assert letters(together) == letters(said)
    streams = [one.stream if isinstance(one, Output) else None for one in together]
    assert not any(one and one == other for one, other in pairwise(streams))


@given(st.lists(st.binary()))
def test_anything_else_is_no_frame_and_nothing_worse(pieces: list[bytes]) -> None:
    reader = FrameReader()
    with suppress(FrameError):
        for piece in pieces:
            list(reader.feed(piece))


@given(
    st.recursive(st.none() | st.integers() | TEXTS, st.lists, max_leaves=5)
    | st.dictionaries(TEXTS, TEXTS)
)
def test_any_other_message_is_refused(message: object) -> None:
    body = json.dumps(message).encode()
    with pytest.raises(FrameError):
        list(FrameReader().feed(len(body).to_bytes(4, "big") + body))


def test_a_frame_beyond_the_limit_is_refused_before_it_is_there() -> None:
    with pytest.raises(FrameError):
        list(FrameReader().feed((FRAME_LIMIT + 1).to_bytes(4, "big")))
