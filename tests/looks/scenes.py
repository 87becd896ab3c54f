"""Every screen of the program in a state worth looking at, on sessions that are always the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from doubles.fake_session import FakeSession
from stui_workspace.model.receipt import Outcome, Receipt, Restored
from support.workbench import workspace


@dataclass(frozen=True)
class Scene:
    """How to come to a screen: keys, `=TEXT` to type."""

    name: str
    keys: tuple[str, ...] = ()
    session: Callable[[], FakeSession] = lambda: FakeSession(workspace())


def _restored() -> FakeSession:
    items = (
        Restored("layout", Outcome.OK),
        Restored("buffer/scratch", Outcome.OK),
        Restored("buffer/notes", Outcome.FAILED, "docs/notes.md is gone", "bring its file back"),
        Restored("connection/py", Outcome.CHANGED, "a new start of the backend", "run it again"),
        Restored("connection/stage", Outcome.WAITING, "it is being connected"),
    )
    return FakeSession(workspace(), receipt=Receipt("main", items, after_crash=True, seconds=0.08))


SCENES: Final = (
    Scene("workbench"),
    Scene("evaluated", ("f5", "f6")),
    Scene("arranging", ("ctrl+g",)),
    Scene("zoomed", ("f10",)),
    Scene("commands", ("ctrl+p",)),
    Scene("commands-narrowed", ("ctrl+p", "=theme")),
    Scene("help", ("f1",)),
    Scene("receipt", ("f4",), _restored),
    Scene("connections", ("alt+k",)),
    Scene("new-connection", ("alt+a",)),
    Scene("consent", ("alt+y",)),
    Scene("rename", ("f2",)),
)
