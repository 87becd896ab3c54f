"""`stui show` and `stui paths`: what takes effect, where it is from, where things are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stui_workspace.document import parse
from support.command_line import CommandLine

FILE = """\
stui: 1
name: orders
vars: {host: localhost}
connections:
  db: {kind: socket, url: 'tcp://${host}:1'}
environments:
  staging:
    vars: {host: stg.internal}
    preferences: {theme: nord}
preferences: {wrap: false, tab_width: 2}
history: {ignore: [a, b]}
"""


@pytest.fixture
def layered(file: Path, tmp_path: Path) -> Path:
    file.write_text(FILE)
    file.with_name(".stui-workspace.local.yaml").write_text("preferences: {tab_width: 8}\n")
    config = tmp_path / "home" / "config" / "config.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("preferences: {line_numbers: false, wrap: true}\n")
    return file


def origins(out: str) -> dict[str, tuple[str, str]]:
    """Key path to origin and value, from the table."""
    found = {}
    for line in out.splitlines():
        origin, _, rest = line.partition("  ")
        path, _, value = rest.strip().partition(": ")
        found[path] = (origin, value)
    return found


def test_what_takes_effect(stui: CommandLine, layered: Path) -> None:
    ran = stui("show")
    assert (ran.status, ran.err) == (0, "")
    plain = parse(ran.out).plain()
    assert json.loads(stui("show", "--json").out) == plain
    assert isinstance(plain, dict)
    assert plain["connections"]["db"]["url"] == "tcp://localhost:1"
    assert plain["preferences"]["tab_width"] == 8


def test_where_each_value_is_from(stui: CommandLine, layered: Path) -> None:
    found = origins(stui("show", "--origin", "--env", "staging").out)
    assert found["name"] == ("workspace file", "orders")
    assert found["preferences.theme"] == ("environment `staging`", "nord")
    assert found["preferences.tab_width"] == ("overlay", "8")
    assert found["preferences.line_numbers"] == ("user config", "false")
    assert found["preferences.wrap"] == ("workspace file", "false")
    assert found["preferences.evaluation_timeout"] == ("default", "never")
    assert found["connections.db.url"] == ("workspace file", '"tcp://stg.internal:1"')
    assert found["history.ignore[1]"] == ("workspace file", "b")


def test_the_command_line_wins(stui: CommandLine, layered: Path) -> None:
    found = origins(stui("show", "--origin", "--var", "host=here").out)
    assert found["vars.host"] == ("command line", "here")
    assert found["connections.db.url"][1] == '"tcp://here:1"'


def test_origins_as_json(stui: CommandLine, layered: Path) -> None:
    found = json.loads(stui("show", "--origin", "--json").out)
    assert {"path": "name", "value": "orders", "origin": "workspace file"} in found


def test_another_project(
    stui: CommandLine, layered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert stui("show", str(layered)) == stui("show", str(layered.parent))
    assert "name: orders" in stui("show", str(layered)).out


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--env", "stging"], "no environment `stging`", "did you mean `staging`?"),
        (["--var", "hst=a"], "no variable `hst`", "did you mean `host`?"),
        (["nowhere"], "no file or folder `nowhere`", "check the path"),
    ],
    ids=["environment", "variable", "path"],
)
def test_what_there_is_not(
    stui: CommandLine, layered: Path, arguments: list[str], error: str, hint: str
) -> None:
    assert stui("show", *arguments).all == (2, "", f"error: {error}\n  = help: {hint}\n")


def test_an_empty_folder_has_defaults(stui: CommandLine, project: Path) -> None:
    assert "theme: stui-dark" in stui("show").out


def test_errors_are_shown_with_their_file(stui: CommandLine, layered: Path) -> None:
    layered.with_name(".stui-workspace.local.yaml").write_text("preferences: {wrap: 1}\n")
    ran = stui("show")
    assert (ran.status, ran.out) == (1, "")
    assert " --> .stui-workspace.local.yaml:1:21\n" in ran.err
    assert ".stui-workspace.local.yaml cannot be used\n" in ran.err


class TestPaths:
    def test_a_line_each(self, stui: CommandLine, file: Path, tmp_path: Path) -> None:
        ran = stui("paths")
        assert (ran.status, ran.err) == (0, "")
        found = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
        assert found["project"] == str(file.parent)
        assert found["workspace"] == str(file)
        assert found["overlay"] == "-"
        assert found["state"] == str(tmp_path / "home" / "state")
        assert found["sessions"].startswith(str(tmp_path / "home" / "state" / "workspaces"))

    def test_as_json(self, stui: CommandLine, file: Path) -> None:
        found = json.loads(stui("paths", "--json").out)
        assert (found["workspace"], found["overlay"]) == (str(file), None)

    def test_nothing_is_made(self, stui: CommandLine, file: Path, tmp_path: Path) -> None:
        stui("paths")
        stui("show")
        stui("validate")
        assert not (tmp_path / "home").exists()


def test_a_secret_in_the_file_is_not_shown(stui: CommandLine, file: Path) -> None:
    file.write_text("stui: 1\nname: a\nx-a: {password: hunter2}\n")
    for how in ([], ["--json"], ["--origin"], ["--origin", "--json"]):
        ran = stui("show", *how)
        assert (ran.status, "***" in ran.out) == (0, True)
        assert "hunter2" not in ran.out + ran.err
        assert ran.err == "note: a value is not shown: a secret may stand there\n"


def test_a_key_that_a_terminal_would_obey_is_made_visible(stui: CommandLine, file: Path) -> None:
    file.write_text('stui: 1\nname: a\n"x-\\x9b2J\\u202e": 1\n')
    out = stui("show", "--origin").out
    assert "x-<U+009B>2J<U+202E>" in out


class TestSettings:
    def test_each_has_its_origin_and_what_is_overridden(
        self, stui: CommandLine, layered: Path
    ) -> None:
        ran = stui("show", "--settings", "--env", "staging")
        assert (ran.status, ran.err) == (0, "")
        assert (
            "preferences.tab_width: 8  (overlay, .stui-workspace.local.yaml:1)\n"
            "    overrides workspace file: 2  (.stui-workspace.yaml:10)\n"
            "    default 4; 1 to 16\n"
            "    How many columns a tab takes.\n"
        ) in ran.out
        assert "preferences.theme: nord  (environment `staging`, .stui-workspace.yaml:9)" in ran.out

    def test_as_json(self, stui: CommandLine, layered: Path) -> None:
        found = json.loads(stui("show", "--settings", "--json").out)
        wrap = next(one for one in found if one["path"] == "preferences.wrap")
        assert (wrap["value"], wrap["origin"], wrap["default"]) == (False, "workspace file", True)
        assert [(one["origin"], one["line"]) for one in wrap["said"]] == [
            ("workspace file", 10),
            ("user config", 1),
        ]

    def test_it_is_not_the_table_of_origins(self, stui: CommandLine, layered: Path) -> None:
        assert stui("show", "--settings", "--origin").status == 2
