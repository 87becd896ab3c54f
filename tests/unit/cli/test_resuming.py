"""What can be resumed, listed and chosen: this machine's sessions, and those of others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.cli.commands import workbench
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.storage.sessions.beside import FOLDER, copy_bytes
from stui_workspace.storage.sessions.lineage import Lineage, Taken, save_lineage
from stui_workspace.storage.sessions.store import SessionStore
from support.command_line import CommandLine

NOW = 1_000_000.0
LAPTOP = "0000000a"


class Scene:
    """A project with sessions of this machine, and of others."""

    def __init__(self, stui: CommandLine, root: Path, home: Path) -> None:
        self.stui, self.root = stui, root
        stui.services = services_in(home, HandClock(NOW))
        self.folder = stui.services.locations.workspace(root)
        self.offered: list[str] = []

    def here(self, session: str, age: float, **texts: str) -> None:
        SessionStore(self.folder).save(state(session, "testbed", NOW - age, **texts))

    def left(self, session: str, age: float, *, closed: bool = True, **texts: str) -> Path:
        one = state(session, "laptop", NOW - age, **texts)
        one = replace(one, meta=replace(one.meta, closed=closed))
        path = self.root / FOLDER / f"laptop.{session}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(copy_bytes(one, LAPTOP, Lineage()))
        return path


def state(session: str, machine: str, saved: float, **texts: str) -> SessionState:
    meta = SessionMeta(session, session, machine, 1.0, 2.0, saved, closed=True)
    return SessionState(meta, buffers={name: BufferState(text) for name, text in texts.items()})


@pytest.fixture
def scene(stui: CommandLine, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(workbench, "is_interactive", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    return Scene(stui, file.parent, tmp_path / "home")


def pick(scene: Scene, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def choose(_question: str, names: list[str]) -> int:
        scene.offered.extend(names)
        return number

    monkeypatch.setattr(workbench, "choose", choose)


def test_the_list_has_all_machines(scene: Scene) -> None:
    scene.here("main", 3600, a="x")
    scene.left("main", 10_800, a="x", b="y")
    scene.left("main-2", -7200)
    assert scene.stui("session", "ls").all == (
        0,
        (
            "main-2@laptop  saved just now (its clock is ahead)  closed\n"
            "main           saved 1 h ago                        closed  1 unsaved\n"
            "main@laptop    saved 3 h ago                        closed  2 unsaved\n"
        ),
        "",
    )


def test_the_list_as_json(scene: Scene) -> None:
    scene.here("main", 3600, a="x")
    path = scene.left("main", 10_800, a="x", b="y")
    here, left = json.loads(scene.stui("session", "ls", "--json").out)
    keys = ("id", "machine", "beside", "unsaved", "saved", "taken_over_as")
    assert [here[key] for key in keys] == ["main", "testbed", False, 1, NOW - 3600, None]
    assert [left[key] for key in keys] == ["main@laptop", "laptop", True, 2, NOW - 10_800, None]
    assert left["file"] == str(path)


def test_what_cannot_be_read_is_listed_and_not_offered(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.here("main", 60)
    scene.here("main-2", 90)
    path = scene.left("main", 10)
    path.write_bytes(path.read_bytes()[:80])
    path.rename(path.with_name("\x1b[31mbad.yaml"))
    out = scene.stui("session", "ls").out
    assert "unreadable  it is not all there" in out
    assert "\x1b" not in out
    pick(scene, monkeypatch, 0)
    assert scene.stui("-r").status == 0
    assert [line.split()[0] for line in scene.offered] == ["main", "main-2"]


def test_resuming_asks_which_and_opens_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.left("main", 10_800, a="x")
    pick(scene, monkeypatch, 0)
    assert scene.stui("--resume").all == (0, "", "")
    assert scene.offered == ["main@laptop  saved 3 h ago  closed  1 unsaved"]
    (request,) = scene.stui.opened
    assert request.session == "main@laptop"


def test_resuming_by_name_asks_nothing(scene: Scene) -> None:
    scene.left("main", 10, closed=False)
    assert scene.stui("--resume", "main@laptop").all == (0, "", "")
    assert [request.session for request in scene.stui.opened] == ["main@laptop"]


def test_one_that_looks_open_goes_on_by_name_only(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.left("main", 12, closed=False)
    pick(scene, monkeypatch, 0)
    assert scene.stui("--resume").all == (
        2,
        "",
        (
            "error: `main@laptop` looks open on laptop: it was saved 12 s ago\n"
            "  = help: close it there; or go on all the same with `stui --resume main@laptop`\n"
        ),
    )
    assert scene.stui.opened == []
    assert "looks open" in scene.offered[0]


@pytest.mark.parametrize(("age", "words"), [(121.0, "open, or crashed"), (-9e5, "looks open")])
def test_when_a_session_looks_open(scene: Scene, age: float, words: str) -> None:
    scene.left("main", age, closed=False)
    assert words in scene.stui("session", "ls").out


def test_what_is_here_already_is_not_offered_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.left("main", 3600, a="x")
    scene.here("main-2", 60, a="x")
    taken = Lineage(taken=(Taken(LAPTOP, "main", NOW - 3600),))
    assert scene.stui.services is not None
    save_lineage(scene.folder, "main-2", taken, scene.stui.services.fs)
    assert "taken over as main-2" in scene.stui("session", "ls").out
    assert scene.stui("--resume").status == 0  # the only one needs no question
    assert [request.session for request in scene.stui.opened] == ["main-2"]
    scene.left("main", 30, a="newer")
    pick(scene, monkeypatch, 0)
    assert scene.stui("--resume").status == 0
    assert [request.session for request in scene.stui.opened][1:] == ["main@laptop"]


def test_its_own_copies_are_not_listed(scene: Scene) -> None:
    scene.left("main", 3600, a="x")
    assert scene.stui.services is not None
    state_folder = scene.stui.services.locations.state
    state_folder.mkdir(parents=True, exist_ok=True)
    (state_folder / "machine").write_text(json.dumps({"ids": {"testbed": LAPTOP}}))
    assert scene.stui("session", "ls").all == (0, "", "no session is kept of this project\n")
