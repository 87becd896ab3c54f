"""The board: panes laid out by the tree of ratios, cell by cell as `layout.place` says.

Each pad and panel has one pane, made when it is first shown and kept: moving, joining and
resizing only place panes anew, so that nothing of what they show is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual import events
from textual.content import Content
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from stui_workspace.layout import Node, Rect, group_of, groups, place
from stui_workspace.tui.tabs import Piece, Tab, fitted, name_at
from stui_workspace.tui.themes import paint_of


class TreeLayout(Layout):
    """Places the panes that are shown; there are no others among the children it is given."""

    name = "tree"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: FBT001, FBT002 (Textual's signature)
    ) -> list[WidgetPlacement]:
        del greedy
        parent.pre_layout(self)
        board = parent
        rects = board.rects(size.width, size.height) if isinstance(board, Board) else {}
        return [
            WidgetPlacement(_region(rects, pane), NULL_OFFSET, NULL_SPACING, pane)
            for pane in children
        ]


class Pane(Widget):
    """A frame around one pad or panel, with the tabs of its place on the frame's upper line."""

    DEFAULT_CSS = """
    Pane {
        border: round $border-blurred;
        background: $surface;
        padding: 0 0 0 1;
        border-title-color: $foreground;
        border-title-background: $surface;
        border-subtitle-color: $foreground;
        & > * { width: 1fr; height: 1fr; }
    }
    Pane.-current { border: heavy $border; }
    Pane.-bare { border: none; padding: 0; }
    """

    class Ready(Message):
        """What the pane shows has come up, and can have the keyboard."""

        def __init__(self, pane: Pane) -> None:
            super().__init__()
            self.pane = pane

    class TabChosen(Message):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, subject: str, content: Widget) -> None:
        super().__init__()
        self.subject = subject
        self.content = content
        self._pieces: tuple[Piece, ...] = ()
        self._shown: tuple[object, ...] = ()

    def compose(self) -> Iterable[Widget]:
        yield self.content

    def on_mount(self) -> None:
        self.call_later(self.post_message, self.Ready(self))

    def entitle(
        self, tabs: Sequence[Tab], note: Content | None, width: int, *, is_current: bool
    ) -> None:
        """Write the tabs on the upper line and `note` on the lower one."""
        paint = paint_of(self.app)
        shown = (tuple(tabs), note, width, is_current, paint)
        if shown == self._shown:
            return
        self._shown = shown
        self.set_class(is_current, "-current")
        self._pieces = fitted(tabs, self.subject, max(width - 6, 0))
        on_top = paint.title if is_current else paint.strong
        rest = paint.muted if len(tabs) > 1 else paint.text
        guarded = {tab.name for tab in tabs if tab.guard}

        def style_of(name: str | None) -> Style:
            if name is None:
                return paint.faint
            style = on_top if name == self.subject else rest
            return style + paint.warn if name in guarded else style

        styled = ((piece.text, style_of(piece.name)) for piece in self._pieces)
        self._border_title = Content.assemble(*styled)  # not markup, and not parsed again
        self._border_subtitle = note
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        # two cells of corner and blank stand before the title
        if event.widget is self and event.y == 0 and (name := name_at(self._pieces, event.x - 3)):
            event.stop()
            self.post_message(self.TabChosen(name))


class Board(Widget):
    """All panes, of which those on top are displayed."""

    DEFAULT_CSS = "Board { width: 1fr; height: 1fr; background: $background; }"

    def __init__(self, make: Callable[[str], Widget]) -> None:
        """A board whose panes get what `make` returns for the name of a pad or panel."""
        super().__init__()
        self._make = make
        self.panes: dict[str, Pane] = {}
        self.arrangement: Node | None = None
        self.on_top: dict[str, str] = {}
        """The tab on top of each group; a group is named by its tabs joined with `|`."""
        self.zoomed: str | None = None
        self._tree_layout = TreeLayout()

    @property
    def layout(self) -> Layout:
        return self._tree_layout

    def rects(self, width: int, height: int) -> Mapping[str, Rect]:
        """The cells of each name that is shown."""
        if self.arrangement is None:
            return {}
        if self.zoomed is not None:
            return {self.zoomed: Rect(0, 0, width, height)}
        placed = place(self.arrangement, width, height)
        return {name: placed[name] for name in self.shown()}

    def shown(self) -> tuple[str, ...]:
        """The names on top of their groups, in reading order; all are there even when zoomed."""
        return (
            tuple(self.top_of(group) for group in groups(self.arrangement))
            if self.arrangement
            else ()
        )

    def top_of(self, group: Sequence[str]) -> str:
        """The name on top of a group: the one put there, else the first."""
        top = self.on_top.get("|".join(group))
        return top if top is not None and top in group else group[0]

    def group_with(self, name: str) -> tuple[str, ...]:
        return group_of(self.arrangement, name) if self.arrangement else ()

    def bring_up(self, name: str) -> None:
        """Put `name` on top of its group."""
        group = self.group_with(name)
        if group:
            self.on_top["|".join(group)] = name

    def show(self, tree: Node, zoomed: str | None = None) -> None:
        """Lay the panes out by `tree`; panes that are shown for the first time are made."""
        self.arrangement = tree
        self.zoomed = zoomed if zoomed is not None and self.group_with(zoomed) else None
        wanted = (self.zoomed,) if self.zoomed else self.shown()
        new = [Pane(name, self._make(name)) for name in wanted if name not in self.panes]
        self.panes.update((pane.subject, pane) for pane in new)
        for name, pane in self.panes.items():
            pane.display = name in wanted
        if new:
            self.mount(*new)
        self._clear_arrangement_cache()  # kept by size, and ours is another at the same size
        self.refresh(layout=True)

    def forget(self, name: str) -> None:
        """Take down the pane of a pad that is no more."""
        pane = self.panes.pop(name, None)
        if pane is not None:
            pane.remove()


def _region(rects: Mapping[str, Rect], pane: Widget) -> Region:
    rect = rects.get(pane.subject) if isinstance(pane, Pane) else None
    return Region(rect.x, rect.y, rect.width, rect.height) if rect else Region(0, 0, 0, 0)
