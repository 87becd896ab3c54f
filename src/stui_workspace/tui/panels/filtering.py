"""A line to type into above a list, which is narrowed to what has that."""

from __future__ import annotations

from textual.widgets import Input


class Filter(Input):
    """Narrows the list while something is typed in it."""

    DEFAULT_CSS = """
    Filter {
        border: none; height: 1; padding: 0; margin: 0 1 1 0; display: none; background: $surface;
        &.-shown { display: block; }
        &:focus { border: none; background-tint: transparent; }
    }
    """
