"""Running a server until somebody ends it."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.connections.serving.addresses import Address
from stui_workspace.connections.serving.listening import Sealing, listening
from stui_workspace.connections.serving.server import Options, Server
from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.connecting.discreet import discreet
from stui_workspace.schema.endpoints import endpoint_of
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.secrets.secret import Secret
from stui_workspace.storage.lock import try_hold

if TYPE_CHECKING:
    from stui_workspace.connections.backend import Backend
    from stui_workspace.model.workspace import ConnectionSpec


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served, and how."""

    spec: ConnectionSpec
    setting: Setting
    """Its folder is for this server alone, and has the journal."""
    address: Address
    options: Options
    sealing: Sealing
    as_json: bool = False


async def serve(serving: Serving) -> None:
    """Serve until a signal comes.

    Raises:
        UsageError: It cannot be done as it is asked for.
        ConnectionLostError: The backend does not start.
        DiskError: A file or a folder that it needs cannot be used.
    """
    ended = asyncio.Event()
    end_on_signals(ended)
    asyncio.get_running_loop().set_exception_handler(_say_shortly)
    root, folder = serving.setting.root, serving.setting.folder
    assert folder is not None  # noqa: S101 (for the types)
    lock = try_hold(folder / "lock")
    if lock is None:
        raise UsageError(f"another `stui serve` serves {root} there", "end it, or --bind elsewhere")
    with lock:
        server = Server(lambda: _backend(serving), folder / "journal", serving.options)
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(
                listening(server, serving.address, serving.sealing)
            )
            endpoint_of(url)  # what no client could read is refused before anything runs
            life = await server.start()
            stack.push_async_callback(server.close)
            _say_ready(serving, url, life.hello.backend, life.hello.incarnation)
            await ended.wait()
            tell("ending", kind="note")


def _backend(serving: Serving) -> Backend:
    """What is served; its own token is in nothing that it says, so that no journal has it."""
    redactor = Redactor()
    if serving.options.token is not None:
        redactor.remember(Secret(serving.options.token))
    return discreet(make_backend(serving.spec, serving.setting), redactor)


def _say_ready(serving: Serving, url: str, backend: str, incarnation: str) -> None:
    tell(f"serving {backend} in {serving.setting.root}")
    if serving.address.is_local and serving.address.path is None and not serving.options.token:
        tell("every user of this machine can run code here; a token would say who", kind="warning")
    if serving.as_json:
        put_json(
            {
                "url": url,
                "identity": serving.options.identity,
                "incarnation": incarnation,
                "backend": backend,
                "pid": os.getpid(),
            },
            indent=None,
        )
    else:
        put(url)
    sys.stdout.flush()
    tell(f"connect with: stui --connect {shlex.quote(url)}")


def end_on_signals(ended: asyncio.Event) -> None:
    """Set the event when a person or the system asks this program to end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))


def _say_shortly(_loop: asyncio.AbstractEventLoop, about: dict[str, Any]) -> None:
    """What asyncio would show as a traceback: a client's doing, most of all."""
    error = about.get("exception")
    words = str(about.get("message", ""))
    tell(f"{words}: {type(error).__name__}" if error is not None else words, kind="note")
