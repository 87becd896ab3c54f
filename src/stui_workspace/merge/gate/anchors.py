"""Anchors and aliases: none is lost, and none stands for something else than for its author."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document import Alias, Node
from stui_workspace.document.nodes import children
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import ALL, ObjectionError

_NUMBERED: Final = re.compile(r"(.+)_\d+\Z")


def know_anchors(scene: Scene) -> None:
    """Learn which anchors have another name in the result, and which names say too little."""
    if not any("&" in text for text in scene.texts):
        return
    found = [_anchors(scene, side) for side in ALL]
    base, ours, theirs, result = found
    both = (ours.keys() & theirs.keys()) - base.keys()
    for name in result.keys() - ours.keys() - theirs.keys() - base.keys():
        match = _NUMBERED.match(name)
        if match and match[1] in both:
            scene.forms.anchors[name] = match[1]
    scene.forms.doubtful = frozenset(
        (
            *scene.forms.anchors.values(),
            *(name for names in found for name, count in names.items() if count > 1),
        )
    )
    scene.anchors = found


def check_anchors(scene: Scene) -> None:
    """Nothing, where what all three have anchored is still so, or was excused.

    Raises:
        ObjectionError: An anchor is gone.
    """
    if not scene.anchors or scene.excuses.root:
        return
    base, ours, theirs, result = scene.anchors
    for name in base.keys() & ours.keys() & theirs.keys():
        if result.get(name, 0) < min(base[name], ours[name], theirs[name]):
            raise ObjectionError("an anchor that all sides have is gone")


def _anchors(scene: Scene, side: int) -> dict[str, int]:
    """How often each name of an anchor is given."""
    names: dict[str, int] = {}
    root = scene.roots[side]
    stack: list[Node] = [] if root is None or "&" not in scene.texts[side] else [root]
    while stack:
        node = stack.pop()
        if not isinstance(node, Alias) and node.anchor is not None:
            names[node.anchor] = names.get(node.anchor, 0) + 1
        stack.extend(children(node))
    return names
