"""Two machines with one project in a folder that some tool syncs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.replicas import Replicas


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[Replicas]:
    """Both; only one of them has the project yet."""
    with Replicas.made(tmp_path) as made:
        made.left.fill()
        yield made
