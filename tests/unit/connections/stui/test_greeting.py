"""Who answers: the right one, somebody else, one that refuses, one that is of another time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from threading import Event

import pytest

from stui_workspace.connections.backend import Hello as Greeted
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.protocol.messages import (
    Hello,
    Message,
    Pong,
    Refused,
    Standing,
    Welcome,
)
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.connections.stui.faults import LinkError
from stui_workspace.connections.stui.greeting import hello_of
from stui_workspace.errors import ConnectionLostError, SecretError
from stui_workspace.model.workspace import ConnectionSpec
from support.stui_peer import (
    CARRIERS,
    DEADLINE,
    WELCOME,
    Talk,
    client,
    greet,
    met,
    playing,
    say,
    stay,
)

TOKEN = "tok-3141592653"  # noqa: S105 (of a test)


async def failure(backend: StuiBackend) -> ConnectionLostError:
    """Why it does not start. Nothing of it is left."""
    with pytest.raises(ConnectionLostError) as caught:
        await backend.start()
    await backend.close()
    assert caught.value.connection == "image"
    return caught.value


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_the_one_that_was_meant_says_who_it_is(carrier: str, tmp_path: Path) -> None:
    heard: list[Hello] = []

    async def script(talk: Talk) -> None:
        heard.append(await greet(talk))
        await stay(talk)

    async with playing(carrier, script, tmp_path) as peer:
        backend = client(peer.url, tmp_path, identity="pharo-12/orders")
        assert await backend.start() == Greeted(
            "Pharo 12", "life-1", "pharo-12/orders", survives=True
        )
        await backend.close()
    assert heard == [Hello("session-1", identity="pharo-12/orders")]


@pytest.mark.parametrize(
    ("welcome", "reason", "is_final"),
    [
        pytest.param(
            Welcome(Standing.NEW, "pharo-12/billing", "life-1", "Pharo 12"),
            "`pharo-12/billing` answered, and `pharo-12/orders` was expected",
            True,
            id="somebody else",
        ),
        pytest.param(
            Welcome(Standing.NEW, None, "life-1", "Pharo 12"),
            "somebody without a name answered, and `pharo-12/orders` was expected",
            True,
            id="nobody in particular",
        ),
        pytest.param(
            Welcome(Standing.NEW, "pharo-12/orders", "life-1", "Pharo 13", protocol=2),
            "it speaks version 2 of the protocol, and this is version 1",
            True,
            id="another version",
        ),
        pytest.param(
            Welcome(Standing.REFUSED, code="version", reason="only 2 here"),
            "it refused: only 2 here",
            True,
            id="refuses our version",
        ),
        pytest.param(
            Welcome(Standing.REFUSED, code="identity"),
            "it refused: somebody else answered",
            True,
            id="refuses to be that",
        ),
        pytest.param(
            Welcome(Standing.REFUSED, code="token", reason="wrong \x1b]0;token\x07"),
            "it refused: wrong ␛]0;token␇",
            True,
            id="refuses the token",
        ),
        pytest.param(
            Refused("token"), "it refused: it does not accept the token", True, id="so too"
        ),
        pytest.param(
            Welcome(Standing.REFUSED, code="busy"),
            "it refused: it takes no more clients now",
            False,
            id="is busy",
        ),
        pytest.param(
            Refused("unknown-type", "what?"), "it refused: what?", False, id="is no such server"
        ),
        pytest.param(
            Welcome(Standing.REFUSED, code="because"),
            "it refused: it does not say why",
            False,
            id="has its reasons",
        ),
        pytest.param(Pong(), "it answered the greeting with something else", False, id="confused"),
    ],
)
async def test_the_one_that_was_not_meant_is_left(
    welcome: Message, reason: str, is_final: bool, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk, welcome)
        await stay(talk)

    async with playing("unix", script, tmp_path) as peer:
        found = await failure(client(peer.url, tmp_path, identity="pharo-12/orders"))
    assert (found.reason, found.is_final) == (reason, is_final)


async def test_an_envelope_of_another_version_ends_it(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        envelope = await talk.hear()
        await talk.raw(json.dumps({"id": envelope.id, "version": 7, "payload": 1}).encode())
        await stay(talk)

    async with playing("unix", script, tmp_path) as peer:
        found = await failure(client(peer.url, tmp_path))
    assert found.reason == "it speaks version 7 of the protocol, and this is version 1"
    assert found.is_final


async def test_a_server_says_what_to_do(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk, Welcome(Standing.REFUSED, code="token", next_step="ask Jo\n"))
        await stay(talk)

    async with playing("unix", script, tmp_path) as peer:
        assert (await failure(client(peer.url, tmp_path))).next_step == "ask Jo⏎"


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_token_is_sent_where_nobody_else_can_read_it(carrier: str, tmp_path: Path) -> None:
    heard: list[str | None] = []

    async def script(talk: Talk) -> None:
        heard.append((await greet(talk)).token)
        await stay(talk)

    async with playing(carrier, script, tmp_path) as peer:
        spec = ConnectionSpec("image", "stui", url=peer.url, credential="keyring:orders/image")
        backend = StuiBackend(spec, Setting(tmp_path, environ={}, secret=lambda: TOKEN))
        await backend.start()
        await backend.close()
        assert TOKEN not in repr(vars(backend))
    assert heard == [TOKEN]


async def test_a_token_is_not_asked_for_where_others_could_read_it(tmp_path: Path) -> None:
    def secret() -> str:
        raise AssertionError("it was asked for")

    spec = ConnectionSpec("image", "stui", url="tcp://far.example:1", credential="keyring:a")
    with pytest.raises(LinkError) as caught:
        await hello_of(spec, Setting(tmp_path, secret=secret), is_private=False)
    assert caught.value.is_final
    assert "tls://" in (caught.value.next_step or "")


async def test_without_a_credential_no_secret_is_asked_for(tmp_path: Path) -> None:
    def secret() -> str:
        raise AssertionError("it was asked for")

    spec = ConnectionSpec("image", "stui", url="tcp://far.example:1")
    hello = await hello_of(spec, Setting(tmp_path, secret=secret), is_private=False)
    assert hello.token is None


async def test_a_secret_that_cannot_be_had_is_told_of(tmp_path: Path) -> None:
    def secret() -> str:
        raise SecretError("orders/image", "the keyring is locked")

    async def script(talk: Talk) -> None:
        await stay(talk)

    async with playing("unix", script, tmp_path) as peer:
        spec = ConnectionSpec("image", "stui", url=peer.url, credential="keyring:orders/image")
        found = await failure(StuiBackend(spec, Setting(tmp_path, environ={}, secret=secret)))
    assert found.reason == "secret `orders/image`: the keyring is locked"
    assert isinstance(found.__cause__, SecretError)
    assert found.is_final


async def test_a_person_whom_the_keyring_asks_may_take_longer_than_a_server(
    tmp_path: Path,
) -> None:
    is_answered = Event()

    def secret() -> str:
        is_answered.wait()
        return TOKEN

    async def script(talk: Talk) -> None:
        await greet(talk)
        await stay(talk)

    async with playing("unix", script, tmp_path) as peer:
        spec = ConnectionSpec("image", "stui", url=peer.url, credential="keyring:orders/image")
        setting = Setting(tmp_path, environ={}, secret=secret)
        backend = StuiBackend(spec, setting, patience=1.0)
        asyncio.get_running_loop().call_later(1.5, is_answered.set)
        await backend.start()
        await backend.close()


async def test_a_name_for_people_is_made_harmless(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk, Welcome(Standing.NEW, None, "life-1", "\x1b]0;" + "x" * 1000))
        await say(talk, Pong())
        await stay(talk)

    async with playing("unix", script, tmp_path) as peer:
        backend = client(peer.url, tmp_path)
        hello = await backend.start()
        await backend.close()
    assert hello.backend.startswith("␛]0;xxx")
    assert len(hello.backend) == 80


async def test_a_second_welcome_changes_nothing(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        envelope = await talk.hear()
        for _ in range(2):
            await say(talk, WELCOME, envelope.id)
        envelope = await talk.hear()
        await say(talk, Pong(3.5), envelope.id)
        await stay(talk)

    async with met("unix", script, tmp_path) as backend:
        assert (await backend.ping()).busy_for == 3.5


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_a_refusal_of_nothing_in_particular_is_one_of_the_greeting(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await talk.hear()
        await say(talk, Refused("bad-envelope", "this is a server of clocks"), "-")
        await stay(talk)

    async with playing(carrier, script, tmp_path) as peer:
        found = await failure(client(peer.url, tmp_path))
    assert found.reason == "it refused: this is a server of clocks"


@pytest.mark.parametrize("carrier", ["unix", "tcp", "rep"])
async def test_a_server_that_wants_to_be_greeted_again_has_ended_the_link(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        envelope = await talk.hear()
        await say(talk, Refused("hello-first", "the \x1b[31mimage ended"), envelope.id)
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        reason = "it ended the link: the ␛[31mimage ended"
        with pytest.raises(ConnectionLostError, match="it ended the link") as caught:
            await backend.ping()
        assert caught.value.reason == reason
        assert await backend.wait_lost() == reason


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_it_may_say_so_at_any_time(carrier: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await say(talk, Pong(), (await talk.hear()).id)
        await say(talk, Refused("hello-first"), "-")
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        await backend.ping()
        assert await backend.wait_lost() == "it ended the link"


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_a_link_that_falls_right_after_the_welcome_is_not_taken_for_one(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await say(talk, Refused("hello-first"), "-")
        await stay(talk)

    async with playing(carrier, script, tmp_path) as peer:
        backend = client(peer.url, tmp_path)
        async with asyncio.timeout(DEADLINE):
            try:
                await backend.start()
                reason = await backend.wait_lost()
            except ConnectionLostError as error:
                reason = error.reason
        await backend.close()
    assert reason == "it ended the link"
