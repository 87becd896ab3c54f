"""A backend whose words hold no secret that was revealed: all that comes from one passes here.

Whoever has a token may say it back: in an error, a greeting, the output or the result of code. What
leaves this module goes to screens, files and logs, so it is taken out here, once and for all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from stui_workspace.connections.backend import (
    Answer,
    Backend,
    Hello,
    OnOutput,
    Output,
    Pulse,
    Request,
    Retirable,
)
from stui_workspace.connections.looking import Completions, Inspected, Looking
from stui_workspace.errors import StuiError
from stui_workspace.model.records import replace
from stui_workspace.secrets.redacting import Redactor, Stream

_NOTE = "note"
_SPOKEN = ("stdout", "stderr")


def discreet(backend: Backend, redactor: Redactor) -> Backend:
    """The backend, with `‹secret›` for each value that the redactor knows or comes to know."""  # noqa: RUF002
    if isinstance(backend, Retirable):
        return _DiscreetRetirable(backend, backend, redactor)
    if isinstance(backend, Looking):
        return _DiscreetLooking(backend, backend, redactor)
    return _Discreet(backend, redactor)


class _Discreet:
    def __init__(self, backend: Backend, redactor: Redactor) -> None:
        self._backend = backend
        self._redactor = redactor

    async def start(self) -> Hello:
        redact = self._redactor.redact
        async with self._clean_errors():
            hello = await self._backend.start()
            return replace(
                hello,
                backend=redact(hello.backend),
                incarnation=redact(hello.incarnation),
                identity=None if hello.identity is None else redact(hello.identity),
            )

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        outlet = _Outlet(self._redactor, on_output)
        async with self._clean_errors():
            try:
                answer = await self._backend.evaluate(request, outlet.take)
            finally:
                outlet.flush()
            return outlet.finished(answer)

    async def interrupt(self) -> None:
        async with self._clean_errors():
            await self._backend.interrupt()

    async def ping(self) -> Pulse:
        async with self._clean_errors():
            return await self._backend.ping()

    async def wait_lost(self) -> str:
        return self._redactor.redact(await self._backend.wait_lost())

    async def close(self) -> None:
        await self._backend.close()

    @asynccontextmanager
    async def _clean_errors(self) -> AsyncIterator[None]:
        try:
            yield
        except StuiError as error:
            raise self._redactor.clean(error)  # noqa: B904 (it is the same one)
        except Exception as error:
            words, count = self._redactor.counted(f"{type(error).__name__}: {error}")
            if count:
                raise RuntimeError(words) from None
            raise


class _DiscreetRetirable(_Discreet):
    def __init__(self, retirable: Retirable, backend: Backend, redactor: Redactor) -> None:
        super().__init__(backend, redactor)
        self._retirable = retirable

    async def retire(self) -> None:
        await self._retirable.retire()


class _DiscreetLooking(_Discreet):
    def __init__(self, looking: Looking, backend: Backend, redactor: Redactor) -> None:
        super().__init__(backend, redactor)
        self._looking = looking

    async def complete(self, code: str, cursor: int) -> Completions:
        found = await self._looking.complete(code, cursor)
        return replace(found, matches=tuple(map(self._redactor.redact, found.matches)))

    async def inspect(self, code: str, cursor: int) -> Inspected:
        found = await self._looking.inspect(code, cursor)
        return replace(found, text=self._redactor.redact(found.text))


class _Outlet:
    """The output of one evaluation; each of its streams is one text in pieces."""

    def __init__(self, redactor: Redactor, on_output: OnOutput) -> None:
        self._redactor = redactor
        self._on_output = on_output
        self._streams: dict[str, Stream] = {}
        self._count = 0

    def take(self, output: Output) -> None:
        if output.stream not in _SPOKEN:  # something is missing: what comes is another text
            self.flush()
            self._on_output(replace(output, text=self._redacted(output.text)))
            return
        stream = self._streams.get(output.stream)
        if stream is None:
            if self._redactor.is_idle:
                self._on_output(output)
                return
            stream = self._streams[output.stream] = self._redactor.stream()
        text = stream.feed(output.text)
        if text or output.number:
            self._on_output(replace(output, text=text))

    def flush(self) -> None:
        """Tell of what was held back."""
        streams, self._streams = self._streams, {}
        for name, stream in streams.items():
            text = stream.flush()
            self._count += stream.count
            if text:
                self._on_output(Output(name, text))

    def finished(self, answer: Answer) -> Answer:
        """The answer, after a note that says how much was taken out of it all."""
        result = None if answer.result is None else self._redacted(answer.result)
        error = None if answer.error is None else self._redacted(answer.error)
        if self._count:
            self._on_output(Output(_NOTE, taken_out(self._count)))
        return replace(answer, result=result, error=error)

    def _redacted(self, text: str) -> str:
        redacted, count = self._redactor.counted(text)
        self._count += count
        return redacted


def taken_out(count: int) -> str:
    """Says that secrets were taken out of something.

    >>> taken_out(1)
    '1 secret was taken out'
    """
    return f"{count} secret{' was' if count == 1 else 's were'} taken out"
