"""The greeting of a link: who is there, and whether it is the right one."""

from __future__ import annotations

from typing import Final

from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.protocol.messages import (
    PROTOCOL,
    Code,
    FromServer,
    Hello,
    Refused,
    Standing,
    Welcome,
)
from stui_workspace.connections.stui.faults import LinkError
from stui_workspace.connections.stui.resolving import in_thread
from stui_workspace.errors import SecretError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec

_FINAL: Final = {Code.VERSION, Code.IDENTITY, Code.TOKEN}
"""What a later attempt would be refused for in the same way."""
_WHY: Final = {
    Code.VERSION: "it speaks no version of the protocol that we do",
    Code.IDENTITY: "somebody else answered",
    Code.TOKEN: "it does not accept the token",
    Code.BUSY: "it takes no more clients now",
}


async def hello_of(spec: ConnectionSpec, setting: Setting, *, is_private: bool) -> Hello:
    """What to greet with.

    Raises:
        LinkError: A secret would have to be sent, and cannot be had or must not be sent so.
    """
    token = None
    if spec.credential is not None:
        token = await _token(setting, is_private=is_private)
    return Hello(setting.client, PROTOCOL, spec.identity, token)


async def _token(setting: Setting, *, is_private: bool) -> str | None:
    if not is_private:
        raise LinkError(
            "others on the network could read the token on its way",
            "use `tls://`, `tcp://` with `?server_key=`, or a tunnel from 127.0.0.1",
            is_final=True,
        )
    try:
        return await in_thread(setting.secret, "stui-secret")
    except SecretError as error:
        raise LinkError(printable_line(str(error)), error.next_step, is_final=True) from error


def knows_no_greeting(reply: FromServer) -> bool:
    """Whether it is so simple a server that it refuses to be greeted."""
    return isinstance(reply, Refused) and reply.code not in (*_FINAL, Code.BUSY)


def check_welcome(spec: ConnectionSpec, reply: FromServer) -> Welcome:
    """The welcome of the server that was meant.

    Raises:
        LinkError: It refused, or it is somebody else.
    """
    if isinstance(reply, Refused):
        raise refusal_of(spec, reply)
    if not isinstance(reply, Welcome):
        raise LinkError("it answered the greeting with something else")
    if reply.standing is Standing.REFUSED:
        raise _refused(spec, reply.code or "", reply.reason or "", reply.next_step)
    if reply.protocol != PROTOCOL:
        raise LinkError(
            f"it speaks version {reply.protocol} of the protocol, and this is version {PROTOCOL}",
            "update whichever of the two is older",
            is_final=True,
        )
    check_identity(spec, reply.identity)
    return reply


def refusal_of(spec: ConnectionSpec, refusal: Refused) -> LinkError:
    """Why there is no link, as the server says it."""
    return _refused(spec, refusal.code, refusal.reason, refusal.next_step)


def check_identity(spec: ConnectionSpec, identity: str | None) -> None:
    """Return if that is who was expected.

    Raises:
        LinkError: It is somebody else.
    """
    if spec.identity is None or spec.identity == identity:
        return
    who = "somebody without a name" if identity is None else f"`{printable_line(identity, 80)}`"
    raise LinkError(
        f"{who} answered, and `{printable_line(spec.identity, 80)}` was expected",
        f"correct `connections.{spec.name}.url`, or its `identity` if this is the right one",
        is_final=True,
    )


def _refused(spec: ConnectionSpec, code: str, reason: str, next_step: str | None) -> LinkError:
    known = Code(code) if code in set(Code) else None
    why = printable_line(reason) or _WHY.get(known or Code.UNKNOWN_TYPE, "it does not say why")
    if known is Code.TOKEN:
        name = spec.credential
        own = f"correct the secret `{name}`" if name else "name the token by `credential`"
    elif known is Code.VERSION:
        own = "update whichever of the two is older"
    else:
        own = f"correct `connections.{spec.name}.url`"
    step = printable_line(next_step) if next_step else own
    return LinkError(f"it refused: {why}", step, is_final=known in _FINAL)
