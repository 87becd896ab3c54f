"""Two clones and the repository between them: what is pulled is there at once, once, and alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.replicas import Machine
from support.repository import BASE, Clone, environment
from support.terminal import Terminal

PY = "  py: {kind: python}\n"
MORE = PY + "  more: {kind: python}\n"
OTHER = PY + "  other: {kind: python}\n"


@pytest.fixture
def anna(tmp_path: Path) -> Clone:
    """Who began it."""
    clone = Clone(tmp_path / "anna" / "project", environment(tmp_path / "anna" / "home"))
    clone.root.mkdir()
    clone.git("init", "--quiet")
    clone.commit(BASE, "begin")
    remote = tmp_path / "remote.git"
    clone.git("clone", "--quiet", "--bare", ".", str(remote))
    clone.git("remote", "add", "origin", str(remote))
    clone.git("fetch", "--quiet")
    clone.git("branch", "--quiet", "--set-upstream-to=origin/main")
    return clone


@pytest.fixture
def bert(anna: Clone, tmp_path: Path) -> Clone:
    """Who joined."""
    clone = Clone(tmp_path / "bert" / "project", environment(tmp_path / "bert" / "home"))
    clone.run(
        "git", "clone", "--quiet", str(tmp_path / "remote.git"), str(clone.root), cwd=tmp_path
    )
    clone.git("config", "pull.rebase", "false")
    return clone


def install(anna: Clone, bert: Clone) -> None:
    """Have both merge by meaning, as the how-to says it."""
    anna.stui("git", "install")
    anna.git("add", "--all")
    anna.git("commit", "--quiet", "-m", "attributes")
    anna.git("push", "--quiet")
    bert.git("pull", "--quiet")
    bert.stui("git", "install")


def machine(name: str, clone: Clone) -> Machine:
    return Machine(name, clone.root, clone.environ)


def test_with_the_driver(anna: Clone, bert: Clone) -> None:
    install(anna, bert)
    with machine("anna", anna).watching() as left, machine("bert", bert).watching() as right:
        anna.edit(PY, MORE)
        anna.git("push", "--quiet")
        bert.edit(PY, OTHER + "\n# bert's pads\n")
        left.until("reloaded")
        right.until("reloaded")
        bert.git("pull", "--quiet")
        right.until("reloaded")
        bert.git("push", "--quiet")
        anna.git("pull", "--quiet")
        left.until("reloaded")
    assert left.reloaded == ["connections.more", "connections.other"]
    assert right.reloaded == ["connections.more", "connections.other"]
    assert anna.path.read_bytes() == bert.path.read_bytes()
    for text in ("  more: {kind: python}\n", "  other: {kind: python}\n", "# bert's pads\n"):
        assert text in bert.text
    assert anna.left_over == bert.left_over == []


def test_without_the_driver_a_person_settles_it(anna: Clone, bert: Clone) -> None:
    """What a line merge leaves between markers is shown, written by nobody, and settled."""
    anna.edit("title: Scratch", "title: Anna's")
    anna.git("push", "--quiet")
    bert.edit("title: Scratch", "title: Bert's")
    screens = Terminal(["stui"], cwd=bert.root, environ=bert.environ, size=(120, 34))
    with machine("anna", anna).watching() as left, machine("bert", bert).watching() as right:
        bert.git("pull", "--quiet", status=1)
        marked = bert.text
        assert "<<<<<<<" in marked
        (problem, *_) = right.until("invalid")["diagnostics"]
        assert marked.splitlines()[problem["line"] - 1].startswith("<<<<<<<")

        with screens as screen:
            screen.wait_for(f".stui-workspace.yaml:{problem['line']}:1")
            screen.press("ctrl+q")
            assert screen.wait_for_end() == 0
        assert bert.text == marked

        bert.stui("resolve", "/buffers/scratch/title", "--value", "Of both")
        right.until("reloaded")
        bert.git("commit", "--quiet", "--all", "--no-edit")
        bert.git("push", "--quiet")
        anna.git("pull", "--quiet")
        left.until("reloaded")
    assert left.reloaded == right.reloaded == ["buffers.scratch.title"]
    assert anna.text == bert.text == BASE.replace("title: Scratch", "title: Of both")
    assert anna.left_over == bert.left_over == []
