"""A clone whose connection was approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support.line_hosts import Host
from support.pulled import Story
from support.repository import Clone, environment


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A clone whose connection to the good host was approved."""
    environ = environment(tmp_path / "home") | {
        "STUI_HOME": str(tmp_path / "stui"),
        "LC_ALL": "C.UTF-8",
    }
    upstream = Clone(tmp_path / "upstream", environ)
    upstream.root.mkdir()
    upstream.git("init", "--quiet")
    with Host("good") as good, Host("evil", "127.0.0.2") as evil:
        clone = replace(upstream, root=tmp_path / "clone")
        one = Story(upstream, clone, good, evil)
        upstream.commit(one.text(good.url), "begin")
        upstream.git("clone", "--quiet", str(upstream.root), str(clone.root))
        one.grant()
        yield one
