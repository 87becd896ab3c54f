"""Whether networks can be made and cut here: that takes Linux, root, and the package iproute2."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache


@cache
def can_cut_networks() -> bool:
    """Whether a network namespace can be made.

    Raises:
        RuntimeError: It cannot on a build server: left out there is left out everywhere.
    """
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("ip"):
        name = f"stui-probe-{os.getpid()}"
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
        if made.returncode == 0:
            subprocess.run(["ip", "netns", "del", name], check=True)
            return True
    if os.environ.get("CI"):
        raise RuntimeError("the tests of severed links must run here: as root, with iproute2")
    return False


def pytest_report_header() -> list[str]:
    """One line where tests are left out, and none where they are not."""
    if can_cut_networks():
        return []
    return ["left out: tests/e2e/connections/severed (needs root on Linux, and iproute2)"]


collect_ignore = [] if can_cut_networks() else ["test_severed_link.py"]
