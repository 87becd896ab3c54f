"""`stui session receipt`: what came back, said to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.model.session import SessionMeta, SessionState
from stui_workspace.storage.sessions.receipts import save_receipt
from stui_workspace.storage.sessions.store import SessionStore
from support.command_line import CommandLine

NOON = 1_000_000.0
META = SessionMeta("main", "the first", "laptop", 1000.0, 2000.0, NOON)
OK = Restored("buffer/scratch", Outcome.OK)
CHANGED = Restored(
    "layout", Outcome.CHANGED, "the file's is another", "arrange it", "yours", Remedy.BRING_BACK
)
DAMAGED = Restored(
    "transcript", Outcome.FAILED, "it is not a map", "take it", None, Remedy.SNAPSHOT
)
WHOLE = Receipt("main", (OK, CHANGED), after_crash=True, seconds=0.02, at=NOON - 60)
BROKEN = Receipt("main", (OK, DAMAGED), at=NOON - 60)

SAID = """\
restored 2 of 2 after a crash, 1 min ago
✓ buffer/scratch  ok
△ layout          changed   the file's is another
                  → arrange it
                  kept: yours
"""


class Desk:
    def __init__(self, stui: CommandLine, root: Path, home: Path) -> None:
        self.stui = stui
        stui.services = self.services = services_in(home, HandClock(NOON))
        self.folder = self.services.locations.workspace(root)
        SessionStore(self.folder).save(SessionState(META))

    def keep(self, receipt: Receipt) -> None:
        save_receipt(self.folder, receipt, self.services.fs)


@pytest.fixture
def desk(stui: CommandLine, file: Path, tmp_path: Path) -> Desk:
    return Desk(stui, file.parent, tmp_path / "home")


def test_it_says_outcome_reason_next_step_and_what_is_kept(desk: Desk) -> None:
    desk.keep(WHOLE)
    ran = desk.stui("session", "receipt")
    assert (ran.status, ran.out) == (0, SAID)
    assert "F4" in ran.err


def test_what_did_not_come_back_is_a_finding_and_a_snapshot_is_pointed_at(desk: Desk) -> None:
    desk.keep(BROKEN)
    ran = desk.stui("session", "receipt", "the first")
    assert ran.status == 1
    assert "stui session log main" in ran.err


def test_programs_get_all_of_it(desk: Desk) -> None:
    desk.keep(WHOLE)
    ran = desk.stui("session", "receipt", "--json")
    found = json.loads(ran.out)
    assert (found["session"], found["restored"], found["after_crash"]) == ("main", 2, True)
    assert found["items"][1]["remedy"] == "bring back"


def test_it_is_read_while_the_session_is_open_elsewhere(desk: Desk) -> None:
    desk.keep(WHOLE)
    lock = SessionStore(desk.folder).acquire("main")
    assert lock is not None
    with lock:
        assert desk.stui("session", "receipt").status == 0


def test_a_session_that_was_not_opened_again_has_none(desk: Desk) -> None:
    ran = desk.stui("session", "receipt")
    assert (ran.status, ran.out) == (0, "")
    assert "no receipt is kept of session `main`" in ran.err
    assert desk.stui("session", "receipt", "--json").out == "null\n"


def test_a_session_that_is_not_there_is_an_error(desk: Desk) -> None:
    ran = desk.stui("session", "receipt", "nobody")
    assert ran.status == 2
    assert "nobody" in ran.err


def test_text_of_others_obeys_no_terminal(desk: Desk) -> None:
    desk.keep(Receipt("main", (Restored("buffer/\x1b[31mx", Outcome.FAILED, "\x1b[2J"),)))
    assert "\x1b" not in desk.stui("session", "receipt").out


def test_a_damaged_one_is_said(desk: Desk) -> None:
    desk.folder.receipts.mkdir(parents=True)
    desk.folder.receipt_of("main").write_text("{")
    ran = desk.stui("session", "receipt")
    assert ran.status == 3
    assert "damaged" in ran.err
