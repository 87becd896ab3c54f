"""The sessions that the scenes are played on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from doubles.fake_history import FakeHistory
from doubles.fake_session import ROOT, FakeEpisode, FakeSession, FakeTrial
from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Hello
from stui_workspace.document import parse
from stui_workspace.history import Entry
from stui_workspace.merge import Labels, Policy
from stui_workspace.merge.differing import differences
from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Span
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.model.revision import Revision
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
)
from stui_workspace.model.workspace import ConnectionSpec, Guard, SnippetSpec
from stui_workspace.runtime.doctoring.values import Check, Finding, Looked, Mend
from stui_workspace.runtime.events import (
    Change,
    ChangeKind,
    ConnectionState,
    Notice,
    Reloaded,
)
from stui_workspace.runtime.promoting import hunks_of
from stui_workspace.runtime.receipts.rebuilding import Rebuild
from stui_workspace.runtime.settings.values import Where
from stui_workspace.runtime.settling import Settlement
from stui_workspace.runtime.syncing import Effect, Merged
from stui_workspace.runtime.taking_back import Comparison, Moment, Past
from stui_workspace.storage.project import Project
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.index import SnapshotId
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.trust import changed_of, claim_of
from stui_workspace.trust import differences as other_powers
from support.kept_sessions import DAY, shelf_in
from support.merging_screen import BASE, OURS, THEIRS, sides_of
from support.promoting import manifold
from support.workbench import workspace

S = ConnectionState
NOW: Final = FakeSession(workspace()).now
COPY: Final = "orders.sync-conflict-20261128.yaml"


def of_nothing(folder: Path) -> FakeSession:
    """Of a folder that has no workspace file."""
    del folder
    return FakeSession(workspace(), project=Project(ROOT, None), is_new_here=True)


def broken(folder: Path) -> FakeSession:
    """Of a file that somebody broke."""
    del folder
    problems = FileProblems(
        ROOT / ".stui-workspace.yaml",
        "stui: 1\nlayuot: {}\nname: 3\n",
        (
            Diagnostic("S104", "unknown key `layuot`", Span(8, 14), hint="did you mean `layout`?"),
            Diagnostic("S101", "expected text", Span(25, 26)),
        ),
    )
    return FakeSession(workspace(), problems=(problems,))


def restored(folder: Path) -> FakeSession:
    """With every outcome that an item of a receipt can have."""
    del folder
    items = (
        Restored("layout", Outcome.OK),
        Restored("preferences", Outcome.OK),
        Restored("buffer/scratch", Outcome.OK),
        Restored(
            "buffer/notes", Outcome.FAILED, "docs/notes.md is not there", "bring its file back",
            "where its cursor stood", Remedy.READ,
        ),
        Restored(
            "connection/py", Outcome.CHANGED, "a new start of the backend",
            "a pad can have what would rebuild it", None, Remedy.REBUILD,
        ),
        Restored(
            "connection/stage", Outcome.REFUSED, "nobody approved it on this machine", "approve it",
            None, Remedy.CONNECT,
        ),
        Restored("connection/image", Outcome.WAITING, "it is being connected"),
        Restored("history", Outcome.MISSING, "its file was not there", "nothing to do"),
    )  # fmt: skip
    rebuild = Rebuild(
        "py", "4c1f", 3, (SnippetSpec("s", "import orders", "Imports"),), ("day = orders.last()",)
    )
    return FakeSession(
        workspace(),
        receipt=Receipt("main", items, after_crash=True, seconds=0.08),
        rebuilds={"py": rebuild},
    )


def with_kept(folder: Path) -> FakeSession:
    """With other sessions of its project."""
    shelf = shelf_in(folder)
    shelf.keep("main", unsaved=2, closed=False)
    shelf.keep("main-2", ago=DAY, unsaved=1, name="big refactoring")
    shelf.keep("main-3", ago=40 * DAY)
    shelf.store.path_of("bad").write_text("[")
    return FakeSession(workspace(), kept=shelf.catalogue, now=shelf.services.clock())


@dataclass
class _Remembering(FakeSession):
    past: Past | None = None

    def snapshots(self) -> list[Moment]:
        assert self.past is not None
        return list(self.past.snapshots())

    def compare(self, snapshot: SnapshotId, other: SnapshotId | None = None) -> Comparison:
        assert self.past is not None
        return self.past.compare(snapshot, other)


_META: Final = SessionMeta("main", "main", "laptop", 1000.0, 2000.0, 3000.0)
_FIRST: Final = SessionState(
    _META,
    buffers={
        "scratch": BufferState("total = 1\n", ad_hoc=True),
        **{name: BufferState(f"{name}\n", ad_hoc=True) for name in ("notes", "query")},
    },
    connections={"py": ConnectionRecord(wanted=True, evaluations=2)},
)
_SECOND: Final = replace(
    _FIRST,
    layout=LayoutState(focus="scratch"),
    buffers={
        **_FIRST.buffers,
        "scratch": BufferState("total = 1\ntotal += 2\nprint(total)\n", ad_hoc=True),
    },
)
_THIRD: Final = replace(_SECOND, preferences={"wrap": True})
_LOST: Final = SessionState(_META, buffers={"scratch": BufferState("", ad_hoc=True)})


def with_past(folder: Path) -> FakeSession:
    """With states to go back to."""
    return _with_states(folder, _FIRST, _SECOND, _THIRD)


def with_lost_past(folder: Path) -> FakeSession:
    """With a last state that lost most of its items."""
    return _with_states(folder, _FIRST, _SECOND, _LOST)


def _with_states(folder: Path, *states: SessionState) -> FakeSession:
    clock = HandClock()
    services = services_in(folder, clock)
    place = services.locations.workspace(folder / "project")
    snapshots = SnapshotStore(place.snapshots_of("main"))
    for state in states:
        SessionStore(place).save(state)
        snapshots.put({n: v for n, v in items_of(state).items() if n != "meta"}, clock.now)
        clock.now += 3600.0
    return _Remembering(workspace(), past=Past(place, "main", services), now=clock.now)


def in_conflict(folder: Path) -> FakeSession:
    """With a merge that has questions, and two that had none."""
    del folder
    effect = Effect(
        differences(parse(BASE.encode()), parse(THEIRS.encode()), Policy.published()),
        differences(parse(BASE.encode()), parse(OURS.encode()), Policy.published()),
    )
    last = Merged(Revision("aa"), NOW - 60, Revision("b"), Revision("t"), COPY, is_next=True)
    before = Merged(Revision("bb"), NOW - 9000, Revision("b"), Revision("t"), "old copy.yaml")
    open_one = Settlement(sides_of(), Policy.published(), Labels("the file", "known", COPY))
    return FakeSession(
        workspace(), open_merges=[open_one], merged=(last, before), effects={COPY: effect}
    )


def with_hunks(folder: Path) -> FakeSession:
    """With changes that the workspace file could take, and some that it must not."""
    del folder
    offered = hunks_of(manifold())
    return FakeSession(workspace(), offered=offered)


def with_history(folder: Path) -> FakeSession:
    """With inputs of two workspaces and two machines."""
    del folder
    session = FakeSession(workspace())
    session.past_inputs = FakeHistory(
        [
            _input("select * from customer", 60.0, 1),
            _input("select * from customer", 90.0, 2),
            _input("import pandas", 3600.0, 3, connection="stage", machine="desktop"),
            _input("def total(x):\n    return customer(x)", 7200.0, 4, workspace="w2", ok=False),
            _input("customer.orders.filter(day='2026-11-28').sum()", DAY, 5),
        ],
        names={"w1": "orders", "w2": "billing"},
    )
    return session


def _input(code: str, ago: float, number: int, **how: Any) -> Entry:
    given = {"connection": "py", "workspace": "w1", "machine": "laptop"} | how
    return Entry(NOW - ago, code=code, id=f"{number:016x}", **given)


def with_settings(folder: Path) -> FakeSession:
    """With settings that files and the session say."""
    del folder
    return FakeSession(
        workspace(),
        own={"wrap": False},
        texts={
            Where.WORKSPACE: "stui: 1\nname: a\npreferences:\n  theme: nord\n  tab_width: 2\n",
            Where.OVERLAY: "preferences:\n  tab_width: 8\n",
        },
    )


class Ailing(FakeSession):
    """With a schema that is stale, and a merge driver that only a person can install."""

    @classmethod
    def new(cls, folder: Path) -> FakeSession:
        del folder
        return cls(workspace())

    def examine(self, check: Check) -> Looked:
        if check.name == "git":
            finding = Finding(
                "git-driver-missing", "this clone has no merge driver", "`stui git install`"
            )
            return Looked("git merges by lines here", (finding,))
        if check.name == "schema":
            mend = Mend("Write the copies anew", lambda: "wrote 1 copy")
            finding = Finding("schema-stale", "the copy is stale", "write it anew", mend=mend)
            return Looked("one copy of the schema", (finding,))
        return Looked(f"nothing wrong with the {check.name}")


class Telling(FakeSession):
    """With things that are said in passing once it is open."""

    @classmethod
    def new(cls, folder: Path) -> FakeSession:
        del folder
        return cls(workspace())

    async def start(self) -> None:
        await super().start()
        self.tell(Notice("2 conflicts of a merge to settle", "`stui conflicts`", True, "conflicts"))
        self.tell(Reloaded((Change(("buffers", "scratch", "title"), ChangeKind.CHANGED),)))


def with_links(folder: Path) -> FakeSession:
    """With connections in all the states that there are."""
    del folder
    specs = {
        "py": ConnectionSpec("py", "python"),
        "slow": ConnectionSpec("slow", "stui", title="Build server", url="tcp://10.0.0.7:5557"),
        "image": ConnectionSpec("image", "stui", title="Engine", url="tcp://127.0.0.1:5557"),
        "live": ConnectionSpec("live", "python", title="Live orders", guard=Guard.READ_ONLY),
        "stage": ConnectionSpec("stage", "python", python="/usr/bin/python3", guard=Guard.CONFIRM),
        "shell": ConnectionSpec("shell", "pty", command=("bash",)),
    }
    session = FakeSession(workspace(connections=specs), approved={*specs} - {"stage"})
    trips = tuple(0.0006 + 0.0004 * (n * 7 % 5) for n in range(40))
    states: dict[str, dict[str, Any]] = {
        "py": {"state": S.ONLINE, "backend": "Python 3.11.7", "trips": trips, "evaluations": 3,
               "since": NOW - 3700, "heard_at": NOW, "incarnation": "4c1f", "is_favourite": True},
        "slow": {"state": S.DEGRADED, "trips": (0.08, 0.9, 2.1),
                 "since": NOW - 12, "heard_at": NOW - 12, "backend": "Pharo 12"},
        "image": {"state": S.RECONNECTING, "reason": "the server closed the link", "attempts": 2,
                  "retry_at": NOW + 5, "since": NOW - 65, "trips": trips[:9], "incarnation": "b",
                  "last_error": "the server closed the link"},
        "live": {"state": S.BUSY, "since": NOW - 8, "busy_since": NOW - 8, "heard_at": NOW,
                 "trips": (0.0011,)},
        "stage": {"state": S.NEEDS_YOU, "reason": "nobody has approved it on this machine",
                  "next_step": "y shows what it may do, and asks", "since": NOW - 30},
    }  # fmt: skip
    for name, changes in states.items():
        session.links[name] = replace(session.links[name], **changes)
    session.episodes["image"] = (
        FakeEpisode(NOW - 60, None, "open", None, 2, "b"),
        FakeEpisode(NOW - 600, NOW - 60, "lost", "no answer for 30 s", 0, "a"),
    )
    session.episodes["slow"] = (FakeEpisode(NOW - 900, None, "open", None, 0, "7e"),)
    session.episodes["live"] = (FakeEpisode(NOW - 300, None, "open", None, 0, "9a"),)
    session.episodes["py"] = (FakeEpisode(NOW - 3700, None, "open", None, 1, "4c1f"),)
    return session


def with_outbox(folder: Path) -> FakeSession:
    """With evaluations that wait for a connection."""
    del folder
    session = FakeSession(workspace(connections={"py": ConnectionSpec("py", "python")}))
    session.links["py"] = replace(
        session.links["py"],
        state=S.RECONNECTING,
        reason="the link fell",
        incarnation="a",
        retry_at=NOW + 5,
    )
    session.put_into_outbox("py", "orders.recount()", "a")
    session.now += 60.0
    session.put_into_outbox("py", "for one in orders:\n    one.check()\n    one.save()", "a")
    session.now += 60.0
    return session


def trying(folder: Path) -> FakeSession:
    """For which a new connection answers when it is tried."""
    del folder
    greeted = FakeTrial(Hello("Pharo 12", "life", "pharo-12/orders"), 0.12, 0.0008)
    return FakeSession(workspace(), trials=[greeted])


def to_review(folder: Path) -> FakeSession:
    """With a connection whose form was changed since it was approved."""
    del folder
    session = FakeSession(workspace())
    old = replace(session.links["stage"].spec, python="/usr/bin/python3.11")
    new = session.claim("stage")
    was = claim_of(ROOT / "w.yaml", ROOT, old, MappingProxyType({}), search_path="/usr/bin")
    session.changes["stage"] = changed_of(other_powers(was.projection, new.projection))
    session.links["stage"] = replace(
        session.links["stage"], state=S.NEEDS_YOU, reason="its form is other than what was approved"
    )
    return session


def guarded(folder: Path) -> FakeSession:
    """With a connection that is asked about each time."""
    del folder
    spec = ConnectionSpec("py", "python", title="Live orders", guard=Guard.CONFIRM)
    return FakeSession(workspace(connections={"py": spec}, environment="staging"))
