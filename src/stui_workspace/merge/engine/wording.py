"""A value in a person's own words, put where it belongs."""

from __future__ import annotations

from stui_workspace.document import Limits, read
from stui_workspace.document.emit import Style, flow_text, value_parts
from stui_workspace.merge.engine.context import UnmergeableError
from stui_workspace.merge.engine.forms import USUAL_STEP


def worded(text: str, column: int, *, flow: bool) -> str:
    """What a person wrote as it stands behind a key or dash, its separator included.

    One line stays as it is; several are written anew, for the place they come to.

    Args:
        text: A YAML value.
        column: Of the block in which the key or dash stands.
        flow: Whether it stands between brackets.

    Raises:
        UnmergeableError: The text is no YAML.
    """
    text = text.strip("\n")
    if "\n" not in text:
        return f" {text}"
    document = read(f"{text}\n".encode(), Limits.anything()).document
    if document is None:
        raise UnmergeableError
    plain = document.plain()
    if flow:
        return f" {flow_text(plain)}"
    inline, lines = value_parts(plain, Style(), USUAL_STEP)
    margin = " " * (column + USUAL_STEP)
    below = "".join(f"\n{margin}{line}" if line else "\n" for line in lines)
    return f" {inline}{below}" if inline else below
