"""`stui session diff`: what differs between two states, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.model.session import BufferState, SessionState
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.request import OpenRequest
from support.command_line import CommandLine
from unit.cli.test_session_history import EMPTY, FIRST, NOON, SECOND, Desk

TOKEN = "ghp_" + "a1B2" * 9


@pytest.fixture
def desk(stui: CommandLine, file: Path, tmp_path: Path) -> Desk:
    return Desk(stui, file.parent, tmp_path / "home")


@pytest.fixture
def past(desk: Desk) -> tuple[str, str]:
    """Two states, an hour and a minute ago."""
    return desk.was(FIRST, 3600.0), desk.was(SECOND, 60.0)


def found(desk: Desk, *words: str, status: int = 1) -> dict[str, str]:
    """What differs: the item and the kind of its difference."""
    ran = desk.stui("session", "diff", *words, "--json")
    assert ran.status == status, ran.err
    return {one["item"]: one["kind"] for one in json.loads(ran.out)["differences"]}


ALL = {
    "layout": "added",
    "buffers.a": "changed",
    "buffers.c": "removed",
    'buffers["odd.name"]': "added",
}


def test_without_names_the_last_other_state_against_now(desk: Desk, past: tuple[str, str]) -> None:
    assert found(desk) == ALL


def test_an_unsaved_change_is_against_the_newest_snapshot(
    desk: Desk, past: tuple[str, str]
) -> None:
    desk.store.save(replace(SECOND, preferences={"wrap": True}))
    assert found(desk) == {"preferences": "added"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("{0}",), ALL),
        (("main", "{0}"), ALL),
        (("the first", "{0}", "now"), ALL),
        (("{0}", "{1}"), ALL),
        (("main", "{0}", "{1}"), ALL),
        (("--at", "30m"), ALL),
        (("main", "--at", "30m"), ALL),
        (("{1}", "--at", "30m"), ALL),
        (("{0}", "--only", "buffers"), {k: v for k, v in ALL.items() if k != "layout"}),
        (
            ("{0}", "--only", "buffers.a", "--only", "layout"),
            {"layout": "added", "buffers.a": "changed"},
        ),
    ],
)
def test_ways_to_say_it(
    desk: Desk, past: tuple[str, str], words: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert found(desk, *(word.format(*past) for word in words)) == expected


@pytest.mark.parametrize("words", [("{1}",), ("{0}", "{0}"), ("{0}", "--only", "transcript")])
def test_nothing_differs(desk: Desk, past: tuple[str, str], words: tuple[str, ...]) -> None:
    assert found(desk, *(word.format(*past) for word in words), status=0) == {}


def test_for_people(desk: Desk, past: tuple[str, str]) -> None:
    ran = desk.stui("session", "diff", past[0])
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"--- snapshot {past[0]} of ")
    assert lines[1] == "+++ the session as it is now"
    at = lines.index("~ buffers.a  1 line added, 1 removed")
    assert lines[at + 1 : at + 4] == [
        "    @ line 1",
        "    - a one (no line end)",
        "    + a two (no line end)",
    ]


def test_one_snapshot_that_is_now(desk: Desk) -> None:
    desk.was(FIRST, 60.0)
    ran = desk.stui("session", "diff")
    assert (ran.status, ran.out) == (0, "")
    assert "nothing differs" in ran.err


def test_a_session_that_is_open_can_be_looked_at(desk: Desk, past: tuple[str, str]) -> None:
    opening = open_session(OpenRequest(desk.root), desk.services, desk.folder)
    lock = opening.keeping.lock
    assert lock is not None
    with lock:
        assert found(desk, past[0]) == ALL


def test_a_pad_of_the_file_is_compared_with_its_text(desk: Desk) -> None:
    desk.was(EMPTY, 60.0)
    desk.store.save(replace(EMPTY, buffers={"scratch": BufferState("1 + 1\n2 + 2\n")}))
    ran = desk.stui("session", "diff", "--json")
    (one,) = json.loads(ran.out)["differences"]
    assert [line["sign"] + line["text"] for line in one["lines"]] == ["@line 1", " 1 + 1", "+2 + 2"]


def test_secrets_are_not_shown(desk: Desk) -> None:
    states = [
        SessionState(FIRST.meta, buffers={"a": BufferState(f"k = '{TOKEN}'\n{n}", ad_hoc=True)})
        for n in range(2)
    ]
    name = desk.was(states[0], 60.0)
    desk.was(states[1], 30.0)
    for words in ((), ("--json",)):
        ran = desk.stui("session", "diff", name, *words)
        assert TOKEN not in ran.out + ran.err
        assert "***" in ran.out


def test_what_a_terminal_would_obey_is_made_visible(desk: Desk) -> None:
    name = desk.was(EMPTY, 60.0)
    desk.was(
        SessionState(FIRST.meta, buffers={"a": BufferState("\x1b[31mred\x07", ad_hoc=True)}), 30
    )
    assert "\x1b" not in desk.stui("session", "diff", name).out


def test_a_damaged_value_is_named(desk: Desk, past: tuple[str, str]) -> None:
    entry = desk.snapshots.get(desk.snapshots.log()[0].id).entry
    digest = entry.items["buffer/a"].encode()
    lines = desk.snapshots.path.read_bytes().split(b"\n")
    kept = [one for one in lines if digest not in one or b"snapshot" in one]
    desk.snapshots.path.write_bytes(b"\n".join(kept))
    ran = desk.stui("session", "diff", past[0])
    assert ran.status == 1
    assert "buffers.a: its stored value is missing" in ran.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("ffff",), 2, "no snapshot `ffff`"),
        (("a", "b", "c", "d"), 2, "two states"),
        (("main", "{0}", "{1}", "--at", "1h"), 2, "two states"),
        (("--at", "never"), 2, "expected"),
        (("--at", "9d"), 2, "no snapshot"),
        (("--only", "a.b.c"), 2, "no item"),
        (("nobody", "{0}", "{1}"), 2, "no session"),
    ],
)
def test_mistakes(
    desk: Desk, past: tuple[str, str], words: tuple[str, ...], status: int, said: str
) -> None:
    ran = desk.stui("session", "diff", *(word.format(*past) for word in words))
    assert ran.status == status
    assert said in ran.err


def test_no_snapshot_at_all(desk: Desk) -> None:
    desk.store.save(replace(FIRST, meta=replace(FIRST.meta, saved=NOON)))
    ran = desk.stui("session", "diff")
    assert ran.status == 2
    assert "no snapshot" in ran.err
