"""What `stui serve --web` is told on its command line, and what it starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from stui_workspace.cli import serving_web
from stui_workspace.cli.serving_web import check_host, command_of
from stui_workspace.cli.web.shown import environ_of, is_in_browser, without_browser
from stui_workspace.errors import UsageError
from stui_workspace.runtime.services import Services
from support.command_line import CommandLine

EVERYWHERE = "0.0.0.0"  # noqa: S104 (it is refused)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "127.0.0.1"),
        ("LOCALHOST", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.1.2.3", "127.1.2.3"),
        ("::1", "::1"),
        ("[::1]", "::1"),
    ],
)
def test_this_machine_has_several_names(host: str, address: str) -> None:
    assert check_host(host) == address


@pytest.mark.parametrize(
    "host",
    [EVERYWHERE, "::", "192.168.1.2", "example.com", "localhost.evil.example", "127.1", "::1%lo"],
)
def test_others_are_refused_with_another_way(host: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_host(host)
    assert "ssh -L" in str(caught.value.next_step)


HOSTILE = ["--env", "a b; touch x", "--var", "n=$(touch x) `touch x` 'q' \"q\" \\ \n|&<>*"]


def test_a_program_gets_its_arguments_as_they_are(tmp_path: Path) -> None:
    command = command_of(tmp_path / "; touch x", HOSTILE)
    at = command.index("-c")
    told = (*command[: at + 1], "import sys; print(sys.argv[1:])", *command[at + 2 :])
    found = subprocess.run(told, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout == f"{[*HOSTILE, str(tmp_path / '; touch x')]}\n"
    assert list(tmp_path.iterdir()) == []


def test_modules_of_the_project_are_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('planted')\n", encoding="utf-8")
    command = (*command_of(tmp_path, ["--version"])[:-1],)
    environ = {"PATH": os.environ["PATH"]}
    found = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout[:5]) == (0, "stui ")
    assert "planted" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--web", "--host", EVERYWHERE], "this machine alone"),
        (["--web", "--bind", "unix:x"], "--bind does not go with --web"),
        (["--web", "--token-stdin"], "--token-stdin does not go with --web"),
        (["--host", "localhost"], "--host goes with --web"),
        (["--port", "0"], "--port goes with --web"),
        (["--web", "--port", "65536"], "--port"),
        (["more"], "unexpected argument `more`"),
        (["--web", "--", "--fersh"], "--fersh"),
        (["--web", "--", "elsewhere"], "--project"),
        (["--web", "--", "--resume"], "--resume needs a name"),
        (["--web", "--project", "none"], "no file or folder"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_listens(
    stui: CommandLine, file: Path, arguments: list[str], told: str
) -> None:
    ran = stui("serve", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_without_the_extra_it_says_how_to_get_it(
    stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_web, "find_spec", lambda _name: None)
    ran = stui("serve", "--web")
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'stui-workspace[web]'" in ran.err


def test_what_we_start_hears_nothing_of_the_browser() -> None:
    environ = environ_of({"A": "b", "TEXTUAL_DRIVER": "x", "COLUMNS": "1"}, 100, 30)
    assert is_in_browser(environ)
    assert not is_in_browser({})
    assert (environ["COLUMNS"], environ["ROWS"]) == ("100", "30")
    assert dict(without_browser(Services.real(environ)).environ) == {"A": "b"}
