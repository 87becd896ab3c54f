"""Which arrangement is shown: the file's named layouts, and their form for narrow terminals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from stui_workspace.layout.notation import parse_layout, to_plain
from stui_workspace.layout.tree import Column, Leaf, Node, Row, Tabs
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.values import Plain

PANELS: Final = ("connections", "results", "inspector", "transcript", "history", "snippets")
"""The panels every workbench has; any other name in a layout is a buffer."""

NARROW_BELOW: Final = 100
"""Columns under which the narrow form is shown, where the file does not say."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One named layout at one width of the terminal."""

    name: str | None
    """Its name in the file; None for the built-in one."""
    wide: Node
    narrow: Node | None = None
    below: int = NARROW_BELOW
    """The narrow form is shown in terminals with fewer columns than this."""
    width: int = NARROW_BELOW

    @property
    def is_narrow(self) -> bool:
        return self.narrow is not None and self.width < self.below

    @property
    def tree(self) -> Node:
        """The tree to show at this width."""
        return self.narrow if self.narrow is not None and self.is_narrow else self.wide

    def at(self, width: int) -> Variant:
        """The same layout in a terminal of `width` columns."""
        return replace(self, width=width)

    def having(self, tree: Node) -> Variant:
        """The layout with the tree that is now shown replaced; the other form is kept."""
        return replace(self, narrow=tree) if self.is_narrow else replace(self, wide=tree)


def variant_names(layout: Mapping[str, Plain]) -> tuple[str, ...]:
    """The named layouts of the file that can be shown, in file order."""
    return tuple(name for name, plain in layout.items() if parse_variant(plain, name) is not None)


def select_variant(
    layout: Mapping[str, Plain],
    width: int,
    *,
    name: str | None = None,
    buffers: Sequence[str] = (),
) -> Variant:
    """The layout to show: the one called `name`, else the file's default, else its first.

    Args:
        layout: The file's `layout`, as written.
        width: Columns of the terminal.
        name: The one a person chose; a name that is gone is no choice.
        buffers: For the built-in layout, which is shown where the file has none.
    """
    names = variant_names(layout)
    for wanted in (name, layout.get("default"), *names[:1]):
        if isinstance(wanted, str) and wanted in names:
            chosen = parse_variant(layout[wanted], wanted)
            if chosen is not None:
                return chosen.at(width)
    return replace(_built_in(buffers), width=width)


def parse_variant(plain: Plain, name: str | None) -> Variant | None:
    """A layout with its narrow form; None where there is nothing to show."""
    wide = parse_layout(plain)
    if wide is None or not isinstance(plain, Mapping):
        return None
    narrow = plain.get("narrow")
    below = narrow.get("below") if isinstance(narrow, Mapping) else None
    if isinstance(below, bool) or not isinstance(below, int) or below < 1:
        below = NARROW_BELOW
    return Variant(name, wide, parse_layout(narrow), below)


def variant_to_plain(variant: Variant) -> dict[str, Plain]:
    """A layout with its narrow form, as the file writes it."""
    written = to_plain(variant.wide)
    if variant.narrow is not None:
        written["narrow"] = {"below": variant.below, **to_plain(variant.narrow)}
    return written


def default_layout(buffers: Iterable[str]) -> Node:
    """The arrangement where the file has none: connections beside editors above results."""
    return _built_in(tuple(buffers)).wide


def _built_in(buffers: Sequence[str]) -> Variant:
    names = tuple(dict.fromkeys(name for name in buffers if name and name not in PANELS))
    below = ("results", "inspector", "transcript", "history")
    editors: tuple[Node, ...] = (Tabs(names, 3),) if names else ()
    wide = Row((Leaf("connections", 1), Column((*editors, Tabs(below, 2)), 3)))
    narrow = Column((*editors, Tabs((*below, "connections"), 2)))
    return Variant(None, wide, narrow)
