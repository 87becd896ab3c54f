"""Names of segments, whatever a sync tool made of them."""

from __future__ import annotations

import pytest

from stui_workspace.history.segments import month_in


@pytest.mark.parametrize(
    "name",
    [
        "2026-11.jsonl",
        "2026-11.sync-conflict-20261128-101010-ABCDEFG.jsonl",
        "2026-11 (1).jsonl",
        "2026-11 2.jsonl",
        "2026-11 (ada's conflicted copy 2026-11-28).jsonl",
        "2026-11 (Copie en conflit de DESKTOP 2026-11-28).jsonl",
        "2026-11 (conflicted copy 2026-11-28 101010).jsonl",
        "2026-11 (SFConflict ada@example.com 2026-11-28-10-10-10).jsonl",
        "2026-11_conflict-20261128-101010.jsonl",
        "2026-11-DESKTOP-AB12CD3.jsonl",
        "2026-11-devbox-safeBackup-0001.jsonl",
        "2026-11.Conflict1.jsonl",
        "2026-11 (conflict #1_on_2026-11-28).jsonl",
        "2026-11.jsonl.conflict1",
        "2026-11.conflict2.jsonl",
        "2026-11.jsonl..path1",
        "2026-11_laptop_Nov-28-1010-2026_Conflict.jsonl",
        "copy of 2026-11.jsonl",
    ],
)
def test_a_segment_and_its_copies(name: str) -> None:
    assert month_in(name) == "2026-11"


@pytest.mark.parametrize(
    "name",
    [
        "machine",
        "README",
        "2026-13.jsonl",
        "2026-11",
        "2026-115.jsonl",
        "2026-11x.jsonl",
        "2026-11.json",
        ".syncthing.2026-11.jsonl.tmp",
        "~syncthing~2026-11.jsonl.tmp",
        ".2026-11.jsonl.446da914.partial",
        "2026-11.jsonl.part",
        "2026-11.jsonl.!sync",
        "2026-11.jsonl~",
        ".2026-11.jsonl.swp",
        "2026-11.jsonl.swp",
        "2026-11.jsonl.orig",
        ".~2026-11.jsonl.0a1b2c3d.tmp",
    ],
)
def test_what_is_none(name: str) -> None:
    assert month_in(name) is None
