"""What holds for the machine of every connection, whatever it is told and however time goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

from hypothesis import strategies as st

from stui_workspace.connections.machine import (
    PROBE_SECONDS,
    Answered,
    Close,
    Connect,
    Disconnect,
    Failed,
    Heard,
    Input,
    Lost,
    Phase,
    Policy,
    Refused,
    SpecChanged,
    Stirred,
    Tick,
)
from stui_workspace.model.workspace import Health, Reconnect
from support.peers import REST, UP, World

SLACK: Final = 1.0
"""Seconds for messages that are under way."""
PEERS: Final = ("answers", "refuses", "hangs", "refuses for good", "flaps", "mute")
PASSING: Final = ("answers", "refuses", "hangs", "flaps", "mute")
"""Those that do not end it for good."""


@dataclass(frozen=True, slots=True)
class Tell:
    """The machine is told something, of its epoch or of one beside it."""

    make: Callable[[int], Input]
    beside: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """The program stands still meanwhile."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Jump:
    """The clock is set."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Peer:
    name: str


Act: TypeAlias = Tell | Wait | Stop | Jump | Peer


@dataclass(frozen=True, slots=True)
class Story:
    policy: Policy
    acts: tuple[Act, ...] = ()
    seed: int = 0

    def world(self, peer: str = "answers") -> World:
        return World(self.policy, chance=Random(self.seed).random, peer=peer)  # noqa: S311


WORDS: Final[tuple[Callable[[int], Input], ...]] = (
    lambda _: Connect(),
    lambda _: Stirred(),
    lambda _: Tick(),
    lambda _: SpecChanged(),
    lambda _: Disconnect(),
    Answered,
    Heard,
    lambda epoch: Lost(epoch, "it fell"),
    lambda epoch: Failed(epoch, "it failed"),
)
ENDS: Final[tuple[Callable[[int], Input], ...]] = (
    lambda _: Close(),
    lambda epoch: Refused(epoch, "nobody consented"),
    lambda epoch: Failed(epoch, "wrong token", is_final=True),
)

seconds = st.sampled_from([0.0, 0.005, 0.1, 0.3, 1.0, 3.0, 5.0, 9.9, 31.0])
long_seconds = st.sampled_from([0.5, 1.9, 2.5, 29.0, 3600.0, 864_000.0])
policies = st.builds(
    Policy,
    st.builds(
        Reconnect,
        base=st.sampled_from([0.001, 0.5, 7.0]),
        cap=st.sampled_from([2.0, 30.0]),
        jitter=st.sampled_from(["full", "none"]),
    ),
    st.builds(
        Health,
        ping=st.sampled_from([1.0, 5.0, 60.0]),
        warn_after=st.sampled_from([0.5, 10.0, 100.0]),
        dead_after=st.sampled_from([5.0, 30.0]),
    ),
)
acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(Tell, st.sampled_from(WORDS), st.sampled_from([0, 0, 0, -1, 1])),
    st.builds(Wait, seconds),
    st.builds(Stop, long_seconds),
    st.builds(Jump, st.one_of(long_seconds, long_seconds.map(lambda one: -one))),
    st.builds(Peer, st.sampled_from(PASSING)),
)
stories = st.builds(
    Story, policies, st.lists(acts, max_size=20).map(tuple), st.integers(0, 1_000_000)
)


def play(world: World, story: Story) -> World:
    """Let everything happen, in order."""
    for act in story.acts:
        match act:
            case Tell(make, beside):
                world.tell(make(world.epoch + beside))
            case Wait(seconds):
                world.wait(seconds)
            case Stop(seconds):
                world.stop(seconds)
            case Jump(seconds):
                world.jump(seconds)
            case Peer(name):
                world.change_peer(name)
    return world


def only(story: Story, *kinds: type, words: tuple[Callable[[int], Input], ...] = ()) -> Story:
    """The story without acts of other kinds, and without other words."""
    kept = tuple(
        act
        for act in story.acts
        if isinstance(act, kinds) or (isinstance(act, Tell) and act.make in words)
    )
    return Story(story.policy, kept, story.seed)


def one_link_at_a_time(story: Story) -> None:
    """The ledger of the world judges each step; what ends it for good comes last, and does."""
    for end in ENDS:
        world = play(story.world(), story)
        world.tell(Connect())
        is_ended = world.machine.is_live or end is ENDS[0]  # else it is no word of a live attempt
        world.tell(end(world.epoch))
        attempts = world.opens()
        world.tell(Stirred(), Tick())
        world.wait(100.0)
        assert world.opens() == attempts or not is_ended, "it tries what nobody wants"
        assert world.phase() in REST or not is_ended, f"it is {world.phase()}"


def a_stable_peer_is_reached(story: Story) -> None:
    """However it came to that, within the cap and the patience of one attempt; then it stays."""
    world = play(story.world(), story)
    if world.phase() in REST:
        world.tell(Connect())
    world.change_peer("answers")
    reconnect, health = story.policy.reconnect, story.policy.health
    jumps = any(isinstance(act, Jump) for act in story.acts)
    world.wait((2 if jumps else 1) * (reconnect.cap + health.dead_after) + PROBE_SECONDS + SLACK)
    assert world.phase() is Phase.ONLINE, f"it is {world.phase()}"
    epoch = world.epoch
    world.wait(200.0)
    assert (world.phase(), world.epoch) == (Phase.ONLINE, epoch), "it left a peer that answered"


def a_peer_that_answers_is_kept(story: Story) -> None:
    """Neither a stop nor a sleep nor a clock nor a network that changes ends a link that lives."""
    quiet = only(story, Wait, Stop, Jump, words=WORDS[:3])
    world = quiet.world()
    world.tell(Connect())
    world.wait(SLACK)
    play(world, quiet)
    world.wait(100.0)
    assert (world.phase(), world.epoch) == (Phase.ONLINE, 1), f"it is {world.machine}"


def silence_ends(story: Story) -> None:
    """A link whose peer fell silent is shown as such, and replaced in time."""
    world = play(story.world(), only(story, Wait, Stop))
    world.tell(Connect())
    world.wait(60.0)
    world.change_peer("mute")
    epoch, health = world.epoch, story.policy.health
    world.wait(min(health.warn_after, health.dead_after) + 0.1)
    assert world.phase() is not Phase.ONLINE or world.epoch > epoch, "silence is not shown"
    world.wait(health.dead_after + SLACK)
    assert world.epoch > epoch, "silence does not end"


def a_change_of_the_network_finds_dead_links(story: Story) -> None:
    world = story.world()
    world.tell(Connect())
    world.wait(60.0)
    world.change_peer("mute")
    world.tell(Stirred())
    world.wait(PROBE_SECONDS + 0.1)
    assert world.epoch > 1, "a dead link was kept"


def waits_end_when_the_world_changes(story: Story) -> None:
    for told in (Connect(), SpecChanged(), Stirred()):
        world = play(story.world("refuses"), only(story, Wait, Peer, Jump))
        world.tell(Connect())
        world.change_peer("refuses")
        world.wait(200.0)
        while world.machine.is_live:  # an attempt is under way, which is about to fail
            world.wait(world.latency)
        world.change_peer("answers")
        world.tell(told)
        world.wait(0.4)
        assert world.phase() is Phase.ONLINE, f"{told!r} waits"


def the_first_retry_comes_at_once(story: Story) -> None:
    world = story.world()
    world.tell(Connect())
    world.wait(60.0)
    world.tell(Lost(1, "it fell"))
    assert world.ledger.opened[-1][0] == world.real, "the first retry waits"


def nobody_is_hammered(story: Story) -> None:
    """What comes and goes, or refuses, is tried ever less often, whatever is heard of networks."""
    slow = Policy(Reconnect(base=1.0, cap=30.0, jitter="none"), story.policy.health)
    for peer in ("flaps", "refuses"):
        world = Story(slow, (), story.seed).world(peer)
        world.tell(Connect())
        for _ in range(60):
            world.wait(5.0)
            assert world.opens() <= 20, f"{world.opens()} attempts on a peer that {peer}"
    for _ in range(100):
        world.tell(Stirred())
        world.wait(0.02)
    assert world.opens(300.0) <= 11, "each change of the network brings an attempt"


def it_gives_up_only_when_told_to(story: Story) -> None:
    for give_up, ending in ((20.0, Phase.NEEDS_YOU), (float("inf"), Phase.RECONNECTING)):
        policy = Policy(Reconnect(cap=5.0, give_up=give_up), story.policy.health)
        world = Story(policy, (), story.seed).world("refuses")
        world.tell(Connect())
        world.wait(19.0)
        assert world.phase() is Phase.RECONNECTING, "it gave up too soon"
        world.wait(10.0 if ending is Phase.NEEDS_YOU else 300.0)
        assert world.phase() is ending, f"it is {world.phase()}"


def what_is_final_needs_somebody(story: Story) -> None:
    world = story.world("refuses for good")
    world.tell(Connect())
    world.wait(SLACK)
    assert (world.phase(), world.machine.next_step) == (Phase.NEEDS_YOU, "mend it")
    play(world, only(story, Wait, Stop, Jump, words=WORDS[1:3]))
    assert world.opens() == 1, "it tries again what cannot help"


def up_means_up(story: Story) -> None:
    """The phase of an ended story is what the ledger says, and a rest is one for good."""
    world = play(story.world(), story)
    assert (world.phase() in UP) == (
        world.ledger.live is not None and world.ledger.live == world.ledger.answered
    )


LAWS: Final = (
    one_link_at_a_time,
    up_means_up,
    a_stable_peer_is_reached,
    a_peer_that_answers_is_kept,
    silence_ends,
    a_change_of_the_network_finds_dead_links,
    waits_end_when_the_world_changes,
    the_first_retry_comes_at_once,
    nobody_is_hammered,
    it_gives_up_only_when_told_to,
    what_is_final_needs_somebody,
)
