"""The hunks of a session: of one that is open here, and of one that only the disk knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.session import SessionState
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.discretion import without_secrets
from stui_workspace.runtime.files import read_sources
from stui_workspace.runtime.loading import Loaded, Selection, load
from stui_workspace.runtime.pads import Source
from stui_workspace.runtime.promoting.scene import Scene, Wish
from stui_workspace.runtime.promoting.settled import settled
from stui_workspace.runtime.promoting.taking import Taken, take
from stui_workspace.runtime.restoring import Surroundings, plan_restore
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.storage.project import Project, workspace_file_in
from stui_workspace.storage.sessions.items import items_of, state_from
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import apply
from stui_workspace.storage.sessions.store import SessionStore

_MARKED: Final = "the workspace file has conflict markers, and is not written to"


def scene_of(
    loaded: Loaded, state: SessionState, sources: Mapping[str, Source], services: Services
) -> Scene:
    """A session and its files, with what connections would be asked about.

    Raises:
        UsageError: The workspace file has conflict markers.
    """
    if loaded.read_only:
        raise UsageError(_MARKED, "`stui resolve` settles them")
    consent = Consent(loaded.project, services, lambda: loaded.workspace.snippets)

    def powers(spec: ConnectionSpec) -> tuple[str, ...]:
        try:
            return tuple(power.text for power in consent.claim(spec).powers)
        except StuiError:  # then what is wrong with it is said as a finding
            return ()

    return Scene(
        loaded, state, sources, powers, lambda text: without_secrets(text, services.redactor)
    )


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session as the disk has it: nothing of it is changed by looking."""

    project: Project
    services: Services
    session: str
    selection: Selection = field(default_factory=Selection)

    @property
    def store(self) -> SessionStore:
        return SessionStore(self.services.locations.workspace(self.project.root), self.services.fs)

    def scene(self) -> Scene:
        """The session as it would come back now, and the files as they are.

        Raises:
            NotFoundError: There is no such session.
            UnusableError: It, or the workspace, has errors.
            UsageError: The workspace file has conflict markers.
        """
        loaded = load(self.project, self.services, self.selection)
        sources = read_sources(loaded.workspace, self.project.root)
        kept = kept_session(self.store, self.session)
        around = Surroundings(loaded.workspace, sources)
        state = plan_restore(kept.state, kept.problems, around).state
        return scene_of(loaded, state, sources, self.services)

    def promote(self, wishes: Sequence[Wish]) -> Taken:
        """Write what was picked. A session that is open in another stui follows by itself.

        Raises:
            StuiError: Nothing was written, and why.
        """
        scene = self.scene()
        taken = take(scene, wishes, self.services)
        after = load(self.project_now, self.services, self.selection)
        before = scene.loaded.workspace
        self._settle(lambda state: settled(state, taken.wishes, before, after.workspace))
        return taken

    @property
    def project_now(self) -> Project:
        """The project with the workspace file that it may have got since."""
        file = self.project.file or workspace_file_in(self.project.root)
        return replace(self.project, file=file)

    def _settle(self, change: Callable[[SessionState], SessionState]) -> None:
        """Let the session know; nothing is done where another stui has it open."""
        store = self.store
        lock = store.acquire(self.session)
        if lock is None:
            return
        with lock:
            try:
                loaded = store.load(self.session)
            except NotFoundError:
                return
            journal = Journal(store.folder.journal_of(self.session), self.services.fs)
            newer = journal.replay_all()
            now, _problems = state_from(apply(items_of(loaded.state), newer.items))
            after = change(now)
            if after != now:
                with journal.checkpoint():
                    store.save(after)
