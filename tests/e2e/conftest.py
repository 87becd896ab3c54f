"""Whether the editors' language server is installed here; `make test` installs it with npm."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "language_server" / "node_modules" / "yaml-language-server"


@cache
def language_server() -> tuple[str, ...] | None:
    """The command that starts it, or None where it is not installed.

    Raises:
        RuntimeError: It is not there on a build server: left out there is left out everywhere.
    """
    node, script = shutil.which("node"), FOLDER / "bin" / "yaml-language-server"
    if node is not None and script.is_file():
        return (node, str(script), "--stdio")
    if os.environ.get("CI"):
        raise RuntimeError("the tests of the language server must run here, and it is missing")
    return None


def pytest_report_header() -> list[str]:
    """One line where tests are left out, and none where they are not."""
    if language_server() is not None:
        return []
    return ["left out: tests/e2e/test_language_server.py (no npm here to install it with)"]


collect_ignore = [] if language_server() else ["test_language_server.py"]


@pytest.fixture(scope="session")
def server_command() -> tuple[str, ...]:
    """The command that starts the language server."""
    command = language_server()
    assert command is not None
    return command
