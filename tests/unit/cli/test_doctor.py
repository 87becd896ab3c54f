"""`stui doctor` about what surrounds a workspace: its sync tool, and what connections need."""

from __future__ import annotations

import importlib.util
import json
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from support.command_line import CommandLine


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the folder of a tool that leaves dot-files out."""
    folder = tmp_path / "home" / "Box" / "orders"
    folder.mkdir(parents=True)
    (folder / ".hg").mkdir()  # where looking upwards ends
    monkeypatch.chdir(folder)
    return folder


def test_a_file_that_its_sync_tool_skips(stui: CommandLine, box: Path) -> None:
    (box / ".stui-workspace.yaml").write_text("stui: 1\nname: orders\n")
    status, out, err = stui("doctor").all
    assert (status, out) == (1, "")
    assert err.startswith("warning: this seems to be a folder of Box, which does not sync")
    assert "= help: rename .stui-workspace.yaml to stui-workspace.yaml\n" in err


def test_what_it_says_to_do_helps(stui: CommandLine, box: Path) -> None:
    file = box / ".stui-workspace.yaml"
    file.write_text("stui: 1\nname: orders\n")
    found = json.loads(stui("doctor", "--json").out)
    assert [one["code"] for one in found] == ["sync-skips-file"]
    file.rename(box / "stui-workspace.yaml")
    assert stui("doctor").all == (0, "", "nothing is wrong here\n")


def test_nothing_where_there_is_no_file_yet(stui: CommandLine, box: Path) -> None:
    assert stui("doctor").status == 0


def test_without_a_file_it_says_how_to_begin_one(stui: CommandLine, box: Path) -> None:
    assert stui("doctor").err.startswith("nothing is wrong here\n")
    assert "`stui init`" in stui("doctor").err


def test_a_file_that_cannot_be_used_is_no_good_news(stui: CommandLine, box: Path) -> None:
    (box / "stui-workspace.yaml").write_text("stui: 1\nname: [x\n")
    status, _, err = stui("doctor").all
    assert status == 1
    assert "stui-workspace.yaml cannot be used" in err
    assert "`stui validate` says what is wrong in it, and where" in err


def test_a_home_behind_a_link(
    stui: CommandLine, box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box / ".stui-workspace.yaml").write_text("stui: 1\nname: orders\n")
    (tmp_path / "link").symlink_to(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / "link"))
    assert stui("doctor").status == 1


CONNECTIONS = """\
stui: 1
name: orders
connections:
  py: {kind: python}
  image: {kind: stui, url: 'tcp://h:1'}
  other: {kind: stui, url: 'ipc:///run/other'}
  plain: {kind: stui, url: 'lines://h:1'}
  nb: {kind: jupyter, kernel: python3}
"""


class TestExtras:
    @pytest.fixture
    def missing(self, monkeypatch: pytest.MonkeyPatch) -> set[str]:
        """The modules that are not to be found."""
        found = importlib.util.find_spec
        gone: set[str] = set()

        def find(name: str, package: str | None = None) -> ModuleSpec | None:
            return None if name in gone else found(name, package)

        monkeypatch.setattr(importlib.util, "find_spec", find)
        return gone

    def test_what_is_missing_is_said_once_with_whom_it_is_for(
        self, stui: CommandLine, file: Path, missing: set[str]
    ) -> None:
        file.write_text(CONNECTIONS)
        assert stui("doctor").status == 0
        missing |= {"zmq", "jupyter_client"}
        assert stui("doctor").all == (
            1,
            "",
            (
                "warning: zmq is not installed, and cannot be done without by `image`, `other`\n"
                "  = help: pip install 'stui-workspace[zeromq]'\n"
                "warning: jupyter_client is not installed, and cannot be done without by `nb`\n"
                "  = help: pip install 'stui-workspace[jupyter]'\n"
            ),
        )
        codes = [one["code"] for one in json.loads(stui("doctor", "--json").out)]
        assert codes == ["extra-missing-zeromq", "extra-missing-jupyter"]

    def test_nothing_where_nobody_needs_it(
        self, stui: CommandLine, file: Path, missing: set[str]
    ) -> None:
        missing |= {"zmq", "jupyter_client"}
        assert stui("doctor").status == 0

    def test_a_file_that_cannot_be_used_is_not_its_business(
        self, stui: CommandLine, file: Path, missing: set[str]
    ) -> None:
        file.write_text(CONNECTIONS + "[\n")
        missing |= {"zmq"}
        found = json.loads(stui("doctor", "--json").out)
        assert [one["check"] for one in found] == ["workspace file"]


class TestMending:
    @pytest.fixture
    def stale(self, stui: CommandLine, project: Path) -> Path:
        stui("init", "--connections", "none")
        path = project / ".stui" / "workspace.schema.json"
        path.write_text("{}")
        return path

    def test_a_finding_that_can_be_mended_says_so(self, stui: CommandLine, stale: Path) -> None:
        status, out, err = stui("doctor").all
        assert (status, out) == (1, "")
        assert err.endswith("= help: `stui doctor --fix` does it\n")
        assert stale.read_text() == "{}"
        (found,) = json.loads(stui("doctor", "--json").out)
        assert (found["code"], found["check"]) == ("schema-stale", "schema")
        assert (found["severity"], found["mend"]) == ("warning", "Write the schema's copies anew")

    def test_it_is_mended_when_asked(self, stui: CommandLine, stale: Path) -> None:
        ran = stui("doctor", "--fix")
        assert ran.all == (
            0,
            "",
            "wrote 1 copy of the schema to .stui\nnothing is wrong here\n",
        )
        assert stui("doctor", "--fix").all == (0, "", "nothing is wrong here\n")

    def test_what_was_looked_at_is_said_when_asked(self, stui: CommandLine, file: Path) -> None:
        ran = stui("doctor", "--all")
        assert ran.status == 0
        assert "git: no git repository\n" in ran.out
        assert "sessions: 0 sessions" in ran.out
        found = json.loads(stui("doctor", "--all", "--json").out)
        assert found["problems"] == []
        assert {"check": "git", "seen": "no git repository"} in found["looked"]

    def test_looking_writes_nothing(self, stui: CommandLine, file: Path, tmp_path: Path) -> None:
        stui("doctor", "--fix")
        assert not (tmp_path / "home").exists()
