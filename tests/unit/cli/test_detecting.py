"""What could be connected to, by files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.cli.detecting import offers_in


def kernel(folder: Path, name: str, content: str = "{}") -> None:
    place = folder / "kernels" / name
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(content)


def venv(root: Path, name: str) -> None:
    (root / name / "bin").mkdir(parents=True)
    (root / name / "pyvenv.cfg").touch()
    (root / name / "bin" / "python").symlink_to("/nowhere/python")


def found(root: Path, **environ: str) -> dict[str, object]:
    offers = offers_in(root, {"HOME": str(root / "nobody"), "JUPYTER_PATH": "", **environ})
    return {offer.kind: dict(offer.spec) for offer in offers}


@pytest.fixture(autouse=True)
def no_kernels_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from stui_workspace.cli import detecting

    monkeypatch.setattr(detecting, "_SYSTEM", ())


def test_an_empty_folder_offers_nothing(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


def test_everything_at_once(tmp_path: Path) -> None:
    venv(tmp_path, "venv")
    (tmp_path / "package.json").write_text("{")
    kernel(tmp_path / "jupyter", "ir")
    assert found(tmp_path, JUPYTER_PATH=str(tmp_path / "jupyter")) == {
        "python": {"kind": "python", "python": "venv/bin/python"},
        "node": {"kind": "pty", "command": ["node", "--interactive"]},
        "jupyter": {"kind": "jupyter", "kernel": "ir"},
    }


def test_the_first_environment_and_the_usual_kernel_win(tmp_path: Path) -> None:
    venv(tmp_path, "venv")
    venv(tmp_path, ".venv")
    for name in ("ir", "python3", "zig"):
        kernel(tmp_path / "home" / ".local" / "share" / "jupyter", name)
    offers = found(tmp_path, HOME=str(tmp_path / "home"))
    assert offers["python"] == {"kind": "python", "python": ".venv/bin/python"}
    assert offers["jupyter"] == {"kind": "jupyter", "kernel": "python3"}


@pytest.mark.parametrize(
    "content", ["", "[", "[]", "[" * 100_000], ids=["empty", "torn", "list", "deep"]
)
def test_a_broken_kernel_is_none(tmp_path: Path, content: str) -> None:
    kernel(tmp_path, "python3", content)
    assert found(tmp_path, JUPYTER_PATH=str(tmp_path)) == {}


@pytest.mark.parametrize("name", ["a\x1b[31m", "ü", "\u202e"])
def test_a_kernel_of_an_odd_name_is_not_offered(tmp_path: Path, name: str) -> None:
    kernel(tmp_path, name)
    assert found(tmp_path, JUPYTER_PATH=str(tmp_path)) == {}


def test_a_folder_that_only_looks_like_an_environment(tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").touch()
    assert found(tmp_path) == {}
