"""What is asked of a Jupyter Server beside its kernels' messages: over HTTP, never redirected."""

from __future__ import annotations

import errno
import json
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from stui_workspace.connections.jupyter.faults import lost_by
from stui_workspace.connections.stui.resolving import in_thread
from stui_workspace.errors import ConnectionLostError, SecretError
from stui_workspace.model.printable import printable_line
from stui_workspace.schema.web import Server

if TYPE_CHECKING:
    from tornado.httpclient import HTTPRequest, HTTPResponse

PATIENCE: Final = 10.0
SLOW: Final = 60.0
"""Seconds for what has to wait for a kernel to come up."""
BODY_LIMIT: Final = 4 << 20
MISSING: Final = 404
NO_SUCH_KERNEL: Final = 501
_TOKEN: Final = re.compile(r"\A[\x21-\x7e]{1,4096}\Z", re.ASCII)
_UNAUTHORISED: Final = (401, 403)
_NO_ANSWER: Final = 599
"""What tornado gives for a status where there was no answer."""
_FAILURES: Final = 400
_ELSEWHERE: Final = 300


class Refused(Exception):  # noqa: N818 (an answer, not an error of ours)
    """The server answered, and with a refusal that its caller may know the meaning of."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Rest:
    """The API of one server, for one connection."""

    def __init__(self, name: str, server: Server, secret: Callable[[], str | None]) -> None:
        self._name = name
        self._server = server
        self._secret = secret

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        patience: float = PATIENCE,
    ) -> Any:
        """What the server answers, parsed; None where that is nothing.

        Raises:
            ConnectionLostError: It cannot be reached, or does not let us in.
            Refused: It answered with another status.
        """
        from tornado.simple_httpclient import SimpleAsyncHTTPClient

        from stui_workspace.connections.jupyter.near import NearResolver, hush

        hush()
        request = await self.request(path, patience)
        request.method = method
        if method == "POST":
            request.body = json.dumps(body or {}).encode()
            request.headers["Content-Type"] = "application/json"
        client = SimpleAsyncHTTPClient(
            force_instance=True, max_body_size=BODY_LIMIT, resolver=NearResolver()
        )
        try:
            response = await client.fetch(request, raise_error=False)
        except Exception as error:  # noqa: BLE001 (tornado passes on what the network has)
            raise self.explained(error) from None
        finally:
            client.close()
        return self._read(response)

    async def request(self, path: str, patience: float = PATIENCE) -> HTTPRequest:
        """A request with the token in it, if there is one that may be sent there.

        Raises:
            ConnectionLostError: It may not be sent, or cannot be had.
        """
        from tornado.httpclient import HTTPRequest

        return HTTPRequest(
            f"{self._server.base}{path}",
            headers=await self._authorization(),
            connect_timeout=PATIENCE,
            request_timeout=patience,
            follow_redirects=False,
            decompress_response=False,
        )

    def explained(self, error: BaseException | None) -> ConnectionLostError:
        """Why the server could not be reached."""
        base = self._server.base
        code = getattr(error, "code", _NO_ANSWER)
        if code != _NO_ANSWER:
            return self.refusal(code)
        if isinstance(error, ssl.SSLError):
            return self._untrusted(error)
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            return lost_by(self._name, error)
        if isinstance(error, socket.gaierror):
            reason = f"the host of {base} is not known: {error.strerror}"
            step = "look at the network, or at the address"
        elif isinstance(error, OSError) and error.strerror:
            reason = f"{base} cannot be reached: {error.strerror}"
            step = "start the Jupyter Server: `jupyter server`"
        else:
            is_late = isinstance(error, TimeoutError) or "imeout" in str(error)
            how = "did not answer in time" if is_late else "gave no answer of a Jupyter Server"
            reason, step = f"{base} {how}", "look whether a Jupyter Server listens there"
        return ConnectionLostError(self._name, reason, step)

    def nonsense(self) -> ConnectionLostError:
        """What answered is something else."""
        reason = f"what answers at {self._server.base} is no Jupyter Server"
        return ConnectionLostError(self._name, reason, "look at the address")

    def refusal(self, status: int) -> ConnectionLostError:
        """What a status means that nobody knows better what to do with."""
        base = self._server.base
        if status in _UNAUTHORISED:
            reason = f"{base} refuses the token, or wants one (status {status})"
            step = f"name it by `connections.{self._name}.credential`"
        elif _ELSEWHERE <= status < _FAILURES:
            reason = f"{base} sends us elsewhere (status {status}), and nobody follows with a token"
            step = "give the address that it leads to, or a token if that is where one logs in"
        elif status == MISSING:
            reason = f"there is no Jupyter Server at {base}"
            step = "look at the address, and at the path after its port"
        else:
            reason = f"{base} answered with status {status}"
            return ConnectionLostError(self._name, reason, "look at the log of the server")
        return ConnectionLostError(self._name, reason, step, is_final=True)

    async def _authorization(self) -> dict[str, str]:
        try:
            # A keyring may take its time, and the loop has other things to do.
            token = await in_thread(self._secret, "stui-secret")
        except SecretError as error:
            raise ConnectionLostError(
                self._name,
                f"its token cannot be had: {printable_line(error.reason)}",
                "set the variable that is named, or leave out the `credential`",
                is_final=True,
            ) from error
        if token is None:
            return {}
        if not self._server.is_private:
            raise ConnectionLostError(
                self._name,
                "its token would go over the network for all to read",
                "use `https://`, or a tunnel to this machine",
                is_final=True,
            )
        if not _TOKEN.match(token):
            raise ConnectionLostError(
                self._name,
                "its credential is no token of a Jupyter Server",
                "set it again: a token has no blanks and no line breaks",
                is_final=True,
            )
        return {"Authorization": f"token {token}"}

    def _read(self, response: HTTPResponse) -> Any:
        if response.code == _NO_ANSWER:
            raise self.explained(response.error)
        if response.code in _UNAUTHORISED or _ELSEWHERE <= response.code < _FAILURES:
            raise self.refusal(response.code)
        if response.code >= _FAILURES:
            raise Refused(response.code)
        if not response.body:
            return None
        try:
            return json.loads(response.body)
        except (ValueError, RecursionError):
            raise self.nonsense() from None

    def _untrusted(self, error: ssl.SSLError) -> ConnectionLostError:
        base = self._server.base
        if isinstance(error, ssl.SSLCertVerificationError):
            reason = f"the certificate of {base} is refused: {printable_line(error.verify_message)}"
            step = "have the server use one that this machine trusts"
            return ConnectionLostError(self._name, reason, step, is_final=True)
        reason = f"{base} does not speak TLS: {printable_line(error.reason or 'no answer')}"
        return ConnectionLostError(
            self._name, reason, "see what listens there, and correct the `url`"
        )
