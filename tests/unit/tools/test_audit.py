"""A known hole fails the check; advisories that cannot be had are one line."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parents[3] / "tools" / "audit.py"


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", HERE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_hole_is_told_and_fails(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    hole = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    packages = [{"name": "a", "version": "1", "vulns": [hole]}, {"name": "b", "skip_reason": "x"}]
    assert audit.told(packages) == 1
    assert capsys.readouterr().out.splitlines() == [
        "audit: no advisories about 1 of 2 packages can be had here",
        "requirements/dev.txt: a 1: PYSEC-1, mended in 2.0",
    ]


def test_without_holes_it_is_well(audit: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.told([{"name": "a", "version": "1", "vulns": []}]) == 0
    assert capsys.readouterr().out == ""


def test_without_a_network_it_says_so(
    audit: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "BIN", tmp_path)
    assert audit.holes() == 0
    assert "the advisories cannot be had" in capsys.readouterr().out
