"""Hostile circumstances of single commands: what is typed, and what lies where stui keeps its own.

Each trial names the stage at which it begins, what is done then, and the one command that is tried,
with the statuses that it may end with. What holds whatever is tried is in `scene.wrong_in`.
"""

from __future__ import annotations

from typing import Final

from e2e.hostile.circumstances import Make, Trial
from e2e.hostile.kept import keep_hostile_sessions
from e2e.hostile.scene import Scene
from e2e.hostile.trials_of_consent import trials_of_consent
from e2e.hostile.trials_of_files import trials_of_files
from e2e.hostile.trials_of_keeping import trials_of_keeping
from e2e.hostile.trials_of_words import trials_of_words


def all_trials() -> tuple[Trial, ...]:
    """Every trial, each with a name of its own."""
    trials = (*trials_of_words(), *trials_of_consent(), *trials_of_files(), *trials_of_keeping())
    names = [one.name for one in trials]
    assert len(set(names)) == len(names), sorted(one for one in names if names.count(one) > 1)
    return trials


def _approved(at: Scene) -> None:
    at.approve("run")


def _all_approved(at: Scene) -> None:
    for one in ("run", "far", "own"):
        at.approve(one)


def _kept(at: Scene) -> None:
    """Something of all that stui keeps."""
    at.approve("run")
    at.stui("sync")
    bound = at.stui("secret", "bind", "orders/other", "--env", "A", "--for", "tcp://127.0.0.1:9")
    assert bound.status == 0, bound.err
    (at.config / "config.yaml").write_text("stui: 1\n")
    at.open_vault()


def _sessions(at: Scene) -> None:
    """Sessions that somebody else wrote, and an index of their history."""
    keep_hostile_sessions(at.home, at.project)
    assert at.stui("history", "search").status == 0


STAGES: Final[dict[str, Make]] = {
    "plain": lambda _at: None,
    "approved": _approved,
    "all approved": _all_approved,
    "vault": Scene.open_vault,
    "kept": _kept,
    "sessions": _sessions,
}
