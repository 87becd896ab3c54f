"""`stui conn test`: one link, step by step, each with its time; nothing of it is left."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import asdict
from time import perf_counter

from stui_workspace.cli.conn_words import address_of, milliseconds
from stui_workspace.cli.evaluating import end_on_sigterm
from stui_workspace.cli.exits import status_of
from stui_workspace.cli.reaching import Reach
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json
from stui_workspace.connections.backend import Backend, Hello
from stui_workspace.errors import ConnectionLostError, StuiError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.attempts import check_identity
from stui_workspace.runtime.services import Services
from stui_workspace.schema.addresses import address_of as read_address

PINGS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, and came off."""

    name: str
    """resolve, connect, identity, ping or close."""
    seconds: float
    detail: str | None = None
    """For people."""


@dataclass(slots=True)
class Tried:
    """What came of a test."""

    steps: list[Step]
    hello: Hello | None = None
    failed_at: str | None = None
    error: StuiError | None = None


def try_connection(reach: Reach, services: Services, timeout: float, *, as_json: bool) -> int:
    """The exit status of a test of a connection, which is told step by step.

    Args:
        reach: May be made.
        services: Of this run.
        timeout: Seconds that all of it may take.
        as_json: Whether to print one document at the end instead.

    Raises:
        StuiError: It failed, and `as_json` is not wanted.
    """

    def show(step: Step) -> None:
        if not as_json:
            detail = f"{milliseconds(step.seconds):>8}  {step.detail or ''}".rstrip()
            put(f"{step.name:8}  {detail}")

    try:
        tried = asyncio.run(_Test(reach, services, show).run(timeout))
    except asyncio.CancelledError:
        return Status.TERMINATED
    if as_json:
        put_json(_record(reach.spec, tried))
    elif tried.error is not None:
        raise tried.error
    if tried.error is None:
        return Status.DONE
    is_of_secret = status_of(tried.error) is Status.SECRET
    return Status.SECRET if is_of_secret else Status.CONNECTION


class _Test:
    """A link from its first step to its last."""

    def __init__(self, reach: Reach, services: Services, show: Callable[[Step], None]) -> None:
        self._spec = reach.spec
        self._reach = reach
        self._services = services
        self._show = show
        self._tried = Tried([])
        self._doing = "connect"

    async def run(self, patience: float) -> Tried:
        """All steps, or those up to the first that fails."""
        end_on_sigterm()
        backend: Backend | None = None
        tried = self._tried
        try:
            async with asyncio.timeout(patience):
                await self._resolve()
                self._doing = "connect"
                backend = self._reach.backend(self._services)
                await self._talk(backend)
        except TimeoutError:
            tried.failed_at = self._doing
            tried.error = ConnectionLostError(
                self._spec.name, f"no answer within {patience:g} s", _slow(self._doing)
            )
        except StuiError as error:
            tried.failed_at, tried.error = self._doing, error
        finally:
            if backend is not None:
                began = perf_counter()
                await backend.close()
                if tried.error is None:
                    self._done("close", began)
        return tried

    async def _resolve(self) -> None:
        """Look the name of the host up, where there is one; it fails for reasons of its own."""
        host = _host_name(self._spec)
        if host is None:
            return
        self._doing, began = "resolve", perf_counter()
        try:
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError as error:
            reason = f"`{host}` has no address: {error.strerror or error}"
            step = "check the name, and whether this machine is on the network"
            raise ConnectionLostError(self._spec.name, reason, step) from None
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        self._done("resolve", began, f"{host} is {', '.join(addresses[:3])}")

    async def _talk(self, backend: Backend) -> None:
        began = perf_counter()
        hello = await backend.start()
        self._tried.hello = hello
        self._done("connect", began, printable_line(hello.backend, 100))
        self._doing, began = "identity", perf_counter()
        check_identity(self._spec, hello)
        if hello.identity is not None:
            expected = "" if self._spec.identity is None else ", as expected"
            self._done("identity", began, f"{printable_line(hello.identity, 100)}{expected}")
        self._doing = "ping"
        for _ in range(PINGS):
            began = perf_counter()
            pulse = await backend.ping()
            busy = pulse.busy_for
            self._done("ping", began, None if busy is None else f"busy for {busy:.0f} s")

    def _done(self, name: str, began: float, detail: str | None = None) -> None:
        step = Step(name, perf_counter() - began, detail)
        self._tried.steps.append(step)
        self._show(step)


def _host_name(spec: ConnectionSpec) -> str | None:
    """The name that has to be looked up to reach a backend; None where there is none."""
    from ipaddress import ip_address

    try:
        address = None if spec.url is None else read_address(spec.kind, spec.url)
    except UsageError:  # its backend says it better
        return None
    host = getattr(address, "host", "")
    try:
        ip_address(host)
    except ValueError:
        return host or None
    return None


def _slow(doing: str) -> str:
    if doing == "ping":
        return "it greeted and then fell silent: look at what it is doing; `--timeout` waits longer"
    return "check that it runs and answers there; `--timeout` waits longer"


def _record(spec: ConnectionSpec, tried: Tried) -> dict[str, object]:
    error = tried.error
    reason = None
    if error is not None:
        reason = error.reason if isinstance(error, ConnectionLostError) else str(error)
    return {
        "connection": spec.name,
        "kind": spec.kind,
        "address": address_of(spec),
        "ok": error is None,
        "hello": None if tried.hello is None else asdict(tried.hello),
        "steps": [asdict(step) for step in tried.steps],
        "failed_at": tried.failed_at,
        "reason": reason,
        "next_step": None if error is None else error.next_step,
    }
