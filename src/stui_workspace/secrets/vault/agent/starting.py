"""Starting an agent: a process that has nothing to do with this one when it is up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from stui_workspace.errors import SecretError
from stui_workspace.secrets.vault.agent.asking import lock, status
from stui_workspace.secrets.vault.agent.places import IS_AVAILABLE, Place, make_private
from stui_workspace.secrets.vault.agent.reports import READY, TAKEN, reason_of
from stui_workspace.secrets.vault.agent.terms import Limits
from stui_workspace.secrets.vault.agent.words import Held, Order, order_line

COMMAND: Final = (sys.executable, "-I", "-m", "stui_workspace.secrets.vault.agent")
PATIENCE: Final = 20.0
"""Seconds for an agent to come up, and for one before it to go."""
_AGAIN: Final = 0.05
_BY_HAND: Final = "a key file unlocks it without an agent: `stui vault slot add --help`"
_NEEDED: Final = ("PATH", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
"""What an interpreter may need of the environment to start at all."""


def hold(
    place: Place,
    vault: str,
    key: bytes,
    limits: Limits,
    environ: Mapping[str, str] | None = None,
) -> Held:
    """Let an agent hold the data key of a vault; what it says of itself comes back.

    An agent that is there already locks first: there is one, with the newest limits. Of two that
    are started at once one stays, and is what both callers get.

    Args:
        place: Where.
        vault: The id of the vault. For another one the key is never given out.
        key: Its data key.
        limits: For how long.
        environ: Of this process; next to nothing of it is passed on.

    Raises:
        SecretError: There are no agents on this system, or it does not come up.
        DiskError: Its folder cannot be made, or others may use it.
    """
    if not IS_AVAILABLE:
        raise _trouble(
            "this system has no agent that could hold it open",
            "`stui vault slot add --keyring` lets the keyring of this system unlock it",
        )
    make_private(place)
    order = order_line(Order(os.fspath(place.folder), vault, key, limits))
    until = time.monotonic() + PATIENCE
    lock(place)
    while True:
        report = _started(order, os.environ if environ is None else environ)
        held = status(place)
        if held is not None and held.vault == vault:
            return held
        if report not in (READY, TAKEN) or time.monotonic() >= until:
            reason = reason_of(report)
            why = f": {reason}" if reason else ""
            raise _trouble(f"the agent that is to hold it open does not come up{why}", _BY_HAND)
        time.sleep(_AGAIN)  # another one is there, and on its way in or out


def _started(order: bytes, environ: Mapping[str, str]) -> bytes:
    """What an agent reports that was given this order; nothing where it did not live to."""
    try:
        with subprocess.Popen(  # noqa: S603 (it is our own program)
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: environ[name] for name in _NEEDED if name in environ},
            cwd="/",
            start_new_session=True,
        ) as process:
            try:
                return process.communicate(order, timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired:
                with suppress(OSError):
                    process.kill()
                return b""
    except OSError:
        return b""


def _trouble(reason: str, next_step: str) -> SecretError:
    error = SecretError("vault", reason)
    error.next_step = next_step
    return error
