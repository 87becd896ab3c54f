"""The guide for embedding: its code is code, and uses nothing that is not promised."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import stui_workspace
from stui_workspace.api.promised import SESSION

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "how-to" / "embed-it.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CALLED = re.compile(r"\bsession\.(\w+)")


def test_the_code_of_the_guide_is_code_and_imports_what_is_promised() -> None:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 3
    for block in blocks:
        inside = "async def guide():\n" + "".join(f"    {line}\n" for line in block.splitlines())
        for node in ast.walk(ast.parse(inside)):
            if isinstance(node, ast.ImportFrom):
                assert node.module == "stui_workspace"
                assert {one.name for one in node.names} <= set(stui_workspace.__all__)


def test_the_guide_calls_what_a_session_promises() -> None:
    called = set(CALLED.findall(PAGE.read_text(encoding="utf-8")))
    assert called
    assert called <= set(SESSION)
