"""An embedded backend for each test that wants one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from support.embedded import Python, Sign, python_in


@pytest.fixture
async def python(tmp_path: Path) -> AsyncIterator[Python]:
    async with python_in(tmp_path) as one:
        yield one


@pytest.fixture
def sign(tmp_path: Path) -> Iterator[Sign]:
    one = Sign(tmp_path / "sign")
    yield one
    os.close(one.reader)
