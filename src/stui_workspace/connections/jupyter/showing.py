"""What a kernel shows, as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stui_workspace.model.printable import printable_line

TEXT_LIMIT: Final = 512 << 10
"""Characters of all output of one evaluation, and again of its result and of its error."""
_PLAIN: Final = "text/plain"
_TYPES_SHOWN: Final = 8


def shown(bundle: Mapping[str, Any]) -> str:
    r"""The text of something that comes in many forms, and the names of the forms left out.

    >>> shown({"text/plain": "<Figure>", "image/png": "iVBORw0KGgo="})
    '<Figure>\n[also: image/png]'
    >>> shown({"image/png": "iVBORw0KGgo="})
    '[image/png]'
    """
    text = bundle.get(_PLAIN)
    if isinstance(text, list):  # lines, as notebooks keep them
        text = "".join(one for one in text if isinstance(one, str))
    types = [printable_line(one, 60) for one in bundle if one != _PLAIN]
    rest = len(types) - _TYPES_SHOWN
    listed = ", ".join(types[:_TYPES_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    if not isinstance(text, str):
        return f"[{listed}]" if listed else ""
    return f"{text}\n[also: {listed}]" if listed else text


def bounded(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""`text`, cut where it is too long, which it then says.

    >>> bounded("abcdef", 4)
    'abcd\n[2 more characters are left out]'
    """
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n[{len(text) - limit:,} more characters are left out]"
