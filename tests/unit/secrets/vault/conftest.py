"""Unit tests of the vault wait for no disk: what a power cut leaves is tested in tests/crash."""

from __future__ import annotations

import pytest

from stui_workspace.storage import filesystem


@pytest.fixture(autouse=True)
def no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "_flush", lambda _descriptor: None)
    monkeypatch.setattr(filesystem, "_flush_folder", lambda _path: None)
