"""`stui conn watch`: a line for all that happens to a connection that is kept up."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from doubles.fake_backend import FakeBackend, FakeBackends
from doubles.outside import services_in
from stui_workspace.connections.backend import Backend, Hello
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec
from support.command_line import CommandLine

WORKSPACE = """\
stui: 1
name: orders
connections:
  py: {kind: python, health: {ping: 10ms}}
  image: {kind: stui, url: 'tcp://127.0.0.1:5555', health: {ping: 10ms}}
"""


class Weather(FakeBackends):
    """Makes links whose starts go as written down, the first ones first."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[Callable[[FakeBackend], None]] = []
        self.count = 0

    def __call__(self, spec: ConnectionSpec, setting: Setting) -> Backend:
        backend = super().__call__(spec, setting)
        assert isinstance(backend, FakeBackend)
        if self.count < len(self.starts):
            self.starts[self.count](backend)
        self.count += 1
        return backend


def refuses(backend: FakeBackend) -> None:
    backend.refusal = "nobody listens"


def refuses_for_good(backend: FakeBackend) -> None:
    backend.refusal, backend.is_final = "wrong key", True


def falls(backend: FakeBackend) -> None:
    """Comes up, and falls when it is asked whether it is there."""

    async def ping() -> Any:
        backend.lose("connection reset")
        raise ConnectionLostError(backend.name, "connection reset")

    backend.ping = ping  # type: ignore[method-assign]


@pytest.fixture
def weather(stui: CommandLine, file: Path, tmp_path: Path) -> Weather:
    file.write_text(WORKSPACE)
    made = Weather()
    services = services_in(tmp_path / "home", make_backend=made)
    stui.services = replace(
        services, clock=time.time, sleep=asyncio.sleep, chance=lambda: 0.01, search_path="/bin"
    )
    return made


def watched(stui: CommandLine, *arguments: str) -> list[dict[str, Any]]:
    ran = stui("conn", "watch", "--json", *arguments)
    return [json.loads(line) for line in ran.out.splitlines()]


def test_it_comes_up_and_round_trips_are_told(stui: CommandLine, weather: Weather) -> None:
    ran = stui("conn", "watch", "py", "--count", "4")
    assert ran.status == 0
    rows = [line.split(maxsplit=2)[1:] for line in ran.out.splitlines()]
    assert rows[:2] == [["py", "connecting"], ["py", "online: Fake 1.0"]]
    assert [row[1].split()[0] for row in rows[2:]] == ["ping", "ping"]
    assert weather.link("py").end == "it was closed"


def test_every_change_with_its_reason(stui: CommandLine, weather: Weather) -> None:
    weather.starts = [refuses, refuses, falls]
    found = watched(stui, "py", "--count", "6")
    states = [(one["state"], one["reason"], one["attempts"]) for one in found]
    assert states == [
        ("connecting", None, 0),
        ("reconnecting", "nobody listens", 1),
        ("reconnecting", "nobody listens", 2),
        ("online", None, 0),
        ("reconnecting", "connection reset", 3),
        ("online", None, 0),
    ]
    assert all(one["retry_in"] is not None for one in found[1:3])
    assert found[3]["incarnation"].startswith("life-")
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)


def test_a_link_that_falls_and_is_back_at_once(stui: CommandLine, weather: Weather) -> None:
    weather.starts = [falls]
    found = [one for one in watched(stui, "py", "--count", "4") if one["event"] == "state"]
    states = [(one["state"], one["reason"], one["retry_in"]) for one in found]
    assert states == [
        ("connecting", None, None),
        ("online", None, None),
        ("reconnecting", "connection reset", None),
        ("online", None, None),
    ]


def test_in_words(stui: CommandLine, weather: Weather) -> None:
    weather.starts = [refuses]
    lines = stui("conn", "watch", "py", "--count", "3").out.splitlines()
    assert "reconnecting: nobody listens; 1 failed attempt; next try in 0.0 s" in lines[1]
    assert lines[2].endswith("online: Fake 1.0")


def test_it_ends_where_none_can_come_back(stui: CommandLine, weather: Weather) -> None:
    weather.starts = [refuses_for_good]
    ran = stui("conn", "watch", "py")
    assert ran.status == 4
    assert ran.out.splitlines()[-1].endswith("needs you: wrong key")


def test_all_that_are_approved_where_none_is_named(stui: CommandLine, weather: Weather) -> None:
    ran = stui("conn", "watch", "--count", "2")
    assert (ran.status, list(weather.made)) == (0, ["py"])
    assert ran.err.startswith("warning: connection `image` connects to tcp://127.0.0.1:5555")


def test_one_that_is_named_and_not_approved(stui: CommandLine, weather: Weather) -> None:
    ran = stui("conn", "watch", "py", "image")
    assert (ran.status, ran.out, weather.made) == (6, "", {})


def test_none_that_is_approved(stui: CommandLine, weather: Weather, file: Path) -> None:
    file.write_text(WORKSPACE.replace("  py: {kind: python, health: {ping: 10ms}}\n", ""))
    assert (stui("conn", "watch").status, weather.made) == (6, {})


def test_an_address(stui: CommandLine, weather: Weather, file: Path) -> None:
    file.unlink()
    found = watched(stui, "tcp://127.0.0.1:5555", "--count", "2")
    assert [one["state"] for one in found] == ["connecting", "online"]
    assert found[0]["connection"] == "tcp://127.0.0.1:5555"


def test_consent_is_asked_for_at_each_try(stui: CommandLine, weather: Weather, file: Path) -> None:
    (asked,) = (
        one
        for one in json.loads(stui("trust", "show", "--json").out)
        if one["connection"] == "image"
    )
    stui("trust", "grant", "--connection", "image", "--digest", asked["digest"])

    def taken_back(backend: FakeBackend) -> None:
        refuses(backend)
        stui("trust", "revoke", "--connection", "image")

    weather.starts = [taken_back]
    ran = stui("conn", "watch", "image")
    assert ran.status == 4
    assert "needs you: nobody has approved it on this machine" in ran.out
    assert len(weather.made["image"]) == 1


def test_nothing_that_a_terminal_obeys(
    stui: CommandLine, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(self: FakeBackend) -> Hello:
        self.end = None
        return Hello("\x1b]52;c;aGk=\x07\u202e", "a")

    monkeypatch.setattr(FakeBackend, "start", start)
    ran = stui("conn", "watch", "py", "--count", "2")
    assert not any(one in ran.out for one in "\x1b\x07\u202e")
