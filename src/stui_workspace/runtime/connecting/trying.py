"""Trying a connection out: reached, greeted, pinged and closed, with nothing kept of it."""

from __future__ import annotations

import asyncio
from time import perf_counter

from stui_workspace.connections.backend import Backend, Hello
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import StuiError
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.attempts import check_identity
from stui_workspace.runtime.services import MakeBackend
from stui_workspace.trust import Claim


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a connection."""

    hello: Hello | None = None
    """Who answered; None where nobody did, or the wrong one."""
    seconds: float = 0.0
    """Until the answer, or the failure."""
    round_trip: float | None = None
    """Of a ping after it, in seconds."""
    reason: str | None = None
    """Why it failed, in one clause."""
    next_step: str | None = None
    claim: Claim | None = None
    """What has to be approved first, where consent is missing."""


PATIENCE_SECONDS = 15.0


async def try_out(
    spec: ConnectionSpec, setting: Setting, make: MakeBackend, patience: float = PATIENCE_SECONDS
) -> Trial:
    """What comes of connecting once. Consent has been asked for; nothing of it is left running.

    Args:
        spec: As it was approved.
        setting: What the backend is made with.
        make: Makes it.
        patience: Seconds that it may take at most.
    """
    began = perf_counter()
    backend: Backend | None = None
    try:
        async with asyncio.timeout(patience):
            backend = make(spec, setting)
            hello = await backend.start()
            check_identity(spec, hello)
            greeted = perf_counter()
            await backend.ping()
            return Trial(hello, greeted - began, perf_counter() - greeted)
    except TimeoutError:
        reason = f"no answer within {patience:g} s"
        return Trial(seconds=perf_counter() - began, reason=reason)
    except StuiError as error:
        reason = getattr(error, "reason", str(error))
        return Trial(seconds=perf_counter() - began, reason=reason, next_step=error.next_step)
    finally:
        if backend is not None:
            await backend.close()
