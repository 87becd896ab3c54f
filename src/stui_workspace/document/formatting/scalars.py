"""How scalars are written: quotes only where they are needed, lines where they were."""

from __future__ import annotations

from typing import Final

from stui_workspace.document.emit import is_plain_safe
from stui_workspace.document.nodes import Scalar
from stui_workspace.document.scan import header_length
from stui_workspace.document.unfold import block_indent, header_of

STEP: Final = 2
"""How much deeper one thing stands than what it is inside of."""


def on_one_line(text: str, node: Scalar, *, flow: bool) -> str:
    """A scalar that stands on one line, without its anchor and tag.

    What is plain stays as it is, and so does what a tag may give another meaning.
    """
    written = text[node.body : node.end]
    if node.style not in ("single", "double") or node.tag is not None:
        return written
    return _quoted(written, node.text, flow=flow)


def _quoted(written: str, said: str, *, flow: bool) -> str:
    if not said.isprintable():
        return written  # escapes that its author chose
    escapes = '"' in said or "\\" in said
    if not escapes and "'" not in said:
        return said if is_plain_safe(said, flow=flow) else f'"{said}"'
    if not escapes:
        return f'"{said}"'
    return f"'{said}'" if "'" not in said else written


def on_lines(written: str, column: int) -> list[str]:
    """The lines of what stands on several, all but the first at `column`.

    It is a plain or quoted scalar, or a collection between brackets: how its lines are
    indented, and the blanks at their ends, have no meaning.
    """
    first, *rest = written.replace("\r\n", "\n").split("\n")
    lines = [_without_tail(first)]
    for line in rest:
        content = _without_tail(line.lstrip(" \t"))
        lines.append(" " * column + content if content else "")
    return lines


def _without_tail(line: str) -> str:
    """The line without blanks at its end, but for one that a backslash keeps."""
    stripped = line.rstrip(" \t")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return line[: len(stripped) + 1] if backslashes % 2 else stripped


def block_lines(text: str, node: Scalar, outer: int, column: int) -> tuple[str, list[str]]:
    """The header of a literal or folded scalar, and its lines.

    Args:
        text: The text of the document.
        node: The scalar.
        outer: The column of the block collection around it, as it was.
        column: Where its lines are to begin.
    """
    written = text[node.body : node.end].replace("\r\n", "\n")
    indent = block_indent(written, outer)
    lines = [line[indent:] for line in written.split("\n")[1:]]
    while lines and not lines[-1] and header_of(written)[0] != "+":
        lines.pop()
    sign = written[:1]
    if not lines:
        return written[: header_length(written, 0)], []
    indicator = str(STEP) if _needs_indicator(lines) else ""
    below = [" " * column + line if line else "" for line in lines]
    return sign + indicator + _chomping(written, node.text), below


def _needs_indicator(lines: list[str]) -> bool:
    """Whether the first line would be taken for deeper than it is."""
    first = next((line for line in lines if line.strip(" ")), None)
    if first is None:
        return any(lines)
    blank = lines[: lines.index(first)]
    return first[0] in " \t" or any(blank)


def _chomping(written: str, said: str) -> str:
    """The chomping that keeps the end as it is, with a line end behind the last line."""
    chomping, _ = header_of(written)
    return chomping if said.endswith("\n") or not said else "-"
