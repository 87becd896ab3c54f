"""A bug in the engine becomes a needless conflict: the gate lets no wrong text out as clean."""

from __future__ import annotations

import pytest

from strategies.merging import example, policy
from stui_workspace.merge import merge3
from support.merge_bugs import BUGS, Bug, planted
from support.merge_laws import says

SIZE = 60


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_no_bug_gets_out_as_a_clean_merge(bug: Bug) -> None:
    caught = 0
    for seed in range(70_000, 70_000 + SIZE):
        one = example(seed)
        if one.outcome.paths:
            continue
        with planted(bug, seed):
            result = merge3(*one.texts, policy=policy)
        assert not result.is_clean or says(result.text, one.outcome.document), seed
        caught += not result.is_clean
    assert caught >= SIZE / 6
