"""Sessions that are kept of a project, for tests of what is done with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from doubles.outside import HandClock, services_in
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.catalogue import Catalogue
from stui_workspace.storage.project import Project, find_project
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

NOW: Final = 1_800_000_000.0
DAY: Final = 86400.0


@dataclass
class Shelf:
    """A project, and the sessions that are kept of it."""

    project: Project
    services: Services

    @property
    def store(self) -> SessionStore:
        return SessionStore(self.services.locations.workspace(self.project.root), self.services.fs)

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.project, self.services)

    @property
    def ids(self) -> list[str]:
        """The last saved first."""
        return [one.id for one in self.store.list()]

    def keep(
        self, session: str, /, ago: float = 0.0, unsaved: int = 0, **meta: object
    ) -> SessionState:
        """A session that was saved so many seconds ago, with so many unsaved texts."""
        saved = NOW - ago
        about = SessionMeta(
            session, session, "laptop", saved - DAY, saved - 60.0, saved, closed=True
        )
        state = SessionState(
            replace(about, **meta),  # type: ignore[arg-type]
            buffers={
                "scratch": BufferState(cursor=(1, 2)),
                **{f"pad-{n}": BufferState(f"text {n}\n", ad_hoc=True) for n in range(unsaved)},
            },
            connections={"py": ConnectionRecord(wanted=True, evaluations=2)},
            transcript=(TranscriptEntry(1, "py", "1 + 1", "ok", "", "2", saved),),
        )
        self.store.save(state)
        return state

    def journal(self, session: str, text: str) -> None:
        """Leave a text in the journal, as a crash does."""
        typed = SessionState(
            SessionMeta(session, session, "laptop", NOW, NOW, NOW),
            buffers={"typed": BufferState(text, ad_hoc=True)},
        )
        journal = Journal(self.store.folder.journal_of(session), self.services.fs)
        journal.append({"buffer/typed": items_of(typed)["buffer/typed"]}, NOW)

    def snapshot(self, state: SessionState, at: float = NOW) -> None:
        """Take a snapshot of a session."""
        snapshots = SnapshotStore(self.store.folder.snapshots_of(state.meta.id), self.services.fs)
        snapshots.put({n: v for n, v in items_of(state).items() if n != "meta"}, at)

    def contents(self) -> dict[str, bytes]:
        """Each file that is kept, but for locks."""
        above = self.store.folder.path
        return {
            path.relative_to(above).as_posix(): path.read_bytes()
            for path in sorted(above.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }


def shelf_in(folder: Path) -> Shelf:
    """A project `orders` below a folder, of which nothing is kept yet."""
    root = folder / "orders"
    (root / ".git").mkdir(parents=True)
    (root / ".stui-workspace.yaml").write_text(
        "stui: 1\nname: orders\nbuffers: {scratch: {source: '1 + 1'}}\n"
    )
    services = services_in(folder / "home", HandClock(NOW))
    return Shelf(find_project(root, folder), services)
