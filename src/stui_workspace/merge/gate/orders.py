"""The laws of order: what one side moved stays moved, and what is new stands by its neighbour."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Sequence as AnySequence
from typing import TypeAlias

from stui_workspace.document import Node, Sequence
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import BASE, OURS, RESULT, THEIRS, Spot, objection
from stui_workspace.merge.policy import Where

Order: TypeAlias = AnySequence[Hashable]


def check_order(scene: Scene, spot: Spot, orders: AnySequence[Order]) -> None:
    """Nothing, where keys stand in the result as they must. `orders` has one order a document.

    Raises:
        ObjectionError: They do not, or two orders clash and no conflict is known.
    """
    base, ours, theirs, result = orders
    if base == ours == theirs == result:
        return
    if scene.excuses.excuse(spot.live) or scene.excuses.are_settled(spot.live):
        return
    _check_moved(scene, spot, orders)
    ours_at = _check_new(spot, orders, OURS)
    theirs_at = _check_new(spot, orders, THEIRS)
    for neighbour in ours_at.keys() & theirs_at.keys():
        if max(ours_at[neighbour]) > min(theirs_at[neighbour]):
            raise objection(spot, "has something new of both sides at one place, theirs first")


def _check_moved(scene: Scene, spot: Spot, orders: AnySequence[Order]) -> None:
    kept = set(orders[BASE]).intersection(*orders[OURS:])
    base, ours, theirs, result = ([key for key in order if key in kept] for order in orders)
    expected = [theirs if ours == base else ours]
    if theirs not in (base, ours) and ours != base and spot.where.rule.strict:
        scene.clash(spot, "order")
    if scene.excuses.has(spot.live, "order"):
        expected = [ours, theirs]
    if result not in expected:
        raise objection(spot, "has its parts in an order that no side gave them")


def _check_new(spot: Spot, orders: AnySequence[Order], side: int) -> dict[Hashable, list[int]]:
    """The places of what a side added, by the neighbour that it was put beside.

    That is the nearest before it that is there in the result, or the nearest behind where none is
    before. An item that the other side deleted, and that stayed, stands by its neighbour as well.
    """
    old, other = set(orders[BASE]), set(orders[THEIRS if side == OURS else OURS])
    places = {key: place for place, key in enumerate(orders[RESULT])}
    order = [key for key in orders[side] if key in places]
    doubtful = _doubtful(orders, old)
    own = set(orders[side]) - doubtful
    first = next((key for key in order if key in other), None)
    found: dict[Hashable, list[int]] = {}
    before: Hashable = None
    anchor: Hashable = None  # the nearest before that this side did not add itself
    for number, key in enumerate(order):
        is_own = key not in other
        if is_own or (side == OURS and key not in old):
            ends = (before, key) if number else (key, order[1] if len(order) > 1 else key)
            between = orders[RESULT][places[ends[0]] + 1 : places[ends[1]]]
            is_beside = places[ends[0]] <= places[ends[1]] and own.isdisjoint(between)
            if not is_beside and doubtful.isdisjoint(ends):
                raise objection(spot, "has something new that is not beside its neighbour")
        if is_own and key not in old:
            spot_of = ("before", first) if anchor is None else ("behind", anchor)
            found.setdefault(spot_of, []).append(places[key])
        if not is_own or key in old:
            anchor = key
        before = key
    return found


def _doubtful(orders: AnySequence[Order], old: set[Hashable]) -> frozenset[Hashable]:
    """What both sides added, where their orders differ otherwise: it is nobody's neighbour."""
    shared = set(orders[OURS]) & set(orders[THEIRS])
    for some in (shared - old, shared & old):
        ours, theirs = ([key for key in order if key in some] for order in orders[OURS:RESULT])
        if ours != theirs:
            return frozenset(shared - old)
    return frozenset()


def check_added(scene: Scene, spot: Spot, side: int) -> None:
    """Nothing, where what one side added has its parts in its author's order.

    Raises:
        ObjectionError: They stand in another one.
    """
    node, result = spot.nodes[side], spot.nodes[RESULT]
    if node is None or result is None or spot.live:
        return
    if not _is_alike(scene, (side, node), (RESULT, result), spot.where):
        raise objection(spot, "is new and has its parts in another order than its author gave them")


def _is_alike(scene: Scene, one: tuple[int, Node], other: tuple[int, Node], where: Where) -> bool:
    """Whether parts stand in one order; lists between which items move are seen elsewhere."""
    forms = scene.forms
    if forms.is_written_alike(one, other) or (forms.trees_apart and where.rule.tree):
        return True
    if isinstance(one[1], Sequence) and isinstance(other[1], Sequence):
        pairs = [
            (where.below("*"), *pair) for pair in zip(one[1].items, other[1].items, strict=False)
        ]
        forms_of = [
            [forms.of(side, item, where.below("*")) for item in node.items]
            for side, node in ((one[0], one[1]), (other[0], other[1]))
        ]
        if forms_of[0] != forms_of[1]:
            return False
    else:
        first, second = forms.entries(*one), forms.entries(*other)
        if list(first) != list(second):
            return False
        pairs = [(where.below(key), first[key], second[key]) for key in first]
    return all(
        _is_alike(scene, (one[0], mine), (other[0], its), inner) for inner, mine, its in pairs
    )
