"""Clones to work in: with the driver, and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repository import BASE, Clone, environment


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "home folder")


@pytest.fixture
def bare_clone(tmp_path: Path, environ: dict[str, str]) -> Clone:
    """A repository with a workspace file, to which nobody has told anything of stui."""
    clone = Clone(tmp_path / "a project", environ)
    clone.root.mkdir()
    clone.git("init", "--quiet")
    clone.commit(BASE, "begin")
    return clone


@pytest.fixture
def clone(bare_clone: Clone) -> Clone:
    """The same with the driver."""
    bare_clone.stui("git", "install")
    bare_clone.git("add", "--all")
    bare_clone.git("commit", "--quiet", "-m", "attributes")
    return bare_clone
