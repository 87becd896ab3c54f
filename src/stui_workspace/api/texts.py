"""Versions of a file as texts: what differs, and what they come to. No disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stui_workspace.api.places import encoded
from stui_workspace.document import Limits, parse
from stui_workspace.merge import Choice, MergeResult, Policy, merge3
from stui_workspace.merge.differing import Difference, differences
from stui_workspace.model.records import replace
from stui_workspace.storage.atomic import WORKSPACE_BYTES

_ANY_TEXT: Final = replace(Limits.anything(), file_bytes=WORKSPACE_BYTES, nodes=100_000)
_NO_CHOICES: Final[Mapping[str, Choice]] = {}


def diff_texts(before: str | bytes, after: str | bytes) -> tuple[Difference, ...]:
    """What differs between two YAML texts by meaning, in the order of the second.

    Items of lists are known by their keys, so that what moved is not taken for new. Nothing that
    comes back holds a secret. Empty texts say nothing, and differ from others as a whole.

    Raises:
        ParseError: One of them is not YAML, or YAML that we refuse to read.
    """
    one, other = (parse(content, _ANY_TEXT) for content in (encoded(before), encoded(after)))
    return differences(one, other, Policy.published())


def merge_texts(
    base: str | bytes,
    ours: str | bytes,
    theirs: str | bytes,
    *,
    choices: Mapping[str, Choice] = _NO_CHOICES,
) -> MergeResult:
    """Both sides' changes of `base` in one document: ours, with those of theirs put in.

    Pure, and never raises for what the texts say: a conflict is a result. There, ours stands.

    Args:
        base: What both sides started from; empty for nothing.
        ours: The side whose form is kept.
        theirs: The other side.
        choices: Answers to conflicts, by `str(conflict.path)`: `Take.THEIRS`, `Written("8080")`.

    Source: docs/reference/merge-policy.md says how each place merges.
    """
    texts = encoded(base), encoded(ours), encoded(theirs)
    return merge3(*texts, policy=Policy.published(), choices=choices)
