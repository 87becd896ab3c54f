"""Short paths for sockets, and a sign of life for what a held backend starts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.embedded import Sign


@pytest.fixture
def sign(tmp_path: Path) -> Iterator[Sign]:
    one = Sign(tmp_path / "sign")
    yield one
    os.close(one.reader)


@pytest.fixture(autouse=True)
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tempfile.mkdtemp(prefix="stui-test-", dir="/tmp")
    monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
    yield
    shutil.rmtree(folder)
