"""What a kernel answers to an editor. Pure."""

from __future__ import annotations

from typing import Final

from stui_workspace.connections.jupyter.messages import Message
from stui_workspace.connections.jupyter.showing import bounded
from stui_workspace.connections.looking import Completions, Inspected

NOTHING: Final = Inspected(found=False, text="")
_MATCHES_LIMIT: Final = 1000
_MATCH_LENGTH: Final = 500


def completions_of(reply: Message, cursor: int) -> Completions:
    """The completions in a reply; none where it has none."""
    matches = [one for one in reply.texts("matches")[:_MATCHES_LIMIT] if len(one) <= _MATCH_LENGTH]
    start, end = reply.number("cursor_start"), reply.number("cursor_end")
    if reply.text("status") != "ok" or not 0 <= start <= end:
        return Completions((), cursor, cursor)
    return Completions(tuple(matches), start, end)


def inspected_of(reply: Message) -> Inspected:
    """What a reply tells; nothing where it tells nothing."""
    text = reply.mapping("data").get("text/plain")
    if reply.content.get("found") is not True or not isinstance(text, str):
        return NOTHING
    return Inspected(found=True, text=bounded(text))
