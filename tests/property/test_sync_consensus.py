"""Merging a conflict copy on a machine that does not know what both sides began from.

What either side wrote since the true base must be in the merge, or asked about.
"""

from __future__ import annotations

from random import Random

import pytest

from stui_workspace.merge import Policy, merge3
from stui_workspace.sync.consensus import agreed_base
from support.sync_conflicts import Story, conflict, lost_by, read, written

CONFLICTS = 60
"""For each seed."""


@pytest.mark.parametrize("doubtful", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_in_silence(seed: int, doubtful: float) -> None:
    random = Random(seed)  # noqa: S311 (it is reproduced)
    for _ in range(CONFLICTS):
        assert conflict(random, doubtful).lost == []


def test_with_one_base_only_the_last_content_seen_would_lose_much() -> None:
    """What all of this is for, and that the law above can fail."""
    random = Random(1)  # noqa: S311 (it is reproduced)
    policy = Policy.published()
    lost_count = 0
    for _ in range(CONFLICTS):
        story = Story(random, 0.0)
        base, here, there = story.told()
        result = merge3(written(there), written(there), written(here), policy)
        lost_count += bool(lost_by(base, there, result))
    assert lost_count > CONFLICTS // 2


def test_no_base_at_all_deletes_nothing() -> None:
    policy = Policy.published()
    ours, theirs = written({"a": "x", "b": "y"}), written({"a": "x", "c": "z"})
    assert agreed_base([], ours, theirs, policy) == b""
    assert read(merge3(b"", ours, theirs, policy).text) == {"a": "x", "b": "y", "c": "z"}


def test_what_two_bases_disagree_on_is_asked_and_the_rest_is_done() -> None:
    policy = Policy.published()
    old = written({"a": "old", "b": "old"})
    new = written({"a": "ours", "b": "old"})
    ours = written({"a": "ours", "b": "old"})
    theirs = written({"a": "old", "b": "theirs"})
    base = agreed_base([new, old], ours, theirs, policy)
    result = merge3(base, ours, theirs, policy)
    assert [str(one.path) for one in result.conflicts] == ["/buffers/a/title"]
    assert read(result.text) == {"a": "ours", "b": "theirs"}
