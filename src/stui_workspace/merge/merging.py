"""The three-way merge: bytes in, a result out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stui_workspace.merge.lines import Labels
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import Choice, MergeResult

NO_CHOICES: Final[Mapping[str, Choice]] = {}
USUAL_LABELS: Final = Labels()


def merge3(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    policy: Policy,
    *,
    choices: Mapping[str, Choice] = NO_CHOICES,
) -> MergeResult:
    """Both sides' changes of `base` in one document, and what is in conflict.

    The text is ours with splices; it parses where ours or theirs does. Nothing is read or
    written, and the same bytes in are the same bytes out.

    Args:
        base: What both sides started from; empty for nothing.
        ours: The side whose form is kept, and whose value stays where there is conflict.
        theirs: The other side.
        policy: How each place merges.
        choices: Answers to conflicts, by path; what is answered is no conflict any more.
    """
    same = _same(base, ours, theirs)
    if same is not None:
        return MergeResult(same)
    from stui_workspace.merge.files import merged

    return merged((base, ours, theirs), policy, choices)


def merge3_marked(  # noqa: PLR0913 (the arguments of `merge3`, and what markers look like)
    base: bytes,
    ours: bytes,
    theirs: bytes,
    policy: Policy,
    *,
    choices: Mapping[str, Choice] = NO_CHOICES,
    labels: Labels = USUAL_LABELS,
    size: int = 7,
) -> tuple[MergeResult, bytes]:
    """The result of `merge3`, and its text for git, with markers around what is in conflict.

    Around whole members stand markers of git's `diff3` style, the base in them. Without conflicts
    the two texts are the same. Where there is no merge by meaning, it is the merge by lines.
    """
    same = _same(base, ours, theirs)
    if same is not None:
        return MergeResult(same), same
    from stui_workspace.merge.files import marked_merge

    return marked_merge((base, ours, theirs), policy, choices, (labels, size))


def marked(  # noqa: PLR0913 (the arguments of `merge3`, and what markers look like)
    base: bytes,
    ours: bytes,
    theirs: bytes,
    policy: Policy,
    *,
    choices: Mapping[str, Choice] = NO_CHOICES,
    labels: Labels = USUAL_LABELS,
    size: int = 7,
) -> bytes:
    """The text of `merge3_marked` alone."""
    merged = merge3_marked(
        base, ours, theirs, policy=policy, choices=choices, labels=labels, size=size
    )
    return merged[1]


def _same(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The result where two of the three are alike byte for byte."""
    if theirs in (base, ours):
        return ours
    return theirs if ours == base else None
