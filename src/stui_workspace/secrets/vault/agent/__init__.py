"""An agent that holds the data key of the vault for a while, as ssh-agent holds keys.

It is a process in a session of its own that is reached through a socket of its user alone. It has
the key of one vault, and gives it to processes of that user that ask for that vault, until it is
told to lock, is out of time, or is not in its place any more. The key comes to it through a pipe.
"""

from __future__ import annotations

from stui_workspace.secrets.vault.agent.asking import ask, lock, status
from stui_workspace.secrets.vault.agent.places import IS_AVAILABLE, Place, place_of
from stui_workspace.secrets.vault.agent.starting import hold
from stui_workspace.secrets.vault.agent.terms import HELD, UNUSED, Limits
from stui_workspace.secrets.vault.agent.words import Held

__all__ = [
    "HELD",
    "IS_AVAILABLE",
    "UNUSED",
    "Held",
    "Limits",
    "Place",
    "ask",
    "hold",
    "lock",
    "place_of",
    "status",
]
