"""Whether this machine lets a test mount a small disk of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache

import pytest

WAYS = (("unshare", "-m"), ("unshare", "-rm"))
"""As root, and as anybody where the kernel gives anybody a namespace."""


@cache
def way_to_mount() -> tuple[str, ...] | None:
    """The command under which a process may mount, or None where there is none.

    Raises:
        RuntimeError: There is none on a build server: left out there is left out everywhere.
    """
    if sys.platform != "linux":
        return None
    if shutil.which("unshare") and shutil.which("mount"):
        with tempfile.TemporaryDirectory() as folder:
            for way in WAYS:
                probe = [*way, "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
                done = subprocess.run(probe, capture_output=True, check=False, timeout=30)
                if done.returncode == 0:
                    return way
    if os.environ.get("CI"):
        raise RuntimeError("the tests of a full disk must run here, and no tmpfs can be mounted")
    return None


def pytest_report_header() -> list[str]:
    """One line where tests are left out, and none where they are not."""
    if way_to_mount() is not None:
        return []
    return ["left out: tests/crash/test_small_disk.py (no tmpfs can be mounted here)"]


collect_ignore = [] if way_to_mount() else ["test_small_disk.py"]


@pytest.fixture
def mounting() -> tuple[str, ...]:
    """The beginning of a command whose process may mount."""
    way = way_to_mount()
    assert way is not None
    return way
