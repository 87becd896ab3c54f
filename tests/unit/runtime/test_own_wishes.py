"""What a workspace file may not decide for a person: where sessions lie, and how long they stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.model.workspace import Keep
from stui_workspace.runtime.loading import Loaded, Selection, load, retention
from stui_workspace.runtime.mirroring import copy_wanted, unanswered_wish
from stui_workspace.runtime.services import Services
from stui_workspace.storage.locations import CONFIG_NAME
from stui_workspace.storage.project import OVERLAY_NAME, find_project

BESIDE, LOCAL = "session: {store: beside}\n", "session: {store: local}\n"
FILE, OVERLAY, CONFIG = "file", "overlay", "config"


class Place:
    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.services: Services = services_in(folder / "home")
        self.files = {
            FILE: self.project / ".stui-workspace.yaml",
            OVERLAY: self.project / OVERLAY_NAME,
            CONFIG: self.services.locations.config / CONFIG_NAME,
        }
        self.says(FILE, "")

    def says(self, where: str, text: str) -> None:
        path = self.files[where]
        path.parent.mkdir(parents=True, exist_ok=True)
        head = {FILE: "stui: 1\nname: a\n", OVERLAY: "", CONFIG: "stui: 1\n"}[where]
        path.write_text(head + text)

    @property
    def loaded(self) -> Loaded:
        return load(find_project(self.project, self.project.parent), self.services)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize(
    ("said", "unagreed", "agreed"),
    [
        ({}, False, False),
        ({FILE: BESIDE}, None, True),
        ({FILE: LOCAL}, False, False),
        ({OVERLAY: BESIDE}, True, True),
        ({CONFIG: BESIDE}, True, True),
        ({FILE: BESIDE, CONFIG: BESIDE}, True, True),
        ({FILE: BESIDE, OVERLAY: BESIDE}, True, True),
        ({FILE: BESIDE, OVERLAY: LOCAL}, False, False),
        ({FILE: BESIDE, CONFIG: LOCAL}, None, True),
        ({FILE: LOCAL, CONFIG: BESIDE}, False, False),
    ],
    ids=str,
)
def test_copies_lie_beside_the_file_only_where_the_person_said_so(
    place: Place, said: dict[str, str], *, unagreed: bool | None, agreed: bool | None
) -> None:
    for where, text in said.items():
        place.says(where, text)
    assert copy_wanted(place.loaded, lambda: False) is unagreed
    assert copy_wanted(place.loaded, lambda: True) is agreed


def test_a_wish_that_nobody_answered_is_said_and_no_other(place: Place) -> None:
    assert unanswered_wish(place.loaded, wanted=False) is None
    place.says(FILE, BESIDE)
    notice = unanswered_wish(place.loaded, wanted=None)
    assert notice is not None
    assert "asks for copies of your sessions" in notice.text
    assert "`stui trust` asks you" in (notice.next_step or "")
    assert unanswered_wish(place.loaded, wanted=True) is None


FEW, MANY = "keep: {last: 1, hourly: 0, daily: 0}", "keep: {last: 99, hourly: 99, daily: 99}"


@pytest.mark.parametrize(
    ("where", "keep", "kept"),
    [
        (FILE, FEW, Keep()),
        (FILE, MANY, Keep(99, 99, 99)),
        (FILE, "keep: {last: 99, daily: 0}", Keep(last=99)),
        (OVERLAY, FEW, Keep(1, 0, 0)),
        (CONFIG, FEW, Keep(1, 0, 0)),
    ],
)
def test_a_workspace_file_has_no_snapshots_thrown_away_sooner(
    place: Place, where: str, keep: str, kept: Keep
) -> None:
    place.says(where, f"autosave: {{{keep}}}\n")
    assert retention(place.loaded).keep == kept


def test_what_an_environment_of_the_file_says_is_the_files_word(place: Place) -> None:
    place.says(FILE, f"environments: {{e: {{session: {{store: beside}}}}}}\nautosave: {{{FEW}}}\n")
    loaded = load(find_project(place.project, place.project.parent), place.services, Selection("e"))
    assert copy_wanted(loaded, lambda: False) is None
