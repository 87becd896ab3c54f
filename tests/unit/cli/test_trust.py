"""`stui trust`: nothing is approved that nobody saw, and nothing without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import CommandLine

CLEAR = "(in the clear: anyone on the way can read and change what is said)"
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
    from stui_workspace.cli import trust_asking

    person = Person(*answers)
    monkeypatch.setattr(trust_asking, "asker", lambda: person)
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
            f"  connects to tcp://h:1 {CLEAR}\n"
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
        assert (
            f"error: connection `db` connects to tcp://h:1 {CLEAR}, and that is not approved"
            in ran.err
        )
    assert set(states(stui).values()) == {"needs no approval", "not approved", "refused"}


def test_each_is_asked_about_and_a_yes_is_kept(
    stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sits_there(monkeypatch, "y", "")
    ran = stui("trust")
    assert (ran.status, ran.out) == (6, "")
    assert person.questions == [
        f"Connection `db` of {asking}\n  connects to tcp://h:1 {CLEAR}\nApprove it? [y/N] ",
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


def edit(file: Path, old: str, new: str) -> None:
    """Another program, or another person, changes the file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_change_is_shown_and_asked_about_again(
    stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sits_there(monkeypatch, "y")
    stui("trust", "grant", "--connection", "db")
    edit(asking, "kind: socket,", "kind: socket, title: The data,")
    assert states(stui)["db"] == "approved"
    edit(asking, "tcp://h:1", "tcp://evil:1")
    assert states(stui)["db"] == "changed since it was approved"
    person = sits_there(monkeypatch, "n")
    stui("trust", "grant", "--connection", "db")
    assert "  connects to tcp://evil:1" in person.questions[0]
    assert "  url changed: tcp://h:1 -> tcp://evil:1\n" in person.questions[0]
    edit(asking, "tcp://evil:1", "tcp://h:1")
    assert states(stui)["db"] == "approved"


class TestDigests:
    def test_the_right_one_approves_without_asking(self, stui: CommandLine, asking: Path) -> None:
        arguments = ["trust", "grant", str(asking), "--connection", "db", "--digest"]
        assert stui(*arguments, digest(stui, "db")).all == (0, "", "connection `db`: approved\n")
        assert states(stui)["db"] == "approved"

    @pytest.mark.parametrize("wrong", ["", "0" * 64, "ü", "\udcff\udcfe", "nonsense"])
    def test_any_other_does_not(self, stui: CommandLine, asking: Path, wrong: str) -> None:
        ran = stui("trust", "grant", "--connection", "db", "--digest", wrong)
        assert ran.status == 2
        assert states(stui)["db"] == "not approved"

    def test_that_of_before_a_change_does_not(self, stui: CommandLine, asking: Path) -> None:
        before = digest(stui, "db")
        edit(asking, "tcp://h:1", "tcp://evil:1")
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


LONG = """\
stui: 1
name: orders
vars: {host: h}
connections:
  image:
    kind: stui
    url: 'tcp://127.0.0.1:5555'
    credential: keyring:orders/image
    env: {WORD: hunter2, HOME: /x}
    setup: [hi, two]
snippets:
  hi: {source: "load()\\n\\e[31mrun()\\n"}
  two: {source: two()}
"""


def approve(stui: CommandLine, name: str) -> None:
    assert stui("trust", "grant", "--connection", name, "--digest", digest(stui, name)).status == 0


class TestDifferences:
    def test_nothing_is_said_where_all_is_as_it_was_approved(
        self, stui: CommandLine, file: Path
    ) -> None:
        file.write_text("stui: 1\nname: a\nconnections:\n  db: {kind: socket, url: 'tcp://h:1'}\n")
        assert stui("trust", "diff").all == (1, "db: not approved\n", "")
        approve(stui, "db")
        assert stui("trust", "diff").all == (0, "", "")
        edit(file, "kind: socket", "title: The data, kind: socket")
        assert stui("trust", "diff").all == (0, "", "")

    def test_each_key_is_said_and_what_may_be_a_secret_is_not(
        self, stui: CommandLine, file: Path
    ) -> None:
        file.write_text(LONG)
        approve(stui, "image")
        edit(file, "127.0.0.1:5555", "127.0.0.1:6666")
        edit(file, "keyring:orders/image", "vault:team/all")
        edit(file, "{WORD: hunter2, HOME: /x}", "{WORD: hunter3, PORT: '1'}")
        edit(file, "[hi, two]", "[hi]")
        edit(file, "load()", "evil()")
        ran = stui("trust", "diff")
        assert (ran.status, ran.err) == (1, "")
        heading, *lines = ran.out.splitlines()
        assert heading.startswith("image: changed since it was approved, ")
        assert lines == [
            "  url changed: tcp://127.0.0.1:5555 -> tcp://127.0.0.1:6666",
            "  credential changed: keyring:orders/image -> vault:team/all",
            "  env.HOME removed (value not shown)",
            "  env.PORT added (value not shown)",
            "  env.WORD changed (value not shown)",
            "  setup changed: hi, two -> hi",
            "  snippets.hi changed (2 lines, now 2 lines)",
            "  snippets.two removed (1 line)",
        ]

    def test_as_json(self, stui: CommandLine, file: Path) -> None:
        file.write_text(LONG)
        approve(stui, "image")
        edit(file, "127.0.0.1:5555", "127.0.0.1:6666")
        edit(file, "hunter2", "hunter3")
        ran = stui("trust", "diff", "--json", "--connection", "image")
        (record,) = json.loads(ran.out)
        assert ran.status == 1
        assert (record["connection"], record["state"]) == ("image", "changed since it was approved")
        assert record["changed"] == [
            {
                "path": "url",
                "old": "tcp://127.0.0.1:5555",
                "new": "tcp://127.0.0.1:6666",
                "hidden": False,
                "text": "url changed: tcp://127.0.0.1:5555 -> tcp://127.0.0.1:6666",
            },
            {
                "path": "env.WORD",
                "old": None,
                "new": None,
                "hidden": True,
                "text": "env.WORD changed (value not shown)",
            },
        ]
        assert "hunter" not in ran.out

    def test_of_a_connection_that_there_is_not(self, stui: CommandLine, file: Path) -> None:
        file.write_text(LONG)
        assert stui("trust", "diff", "--connection", "nope").status == 2


class TestShowing:
    def test_snippets_with_their_text_made_safe(self, stui: CommandLine, file: Path) -> None:
        file.write_text(LONG)
        out = stui("trust", "show").out
        assert "  the snippet `hi` is:\n    | load()\n    | ␛[31mrun()\n" in out
        assert "\x1b" not in out
        assert "hunter2" not in out

    def test_a_long_snippet_is_cut(self, stui: CommandLine, file: Path) -> None:
        file.write_text(LONG.replace("load()", "\\n".join(["x()"] * 200)))
        out = stui("trust", "show").out
        assert out.count("    | x()\n") == 40
        assert "  and 161 more lines\n" in out

    def test_the_record_says_when_and_how_many_forms_and_what_changed(
        self, stui: CommandLine, file: Path
    ) -> None:
        file.write_text(LONG)
        (before,) = json.loads(stui("trust", "show", "--json").out)
        assert (before["approved_at"], before["forms_approved"], before["changed"]) == (None, 0, [])
        assert before["snippets"] == {"hi": "load()\n\x1b[31mrun()\n", "two": "two()"}
        approve(stui, "image")
        edit(file, "127.0.0.1:5555", "127.0.0.1:6666")
        (after,) = json.loads(stui("trust", "show", "--json").out)
        assert after["approved_at"] > 1_700_000_000
        assert after["forms_approved"] == 1
        assert [one["path"] for one in after["changed"]] == ["url"]

    def test_an_approval_that_nothing_asks_for_any_more(
        self, stui: CommandLine, asking: Path
    ) -> None:
        approve(stui, "db")
        edit(asking, "  db:", "  base:")
        assert "db: approved, and not in the file now\n" in stui("trust", "show").out
        assert states(stui)["db"] == "approved, and not in the file now"
        assert states(stui)["base"] == "not approved"
        edit(asking, "  base:", "  db:")
        assert states(stui)["db"] == "approved"

    def test_a_store_that_others_may_write_is_named(
        self, stui: CommandLine, asking: Path, tmp_path: Path
    ) -> None:
        approve(stui, "db")
        (grants,) = tmp_path.rglob("grants")
        grants.chmod(0o777)
        ran = stui("trust", "show")
        assert "db: not approved" in ran.out
        assert "warning: " in ran.err
        assert "others may write to it, so it does not count" in ran.err
        found = json.loads(stui("doctor", "--json").out)
        assert "grant-does-not-count" in [one["code"] for one in found]


class TestPruning:
    def test_only_those_whose_file_is_gone(
        self, stui: CommandLine, asking: Path, tmp_path: Path
    ) -> None:
        approve(stui, "db")
        assert stui("trust", "prune").all == (0, "", "took back 0 approvals\n")
        aside = asking.rename(asking.with_name("aside"))
        found = json.loads(stui("doctor", "--json").out)
        assert "grant-without-file" in [one["code"] for one in found]
        ran = stui("trust", "prune", "--dry-run")
        assert ran.all == (0, f"{asking}: db\n", "would take back 1 approval\n")
        assert stui("trust", "prune").all == (0, f"{asking}: db\n", "took back 1 approval\n")
        aside.rename(asking)
        assert states(stui)["db"] == "not approved"

    def test_where_nothing_was_ever_approved(self, stui: CommandLine, asking: Path) -> None:
        assert stui("trust", "prune").all == (0, "", "took back 0 approvals\n")


class TestOwnEdits:
    """`stui set` grants what a person typed, if they had approved what it was typed into."""

    def test_what_was_approved_stays_approved_as_they_changed_it(
        self, stui: CommandLine, asking: Path
    ) -> None:
        approve(stui, "db")
        ran = stui("set", "connections.db.url", "tcp://other:1")
        assert "connection `db`: approved as you changed it\n" in ran.err
        assert states(stui)["db"] == "approved"
        assert states(stui)["env"] == "not approved"

    def test_what_was_not_approved_is_asked_about(self, stui: CommandLine, asking: Path) -> None:
        approve(stui, "env")
        stui("set", "connections.db.url", "tcp://other:1")
        assert states(stui)["db"] == "not approved"

    def test_what_needed_no_approval_is_asked_about_once_it_does(
        self, stui: CommandLine, asking: Path
    ) -> None:
        approve(stui, "db")
        stui("set", "connections.py.python", ".venv/bin/python")
        assert states(stui)["py"] == "not approved"

    def test_what_another_made_of_it_before_is_not_theirs(
        self, stui: CommandLine, asking: Path
    ) -> None:
        approve(stui, "db")
        edit(asking, "tcp://h:1", "tcp://evil:1")
        stui("set", "connections.db.identity", "orders")
        assert states(stui)["db"] == "changed since it was approved"

    def test_what_another_changes_in_the_same_moment_is_not_theirs(
        self, stui: CommandLine, asking: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from stui_workspace.cli import own_edits

        approve(stui, "db")
        as_it_was = own_edits.standing_before

        def slow(*arguments: Any) -> Any:
            found = as_it_was(*arguments)
            edit(asking, "tcp://h:1", "tcp://evil:1")
            return found

        monkeypatch.setattr("stui_workspace.cli.changing.standing_before", slow)
        stui("set", "connections.db.identity", "orders")
        assert "tcp://evil:1" in asking.read_text()
        assert states(stui)["db"] == "changed since it was approved"

    def test_a_variable_that_they_set_is_their_edit_too(
        self, stui: CommandLine, asking: Path
    ) -> None:
        edit(asking, "'tcp://h:1'", "'tcp://${host}:1'")
        edit(asking, "name: orders", "name: orders\nvars: {host: h}")
        approve(stui, "db")
        stui("set", "vars.host", "other")
        assert states(stui)["db"] == "approved"

    def test_what_nothing_can_allow_stays_refused(self, stui: CommandLine, asking: Path) -> None:
        approve(stui, "db")
        stui("set", "connections.db.env.LD_PRELOAD", "x")
        assert states(stui)["db"] == "refused"


BESIDE = "stui: 1\nname: a\nsession: {store: beside}\n"


class TestSessionsBeside:
    """A file may ask that sessions lie beside it; it does not decide."""

    def test_it_is_asked_about_as_a_connection_is(
        self, stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file.write_text(BESIDE)
        assert states(stui)[":sessions"] == "not approved"
        person = sits_there(monkeypatch, "y")
        assert stui("trust").status == 0
        assert "keeps a copy of each session in `.stui/sessions`" in person.questions[0]
        assert states(stui)[":sessions"] == "approved"
        assert stui("trust", "revoke", "--connection", ":sessions").status == 0
        assert states(stui)[":sessions"] == "not approved"

    def test_without_a_terminal_it_is_not_approved_and_nothing_fails(
        self, stui: CommandLine, file: Path
    ) -> None:
        file.write_text(BESIDE)
        assert stui("trust").status == 0
        assert stui("trust", "grant", "--connection", ":sessions").status == 6
        assert states(stui)[":sessions"] == "not approved"

    def test_by_its_digest(self, stui: CommandLine, file: Path) -> None:
        file.write_text(BESIDE)
        wrong = stui("trust", "grant", "--connection", ":sessions", "--digest", "0" * 64)
        assert wrong.status == 2
        approve(stui, ":sessions")
        assert states(stui)[":sessions"] == "approved"

    def test_where_the_users_own_files_say_so_nobody_asks(
        self, stui: CommandLine, file: Path
    ) -> None:
        file.write_text(BESIDE)
        file.with_name(".stui-workspace.local.yaml").write_text("session: {store: beside}\n")
        assert ":sessions" not in states(stui)
