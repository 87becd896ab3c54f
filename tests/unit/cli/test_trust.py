"""`stui trust`: nothing is approved that nobody saw, and nothing without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command_line import CommandLine

FILE = """\
stui: 1
name: orders
connections:
  py: {kind: python}
  db: {kind: socket, url: 'tcp://h:1'}
  env: {kind: python, python: .venv/bin/python}
  bad: {kind: python, env: {LD_PRELOAD: hunter2}}
"""


class Person:
    """Answers each question with the next of `answers`."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.questions: list[str] = []

    def ask(self, question: str) -> str | None:
        self.questions.append(question)
        return self.answers.pop(0)


@pytest.fixture
def asking(file: Path) -> Path:
    file.write_text(FILE)
    return file


def sits_there(monkeypatch: pytest.MonkeyPatch, *answers: str | None) -> Person:
    from stui_workspace.cli.commands import trust

    person = Person(*answers)
    monkeypatch.setattr(trust, "asker", lambda: person)
    return person


def states(stui: CommandLine) -> dict[str, str]:
    return {
        one["connection"]: one["state"] for one in json.loads(stui("trust", "show", "--json").out)
    }


def digest(stui: CommandLine, name: str) -> str:
    found = json.loads(stui("trust", "show", "--json").out)
    return str(next(one["digest"] for one in found if one["connection"] == name))


def test_what_is_asked_for(stui: CommandLine, asking: Path) -> None:
    assert stui("trust", "show").all == (
        0,
        (
            "py: needs no approval\n"
            "db: not approved\n"
            "  connects to tcp://h:1\n"
            "env: not approved\n"
            f"  runs {asking.parent}/.venv/bin/python of the project itself\n"
            "bad: refused\n"
            "  sets the environment variables `LD_PRELOAD`\n"
            "  cannot be approved: `env.LD_PRELOAD` decides which code is loaded\n"
        ),
        "",
    )


def test_without_a_terminal_nothing_is_approved(stui: CommandLine, asking: Path) -> None:
    for arguments in (["trust"], ["trust", "grant"], ["trust", "grant", "--connection", "db"]):
        ran = stui(*arguments)
        assert (ran.status, ran.out) == (6, "")
        assert "error: connection `db` connects to tcp://h:1, and that is not approved" in ran.err
    assert set(states(stui).values()) == {"needs no approval", "not approved", "refused"}


def test_each_is_asked_about_and_a_yes_is_kept(
    stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sits_there(monkeypatch, "y", "")
    ran = stui("trust")
    assert (ran.status, ran.out) == (6, "")
    assert person.questions == [
        f"Connection `db` of {asking}\n  connects to tcp://h:1\nApprove it? [y/N] ",
        (
            f"Connection `env` of {asking}\n"
            f"  runs {asking.parent}/.venv/bin/python of the project itself\nApprove it? [y/N] "
        ),
    ]
    assert "connection `db`: approved\n" in ran.err
    assert "connection `env`: not approved\n" in ran.err
    assert (states(stui)["db"], states(stui)["env"]) == ("approved", "not approved")


def test_what_is_approved_is_not_asked_again(
    stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.write_text(FILE.replace("  bad: {kind: python, env: {LD_PRELOAD: hunter2}}\n", ""))
    sits_there(monkeypatch, "y", "y")
    assert stui("trust").status == 0
    assert stui("trust").status == 0  # and `Person` has no answer left


def test_one_that_nothing_can_approve_is_never_asked_about(
    stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sits_there(monkeypatch)
    ran = stui("trust", "grant", "--connection", "bad")
    assert (ran.status, person.questions) == (6, [])
    assert "hunter2" not in ran.err
    assert (
        stui("trust", "grant", "--connection", "bad", "--digest", digest(stui, "bad")).status == 2
    )


def test_a_change_is_shown_and_asked_about_again(
    stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sits_there(monkeypatch, "y")
    stui("trust", "grant", "--connection", "db")
    stui("set", "connections.db.title", "The data")
    assert states(stui)["db"] == "approved"
    stui("set", "connections.db.url", "tcp://evil:1")
    assert states(stui)["db"] == "changed since it was approved"
    person = sits_there(monkeypatch, "n")
    stui("trust", "grant", "--connection", "db")
    assert "  connects to tcp://evil:1\n" in person.questions[0]
    assert '  changed: url was "tcp://h:1", is "tcp://evil:1"\n' in person.questions[0]
    stui("set", "connections.db.url", "tcp://h:1")
    assert states(stui)["db"] == "approved"


class TestDigests:
    def test_the_right_one_approves_without_asking(self, stui: CommandLine, asking: Path) -> None:
        arguments = ["trust", "grant", str(asking), "--connection", "db", "--digest"]
        assert stui(*arguments, digest(stui, "db")).all == (0, "", "connection `db`: approved\n")
        assert states(stui)["db"] == "approved"

    @pytest.mark.parametrize("wrong", ["", "0" * 64, "ü", "nonsense"])
    def test_any_other_does_not(self, stui: CommandLine, asking: Path, wrong: str) -> None:
        ran = stui("trust", "grant", "--connection", "db", "--digest", wrong)
        assert ran.status == 2
        assert states(stui)["db"] == "not approved"

    def test_that_of_before_a_change_does_not(self, stui: CommandLine, asking: Path) -> None:
        before = digest(stui, "db")
        stui("set", "connections.db.url", "tcp://evil:1")
        assert stui("trust", "grant", "--connection", "db", "--digest", before).status == 2

    def test_it_is_of_one_connection(self, stui: CommandLine, asking: Path) -> None:
        assert stui("trust", "grant", "--digest", digest(stui, "db")).status == 2

    def test_what_needs_none(self, stui: CommandLine, asking: Path) -> None:
        ran = stui("trust", "grant", "--connection", "py", "--digest", digest(stui, "py"))
        assert ran.all == (0, "", "connection `py` needs no approval\n")


class TestRevoking:
    def test_one_and_all(
        self, stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sits_there(monkeypatch, "y", "y")
        stui("trust")
        assert stui("trust", "revoke", "--connection", "db").err == "took back 1 approval\n"
        assert (states(stui)["db"], states(stui)["env"]) == ("not approved", "approved")
        assert stui("trust", "revoke").err == "took back 1 approval\n"
        assert stui("trust", "revoke").all == (0, "", "took back 0 approvals\n")

    def test_of_a_file_that_is_broken_or_gone(
        self, stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sits_there(monkeypatch, "y", "y")
        stui("trust")
        asking.write_text("[")
        assert stui("trust", "revoke", "--connection", "db").err == "took back 1 approval\n"
        asking.unlink()
        assert stui("trust", "revoke").err == "took back 1 approval\n"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("nope", "there is `py`, `db`, `env`, `bad`")],
)
def test_a_connection_that_there_is_not(
    stui: CommandLine, asking: Path, name: str, hint: str
) -> None:
    ran = stui("trust", "grant", "--connection", name)
    assert ran.all == (2, "", f"error: no connection `{name}`\n  = help: {hint}\n")


def test_the_python_that_is_always_there_needs_nothing(stui: CommandLine, file: Path) -> None:
    file.write_text("stui: 1\nname: a\n")
    assert stui("trust").status == 0
    assert states(stui) == {"py": "needs no approval"}
