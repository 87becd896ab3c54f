"""The numbers of the formats that this program writes; they rise only with a breaking change."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1
"""Of workspace files, overlays and user configs."""

SESSION_FORMAT: Final = 1
"""Of session files."""
