"""What a place that is one value must say: by three-way, or by what its policy adds to that."""

from __future__ import annotations

from typing import Final

from stui_workspace.document import Node, Scalar
from stui_workspace.merge.gate.forms import is_nothing
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import BASE, OURS, RESULT, THEIRS, Spot, objection
from stui_workspace.merge.lines import merge_text

_NUMBERS: Final = (int, float)


def check_value(scene: Scene, spot: Spot) -> None:
    """Nothing, where the result has the value that it must.

    Raises:
        ObjectionError: It has another one, or both sides changed it and no conflict is known.
    """
    if scene.same(spot, OURS, THEIRS):
        scene.expect(spot, OURS)
    elif spot.where.rule.kind == "max" and _is_maximum(scene, spot):
        return
    elif scene.same(spot, BASE, OURS):
        scene.expect(spot, THEIRS)
    elif scene.same(spot, BASE, THEIRS):
        scene.expect(spot, OURS)
    else:
        _check_both(scene, spot)


def _check_both(scene: Scene, spot: Spot) -> None:
    kind = spot.where.rule.kind
    if kind == "text" and _is_merged_text(spot):
        return
    if kind == "counter" and (sums := _sums(spot)):
        if _plain(spot.nodes[RESULT]) not in sums:
            raise objection(spot, "is not the sum of what both sides counted")
        return
    if kind == "max" and scene.same(spot, OURS, RESULT) | scene.same(spot, THEIRS, RESULT):
        if _is_comparable(spot):
            raise objection(spot, "is not the larger of both values")
        return
    scene.clash(spot)


def _plain(node: Node | None) -> object:
    return node.plain if isinstance(node, Scalar) and node.tag is None else None


def _is_number(value: object) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def _sums(spot: Spot) -> list[object]:
    """What a counter may say; nothing where something else than whole numbers stands there."""
    base, ours, theirs = (_plain(node) for node in spot.nodes[:3])
    if is_nothing(spot.nodes[BASE]):
        base = 0
    if not (isinstance(base, int) and isinstance(ours, int) and isinstance(theirs, int)):
        return []
    if bool in {type(base), type(ours), type(theirs)}:
        return []
    sums: list[object] = [ours + theirs - base]
    return [*sums, max(ours, theirs)] if is_nothing(spot.nodes[BASE]) else sums


def _is_comparable(spot: Spot) -> bool:
    ours, theirs = (_plain(node) for node in spot.nodes[1:3])
    if isinstance(ours, str) and isinstance(theirs, str):
        return len(ours) == len(theirs)  # dates of one form, not `9` and `10`
    return _is_number(ours) and _is_number(theirs)


def _is_maximum(scene: Scene, spot: Spot) -> bool:
    """Whether the result is the largest of all; the base may be, where one side went back."""
    if not _is_comparable(spot):
        return False
    values = [_plain(node) for node in spot.nodes]
    known = [value for value in values[:RESULT] if type(value) is type(values[OURS])]
    wanted = [_largest(known)]
    if not scene.same(spot, BASE, OURS) and not scene.same(spot, BASE, THEIRS):
        wanted.append(_largest(values[OURS:RESULT]))
    sides = (side for side in (BASE, OURS, THEIRS) if values[side] in wanted)
    return any(scene.same(spot, side, RESULT) for side in sides)


def _largest(values: list[object]) -> object:
    texts = [value for value in values if isinstance(value, str)]
    return max(texts) if texts else max(one for one in values if isinstance(one, _NUMBERS))


def _is_merged_text(spot: Spot) -> bool:
    """Whether the result is the merge by lines."""
    texts = [node.plain if isinstance(node, Scalar) else None for node in spot.nodes]
    base, ours, theirs, result = texts
    if is_nothing(spot.nodes[BASE]):
        base = ""
    if not (isinstance(base, str) and isinstance(ours, str) and isinstance(theirs, str)):
        return False
    merged = merge_text(base, ours, theirs)
    return merged is not None and merged == result
