"""A key can be a secret as well: what is said about it does not repeat it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command_line import CommandLine

TYPED = "hunter2-Zq81vKx"
KEY = f"https://bob:{TYPED}@example.org/"
FILE = Path(".stui-workspace.yaml")
PLACES = {
    "unknown": "connections:\n  a: {kind: python, '@': 1}\n",
    "at the root": "'@': 1\n",
    "a name": "connections:\n  '@': {kind: python}\n",
    "above a mistake": "connections:\n  '@': {kind: 5, tile: 1}\n",
    "twice": "connections:\n  a: {kind: python, '@': 1, '@': 2}\n",
    "long": "connections:\n  a: {kind: python, 'x-----------------------------------------@': 1}\n",
}


@pytest.mark.parametrize("style", ["full", "concise", "json", "github"])
@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_a_finding_leaves_it_out(
    style: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    FILE.write_text(
        "stui: 1\nname: orders\n" + text.replace("@", KEY, 1).replace("'@'", f"'{KEY}'")
    )
    ran = CommandLine()("validate", "--format", style)
    assert ran.status == 1
    assert "hunter2" not in ran.out + ran.err
    assert FILE.name in ran.out + ran.err
