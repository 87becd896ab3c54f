"""`stui doctor` about the sync tool whose folder the workspace stands in."""

from __future__ import annotations

import json
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
    (box / ".stui-workspace.yaml").write_text("stui: 1\n")
    status, out, err = stui("doctor").all
    assert (status, out) == (1, "")
    assert err.startswith("warning: this seems to be a folder of Box, which does not sync")
    assert "= help: rename .stui-workspace.yaml to stui-workspace.yaml\n" in err


def test_what_it_says_to_do_helps(stui: CommandLine, box: Path) -> None:
    file = box / ".stui-workspace.yaml"
    file.write_text("stui: 1\n")
    found = json.loads(stui("doctor", "--json").out)
    assert [one["code"] for one in found] == ["sync-skips-file"]
    file.rename(box / "stui-workspace.yaml")
    assert stui("doctor").all == (0, "", "nothing is wrong here\n")


def test_nothing_where_there_is_no_file_yet(stui: CommandLine, box: Path) -> None:
    assert stui("doctor").status == 0


def test_a_home_behind_a_link(
    stui: CommandLine, box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box / ".stui-workspace.yaml").write_text("stui: 1\n")
    (tmp_path / "link").symlink_to(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / "link"))
    assert stui("doctor").status == 1
