"""What lies on the desk of an open session: its pads, their arrangement, what is preferred."""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace import layout
from stui_workspace.errors import NotFoundError
from stui_workspace.layout import Variant, layout_revision, select_variant, variant_to_plain
from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Preferences, SnippetSpec, Workspace
from stui_workspace.runtime import pads
from stui_workspace.runtime.files import look
from stui_workspace.runtime.loading import Selection
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.reloading import Follower
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settings.chosen import chosen_over
from stui_workspace.runtime.views import BufferView
from stui_workspace.storage.project import Project


class Desk:
    """The part of a session that needs no task and no connection."""

    _memory: Memory
    _follower: Follower
    _services: Services
    _selection: Selection

    @property
    def project(self) -> Project:
        """Where the workspace is on the disk."""
        return self._follower.loaded.project

    @property
    def workspace(self) -> Workspace:
        """The last good state of what the files say."""
        return self._follower.loaded.workspace

    @property
    def preferences(self) -> Preferences:
        """The workspace's, and over them what was chosen in this session."""
        return chosen_over(self.workspace.preferences, self._memory.state.preferences)

    def buffers(self) -> tuple[BufferView, ...]:
        """All pads: those of the workspace in its order, then the session's own."""
        own = [name for name, state in self._memory.state.buffers.items() if state.ad_hoc]
        names = dict.fromkeys((*self.workspace.buffers, *own))
        return tuple(self.buffer(name) for name in names)

    def buffer(self, name: str) -> BufferView:
        """One pad.

        Raises:
            NotFoundError: Neither the workspace nor the session has it.
        """
        spec = self.workspace.buffers.get(name)
        state = self._memory.state.buffers.get(name)
        if spec is None and (state is None or not state.ad_hoc):
            raise NotFoundError("buffer", name)
        return pads.view_of(name, spec, state or BufferState(), self._source(name))

    def edit(self, name: str, text: str) -> None:
        """Make `text` the text of a pad."""
        view = self.buffer(name)
        self._memory.keep_buffer(name, pads.edited(view.state, text, self._source(name)))

    def place_cursor(
        self,
        name: str,
        cursor: tuple[int, int],
        anchor: tuple[int, int] | None = None,
        scroll: int = 0,
    ) -> None:
        """Remember where the cursor of a pad stands; lines and columns count from 0."""
        state = self.buffer(name).state
        self._memory.keep_buffer(name, replace(state, cursor=cursor, anchor=anchor, scroll=scroll))

    def add_buffer(
        self,
        *,
        title: str | None = None,
        text: str = "",
        connection: str | None = None,
        language: str | None = None,
    ) -> str:
        """A new pad of this session, and its id."""
        taken = {view.id: view for view in self.buffers()} | dict.fromkeys(layout.PANELS)
        name = pads.fresh_name(title, taken)
        state = BufferState(
            text=text, title=title, language=language, connection=connection, ad_hoc=True
        )
        self._memory.keep_buffer(name, state)
        return name

    def close_buffer(self, name: str) -> None:
        """Forget a pad of the session's own, or what the session did with one of the workspace."""
        self.buffer(name)
        self._memory.keep_buffer(name, None)

    def revert_buffer(self, name: str) -> None:
        """Give up the unsaved text of a pad for its source's."""
        view = self.buffer(name)
        if view.spec is not None:
            self._memory.keep_buffer(name, replace(view.state, text=None, base=None))

    def save_buffer(self, name: str) -> None:
        """Write a pad's text to where it came from: the workspace file, or the file it names.

        Raises:
            StuiError: It was not written; the text is still in the session.
        """
        from stui_workspace.runtime.saving import save_text

        view = self.buffer(name)
        save_text(view, self._source(name), self.project, self._services)
        self._follower.adopt_own(look(self.project, self._services, self._selection))
        self.revert_buffer(name)

    def describe_buffer(
        self, name: str, *, title: str | None = None, connection: str | None = None
    ) -> None:
        """Give a pad another title or connection, in this session."""
        state = self.buffer(name).state
        self._memory.keep_buffer(
            name,
            replace(state, title=title or state.title, connection=connection or state.connection),
        )

    def _source(self, name: str) -> pads.Source:
        return self._follower.sources.get(name, pads.Source())

    def snippets(self) -> tuple[SnippetSpec, ...]:
        """The snippets of the workspace, in its order."""
        return tuple(self.workspace.snippets.values())

    def arrangement(self, width: int) -> Variant:
        """The layout to show in so many columns: as it was arranged here, or as the file has it."""
        state = self._memory.state.layout
        names = tuple(view.id for view in self.buffers())
        chosen = select_variant(self.workspace.layout, width, name=state.variant, buffers=names)
        if state.tree is None or state.base != layout_revision(self.workspace.layout):
            return chosen
        own = layout.parse_variant(state.tree, chosen.name)
        return chosen if own is None else own.at(width)

    def arrange(self, variant: Variant) -> None:
        """Remember an arrangement."""
        state = replace(
            self._memory.state.layout,
            variant=variant.name,
            tree=variant_to_plain(variant),
            base=layout_revision(self.workspace.layout),
        )
        self._memory.keep_layout(state)

    def choose_layout(self, name: str | None) -> None:
        """Show the layout of that name as the file has it; None for the default one."""
        state = replace(self._memory.state.layout, variant=name, tree=None, base=None)
        self._memory.keep_layout(state)

    def reset_layout(self) -> None:
        """Show the chosen layout as the file has it."""
        self.choose_layout(self._memory.state.layout.variant)

    def focus_on(
        self,
        name: str | None,
        *,
        active: Mapping[str, str] | None = None,
        zoomed: str | None = None,
    ) -> None:
        """Remember what has the keyboard, which tabs are on top, and what fills the screen."""
        state = self._memory.state.layout
        tops = state.active if active is None else dict(active)
        self._memory.keep_layout(replace(state, focus=name, active=tops, zoomed=zoomed))

    @property
    def focus(self) -> str | None:
        return self._memory.state.layout.focus

    @property
    def active(self) -> Mapping[str, str]:
        return self._memory.state.layout.active

    @property
    def zoomed(self) -> str | None:
        return self._memory.state.layout.zoomed

    def prefer(self, key: str, value: Plain) -> None:
        """Remember a preference for this session."""
        self._memory.keep_preference(key, value)
