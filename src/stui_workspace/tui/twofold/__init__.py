"""A screen of two parts: a list, and all that is known of the marked thing; one frame for each.

The screens about connections, sessions, snapshots, conflicts, hunks and settings are this one with
rows of their own, so that they look alike and the same keys do the same things on each of them.
"""

from stui_workspace.tui.twofold.parts import Entry
from stui_workspace.tui.twofold.screen import Twofold

__all__ = ["Entry", "Twofold"]
