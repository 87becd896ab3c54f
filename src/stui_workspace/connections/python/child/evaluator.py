"""Evaluating code in the namespace of the connection."""

from __future__ import annotations
import __future__

import ast
import builtins
import io
import linecache
import types
from collections import deque

from .faults import EVALUATED, TEXT_LIMIT, reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

SOURCES_LIMIT = 1 << 20
"""Characters of evaluated code that tracebacks can quote."""
CO_COROUTINE = 0x80
"""As in `inspect`, which takes long to import."""


class Evaluator:
    """One namespace, and what is done in it."""

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.module.__dict__["__builtins__"] = builtins
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._future_flags = 0
        for name in __future__.all_feature_names:
            self._future_flags |= getattr(__future__, name).compiler_flag
        self._loop: asyncio.AbstractEventLoop | None = None
        self._count = 0
        self._sources: deque[tuple[str, int]] = deque()
        self._sources_length = 0

    def evaluate(self, code: str) -> dict[str, str | None]:
        """The fields of an answer. What the code raises is in it, whatever it is."""
        self._count += 1
        name = f"{EVALUATED}{self._count}>"
        try:
            self._remember(name, code)
            return {"ending": "ok", "result": shown(self._value(name, code))}
        except KeyboardInterrupt as error:
            return {"ending": "interrupted", "error": reported(error)}
        except SystemExit as error:
            stays = "\n[stui: this connection goes on; restart it to begin anew]"
            return {"ending": "error", "error": reported(error) + stays}
        except BaseException as error:  # noqa: BLE001 (not a bug of ours)
            return {"ending": "error", "error": reported(error)}

    def look_up(self, wanted: str, name: str) -> str:
        """What is known of a name, as JSON; raises whatever their code does."""
        from .lookup import looked_up

        return looked_up(wanted, name, self.module.__dict__)

    def _value(self, name: str, code: str) -> object:
        statements, last = self._parts(name, code)
        if (statements.co_flags | last.co_flags) & CO_COROUTINE:
            return self._awaited(self._in_loop(statements, last))
        self._run(statements)
        return self._run(last)

    def _parts(self, name: str, code: str) -> tuple[types.CodeType, types.CodeType]:
        """The statements, and the expression at the end."""
        tree = self._compiled(code, name, "exec", ast.PyCF_ONLY_AST)
        is_value = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
        last = ast.Expression(tree.body.pop().value) if is_value else "None"
        statements = self._compiled(tree, name, "exec")
        self._flags |= statements.co_flags & self._future_flags
        return statements, self._compiled(last, name, "eval")

    def _compiled(self, source: Any, name: str, mode: str, flags: int = 0) -> Any:
        return compile(source, name, mode, self._flags | flags, dont_inherit=True)

    def _run(self, code: types.CodeType) -> Any:
        return eval(code, self.module.__dict__)  # noqa: S307 (it is what we are for)

    async def _in_loop(self, *parts: types.CodeType) -> object:
        value = None
        for part in parts:
            value = self._run(part)
            if part.co_flags & CO_COROUTINE:
                value = await value
        return value

    def _awaited(self, coroutine: Any) -> object:
        import asyncio  # most code never needs it

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()  # one for all: tasks go on at the next `await`
        task = self._loop.create_task(coroutine)
        try:
            return self._loop.run_until_complete(task)
        except KeyboardInterrupt:
            if not task.done():
                task.cancel()
                self._loop.run_until_complete(asyncio.wait([task]))
            raise

    def _remember(self, name: str, code: str) -> None:
        lines = io.StringIO(code, newline=None).readlines()
        linecache.cache[name] = (len(code), None, lines, name)
        self._sources.append((name, len(code)))
        self._sources_length += len(code)
        while self._sources_length > SOURCES_LIMIT:
            oldest, length = self._sources.popleft()
            self._sources_length -= length
            linecache.cache.pop(oldest, None)


def shown(value: object) -> str | None:
    """The representation of a value, bounded; sets `_`, as the interactive interpreter does."""
    if value is None:
        return None
    vars(builtins)["_"] = None
    text = repr(value)
    excess = str.__len__(text) - TEXT_LIMIT  # a class of theirs may lie about it
    text = str.__getitem__(text, slice(TEXT_LIMIT))
    vars(builtins)["_"] = value
    return text if excess <= 0 else f"{text}... [stui: {excess:,} more characters]"
