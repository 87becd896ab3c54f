"""Asking a program of the user's choice for a secret."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from stui_workspace.secrets.bindings import Command
from stui_workspace.secrets.commands import run_command
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import TimedOut, Unavailable

Came = Secret | Unavailable | TimedOut


def came_of(
    code: str, seconds: float = 30.0, environ: Mapping[str, str] = MappingProxyType({})
) -> Came:
    return run_command(Command((sys.executable, "-I", "-c", code)), environ, seconds)


def value_of(came: Came) -> str | None:
    return came.reveal() if isinstance(came, Secret) else None


def test_the_first_line_is_the_value() -> None:
    assert value_of(came_of("print('one\\ntwo')")) == "one"
    assert value_of(came_of("print('one', end='\\r\\n')")) == "one"
    assert value_of(came_of("print(' o n e ', end='')")) == " o n e "


def test_it_has_no_input_and_none_of_our_secrets() -> None:
    code = (
        "import os, sys; print(sys.stdin.read() + str(sorted(k for k in os.environ if 'K' in k)))"
    )
    assert value_of(came_of(code, environ={"STUI_SECRET_A": "K", "KEPT": "K"})) == "['KEPT']"


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "print()",
        "print('hunter2'); raise SystemExit(3)",
        "print('hunter2' * 20_000)",
        "import sys; sys.stdout.buffer.write(b'\\xff')",
    ],
)
def test_what_is_no_value_is_none_and_is_not_repeated(code: str) -> None:
    came = came_of(code)
    assert isinstance(came, Unavailable)
    assert "hunter2" not in f"{came}"


def test_it_may_take_so_long_and_no_longer() -> None:
    assert came_of("input() if False else __import__('signal').pause()", 0.2) == TimedOut(0.2)


def test_of_one_that_prints_for_ever_the_first_line_is_taken_and_it_ends() -> None:
    code = "import os\nwhile True: os.write(1, b'one\\n' * 4096)"
    assert value_of(came_of(code)) == "one"
    code = "import os\nwhile True: os.write(1, b'o' * 4096)"
    assert isinstance(came_of(code), Unavailable)


def test_one_that_prints_without_end_is_not_kept_in_memory() -> None:
    tracemalloc.start()
    try:
        came_of("import os\nfor _ in range(1024): os.write(1, b'one\\n' * 16384)")
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_program_is_found_in_absolute_folders_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "say"
    program.write_text("#!/bin/sh\necho said\n", encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    assert value_of(run_command(Command(("say",)), {"PATH": str(tmp_path)})) == "said"
    for path in ("", ".", ".:"):
        assert isinstance(run_command(Command(("say",)), {"PATH": path}), Unavailable)
    for name in ("./say", "x/../say"):
        assert isinstance(run_command(Command((name,)), {"PATH": str(tmp_path)}), Unavailable)


@pytest.mark.parametrize("argv", [("/nowhere/at/all",), (sys.executable, "a\0b")])
def test_what_cannot_be_started_is_said(argv: tuple[str, ...]) -> None:
    assert isinstance(run_command(Command(argv), {}), Unavailable)
