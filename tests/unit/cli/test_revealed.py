"""What was revealed in this run is in nothing that a command prints."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.fake_backend import FakeBackend, Play
from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.connections.kinds import Setting
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.services import Services
from stui_workspace.secrets.redacting import TAKEN_OUT
from stui_workspace.secrets.secret import Secret
from support.command_line import CommandLine

VALUE = "hunter2hunter"
PLAYS = {
    "say": Play(
        (Output("stdout", "it is hunt"), Output("stdout", "er2hunter\n")),
        Answer(Ending.OK, repr(VALUE)),
    ),
    "fail": Play((), Answer(Ending.ERROR, None, f"ValueError: {VALUE}\n")),
}


@pytest.fixture
def refusals() -> list[str]:
    """Of the next starts of the backend."""
    return []


@pytest.fixture
def knowing(stui: CommandLine, file: Path, tmp_path: Path, refusals: list[str]) -> CommandLine:
    """A command line whose one backend knows a value that was revealed."""

    def make(_spec: ConnectionSpec, _setting: Setting) -> FakeBackend:
        return FakeBackend(PLAYS, refusal=refusals.pop(0) if refusals else None)

    services = replace(Services.real({"STUI_HOME": str(tmp_path / "home")}), make_backend=make)
    services.redactor.remember(Secret(VALUE))
    stui.services = services
    return stui


def test_evaluated_code_cannot_say_it(knowing: CommandLine) -> None:
    ran = knowing("eval", "-e", "say")
    assert ran.out == f"it is {TAKEN_OUT}\n'{TAKEN_OUT}'\n"
    assert "note: 2 secrets were taken out\n" in ran.err
    assert ran.status == 0


def test_nor_can_it_in_json(knowing: CommandLine) -> None:
    ran = knowing("eval", "--json", "-e", "say")
    record = json.loads(ran.out)
    assert (record["stdout"], record["result"]) == (f"it is {TAKEN_OUT}\n", f"'{TAKEN_OUT}'")
    assert record["notes"] == ["2 secrets were taken out"]


def test_nor_can_an_error_of_the_code(knowing: CommandLine) -> None:
    ran = knowing("eval", "-e", "fail")
    assert ran.status == 1
    assert f"ValueError: {TAKEN_OUT}\n" in ran.err


@pytest.mark.parametrize("command", [("eval", "-e", "say"), ("conn", "test", "py")])
def test_nor_can_the_refusal_of_a_backend(
    knowing: CommandLine, refusals: list[str], command: tuple[str, ...]
) -> None:
    refusals.append(f"no, {VALUE}")
    ran = knowing(*command)
    assert ran.status == 4
    assert VALUE not in ran.out + ran.err
    assert TAKEN_OUT in ran.err


def test_no_error_of_any_command_has_it(knowing: CommandLine) -> None:
    ran = knowing("get", f"buffers.{VALUE}")
    assert ran.status != 0
    assert VALUE not in ran.out + ran.err
    assert TAKEN_OUT in ran.err
