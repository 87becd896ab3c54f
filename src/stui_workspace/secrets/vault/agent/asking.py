"""Asking an agent: for the key, how it stands, and to lock."""

from __future__ import annotations

import os
import socket
import sys
import time
from typing import Final

from stui_workspace.secrets.vault.agent.places import Place, is_private, user_at
from stui_workspace.secrets.vault.agent.words import (
    LONGEST_LINE,
    Answer,
    Gone,
    Held,
    Key,
    Question,
    Wish,
    answer_of,
    question_line,
)

PATIENCE: Final = 5.0
"""Seconds for an agent to answer; it needs less than a thousandth of that."""


def ask(place: Place, vault: str) -> bytes | None:
    """The data key of the vault of that id; None where no agent holds it.

    Never raises: whatever is wrong with the agent, the vault is locked then.
    """
    match _asked(place, Question(Wish.KEY, vault)):
        case Key(value):
            return value
        case _:
            return None


def status(place: Place) -> Held | None:
    """What the agent there holds, and until when; None where there is none."""
    match _asked(place, Question(Wish.STATUS)):
        case Held() as held:
            return held
        case _:
            return None


def lock(place: Place) -> bool:
    """Whether an agent was there; it has let go of its key."""
    return isinstance(_asked(place, Question(Wish.LOCK)), Gone)


def _asked(place: Place, question: Question) -> Answer | None:
    """What the agent answers; None where none does, or the one that does is not our own."""
    if sys.platform == "win32":
        return None
    path = place.socket
    if not (is_private(place.folder) and is_private(path.parent)):
        return None
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(PATIENCE)
            one.connect(os.fspath(path))
            if user_at(one) != os.geteuid():
                return None
            one.sendall(question_line(question))
            return answer_of(_line(one))
    except OSError:
        return None


def _line(one: socket.socket) -> bytes:
    """All that is said until the other end hangs up, or says too much, or takes too long."""
    said, until = b"", time.monotonic() + PATIENCE
    while len(said) <= LONGEST_LINE and (left := until - time.monotonic()) > 0:
        one.settimeout(left)
        piece = one.recv(LONGEST_LINE + 1)
        if not piece:
            return said
        said += piece
    return b""
