"""`stui promote` and `stui freeze`: what a session changed, in the file where a person said so."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from support.command_line import CommandLine
from unit.cli.conftest import GOOD
from unit.cli.test_completing import completed

SECRET = "ghp_" + "a1B2" * 9


@pytest.fixture
def session(file: Path) -> str:
    """A session of the project, closed, in which three things are other than in the file."""

    async def lived() -> str:
        request = OpenRequest(file.parent, connect=False)
        opened = Session.open(request, Services.real(os.environ))
        await opened.start()
        opened.edit("scratch", "1 + 2\n")
        opened.add_buffer(title="Try", text="x = 1\n", connection="py")
        opened.prefer("wrap", False)
        await opened.close()
        return opened.id

    return asyncio.run(lived())


class Says:
    """A person who gives these answers, one after another."""

    def __init__(self, *answers: str) -> None:
        self.answers = [*answers]
        self.questions: list[str] = []

    def ask(self, question: str) -> str | None:
        self.questions.append(question)
        return self.answers.pop(0) if self.answers else None


def sits_there(monkeypatch: pytest.MonkeyPatch, *answers: str) -> Says:
    from stui_workspace.cli.commands import promote

    person = Says(*answers)
    monkeypatch.setattr(promote, "is_interactive", lambda: True)
    monkeypatch.setattr(promote, "asker", lambda: person)
    return person


def test_without_a_terminal_the_hunks_are_listed(stui: CommandLine, session: str) -> None:
    ran = stui("promote")
    assert ran.status == 1
    names = [line.split()[1] for line in ran.out.splitlines()]
    assert names == ["buffers.scratch.source", "buffers.try", "preferences.wrap"]
    assert stui("promote", session, "--list").all == ran.all


def test_the_list_for_programs(stui: CommandLine, session: str) -> None:
    ran = stui("promote", "--json")
    said = json.loads(ran.out)
    assert (ran.status, said["session"]) == (1, session)
    first = said["hunks"][0]
    assert (first["path"], first["kind"], first["added"], first["removed"]) == (
        "buffers.scratch.source",
        "change",
        1,
        1,
    )
    assert first["diff"][-2:] != []


def test_a_dry_run_shows_the_difference_and_writes_nothing(
    stui: CommandLine, file: Path, session: str
) -> None:
    ran = stui("promote", "--all", "--dry-run")
    assert ran.status == 0
    assert "+      1 + 2" in ran.out
    assert "nothing was written" in ran.err
    assert file.read_text() == GOOD
    said = json.loads(stui("promote", "--all", "--dry-run", "--json").out)
    assert said["taken"] == ["buffers.scratch.source", "buffers.try", "preferences.wrap"]
    assert (said["dry_run"], len(said["written"])) == (True, 1)


def test_taking_one_writes_one_and_says_how_to_undo(
    stui: CommandLine, file: Path, session: str
) -> None:
    ran = stui("promote", "--take", "preferences.wrap")
    assert ran.status == 0
    assert file.read_text() == GOOD + "  wrap: false\n"
    undo = next(line for line in ran.err.splitlines() if "stui sync restore" in line)
    revision = undo.split("`")[1].split()[-1]
    assert stui("sync", "restore", revision).status == 0
    assert file.read_text() == GOOD


def test_taking_all_leaves_nothing(stui: CommandLine, file: Path, session: str) -> None:
    said = json.loads(stui("promote", "--all", "--json").out)
    assert said["left"] == []
    assert "stui sync restore" in said["written"][0]["undo"]
    ran = stui("promote")
    assert (ran.status, ran.out) == (0, "")
    assert "says nothing that its files do not say" in ran.err
    assert stui("validate", "--strict").status == 0
    assert "# the team's" in file.read_text()


def test_what_is_not_there_cannot_be_taken(stui: CommandLine, session: str) -> None:
    assert stui("promote", "--take", "buffers.nothing").status == 2
    assert stui("promote", "--take", "a..b").status == 2
    assert stui("promote", "--all", "--take", "buffers").status == 2
    assert stui("promote", "another").status == 2


def test_without_a_session_there_is_nothing(stui: CommandLine, file: Path) -> None:
    ran = stui("promote")
    assert ran.status == 2
    assert "`stui` starts one" in ran.err


def test_a_person_is_asked_hunk_by_hunk(
    stui: CommandLine, file: Path, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sits_there(monkeypatch, "?", "y", "n", "y")
    ran = stui("promote")
    assert ran.status == 0
    assert person.questions[0] == "(1/3) Take over buffers.scratch.source [y,n,e,a,d,q,?]? "
    assert "take this one and all that follow" in ran.out
    assert "      1 + 2\n" in file.read_text()
    assert "try:" not in file.read_text()
    assert "wrap: false" in file.read_text()


@pytest.mark.parametrize(
    ("answers", "taken"),
    [
        (["a"], 3),
        (["n", "a"], 2),
        (["y", "d"], 1),
        (["d"], 0),
        (["y", "q"], 0),
        (["y"], 0),
        ([], 0),
    ],
)
@pytest.mark.usefixtures("session")
def test_all_done_and_quitting(
    stui: CommandLine,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[str],
    taken: int,
) -> None:
    sits_there(monkeypatch, *answers)
    ran = stui("promote")
    assert ran.err.count("took over") == taken
    assert (file.read_text() == GOOD) == (taken == 0)
    assert ran.status == (0 if taken else 1)


def test_a_hunk_is_edited_in_the_persons_editor(
    stui: CommandLine, file: Path, session: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "40 + 2" > "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    sits_there(monkeypatch, "e", "d")
    assert stui("promote").status == 0
    assert "      40 + 2\n" in file.read_text()
    assert list((tmp_path / "home").rglob("edit-*")) == []


def test_an_edit_that_makes_no_workspace_is_not_written(
    stui: CommandLine, file: Path, session: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "[" > "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    person = sits_there(monkeypatch, "n", "e", "n", "n")
    ran = stui("promote")
    assert "cannot be read" in ran.err
    assert len(person.questions) == 4
    assert file.read_text() == GOOD


def test_a_secret_is_refused_and_the_rest_is_taken(
    stui: CommandLine, file: Path, session: str
) -> None:
    async def more() -> None:
        opened = Session.open(OpenRequest(file.parent, connect=False), Services.real(os.environ))
        await opened.start()
        opened.describe_buffer("scratch", title="password=" + SECRET)
        await opened.close()

    asyncio.run(more())
    ran = stui("promote", "--all")
    assert SECRET not in ran.out + ran.err + file.read_text()


def test_key_paths_and_sessions_are_completed(session: str, file: Path) -> None:
    assert "buffers.try" in completed("promote", "--take", "b")
    assert session in completed("promote", "")


# Freezing.


def test_freezing_writes_a_good_file_with_all_that_is_in_effect(
    stui: CommandLine, file: Path, session: str, tmp_path: Path
) -> None:
    target = tmp_path / "new"
    ran = stui("freeze", str(target))
    assert (ran.status, ran.out) == (0, "")
    new = target / ".stui-workspace.yaml"
    assert stui("validate", "--strict", str(new)).all == (0, "", "")
    assert stui("get", "buffers.try.source", "--file", str(new)).out == "x = 1\n"
    assert stui("get", "preferences", "--file", str(new)).status == 0
    assert file.read_text() == GOOD


def test_freezing_overwrites_nothing_unless_it_is_said(
    stui: CommandLine, session: str, tmp_path: Path
) -> None:
    target = tmp_path / "a.yaml"
    target.write_text("mine: 1\n")
    ran = stui("freeze", str(target))
    assert (ran.status, target.read_text()) == (2, "mine: 1\n")
    said = json.loads(stui("freeze", session, str(target), "--force", "--json").out)
    assert Path(said["kept"]).read_text() == "mine: 1\n"
    assert "1 + 2" in target.read_text()


def test_a_dry_run_prints_the_file(stui: CommandLine, session: str, tmp_path: Path) -> None:
    target = tmp_path / "a.yaml"
    ran = stui("freeze", str(target), "--dry-run")
    assert ran.out.startswith("# yaml-language-server: $schema=")
    assert not target.exists()
    said = json.loads(stui("freeze", str(target), "--dry-run", "--json").out)
    assert said["text"] == ran.out


def test_what_is_one_persons_is_not_in_it(
    stui: CommandLine, file: Path, session: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    text = GOOD.replace(
        "  py: {kind: python}",
        f"  py: {{kind: python, python: {home}/venv/bin/python}}\n"
        f"  in: {{kind: python, cwd: sub, env: {{A: '{file.parent}/data'}}}}",
    )
    file.write_text(text + "vars: {a: b}\nenvironments: {stage: {}}\n")
    file.with_name(".stui-workspace.local.yaml").write_text("description: seen\n")
    ran = stui("freeze", str(tmp_path / "a.yaml"), "--dry-run")
    assert str(home) not in ran.out
    assert str(tmp_path) not in ran.out
    assert "description: seen" in ran.out
    assert "environments" in ran.err
    assert "connections.py.python: a path of this machine" in ran.err


def test_a_name_that_is_none_for_a_workspace(stui: CommandLine, session: str) -> None:
    assert stui("freeze", "a.txt").status == 2
    assert stui("freeze").status == 2
    assert stui("freeze", "a", "b", "c").status == 2
