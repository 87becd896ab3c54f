"""What one of the two parsers lets through and neither should."""

from __future__ import annotations

from collections.abc import Iterator

from stui_workspace.document.findings import Findings
from stui_workspace.document.nodes import Node, Scalar, children


def check_strictly(masked: str, root: Node | None, findings: Findings) -> None:
    """Record the tabs that indent: YAML forbids them, the C parser overlooks some."""
    if "\t" not in masked:
        return
    position = masked.find("\t")
    for scalar in _holding_tabs(root):
        while 0 <= position < scalar.body:
            findings.malformed("tab", position)
            position = masked.find("\t", position + 1)
        position = masked.find("\t", max(position, scalar.end)) if position >= 0 else -1
    while position >= 0:
        findings.malformed("tab", position)
        position = masked.find("\t", position + 1)


def _holding_tabs(root: Node | None) -> Iterator[Scalar]:
    """The scalars in which a tab is text, in file order."""
    stack = [] if root is None else [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            if node.style != "plain":
                yield node
        else:
            stack.extend(reversed(children(node)))
