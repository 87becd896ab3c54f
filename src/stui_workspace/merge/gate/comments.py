"""Comments conserved: each is in the result as often as the two sides together leave it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from stui_workspace.document.slices import comments
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import ALL, BASE, OURS, RESULT, SIDES, THEIRS, ObjectionError

_MAYBE: Final = re.compile(r"#[^\n]*")
_CONTENT: Final = re.compile(r"^[ \t]*([^#\s][^\n]*)$", re.MULTILINE)


def check_comments(scene: Scene) -> None:
    """Nothing, where no comment is lost, came back or comes from nowhere.

    Raises:
        ObjectionError: One did.
    """
    counts = [Counter(_normal(_MAYBE.findall(text))) for text in scene.texts]
    if not any(_odd(counts)) and not _shared(counts):
        return
    found = [list(_exact(scene, side)) for side in ALL]
    counts = [Counter(text for text, _ in some) for some in found]
    lenient = _lenient(scene, found)
    for text in _shared(counts) - lenient:
        owners = [_owners(scene, found, side, text) for side in (OURS, THEIRS)]
        if owners[0] == owners[1]:
            raise ObjectionError("a comment that both sides added alike stands there twice")
    for text, lost in _odd(counts):
        if text in lenient and _is_possible(scene, [count[text] for count in counts]):
            continue
        if (
            not lost
            and counts[RESULT][text] <= counts[BASE][text]
            and _is_moved(scene, found, text)
        ):
            continue
        raise ObjectionError(
            "a comment that one side has is lost"
            if lost
            else "a comment is there that should be gone"
        )


def _shared(counts: list[Counter[str]]) -> set[str]:
    """The comments that both sides added, and that are there more often than on either."""
    base, ours, theirs, result = counts
    return {
        text
        for text, count in result.items()
        if count > max(ours[text], theirs[text]) and min(ours[text], theirs[text]) > base[text]
    }


def _normal(texts: Iterable[str]) -> Iterator[str]:
    return (text.rstrip() for text in texts)


def _exact(scene: Scene, side: int) -> Iterator[tuple[str, int]]:
    """The comments of a document with their places, and nothing that only looks like one."""
    text = scene.texts[side]
    for piece in comments(scene.documents[side]):
        yield text[piece.start : piece.end].rstrip(), piece.start


def _odd(counts: list[Counter[str]]) -> Iterator[tuple[str, bool]]:
    """The comments that are there too rarely (True) or too often (False)."""
    base, ours, theirs, result = counts
    for text in base.keys() | ours.keys() | theirs.keys() | result.keys():
        least, most = _bounds(base[text], ours[text], theirs[text])
        if not least <= result[text] <= most:
            yield text, result[text] < least


def _bounds(base: int, ours: int, theirs: int) -> tuple[int, int]:
    total = ours + theirs - base
    if theirs in (base, ours) and ours != theirs:
        return ours, ours
    if ours == base:
        return theirs, theirs
    if min(ours, theirs) >= base:  # both added: what they agree on stands once
        return max(ours, theirs), total
    if max(ours, theirs) <= base:
        return max(total, 0), min(ours, theirs)
    return total, total


def _is_possible(scene: Scene, counts: list[int]) -> bool:
    """Whether a comment is there as often as on a side, or at most as on both together.

    What one side renamed and the other edited stands there in both forms.
    """
    base, ours, theirs, result = counts
    total = ours + theirs - base
    return bool(scene.excuses.settled) or (min(ours, theirs, total) <= result <= ours + theirs)


def _lenient(scene: Scene, found: list[list[tuple[str, int]]]) -> set[str]:
    """The comments around places where anything may stand."""
    return {
        text
        for side, start, end in scene.lenient
        for text, place in found[side]
        if start <= place < end
    }


def _is_moved(scene: Scene, found: list[list[tuple[str, int]]], wanted: str) -> bool:
    """Whether a comment belongs to something else on a side than in the base: that may keep it."""
    base, ours, theirs = (_owners(scene, found, side, wanted) for side in SIDES)
    return bool(ours - base or theirs - base)


def _owners(
    scene: Scene, found: list[list[tuple[str, int]]], side: int, wanted: str
) -> Counter[str]:
    """What a comment stands by on one side."""
    return Counter(
        _owner(scene.texts[side], place) for text, place in found[side] if text == wanted
    )


def _owner(text: str, place: int) -> str:
    """What stands before a comment on its line, or else below it, up to its colon."""
    before = text[text.rfind("\n", 0, place) + 1 : place].strip()
    after = _CONTENT.search(text, text.find("\n", place) + 1 or len(text))
    return (before or (after[1] if after else "")).partition(":")[0]
