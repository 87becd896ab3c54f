"""What is in the wheel: the package with its schemas and explanations, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from stui_workspace import __version__

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_every_published_schema_is_in_it(wheel: zipfile.ZipFile) -> None:
    schemas = sorted((ROOT / "schema").glob("*.json"))
    assert schemas
    for schema in schemas:
        inside = wheel.read(f"stui_workspace/schema/published/{schema.name}")
        assert inside == schema.read_bytes()


def test_every_diagnostic_is_explained_in_it(wheel: zipfile.ZipFile) -> None:
    pages = sorted((ROOT / "docs" / "reference" / "diagnostics").glob("*.md"))
    assert pages
    for page in pages:
        inside = wheel.read(f"stui_workspace/cli/explanations/{page.name}")
        assert inside == page.read_bytes()


def test_it_says_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    assert "stui_workspace/py.typed" in wheel.namelist()


def test_there_is_nothing_in_it_but_the_package(wheel: zipfile.ZipFile) -> None:
    folder = f"stui_workspace-{__version__}.dist-info"
    roots = {name.split("/")[0] for name in wheel.namelist()}
    assert roots == {"stui_workspace", folder}
    strays = [name for name in wheel.namelist() if name.endswith((".pyc", ".tmp", ".orig"))]
    assert strays == []
    assert f"{folder}/licenses/LICENSE" in wheel.namelist()


def test_its_version_is_the_packages_and_its_command_is_stui(wheel: zipfile.ZipFile) -> None:
    folder = f"stui_workspace-{__version__}.dist-info"
    metadata = Parser().parsestr(wheel.read(f"{folder}/METADATA").decode())
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    commands = wheel.read(f"{folder}/entry_points.txt").decode()
    assert "stui = stui_workspace.main:main" in commands


def test_every_module_of_the_source_is_in_it(wheel: zipfile.ZipFile) -> None:
    source = ROOT / "src"
    modules = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
    assert modules <= set(wheel.namelist())
