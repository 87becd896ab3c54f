"""A merge driver starts cold with this package: so it loads next to nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from stui_workspace.merge import lines

LIGHT = {"__future__", "bisect", "collections", "dataclasses", "itertools", "re", "typing"}
OWN = ("stui_workspace.merge.lines", "stui_workspace.model.records")
MODULES = sorted(Path(lines.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_it_imports_nothing_heavy(module: Path) -> None:
    imports = [
        node.module or ""
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    imports += [
        name.name
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for name in node.names
    ]
    foreign = {name for name in imports if name.split(".")[0] not in LIGHT}
    assert all(name.startswith(OWN) for name in foreign)
