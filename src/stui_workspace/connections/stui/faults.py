"""Why a link cannot be made, or fell, in words for people."""

from __future__ import annotations

import errno
import os
import ssl
from typing import Final

from stui_workspace.connections.protocol.fields import EnvelopeError
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.printable import printable_line

CORRECT_URL: Final = "start the server there, or correct the `url` of the connection"
CONNECT_AGAIN: Final = "connect it again"
HUNG_UP: Final = "see whether it takes more clients, and what its log says"
MORE_FILES: Final = "close some connections, or raise the limit that `ulimit -n` shows"


class LinkError(Exception):
    """There is no link, or no more; in one clause, safe to show."""

    def __init__(
        self, reason: str, next_step: str | None = None, *, is_final: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step
        self.is_final = is_final

    def of(self, connection: str) -> ConnectionLostError:
        """The same, told of a connection."""
        return ConnectionLostError(connection, self.reason, self.next_step, self.is_final)


def why_not_started(
    error: BaseException, connection: str, patience: float
) -> ConnectionLostError | None:
    """The same for people, of whatever kept a link from being made; None where it is no fault."""
    match error:
        case LinkError():
            return error.of(connection)
        case TimeoutError():
            reason = f"no answer within {patience:g} s"
            return ConnectionLostError(connection, reason, CORRECT_URL)
        case UsageError(reason, next_step):
            return ConnectionLostError(connection, reason, next_step, is_final=True)
        case EnvelopeError():
            reason = "the greeting is longer than a message may be"
            return ConnectionLostError(connection, reason, "shorten the token", is_final=True)
        case _:
            return None


def cannot_reach(error: OSError, address: str) -> LinkError:
    """Why nothing could be opened at an address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = printable_line(error.verify_message or "it cannot be verified", 120)
        return LinkError(
            f"the certificate of {address} is not trusted: {why}",
            "if it is the right one, name the file of its authority in `SSL_CERT_FILE`",
            is_final=True,
        )
    if isinstance(error, ssl.SSLError):
        why = printable_line(error.reason or "the handshake failed", 80).replace("_", " ").lower()
        return LinkError(f"{address} does not speak TLS as it should: {why}", CORRECT_URL)
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return too_many_files()
    return LinkError(*_plain_words(error, address))


def has_fallen(error: OSError) -> LinkError:
    """Why a link is there no more."""
    if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return LinkError("it hung up", HUNG_UP)
    return LinkError(f"the link fell: {_words(error)}")


def too_many_files() -> LinkError:
    """There is no descriptor left for another link."""
    return LinkError("too many open files", MORE_FILES)


def _plain_words(error: OSError, address: str) -> tuple[str, str]:
    match error:
        case ConnectionRefusedError():
            return f"nobody listens at {address}", CORRECT_URL
        case FileNotFoundError():
            return f"there is no socket {address}", CORRECT_URL
        case PermissionError():
            return f"{address} may not be opened", "ask its owner for the right to use it"
        case _:
            return f"{address} cannot be reached: {_words(error)}", CORRECT_URL


def _words(error: OSError) -> str:
    """Of the system, where it has some: a library's own text may say anything."""
    if isinstance(error, TimeoutError):
        return "no answer"
    if error.errno is None or error.errno <= 0:
        return type(error).__name__
    return os.strerror(error.errno)
