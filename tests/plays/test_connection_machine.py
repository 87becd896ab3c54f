"""A connection as its machine lives it: it falls, waits, comes back, and never tires."""

from __future__ import annotations

import itertools
from math import inf

import pytest

from stui_workspace.connections.machine import (
    PROBE_SECONDS,
    Answered,
    Close,
    Connect,
    Disconnect,
    Drop,
    Failed,
    Heard,
    Input,
    Lost,
    Machine,
    Open,
    Phase,
    Policy,
    Probe,
    Refused,
    SpecChanged,
    Stirred,
    due_at,
    step,
)
from stui_workspace.model.workspace import Health, Reconnect
from support.peers import UP, World, online

DAY = 86_400.0


def waits(world: World, count: int) -> list[float]:
    """How long it waited before each of the next attempts."""
    found: list[float] = []
    while len(found) < count:
        machine = world.machine
        if machine.retry_at is not None and machine.failure_count > len(found):
            found.append(round(machine.retry_at - machine.looked_at, 3))
        world.wait(world.latency / 2)
    return found


def down(**settings: object) -> World:
    """A connection that was online, and whose peer refuses now; the first retry has failed."""
    world = online(**settings)
    world.change_peer("refuses")
    world.wait(3 * world.latency)
    assert world.phase() is Phase.RECONNECTING
    return world


def test_it_comes_online_when_the_backend_answers_and_not_before() -> None:
    world = World(peer="hangs")
    assert world.tell(Connect()) == (Open(1),)
    world.wait(1.0)
    assert world.phase() is Phase.CONNECTING
    world.tell(Heard(1))
    assert world.phase() is Phase.CONNECTING
    world.tell(Answered(1))
    assert world.phase() is Phase.ONLINE


def test_a_link_that_falls_is_replaced_at_once() -> None:
    world = online()
    assert world.tell(Lost(1, "reset by the peer")) == (Drop(1), Open(2))
    assert (world.phase(), world.machine.reason) == (Phase.RECONNECTING, "reset by the peer")
    world.wait(1.0)
    assert (world.phase(), world.machine.reason) == (Phase.ONLINE, None)


@pytest.mark.parametrize(
    ("chance", "expected"),
    [
        pytest.param(0.5, [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0], id="half the luck"),
        pytest.param(0.1, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0], id="much luck"),
    ],
)
def test_waits_double_up_to_the_cap_and_are_a_random_part_of_that(
    chance: float, expected: list[float]
) -> None:
    world = down(chance=lambda: chance)
    assert waits(world, 8) == expected


def test_without_jitter_the_wait_is_the_whole_of_it() -> None:
    policy = Policy(Reconnect(base=1.0, cap=10.0, jitter="none"))
    assert waits(down(policy=policy), 6) == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_it_never_gives_up() -> None:
    world = down()
    for _ in range(7):
        world.wait(DAY)
    assert world.phase() is Phase.RECONNECTING
    assert world.opens() > 7 * DAY / 31
    world.change_peer("answers")
    world.wait(30.1)
    assert world.phase() is Phase.ONLINE


def test_it_gives_up_where_it_was_told_to_and_says_what_to_do() -> None:
    world = down(policy=Policy(Reconnect(give_up=60.0)))
    world.wait(100.0)
    assert (world.phase(), world.machine.reason, world.machine.next_step) == (
        Phase.NEEDS_YOU,
        "connection refused; it was tried for 60 s",
        "connect it again",
    )
    attempts = world.opens()
    world.tell(Stirred())
    world.wait(DAY)
    assert world.opens() == attempts
    world.change_peer("answers")
    world.tell(Connect())
    world.wait(1.0)
    assert world.phase() is Phase.ONLINE


def test_a_night_asleep_is_no_time_spent_trying() -> None:
    world = down(policy=Policy(Reconnect(give_up=60.0)))
    world.wait(20.0)
    world.stop(8 * 3600.0)
    world.wait(15.0)
    assert world.phase() is Phase.RECONNECTING
    world.change_peer("answers")
    world.wait(30.0)
    assert world.phase() is Phase.ONLINE


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(Failed(2, "wrong token", "mend it", is_final=True), id="failed for good"),
        pytest.param(Refused(2, "wrong token", "mend it"), id="nobody consented"),
    ],
)
def test_what_trying_again_would_not_help_stops_and_says_what_is_needed(told: Input) -> None:
    world = online(peer="answers")
    world.peer = "hangs"
    world.tell(Lost(1, "it fell"))
    assert world.tell(told) == (Drop(2),)
    assert (world.phase(), world.machine.reason) == (Phase.NEEDS_YOU, "wrong token")
    assert (world.machine.next_step, due_at(world.machine, world.policy)) == ("mend it", None)
    world.wait(DAY)
    world.stop(DAY)
    assert world.opens() == 2


def test_an_answer_that_did_not_hold_does_not_count_as_success() -> None:
    world = down(chance=lambda: 0.5)
    world.wait(20.0)
    failures = world.machine.failure_count
    world.change_peer("flaps")
    world.wait(16.0)
    assert world.machine.failure_count > failures
    world.change_peer("answers")
    world.wait(60.0)
    world.change_peer("refuses")
    world.wait(3 * world.latency)
    assert world.machine.failure_count == 1


def test_a_link_that_was_slow_for_a_moment_has_held_all_the_same() -> None:
    world = down()
    world.change_peer("answers")
    world.wait(3600.0)
    world.change_peer("mute")
    world.wait(12.0)
    assert world.phase() is Phase.DEGRADED
    world.tell(Heard(world.epoch))
    epoch = world.epoch
    assert world.tell(Lost(epoch, "it fell")) == (Drop(epoch), Open(epoch + 1))


def test_what_comes_and_goes_is_not_hammered() -> None:
    world = online()
    world.change_peer("flaps")
    began = world.real
    world.tell(Lost(1, "it fell"))
    world.wait(300.0)
    assert world.opens(began) <= 20


def test_a_network_that_changes_all_the_time_is_not_hammered() -> None:
    world = down()
    began = world.real
    for _ in range(1000):
        world.tell(Stirred())
        world.wait(0.01)
    assert world.opens(began) <= 42


@pytest.mark.parametrize("told", [Stirred(), Connect(), SpecChanged()], ids=repr)
def test_a_long_wait_ends_at_once(told: Input) -> None:
    world = down()
    world.wait(120.0)
    world.change_peer("answers")
    epoch = world.epoch
    assert world.tell(told) == (Open(epoch + 1),)
    world.wait(2 * world.latency)
    assert world.phase() is Phase.ONLINE


def test_another_network_ends_an_attempt_that_hangs_in_the_old_one() -> None:
    world = World(peer="hangs")
    world.tell(Connect())
    world.wait(0.5)
    assert world.tell(Stirred()) == ()
    world.wait(4.5)
    assert world.tell(Stirred()) == (Drop(1), Open(2))


def test_another_spec_ends_the_link_to_what_it_was() -> None:
    world = online()
    assert world.tell(SpecChanged()) == (Drop(1), Open(2))
    assert World().tell(SpecChanged()) == ()


def test_another_spec_is_tried_where_the_old_one_needed_somebody() -> None:
    world = World(peer="refuses for good")
    world.tell(Connect())
    world.wait(1.0)
    assert world.phase() is Phase.NEEDS_YOU
    world.peer = "answers"
    assert world.tell(SpecChanged()) == (Open(2),)


def test_an_attempt_without_an_answer_ends() -> None:
    world = World(peer="hangs")
    world.tell(Connect())
    world.wait(30.0)
    assert (world.phase(), world.machine.reason) == (Phase.RECONNECTING, "no answer within 30 s")


def test_silence_is_shown_then_the_link_is_replaced() -> None:
    world = online(peer="mute", policy=Policy(health=Health(5.0, 100.0, 300.0)))
    world.policy = Policy()
    world.tell(Heard(1))
    world.wait(9.9)
    assert world.phase() is Phase.ONLINE
    world.wait(0.2)
    assert (world.phase(), world.machine.reason) == (Phase.DEGRADED, "no answer for 10 s")
    world.wait(20.0)
    assert world.epoch == 2


def test_a_sign_of_life_ends_the_silence() -> None:
    world = online()
    world.change_peer("mute")
    world.wait(20.0)
    assert world.phase() is Phase.DEGRADED
    world.tell(Heard(1))
    assert (world.phase(), world.machine.reason) == (Phase.ONLINE, None)


def test_what_is_told_of_an_earlier_epoch_is_not_heard() -> None:
    world = online()
    world.tell(Lost(1, "it fell"))
    before = world.machine
    for late in (Answered(1), Heard(1), Failed(1, "no"), Lost(1, "no"), Refused(1, "no")):
        assert world.tell(late) == ()
    assert world.machine is before


def test_an_answer_after_the_attempt_was_dropped_is_not_heard() -> None:
    world = down()
    assert world.machine.retry_at is not None
    before, epoch = world.machine, world.epoch
    for late in (Answered(epoch), Failed(epoch, "no"), Lost(epoch, "no"), Refused(epoch, "no")):
        assert world.tell(late) == ()
    assert world.machine is before


@pytest.mark.parametrize("seconds", [1.0, 10.0, 3600.0, 30 * DAY])
def test_a_stopped_program_does_not_kill_its_link(seconds: float) -> None:
    world = online()
    for _ in range(20):
        world.stop(seconds)
        world.wait(7.7)
    assert (world.phase(), world.epoch) == (Phase.ONLINE, 1)


def test_a_link_that_did_not_outlive_the_night_is_replaced_soon_after_it() -> None:
    world = online()
    world.change_peer("hangs")
    world.stop(8 * 3600.0)
    assert world.phase() in UP
    world.wait(PROBE_SECONDS + 0.1)
    assert (world.phase(), world.epoch) == (Phase.RECONNECTING, 2)


def test_a_wait_is_over_after_a_night() -> None:
    world = down()
    world.wait(120.0)
    world.change_peer("answers")
    world.stop(8 * 3600.0)
    world.wait(1.0)
    assert world.phase() is Phase.ONLINE


@pytest.mark.parametrize("jump", [-10 * DAY, -3600.0, -1.0, 1.0, 3600.0, 10 * DAY])
def test_a_clock_that_is_set_does_not_kill_a_link(jump: float) -> None:
    world = online()
    world.jump(jump)
    world.wait(120.0)
    assert (world.phase(), world.epoch) == (Phase.ONLINE, 1)


@pytest.mark.parametrize("jump", [-10 * DAY, -1.0, 1.0, 10 * DAY])
def test_a_clock_that_is_set_lengthens_a_wait_by_one_wait_at_most(jump: float) -> None:
    world = down()
    world.wait(200.0)
    world.change_peer("answers")
    world.jump(jump)
    world.wait(60.1)  # at worst it is noticed at the end of one wait, and another one begins
    assert world.phase() is Phase.ONLINE


def test_after_a_change_of_the_network_a_link_is_asked_whether_it_lives() -> None:
    world = online()
    assert world.tell(Stirred()) == (Probe(1),)
    assert world.tell(Stirred()) == ()
    world.wait(10.0)
    assert (world.phase(), world.epoch) == (Phase.ONLINE, 1)
    world.change_peer("hangs")
    world.tell(Stirred())
    world.wait(PROBE_SECONDS + 0.1)
    assert (world.phase(), world.epoch) == (Phase.RECONNECTING, 2)


def test_a_link_in_doubt_has_the_time_to_answer_however_long_it_was_silent() -> None:
    world = online()
    world.change_peer("mute")
    world.wait(24.0)
    world.change_peer("answers")
    world.latency = 2.0
    world.tell(Stirred())
    world.wait(2.5)
    assert (world.phase(), world.epoch) == (Phase.ONLINE, 1)


def test_a_policy_that_would_ask_too_late_asks_in_time() -> None:
    world = online(policy=Policy(health=Health(ping=600.0, warn_after=10.0, dead_after=30.0)))
    world.wait(DAY)
    assert world.epoch == 1


@pytest.mark.parametrize("peer", ["answers", "refuses", "hangs", "flaps"])
def test_nobody_tries_what_nobody_wants(peer: str) -> None:
    world = World(peer="answers")
    world.tell(Connect())
    world.wait(60.0)
    world.change_peer(peer)
    world.wait(7.0)
    world.tell(Disconnect())
    attempts = world.opens()
    world.tell(Stirred(), SpecChanged())
    world.wait(DAY)
    assert (world.phase(), world.opens()) == (Phase.IDLE, attempts)


def test_what_is_closed_stays_closed() -> None:
    world = online()
    assert world.tell(Close()) == (Drop(1),)
    assert world.tell(Connect(), Stirred(), SpecChanged(), Answered(1)) == ()
    assert world.phase() is Phase.CLOSED


def test_without_a_limit_an_attempt_may_take_for_ever() -> None:
    policy = Policy(health=Health(dead_after=0.0))
    machine, _ = step(Machine(), Connect(), 0.0, 0.5, policy)
    assert due_at(machine, policy) is None
    assert Policy().reconnect.give_up == inf


def test_epochs_go_on_after_a_rest() -> None:
    world = online()
    for expected in itertools.islice(itertools.count(2), 5):
        world.tell(Disconnect())
        assert world.tell(Connect()) == (Open(expected),)
