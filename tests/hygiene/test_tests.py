"""The tests keep their own rules: they wait for nothing but events, and leave nothing out."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
MODULES = sorted(TESTS.rglob("test_*.py")) + sorted(TESTS.rglob("conftest.py"))
LEFT_OUT = {"skip", "skipif", "skipIf", "skipUnless", "xfail", "importorskip"}


def sins(text: str) -> list[str]:
    """What a test may not do, with its line: sleeping, and leaving tests out."""
    return [f"{name} in line {line}" for line, name in sorted(_sins(ast.parse(text)))]


def _sins(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name in LEFT_OUT and _is_testing(node.value):
                yield node.lineno, name
            case ast.ImportFrom(module="time", names=names) if any(
                n.name == "sleep" for n in names
            ):
                yield node.lineno, "sleep"
            case ast.Call(func=ast.Attribute(value=ast.Name("time"), attr="sleep")):
                yield node.lineno, "sleep"
            case ast.Call(func=ast.Attribute(value=ast.Name("asyncio"), attr="sleep"), args=[wait]):
                # Nought lets others run, and waits for no time.
                if not (isinstance(wait, ast.Constant) and wait.value == 0):
                    yield node.lineno, "sleep"


def _is_testing(node: ast.expr) -> bool:
    match node:
        case ast.Name("pytest" | "unittest"):
            return True
        case ast.Attribute(value=ast.Name("pytest"), attr="mark"):
            return True
    return False


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(TESTS)))
def test_it_neither_sleeps_nor_leaves_out(module: Path) -> None:
    assert sins(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("import time\ntime.sleep(1)", ["sleep in line 2"], id="sleep"),
        pytest.param("from time import sleep", ["sleep in line 1"], id="sleep by its name"),
        pytest.param("await asyncio.sleep(0.1)", ["sleep in line 1"], id="sleep on the loop"),
        pytest.param("await asyncio.sleep(0)", [], id="letting others run"),
        pytest.param("@pytest.mark.skip\ndef f(): ...", ["skip in line 1"], id="mark"),
        pytest.param("@pytest.mark.xfail(strict=True)\ndef f(): ...", ["xfail in line 1"], id="xfail"),
        pytest.param("pytest.importorskip('x')", ["importorskip in line 1"], id="import"),
        pytest.param("'time.sleep(9)'", [], id="code for a backend"),
    ],
)  # fmt: skip
def test_what_counts(text: str, found: list[str]) -> None:
    assert sins(text) == found
