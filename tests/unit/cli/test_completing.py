"""What a shell completes: from the file, never failing, never more than text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from stui_workspace.cli import build
from stui_workspace.document import parse
from stui_workspace.model.paths import parse_key_path
from support.command_line import CommandLine
from unit.cli.conftest import GOOD


def completed(*words: str) -> list[str]:
    """What is offered for the last of `words`."""
    group = build(lambda _request, _services: 0)
    shell = ShellComplete(group, {}, "stui", "_STUI_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


class TestKeyPaths:
    @pytest.mark.parametrize("command", ["get", "set", "unset"])
    def test_all_of_the_file(self, file: Path, command: str) -> None:
        found = completed(command, "")
        assert "connections.py.kind" in found
        assert "buffers" in found
        plain = parse(GOOD)
        assert all(plain.node(parse_key_path(one)) is not None for one in found)

    def test_those_that_begin_so(self, file: Path) -> None:
        assert completed("get", "buffers.scratch.s") == ["buffers.scratch.source"]

    def test_of_the_file_that_is_named(self, file: Path) -> None:
        (file.parent / "other.yaml").write_text("a: [{b: 1}]\n")
        assert completed("get", "--file", "other.yaml", "") == ["a", "a[0]", "a[0].b"]

    def test_nothing_that_a_shell_would_run(self, file: Path) -> None:
        file.write_text(
            'x-$(touch pwned): 1\nx-;ls: 1\n"x-`id`": 1\n"x-\\e[2J": 1\n"x- b": 1\n'
            'x-é: 1\n"-x": 1\nx-ok: 1\n'
        )
        assert completed("get", "") == ["x-ok"]

    @pytest.mark.parametrize("content", [b"[", b"\xff", b"", b"- a\n", b"a: *a\n"], ids=repr)
    def test_nothing_of_a_file_that_cannot_be_read(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        assert completed("get", "") == []

    def test_a_large_file_is_not_offered_whole(self, file: Path) -> None:
        file.write_text("".join(f"x-{n}: 1\n" for n in range(5000)))
        assert len(completed("get", "")) == 500

    def test_nothing_where_there_is_no_file(self, project: Path) -> None:
        assert completed("get", "") == []

    def test_nothing_of_a_pipe(self, project: Path) -> None:
        os.mkfifo(project / ".stui-workspace.yaml")
        assert completed("get", "") == []


class TestNames:
    def test_connections_and_environments(self, file: Path) -> None:
        file.write_text("connections: {py: 1, db: 2}\nenvironments: {staging: {}}\n")
        assert completed("eval", "--conn", "") == ["py", "db"]
        assert completed("trust", "grant", "--connection", "d") == ["db"]
        assert completed("show", "--env", "") == ["staging"]
        assert completed("--env", "") == ["staging"]

    def test_connections_of_the_last_session_alone(self, file: Path, tmp_path: Path) -> None:
        from stui_workspace.storage.locations import Locations

        folder = Locations.find({"STUI_HOME": str(tmp_path / "home")}).workspace(file.parent)
        folder.sessions.mkdir(parents=True)
        (folder.sessions / "main.yaml").write_text(
            "stui-session: 1\nconnections:\n"
            "  h-1: {spec: {kind: socket, url: 'tcp://h:1'}}\n"
            "  py: {evaluations: 2}\n  old: {evaluations: 2}\n"
        )
        for words in (["conn", "test"], ["conn", "watch"], ["conn", "history"]):
            assert completed(*words, "") == ["py", "h-1"]
        assert completed("conn", "") == ["history", "hold", "ls", "test", "tidy", "watch"]

    def test_sessions(self, file: Path, stui: CommandLine, tmp_path: Path) -> None:
        from stui_workspace.storage.locations import Locations

        folder = Locations.find({"STUI_HOME": str(tmp_path / "home")}).workspace(file.parent)
        folder.sessions.mkdir(parents=True)
        (folder.sessions / "main.yaml").write_text("stui-session: 1\n")
        assert completed("-r", "") == ["main"]
        assert completed("session", "show", "") == ["main"]
        assert completed("watch", "--session", "x") == []

    def test_codes(self) -> None:
        assert "Y103" in completed("explain", "Y1")


class TestCommands:
    def test_commands_and_paths_come_first(self, project: Path) -> None:
        assert "validate" in completed("")
        assert completed("val")[0] == "validate"
        assert completed("trust", "g") == ["grant"]
        assert completed("help", "expl") == ["explain"]

    def test_the_options_of_the_workbench(self) -> None:
        assert completed("--fr") == ["--fresh"]
        assert completed("--fresh", "--no") == ["--no-connect"]

    def test_choices(self) -> None:
        assert completed("validate", "--format", "g") == ["github"]
        assert completed("completions", "") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_says_how_to_install_it(stui: CommandLine, shell: str) -> None:
    ran = stui("completions", shell, PATH="")
    assert (ran.status, ran.err) == (0, "")
    assert f"stui completions {shell} >" in ran.out.split("\n\n")[0]
    assert f"_STUI_COMPLETE={shell}_complete" in ran.out
    assert ran.out.startswith("#compdef stui\n") == (shell == "zsh")
