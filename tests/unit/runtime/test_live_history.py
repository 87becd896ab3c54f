"""The history as an open session searches it: real files, real threads, and nothing waits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Ending
from stui_workspace.history import Entry, Within
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.connecting.inputs import Inputs, history_of
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.searching.finding import Searcher, Wanted
from stui_workspace.runtime.searching.live import LiveHistory
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

NOW = 1_781_500_000.0


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return services_in(tmp_path / "home", HandClock(NOW))


def evaluated(inputs: Inputs, code: str, at: float) -> None:
    inputs.note(TranscriptEntry(1, "py", code, Ending.OK, at=at), Workspace("orders"))


async def test_what_this_session_evaluates_is_found_forgotten_and_not_recalled(
    services: Services,
) -> None:
    inputs = Inputs(history_of(services), "w1", services.redactor)
    live = LiveHistory(services, inputs, "w1")
    evaluated(inputs, "select customer", NOW - 5)
    evaluated(inputs, "import pandas", NOW - 4)
    await live.refresh(lambda _done, _all: None)
    results = await live.search(Wanted("slct", Within(workspace=live.here.workspace)))
    assert [one.code for one in results.found] == ["select customer"]
    assert (results.entry_count, results.has_more) == (2, False)
    done = await live.forget(["select customer"])
    assert done.erased.line_count == 1
    assert done.copy is not None
    assert inputs.read("py", Workspace("orders")) == ("import pandas",)
    assert (await live.search(Wanted("slct"))).found == ()
    live.close()


async def test_progress_is_told_on_the_loop(services: Services) -> None:
    log = history_of(services)
    for at in range(5):
        log.append(Entry(NOW + at, "py", str(at)))
    live = LiveHistory(services, Inputs(log, "w1", services.redactor), "w1")
    told: list[tuple[int, int]] = []
    await live.refresh(lambda done, total: told.append((done, total)))
    assert told
    assert told[-1][0] == told[-1][1]
    live.close()


def test_closing_ends_a_first_build_and_leaves_no_half_of_a_file(services: Services) -> None:
    log = history_of(services)
    log.take_in([Entry(NOW + at, "py", str(at), id=f"{at:016x}") for at in range(12_000)])
    searcher = Searcher(services)
    searcher.refresh(lambda _done, _all: setattr(searcher, "_is_closing", True))
    searcher.close()
    with Searcher(services) as other:
        assert other.search(Wanted()).entry_count == 0
        other.refresh()
        assert other.search(Wanted(limit=5)).entry_count == 12_000
        assert other.search(Wanted(limit=5)).has_more
        assert other.machines() == [""]


async def test_an_open_session_has_its_history(services: Services, tmp_path: Path) -> None:
    history_of(services).append(Entry(NOW, "py", "select"))
    session = Session.open(OpenRequest(tmp_path), services)
    live = session.history()
    await live.refresh(lambda _done, _all: None)
    assert [one.code for one in (await live.search(Wanted("slct"))).found] == ["select"]
    assert live.here.workspace == services.locations.workspace(tmp_path).path.name
    assert live.here.workspace in live.names or live.names == {}
    live.close()
    await session.close()


def test_no_database_is_loaded_before_somebody_searches(tmp_path: Path) -> None:
    code = (
        "import sys, stui_workspace.runtime.session, stui_workspace.tui.app,"
        " stui_workspace.tui.searching, stui_workspace.runtime.searching.live;"
        " assert 'sqlite3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=60)
