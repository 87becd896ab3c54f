"""Taking the histories of other programs into the log: first a plan, then, if wanted, the rest.

The same input has the same id each time, so that taking a file in twice adds nothing. What has the
form of a secret is taken out on the way.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from math import isfinite
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, NotFoundError
from stui_workspace.history import Entry
from stui_workspace.history.policy import LONGEST_CODE
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.connecting.inputs import history_of
from stui_workspace.runtime.discretion import without_secrets
from stui_workspace.runtime.searching.formats import READERS, Typed
from stui_workspace.runtime.services import Services
from stui_workspace.schema.leaks import NOT_KEPT, blotted, is_leak
from stui_workspace.storage.whole import read_whole

KINDS: Final = (*READERS, "ipython")
MOST_BYTES: Final = 256 << 20
_SHELLS: Final = ("bash", "zsh", "fish")
_GIVEN: Final = re.compile(
    r"""(?<![\w$])(?P<name>[A-Za-z_]\w{0,80})=(?P<value>"[^"\n]{1,4096}"|'[^'\n]{1,4096}'|[^\s;&|]{1,4096})"""
)
"""Where a shell is given a value by name."""
_FAR: Final = 253402300800.0
"""The year 10000; no history is from then."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a file in would add."""

    path: Path
    kind: str
    new: tuple[Entry, ...]
    known_count: int
    """That the history has already."""
    forgotten_count: int
    """That were forgotten, and stay so."""
    unread_count: int
    """Pieces that cannot be read, or are too long for an input."""
    secret_count: int
    """Of the new ones, those from which a secret was taken out."""


def default_file(kind: str, environ: Mapping[str, str]) -> Path | None:
    """Where a program of that kind keeps its history; None where that is not known."""
    home = Path(environ.get("HOME") or "~").expanduser()
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    ipython = Path(environ.get("IPYTHONDIR") or home / ".ipython")
    return {
        "bash": Path(environ.get("HISTFILE") or home / ".bash_history"),
        "zsh": Path(environ.get("ZDOTDIR") or home) / ".zsh_history",
        "fish": data / "fish" / "fish_history",
        "python": Path(environ.get("PYTHON_HISTORY") or home / ".python_history"),
        "ptpython": data / "ptpython" / "history",
        "ipython": ipython / "profile_default" / "history.sqlite",
    }.get(kind)


def plan_taking_in(services: Services, kind: str, path: Path, connection: str | None) -> Plan:
    """What taking in the file would add; nothing is written.

    Args:
        services: Of this user.
        kind: One of `KINDS`.
        path: The file.
        connection: What the inputs are said to be made with; None for the name of the kind.

    Raises:
        NotFoundError: There is no such file.
        DiskError: It, or the history, cannot be read.
    """
    resolved = path.resolve()
    content = read_whole(services.fs, resolved, MOST_BYTES)
    if content is None:
        raise NotFoundError("file", str(path), "name the file after the kind")
    typed = list(_typed(kind, resolved, content))
    changed = _changed(resolved, services.clock())
    pieces = [one for one in typed if one is not None]
    fitting = [one for one in pieces if 0 < len(one.code.strip()) <= LONGEST_CODE]
    maker = _Maker(services, kind, connection or kind, changed)
    log = history_of(services)
    made = {entry.id: (entry, held) for entry, held in maker.entries(fitting)}
    forgotten = log.forgotten().keys() & made.keys()
    known = {entry.id for entry in log.entries() if entry.id in made}
    new = [made[name] for name in made if name not in known and name not in forgotten]
    return Plan(
        path,
        kind,
        tuple(entry for entry, _ in new),
        len(known),
        len(forgotten),
        len(typed) - len(fitting),
        sum(held for _, held in new),
    )


def take_in(services: Services, plan: Plan) -> int:
    """Take in what was planned, and say how many entries are new.

    Raises:
        DiskError: Not all was taken in; the rest is, the next time.
    """
    return history_of(services).take_in(plan.new)


class _Maker:
    """Makes entries of the log from what was typed elsewhere."""

    def __init__(self, services: Services, kind: str, connection: str, changed: float) -> None:
        self._services = services
        self._kind = kind
        self._connection = connection
        self._changed = changed
        self._times: Counter[str] = Counter()

    def entries(self, typed: list[Typed]) -> Iterator[tuple[Entry, bool]]:
        """The entries, and of each whether something was taken out of it."""
        for index, one in enumerate(typed):
            code = self._without_secrets(one.code)
            made = one.entry or self._entry(one, index - len(typed))
            yield replace(made, code=code), code != one.code

    def _entry(self, one: Typed, place: int) -> Entry:
        name = self._id(one)
        at = one.at if one.at is not None and 0 <= one.at < _FAR else None
        when = self._changed + place if at is None else at
        return Entry(when, self._connection, one.code, machine=self._services.machine, id=name)

    def _id(self, one: Typed) -> str:
        """The same for the same input in the same file; how often it came counts without a time."""
        if one.at is not None and isfinite(one.at):
            key = repr(one.at)
        else:
            self._times[one.code] += 1
            key = f"#{self._times[one.code]}"
        parts = (self._kind, self._services.machine, key, one.code)
        return blake2b(json.dumps(parts).encode("ascii"), digest_size=8).hexdigest()

    def _without_secrets(self, code: str) -> str:
        clean = without_secrets(code, self._services.redactor)
        if self._kind not in _SHELLS:
            return clean
        spans = [
            Span(*match.span("value"))
            for match in _GIVEN.finditer(clean)
            if not NOT_KEPT.startswith(match["value"])  # taken out by its form already
            and is_leak(match["name"], match["value"].strip("\"'"))
        ]
        return blotted(clean, spans, NOT_KEPT)


def _typed(kind: str, path: Path, content: bytes) -> Iterator[Typed | None]:
    if kind == "ipython":
        from stui_workspace.runtime.searching.ipython import ipython

        return ipython(path)
    return READERS[kind](content)


def _changed(path: Path, now: float) -> float:
    try:
        return min(path.stat().st_mtime, now)
    except OSError as error:
        raise DiskError(path, "it is gone", "try again") from error
