"""What `stui` means with and without a command, and what it shows of itself."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from stui_workspace.cli import build
from stui_workspace.cli.group import NAMES, SECTIONS, WORKBENCH
from stui_workspace.runtime.request import Start
from stui_workspace.storage.locations import Locations
from support.command_line import CommandLine


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from stui_workspace.cli.commands import workbench

    monkeypatch.setattr(workbench, "is_interactive", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")


def every_command() -> list[tuple[str, click.Command]]:
    group = build(lambda _request, _services: 0)
    found: list[tuple[str, click.Command]] = []
    for name in NAMES:
        command = group.commands[name]
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", one) for sub, one in command.commands.items()]
    return found


@pytest.mark.usefixtures("project", "at_a_terminal")
class TestTheWorkbench:
    def test_without_a_command_it_opens_here_as_it_was_left(self, stui: CommandLine) -> None:
        assert stui().all == (0, "", "")
        (request,) = stui.opened
        assert (str(request.path), request.start, request.asked) == (".", Start.CONTINUE, False)
        assert (request.session, request.connect, request.environment) == (None, True, None)

    @pytest.mark.parametrize(
        ("arguments", "start", "session", "asked", "connect"),
        [
            (["-c"], Start.CONTINUE, None, True, True),
            (["--continue", "."], Start.CONTINUE, None, True, True),
            (["-r", "main"], Start.CONTINUE, "main", True, True),
            (["--resume", "main"], Start.CONTINUE, "main", True, True),
            (["--fresh"], Start.FRESH, None, True, True),
            ([".", "--safe"], Start.SAFE, None, True, False),
            ([".", "--no-connect"], Start.CONTINUE, None, False, False),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else None,
    )
    def test_its_options(  # noqa: PLR0913 (a row of the table)
        self,
        stui: CommandLine,
        arguments: list[str],
        start: Start,
        session: str | None,
        *,
        asked: bool,
        connect: bool,
    ) -> None:
        assert stui(*arguments).all == (0, "", "")
        (request,) = stui.opened
        found = (request.start, request.session, request.asked, request.connect)
        assert found == (start, session, asked, connect)

    def test_what_is_selected(self, stui: CommandLine) -> None:
        stui("--env", "staging", "--var", "a=1", "--var", "b=x=y")
        assert stui.opened[0].environment == "staging"
        assert stui.opened[0].variables == {"a": "1", "b": "x=y"}

    def test_addresses_to_connect_to(self, stui: CommandLine) -> None:
        stui("--connect", "tls://h:1", "--connect", "pty:cat -u", "--connect", "tls://h:1")
        assert stui.opened[0].connect_to == ("tls://h:1", "pty:cat -u")
        assert stui.opened[0].connect

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--connect", "h:1"],
            ["--connect", "tcp://ada:s3cret@h:1"],
            ["--connect", "tls://h:1", "--no-connect"],
            ["--connect", "tls://h:1", "--safe"],
        ],
        ids=" ".join,
    )
    def test_addresses_that_cannot_be_connected_to_open_nothing(
        self, stui: CommandLine, arguments: list[str]
    ) -> None:
        ran = stui(*arguments)
        assert (ran.status, ran.out, stui.opened) == (2, "", [])
        assert "s3cret" not in ran.err

    def test_its_status_is_passed_on(self) -> None:
        group = build(lambda _request, _services: 3)
        with pytest.raises(SystemExit) as leaving:
            group.main([])
        assert leaving.value.code == 3

    @pytest.mark.parametrize(
        "arguments",
        [["--fresh", "--safe"], ["-c", "--fresh"], ["-r", "a", "--safe"]],
        ids=" ".join,
    )
    def test_starts_exclude_each_other(self, stui: CommandLine, arguments: list[str]) -> None:
        ran = stui(*arguments)
        assert (ran.status, ran.out, stui.opened) == (2, "", [])
        assert "exclude each other" in ran.err

    @pytest.mark.parametrize("variable", ["a", "=b"])
    def test_a_variable_has_a_name_and_a_value(self, stui: CommandLine, variable: str) -> None:
        ran = stui("--var", variable)
        assert ran.status == 2
        assert "expected NAME=VALUE" in ran.err

    def test_resuming_without_a_name_needs_a_session(self, stui: CommandLine) -> None:
        ran = stui("--resume")
        assert ran.status == 2
        assert "`stui` starts one" in ran.err

    @pytest.mark.parametrize(("picked", "opened"), [(1, ["a"]), (None, [])])
    def test_resuming_without_a_name_asks_which(  # noqa: PLR0913, PLR0917 (fixtures and a row)
        self,
        stui: CommandLine,
        project: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        picked: int | None,
        opened: list[str],
    ) -> None:
        from stui_workspace.cli.commands import workbench

        folder = Locations.find({"STUI_HOME": str(tmp_path / "home")}).workspace(project)
        folder.sessions.mkdir(parents=True)
        (folder.sessions / "a.yaml").write_text(
            "stui-session: 1\nmeta: {name: draft, saved: 1.0}\n"
        )
        assert stui("-r").status == 0  # the only one needs no question
        (folder.sessions / "b.yaml").write_text("stui-session: 1\nmeta: {saved: 2.0}\n")
        offered: list[str] = []

        def choose(_question: str, names: list[str]) -> int | None:
            offered.extend(names)
            return picked

        monkeypatch.setattr(workbench, "choose", choose)
        assert stui("-r").status == 0
        assert [line.split()[0] for line in offered] == ["b", "a"]
        assert offered[1].endswith("draft")
        assert [request.session for request in stui.opened] == ["a", *opened]

    def test_a_command_after_its_options_is_no_folder(self, stui: CommandLine) -> None:
        assert stui("--safe", "validate").all == (
            2,
            "",
            (
                "error: `validate` comes after options of the workbench\n"
                "  = help: write the command first: `stui validate`\n"
            ),
        )


@pytest.mark.usefixtures("project")
def test_the_workbench_needs_a_terminal(stui: CommandLine) -> None:
    assert stui().all == (
        2,
        "",
        (
            "error: the workbench needs a terminal\n"
            "  = help: `stui watch` and `stui eval` work without one\n"
        ),
    )


@pytest.mark.usefixtures("project", "at_a_terminal")
@pytest.mark.parametrize("kind", ["dumb", "unknown"])
def test_a_terminal_that_cannot_move_its_cursor_is_refused(stui: CommandLine, kind: str) -> None:
    ran = stui(TERM=kind)
    assert (ran.status, ran.out, stui.opened) == (2, "", [])
    first, second, *_ = ran.err.split("\n")
    assert first == f"error: the workbench cannot be shown in a terminal of the kind `{kind}`"
    assert "`stui watch`" in second


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "group", [name for name, one in every_command() if isinstance(one, click.Group)]
)
def test_a_group_without_a_command_shows_its_help_line_by_line(
    stui: CommandLine, group: str
) -> None:
    ran = stui(*group.split())
    assert "⏎" not in ran.err
    assert "error: usage" not in ran.err
    if ran.status == 2:
        assert ran.err.strip() == stui(*group.split(), "--help").out.strip()


@pytest.mark.parametrize(("name", "command"), every_command(), ids=str)
def test_no_summary_of_a_command_is_cut_off(
    stui: CommandLine, name: str, command: click.Command
) -> None:
    if isinstance(command, click.Group):
        assert "..." not in stui(*name.split(), "--help").out.partition("\nCommands:\n")[2]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (
            ["receipt"],
            "no command, file or folder `receipt`",
            "did you mean `stui session receipt`?",
        ),
        (["rotate"], "no command, file or folder `rotate`", "did you mean `stui secret rotate`"),
        (
            ["restore"],
            "no command, file or folder `restore`",
            "did you mean `stui session restore`",
        ),
        (["vaildate"], "no command, file or folder `vaildate`", "did you mean `stui validate`?"),
        (["qqqq"], "no command, file or folder `qqqq`", "`stui --help` lists the commands"),
        (["--frsh"], "no such option '--frsh'", "did you mean `--fresh`?"),
        (["trust", "grnt"], "no such command 'grnt'", "did you mean `grant`?"),
        ([".", "x"], "got unexpected extra argument (x)", "`stui --help` shows how it is used"),
        (
            ["completions"],
            "missing argument '{bash|zsh|fish}'. Choose from: bash, zsh, fish",
            "`stui completions --help` shows how it is used",
        ),
        (["get"], "missing argument 'KEYPATH'", "`stui get --help` shows how it is used"),
        (["get", "a", "b\u202e"], "got unexpected extra argument (b<U+202E>)", "`stui get"),
        (["help", "nope"], "no such command 'nope'", "`stui --help` shows how it is used"),
        (["help", "get", "x"], "`stui get` has no commands", "`stui get --help`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_named_with_what_was_probably_meant(
    stui: CommandLine, arguments: list[str], error: str, hint: str
) -> None:
    ran = stui(*arguments)
    assert (ran.status, ran.out) == (2, "")
    first, second, *rest = ran.err.split("\n")
    assert first == f"error: {error}"
    assert second.startswith(f"  = help: {hint}")
    assert rest == [""]


class TestHelp:
    def test_the_overview_names_every_command_once(self, stui: CommandLine) -> None:
        ran = stui("--help")
        assert (ran.status, ran.err) == (0, "")
        for section, summaries in SECTIONS.items():
            assert f"\n{section}:\n" in ran.out
            for name in summaries:
                assert ran.out.count(f"\n  {name} ") == 1
        assert WORKBENCH not in ran.out

    def test_help_is_the_overview_and_the_help_of_each_command(self, stui: CommandLine) -> None:
        assert stui("help") == stui("--help") == stui("-h")
        assert stui("--fresh", "--help") == stui(".", "-h") == stui("--help")
        assert stui("help", "get") == stui("get", "--help")
        assert stui("help", "trust", "grant") == stui("trust", "grant", "-h")

    @pytest.mark.parametrize(("name", "command"), every_command(), ids=str)
    def test_every_command_says_how_it_is_used(
        self, stui: CommandLine, name: str, command: click.Command
    ) -> None:
        ran = stui(*name.split(), "--help")
        assert (ran.status, ran.err) == (0, "")
        assert "\n  Examples:\n    " in ran.out
        assert f"stui {name}" in ran.out.partition("Examples:")[2]
        assert all(option.help for option in command.params if isinstance(option, click.Option))

    @pytest.mark.parametrize(("name", "command"), every_command(), ids=str)
    def test_summaries_agree(self, name: str, command: click.Command) -> None:
        summary = next((one[name] for one in SECTIONS.values() if name in one), None)
        first = (command.help or "").split("\n")[0]
        assert first.endswith(".")
        assert summary is None or first == f"{summary}."


def test_the_version(stui: CommandLine) -> None:
    from stui_workspace import __version__

    assert stui("--version").all == (0, f"stui {__version__}\n", "")
