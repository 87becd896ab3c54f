"""`stui conn`: what is listed, what a test says step by step, and how connections fared."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doubles.fake_backend import FakeBackend, FakeBackends
from doubles.outside import HandClock, services_in
from stui_workspace.cli.conn_words import address_of, milliseconds
from stui_workspace.connections.backend import Hello, Pulse
from stui_workspace.errors import ConnectionLostError, SecretError
from stui_workspace.history import ConnectionLog, Episode
from stui_workspace.model.session import ConnectionRecord, SessionMeta, SessionState
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.storage.sessions.store import SessionStore
from support.command_line import CommandLine

NOW = 1_000_000.0
WORKSPACE = """\
stui: 1
name: orders
connections:
  py: {kind: python}
  image: {kind: stui, url: 'tcp://127.0.0.1:5555?socket=req', identity: orders}
  db: {kind: pty, command: [cat, '--password=s3cret']}
"""
ADDRESS = "tcp://127.0.0.1:5555"


@pytest.fixture
def backends(stui: CommandLine, file: Path, tmp_path: Path) -> FakeBackends:
    file.write_text(WORKSPACE)
    made = FakeBackends()
    stui.services = replace(
        services_in(tmp_path / "home", HandClock(NOW), make_backend=made), search_path="/bin"
    )
    return made


@pytest.fixture
def store(stui: CommandLine, backends: FakeBackends, file: Path) -> SessionStore:
    assert stui.services is not None
    return SessionStore(stui.services.locations.workspace(file.parent))


def approve(stui: CommandLine, *names: str) -> None:
    for one in json.loads(stui("trust", "show", "--json").out):
        if one["connection"] in names:
            arguments = ("--connection", one["connection"], "--digest", one["digest"])
            assert stui("trust", "grant", *arguments).status == 0


def keep(
    store: SessionStore,
    records: Mapping[str, ConnectionRecord],
    name: str = "main",
    saved: float = NOW - 60,
    *,
    closed: bool = True,
) -> None:
    meta = SessionMeta(name, name, "testbed", NOW - 900, NOW - 900, saved, closed=closed)
    store.save(SessionState(meta, connections=records))


def log_of(stui: CommandLine, machine: str = "testbed") -> ConnectionLog:
    assert stui.services is not None
    return ConnectionLog(stui.services.locations.history, machine)


def episode(
    store: SessionStore, name: str, ago: float, lasted: float | None = None, **more: Any
) -> Episode:
    began = NOW - ago
    ended = None if lasted is None else began + lasted
    outcome = "open" if lasted is None else "lost"
    spare = Episode(name, store.folder.path.name, "", began, ended, "stui", ADDRESS, outcome)
    return replace(spare, **more)


def listed(stui: CommandLine, *arguments: str) -> dict[str, dict[str, Any]]:
    found = json.loads(stui("conn", "ls", "--json", *arguments).out)
    return {one["name"]: one for one in found}


class TestList:
    def test_all_of_the_workspace(self, stui: CommandLine, store: SessionStore) -> None:
        assert stui("conn", "ls").all == (
            0,
            (
                "  py     python  -                     -\n"
                "  image  stui    tcp://127.0.0.1:5555  not approved\n"
                "  db     pty     cat                   not approved\n"
            ),
            "  = help: `stui trust` shows what is not approved, and asks you\n",
        )

    def test_what_became_of_them(self, stui: CommandLine, store: SessionStore) -> None:
        approve(stui, "image", "db")
        up = ConnectionRecord(evaluations=12, last_online=NOW - 7200, is_favourite=True)
        down = ConnectionRecord(attempts=3, last_error="connection refused", evaluations=1)
        keep(store, {"py": up, "image": down})
        assert stui("conn", "ls").all == (
            0,
            (
                "* py     python  -                     -  online 2 h ago  12 evaluations\n"
                "  image  stui    tcp://127.0.0.1:5555  -                  "
                "1 evaluation; 3 failed attempts; connection refused\n"
                "  db     pty     cat                   -\n"
            ),
            "",
        )

    def test_as_json(self, stui: CommandLine, store: SessionStore) -> None:
        keep(store, {"py": ConnectionRecord(evaluations=2, last_online=5.0, last_error="gone")})
        found = listed(stui)
        assert list(found) == ["py", "image", "db"]
        assert found["py"] == {
            "name": "py",
            "kind": "python",
            "address": None,
            "title": None,
            "consent": "needs no approval",
            "approved": True,
            "online": None,
            "state": None,
            "last_online": 5.0,
            "last_error": "gone",
            "attempts": 0,
            "evaluations": 2,
            "favourite": False,
            "ad_hoc": False,
            "hold": False,
        }
        assert (found["image"]["consent"], found["image"]["approved"]) == ("not approved", False)

    def test_a_link_that_held_long_was_online_until_it_fell(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        keep(store, {"py": ConnectionRecord(last_online=NOW - 7200)})
        log_of(stui).append(episode(store, "py", 7200, 7100))
        log_of(stui, "elsewhere").append(episode(store, "py", 50, 40))
        assert listed(stui)["py"]["last_online"] == NOW - 100

    def test_the_last_online_come_first_where_that_is_wanted(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        records = {
            "db": ConnectionRecord(last_online=NOW - 5),
            "image": ConnectionRecord(last_online=NOW - 50),
        }
        keep(store, records)
        assert list(listed(stui, "--recent")) == ["db", "image", "py"]

    def test_those_of_the_last_session_alone(self, stui: CommandLine, store: SessionStore) -> None:
        own = ConnectionRecord(spec={"kind": "socket", "url": "tcp://h:1"})
        old = ConnectionRecord(spec={"kind": "socket", "url": "tcp://h:2"})
        keep(store, {"extra": own})
        keep(store, {"older": old}, "main-2", NOW - 5000)
        found = listed(stui)
        assert list(found) == ["py", "image", "db", "extra"]
        assert (found["extra"]["ad_hoc"], found["extra"]["address"]) == (True, "tcp://h:1")
        assert "of the session alone" in stui("conn", "ls").out

    def test_the_file_has_the_last_word_on_a_name(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        keep(store, {"py": ConnectionRecord(spec={"kind": "socket", "url": "tcp://h:1"})})
        assert (listed(stui)["py"]["kind"], listed(stui)["py"]["ad_hoc"]) == ("python", False)

    @pytest.mark.parametrize(
        ("record", "newest", "state"),
        [
            pytest.param(ConnectionRecord(wanted=True), (30.0, None), "online", id="up"),
            pytest.param(ConnectionRecord(wanted=True), (30.0, 10.0), "trying", id="fell"),
            pytest.param(ConnectionRecord(wanted=True), None, "trying", id="never up"),
            pytest.param(ConnectionRecord(), (30.0, 10.0), "idle", id="nobody wants it"),
        ],
    )
    def test_what_a_session_that_is_open_now_has(
        self,
        stui: CommandLine,
        store: SessionStore,
        record: ConnectionRecord,
        newest: tuple[float, float | None] | None,
        state: str,
    ) -> None:
        keep(store, {"py": record}, closed=False)
        log_of(stui, "elsewhere").append(episode(store, "py", 1.0, None))
        if newest is not None:
            log_of(stui).append(episode(store, "py", *newest))
        assert listed(stui)["py"]["state"] is None  # it crashed: nobody has it open
        lock = store.acquire("main")
        assert lock is not None
        with lock:
            found = listed(stui)["py"]
            assert (found["state"], found["online"]) == (state, state == "online")
            assert f" {state}" in stui("conn", "ls").out.splitlines()[0]
        again = store.acquire("main")
        assert again is not None  # looking took no lock along
        again.release()

    def test_a_session_that_cannot_be_read_hides_nothing(
        self, stui: CommandLine, store: SessionStore
    ) -> None:
        keep(store, {"py": ConnectionRecord(evaluations=7)})
        store.path_of("bad").write_text("[")
        assert listed(stui)["py"]["evaluations"] == 7

    def test_nothing_that_a_terminal_obeys(self, stui: CommandLine, store: SessionStore) -> None:
        keep(store, {"py": ConnectionRecord(last_error="\x1b]52;c;aGk=\x07\x9b2J\u202e")})
        ran = stui("conn", "ls")
        assert not any(one in ran.out for one in "\x1b\x07\x9b\u202e")

    def test_no_connections(self, stui: CommandLine, store: SessionStore, file: Path) -> None:
        file.write_text("stui: 1\nname: a\n")
        assert list(listed(stui)) == ["py"]  # a Python is there without one

    def test_a_broken_workspace(self, stui: CommandLine, store: SessionStore, file: Path) -> None:
        file.write_text("stui: 1\nname: [\n")
        assert stui("conn", "ls").status == 1


@pytest.mark.parametrize(
    ("spec", "address"),
    [
        (ConnectionSpec("a", "stui", url="tcp://ada:s3cret@h:1?server_key=ff"), "tcp://h:1"),
        (ConnectionSpec("a", "jupyter", url="https://h/x?token=s3cret"), "https://h/x"),
        (ConnectionSpec("a", "pty", command=("/usr/bin/psql", "--password=s3cret")), "psql"),
        (ConnectionSpec("a", "jupyter", kernel="python3"), "python3"),
        (ConnectionSpec("a", "python"), None),
    ],
)
def test_an_address_says_where_and_nothing_else(spec: ConnectionSpec, address: str | None) -> None:
    assert address_of(spec) == address


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "<0.1 ms"), (0.0099, "9.9 ms"), (0.01, "10 ms"), (0.999, "999 ms"), (61, "61.0 s")],
)
def test_short_times(seconds: float, text: str) -> None:
    assert milliseconds(seconds) == text


class TestTest:
    def test_each_step_has_its_time(self, stui: CommandLine, backends: FakeBackends) -> None:
        ran = stui("conn", "test", "py")
        assert (ran.status, ran.err) == (0, "")
        rows = [line.split() for line in ran.out.splitlines()]
        assert [row[0] for row in rows] == ["connect", "ping", "ping", "ping", "close"]
        assert all(row[2] in ("ms", "s") for row in rows)
        assert rows[0][3:] == ["Fake", "1.0"]
        link = backends.link("py")
        assert (link.pings, link.end, link.evaluated) == (3, "it was closed", [])

    def test_as_json(self, stui: CommandLine, backends: FakeBackends) -> None:
        backends.identities["image"] = "orders"
        approve(stui, "image")
        ran = stui("conn", "test", "image", "--json")
        found = json.loads(ran.out)
        steps = found.pop("steps")
        names = ["connect", "identity", "ping", "ping", "ping", "close"]
        assert [step["name"] for step in steps] == names
        assert steps[1]["detail"] == "orders, as expected"
        assert all(step["seconds"] >= 0 for step in steps)
        hello = found.pop("hello")
        assert (hello["backend"], hello["identity"]) == ("Fake 1.0", "orders")
        assert found == {
            "connection": "image",
            "kind": "stui",
            "address": ADDRESS,
            "ok": True,
            "failed_at": None,
            "reason": None,
            "next_step": None,
        }
        assert (ran.status, ran.err) == (0, "")

    def test_one_that_is_not_approved_is_not_touched(
        self, stui: CommandLine, backends: FakeBackends
    ) -> None:
        ran = stui("conn", "test", "image")
        assert (ran.status, ran.out, backends.made) == (6, "", {})
        assert "`stui trust` shows it and asks you" in ran.err

    def test_one_that_refuses(self, stui: CommandLine, backends: FakeBackends) -> None:
        backends.refusals["py"] = "nobody listens"
        assert stui("conn", "test", "py").all == (
            4,
            "",
            "error: connection `py`: nobody listens\n",
        )
        assert backends.link("py").end == "it was closed"
        ran = stui("conn", "test", "py", "--json")
        found = json.loads(ran.out)
        assert (ran.status, ran.err) == (4, "")
        assert (found["ok"], found["failed_at"]) == (False, "connect")
        assert found["reason"] == "nobody listens"

    @pytest.mark.parametrize("arguments", [(), ("--json",)])
    def test_one_whose_secret_is_not_to_be_had(
        self,
        stui: CommandLine,
        backends: FakeBackends,
        monkeypatch: pytest.MonkeyPatch,
        arguments: tuple[str, ...],
    ) -> None:
        async def start(_self: FakeBackend) -> Hello:
            raise ConnectionLostError("py", "no token") from SecretError("a", "it is locked")

        monkeypatch.setattr(FakeBackend, "start", start)
        ran = stui("conn", "test", "py", *arguments)
        assert ran.status == 5
        assert "no token" in ran.out + ran.err
        assert stui("eval", "--conn", "py", "-e", "1", *arguments).status == 5

    def test_somebody_else(self, stui: CommandLine, backends: FakeBackends) -> None:
        approve(stui, "image")
        backends.identities["image"] = "sales\x1b[2J"
        ran = stui("conn", "test", "image")
        assert (ran.status, "\x1b" in ran.err) == (4, False)
        assert "`orders` was expected, and `sales" in ran.err
        assert backends.link("image").end == "it was closed"

    def test_one_that_never_greets(self, stui: CommandLine, backends: FakeBackends) -> None:
        backends.stalled.add("py")
        ran = stui("conn", "test", "py", "--timeout", "50ms")
        assert (ran.status, ran.out) == (4, "")
        assert "error: connection `py`: no answer within 0.05 s\n  = help: check" in ran.err
        assert backends.link("py").end == "it was closed"

    def test_one_that_falls_silent(
        self, stui: CommandLine, backends: FakeBackends, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def silence(_self: FakeBackend) -> Pulse:
            await asyncio.Event().wait()
            return Pulse()

        monkeypatch.setattr(FakeBackend, "ping", silence)
        ran = stui("conn", "test", "py", "--timeout", "50ms", "--json")
        found = json.loads(ran.out)
        assert (ran.status, found["failed_at"]) == (4, "ping")
        assert found["hello"]["backend"] == "Fake 1.0"
        assert backends.link("py").end == "it was closed"

    def test_a_typed_address_needs_neither_workspace_nor_approval(
        self, stui: CommandLine, backends: FakeBackends, file: Path
    ) -> None:
        file.unlink()
        ran = stui("conn", "test", "tcp://127.0.0.1:5555")
        assert (ran.status, ran.err, list(backends.made)) == (0, "", [ADDRESS])

    def test_a_typed_address_that_is_none(self, stui: CommandLine, backends: FakeBackends) -> None:
        ran = stui("conn", "test", "tcp://ada:s3cret@h:1")
        assert (ran.status, backends.made) == (2, {})
        assert "s3cret" not in ran.err

    def test_a_host_is_looked_up_first(
        self, stui: CommandLine, backends: FakeBackends, file: Path
    ) -> None:
        ran = stui("conn", "test", "tcp://localhost:5555")
        first = ran.out.splitlines()[0]
        assert (ran.status, first.startswith("resolve ")) == (0, True)
        assert "localhost is " in first

    def test_a_host_that_nobody_knows(self, stui: CommandLine, backends: FakeBackends) -> None:
        ran = stui("conn", "test", "tls://no-such-host.invalid:5555")
        assert (ran.status, ran.out, backends.made) == (4, "", {})
        assert "`no-such-host.invalid` has no address" in ran.err

    def test_one_of_the_session_alone(
        self, stui: CommandLine, store: SessionStore, backends: FakeBackends
    ) -> None:
        keep(store, {"extra": ConnectionRecord(spec={"kind": "python"})})
        assert stui("conn", "test", "extra").status == 0

    def test_one_of_the_session_alone_that_is_not_approved(
        self, stui: CommandLine, store: SessionStore, file: Path, backends: FakeBackends
    ) -> None:
        file.write_text("stui: 1\nname: a\n")
        keep(store, {"extra": ConnectionRecord(spec={"kind": "socket", "url": "tcp://h:1"})})
        ran = stui("conn", "test", "extra")
        assert (ran.status, ran.out, backends.made) == (6, "", {})
        assert "  = help: connect it in the workbench" in ran.err
        assert stui("conn", "ls").err == ""  # `stui trust` would not ask about it

    def test_one_that_there_is_not(self, stui: CommandLine, backends: FakeBackends) -> None:
        assert stui("conn", "test", "nope").all == (
            2,
            "",
            "error: no connection `nope`\n  = help: there is `py`, `image`, `db`\n",
        )


@pytest.fixture
def in_utc() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


class TestHistory:
    def test_the_newest_first(self, stui: CommandLine, store: SessionStore, in_utc: None) -> None:
        log = log_of(stui)
        log.append(episode(store, "image", 7200, 3600, reason="connection reset", attempts=2))
        log.append(episode(store, "image", 1800))
        log.append(episode(store, "py", 900, 30, outcome="closed"))
        log.append(episode(store, "image", 600))
        log.append(replace(episode(store, "py", 300, 30), workspace="another"))
        assert stui("conn", "history").all == (
            0,
            (
                "1970-01-12 13:36  image  10 min  open\n"
                "1970-01-12 13:31  py     30 s    closed\n"
                "1970-01-12 13:16  image  -       open    nobody wrote down how it ended\n"
                "1970-01-12 11:46  image  1 h     lost    connection reset;"
                " after 2 failed attempts\n"
            ),
            "",
        )

    def test_of_one_and_so_many(self, stui: CommandLine, store: SessionStore) -> None:
        log = log_of(stui)
        kept = [log.append(episode(store, "image", ago, 5)) for ago in (50, 40, 30)]
        log.append(episode(store, "py", 20, 5))
        found = json.loads(stui("conn", "history", "image", "-n", "2", "--json").out)
        assert [one["id"] for one in found] == [kept[2].id, kept[1].id]
        assert (found[0]["seconds"], found[0]["outcome"]) == (5.0, "lost")

    def test_nothing_yet(self, stui: CommandLine, store: SessionStore) -> None:
        assert stui("conn", "history").all == (0, "", "nothing is kept yet\n")
        assert stui("conn", "history", "--json").out == "[]\n"

    def test_a_damaged_line_is_named(self, stui: CommandLine, store: SessionStore) -> None:
        log = log_of(stui)
        log.append(episode(store, "py", 20, 5))
        path = log.folder / "testbed" / "connections-1970-01.jsonl"
        path.write_bytes(path.read_bytes() + b'{"torn\n')
        ran = stui("conn", "history")
        assert (ran.status, len(ran.out.splitlines())) == (0, 1)
        assert ran.err == f"warning: {path}:2 cannot be read, and was passed over\n"

    def test_nothing_that_a_terminal_obeys(self, stui: CommandLine, store: SessionStore) -> None:
        hostile = "\x1b]52;c;aGk=\x07\x9b2J\u202e"
        log_of(stui).append(episode(store, hostile, 20, 5, reason=hostile, began=float("inf")))
        ran = stui("conn", "history")
        assert ran.status == 0
        assert not any(one in ran.out for one in "\x1b\x07\x9b\u202e")

    def test_the_workspace_need_not_be_good(
        self, stui: CommandLine, store: SessionStore, file: Path
    ) -> None:
        log_of(stui).append(episode(store, "py", 20, 5))
        file.write_text("stui: 1\nname: [\n")
        assert stui("conn", "history").status == 0
