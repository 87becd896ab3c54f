"""Machines that exchange merges pairwise, with right bases and no conflicts, end with one file."""

from __future__ import annotations

import pytest

from strategies.merging_edits import edited
from stui_workspace.document import parse
from support.merge_laws import sorted_items
from support.merge_machines import machines

BLOCKS, SIZE = 4, 100


@pytest.mark.parametrize("block", range(BLOCKS))
def test_three_machines_end_with_the_same_data(block: int) -> None:
    merges = 0
    for seed in range(block * SIZE, (block + 1) * SIZE):
        three = machines(seed)
        expected = edited(three.base, [edit for edits in three.edits for edit in edits]).plain()
        assert three.gossip() == [], seed
        for text in three.texts.values():
            assert sorted_items(parse(text).plain()) == sorted_items(expected), seed
        merges += three.merges
    assert merges > 500
