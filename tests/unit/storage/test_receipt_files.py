"""The receipt of a session on the disk: small, whole or not there, and read by anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.receipts import (
    MOST_ITEMS,
    load_receipt,
    plain_of,
    save_receipt,
)

FOLDER = WorkspaceFolder(Path("/state"))
FILE = FOLDER.receipt_of("main")

texts = st.none() | st.text(max_size=60)
receipts = st.builds(
    Receipt,
    session=st.just("main"),
    items=st.lists(
        st.builds(
            Restored,
            item=st.text(max_size=60),
            outcome=st.sampled_from(Outcome),
            reason=texts,
            next_step=texts,
            kept=texts,
            remedy=st.none() | st.sampled_from(Remedy),
        ),
        max_size=5,
    ).map(tuple),
    after_crash=st.booleans(),
    seconds=st.floats(0, 1e6),
    at=st.floats(0, 1e12),
)


@given(receipts)
def test_what_is_written_is_read(receipt: Receipt) -> None:
    disk = FlakyDisk()
    save_receipt(FOLDER, receipt, disk)
    assert load_receipt(FOLDER, "main", disk) == receipt


def test_a_session_that_was_never_restored_has_none() -> None:
    assert load_receipt(FOLDER, "main", FlakyDisk()) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * (5 << 20) + b'"'],
    ids=["empty", "cut off", "a list", "a number", "no text", "deep", "too large"],
)
def test_a_damaged_one_is_an_error_that_says_what_to_do(content: bytes) -> None:
    disk = FlakyDisk()
    disk.files[FILE] = content
    with pytest.raises(DiskError) as caught:
        load_receipt(FOLDER, "main", disk)
    assert caught.value.next_step


def test_what_this_stui_does_not_know_is_left_out() -> None:
    disk = FlakyDisk()
    items = [
        {"item": "layout", "outcome": "ok", "remedy": "a new one", "reason": 7},
        {"item": "x", "outcome": "a new one"},
        {"outcome": "ok"},
        3,
    ]
    found = {"items": items, "at": "then", "seconds": True, "after_crash": 1}
    disk.files[FILE] = json.dumps(found).encode()
    assert load_receipt(FOLDER, "main", disk) == Receipt("main", (Restored("layout", Outcome.OK),))


def test_it_stays_small_however_much_there_was() -> None:
    items = tuple(Restored(f"buffer/{n}", Outcome.FAILED, "x" * 100_000) for n in range(3000))
    disk = FlakyDisk()
    save_receipt(FOLDER, Receipt("main", items), disk)
    found = load_receipt(FOLDER, "main", disk)
    assert found is not None
    assert len(found.items) == MOST_ITEMS
    assert len(disk.files[FILE]) < 1 << 20


def test_the_plain_form_has_what_people_are_told() -> None:
    receipt = Receipt("main", (Restored("layout", Outcome.CHANGED, "why", "do", "kept"),), at=3.0)
    assert plain_of(receipt) == {
        "session": "main",
        "at": 3.0,
        "after_crash": False,
        "seconds": 0.0,
        "restored": 1,
        "headline": "restored 1 of 1",
        "items": [
            {
                "item": "layout",
                "outcome": "changed",
                "reason": "why",
                "next_step": "do",
                "kept": "kept",
                "remedy": None,
            }
        ],
    }
