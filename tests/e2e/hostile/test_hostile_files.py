"""Nothing in a file is obeyed before somebody agrees, and nothing of it harms a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from e2e.hostile.cases import Case, all_cases
from e2e.hostile.tracing import calls_in
from e2e.hostile.trial import (
    MEBIBYTES,
    SECRET,
    Said,
    Trap,
    commands_for,
    traced,
    trap,
    tried,
    wrong_call,
    wrong_words,
)

BATCHES = 8
CASES = all_cases()


def test_there_are_many() -> None:
    assert len(CASES) >= 250


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_is_obeyed(batch: int) -> None:
    cases = CASES[batch::BATCHES]
    with trap() as at:
        before = at.canary.stat()
        said, calls, mebibytes = tried(cases, at)
        after = at.canary.stat()
        assert at.visitors() == 0
        assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
        wrong = [
            f"{one.case}: stui {' '.join(one.command)}: {what}"
            for one in said
            for what in wrong_words(one, next(case for case in cases if case.name == one.case))
        ]
        for call in calls:
            if call.during != "none":
                number, _, which = call.during.partition("/")
                case, command = cases[int(number)], commands_for(int(number))[int(which)]
                if what := wrong_call(call, command, at, may_merge=case.is_merged):
                    wrong.append(f"{case.name}: stui {' '.join(command)}: {what}")
    assert not wrong, "\n".join(wrong)
    assert len(said) == sum(len(commands_for(number)) for number in range(len(cases)))
    assert mebibytes < MEBIBYTES


CONTROL = """
import os, socket, subprocess, sys
os.access("/stui-probe/0/0", os.F_OK)
socket.create_connection(("127.0.0.1", int(sys.argv[1]))).close()
bus = socket.socket(socket.AF_UNIX)
bus.connect(sys.argv[2])
open(sys.argv[3]).read()
open(os.environ["HOME"] + "/new", "w").close()
subprocess.run(["true"])
"""


def test_what_must_not_happen_would_be_seen(tmp_path: Path) -> None:
    """Guards the test above: its eyes are open."""
    with trap() as at:
        words = at.words
        script = tmp_path / "control.py"
        script.write_text(CONTROL)
        trace = at.folder / "trace"
        traced([str(script), words["PORT"], words["SOCKET"], words["CANARY"]], at, trace)
        found = {
            wrong_call(call, ("validate",), at) for call in calls_in(trace) if call.during == "0/0"
        }
        told = " ".join(str(one) for one in found)
        assert "AF_INET" in told
        assert f'sun_path="{words["SOCKET"]}"' in told
        assert "opens" in told
        assert "writes" in told
        assert "starts" in told
        assert at.visitors() == 2
    assert sys.executable


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (Said("c", ("show",), 70, "", ""), "ended with 70"),
        (Said("c", ("show",), "raised KeyError", "", ""), "ended with"),
        (Said("c", ("validate",), 0, "", ""), "ended with 0, not 1"),
        (Said("c", ("show",), 0, "a\x1b[31m", ""), "shows"),
        (Said("c", ("show",), 0, "", "\u202e".encode().decode("latin-1")), "shows"),
        (Said("c", ("show",), 0, "", f"error: {SECRET}"), "tells the secret, as itself"),
        (Said("c", ("show",), 0, "", SECRET.encode().hex()), "tells the secret, as hexadecimal"),
        (Said("c", ("show",), 0, "", "Traceback (most recent call last)"), "has a trace"),
        (Said("c", ("show",), 0, "name: sang", ""), "tells what the canary says"),
    ],
)  # fmt: skip
def test_bad_words_would_be_seen(said: Said, what: str) -> None:
    found = list(wrong_words(said, Case("c", "", 1)))
    assert any(one.startswith(what) for one in found), found


def test_the_trap_has_ears() -> None:
    with trap() as at:
        assert isinstance(at, Trap)
        assert at.visitors() == 0
