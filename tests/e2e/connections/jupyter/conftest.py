"""A real Jupyter Server for each test that wants one, and whether another kernel is installed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from stui_workspace.connections.kinds import Setting
from support.kernels import TOKEN, JupyterServer

KERNEL = Path(__file__).parent.parent / "kernels" / "node_modules" / "tslab" / "bin" / "tslab"


@cache
def kernel_command() -> tuple[str, ...] | None:
    """The command of a kernel that is not Python's, or None where it is not installed.

    Raises:
        RuntimeError: It is not there on a build server: left out there is left out everywhere.
    """
    node = shutil.which("node")
    if node is not None and KERNEL.is_file():
        return (node, str(KERNEL), "kernel", "--js", "--config-path", "{connection_file}")
    if os.environ.get("CI"):
        raise RuntimeError("the tests of another kernel must run here, and it is missing")
    return None


def pytest_report_header() -> list[str]:
    """One line where tests are left out, and none where they are not."""
    if kernel_command() is not None:
        return []
    return ["left out: tests of a kernel in JavaScript (no npm here to install it with)"]


collect_ignore = [] if kernel_command() else ["test_another_kernel.py"]


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """A project, with a place for connection files, and the token of the server."""
    root = tmp_path / "project"
    root.mkdir()
    return Setting(root, "client-1", folder=tmp_path / "run", secret=lambda: TOKEN)


@pytest.fixture
def javascript(tmp_path: Path) -> dict[str, str]:
    """The environment in which the kernel `jslab` is installed."""
    command = kernel_command()
    assert command is not None
    folder = tmp_path / "jupyter" / "kernels" / "jslab"
    folder.mkdir(parents=True)
    spec = {"argv": command, "display_name": "JavaScript", "language": "javascript"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return {"JUPYTER_PATH": str(tmp_path / "jupyter")}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[JupyterServer]:
    """A server that is up."""
    folder = tmp_path / "server"
    folder.mkdir()
    one = JupyterServer(folder)
    try:
        await one.start()
        yield one
    finally:
        one.kill()
