"""The workbench itself, in a terminal, on hostile projects: it shows them, and obeys nothing."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from e2e.hostile.cases import all_cases
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


def opened(project: Path, at: Trap, trace: Path) -> Recorded:
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
    return Recorded([*tracing, str(STUI), "--fresh"], cwd=project, environ=environ)


@pytest.mark.parametrize("name", SHOWN)
def test_it_obeys_nothing(name: str) -> None:
    case = next(one for one in all_cases() if one.name == name)
    with trap() as at:
        project = at.folder / "projects" / "it"
        case.put(project, at.words)
        before = at.canary.stat()
        trace = at.folder / "trace"
        with opened(project, at, trace) as screen:
            screen.wait_for("^Q quit")
            screen.press("ctrl+q")
            assert screen.wait_for_end() in (0, 1)
            sent = screen.sent.decode("utf-8", "replace")
        after = at.canary.stat()
        calls = list(calls_in(trace))[1:]  # the first is the start itself
        wrong = [what for call in calls if (what := wrong_call(call, ("watch",), at))]
        assert not wrong, "\n".join(wrong)
        assert at.visitors() == 0
        assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
    assert not [one for one in OBEYED if one in sent]
    assert "Traceback" not in sent
