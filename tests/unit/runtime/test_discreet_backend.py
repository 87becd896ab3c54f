"""What a backend says holds no secret that was revealed, whichever way it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from stui_workspace.connections.backend import (
    Answer,
    Ending,
    Hello,
    OnOutput,
    Output,
    Pulse,
    Request,
    Retirable,
)
from stui_workspace.connections.looking import Completions, Inspected, Looking
from stui_workspace.errors import ConnectionLostError
from stui_workspace.runtime.connecting.discreet import discreet
from stui_workspace.secrets.redacting import TAKEN_OUT, Redactor
from stui_workspace.secrets.secret import Secret

VALUE = "hunter2hunter"


@dataclass
class Gossip:
    """A backend that says all it knows."""

    outputs: tuple[Output, ...] = ()
    fault: Exception | None = None
    calls: list[str] = field(default_factory=list)

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault

    async def start(self) -> Hello:
        self._fail()
        return Hello(f"a {VALUE}", f"i-{VALUE}", f"me/{VALUE}")

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        for output in self.outputs:
            on_output(output)
        self._fail()
        return Answer(Ending.ERROR, f"'{VALUE}'", f"Traceback {VALUE.encode().hex()}")

    async def interrupt(self) -> None:
        self.calls.append("interrupt")

    async def ping(self) -> Pulse:
        self._fail()
        return Pulse()

    async def wait_lost(self) -> str:
        return f"it said {VALUE}"

    async def close(self) -> None:
        self.calls.append("close")


class Retiring(Gossip):
    async def retire(self) -> None:
        self.calls.append("retire")


class Knowing(Gossip):
    async def complete(self, _code: str, cursor: int) -> Completions:
        return Completions((VALUE, "other"), cursor, cursor)

    async def inspect(self, _code: str, _cursor: int) -> Inspected:
        return Inspected(found=True, text=f"token = {VALUE}")


def knowing() -> Redactor:
    redactor = Redactor()
    redactor.remember(Secret(VALUE))
    return redactor


def evaluated(*outputs: Output) -> tuple[list[Output], Answer]:
    heard: list[Output] = []
    backend = discreet(Gossip(outputs), knowing())
    answer = asyncio.run(backend.evaluate(Request("r", "code"), heard.append))
    return heard, answer


def test_the_result_and_the_error_hold_no_secret() -> None:
    _, answer = evaluated()
    assert answer == Answer(Ending.ERROR, f"'{TAKEN_OUT}'", f"Traceback {TAKEN_OUT}")


def test_output_that_comes_in_pieces_holds_none() -> None:
    heard, _ = evaluated(
        Output("stdout", "it is hunt", 1),
        Output("stderr", "warning\n", 2),
        Output("stdout", "er2hunter!\n", 3),
    )
    told = "".join(one.text for one in heard if one.stream == "stdout")
    assert told == f"it is {TAKEN_OUT}!\n"
    assert [one.number for one in heard if one.stream != "note"] == [1, 2, 3]


def test_what_was_taken_out_is_said_at_the_end() -> None:
    heard, _ = evaluated(Output("stdout", f"{VALUE}\n"))
    assert heard[-1] == Output("note", "3 secrets were taken out")


def test_what_was_held_back_comes_before_a_gap() -> None:
    heard, _ = evaluated(Output("stdout", "hunt"), Output("gap", "9 bytes are missing"))
    assert [(one.stream, one.text) for one in heard[:2]] == [
        ("stdout", "hunt"),
        ("gap", "9 bytes are missing"),
    ]


def test_what_was_held_back_comes_although_the_link_falls() -> None:
    heard: list[Output] = []
    gossip = Gossip((Output("stdout", "hunt"),), ConnectionLostError("c", f"bad {VALUE}"))
    with pytest.raises(ConnectionLostError) as caught:
        asyncio.run(discreet(gossip, knowing()).evaluate(Request("r", "x"), heard.append))
    assert [one.text for one in heard] == ["hunt"]
    assert caught.value.reason == f"bad {TAKEN_OUT}"


def test_a_secret_that_is_revealed_during_the_start_is_taken_out_of_the_greeting() -> None:
    redactor = Redactor()

    class Revealing(Gossip):
        async def start(self) -> Hello:
            redactor.remember(Secret(VALUE))
            return await super().start()

    hello = asyncio.run(discreet(Revealing(), redactor).start())
    assert hello == Hello(f"a {TAKEN_OUT}", f"i-{TAKEN_OUT}", f"me/{TAKEN_OUT}")


@pytest.mark.parametrize(
    "fault",
    [
        ConnectionLostError("c", f"refused {VALUE}", f"drop {VALUE}"),
        ValueError(f"bad token {VALUE}"),
    ],
)
@pytest.mark.parametrize("name", ["start", "ping"])
def test_no_error_holds_a_secret(fault: Exception, name: str) -> None:
    call: Callable[[], object] = getattr(discreet(Gossip(fault=fault), knowing()), name)
    with pytest.raises(Exception, match=TAKEN_OUT) as caught:
        asyncio.run(call())  # type: ignore[arg-type]
    assert VALUE not in f"{caught.value} {vars(caught.value)}"


def test_why_a_link_ended_holds_none() -> None:
    assert asyncio.run(discreet(Gossip(), knowing()).wait_lost()) == f"it said {TAKEN_OUT}"


@pytest.mark.parametrize("seam", [Retirable, Looking])
@pytest.mark.parametrize("kind", [Gossip, Retiring, Knowing])
def test_a_backend_can_do_no_more_and_no_less_than_before(
    kind: type[Gossip], seam: type[object]
) -> None:
    assert isinstance(discreet(kind(), knowing()), seam) == isinstance(kind(), seam)


def test_what_is_asked_of_it_reaches_the_backend() -> None:
    gossip = Retiring()
    backend = discreet(gossip, knowing())

    async def used() -> None:
        await backend.interrupt()
        assert isinstance(backend, Retirable)
        await backend.retire()
        await backend.close()

    asyncio.run(used())
    assert gossip.calls == ["interrupt", "retire", "close"]


def test_what_it_knows_of_code_holds_no_secret() -> None:
    backend = discreet(Knowing(), knowing())
    assert isinstance(backend, Looking)
    assert asyncio.run(backend.complete("h", 1)).matches == (TAKEN_OUT, "other")
    assert asyncio.run(backend.inspect("h", 1)).text == f"token = {TAKEN_OUT}"
