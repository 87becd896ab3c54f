"""Restoring a session and saving it again changes nothing, whatever it was and whatever hit it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from doubles.outside import HandClock, services_in
from stui_workspace.model.receipt import Outcome, Restored
from stui_workspace.model.revision import revision_of_text
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
    Waiting,
)
from stui_workspace.model.values import Plain
from stui_workspace.runtime.autosave import Writer
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.storage.sessions.items import items_of

NAMES = ("a", "b", "c", "d", "e")
SOURCE = "as the file has it"
STILL_TRUE = ("its source has changed", "nothing connects by itself", "the file lets it connect")
"""What is no damage: it holds as long as the files and the session differ."""

texts = st.text(st.characters(codec="utf-8"), max_size=30)
numbers = st.integers(0, 50)
buffers = st.builds(
    BufferState,
    text=st.none() | texts,
    base=st.sampled_from([None, revision_of_text(SOURCE)]),
    cursor=st.tuples(numbers, numbers),
    anchor=st.none() | st.tuples(numbers, numbers),
    scroll=numbers,
    title=st.none() | texts,
    ad_hoc=st.booleans(),
)
records = st.builds(
    ConnectionRecord, wanted=st.booleans(), evaluations=numbers, last_error=st.none() | texts
)
entries = st.builds(
    TranscriptEntry, numbers, st.just("py"), texts, st.sampled_from(["ok", "error", "running"])
)
states = st.builds(
    SessionState,
    meta=st.just(SessionMeta("main", "main", "testbed", 1.0, 1.0, 1.0)),
    layout=st.builds(LayoutState, focus=st.none() | st.sampled_from(NAMES)),
    preferences=st.dictionaries(st.sampled_from(["theme", "line_numbers"]), texts, max_size=2),
    buffers=st.dictionaries(st.sampled_from(NAMES), buffers, max_size=5),
    connections=st.dictionaries(st.sampled_from(["py", "gone"]), records, max_size=2),
    transcript=st.lists(entries, max_size=3).map(tuple),
    outbox=st.lists(st.builds(Waiting, texts, st.just("py"), texts, st.just(1.0)), max_size=2).map(
        tuple
    ),
)


@st.composite
def workspaces(draw: st.DrawFn) -> str:
    pads = draw(st.sets(st.sampled_from(NAMES)))
    source = draw(st.sampled_from([SOURCE, "the file moved on"]))
    include = draw(st.sampled_from(["", "restore: {include: [layout, connections]}\n"]))
    head = "stui: 1\nconnections:\n  py: {kind: python, connect: manual}\n"
    body = "".join(f"  {name}: {{source: '{source}'}}\n" for name in sorted(pads))
    return f"{head}buffers:\n{body}{include}" if pads else f"{head}{include}"


Damage = tuple[str, str, float, int]
damages = st.lists(
    st.tuples(
        st.sampled_from(["sessions", "journals", "snapshots"]),
        st.sampled_from(["cut", "zero", "flip", "gone"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 7),
    ),
    max_size=2,
)


def hit(folder: Path, damage: Damage) -> None:
    """Damage the first file of a folder."""
    which, how, share, bit = damage
    for path in sorted((folder / which).rglob("*")):
        if not path.is_file():
            continue
        content = bytearray(path.read_bytes())
        at = int(share * len(content))
        if how == "cut":
            del content[at:]
        elif how == "zero":
            content[at : at + 16] = bytes(len(content[at : at + 16]))
        elif content:
            content[at] ^= 1 << bit
        path.write_bytes(bytes(content))
        if how == "gone":
            path.unlink()
        return


class Past:
    """A session that was left in some state, and what lies on the disk of it."""

    def __init__(self, folder: Path, workspace: str) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        (self.root / ".stui-workspace.yaml").write_text(workspace, encoding="utf-8")
        self.clock = HandClock()
        self.services: Services = services_in(folder / "home", self.clock)
        self.folder = self.services.locations.workspace(self.root)

    def left(self, whole: SessionState, journalled: SessionState) -> None:
        """Save the first state, write the second into the journal, and crash."""
        opening = open_session(OpenRequest(self.root), self.services, self.folder)
        assert opening.keeping.lock is not None
        with opening.keeping.lock:
            writer = Writer(opening.keeping)
            writer.snapshot(whole, 2.0)
            writer.journal(replace(journalled, meta=whole.meta), 3.0)

    def round(self, save: Callable[[Session], bool]) -> tuple[dict[str, Plain], list[Restored]]:
        """Open, save, close: the items and the receipt."""
        self.clock.now += 60
        request = OpenRequest(self.root, connect=False, asked=True)
        session = Session.open(request, self.services)
        assert save(session)
        asyncio.run(session.close())
        items = {k: v for k, v in items_of(session._memory.state).items() if k != "meta"}
        return items, list(session.receipt.items)


@settings(max_examples=30)
@given(states, states, workspaces(), damages)
def test_it_is_a_fixed_point_and_the_second_receipt_names_no_damage(
    whole: SessionState, journalled: SessionState, workspace: str, hits: list[Damage]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        past = Past(Path(name), workspace)
        past.left(whole, journalled)
        for damage in hits:
            hit(past.folder.path, damage)
        first, _ = past.round(Session.save_as_it_is)
        second, receipt = past.round(Session.save)
        third, again = past.round(Session.save)
    assert first == second == third
    assert receipt == again
    for one in receipt:
        assert one.outcome is Outcome.OK or (one.reason or "").startswith(STILL_TRUE), one


@settings(max_examples=20)
@given(states, workspaces())
def test_without_consent_what_was_there_stays_there(state: SessionState, workspace: str) -> None:
    """Either most of it came back, or the session file is as it was, as often as one looks."""
    with tempfile.TemporaryDirectory() as name:
        past = Past(Path(name), workspace)
        past.left(state, state)
        for _ in range(2):
            first, _ = past.round(Session.save)
        second, _ = past.round(Session.save)
    assert first == second
