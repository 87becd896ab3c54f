"""Items that may move between lists: each is looked for by its key, wherever it stands."""

from __future__ import annotations

from stui_workspace.merge.gate.orders import check_order
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import (
    ALL,
    BASE,
    OURS,
    RESULT,
    THEIRS,
    ObjectionError,
    Spot,
    objection,
)
from stui_workspace.merge.gate.standing import (
    Home,
    Standing,
    Tree,
    called_as_before,
    tree_of,
)
from stui_workspace.merge.gate.walking import check_origin


def check_trees(scene: Scene) -> None:
    """Nothing, where each item that may move is there once, under the parent that it must have.

    Where a side has two items of one key this leaves them to the lists.

    Raises:
        ObjectionError: One is lost, stands twice or somewhere else.
    """
    root = scene.root
    if not root.where.leads_to_tree or scene.is_untouched(root.nodes):
        return
    trees = tuple(tree_of(scene, side) for side in ALL)
    if not all(tree.is_plain for tree in trees[:RESULT]):
        return
    if not trees[RESULT].is_plain and scene.excuses.settled:
        scene.forms.trees_apart = True
        _forgive(scene, trees)
        return
    if not trees[RESULT].is_plain:
        raise ObjectionError("an item that may move stands twice, or has lost its key")
    scene.forms.trees_apart = True
    trees = called_as_before(scene, trees)
    for key in dict.fromkeys(key for tree in trees for key in tree.items):
        _check_item(scene, [tree.items.get(key) for tree in trees], trees)
    _check_circles(scene, trees)
    for home in dict.fromkeys(home for tree in trees for home in tree.lists):
        _check_list(scene, home, trees)


def _forgive(scene: Scene, trees: tuple[Tree, ...]) -> None:
    """Let comments come and go in all items that are excused."""
    for side, tree in zip(ALL, trees, strict=True):
        for item in tree.items.values():
            if scene.excuses.contain([item.path]):
                scene.forgive_one(side, item.node)


def _check_inside(
    scene: Scene, spot: Spot, row: list[Standing | None], trees: tuple[Tree, ...]
) -> None:
    """An item in something excused: it is there where what is around it is."""
    scene.forgive(spot.nodes)
    if scene.excuses.settled:
        return
    base, ours, theirs, result = row
    if result is not None:
        check_origin(scene, spot)
        return
    if base is None or (ours is None and theirs is None) or not _is_home(trees[RESULT], base.home):
        return
    if all(
        item is not None or not _is_home(tree, base.home)
        for tree, item in ((trees[OURS], ours), (trees[THEIRS], theirs))
    ):
        raise objection(spot, "stood in something that is in conflict, and is gone")


def _is_home(tree: Tree, home: Home) -> bool:
    """Whether the item around a list is there, or the list itself."""
    return home in tree.lists or home[0] in tree.items


def _check_item(scene: Scene, row: list[Standing | None], trees: tuple[Tree, ...]) -> None:
    base, ours, theirs, result = row
    paths = [item.path for item in row if item is not None]
    nodes = tuple(item.node if item is not None else None for item in row)
    where = next(item.where for item in row if item is not None)
    trail = (None, "…"), "*"
    spot = Spot(
        (nodes[0], nodes[1], nodes[2], nodes[3]), where, scene.excuses.lead_to(paths), trail
    )
    if scene.excuses.root and not scene.excuses.excuse(spot.live) and scene.excuses.contain(paths):
        _check_inside(scene, spot, row, trees)
        return
    scene.check(spot)
    if result is None or scene.excuses.has(spot.live, "parent"):
        return
    homes = [item.home if item is not None else None for item in row]
    if ours is None or theirs is None:
        if base is None and homes[RESULT] not in homes[OURS:RESULT]:
            raise objection(spot, "stands under another parent than its author gave it")
        return
    expected = _home(homes)
    if expected is None:
        scene.clash(spot, "parent")
    elif homes[RESULT] != expected:
        raise objection(spot, "stands under another parent than it must")


def _home(homes: list[Home | None]) -> Home | None:
    """Where an item belongs that both sides have; None where they moved it apart."""
    base, ours, theirs = homes[:RESULT]
    if theirs in (base, ours):
        return ours
    return theirs if ours == base else None


def _check_circles(scene: Scene, trees: tuple[Tree, ...]) -> None:
    """Items that the two sides moved into one another are reported, all of them."""
    rows = {key: [tree.items.get(key) for tree in trees] for key in trees[BASE].items}
    homes = {
        key: _home([item.home if item is not None else None for item in row])
        for key, row in rows.items()
        if row[OURS] is not None and row[THEIRS] is not None
    }
    owners = {key: home[0] for key, home in homes.items() if home is not None}
    for key, row in rows.items():
        base, found = row[BASE], owners.get(key)
        if base is None or found is None or homes[key] == base.home:
            continue
        seen = {found}
        while found != key and (found := owners.get(found)) is not None and found not in seen:
            seen.add(found)
        paths = [item.path for item in row if item is not None]
        live = scene.excuses.lead_to(paths)
        if found == key and not (scene.excuses.has(live, "parent") or scene.excuses.contain(paths)):
            raise ObjectionError("two items were moved into one another, and it is not reported")


def _check_list(scene: Scene, home: Home, trees: tuple[Tree, ...]) -> None:
    known = [tree.paths[home] for tree in trees if home in tree.paths]
    if scene.excuses.contain(path for path, _ in known):
        return
    live = scene.excuses.lead_to(path for path, _ in known)
    trail = (None, "…"), home[1][-1]
    spot = Spot((None, None, None, None), known[0][1], live, trail)
    check_order(scene, spot, [tree.lists.get(home, []) for tree in trees])
