"""The timeline: a session's snapshots, what is other since each, and going back to one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.taking_back import Comparison, Moment, TakenBack, strip_of
from stui_workspace.storage.sessions.items import BUFFER
from stui_workspace.storage.snapshots.index import SnapshotId
from stui_workspace.tui.keys import Action
from stui_workspace.tui.keys.timeline import FOOTER_TIMELINE, TIMELINE
from stui_workspace.tui.screens.chooser import Choice, Chooser
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.timeline.source import Source
from stui_workspace.tui.timeline.words import (
    Against,
    comparison_rows,
    head_rows,
    moment_row,
    older_row,
    strip_rows,
    text_of,
    title_of,
    told_of,
)
from stui_workspace.tui.twofold import Entry, Twofold

PAGE: Final = 200
"""So many snapshots are in the list at first, and come with each asking for more."""
_OLDER: Final = "older"
_ALL: Final = "*"
_COMPARED: Final = 50
"""So many comparisons are remembered."""
_NOTHING: Final = "there is nothing to bring back: nothing differs from now"


class TimelineScreen(Twofold[None]):
    """The states of one session. It stays up when something came back, so that it can be undone."""

    ACTIONS: ClassVar[tuple[Action, ...]] = TIMELINE
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_TIMELINE
    LIST_TITLE: ClassVar[str] = "Timeline"
    EMPTY: ClassVar[str] = "No snapshot is kept yet: one is taken when you pause."

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._moments: Sequence[Moment] | None = None
        """None until they are read."""
        self._is_stale = False
        """Whether they are being read anew."""
        self._places: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._shown_count = PAGE
        self._against = Against.NOW
        self._other: SnapshotId | None = None
        """The snapshot that others are compared with."""
        self._done: TakenBack | None = None
        self._compared: dict[tuple[str, str | None], Comparison] = {}
        self.doers = {
            **self.doers,
            "choose": self._choose,
            "restore": self._restore_all,
            "restore-pad": self._choose_pad,
            "undo": self._undo,
            "against": self._turn,
            "mark": self._mark,
            "confirm": self._confirm,
        }

    def on_mount(self) -> None:
        self.work(self._load())

    # What it shows.

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        now = self._source.clock()
        matching = list(self._matching())
        for moment in matching[: self._shown_count]:
            entry = moment.entry
            is_marked = entry.id == self._other
            row = moment_row(moment, paint, now, is_marked=is_marked, width=width)
            yield Entry(entry.id, row, self._text_of(moment) if self.sought else " ")
        left = len(matching) - self._shown_count
        if left > 0:
            yield Entry(_OLDER, older_row(left, paint), self.sought)

    def _matching(self) -> Iterator[Moment]:
        sought = self.sought
        for moment in self._moments or ():
            if not sought or sought in self._text_of(moment).casefold():
                yield moment

    def _text_of(self, moment: Moment) -> str:
        found = self._texts.get(moment.entry.id)
        if found is None:
            found = self._texts[moment.entry.id] = text_of(moment)
        return found

    def note(self) -> str:
        if self._moments is None:
            return "reading …"
        return f"{printable_line(self._source.name, 20)} · {len(self._moments):,}"

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        moment = self._moment(key)
        if moment is None:
            return "", [Row((("Enter shows older snapshots.", "muted"),))]
        other = self._compared_with(moment)
        rows = [
            *self._strip(moment),
            *head_rows(moment, self._source.clock(), self._against, other),
        ]
        if self._is_stale:
            rows.append(Row((("  …", "muted"),)))
        elif self._against is Against.NOW or other is not None:
            try:
                rows += comparison_rows(self._comparison(moment, other))
            except StuiError as error:
                rows.append(Row(((printable_line(str(error), 300), "bad"),)))
        return title_of(f"snapshot {moment.entry.id[:8]}"), rows

    def _strip(self, moment: Moment) -> Iterator[Row]:
        now = self._source.clock()
        width = self.query_one("#details").size.width - 4
        if width < PAGE // 10:
            return
        strip = strip_of((one.entry.at for one in self._moments or ()), now, width)
        yield from strip_rows(strip, strip.cell_of(now - moment.entry.at))
        yield Row((("", "text"),))

    def offers(self, name: str) -> bool:
        moment = self._moment(self.marked)
        if name == "undo":
            return self._done is not None
        if name == "confirm":
            return moment is not None and moment.entry.shrunk
        if name in ("restore", "restore-pad", "against", "mark"):
            return moment is not None
        return True

    # What it knows.

    def _moment(self, key: str | None) -> Moment | None:
        at = self._places.get(key or "")
        return None if at is None or self._moments is None else self._moments[at]

    def _compared_with(self, moment: Moment) -> Moment | None:
        if self._against is Against.MARKED:
            return self._moment(self._other)
        if self._against is Against.BEFORE and self._moments is not None:
            at = self._places[moment.entry.id] + 1
            return self._moments[at] if at < len(self._moments) else None
        return None

    def _comparison(self, moment: Moment, other: Moment | None) -> Comparison:
        """What differs, from the older one to the newer one; remembered until something is done."""
        first, last = moment, other
        if other is not None and other.entry.at < moment.entry.at:
            first, last = other, moment
        key = first.entry.id, None if last is None else last.entry.id
        if key not in self._compared:
            while len(self._compared) >= _COMPARED:
                del self._compared[next(iter(self._compared))]
            self._compared[key] = self._source.compare(*key)
        return self._compared[key]

    async def _load(self) -> None:
        """Read the snapshots beside the screen: there may be thousands."""
        try:
            self._moments = await asyncio.to_thread(self._source.snapshots)
        finally:
            self._moments = self._moments or ()
            self._places = {one.entry.id: at for at, one in enumerate(self._moments)}
            self._compared, self._is_stale = {}, False
            self.follow()

    # What a person asks for.

    def _choose(self) -> None:
        if self.marked == _OLDER:
            self._shown_count += PAGE
            return
        self._ask("", with_all=True)

    def _choose_pad(self) -> None:
        self._ask(BUFFER, with_all=False)

    def _ask(self, prefix: str, *, with_all: bool) -> None:
        moment = self._moment(self.marked)
        if moment is None:
            return
        found = self._source.compare(moment.entry.id).differences
        choices = [
            Choice(one.item, title_of(one.item), hint=printable_line(one.summary, 30))
            for one in found
            if one.item.startswith(prefix)
        ]
        if not choices:
            self.say(_NOTHING)
            return
        if with_all:
            choices.insert(0, Choice(_ALL, "all of it", hint=f"{len(found)} differ from now"))

        def chosen(item: str | None) -> None:
            if item is not None:
                only = () if item == _ALL else (item,)
                self.trying(self._restore, moment.entry.id, only)

        self.app.push_screen(Chooser("Bring back", choices), chosen)

    def _restore_all(self) -> None:
        moment = self._moment(self.marked)
        if moment is not None:
            self._restore(moment.entry.id, ())

    def _restore(self, snapshot: SnapshotId, only: Sequence[str]) -> None:
        self._say(self._source.take_back(snapshot, only))

    def _undo(self) -> None:
        self._say(self._source.undo_take_back())

    def _say(self, done: TakenBack) -> None:
        if done.back is not None:
            self._done = done
        text, is_warning = told_of(done, "u")
        self.say(text, warning=is_warning)
        self._reload()

    def _turn(self) -> None:
        """Compare with the next kind of state."""
        kinds = [one for one in Against if one is not Against.MARKED or self._other is not None]
        at = kinds.index(self._against) if self._against in kinds else 0
        self._against = kinds[(at + 1) % len(kinds)]

    def _mark(self) -> None:
        """Mark a snapshot for comparing, or no more."""
        moment = self._moment(self.marked)
        if moment is None:
            return
        is_same = self._other == moment.entry.id
        self._other = None if is_same else moment.entry.id
        self._against = Against.NOW if is_same else Against.MARKED

    def _confirm(self) -> None:
        moment = self._moment(self.marked)
        if moment is not None and moment.entry.shrunk:
            self._source.confirm_snapshot(moment.entry.id)
            self.say("it counts now: the session may fall back to it")
            self._reload()

    def _reload(self) -> None:
        self._is_stale = True
        self.work(self._load())
