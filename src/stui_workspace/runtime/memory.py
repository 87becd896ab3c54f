"""What a session holds now, in one place: every change of it is noted for autosave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState, LayoutState, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.autosave import Schedule
from stui_workspace.runtime.events import Event, Modified


class Memory:
    """The state of one session, and who is to be told of changes."""

    def __init__(self, state: SessionState, schedule: Schedule, clock: Callable[[], float]) -> None:
        self.state = state
        self.schedule = schedule
        self.clock = clock
        self.changed = asyncio.Event()
        """Set at each change, for whoever writes it down."""
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Tell `listener` of every event from now on; calling what is returned ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, event: Event) -> None:
        """Tell every listener, in the order in which they came."""
        for listener in tuple(self._listeners):
            listener(event)

    def keep(self, state: SessionState) -> None:
        """Make `state` the current one; nothing happens where it is the same."""
        if state == self.state:
            return
        was_modified = self.schedule.first_change is not None
        self.state = state
        self.schedule.changed(self.clock())
        self.changed.set()
        if not was_modified:
            self.tell(Modified())

    def keep_buffer(self, name: str, buffer: BufferState | None) -> None:
        """Make `buffer` the state of that buffer; None forgets it."""
        buffers = {one: state for one, state in self.state.buffers.items() if one != name}
        if buffer is not None:
            buffers = {**self.state.buffers, name: buffer}
        self.keep(replace(self.state, buffers=buffers))

    def keep_layout(self, layout: LayoutState) -> None:
        """Make `layout` the arrangement."""
        self.keep(replace(self.state, layout=layout))

    def keep_preference(self, key: str, value: Plain) -> None:
        """Remember what a person prefers in this session."""
        self.keep(replace(self.state, preferences={**self.state.preferences, key: value}))
