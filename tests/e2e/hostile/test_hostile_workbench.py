"""The workbench itself, in a terminal, on hostile projects: it shows them, and obeys nothing."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import os
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from e2e.hostile.cases import all_cases
from e2e.hostile.kept import keep_hostile_sessions
from e2e.hostile.tracing import CALLS, calls_in
from e2e.hostile.trial import SECRET, Trap, trap, wrong_call
from support.recorded import Recorded

SHOWN = (
    "escape everywhere", "markup everywhere", "bidi where it asks for power", "an address that listens",
    "a credential that is good", "planted modules", "a hostile overlay", "a tag that makes objects",
)  # fmt: skip
OBEYED = (
    "\x1b]52", "\x1b]0;pwned", "\x1b]8;", "\x9b2J", "\u202e", "\u2066", "\U000e0041", "\u200b", SECRET,
)  # fmt: skip
STUI = Path(sys.executable).with_name("stui")


SCREENS = {
    "alt+m": r"Sessions \d", "alt+h": "Timeline n", "f4": "Restored ", "alt+x": "Merges ", "alt+d": "Promote ", "ctrl+r": r"History \d", "alt+v": "Notices ", "alt+k": r"Connections \d",
}  # fmt: skip
NAMED = {"settings": "Settings ", "doctor": "Doctor ", "freeze": "Write the session as"}


def opened(project: Path, at: Trap, trace: Path, *options: str) -> Recorded:
    tracing = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-e",
        f"trace={CALLS}",
        "-s",
        "400",
        "-o",
        str(trace),
    ]
    environ = {name: value for name, value in at.environ.items() if name != "NO_COLOR"}
    return Recorded([*tracing, str(STUI), *options], cwd=project, environ=environ)


def nothing_was_done(at: Trap, trace: Path, before: os.stat_result) -> None:
    """Whatever the project said, nobody was called, and nothing was touched."""
    after = at.canary.stat()
    calls = list(calls_in(trace))[1:]  # the first is the start itself
    wrong = [what for call in calls if (what := wrong_call(call, ("watch",), at))]
    assert not wrong, "\n".join(wrong)
    assert at.visitors() == 0
    assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)


def nothing_was_obeyed(sent: str) -> None:
    assert not [one for one in OBEYED if one in sent]
    assert "Traceback" not in sent


@pytest.mark.parametrize("name", SHOWN)
def test_it_obeys_nothing(name: str) -> None:
    case = next(one for one in all_cases() if one.name == name)
    with trap() as at:
        project = at.folder / "projects" / "it"
        case.put(project, at.words)
        before = at.canary.stat()
        trace = at.folder / "trace"
        with opened(project, at, trace, "--fresh") as screen:
            screen.wait_for("^Q quit")
            screen.press("ctrl+q")
            assert screen.wait_for_end() in (0, 1)
            sent = screen.sent.decode("utf-8", "replace")
        nothing_was_done(at, trace, before)
    nothing_was_obeyed(sent)


@pytest.mark.parametrize("name", ["escape everywhere", "markup everywhere", "planted sessions"])
def test_no_screen_of_a_session_of_somebody_else_obeys_anything(name: str) -> None:
    case = next(one for one in all_cases() if one.name == name)
    with trap() as at:
        project = at.folder / "projects" / "it"
        case.put(project, at.words)
        keep_hostile_sessions(at.folder / "home", project)
        before = at.canary.stat()
        trace = at.folder / "trace"
        with opened(project, at, trace, "--resume", "main") as screen:
            screen.wait_for("^Q quit")
            for key, shown in SCREENS.items():
                screen.press(key)
                screen.wait_for(partial(re.search, shown))
                screen.wait_for("Esc back")
                screen.press("down", "tab", "down", "escape")
                screen.wait_for("^Q quit")
            for typed, shown in NAMED.items():
                screen.press("ctrl+p")
                screen.wait_for("━ Commands ━")
                screen.type(typed)
                screen.press("enter")
                screen.wait_for(partial(re.search, shown))
                screen.press("escape")
                screen.wait_for(partial(_is_bench_without, shown))
            screen.press("ctrl+q")
            assert screen.wait_for_end() in (0, 1)
            sent = screen.sent.decode("utf-8", "replace")
        nothing_was_done(at, trace, before)
    nothing_was_obeyed(sent)


def _is_bench_without(title: str, text: str) -> bool:
    return "^Q quit" in text and re.search(title, text) is None
