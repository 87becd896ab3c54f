"""`stui session ls|rename|clone|rm|undo|prune|stats`: the sessions of a project in order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doubles.outside import HandClock
from stui_workspace.cli import session_removing
from stui_workspace.storage.known_projects import KnownProject, note_project
from support.command_line import CommandLine
from support.kept_sessions import DAY, Shelf, shelf_in


@pytest.fixture
def shelf(stui: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = shelf_in(tmp_path)
    stui.services = shelf.services
    monkeypatch.chdir(shelf.project.root)
    return shelf


class Person:
    """Answers every question alike, and remembers what was asked."""

    asked: list[str]

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked = []

    def __call__(self) -> Person:
        return self

    def ask(self, question: str) -> str | None:
        self.asked.append(question)
        return self.answer


class TestListing:
    def test_a_filter_looks_in_id_name_and_machine(self, stui: CommandLine, shelf: Shelf) -> None:
        shelf.keep("main")
        shelf.keep("main-2", name="Big Refactoring")
        shelf.keep("other", machine="refactory")
        out = stui("session", "ls", "refactor").out
        assert [line.split()[0] for line in out.splitlines()] == ["main-2", "other"]
        assert stui("session", "ls", "nope").all == (0, "", "no session is called so\n")

    def test_projects(self, stui: CommandLine, shelf: Shelf, tmp_path: Path) -> None:
        shelf.keep("main")
        assert stui("session", "ls", "--all").all == (0, "", "no project is known here\n")
        gone = shelf_in(tmp_path / "x")
        gone.keep("main")
        for root, opened in ((shelf.project.root, 1.0), (tmp_path / "gone", 2.0)):
            folder = shelf.services.locations.workspace(root)
            note_project(KnownProject(folder, root, root.name, opened), shelf.services.fs)
        lost = shelf.services.locations.workspace(tmp_path / "gone").sessions
        lost.mkdir(parents=True)
        (lost / "main.yaml").write_bytes(gone.store.path_of("main").read_bytes())
        found = json.loads(stui("session", "ls", "--all", "--json").out)
        assert [(one["name"], one["sessions"], one["missing"]) for one in found] == [
            ("gone", 1, True),
            ("orders", 1, False),
        ]
        first, second = stui("session", "ls", "--all").out.splitlines()
        assert first.endswith("missing")
        assert second.split()[0] == "orders"
        assert stui("session", "ls", "--all", "ORD").out.count("\n") == 1

    def test_names_that_could_fool_a_terminal_are_shown_as_they_are(
        self, stui: CommandLine, shelf: Shelf
    ) -> None:
        shelf.keep("main", name="a\x1b[2Jb\u202ec")
        for command in (("ls",), ("show",), ("prune", "--keep", "0", "--dry-run"), ("stats",)):
            out = stui("session", *command).out
            assert "\x1b" not in out
            assert "\u202e" not in out


class TestNaming:
    def test_rename_and_clone(self, stui: CommandLine, shelf: Shelf) -> None:
        shelf.snapshot(shelf.keep("main", unsaved=1))
        assert stui("session", "rename", "main", "big one").all == (
            0,
            "",
            "session `main` is called `big one` now\n",
        )
        made = stui("session", "clone", "big one", "second")
        assert (made.status, made.out) == (0, "second\n")
        assert made.err == "  = help: `stui --resume second` opens it\n"
        assert sorted(shelf.ids) == ["main", "second"]

    @pytest.mark.parametrize(
        "words", [("rename", "nope", "x"), ("clone", "nope"), ("rename", "main", "a@b")]
    )
    def test_what_cannot_be_done_is_a_mistake_of_use(
        self, stui: CommandLine, shelf: Shelf, words: tuple[str, ...]
    ) -> None:
        shelf.keep("main")
        assert stui("session", *words).status == 2


class TestRemoving:
    def test_removed_and_brought_back(self, stui: CommandLine, shelf: Shelf) -> None:
        for name in ("main", "main-2", "main-3"):
            shelf.keep(name)
        before = shelf.contents()
        ran = stui("session", "rm", "main-2", "main-3", "--yes")
        assert ran.err == (
            "removed session `main-2`\nremoved session `main-3`\n"
            "  = help: `stui session undo` brings them back, for 30 days\n"
        )
        listed = json.loads(stui("session", "undo", "--list", "--json").out)
        assert [one["id"] for one in listed] == ["main-3", "main-2"]
        assert "removed 0 s ago" in stui("session", "undo", "--list").out
        back = json.loads(stui("session", "undo", "--json").out)
        assert back == [
            {"id": "main-3", "was": "main-3"},
            {"id": "main-2", "was": "main-2"},
        ]
        assert shelf.contents() == before
        assert stui("session", "undo").status == 2
        assert stui("session", "undo", "--list").err == "no session is in the trash\n"

    def test_after_a_month_it_is_gone(self, stui: CommandLine, shelf: Shelf) -> None:
        shelf.keep("main")
        shelf.keep("main-2")
        stui("session", "rm", "main", "--yes")
        clock = shelf.services.clock
        assert isinstance(clock, HandClock)
        clock.advance(31 * DAY)
        stui("session", "rm", "main-2", "--yes")
        assert stui("session", "undo", "--list").out.split()[0] == "main-2"
        assert stui("session", "undo", "main").status == 2


class TestPruning:
    def test_the_dry_run_says_what_goes_and_what_stays(
        self, stui: CommandLine, shelf: Shelf
    ) -> None:
        shelf.keep("main")
        shelf.keep("old", ago=40 * DAY)
        shelf.keep("work", ago=50 * DAY, unsaved=2)
        before = shelf.contents()
        ran = stui("session", "prune", "--older", "30d", "--dry-run")
        rows = [line.split(maxsplit=2)[:2] for line in ran.out.splitlines()]
        assert rows == [["would", "go"], ["stays", "work"]]
        assert "it has 2 unsaved texts" in ran.out
        assert ran.err.startswith("would remove 1 session of ")
        found = json.loads(stui("session", "prune", "--older", "4w", "--dry-run", "--json").out)
        assert [one["id"] for one in found["would_remove"]] == ["old"]
        assert [one["reason"] for one in found["kept"]] == ["it has 2 unsaved texts"]
        assert shelf.contents() == before

    @pytest.mark.parametrize(("answer", "status"), [("y", 0), ("", 1)])
    def test_it_shows_and_asks(
        self,
        stui: CommandLine,
        shelf: Shelf,
        monkeypatch: pytest.MonkeyPatch,
        answer: str,
        status: int,
    ) -> None:
        person = Person(answer)
        monkeypatch.setattr(session_removing, "asker", person)
        shelf.keep("main")
        shelf.keep("old", ago=40 * DAY)
        ran = stui("session", "prune", "--keep", "1")
        assert ran.status == status
        assert "would go  old" in ran.out
        assert person.asked[0].startswith("Remove 1 session of ")
        assert ("old" in shelf.ids) == bool(status)

    def test_without_a_terminal_it_needs_a_yes(
        self, stui: CommandLine, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(session_removing, "asker", lambda: None)
        shelf.keep("main")
        shelf.keep("old", ago=40 * DAY)
        assert stui("session", "prune", "--keep", "1").status == 2
        ran = stui("session", "prune", "--keep", "1", "--yes")
        assert (ran.status, shelf.ids) == (0, ["main"])
        assert "`stui session undo` brings all of it back" in ran.err

    def test_nothing_to_do(self, stui: CommandLine, shelf: Shelf) -> None:
        shelf.keep("main")
        assert stui("session", "prune", "--keep", "5").all == (0, "", "nothing was removed\n")

    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("--older", "soon"),
            ("--older", ""),
            ("--older", "-1d"),
            ("--larger", "x"),
            ("--keep", "-1"),
            ("--older", "999999999d"),
        ],
    )
    def test_a_rule_that_says_nothing_or_nonsense_is_refused(
        self, stui: CommandLine, shelf: Shelf, words: tuple[str, ...]
    ) -> None:
        assert stui("session", "prune", *words).status == 2


class TestStatistics:
    def test_as_text_and_as_json(self, stui: CommandLine, shelf: Shelf) -> None:
        shelf.keep("main", opens=3, seconds=7200.0, evaluations=5)
        shelf.keep("main-2", ago=DAY, opens=1)
        out = stui("session", "stats").out
        assert "time open     2 h\n" in out
        assert "connection    py: 2 evaluations\n" in out
        assert "by hour" in out
        found = json.loads(stui("session", "stats", "--json").out)
        assert (found["sessions"], found["opens"], found["evaluations"]) == (2, 4, 5)
        assert (len(found["hours"]), sum(found["hours"])) == (24, 2)
        assert json.loads(stui("session", "stats", "main", "--json").out)["opens"] == 3

    def test_none(self, stui: CommandLine, shelf: Shelf) -> None:
        assert stui("session", "stats").all == (0, "", "no session is kept of this project\n")
