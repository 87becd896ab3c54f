"""The examples: good to the last warning, and complete in any editor without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.document import parse
from stui_workspace.schema import FileKind, SchemaName, check, resolve, schema_bytes, workspace_of

EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = sorted(EXAMPLES.glob("*/.stui-workspace.yaml"))
OVERLAY = EXAMPLES / "team" / "overlay.example.yaml"
MODELINE = "# yaml-language-server: $schema=.stui/workspace.schema.json\n"
NAMES = {"connections", "host-prompt-toolkit", "host-textual", "minimal", "quickstart", "team"}

files = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)


def test_there_are_these() -> None:
    assert {file.parent.name for file in FILES} == NAMES


@files
def test_an_example_has_no_findings(file: Path) -> None:
    document = parse(file.read_bytes())
    assert check(document.plain(), document, strict=True) == ()


@files
def test_an_editor_finds_the_schema_beside_the_file(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(MODELINE)
    copy = file.parent / ".stui" / SchemaName.WORKSPACE.copy_name
    assert copy.read_bytes() == schema_bytes(SchemaName.WORKSPACE)


@files
def test_what_an_example_names_is_there(file: Path) -> None:
    plain = parse(file.read_bytes()).plain()
    assert isinstance(plain, dict)
    for buffer in workspace_of(resolve(plain)).buffers.values():
        assert buffer.file is None or (file.parent / buffer.file).is_file()


def test_the_overlay_fits_over_its_workspace() -> None:
    document = parse(OVERLAY.read_bytes())
    base = parse((OVERLAY.parent / ".stui-workspace.yaml").read_bytes()).plain()
    assert check(document.plain(), document, FileKind.OVERLAY, strict=True, base=base) == ()
    name = SchemaName.OVERLAY.copy_name
    assert f"$schema=.stui/{name}" in document.text
    assert (OVERLAY.parent / ".stui" / name).read_bytes() == schema_bytes(SchemaName.OVERLAY)
