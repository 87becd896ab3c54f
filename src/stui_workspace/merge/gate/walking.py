"""The walk through all places: what each must hold by its policy, and by what stands there."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from stui_workspace.document import Mapping, Node, Scalar, Sequence
from stui_workspace.merge.gate.excuses import named
from stui_workspace.merge.gate.forms import is_nothing, sides_of
from stui_workspace.merge.gate.lists import check_leaves, check_list
from stui_workspace.merge.gate.orders import check_added, check_order
from stui_workspace.merge.gate.remarks import check_remarks
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import (
    ALL,
    BASE,
    OURS,
    RESULT,
    THEIRS,
    Four,
    ObjectionError,
    Spot,
    objection,
)
from stui_workspace.merge.gate.values import check_value


def check(scene: Scene, spot: Spot) -> None:
    """Nothing, where the result is right at a place and below.

    Raises:
        ObjectionError: It is not.
    """
    base, ours, theirs, _ = spot.nodes
    if spot.live and scene.excuses.has(spot.live, "comment", "eol"):
        scene.forgive(spot.nodes)
        check_remarks(scene, spot)
    if spot.live and scene.excuses.excuse(spot.live):
        _check_excused(scene, spot)
    elif not spot.live and scene.is_untouched(spot.nodes):
        return
    elif ours is None or theirs is None:
        _check_presence(scene, spot)
    elif spot.where.rule.kind == "atomic":
        check_value(scene, spot)
    elif _are(Mapping, base, ours, theirs):
        _first_of(scene, spot, _check_map, check_value)
    elif _are(Sequence, base, ours, theirs):
        _first_of(scene, spot, check_list, check_value)
    else:
        check_value(scene, spot)


def _are(kind: type, *nodes: Node | None) -> bool:
    """Whether nodes are collections of a kind, or nothing yet."""
    filled = [node for node in nodes if not is_nothing(node)]
    return bool(filled) and all(isinstance(node, kind) for node in filled)


def _first_of(
    scene: Scene,
    spot: Spot,
    part: Callable[[Scene, Spot], None],
    whole: Callable[[Scene, Spot], None],
) -> None:
    """Part by part; where the policy or a null leaves it open, as one value just as well."""
    is_open = spot.where.rule.kind == "scalar" or any(is_nothing(node) for node in spot.nodes[1:3])
    try:
        part(scene, spot)
    except ObjectionError:
        if not is_open:
            raise
        whole(scene, spot)


def _check_presence(scene: Scene, spot: Spot) -> None:
    """What was added by one side is there; what one deleted and the other left alone is not."""
    base, ours, theirs, result = spot.nodes
    side = THEIRS if ours is None else OURS
    if ours is theirs:
        scene.expect(spot, OURS)
    elif base is None:
        scene.expect(spot, side)
        check_added(scene, spot, side)
    elif _is_edited(scene, spot, side):
        scene.clash(spot)
    elif result is not None and not (spot.live and scene.excuses.cover(spot.live)):
        raise objection(spot, "was deleted on one side and is still there")


def _is_edited(scene: Scene, spot: Spot, side: int) -> bool:
    """Whether a side changed more than what keeps no deleted thing alive."""
    base, node = spot.nodes[BASE], spot.nodes[side]
    if base is None or node is None or spot.where.rule.transient:
        return False
    if scene.forms.is_written_alike((BASE, base), (side, node)):
        return False
    where = None if spot.where.rule.kind == "atomic" else spot.where
    return scene.forms.of(BASE, base, where, lasting=True) != scene.forms.of(
        side, node, where, lasting=True
    )


def _check_map(scene: Scene, spot: Spot) -> None:
    _check_head(scene, spot, Mapping)
    maps = scene.entries(spot.nodes)
    base, ours, theirs, result = maps
    together = spot.where.rule.together
    if together:
        _check_together(scene, spot, maps)
    for key in {**base, **ours, **theirs, **result}:
        nodes = (base.get(key), ours.get(key), theirs.get(key), result.get(key))
        if key in together or (not spot.live and scene.is_untouched(nodes)):
            continue
        inner = scene.below(spot, key, nodes, (named(key),))
        if not (scene.forms.trees_apart and inner.where.rule.tree):
            scene.check(inner)
        elif inner.live and scene.excuses.has(inner.live, "value", "comment", "eol"):
            scene.forgive(nodes)
    check_order(scene, spot, [tuple(one) for one in maps])


def _check_head(scene: Scene, spot: Spot, kind: type) -> None:
    """The kind and the tag of a collection."""
    result = spot.nodes[RESULT]
    if not is_nothing(result) and not isinstance(result, kind):
        raise objection(spot, "is of another kind than it was")
    base, ours, theirs, got = (
        None if isinstance(n, Scalar) else getattr(n, "tag", None) for n in spot.nodes
    )
    if got == (ours if theirs in (base, ours) else theirs):
        return
    if ours == base or theirs in (base, ours):
        raise objection(spot, "has another tag than it must")
    scene.clash(spot)


def _check_together(scene: Scene, spot: Spot, maps: tuple[dict[str, Node], ...]) -> None:
    """The fields that are decided on as one: all as on the side that changed any."""
    base, ours, theirs, result = _groups(scene, spot, maps)
    if theirs in (base, ours) or ours == base:
        if result != (ours if theirs in (base, ours) else theirs) and not scene.excuses.cover(
            spot.live
        ):
            raise objection(spot, "mixes fields that are decided on as one")
        return
    scene.clash(spot)


def _groups(
    scene: Scene, spot: Spot, maps: tuple[dict[str, Node], ...]
) -> list[dict[str, Hashable]]:
    """What all four documents say of the fields that are decided on as one."""
    return [
        {
            key: scene.forms.of(side, maps[side][key], spot.where.below(key))
            for key in spot.where.rule.together
            if key in maps[side]
        }
        for side in ALL
    ]


def _check_excused(scene: Scene, spot: Spot) -> None:
    """A place in conflict: what one of the sides says there, or both put together."""
    scene.forgive(spot.nodes)
    if scene.excuses.are_settled(spot.live):
        return
    scene.check_needed(spot)
    check_remarks(scene, spot)
    check_origin(scene, spot)


def check_origin(scene: Scene, spot: Spot) -> None:
    """Nothing, where a side says what the result says, or each part is as a side or a merge has it.

    Raises:
        ObjectionError: Something is lost, or comes from nowhere.
    """
    base, ours, theirs, result = spot.nodes
    if result is None:
        if ours is not None or theirs is not None:
            raise objection(spot, "is in conflict and gone")
        return
    if any(scene.same(spot, side, RESULT) for side, _ in sides_of(spot.nodes)):
        return
    if ours is None or theirs is None:
        raise objection(spot, "is in conflict and not what the side that kept it says")
    if not isinstance(result, Mapping) or not _are(Mapping, base, ours, theirs):
        check_leaves(scene, spot)
        return
    maps = scene.entries(spot.nodes)
    *sides, got = _groups(scene, spot, maps)
    if got not in sides:
        raise objection(spot, "mixes fields that are decided on as one")
    for key in dict.fromkeys(key for one in maps for key in one):
        nodes: Four = (maps[0].get(key), maps[1].get(key), maps[2].get(key), maps[3].get(key))
        inner = scene.below(spot, key, nodes, ())
        if not (scene.forms.trees_apart and inner.where.rule.tree):
            _check_either(scene, inner)


def _check_either(scene: Scene, spot: Spot) -> None:
    try:
        check(scene, spot)
    except ObjectionError:
        check_origin(scene, spot)
