"""Ids of sessions are names of files: whatever a person calls one, they lead nowhere else."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.runtime.sessions.naming import ids_like
from stui_workspace.storage.sessions.names import is_device, is_session_id

DEVICES = ("con", "CON", "nul", "aux.old", "com1", "lpt9.txt", "prn...", "../con", " con ")


@pytest.mark.parametrize("name", DEVICES)
def test_no_id_is_a_device_of_windows(name: str) -> None:
    assert not any(is_device(one) for one in islice(ids_like(name), 3))


@given(st.text() | st.sampled_from(DEVICES) | st.text(".-_ac/\\:", min_size=45, max_size=60))
def test_every_id_is_one_whatever_was_wanted(wanted: str) -> None:
    for one in islice(ids_like(wanted), 3):
        assert is_session_id(one)
        assert not is_device(one)
        assert one == one.rstrip("._-"), "Windows drops a dot at the end"
        assert not set(one) & set("/\\:")


@pytest.mark.parametrize(
    "name", ["..", ".", "a/b", "a\\b", "a:b", "", "A", "-a", "a\0", "a\n", "é"]
)
def test_what_leads_elsewhere_is_no_id(name: str) -> None:
    assert not is_session_id(name)
