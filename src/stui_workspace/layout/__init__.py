"""The arrangement of the workbench as a tree of ratios: read, written, placed and changed.

Pure: no cell of a terminal is known here but the ones `place` is asked to divide.
"""

from stui_workspace.layout.arrange import add, close, even, join, move, resize
from stui_workspace.layout.notation import layout_revision, parse_layout, to_plain
from stui_workspace.layout.placing import Rect, neighbour, place
from stui_workspace.layout.tree import (
    Column,
    Direction,
    Leaf,
    Node,
    Row,
    Tabs,
    focus_order,
    group_of,
    groups,
    unknown_names,
)
from stui_workspace.layout.variants import (
    NARROW_BELOW,
    PANELS,
    Variant,
    default_layout,
    parse_variant,
    select_variant,
    variant_names,
    variant_to_plain,
)

__all__ = [
    "NARROW_BELOW",
    "PANELS",
    "Column",
    "Direction",
    "Leaf",
    "Node",
    "Rect",
    "Row",
    "Tabs",
    "Variant",
    "add",
    "close",
    "default_layout",
    "even",
    "focus_order",
    "group_of",
    "groups",
    "join",
    "layout_revision",
    "move",
    "neighbour",
    "parse_layout",
    "parse_variant",
    "place",
    "resize",
    "select_variant",
    "to_plain",
    "unknown_names",
    "variant_names",
    "variant_to_plain",
]
