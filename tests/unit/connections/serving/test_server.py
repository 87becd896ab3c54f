"""What clients can count on: nothing runs twice, and what is not to be had any more is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.fake_backend import Play
from stui_workspace.connections.backend import Answer, Ending, OnOutput, Output, Request
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.protocol.messages import (
    Bye,
    Code,
    Complete,
    Done,
    Evaluate,
    Hello,
    Inspect,
    Interrupt,
    OutputEvent,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    Standing,
    System,
    SystemInfo,
    Welcome,
)
from stui_workspace.connections.serving.evaluator import QUEUE_COUNT
from stui_workspace.connections.serving.kept import Limits
from support.served import until
from support.serving import printed, serving

TOKEN = "open"  # noqa: S105
SLOW = Play(printed("a", "b"), Answer(Ending.OK, result="slow"), waits=True)
PLAYS = {
    "print": Play(printed("one\n", "two\n"), Answer(Ending.OK, result="3")),
    "slow": SLOW,
    "die": Play(printed("last"), Answer(Ending.LOST, error="it was shot")),
}


async def test_an_evaluation_has_its_output_in_order_and_then_its_result(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS) as hall:
        client, welcome = await hall.greet()
        name = client.say(Evaluate("print"))
        result = await client.hear(Result, name)
        outputs = [one.message for one in client.heard]
    assert (welcome.standing, welcome.backend, welcome.seq) == (Standing.NEW, "Fake 1.0", 0)
    assert (result.evaluation, result.ending, result.result, result.seq) == (name, "ok", "3", 3)
    assert [
        (one.evaluation, one.seq, one.number, one.stream, one.text)
        for one in outputs
        if isinstance(one, OutputEvent)
    ] == [(name, 1, 1, "stdout", "one\n"), (name, 2, 2, "stdout", "two\n")]


async def test_an_id_is_never_evaluated_twice(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS) as hall:
        client, _ = await hall.greet()
        client.say(Evaluate("slow"), "once")
        client.say(Evaluate("slow"), "once")
        other, _ = await hall.greet("somebody else")
        other.say(Evaluate("something else"), "once")
        await other.hear(OutputEvent)
        hall.backends[0].release()
        await client.result("once")
        await other.result("once")
        client.say(Evaluate("print"), "once")
        text, result = await client.result("once")
    assert hall.evaluated == ["slow"]
    assert (text[-2:], result.result) == ("ab", "slow")


async def test_one_at_a_time_in_order(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS) as hall:
        one, _ = await hall.greet("one")
        other, _ = await hall.greet("other")
        slow = one.say(Evaluate("slow"))
        await one.hear(OutputEvent)
        second, third = other.say(Evaluate("second")), one.say(Evaluate("third"))
        pong = await other.ask(Ping(), Pong)
        assert (hall.evaluated, pong.busy_for is not None) == (["slow"], True)
        hall.backends[0].release()
        seqs = [(await one.hear(Result, slow)).seq]
        seqs += [(await other.hear(Result, second)).seq, (await one.hear(Result, third)).seq]
        assert (await one.ask(Ping(), Pong)).busy_for is None
    assert hall.evaluated == ["slow", "second", "third"]
    assert seqs == sorted(seqs)


async def test_the_queue_has_an_end(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS) as hall:
        client, _ = await hall.greet()
        client.say(Evaluate("slow"))
        await client.hear(OutputEvent)
        for _ in range(QUEUE_COUNT):
            client.say(Evaluate("more"))
        refused = await client.ask(Evaluate("too much"), Refused)
        assert refused.code == Code.BUSY
        hall.backends[0].release()
        for _ in range(QUEUE_COUNT + 1):
            await client.hear(Result)
    assert hall.evaluated == ["slow", *["more"] * QUEUE_COUNT]


async def test_a_client_that_returns_gets_what_it_missed(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS, clock=lambda: 1234.5) as hall:
        client, welcome = await hall.greet()
        name = client.say(Evaluate("slow"))
        seen = await client.hear(OutputEvent)
        client.leave()
        hall.backends[0].life.say(*printed("c\n", "d\n"))
        hall.backends[0].release()
        assert hall.server is not None
        evaluator = hall.server.evaluator
        await until(lambda: evaluator.busy_for is None)
        back, again = await hall.greet(incarnation=welcome.incarnation, last_seq_seen=seen.seq)
        resumed = back.say(Resume(name, seen.number))
        text, result = await back.result(resumed)
    assert again.standing is Standing.RETURNING
    assert [getattr(event, "text", "") for event in again.missed] == ["bc\nd\n", ""]
    assert all(event.at == 1234.5 for event in again.missed)
    assert (text, result.ending) == ("bc\nd\n", "ok")
    assert hall.evaluated == ["slow"]


async def test_what_others_asked_for_is_not_missed(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS) as hall:
        one, welcome = await hall.greet("one")
        await hall.greet("other")
        await one.result(one.say(Evaluate("print")))
        _, again = await hall.greet("other", incarnation=welcome.incarnation)
    assert (again.standing, again.missed) == (Standing.RETURNING, ())


async def test_a_lot_that_was_missed_comes_in_parts(tmp_path: Path) -> None:
    plays = {"much": Play(printed("x" * 100_000, "y" * 100_000, "z" * 100_000))}
    async with serving(tmp_path, plays) as hall:
        client, welcome = await hall.greet()
        name = client.say(Evaluate("much"))
        await client.hear(Result)
        back, again = await hall.greet(incarnation=welcome.incarnation)
        assert again.more
        texts = [one.text for one in again.missed if isinstance(one, OutputEvent)]
        assert 0 < sum(map(len, texts)) <= 256 << 10
        text, _ = await back.result(back.say(Resume(name)))
    assert text == "x" * 100_000 + "y" * 100_000 + "z" * 100_000


async def test_goodbye_is_for_good(tmp_path: Path) -> None:
    async with serving(tmp_path) as hall:
        client, welcome = await hall.greet()
        await client.ask(Bye(), Done)
        _, again = await hall.greet(incarnation=welcome.incarnation)
    assert again.standing is Standing.NEW


async def test_what_nobody_knows_is_unknown(tmp_path: Path) -> None:
    async with serving(tmp_path) as hall:
        client, _ = await hall.greet()
        result = await client.ask(Resume("nothing"), Result)
    assert (result.evaluation, result.ending) == ("nothing", Ending.UNKNOWN)


class TestInterrupts:
    async def test_what_runs_is_stopped(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            name = client.say(Evaluate("slow"))
            await client.hear(OutputEvent)
            await client.ask(Interrupt(), Done)
            assert (await client.hear(Result, name)).ending is Ending.INTERRUPTED

    async def test_what_waits_is_taken_out_and_the_work_of_others_goes_on(
        self, tmp_path: Path
    ) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            one, _ = await hall.greet("one")
            other, _ = await hall.greet("other")
            running = one.say(Evaluate("slow"))
            await one.hear(OutputEvent)
            waiting = other.say(Evaluate("print"))
            await other.ask(Interrupt(), Done)
            assert (await other.hear(Result, waiting)).ending is Ending.INTERRUPTED
            hall.backends[0].release()
            assert (await one.hear(Result, running)).ending is Ending.OK
        assert hall.evaluated == ["slow"]

    async def test_nothing_happens_where_nothing_runs(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            await client.ask(Interrupt(), Done)
            assert (await client.result(client.say(Evaluate("print"))))[1].ending is Ending.OK


class TestDeathOfTheBackend:
    async def test_what_ran_is_lost_and_what_waited_never_runs(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, welcome = await hall.greet()
            dying, waiting = client.say(Evaluate("die")), client.say(Evaluate("next"))
            lost = await client.hear(Result, dying)
            never = await client.hear(Result, waiting)
            refused = await client.hear(Refused)
            await client.wait_cut()
            _, again = await hall.greet(incarnation=welcome.incarnation, last_seq_seen=0)
        assert (lost.ending, lost.error) == (Ending.LOST, "it was shot")
        assert never.ending is Ending.LOST
        assert "nothing was evaluated" in (never.error or "")
        assert (refused.code, "it was shot" in refused.reason) == (Code.HELLO_FIRST, True)
        assert again.incarnation != welcome.incarnation
        assert (again.standing, again.missed) == (Standing.NEW, ())
        assert hall.evaluated == ["die"]

    async def test_its_results_outlive_it(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            name = client.say(Evaluate("print"))
            await client.hear(Result, name)
            client.say(Evaluate("die"))
            await client.wait_cut()
            back, _ = await hall.greet()
            text, result = await back.result(back.say(Resume(name)))
        assert (text, result.result) == ("one\ntwo\n", "3")

    async def test_an_idle_one_is_replaced_and_its_clients_are_cut(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            hall.backends[0].lose("it fell over")
            await client.wait_cut()
            _, again = await hall.greet()
            assert again.standing is Standing.NEW
        assert len(hall.backends) == 2

    async def test_one_that_does_not_start_again_is_tried_until_it_does(
        self, tmp_path: Path
    ) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            hall.refusals += ["no memory"] * 3
            hall.backends[0].lose("it fell over")
            await client.wait_cut()
            welcome = Welcome(Standing.REFUSED)
            while welcome.standing is Standing.REFUSED:
                _, welcome = await hall.greet()
        assert len(hall.backends) == 5

    async def test_without_keeping_up_the_next_client_starts_it(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS, keeps_up=False) as hall:
            client, _ = await hall.greet()
            hall.backends[0].lose("it fell over")
            await client.wait_cut()
            assert len(hall.backends) == 1
            await hall.greet()
            assert len(hall.backends) == 2


class TestWhoIsLetIn:
    @pytest.mark.parametrize(
        ("hello", "code"),
        [
            pytest.param(Hello("me", protocol=2, token=TOKEN), Code.VERSION, id="version"),
            pytest.param(Hello("me"), Code.TOKEN, id="no token"),
            pytest.param(Hello("me", token=TOKEN[:-1]), Code.TOKEN, id="another token"),
            pytest.param(Hello("me", token=f"{TOKEN}\ud800"), Code.TOKEN, id="an odd token"),
            pytest.param(Hello("me", token=TOKEN, identity="you"), Code.IDENTITY, id="identity"),
        ],
    )
    async def test_who_is_not(self, hello: Hello, code: Code, tmp_path: Path) -> None:
        async with serving(tmp_path, token=TOKEN, identity="orders") as hall:
            client = hall.come()
            welcome = await client.ask(hello, Welcome)
            await client.wait_cut()
        assert (welcome.standing, welcome.code) == (Standing.REFUSED, code)
        assert TOKEN not in "".join([*hall.words, welcome.reason or ""])

    async def test_who_knows_the_token(self, tmp_path: Path) -> None:
        async with serving(tmp_path, token=TOKEN, identity="orders") as hall:
            _, welcome = await hall.greet(token=TOKEN, identity="orders")
        assert (welcome.standing, welcome.identity) == (Standing.NEW, "orders")

    @pytest.mark.parametrize(
        "message", [Evaluate("1"), Ping(), Resume("a"), SystemInfo(), Interrupt()], ids=repr
    )
    async def test_nobody_before_greeting(self, message: Evaluate, tmp_path: Path) -> None:
        async with serving(tmp_path) as hall:
            client = hall.come()
            assert (await client.ask(message, Refused)).code == Code.HELLO_FIRST
            await client.wait_cut()
        assert hall.evaluated == []

    async def test_who_does_not_greet_is_cut(self, tmp_path: Path) -> None:
        async with serving(tmp_path, greet_seconds=0.01) as hall:
            await hall.come().wait_cut()

    async def test_too_many_strangers_make_room_for_one_another(self, tmp_path: Path) -> None:
        async with serving(tmp_path, stranger_count=4) as hall:
            guest, _ = await hall.greet()
            strangers = [hall.come() for _ in range(100)]
            assert [one.is_cut for one in strangers] == [True] * 96 + [False] * 4
            await guest.ask(Ping(), Pong)

    async def test_too_many_clients_are_refused_for_now(self, tmp_path: Path) -> None:
        async with serving(tmp_path, client_count=2) as hall:
            first, _ = await hall.greet("1")
            await hall.greet("2")
            _, third = await hall.greet("3")
            assert (third.standing, third.code) == (Standing.REFUSED, Code.BUSY)
            first.leave()
            _, third = await hall.greet("3")
            assert third.standing is Standing.NEW

    async def test_links_of_a_client_that_is_back_make_room_for_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("stui_workspace.connections.serving.server._GONE_SECONDS", 0.0)
        async with serving(tmp_path, client_count=2) as hall:
            fallen, _ = await hall.greet("1")
            await hall.greet("2")
            _, third = await hall.greet("3")
            assert third.code == Code.BUSY
            assert not fallen.is_cut
            _, back = await hall.greet("1")
            assert back.code is None
            assert fallen.is_cut


GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b"GET / HTTP/1.1\r",
    b'{"id":1}',
    b'{"id":"a","version":1,"timestamp":0,"payload":{}}',
    b'{"id":"a","version":1,"timestamp":0,"payload":{"type":"Evaluate","data":{"code":7}}}',
    b'{"id":"a","version":1,"timestamp":0,"payload":{"type":"Result","data":{}}}',
    b"[" * 100_000,
]


class TestHostileWords:
    @pytest.mark.parametrize("content", GARBAGE, ids=range(len(GARBAGE)))
    async def test_a_stranger_who_babbles_is_cut(self, content: bytes, tmp_path: Path) -> None:
        async with serving(tmp_path) as hall:
            client = hall.come()
            client.say_bytes(content)
            await client.hear(Refused)
            await client.wait_cut()

    @pytest.mark.parametrize("content", GARBAGE, ids=range(len(GARBAGE)))
    async def test_a_client_may_make_some_mistakes(self, content: bytes, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            client.say_bytes(content)
            await client.hear(Refused)
            assert (await client.result(client.say(Evaluate("print"))))[1].result == "3"
            for _ in range(20):
                client.say_bytes(content)
            await client.wait_cut()

    async def test_a_type_that_is_not_known_is_no_mistake(self, tmp_path: Path) -> None:
        async with serving(tmp_path) as hall:
            client, _ = await hall.greet()
            for _ in range(50):
                client.say_bytes(
                    b'{"id":"a","version":1,"timestamp":0,"payload":{"type":"Dance","data":{}}}'
                )
                assert (await client.hear(Refused, "a")).code == Code.UNKNOWN_TYPE
            assert not client.is_cut


async def test_what_it_tells_of_itself(tmp_path: Path) -> None:
    async with serving(tmp_path, PLAYS, identity="orders") as hall:
        client, welcome = await hall.greet()
        await client.result(client.say(Evaluate("print")))
        system = await client.ask(SystemInfo(), System)
    assert system.incarnation == welcome.incarnation
    assert (system.identity, system.evaluations) == ("orders", 1)
    assert system.kept_bytes > 0


async def test_a_backend_that_cannot_look_tells_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as hall:
        client, _ = await hall.greet()
        assert await client.ask(Complete("os.pa", 5), Completions) == Completions((), 5, 5)
        assert await client.ask(Inspect("os", 1), Inspected) == Inspected(found=False)


async def test_a_flood_is_bounded_and_says_what_is_gone(tmp_path: Path) -> None:
    limits = Limits(output_bytes=40_000, evaluation_bytes=20_000)
    plays = {"flood": Play(printed(*["x" * 1000] * 100), Answer(Ending.OK, result="end"))}
    async with serving(tmp_path, plays, limits=limits) as hall:
        client, _ = await hall.greet()
        names = [client.say(Evaluate("flood")) for _ in range(5)]
        for name in names:
            await client.hear(Result, name)
        assert hall.server is not None
        assert hall.server.evaluator.kept.weight < 60_000
        back, _ = await hall.greet("other")
        answers = [await back.result(back.say(Resume(name))) for name in names]
    assert [result.result for _, result in answers] == ["end"] * 5
    gone = "[stui: 100,000 characters of output are not kept any more]\n"
    assert answers[0][0] == gone
    assert "characters of output are not kept" in answers[-1][0]
    assert answers[-1][0].endswith("x" * 1000)


async def test_a_backend_that_goes_wrong_in_its_own_way_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path) as hall:
        client, _ = await hall.greet()

        async def fail(_request: Request, _on_output: OnOutput) -> Answer:
            raise ZeroDivisionError("what a plugin does\x1b[31m")

        monkeypatch.setattr(hall.backends[0], "evaluate", fail)
        result = await client.hear(Result, client.say(Evaluate("1")))
        await client.wait_cut()
        await hall.greet()
    assert result.ending is Ending.LOST
    assert "ZeroDivisionError: what a plugin does␛[31m" in (result.error or "")


class TestAnotherLifeOfTheServer:
    async def test_results_and_output_are_there_again(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, before = await hall.greet()
            name = client.say(Evaluate("print"))
            await client.hear(Result, name)
        async with serving(tmp_path, PLAYS) as hall:
            client, welcome = await hall.greet(incarnation=before.incarnation)
            text, result = await client.result(client.say(Resume(name)))
            again, repeated = await client.result(client.say(Evaluate("print"), name))
        assert welcome.incarnation != before.incarnation
        assert (text, result.result) == ("one\ntwo\n", "3")
        assert repeated.result == "3"
        assert again.endswith("one\ntwo\n")
        assert hall.evaluated == []

    async def test_what_ran_is_lost_and_never_runs_again(self, tmp_path: Path) -> None:
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            running, waiting = client.say(Evaluate("slow")), client.say(Evaluate("print"))
            await client.hear(OutputEvent)
            await client.hear(OutputEvent)
        async with serving(tmp_path, PLAYS) as hall:
            client, _ = await hall.greet()
            text, lost = await client.result(client.say(Resume(running)))
            _, never = await client.result(client.say(Evaluate("print"), waiting))
        assert (text, lost.ending) == ("ab", Ending.LOST)
        assert never.ending is Ending.LOST
        assert "nothing was evaluated" in (never.error or "")
        assert hall.evaluated == []


async def test_output_of_a_backend_that_is_full_of_itself_ends(tmp_path: Path) -> None:
    plays = {"huge": Play((Output("stdout", "x" * (9 << 20)),), Answer(Ending.OK))}
    async with serving(tmp_path, plays) as hall:
        client, _ = await hall.greet()
        text, result = await client.result(client.say(Evaluate("huge")))
    assert (len(text), result.ending) == (4 << 20, Ending.OK)
