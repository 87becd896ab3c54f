"""Moving about and arranging: panels, tabs, borders, zoom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from stui_workspace import layout
from stui_workspace.layout import Direction, Node

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


class Arranging:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        directed: dict[str, Callable[[], object]] = {}
        for to in Direction:
            directed[f"go-{to}"] = partial(self.go, to)
            directed[f"resize-{to}"] = partial(self._change, layout.resize, to)
            directed[f"move-{to}"] = partial(self._change, layout.move, to)
            directed[f"join-{to}"] = partial(self._change, layout.join, to)
        return directed | {
            "next-panel": lambda: self.step_panel(1),
            "previous-panel": lambda: self.step_panel(-1),
            "next-tab": lambda: self.step_tab(1),
            "previous-tab": lambda: self.step_tab(-1),
            "zoom": self.zoom,
            "arrange": self.toggle,
            "even": self.even,
            "hide-panel": lambda: self.hide(self._bench.current),
            "reset-layout": self.reset,
        }

    def step_panel(self, step: int) -> None:
        """Go to the next or previous panel, in reading order."""
        self._step(self._bench.board.shown(), step)

    def step_tab(self, step: int) -> None:
        """Go to the next or previous tab of the same place."""
        self._step(self._bench.board.group_with(self._bench.current), step)

    def _step(self, names: tuple[str, ...], step: int) -> None:
        if names:
            at = names.index(self._bench.current) if self._bench.current in names else -1
            self._go(names[(at + step) % len(names)])

    def go(self, direction: Direction) -> None:
        """Go to the panel on that side."""
        tree = self._bench.board.arrangement
        group = layout.neighbour(tree, self._bench.current, direction) if tree else ()
        if group:
            self._go(self._bench.board.top_of(group))

    def _go(self, name: str) -> None:
        bench = self._bench
        if bench.is_arranging:  # the keys stay with arranging
            bench.board.bring_up(name)
            bench.mark(name)
        else:
            bench.go_to(name)

    def zoom(self) -> None:
        """Let the panel in use fill the screen, or put it back."""
        bench = self._bench
        if bench.board.arrangement is not None:
            bench.board.show(bench.board.arrangement, None if bench.board.zoomed else bench.current)
            bench.remember_view()
            bench.call_after_refresh(bench.retitle)

    def toggle(self) -> None:
        """Begin to arrange with plain keys, or end it."""
        if self._bench.is_arranging:
            self.leave()
        else:
            self._bench.set_arranging(on=True)

    def leave(self, *, refocus: bool = True) -> None:
        """End arranging, and give the keyboard back."""
        if self._bench.is_arranging:
            self._bench.set_arranging(on=False)
            if refocus:
                self._bench.go_to(self._bench.current)

    def even(self) -> None:
        """Give all panels the same size."""
        self._show(layout.even(self._bench.variant.tree))

    def reset(self) -> None:
        """Show the layout as the file has it."""
        self._bench.session.reset_layout()
        self._bench.show_arrangement()
        self._bench.find_current()

    def hide(self, name: str) -> None:
        """Take a panel or pad off the screen; `go-to` brings it back."""
        bench = self._bench
        rest = layout.close(bench.variant.tree, name)
        if rest is None:
            bench.say("It is the only one on the screen.")
            return
        next_one = self.after_closing(name)
        self._show(rest)
        self._go(next_one or next(iter(bench.board.shown()), ""))

    def after_closing(self, name: str) -> str | None:
        """Which tab comes up when `name` goes: the one before it, or after it."""
        group = self._bench.board.group_with(name)
        if len(group) < 2:  # noqa: PLR2004 (it has the place for itself)
            return None
        at = group.index(name)
        return group[at - 1] if at else group[1]

    def show(self, name: str) -> None:
        """Put a pad or panel that is off the screen back onto it, and go there."""
        bench = self._bench
        if not bench.board.group_with(name):
            self._show(layout.add(bench.variant.tree, name, bench.current))
        bench.go_to(name)

    def _change(self, change: Callable[[Node, str, Direction], Node], to: Direction) -> None:
        name = self._bench.current
        self._show(change(self._bench.variant.tree, name, to))
        if not self._bench.is_arranging:
            self._bench.go_to(name)

    def _show(self, tree: Node) -> None:
        bench = self._bench
        if tree == bench.variant.tree:
            return
        name = bench.current
        bench.session.arrange(bench.variant.having(tree))
        bench.show_arrangement()
        if bench.board.group_with(name):
            bench.board.bring_up(name)
            bench.board.show(bench.board.arrangement or tree, bench.board.zoomed)
        bench.call_after_refresh(bench.retitle)
