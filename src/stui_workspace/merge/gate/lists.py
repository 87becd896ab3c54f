"""What lists must hold: sets, recent entries, items by key, and lists that are one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from collections.abc import Sequence as AnySequence

from stui_workspace.document import Sequence
from stui_workspace.merge.gate.forms import is_nothing, sides_of
from stui_workspace.merge.gate.orders import check_order
from stui_workspace.merge.gate.renames import GUIDED, LASTING, NEVER, STRICT, Renames
from stui_workspace.merge.gate.rows import (
    Keyed,
    Row,
    keyed,
    names_of,
    rows,
)
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import (
    ALL,
    BASE,
    OURS,
    RESULT,
    SIDES,
    THEIRS,
    Four,
    ObjectionError,
    Spot,
    objection,
)
from stui_workspace.merge.gate.values import check_value


def check_list(scene: Scene, spot: Spot) -> None:
    """Nothing, where the result has the list that it must.

    Raises:
        ObjectionError: It has another one.
    """
    if not is_nothing(spot.nodes[RESULT]) and not isinstance(spot.nodes[RESULT], Sequence):
        raise objection(spot, "is no list any more")
    kind = spot.where.rule.kind
    if kind == "set":
        check_set(scene, spot)
    elif kind == "mru":
        check_recent(scene, spot)
    elif fields := key_fields(scene, spot):
        check_keyed(scene, spot, fields)
    else:
        check_value(scene, spot)


def key_fields(scene: Scene, spot: Spot) -> tuple[str, ...]:
    """The fields by which the items of a list are known; none where it is one value."""
    rule = spot.where.rule
    if rule.kind == "keyed":
        return rule.key or ("id",)
    if rule.kind is not None:
        return ()
    filled = [
        (side, node)
        for side, node in sides_of(spot.nodes)
        if isinstance(node, Sequence) and node.items
    ]
    have_ids = all(scene.forms.has_ids(side, node) for side, node in filled)
    return ("id",) if filled and have_ids else ()


def check_leaves(scene: Scene, spot: Spot) -> None:
    """Nothing, where what stands in conflict is as a side says, or is a list put together of them.

    Raises:
        ObjectionError: It is neither.
    """
    kind = spot.where.rule.kind
    if not isinstance(spot.nodes[RESULT], Sequence) or not (
        kind in ("set", "mru") or key_fields(scene, spot)
    ):
        raise objection(spot, "is in conflict and is what no side says")
    scene.check_known(spot)


def _elements(scene: Scene, spot: Spot) -> list[list[Hashable]]:
    """The elements of the lists in all four documents."""
    inner = spot.where if spot.where.rule.ref is not None else spot.where.below("*")
    return [
        [scene.forms.of(side, item, inner) for item in node.items]
        if isinstance(node := spot.nodes[side], Sequence)
        else []
        for side in ALL
    ]


def check_set(scene: Scene, spot: Spot) -> None:
    """Nothing, where each element is there that must be, and no other.

    Raises:
        ObjectionError: One is missing, or too many.
    """
    lists = _elements(scene, spot)
    base, ours, theirs, result = (set(elements) for elements in lists)
    if result != (base & ours & theirs) | (ours - base) | (theirs - base):
        raise objection(spot, "does not hold the elements that both sides together leave")
    counts = [Counter(elements) for elements in lists]
    for element, count in counts[RESULT].items():
        if count > max(1, *(counts[side][element] for side in SIDES)):
            raise objection(spot, "holds an element twice")
    if all(len(counts[side]) == len(lists[side]) for side in ALL):
        check_order(scene, spot, lists)


def check_recent(scene: Scene, spot: Spot) -> None:
    """Nothing, where the newest of both sides are there, ours first, as far as the limit goes.

    Raises:
        ObjectionError: They are not.
    """
    base, ours, theirs, result = _elements(scene, spot)
    limit = spot.where.rule.limit or max(len(base) + len(ours) + len(theirs), 1)
    if theirs in (base, ours) or ours == base:
        check_value(scene, spot)
        return
    pushed = [one for one in ours if one not in base]
    pushed += [one for one in theirs if one not in base and one not in pushed]
    removed = _removed(base, ours, limit) | _removed(base, theirs, limit)
    kept = [one for one in base if one not in removed]
    if not set(result) <= {*pushed, *kept} or len(set(result)) < len(result):
        raise objection(spot, "holds an entry that was removed, or one twice")
    missing = [one for one in (*pushed, *kept) if one not in result]
    if missing:
        scene.forgive_within(spot.nodes)
    if missing and (len(result) < limit or set(missing) & set(pushed[:limit])):
        raise objection(spot, "lacks an entry")
    if (
        _is_in_order(base, ours)
        and _is_in_order(base, theirs)
        and result != [*pushed, *kept][:limit]
    ):
        raise objection(spot, "has its entries in another order than that of their use")


def _removed(base: list[Hashable], side: list[Hashable], limit: int) -> set[Hashable]:
    """What a side took out, which is not what fell off its end."""
    gone = [one for one in base if one not in side]
    if len(side) < min(limit, len(base)):
        return set(gone)
    tail = base[len(base) - len(gone) :]
    return set(gone) - set(tail) if len(side) >= limit else set(gone)


def _is_in_order(base: list[Hashable], side: list[Hashable]) -> bool:
    """Whether a side only pushed in front and took out."""
    kept = [one for one in side if one in base]
    return kept == [one for one in base if one in kept] and side[len(side) - len(kept) :] == kept


def check_keyed(scene: Scene, spot: Spot, fields: tuple[str, ...]) -> None:
    """Nothing, where each item is there that must be, as it must be, and no other.

    Raises:
        ObjectionError: One is not.
    """
    lists = [keyed(scene.forms, side, spot.nodes[side], fields) for side in ALL]
    first: ObjectionError | None = None
    renames = Renames(scene.forms, fields, spot.where.below("*"), lists[RESULT].items)
    for reading in (STRICT, LASTING, GUIDED, NEVER):
        try:
            _check_rows(scene, spot, lists, renames, reading)
        except ObjectionError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first


def _check_rows(
    scene: Scene, spot: Spot, lists: list[Keyed], renames: Renames, reading: str
) -> None:
    base, ours, theirs, result = (one.items for one in lists)
    found = rows(renames, (base, ours, theirs), reading)
    left = dict(result)
    numbers = _numbers(spot) if spot.live else {}
    for row in found:
        key = next((key for key in row.keys if key in left), None)
        nodes = (
            None if row.base is None else base[row.base],
            None if row.ours is None else ours[row.ours],
            None if row.theirs is None else theirs[row.theirs],
            None if key is None else left.pop(key),
        )
        if spot.live or not scene.is_untouched(nodes):
            _check_item(scene, spot, nodes, (renames.fields, numbers))
    if not scene.excuses.are_settled(spot.live):
        if left:
            raise objection(spot, "has an item that no side has, or one twice")
        _check_bare(scene, spot, lists)
    _check_orders(scene, spot, lists, found)


def _numbers(spot: Spot) -> dict[int, str]:
    """The numbers of items in their lists, by the identity of the node."""
    lists = (node.items for node in spot.nodes[:RESULT] if isinstance(node, Sequence))
    return {id(item): str(number) for items in lists for number, item in enumerate(items)}


def _check_item(
    scene: Scene, spot: Spot, nodes: Four, naming: tuple[tuple[str, ...], dict[int, str]]
) -> None:
    fields, numbers = naming
    names: list[str] = []
    if spot.live:
        names += names_of(scene.forms, fields, sides_of(nodes))
        names += (numbers[id(node)] for _, node in sides_of(nodes))
    scene.check(scene.below(spot, "*", nodes, names))


def _check_bare(scene: Scene, spot: Spot, lists: list[Keyed]) -> None:
    """The items without a key: as many as there must be at least, and none from nowhere."""
    if not any(one.bare for one in lists):
        return
    inner = spot.where.below("*")
    counts = [
        Counter(scene.forms.of(side, item, inner) for item in lists[side].bare) for side in ALL
    ]
    check_counts(spot, counts)


def check_counts(spot: Spot, counts: AnySequence[Counter[Hashable]]) -> None:
    """Nothing, where each thing is there as often as both sides together leave it, or nearly.

    Raises:
        ObjectionError: Something is lost, or comes from nowhere.
    """
    base, ours, theirs, result = counts
    for one in base.keys() | ours.keys() | theirs.keys() | result.keys():
        expected = ours[one] + theirs[one] - base[one]
        if (
            not min(ours[one], theirs[one], expected)
            <= result[one]
            <= max(ours[one], theirs[one], expected)
        ):
            raise objection(spot, "has lost an item, or has one that no side has")


def _check_orders(scene: Scene, spot: Spot, lists: list[Keyed], found: list[Row]) -> None:
    known: dict[tuple[int, Hashable], Hashable] = {}
    for row in found:
        name = row.keys[-1] if row.base is None else row.base
        for side, key in ((BASE, row.base), (OURS, row.ours), (THEIRS, row.theirs)):
            if key is not None:
                known[side, key] = name
        known.update({(RESULT, key): name for key in row.keys})
    orders = [[known.get((side, key), key) for key in lists[side].items] for side in ALL]
    check_order(scene, spot, orders)
