"""Whatever is typed, and whatever lies in stui's folders, is told in words and never obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.hostile.circumstances import Trial
from e2e.hostile.command_lines import STAGES, all_trials
from e2e.hostile.forking import HANGING
from e2e.hostile.scene import Scene, Stages, Told, forks, kept_in, secrets_in, wrong_in
from e2e.hostile.trial import SECRET

TRIALS = all_trials()


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    with forks() as run:
        yield Stages(Scene(tmp_path_factory.mktemp("hostile") / "scene", run), STAGES)


def test_there_are_many() -> None:
    assert len(TRIALS) >= 300


@pytest.mark.parametrize("trial", TRIALS, ids=lambda one: one.name)
def test_it_is_told_in_words(trial: Trial, stages: Stages) -> None:
    scene = stages.at(trial.stage)
    made = trial.make(scene) if trial.make is not None else None
    words = (*trial.words, made) if isinstance(made, str) else trial.words
    before = kept_in(scene.project)
    told = scene.stui(*words, given=trial.given)
    wrong = list(wrong_in(told))
    if told.status not in trial.status:
        wrong.append(f"ended with {told.status}, not {trial.status}")
    if trial.says not in told.err:
        wrong.append(f"does not say {trial.says!r}")
    if kept_in(scene.project) != before:
        wrong.append("changed the project")
    if scene.touched.exists():
        wrong.append("ran what nobody approved")
    if not trial.holds_secret:
        wrong += [f"left the secret in {one}" for one in secrets_in(scene.folder)]
    assert not wrong, f"{wrong}\n{told.out}\n{told.err}"


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (Told(HANGING, "", "", 0), "ended with 142"),
        (Told(70, "", "error: a bug", 0), "ended with 70"),
        (Told(2, "", "error: no", 0), "says no next step"),
        (Told(1, "", "", 0), "says nothing"),
        (Told(0, "a\x1b[31m", "", 0), "shows"),
        (Told(0, "", "\u202e", 0), "shows"),
        (Told(0, "", "Traceback (most recent call last)", 0), "has a trace"),
        (Told(0, "", "", 4000), "takes"),
        (Told(0, "", "a" * 5000, 0), "has a line"),
        (Told(0, SECRET, "", 0), "tells the secret, as itself"),
        (Told(0, "", SECRET.encode().hex(), 0), "tells the secret, as hexadecimal"),
    ],
)  # fmt: skip
def test_what_is_wrong_would_be_seen(told: Told, what: str) -> None:
    assert any(one.startswith(what) for one in wrong_in(told))


def test_what_was_left_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text(f"x{SECRET}y")
    (tmp_path / "c").write_text("c")
    assert list(secrets_in(tmp_path)) == ["a/b"]


def test_what_is_approved_would_run(stages: Stages) -> None:
    """Guards the trials of grants that do not count: this one does."""
    scene = stages.at("approved")
    assert scene.stui("eval", "--conn", "run", "-e", "1").status == 4
    assert scene.touched.exists()
