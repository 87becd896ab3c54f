"""One watching process for the edits of a module, and whether all editors are installed here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from support.watch_process import WatchProcess, watch_process

MISSING = [name for name in ("emacs", "git", "nano", "perl", "vim") if shutil.which(name) is None]


def pytest_report_header() -> list[str]:
    """One line where tests are left out, and none where they are not."""
    if not MISSING:
        return []
    return [f"left out: tests/e2e/watching/test_editors.py (no {', '.join(MISSING)} here)"]


if MISSING and os.environ.get("CI"):
    raise RuntimeError(f"the tests of real editors must run here: install {', '.join(MISSING)}")
collect_ignore = ["test_editors.py"] if MISSING else []


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchProcess]:
    """`stui watch --json`, for several edits in a row."""
    with watch_process(tmp_path_factory.mktemp("watched")) as found:
        yield found
