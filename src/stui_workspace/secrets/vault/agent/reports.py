"""What an agent says once, to whoever started it."""

from __future__ import annotations

from typing import Final

from stui_workspace.model.printable import printable_line

READY: Final = b"ready\n"
"""It holds the key, and can be asked."""
TAKEN: Final = b"taken\n"
"""Another agent is in its place."""
_FAILED: Final = b"failed "
_LONGEST: Final = 300  # code points


def failed(reason: str) -> bytes:
    """That it cannot be in that place, and why."""
    return _FAILED + printable_line(reason, _LONGEST).encode("utf-8", "replace") + b"\n"


def reason_of(report: bytes) -> str | None:
    """Why an agent says that it failed; None where it does not say so."""
    if not report.startswith(_FAILED):
        return None
    return printable_line(report.removeprefix(_FAILED).decode("utf-8", "replace").strip(), _LONGEST)
