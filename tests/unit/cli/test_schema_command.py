"""`stui schema` and `stui explain`: what is published, offline."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from stui_workspace.cli.commands import explain
from stui_workspace.schema import SchemaName, schema_bytes
from support.command_line import CommandLine


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([], SchemaName.WORKSPACE),
        (["--of", "overlay"], SchemaName.OVERLAY),
        (["--of", "config"], SchemaName.CONFIG),
        (["--of", "session"], SchemaName.SESSION),
    ],
    ids=["workspace", "overlay", "config", "session"],
)
def test_it_is_printed_to_the_byte(
    stui: CommandLine, arguments: list[str], name: SchemaName
) -> None:
    assert stui("schema", *arguments).all == (0, schema_bytes(name).decode(), "")


class TestTheCopy:
    def test_is_made_and_refreshed(self, stui: CommandLine, file: Path) -> None:
        copy = file.parent / ".stui" / "workspace.schema.json"
        assert stui("schema", "--write").err == (
            "wrote .stui/workspace.schema.json\nwrote .stui/workspace-local.schema.json\n"
        )
        copy.write_text("{}")
        assert stui("schema", "--write").err == "wrote .stui/workspace.schema.json\n"
        assert copy.read_bytes() == schema_bytes(SchemaName.WORKSPACE)
        assert stui("schema", "--write").err == "the copies in .stui are up to date\n"

    def test_goes_to_the_project(
        self, stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        below = file.parent / "a"
        below.mkdir()
        monkeypatch.chdir(below)
        stui("schema", "--write")
        assert (file.parent / ".stui" / "workspace.schema.json").exists()

    def test_is_not_written_through_a_link(
        self, stui: CommandLine, file: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "theirs").write_text("theirs")
        (file.parent / ".stui").mkdir()
        (file.parent / ".stui" / "workspace.schema.json").symlink_to(tmp_path / "theirs")
        assert stui("schema", "--write").status == 3
        assert (tmp_path / "theirs").read_text() == "theirs"


class TestEditors:
    def test_vscode_gets_json(self, stui: CommandLine) -> None:
        ran = stui("schema", "--editor", "vscode")
        comment, _, settings = ran.out.partition("\n")
        assert comment.startswith("//")
        assert list(json.loads(settings)["yaml.schemas"]) == [
            "./.stui/workspace.schema.json",
            "./.stui/workspace-local.schema.json",
        ]

    def test_jetbrains_gets_xml(self, stui: CommandLine) -> None:
        tree = ET.fromstring(stui("schema", "--editor", "jetbrains").out)  # noqa: S314 (our own)
        found = [one.get("value") for one in tree.iter("option") if one.get("name") != "patterns"]
        assert ".stui/workspace-local.schema.json" in found

    def test_neovim_gets_lua(self, stui: CommandLine) -> None:
        out = stui("schema", "--editor", "neovim").out
        assert out.count("{") == out.count("}")
        assert 'vim.lsp.enable("yamlls")' in out

    def test_one_thing_at_a_time(self, stui: CommandLine) -> None:
        assert stui("schema", "--editor", "vscode", "--write").status == 2


class TestExplain:
    def test_a_code_is_its_page(self, stui: CommandLine) -> None:
        ran = stui("explain", "Y103")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith("# Y103: not YAML\n")
        assert stui("explain", "y103") == ran

    def test_the_list_has_every_code_with_its_title(self, stui: CommandLine) -> None:
        lines = stui("explain").out.splitlines()
        assert "Y103  not YAML" in lines
        assert all(len(line.split("  ", 1)[1]) > 1 for line in lines)
        assert lines == sorted(lines)

    @pytest.mark.parametrize(
        ("code", "hint"),
        [
            ("Y1030", "did you mean `Y103`?"),
            ("zzz", "`stui explain` lists them"),
            ("../index", "`stui explain` lists them"),
            ("INDEX", "`stui explain` lists them"),
        ],
    )
    def test_what_is_no_code(self, stui: CommandLine, code: str, hint: str) -> None:
        assert stui("explain", code).all == (
            2,
            "",
            f"error: no diagnostic `{code}`\n  = help: {hint}\n",
        )

    def test_an_installed_package_has_the_pages_in_it(
        self, stui: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "X100.md").write_text("# X100: a test\n")
        monkeypatch.setattr(explain, "_PLACES", (tmp_path, *explain._PLACES))
        assert stui("explain").out == "X100  a test\n"
