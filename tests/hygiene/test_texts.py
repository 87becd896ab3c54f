"""The project's texts are true on every machine: no path of the one they were written on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PERSONAL = re.compile(
    r"(?<![\w.~}-])(?<!ipc://)/(?:"
    r"home/(?!ada\b)|Users/(?!ada\b)|root/|tmp/|var/folders/|mnt/|workspaces?/|work/)"
)
"""Where people and build machines keep their own things. Ada is the person of our examples."""
SCENARIOS = ROOT / "tests" / "scenarios"
"""Worked merges, whose paths are those of keys: `/workspace/name`."""


def project_files() -> list[Path]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def test_no_file_names_a_path_of_a_machine() -> None:
    files = [file for file in project_files() if file != Path(__file__)]
    files = [file for file in files if SCENARIOS not in file.parents]
    assert len(files) > 100
    common = Path.home() in (Path("/"), Path("/root"))  # a key path may begin so, too
    here = (str(ROOT),) if common else (str(ROOT), str(Path.home()))
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(text_of(file).split("\n"), 1)
        if PERSONAL.search(line) or any(f"{place}/" in line for place in here)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("cd /home/grace/orders", True),
        ("FILE = '/tmp/x.yaml'", True),
        ("/Users/grace", True),
        ("the folder /home/ada/orders of our examples", False),
        ("https://example.com/home/grace", False),
        ("~/.local/state/stui/workspaces/<id>/sessions/", False),
        ("{tmp}/work/notes.md", False),
        ("src/tmp/x", False),
    ],
)
def test_what_counts_as_such_a_path(line: str, *, found: bool) -> None:
    assert bool(PERSONAL.search(line)) == found


def layers() -> list[str]:
    """Every name in the layers of the import contract, optional ones with their brackets."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = config["tool"]["importlinter"]["contracts"][0]
    assert contract["exhaustive"]
    return [name.strip() for line in contract["layers"] for name in re.split(r"[|:]", line)]


def test_every_package_stands_on_a_floor() -> None:
    package = ROOT / "src" / "stui_workspace"
    inside = {path.stem for path in package.iterdir() if not path.name.startswith("_")}
    named = [name.strip("()") for name in layers()]
    assert len(named) == len(set(named))
    assert inside - {"py"} <= set(named)
    required = {name for name in layers() if not name.startswith("(")}
    assert required <= inside
