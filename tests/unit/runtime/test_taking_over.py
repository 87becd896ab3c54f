"""Two states become one: nothing that a person wrote is lost, and nothing foreign does harm."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.revision import revision_of_text
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.model.workspace import Preferences
from stui_workspace.runtime.taking_over import shaped, union
from stui_workspace.storage.machines import folder_name
from stui_workspace.storage.sessions.beside import Found, Left, texts_of
from stui_workspace.storage.sessions.lineage import Lineage

NOTHING = Lineage()
HERE = SessionMeta("main", "main", "desktop", 1.0, 2.0, 3.0)
THERE = SessionMeta("main", "main", "Laptop", 1.0, 2.0, 1000.0)


def session(meta: SessionMeta, **texts: str | None) -> SessionState:
    return SessionState(meta, buffers={name: BufferState(text) for name, text in texts.items()})


def left(state: SessionState, writer: str = "0000000a") -> Left:
    handle = f"{state.meta.id}@{folder_name(state.meta.machine)}"
    return Left(state.meta, path=None, writer=writer, handle=handle)  # type: ignore[arg-type]


def found(state: SessionState, lineage: Lineage = NOTHING) -> Found:
    return Found(state, (), lineage.after, texts_of(state))


def texts(state: SessionState) -> dict[str, str | None]:
    return {name: buffer.text for name, buffer in state.buffers.items()}


@pytest.mark.parametrize(
    ("here", "there", "both"),
    [
        pytest.param({}, {"a": "x"}, {"a": "x"}, id="only there"),
        pytest.param({"a": "x"}, {}, {"a": "x"}, id="only here"),
        pytest.param({"a": None}, {"a": "x"}, {"a": "x"}, id="unsaved only there"),
        pytest.param({"a": "x"}, {"a": None}, {"a": "x"}, id="unsaved only here"),
        pytest.param({"a": "x"}, {"a": "x"}, {"a": "x"}, id="the same"),
        pytest.param({"a": "x"}, {"a": "y"}, {"a": "x", "a-from-laptop": "y"}, id="two"),
        pytest.param(
            {"a": "x", "a-from-laptop": "z"},
            {"a": "y"},
            {"a": "x", "a-from-laptop": "z", "a-from-laptop-1": "y"},
            id="two, and the name is taken",
        ),
    ],
)
def test_texts(
    here: dict[str, str | None], there: dict[str, str | None], both: dict[str, str | None]
) -> None:
    other = session(THERE, **there)
    joint = union(session(HERE, **here), Lineage(), left(other), found(other))
    assert texts(joint.state) == both
    assert joint.state.meta == HERE


def test_two_texts_of_one_buffer_are_told() -> None:
    other = session(THERE, a="y")
    joint = union(session(HERE, a="x"), Lineage(), left(other), found(other))
    (item,) = joint.items
    assert item.item == "buffer/a"
    assert "main@laptop has another unsaved text" in str(item.reason)
    assert "`a-from-laptop`" in str(item.reason)
    pad = joint.state.buffers["a-from-laptop"]
    assert (pad.ad_hoc, pad.base, pad.title) == (True, None, "a (from laptop)")


def test_what_is_not_text_comes_along() -> None:
    entry = TranscriptEntry(1, "py", "1", "ok", at=5.0)
    here = SessionState(
        HERE,
        preferences={"theme": "nord", "wrap": True},
        connections={"st": ConnectionRecord()},
        transcript=(entry, replace(entry, number=2, code="2", at=9.0)),
    )
    there = SessionState(
        THERE,
        layout=LayoutState("work"),
        preferences={"wrap": False},
        connections={"py": ConnectionRecord(wanted=True)},
        transcript=(entry, replace(entry, number=2, code="3", at=7.0)),
    )
    joint = union(here, Lineage(), left(there), found(there)).state
    assert joint.layout == LayoutState("work")
    assert joint.preferences == {"theme": "nord", "wrap": False}
    assert set(joint.connections) == {"st", "py"}
    assert [(one.number, one.code) for one in joint.transcript] == [(1, "1"), (2, "3"), (3, "2")]


@dataclass
class Machine:
    """One machine with one session, which it leaves for the others at each change."""

    number: int
    state: SessionState = field(init=False)
    lineage: Lineage = field(default_factory=Lineage)
    published: tuple[SessionState, Lineage] = field(init=False)

    def __post_init__(self) -> None:
        name = f"m{self.number}"
        self.state = SessionState(SessionMeta("main", "main", name, 0.0, 0.0, 0.0))
        self.publish(0.0)

    def publish(self, now: float) -> None:
        self.state = replace(self.state, meta=replace(self.state.meta, saved=now))
        self.published = (self.state, self.lineage)


class World:
    """Three machines; and who made which text from which, kept apart from the code under test."""

    def __init__(self) -> None:
        self.machines = [Machine(number) for number in range(3)]
        self.parents: dict[str, set[str]] = {}
        self.now = 0.0

    def edit(self, number: int, buffer: int) -> None:
        machine = self.machines[number]
        names = sorted(machine.state.buffers) or ["a"]
        name = ("a", "b", *names)[buffer % (len(names) + 2)]
        old = machine.state.buffers.get(name, BufferState())
        text = f"text {len(self.parents)}"
        self.parents[text] = set() if old.text is None else {old.text}
        buffers = {**machine.state.buffers, name: replace(old, text=text)}
        machine.state = replace(machine.state, buffers=buffers)

    def publish(self, number: int, _other: int) -> None:
        self.now += 1.0
        self.machines[number].publish(self.now)

    def take(self, number: int, other: int) -> None:
        one, (there, lineage) = self.machines[number], self.machines[other % 3].published
        if number == other % 3:
            return
        before = {*live(one.state), *live(there)}
        one_left = left(there, f"{other % 3:08x}")
        joint = union(one.state, one.lineage, one_left, found(there, lineage))
        one.state, one.lineage = joint.state, joint.lineage
        kept = live(one.state)
        for text in before - kept:
            assert any(self.comes_from(new, text) for new in kept), f"{text} is lost"

    def comes_from(self, text: str, old: str) -> bool:
        return text == old or any(self.comes_from(one, old) for one in self.parents[text])


def live(state: SessionState) -> set[str]:
    return {buffer.text for buffer in state.buffers.values() if buffer.text is not None}


STEPS = st.lists(
    st.tuples(st.sampled_from(["edit", "publish", "take"]), st.integers(0, 2), st.integers(0, 5)),
    max_size=40,
)


@given(STEPS)
def test_no_text_goes_unless_another_was_made_from_it(steps: list[tuple[str, int, int]]) -> None:
    world = World()
    for name, number, other in steps:
        getattr(world, name)(number, other)


@given(STEPS)
def test_taking_over_twice_is_as_taking_over_once(steps: list[tuple[str, int, int]]) -> None:
    world = World()
    for name, number, other in steps:
        getattr(world, name)(number, other)
    world.take(0, 1)
    before = world.machines[0].state
    world.take(0, 1)
    assert world.machines[0].state.buffers == before.buffers


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=20))
def test_one_person_going_to_and_fro_has_one_text(turns: list[tuple[int, int]]) -> None:
    """Who always goes on with what they did last, wherever, never sees two of a buffer."""
    world = World()
    last = turns[0][0]
    for number, count in turns:
        if number != last:
            world.publish(last, 0)
            world.take(number, last)
        for _ in range(count):
            world.edit(number, 0)
        last = number
        assert set(world.machines[number].state.buffers) == {"a"}


def test_a_foreign_state_is_brought_into_shape() -> None:
    entry = TranscriptEntry(10**90, "c" * 999, "1", "ok", "o" * 99_999, "r" * 99_999, at=1e300)
    bad = SessionState(
        THERE,
        preferences={
            "theme": ["x"], "wrap": "yes", "line_numbers": 1, "tab_width": True,
            "evaluation_timeout": "soon", "unknown": 1,
        },
        buffers={
            "../../etc": BufferState("one"),
            "a\x1b[31m": BufferState("two", cursor=(10**90, 10**90), scroll=10**90),
            "x" * 500: BufferState("three", title="t" * 9999),
            "a b": BufferState("five"),
            "a-b": BufferState("six"),
            "good": BufferState("four"),
        },
        connections={"py": ConnectionRecord(evaluations=10**90, last_online=1e300)},
        transcript=(entry,) * 500,
    )  # fmt: skip
    good = shaped(bad)
    assert good.preferences == {}
    assert sorted(one.text or "" for one in good.buffers.values()) == [
        "five", "four", "one", "six", "three", "two",
    ]  # fmt: skip
    assert all(name.replace("-", "").isalnum() and len(name) < 65 for name in good.buffers)
    assert good.buffers["a-b"].text == "six"
    assert len(good.transcript) == 200
    assert len(good.transcript[0].output) < 40_000
    assert replace(shaped(good), transcript=()) == replace(good, transcript=())


@pytest.mark.parametrize(
    "preferences",
    [{"theme": "nord"}, {"wrap": False, "line_numbers": True}, {"tab_width": 8}],
)
def test_preferences_that_are_sound_come_along(preferences: dict[str, object]) -> None:
    state = SessionState(THERE, preferences=preferences)  # type: ignore[arg-type]
    assert shaped(state).preferences == preferences
    assert preferences.keys() <= set(Preferences.__slots__)


def test_the_texts_that_were_seen_are_remembered() -> None:
    other = session(THERE, a="y")
    joint = union(session(HERE, a="x"), Lineage(), left(other), found(other))
    taken = joint.lineage.taken_from("0000000a", "main")
    assert taken is not None
    assert (taken.saved, taken.texts) == (1000.0, {"a": revision_of_text("y")})
    assert joint.lineage.after == {"a": (revision_of_text("y"),)}
