"""The double entry of a merge: what comes out of the engine is held against separate code.

Nothing of the engine is used here. An objection makes a mistake of either a needless conflict,
and never a loss.
"""

from __future__ import annotations

from stui_workspace.merge.gate.objecting import objection

__all__ = ["objection"]
