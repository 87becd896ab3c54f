"""A setting of a project that has nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.connections.kinds import Setting


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    root = tmp_path / "project"
    root.mkdir()
    return Setting(root, "client-1", folder=tmp_path / "run", secret=lambda: "the-token")
