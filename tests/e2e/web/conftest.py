"""Whether a browser is installed here; `.ci/run` installs one."""

from __future__ import annotations

import os

from support.browser import browser_program


def pytest_report_header() -> list[str]:
    """One line where tests are left out, and none where they are not."""
    if browser_program() is not None:
        return []
    return ["left out: tests/e2e/web/test_browser.py (no Chromium here)"]


if browser_program() is None and os.environ.get("CI"):
    raise RuntimeError("the tests in a browser must run here, and there is none")

collect_ignore = [] if browser_program() else ["test_browser.py"]
