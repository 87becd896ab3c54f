"""A session in memory for tests of the screens: it remembers what it was asked, and runs nothing.

It keeps pads, arrangement and preferences as the real one does, so that what a screen shows after
a key is what it would show. Evaluations end as a test says: at once, or when it lets them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from doubles.fake_history import FakeHistory
from stui_workspace.connections.backend import Hello
from stui_workspace.document import delete, parse, set_value
from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.layout import Variant, select_variant
from stui_workspace.merge import Choice
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.paths import NodePath
from stui_workspace.model.receipt import Receipt, Restored
from stui_workspace.model.session import BufferState, TranscriptEntry, Waiting
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import (
    ConnectionSpec,
    Guard,
    Preferences,
    SnippetSpec,
    Workspace,
)
from stui_workspace.runtime.connecting.approvals import Review
from stui_workspace.runtime.doctoring.values import Check, Looked
from stui_workspace.runtime.events import (
    ConnectionChanged,
    ConnectionState,
    EvaluationFinished,
    EvaluationStarted,
    Event,
    Opened,
    OutboxChanged,
    OutputArrived,
)
from stui_workspace.runtime.promoting.freezing import Frozen
from stui_workspace.runtime.promoting.hunks import Hunk
from stui_workspace.runtime.promoting.new_file import NewFile
from stui_workspace.runtime.promoting.taking import Taken, Written
from stui_workspace.runtime.receipts.rebuilding import Rebuild
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.sessions.catalogue import Catalogue
from stui_workspace.runtime.settings.changing import said_in
from stui_workspace.runtime.settings.reading import Source, Sources, settings_of
from stui_workspace.runtime.settings.values import Edited, Setting, Where
from stui_workspace.runtime.settling import Decided, OpenMerge, Settlement, Standing
from stui_workspace.runtime.syncing import Effect, Merged
from stui_workspace.runtime.syncing.going_back import WentBack
from stui_workspace.runtime.taking_back import Comparison, Moment, TakenBack
from stui_workspace.runtime.views import BufferView, ConnectionView
from stui_workspace.schema import resolve
from stui_workspace.storage.conflicts.records import Style
from stui_workspace.storage.project import Project
from stui_workspace.storage.snapshots.index import SnapshotId
from stui_workspace.trust import Changed, Claim, claim_of

ROOT = Path("/project")

_RECEIPT = Receipt("main")
_REQUEST = OpenRequest(ROOT)
_PROJECT = Project(ROOT, ROOT / ".stui-workspace.yaml")


@dataclass(frozen=True, slots=True)
class Answer:
    """How the next evaluation goes."""

    outcome: str = "ok"
    output: str = ""
    result: str | None = None


@dataclass(frozen=True, slots=True)
class FakeEpisode:
    """Satisfies `tui.ports.Episode`."""

    began: float
    ended: float | None = None
    outcome: str = "open"
    reason: str | None = None
    attempts: int = 1
    incarnation: str | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class FakeTrial:
    """Satisfies `tui.ports.Trial`."""

    hello: Hello | None = None
    seconds: float = 0.1
    round_trip: float | None = None
    reason: str | None = None
    next_step: str | None = None
    claim: Claim | None = None


@dataclass
class FakeSession:
    """Satisfies `tui.ports.LiveSession`."""

    workspace: Workspace
    receipt: Receipt = _RECEIPT
    request: OpenRequest = _REQUEST
    project: Project = _PROJECT
    name: str = "main"
    problems: tuple[FileProblems, ...] = ()
    file_gone: bool = False
    saved_at: float | None = None
    is_modified: bool = False
    transcript: tuple[TranscriptEntry, ...] = ()
    focus: str | None = None
    active: Mapping[str, str] = field(default_factory=dict)
    zoomed: str | None = None
    calls: list[tuple[object, ...]] = field(default_factory=list)
    """What was asked, in order: the name of the method and its arguments."""
    states: dict[str, BufferState] = field(default_factory=dict)
    links: dict[str, ConnectionView] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    answers: list[Answer] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """Where there is one, evaluations wait for it."""
    approved: set[str] = field(default_factory=set)
    changes: dict[str, tuple[Changed, ...]] = field(default_factory=dict)
    """What of a connection is other than what was approved."""
    now: float = 1_000_000.0
    own: dict[str, Plain] = field(default_factory=dict)
    chosen: str | None = None
    arranged: Variant | None = None
    waiting: list[Waiting] = field(default_factory=list)
    past_inputs: FakeHistory = field(default_factory=FakeHistory)
    episodes: dict[str, tuple[FakeEpisode, ...]] = field(default_factory=dict)
    looked: dict[str, Looked] = field(default_factory=dict)
    """What the doctor's checks see."""
    is_new_here: bool = False
    kept: Catalogue | None = None
    texts: dict[Where, str] = field(default_factory=dict)
    """What the files say of settings."""
    trials: list[FakeTrial | StuiError] = field(default_factory=list)
    """How the next tries of a new connection go."""
    offered: tuple[Hunk, ...] = ()
    """The hunks that the files could take."""
    promoted: list[NodePath] = field(default_factory=list)
    taken_names: set[Path] = field(default_factory=set)
    """Files that are there already."""

    comes_back: dict[str, Restored] = field(default_factory=dict)
    """How items of the receipt are once they are tried again."""
    rebuilds: dict[str, Rebuild] = field(default_factory=dict)
    open_merges: list[Settlement] = field(default_factory=list)
    marked: bool = False
    """Whether the conflicts stand in the file as markers."""
    settled_in: list[int] = field(default_factory=list)
    """The number of the merge that each choice was made in."""
    merged: tuple[Merged, ...] = ()
    effects: dict[str, Effect] = field(default_factory=dict)
    """What each merge did, by the name of its copy."""

    def __post_init__(self) -> None:
        self.listeners: list[Callable[[Event], None]] = []
        for name, spec in self.workspace.connections.items():
            self.links.setdefault(name, ConnectionView(name, spec))

    # What is true now.

    @property
    def preferences(self) -> Preferences:
        return replace(self.workspace.preferences, **self.own)  # type: ignore[arg-type]

    def clock(self) -> float:
        return self.now

    def buffers(self) -> tuple[BufferView, ...]:
        own = [name for name, state in self.states.items() if state.ad_hoc]
        return tuple(self.buffer(name) for name in (*self.workspace.buffers, *own))

    def buffer(self, name: str) -> BufferView:
        spec = self.workspace.buffers.get(name)
        state = self.states.get(name, BufferState())
        if spec is None and not state.ad_hoc:
            raise NotFoundError("buffer", name)
        source = (spec.source or "") if spec else ""
        text = source if state.text is None else state.text
        return BufferView(
            id=name,
            title=state.title or (spec.title if spec and spec.title else name),
            text=text,
            state=state,
            spec=spec,
            kind=spec.kind if spec else "code",
            language=state.language or (spec.language if spec else None),
            connection=state.connection or (spec.connection if spec else None),
            modified=state.text is not None and text != source,
        )

    def connections(self) -> tuple[ConnectionView, ...]:
        return tuple(self.links.values())

    def connection(self, name: str) -> ConnectionView:
        if name not in self.links:
            raise NotFoundError("connection", name)
        return self.links[name]

    def snippets(self) -> tuple[SnippetSpec, ...]:
        return tuple(self.workspace.snippets.values())

    def arrangement(self, width: int) -> Variant:
        if self.arranged is not None:
            return self.arranged.at(width)
        names = [view.id for view in self.buffers()]
        return select_variant(self.workspace.layout, width, name=self.chosen, buffers=names)

    def recall(self, connection: str) -> tuple[str, ...]:
        self.calls.append(("recall", connection))
        return self.inputs

    def claim(self, name: str) -> Claim:
        spec = self.connection(name).spec
        return claim_of(ROOT / "w.yaml", ROOT, spec, MappingProxyType({}), search_path="/usr/bin")

    # What is done.

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, event: Event) -> None:
        """Tell whoever listens of an event."""
        for listener in tuple(self.listeners):
            listener(event)

    def called(self, name: str) -> list[tuple[object, ...]]:
        """The arguments of each call of one method."""
        return [tuple(rest) for method, *rest in self.calls if method == name]

    async def start(self) -> None:
        self.calls.append(("start",))
        self.tell(Opened(self.receipt))

    async def close(self) -> None:
        self.calls.append(("close",))

    def save_as_it_is(self) -> bool:
        return self.save()

    def save(self) -> bool:
        self.calls.append(("save",))
        self.saved_at = self.now
        return True

    def edit(self, name: str, text: str) -> None:
        self.calls.append(("edit", name, text))
        state = self.buffer(name).state
        spec = self.workspace.buffers.get(name)
        same = not state.ad_hoc and text == ((spec.source or "") if spec else "")
        self.states[name] = replace(state, text=None if same else text)

    def place_cursor(
        self,
        name: str,
        cursor: tuple[int, int],
        anchor: tuple[int, int] | None = None,
        scroll: int = 0,
    ) -> None:
        self.calls.append(("place_cursor", name, cursor, anchor, scroll))
        state = self.buffer(name).state
        self.states[name] = replace(state, cursor=cursor, anchor=anchor, scroll=scroll)

    def add_buffer(
        self,
        *,
        title: str | None = None,
        text: str = "",
        connection: str | None = None,
        language: str | None = None,
    ) -> str:
        number = 1
        while (name := f"pad-{number}") in self.states:
            number += 1
        self.calls.append(("add_buffer", name))
        self.states[name] = BufferState(
            text=text, title=title, connection=connection, language=language, ad_hoc=True
        )
        return name

    def describe_buffer(
        self, name: str, *, title: str | None = None, connection: str | None = None
    ) -> None:
        self.calls.append(("describe_buffer", name, title, connection))
        state = self.buffer(name).state
        self.states[name] = replace(
            state, title=title or state.title, connection=connection or state.connection
        )

    def close_buffer(self, name: str) -> None:
        self.calls.append(("close_buffer", name))
        self.states.pop(name, None)

    def revert_buffer(self, name: str) -> None:
        self.calls.append(("revert_buffer", name))
        self.states[name] = replace(self.buffer(name).state, text=None)

    def save_buffer(self, name: str) -> None:
        self.calls.append(("save_buffer", name))
        view = self.buffer(name)
        if view.spec is None:
            raise UsageError(f"pad `{name}` is this session's own", "add it to the file")
        specs = {**self.workspace.buffers, name: replace(view.spec, source=view.text)}
        self.workspace = replace(self.workspace, buffers=specs)
        self.states[name] = replace(view.state, text=None)

    def arrange(self, variant: Variant) -> None:
        self.calls.append(("arrange", variant))
        self.arranged = variant

    def focus_on(
        self,
        name: str | None,
        *,
        active: Mapping[str, str] | None = None,
        zoomed: str | None = None,
    ) -> None:
        self.calls.append(("focus_on", name))
        self.focus, self.zoomed = name, zoomed
        self.active = self.active if active is None else active

    def choose_layout(self, name: str | None) -> None:
        self.calls.append(("choose_layout", name))
        self.chosen, self.arranged = name, None

    def reset_layout(self) -> None:
        self.calls.append(("reset_layout",))
        self.arranged = None

    def prefer(self, key: str, value: Plain) -> None:
        self.calls.append(("prefer", key, value))
        self.own[key] = value

    def clear_transcript(self) -> None:
        self.calls.append(("clear_transcript",))
        self.transcript = ()

    def review(self, name: str) -> Review:
        return Review(self.claim(name), self.changes.get(name, ()))

    def unapproved(self, name: str) -> Claim | None:
        claim = self.claim(name)
        return claim if claim.powers and name not in self.approved else None

    def grant(self, claim: Claim) -> None:
        self.calls.append(("grant", claim.connection))
        self.approved.add(claim.connection)

    # Connections.

    def become(
        self, name: str, state: ConnectionState, reason: str | None = None, **changes: Any
    ) -> None:
        """Put a connection into a state, and tell of it."""
        self.links[name] = replace(self.links[name], state=state, reason=reason, **changes)
        self.tell(ConnectionChanged(name, state, reason))

    async def connect(self, name: str) -> None:
        self.calls.append(("connect", name))
        self._try(name)

    def _try(self, name: str) -> bool:
        if self.claim(name).powers and name not in self.approved:
            self.become(name, ConnectionState.NEEDS_YOU, "nobody has approved it on this machine")
            return False
        self.become(name, ConnectionState.ONLINE)
        return True

    async def disconnect(self, name: str) -> None:
        self.calls.append(("disconnect", name))
        self.become(name, ConnectionState.IDLE)

    async def restart(self, name: str) -> None:
        self.calls.append(("restart", name))
        self._try(name)

    async def interrupt(self, name: str) -> None:
        self.calls.append(("interrupt", name))
        self.answers.insert(0, Answer("interrupted"))
        if self.gate is not None:
            self.gate.set()

    async def evaluate(self, name: str, code: str, *, confirmed: bool = False) -> TranscriptEntry:
        self.calls.append(
            ("evaluate", name, code, "confirmed") if confirmed else ("evaluate", name, code)
        )
        number = self.transcript[-1].number + 1 if self.transcript else 1
        entry = TranscriptEntry(number, name, code, "running", at=self.now)
        view = self.links[name]
        if view.state is ConnectionState.RECONNECTING:
            self.put_into_outbox(name, code)
            waiting = replace(entry, outcome="waiting", output=view.reason or "the link fell")
            self.tell(EvaluationFinished(waiting))
            return waiting
        self.transcript = (*self.transcript, entry)
        self.tell(EvaluationStarted(entry))
        if view.spec.guard is Guard.READ_ONLY:
            return self._finish(replace(entry, outcome="refused", output="it is read-only"))
        if view.spec.guard is Guard.CONFIRM and not confirmed:
            return self._finish(replace(entry, outcome="refused", output="nobody confirmed it"))
        if not self._try(name):
            return self._finish(replace(entry, outcome="refused"))
        self.become(name, ConnectionState.BUSY)
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else Answer(result="42")
        if answer.output:
            self.tell(OutputArrived(number, "stdout", answer.output))
        self.become(name, ConnectionState.ONLINE)
        self.inputs = (*self.inputs, code)
        return self._finish(
            replace(entry, outcome=answer.outcome, output=answer.output, result=answer.result)
        )

    def _finish(self, entry: TranscriptEntry) -> TranscriptEntry:
        self.transcript = (*self.transcript[:-1], entry)
        self.tell(EvaluationFinished(entry))
        return entry

    def setup(self, name: str) -> tuple[SnippetSpec, ...]:
        spec = self.connection(name).spec
        return tuple(self.workspace.snippets[one] for one in spec.setup)

    def retry(self, name: str) -> None:
        self.calls.append(("retry", name))

    def favour(self, name: str, is_favourite: bool) -> None:
        self.calls.append(("favour", name, is_favourite))
        self.links[name] = replace(self.links[name], is_favourite=is_favourite)

    def add_connection(self, spec: ConnectionSpec) -> str:
        self.calls.append(("add_connection", spec))
        self.links[spec.name] = ConnectionView(spec.name, spec, is_ad_hoc=True)
        return spec.name

    async def forget_connection(self, name: str) -> None:
        self.calls.append(("forget_connection", name))
        del self.links[name]

    def save_connection(self, spec: ConnectionSpec, where: str) -> str:
        self.calls.append(("save_connection", spec, where))
        if where == "session":
            self.approved.add(spec.name)
            self.links[spec.name] = ConnectionView(spec.name, spec, is_ad_hoc=True)
        return spec.name

    async def try_connection(self, spec: ConnectionSpec) -> FakeTrial:
        self.calls.append(("try_connection", spec))
        trial = self.trials.pop(0)
        if isinstance(trial, StuiError):
            raise trial
        return trial

    def connection_history(self, name: str | None, limit: int) -> tuple[FakeEpisode, ...]:
        return self.episodes.get(name or "", ())[:limit]

    # The outbox.

    def put_into_outbox(self, name: str, code: str, incarnation: str | None = None) -> None:
        """Let an evaluation wait for a connection."""
        key = f"waiting-{len(self.calls)}-{len(self.waiting)}"
        self.waiting.append(Waiting(key, name, code, self.now, incarnation))
        self._count_waiting()

    def _count_waiting(self) -> None:
        for name, view in self.links.items():
            count = sum(one.connection == name for one in self.waiting)
            self.links[name] = replace(view, waiting_count=count)
        self.tell(OutboxChanged())

    def outbox(self) -> tuple[Waiting, ...]:
        return tuple(self.waiting)

    def rewrite_waiting(self, key: str, code: str) -> None:
        self.calls.append(("rewrite_waiting", code))
        self.waiting = [replace(one, code=code) if one.id == key else one for one in self.waiting]
        self.tell(OutboxChanged())

    def discard_waiting(self, key: str) -> None:
        code = next(one.code for one in self.waiting if one.id == key)
        self.calls.append(("discard_waiting", code))
        self.waiting = [one for one in self.waiting if one.id != key]
        self._count_waiting()

    async def send_waiting(self, key: str) -> TranscriptEntry:
        found = next(one for one in self.waiting if one.id == key)
        self.calls.append(("send_waiting", found.code))
        if self.links[found.connection].state is ConnectionState.RECONNECTING:
            return TranscriptEntry(0, found.connection, found.code, "waiting", "the link fell")
        self.waiting = [one for one in self.waiting if one.id != key]
        self._count_waiting()
        return await self.evaluate(found.connection, found.code, confirmed=True)

    # Sessions: those of a folder that the test made.

    def catalogue(self) -> Catalogue:
        assert self.kept is not None
        return self.kept

    def rename(self, name: str) -> str:
        self.calls.append(("rename", name))
        self.name = name
        return name

    # Settings: those of files that say what the test says, and of `own`.

    def settings(self) -> tuple[Setting, ...]:
        files = {
            where: Source(ROOT / name, parse(self.texts[where]))
            for where, name in _FILES_OF_SETTINGS.items()
            if where in self.texts
        }
        plains: dict[Where, Any] = {where: one.document.plain() for where, one in files.items()}
        resolved = resolve(
            plains.get(Where.WORKSPACE, {}), plains.get(Where.OVERLAY), plains.get(Where.CONFIG)
        )
        return settings_of(Sources(files, resolved=resolved), self.own)

    def examine(self, check: Check) -> Looked:
        self.calls.append(("examine", check.name))
        return self.looked.get(check.name, Looked(f"nothing wrong with the {check.name}"))

    def begin_workspace(self) -> Path:
        self.calls.append(("begin_workspace",))
        return ROOT / ".stui-workspace.yaml"

    def greets(self) -> bool:
        return self.is_new_here

    def change_setting(self, path: NodePath, value: Plain, where: Where) -> Edited:
        self.calls.append(("change_setting", path, value, where))
        name = str(path[-1])
        if where is Where.SESSION:
            before = self.own.get(name)
            self.own = {key: one for key, one in self.own.items() if key != name}
            if value is not None:
                self.own[name] = value
            return Edited(path, where, before, value)
        document = parse(self.texts.get(where, "stui: 1\n"))
        told = said_in(document, path)
        after = delete(document, path) if value is None else set_value(document, path, value)
        self.texts[where] = after.text
        line = None if value is None else after.text[: after.key_span(path).start].count("\n") + 1
        return Edited(path, where, told, value, ROOT / _FILES_OF_SETTINGS[where], line)

    # What the files may take over.

    async def look_for_hunks(self) -> tuple[Hunk, ...]:
        return tuple(one for one in self.offered if one.path not in self.promoted)

    async def promote(
        self, paths: Sequence[NodePath], edited: Mapping[NodePath, Plain] | None = None
    ) -> Taken:
        self.calls.append(("promote", tuple(paths), dict(edited or {})))
        self.promoted = [*self.promoted, *paths]
        wishes = tuple(one.wish for one in self.offered if one.path in paths)
        written = Written(ROOT / ".stui-workspace.yaml", b"stui: 1\n", b"stui: 1\nname: a\n")
        return Taken(wishes, (written,))

    async def unpromote(self) -> Taken:
        self.calls.append(("unpromote",))
        wishes = tuple(one.wish for one in self.offered if one.path in self.promoted)
        self.promoted = []
        return Taken(wishes)

    @property
    def can_unpromote(self) -> bool:
        return bool(self.promoted)

    def freeze(self, target: Path, *, force: bool = False) -> NewFile:
        self.calls.append(("freeze", target, force))
        if target in self.taken_names and not force:
            raise UsageError(f"{target} is there already", "name another file")
        return NewFile(target, Frozen("stui: 1\n", ("vars: they are not in it",)))

    # The receipt.

    async def restore_again(self, item: str) -> Restored:
        self.calls.append(("restore_again", item))
        found = self.comes_back.get(item)
        if found is None:
            raise NotFoundError("snapshot with", item, "no snapshot has it whole")
        self.receipt = self.receipt.having(found)
        return found

    def rebuild(self, name: str) -> Rebuild | None:
        self.calls.append(("rebuild", name))
        return self.rebuilds.get(name)

    # What merges left, and what they did.

    def conflicts(self) -> Standing:
        file = self.project.root / ".stui-workspace.yaml"
        open_now = [one for one in self.open_merges if one.left or self.marked]
        style = Style.MARKERS if self.marked else Style.VALID
        return Standing(file, b"", tuple(OpenMerge(one, one.left, style=style) for one in open_now))

    def settle(self, conflict: str, choice: Choice) -> Decided:
        self.calls.append(("settle", conflict, choice))
        at = next(
            number
            for number, one in enumerate(self.open_merges)
            if conflict in [str(each.path) for each in one.left]
        )
        self.open_merges[at] = self.open_merges[at].take(conflict, choice)
        self.settled_in.append(at)
        return Decided((conflict,), self.conflicts(), Style.VALID)

    def settle_rest(self) -> Decided:
        self.calls.append(("settle_rest",))
        self.marked = False
        return Decided((), self.conflicts(), Style.MARKERS)

    def unsettle(self) -> Decided:
        self.calls.append(("unsettle",))
        if not self.settled_in:
            raise NotFoundError("resolution to take back in", "the file")
        at = self.settled_in.pop()
        paths = tuple(self.open_merges[at].steps[-1])
        self.open_merges[at] = self.open_merges[at].undo()
        return Decided(paths, self.conflicts(), Style.VALID)

    def merges(self) -> tuple[Merged, ...]:
        return self.merged

    def effect_of_merge(self, merge: Merged) -> Effect:
        return self.effects.get(merge.copy or "", Effect((), ()))

    def undo_merge(self) -> WentBack:
        self.calls.append(("undo_merge",))
        at = next(number for number, one in enumerate(self.merged) if one.is_next)
        one = self.merged[at]
        rest = [
            replace(each, is_next=number == at + 1)
            for number, each in enumerate(self.merged)
            if number > at
        ]
        gone = replace(one, is_next=False, is_taken_back=True)
        self.merged = (*self.merged[:at], gone, *rest)
        return WentBack(self.project.root / "w.yaml", one.revision, one.before, one.copy)

    # Going back. It has no past: the timeline is tested with real ones.

    def snapshots(self) -> Sequence[Moment]:
        return ()

    def compare(self, snapshot: SnapshotId, other: SnapshotId | None = None) -> Comparison:
        raise NotFoundError("snapshot", snapshot if other is None else other)

    def take_back(self, snapshot: SnapshotId, only: Sequence[str] = ()) -> TakenBack:
        self.calls.append(("take_back", snapshot, tuple(only)))
        raise NotFoundError("snapshot", snapshot)

    def undo_take_back(self) -> TakenBack:
        raise UsageError("nothing was taken back since this session was opened")

    def confirm_snapshot(self, snapshot: SnapshotId) -> None:
        raise NotFoundError("snapshot", snapshot)

    # The history.

    def history(self) -> FakeHistory:
        self.calls.append(("history",))
        return self.past_inputs


_FILES_OF_SETTINGS = {
    Where.WORKSPACE: ".stui-workspace.yaml",
    Where.OVERLAY: ".stui-workspace.local.yaml",
    Where.CONFIG: "config.yaml",
}
