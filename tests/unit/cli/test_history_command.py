"""`stui history`: found, counted, forgotten and brought back, given out and taken in."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.cli import asking
from stui_workspace.cli.commands import history as commands
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.runtime.connecting.inputs import history_of
from support.command_line import CommandLine
from unit.cli.test_completing import completed

NOW = 1_781_500_000.0
HOUR = 3600.0


class Desk:
    """A person with a history on two machines."""

    def __init__(self, home: Path, project: Path) -> None:
        self.home = home
        self.services = services_in(home, HandClock(NOW))
        self.stui = CommandLine(self.services)
        self.workspace = self.services.locations.workspace(project).path.name
        self.log = history_of(self.services)
        self.other = HistoryLog(self.services.locations.history, "desktop")
        self.ids: dict[str, str] = {}

    def put(self, code: str, ago: float, **how: Any) -> None:
        log = self.other if how.pop("there", False) else self.log
        entry = Entry(NOW - ago, how.pop("on", "py"), code, how.pop("at", ""), **how)
        self.ids[code] = log.append(entry).id

    def found(self, *arguments: str) -> list[str]:
        ran = self.stui("history", "search", "--json", *arguments)
        return [one["code"] for one in json.loads(ran.out)]


@pytest.fixture
def desk(tmp_path: Path, file: Path) -> Desk:
    made = Desk(tmp_path / "home", file.parent)
    made.put("select * from customers", 50 * HOUR, on="db")
    made.put("select * from customers", 3 * HOUR, on="db", ok=False)
    made.put("customers.plot()", 2 * HOUR, at=made.workspace)
    made.put("import pandas", HOUR, there=True)
    return made


def test_without_a_query_the_last_come_first(desk: Desk) -> None:
    ran = desk.stui("history", "search")
    assert ran.status == 0
    assert [line.split()[-1] for line in ran.out.splitlines()] == [
        "pandas",
        "customers.plot()",
        "customers",
    ]
    assert "2x failed" in ran.out
    assert ran.err == ""


def test_by_letters_words_and_text(desk: Desk) -> None:
    assert desk.found("slctcust") == ["select * from customers"]
    assert desk.found("customers", "select") == ["select * from customers"]
    assert desk.found("CUSTOMERS") == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(["--conn", "db"], ["select * from customers"], id="connection"),
        pytest.param(["--workspace"], ["customers.plot()"], id="workspace"),
        pytest.param(["--machine", "desktop"], ["import pandas"], id="machine"),
        pytest.param(["--failed"], ["select * from customers"], id="failed"),
        pytest.param(["--since", "90m"], ["import pandas"], id="since"),
        pytest.param(["--limit", "1"], ["import pandas"], id="limit"),
        pytest.param(["--conn", "none"], [], id="nothing"),
    ],
)
def test_narrowed(desk: Desk, options: list[str], expected: list[str]) -> None:
    assert desk.found(*options) == expected


def test_nothing_found_is_said_and_is_the_status(desk: Desk) -> None:
    assert desk.stui("history", "search", "zzz").all == (1, "", "nothing found among 4 entries\n")
    assert desk.stui("history", "search", "zzz", "--json").all == (1, "[]\n", "")


def test_more_than_is_shown_is_said(desk: Desk) -> None:
    ran = desk.stui("history", "search", "--limit", "1")
    assert "there are more; `--limit 4` shows them" in ran.err


def test_the_record_of_an_input(desk: Desk) -> None:
    (one,) = json.loads(desk.stui("history", "search", "--conn", "db", "--json").out)
    assert one == {
        "id": one["id"],
        "code": "select * from customers",
        "count": 2,
        "failed": 1,
        "last": NOW - 3 * HOUR,
        "connection": "db",
        "workspace": "",
        "workspace_name": None,
        "machine": "testbed",
        "ok": False,
        "match": "whole",
    }


def test_no_time_is_a_usage_error(desk: Desk) -> None:
    ran = desk.stui("history", "search", "--since", "whenever")
    assert ran.status == 2
    assert "expected" in ran.err


def test_damaged_files_are_named(desk: Desk) -> None:
    path = next(desk.services.locations.history.glob("desktop/2*.jsonl"))
    path.write_bytes(path.read_bytes() + b"\xff\xfe\n{\n")
    ran = desk.stui("history", "search", "pandas")
    assert ran.status == 0
    assert "2 lines of desktop/2026-06.jsonl cannot be read" in ran.err


def test_what_a_terminal_would_obey_is_pictured(desk: Desk) -> None:
    desk.put("print('\x1b[31m\u202e')", 1.0)
    ran = desk.stui("history", "search", "print")
    assert "␛[31m<U+202E>" in ran.out
    assert "\x1b" not in ran.out


def test_statistics(desk: Desk) -> None:
    ran = desk.stui("history", "stats")
    assert "4 entries, 3 different inputs\n1 failed (25 %)" in ran.out
    assert "      2  select * from customers" in ran.out
    assert "by hour of the day" in ran.out
    counted = json.loads(desk.stui("history", "stats", "--json", "--conn", "db").out)
    assert (counted["entries"], counted["inputs"], counted["failed"]) == (2, 1, 1)
    assert counted["connections"][0]["text_count"] == 1
    assert sum(counted["hours"]) == 2
    assert len(counted["hours"]) == 24


def test_statistics_of_nothing(desk: Desk) -> None:
    ran = desk.stui("history", "stats", "--conn", "none")
    assert ran.all == (0, "", "nothing of that kind is in the history\n")
    assert (
        json.loads(desk.stui("history", "stats", "--conn", "none", "--json").out)["first"] is None
    )


def test_forgetting_asks_for_what_and_whether(desk: Desk) -> None:
    assert desk.stui("history", "forget").status == 2
    ran = desk.stui("history", "forget", "customers")
    assert ran.status == 2
    assert "`--yes` forgets without asking" in ran.err
    assert len(desk.found()) == 3


def test_forgetting_in_a_dry_run_does_nothing(desk: Desk) -> None:
    ran = desk.stui("history", "forget", "customers", "--dry-run")
    assert "3 entries would be forgotten; nothing was done" in ran.err
    assert "select * from customers (2x)" in ran.err
    ran = desk.stui("history", "forget", "--all", "--dry-run", "--json")
    assert len(json.loads(ran.out)) == 4
    assert len(desk.found()) == 3


def test_forgetting_and_undo(desk: Desk) -> None:
    ran = desk.stui("history", "forget", "customers", "--yes")
    assert ran.status == 0
    assert "3 entries are forgotten; 3 lines went from this machine's files" in ran.err
    assert "`stui history undo` brings it back" in ran.err
    assert desk.found() == ["import pandas"]
    undone = desk.stui("history", "undo")
    assert undone.status == 0
    assert "3 entries are back" in undone.err
    assert len(desk.found()) == 3
    assert desk.stui("history", "undo").status == 2


def test_letters_that_stand_apart_are_not_enough_to_forget(desk: Desk) -> None:
    assert desk.stui("history", "forget", "slctcust", "--yes").status == 1
    assert len(desk.found()) == 3


def test_what_other_machines_wrote_is_hidden_and_that_is_said(desk: Desk) -> None:
    path = next(desk.services.locations.history.glob("desktop/2*.jsonl"))
    before = path.read_bytes()
    ran = desk.stui("history", "forget", "pandas", "--yes")
    assert "1 of them stand in files of other machines" in ran.err
    assert path.read_bytes() == before
    assert desk.found("pandas") == []


def test_forgetting_one_use_by_its_id(desk: Desk) -> None:
    one = desk.ids["select * from customers"]
    assert json.loads(desk.stui("history", "forget", "--id", one, "--yes", "--json").out) == {
        "forgotten": 1,
        "lines": 1,
        "elsewhere": 0,
        "copy": str(next((desk.home / "state" / "forgotten").iterdir())),
    }
    (left,) = json.loads(desk.stui("history", "search", "--conn", "db", "--json").out)
    assert (left["count"], left["failed"]) == (1, 0)


def test_forgetting_for_good_keeps_no_copy_anywhere(desk: Desk) -> None:
    desk.put("hunter2-qzx", 1.0)
    desk.found("hunter2")
    desk.stui("history", "forget", "hunter2-qzx", "--for-good", "--yes")
    for path in desk.home.rglob("*"):
        if path.is_file():
            assert b"hunter2" not in path.read_bytes(), path
    assert desk.stui("history", "undo").status == 2


def test_forgetting_what_is_older(desk: Desk) -> None:
    desk.stui("history", "forget", "--before", "1d", "--yes")
    (one,) = json.loads(desk.stui("history", "search", "--conn", "db", "--json").out)
    assert one["count"] == 1


def test_a_person_is_asked_and_no_is_the_usual_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[str] = []

    class Person:
        def ask(self, question: str) -> str | None:
            questions.append(question)
            return "y" if len(questions) > 1 else ""

    monkeypatch.setattr("stui_workspace.cli.history_forgetting.asker", Person)
    assert asking is not None
    assert desk.stui("history", "forget", "--all").status == 1
    assert questions == ["Forget 4 entries? [y/N] "]
    assert desk.stui("history", "forget", "--all", "--for-good").status == 0
    assert questions[1] == "Forget 4 entries for good? [y/N] "
    assert desk.found() == []


def test_copies_of_what_was_forgotten_go_after_a_month(desk: Desk) -> None:
    desk.stui("history", "forget", "pandas", "--yes")
    clock = desk.services.clock
    assert isinstance(clock, HandClock)
    clock.advance(31 * 86400.0)
    desk.stui("history", "forget", "plot", "--yes")
    assert len(list((desk.home / "state" / "forgotten").iterdir())) == 1


def test_what_is_given_out_can_be_taken_in(desk: Desk, tmp_path: Path) -> None:
    ran = desk.stui("history", "export")
    assert [json.loads(line)["code"] for line in ran.out.splitlines()][-1] == "import pandas"
    copy = tmp_path / "copy.jsonl"
    copy.write_text(ran.out, encoding="utf-8")
    other = Desk(tmp_path / "other", tmp_path)
    took = other.stui("history", "import", "--from", "jsonl", str(copy))
    assert "4 entries taken in" in took.err
    assert list(other.log.entries()) == list(desk.log.entries())
    again = other.stui("history", "import", "--from", "jsonl", str(copy), "--json")
    assert json.loads(again.out)["new"] == 0


@pytest.mark.parametrize("form", ["text", "shell"])
def test_given_out_for_people_and_shells(desk: Desk, form: str) -> None:
    ran = desk.stui("history", "export", "--format", form, "plot")
    assert "customers.plot()" in ran.out
    assert "pandas" not in ran.out
    assert ran.out.startswith("#")


def test_a_shell_that_reads_it_gets_the_same_again(desk: Desk, tmp_path: Path) -> None:
    desk.put("for x in a; do\n  echo\ndone", 1.0)
    file = tmp_path / "bash"
    file.write_text(desk.stui("history", "export", "--format", "shell", "echo").out)
    desk.stui("history", "import", "--from", "bash", str(file), "--as", "sh")
    assert desk.found("--conn", "sh") == ["for x in a; do\n  echo\ndone"]


def test_taken_in_from_where_a_program_keeps_it(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "zsh" / ".zsh_history"
    file.parent.mkdir()
    file.write_bytes(b": 1700000000:0;ls -l\nexport API_TOKEN=abcdef0123456789 X=1\n\xff\n")
    environ = {"ZDOTDIR": str(file.parent), "STUI_HOME": str(tmp_path / "home")}
    stui = CommandLine()
    dry = stui("history", "import", "--from", "zsh", "--dry-run", **environ)
    assert "2 entries would be taken in" in dry.err
    ran = stui("history", "import", "--from", "zsh", "--json", **environ)
    assert json.loads(ran.out) == {
        "file": str(file),
        "from": "zsh",
        "new": 2,
        "known": 0,
        "forgotten": 0,
        "unread": 1,
        "secrets": 1,
        "dry_run": False,
    }
    assert desk.found("--conn", "zsh", "export") == [
        "export API_TOKEN=\u2039secret not kept\u203a X=1"
    ]
    desk.stui("history", "forget", "ls -l", "--yes")
    again = json.loads(stui("history", "import", "--from", "zsh", "--json", **environ).out)
    assert (again["new"], again["known"], again["forgotten"]) == (0, 1, 1)


def test_taken_in_from_ipython(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    with sqlite3.connect(file) as link:
        link.execute("CREATE TABLE sessions(session integer primary key, start timestamp)")
        link.execute("CREATE TABLE history(session integer, line integer, source, source_raw)")
        link.execute("INSERT INTO sessions VALUES(1, '2023-11-14 22:13:20+00:00')")
        link.execute("INSERT INTO history VALUES(1, 1, '', '%time x')")
        link.execute("INSERT INTO history VALUES(2, 1, '', 'y')")
        link.execute("INSERT INTO history VALUES(2, 2, '', x'fffe')")
    link.close()
    ran = json.loads(desk.stui("history", "import", "--from", "ipython", str(file), "--json").out)
    assert (ran["new"], ran["unread"]) == (2, 1)
    found = json.loads(desk.stui("history", "search", "--conn", "ipython", "--json").out)
    assert {one["code"]: one["last"] for one in found}["%time x"] == 1_700_000_000.001


def test_what_is_no_such_history_is_said(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"nothing of the kind")
    assert desk.stui("history", "import", "--from", "ipython", str(file)).status == 3
    assert desk.stui("history", "import", "--from", "bash", str(tmp_path / "none")).status == 2
    assert desk.stui("history", "import", "--from", "jsonl").status == 2
    assert desk.stui("history", "undo", str(tmp_path / "none")).status == 2


def test_names_are_completed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.found()
    monkeypatch.setenv("STUI_HOME", str(desk.home))
    assert completed("history", "search", "--machine", "") == ["desktop", "testbed"]
    assert commands.command.name == "history"


def test_what_was_forgotten_and_cannot_be_read_is_said(desk: Desk) -> None:
    (desk.services.locations.history / "desktop" / "forgotten.jsonl").mkdir()
    ran = desk.stui("history", "search", "--json")
    assert ran.status == 0
    assert "warning: " in ran.err
    assert "forgotten.jsonl cannot be read: what was forgotten there may be found again" in ran.err
