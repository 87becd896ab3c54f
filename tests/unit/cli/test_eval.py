"""`stui eval`: which connection, what goes to which stream, and the status of each ending."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.connections.backend import Answer, Ending, Hello, Output, Pulse, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError, SecretError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from support.command_line import CommandLine

SEVERAL = """\
stui: 1
name: a
connections:
  db: {kind: socket, url: 'tcp://h:1'}
  py: {kind: python}
  py2: {kind: python, guard: confirm}
  py3: {kind: python, guard: read-only}
"""


@dataclass
class Parrot:
    """A backend that says what it was told to."""

    answer: Answer = field(default_factory=lambda: Answer(Ending.OK, "42"))
    outputs: tuple[Output, ...] = ()
    fails: bool = False
    hangs: bool = False
    made: list[str] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def make(self, spec: ConnectionSpec, setting: Setting) -> Parrot:
        if spec.kind not in ("python", "stui"):
            raise UsageError(f"no {spec.kind} yet", "use python")
        self.made.append(spec.name)
        self.settings.append(setting)
        return self

    async def start(self) -> Hello:
        self.calls.append("start")
        if self.fails:
            raise ConnectionLostError("py", "no such program", "install it")
        return Hello("Parrot 1", "a")

    async def evaluate(self, request: Request, on_output: Callable[[Output], None]) -> Answer:
        assert (request.heard, request.is_sent) == (0, False)
        self.ids.append(request.id)
        self.codes.append(request.code)
        for output in self.outputs:
            on_output(output)
        if self.hangs:
            await self._stopped.wait()
            return Answer(Ending.INTERRUPTED, error="stopped")
        return self.answer

    async def interrupt(self) -> None:
        self.calls.append("interrupt")
        self._stopped.set()

    async def ping(self) -> Pulse:
        return Pulse()

    async def wait_lost(self) -> str:
        return ""

    async def close(self) -> None:
        self.calls.append("close")


@pytest.fixture
def parrot(stui: CommandLine, project: Path, tmp_path: Path) -> Parrot:
    one = Parrot()
    stui.services = services_in(tmp_path / "home", make_backend=one.make)
    return one


def out(text: str) -> Output:
    return Output("stdout", text)


def err(text: str) -> Output:
    return Output("stderr", text)


class TestEndings:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            pytest.param(Answer(Ending.OK, "42"), (0, "42\n", ""), id="a result"),
            pytest.param(Answer(Ending.OK), (0, "", ""), id="no result"),
            pytest.param(Answer(Ending.ERROR, error="Oh!"), (1, "", "Oh!\n"), id="an error"),
            pytest.param(Answer(Ending.ERROR, error="Oh!\n"), (1, "", "Oh!\n"), id="with newline"),
            pytest.param(Answer(Ending.INTERRUPTED, error="^C"), (1, "", "^C\n"), id="interrupted"),
            pytest.param(
                Answer(Ending.LOST, error="it ended"),
                (4, "", "error: connection `py`: it ended\n"),
                id="lost",
            ),
            pytest.param(
                Answer(Ending.UNKNOWN, error="it was forgotten"),
                (4, "", "error: connection `py`: it was forgotten\n"),
                id="unknown",
            ),
        ],
    )
    def test_each(
        self, stui: CommandLine, parrot: Parrot, answer: Answer, expected: tuple[int, str, str]
    ) -> None:
        parrot.answer = answer
        assert stui("eval", "-e", "x").all == expected
        assert parrot.calls == ["start", "close"]

    def test_one_that_cannot_be_made(self, stui: CommandLine, parrot: Parrot) -> None:
        parrot.fails = True
        assert stui("eval", "-e", "x").all == (
            4,
            "",
            "error: connection `py`: no such program\n  = help: install it\n",
        )
        assert parrot.calls == ["start", "close"]

    def test_a_kind_that_this_version_does_not_have(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text("stui: 1\nname: a\nconnections: {nb: {kind: jupyter, kernel: python3}}\n")
        (asked,) = json.loads(stui("trust", "show", "--json").out)
        stui("trust", "grant", "--connection", "nb", "--digest", asked["digest"])
        assert stui("eval", "-e", "x").all == (
            4,
            "",
            "error: connection `nb`: no jupyter yet\n  = help: use python\n",
        )

    @pytest.mark.parametrize("duration", ["1ms", "0", "0.01s"])
    def test_a_timeout_interrupts(self, stui: CommandLine, parrot: Parrot, duration: str) -> None:
        parrot.hangs = True
        ran = stui("eval", "--timeout", duration, "-e", "x")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("note: interrupted after 0")
        assert parrot.calls == ["start", "interrupt", "close"]

    def test_the_preference_is_a_timeout_too(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        parrot.hangs = True
        stui("set", "preferences.evaluation_timeout", "10ms")
        assert stui("eval", "-e", "x").status == 1
        assert "interrupt" in parrot.calls


class TestStreams:
    def test_output_goes_where_the_code_sent_it(self, stui: CommandLine, parrot: Parrot) -> None:
        parrot.outputs = (out("a\n"), err("b\n"), out("c"))
        assert stui("eval", "-e", "x").all == (0, "a\nc\n42\n", "b\n")

    def test_output_alone_is_as_it_was(self, stui: CommandLine, parrot: Parrot) -> None:
        parrot.answer, parrot.outputs = Answer(Ending.OK), (out("\x1b[1mc"),)
        assert stui("eval", "-e", "x").out == "\x1b[1mc"

    def test_a_terminal_is_not_spoken_to(
        self, stui: CommandLine, parrot: Parrot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from stui_workspace.cli import evaluating, telling

        for module in (evaluating, telling):
            monkeypatch.setattr(module, "is_terminal", lambda _stream: True)
        parrot.outputs = (out("\x1b]52;c;aGk=\x07\n"), err("\x9b31m\n"))
        parrot.answer = Answer(Ending.OK, "'\u202e'")
        ran = stui("eval", "-e", "x")
        assert not any(one in ran.out + ran.err for one in "\x1b\x07\x9b\u202e")
        assert ran.err.startswith("py: Parrot 1\n")

    def test_json_has_everything(self, stui: CommandLine, parrot: Parrot) -> None:
        parrot.outputs = (out("a\n"), err("b\n"))
        ran = stui("eval", "-e", "x", "--json")
        found = json.loads(ran.out)
        assert found.pop("seconds") >= 0
        assert found == {
            "connection": "py",
            "outcome": "ok",
            "result": "42",
            "error": None,
            "stdout": "a\n",
            "stderr": "b\n",
            "notes": [],
        }
        assert (ran.status, ran.err, ran.out.count("\n")) == (0, "", 1)

    @pytest.mark.parametrize(("ending", "status"), [(Ending.ERROR, 1), (Ending.LOST, 4)])
    def test_json_has_the_endings_too(
        self, stui: CommandLine, parrot: Parrot, ending: Ending, status: int
    ) -> None:
        parrot.answer = Answer(ending, error="Oh!")
        ran = stui("eval", "-e", "x", "--json")
        found = json.loads(ran.out)
        assert (ran.status, found["outcome"], found["error"]) == (status, str(ending), "Oh!")

    @pytest.mark.parametrize("stream", ["gap", "note"])
    def test_what_is_missing_is_said_beside_it(
        self, stui: CommandLine, parrot: Parrot, stream: str
    ) -> None:
        parrot.outputs = (out("a\n"), Output(stream, "9 characters are missing\n"), out("b\n"))
        assert stui("eval", "-e", "x").all == (
            0,
            "a\nb\n42\n",
            "note: 9 characters are missing\n",
        )
        found = json.loads(stui("eval", "-e", "x", "--json").out)
        assert (found["stdout"], found["notes"]) == ("a\nb\n", ["9 characters are missing"])


class TestCode:
    def test_several_pieces_are_lines(self, stui: CommandLine, parrot: Parrot) -> None:
        stui("eval", "-e", "a = 1", "-e", "a")
        assert parrot.codes == ["a = 1\na"]

    def test_standard_input(self, stui: CommandLine, parrot: Parrot) -> None:
        stui("eval", "-", given="a = 1\na\n")
        assert parrot.codes == ["a = 1\na\n"]

    @pytest.mark.parametrize(
        "arguments", [[], ["1 + 1"], ["-", "-e", "1"]], ids=["none", "bare", "both"]
    )
    def test_none_or_two(self, stui: CommandLine, parrot: Parrot, arguments: list[str]) -> None:
        assert (stui("eval", *arguments).status, parrot.made) == (2, [])


class TestWhichConnection:
    def test_in_an_empty_folder(self, stui: CommandLine, parrot: Parrot) -> None:
        assert (stui("eval", "-e", "x").status, parrot.made) == (0, ["py"])

    def test_in_a_workspace_without_connections(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text("stui: 1\nname: a\n")
        assert (stui("eval", "-e", "x").status, parrot.made) == (0, ["py"])

    def test_the_first_python(self, stui: CommandLine, parrot: Parrot, file: Path) -> None:
        file.write_text(SEVERAL)
        assert (stui("eval", "-e", "x").status, parrot.made) == (0, ["py"])

    def test_none_can_be_told(self, stui: CommandLine, parrot: Parrot, file: Path) -> None:
        urls = "a: {kind: socket, url: 'tcp://h:1'}, b: {kind: socket, url: 'tcp://h:2'}"
        file.write_text(f"stui: 1\nname: a\nconnections: {{{urls}}}\n")
        assert stui("eval", "-e", "x").all == (
            2,
            "",
            (
                "error: there are several connections\n"
                "  = help: choose with --conn; there is `a`, `b`\n"
            ),
        )

    def test_one_that_there_is_not(self, stui: CommandLine, parrot: Parrot, file: Path) -> None:
        assert stui("eval", "-e", "x", "--conn", "nope").all == (
            2,
            "",
            "error: no connection `nope`\n  = help: there is `py`\n",
        )


class TestTypedAddress:
    def test_it_needs_no_workspace(self, stui: CommandLine, parrot: Parrot) -> None:
        ran = stui("eval", "--connect", "tls://h:1", "-e", "x")
        assert ran.all == (0, "42\n", "")
        assert (parrot.made, parrot.codes) == (["tls://h:1"], ["x"])

    def test_it_does_not_even_read_one(self, stui: CommandLine, parrot: Parrot, file: Path) -> None:
        file.write_text("stui: 1\nname: [\n")
        assert stui("eval", "--connect", "tls://h:1", "-e", "x").status == 0

    @pytest.mark.parametrize(
        "url", ["tcp://ada:s3cret@h:1", "https://h:1/?token=s3cret", "s3cret", "tcp://h"]
    )
    def test_one_that_says_too_much_or_too_little(
        self, stui: CommandLine, parrot: Parrot, url: str
    ) -> None:
        ran = stui("eval", "--connect", url, "-e", "x")
        assert (ran.status, ran.out, parrot.made) == (2, "", [])
        assert "s3cret" not in ran.err or url == "s3cret"
        assert "  = help: " in ran.err

    def test_what_no_consent_allows_is_refused(self, stui: CommandLine, parrot: Parrot) -> None:
        ran = stui("eval", "--connect", "pty:no-such-\x1b[2J", "-e", "x")
        assert (ran.status, parrot.made) == (2, [])
        assert "\x1b" not in ran.err

    def test_not_beside_the_name_of_one(self, stui: CommandLine, parrot: Parrot) -> None:
        ran = stui("eval", "--connect", "tls://h:1", "--conn", "py", "-e", "x")
        assert (ran.status, parrot.made) == (2, [])
        assert ran.err.startswith("error: --connect and --conn exclude each other\n")


class TestSetting:
    def test_what_a_backend_is_made_with(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        for _ in range(2):
            stui("eval", "-e", "x")
        first, second = parrot.settings
        assert first.root == file.parent
        assert first.client != second.client  # nobody takes one for the other
        assert len(set(parrot.ids)) == 2
        assert first.folder is not None
        assert not first.folder.is_relative_to(file.parent)

    def test_a_secret_is_looked_up_when_it_is_sent(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text(
            "stui: 1\nname: a\n"
            "connections: {st: {kind: stui, url: 'tls://h:1', credential: 'keyring:st'}}\n"
        )
        (asked,) = json.loads(stui("trust", "show", "--json").out)
        stui("trust", "grant", "--connection", "st", "--digest", asked["digest"])
        assert stui("eval", "-e", "x").status == 0
        with pytest.raises(SecretError) as caught:
            parrot.settings[0].secret()
        assert "STUI_SECRET_ST" in (caught.value.next_step or "")


class TestConsent:
    def test_without_it_nothing_is_made(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text(SEVERAL)
        assert stui("eval", "-e", "x", "--conn", "db").all == (
            6,
            "",
            (
                "error: connection `db` connects to tcp://h:1 (in the clear: anyone on the way can "
                "read and change what is said), and that is not approved\n"
                "  = help: `stui trust` shows it and asks you\n"
            ),
        )
        assert (parrot.made, parrot.calls) == ([], [])

    def test_a_guarded_connection_needs_a_yes(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text(SEVERAL)
        ran = stui("eval", "-e", "x", "--conn", "py2")
        assert (ran.status, parrot.made) == (6, [])
        assert "`--yes` evaluates without asking" in ran.err
        assert stui("eval", "-e", "x", "--conn", "py2", "--yes").status == 0

    def test_a_read_only_one_takes_none(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text(SEVERAL)
        assert stui("eval", "-e", "x", "--conn", "py3", "--yes").status == 2
        assert parrot.made == []

    def test_a_broken_workspace_runs_nothing(
        self, stui: CommandLine, parrot: Parrot, file: Path
    ) -> None:
        file.write_text("stui: 1\nname: [\n")
        ran = stui("eval", "-e", "x")
        assert (ran.status, ran.out, parrot.made) == (1, "", [])
