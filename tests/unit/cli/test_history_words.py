"""How an input stands on its line."""

from __future__ import annotations

from stui_workspace.cli.history_words import line_of
from stui_workspace.history import Found, Near


def test_an_input_on_its_line() -> None:
    found = Found("a\nb", 12, 1, 1000.0, "py", "w", "laptop", ok=False, id="x", near=Near.WHOLE)
    line = line_of(found, 1000.0 + 7200, 60, frozenset({2}))
    assert line == "   2 h  py              12x failed  a⏎b"
