"""Finding inputs in the history, for both faces: they ask with values and get values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from stui_workspace.errors import DiskError
from stui_workspace.history import Found, Query, Within
from stui_workspace.model.records import dataclass, field
from stui_workspace.runtime.services import Services
from stui_workspace.storage.known_projects import known_projects

if TYPE_CHECKING:
    import sqlite3

    from stui_workspace.history.index import HistoryIndex

T = TypeVar("T")
Progress = Callable[[int, int], object]
"""Is told how much of how much is done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for."""

    typed: str = ""
    within: Within = field(default_factory=Within)
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, the best first."""

    found: tuple[Found, ...]
    has_more: bool
    entry_count: int
    """In the whole history."""
    text_count: int
    """Different ones among them."""
    damaged: tuple[tuple[str, int], ...] = ()
    """The files with lines that cannot be read, and how many there are in each."""
    is_behind: bool = False
    """Whether another stui is indexing, so that not all is there yet."""
    seconds: float = 0.0


class _StoppedError(Exception):
    """Nobody waits any more."""


class Searcher:
    """Searches the history of this user, on all their machines. Any thread may call it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._index: HistoryIndex | None = None
        self._is_closing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; a `refresh` that goes on in another thread ends soon, for the time."""
        self._is_closing = True
        if self._index is not None:
            self._index.close()

    def refresh(self, progress: Progress = lambda _done, _all: None) -> None:
        """Take in what was evaluated since; the first time this may take long."""

        def told(done: int, total: int) -> None:
            if self._is_closing:
                raise _StoppedError
            progress(done, total)

        with suppress(_StoppedError):
            self._opened().update(told)

    def search(self, wanted: Wanted) -> Results:
        """What is found, as of the last `refresh`."""
        began = perf_counter()
        index = self._opened()
        query = Query.read(wanted.typed)
        found = index.search(query, wanted.within, wanted.limit + 1)
        standing = index.standing()
        return Results(
            tuple(found[: wanted.limit]),
            len(found) > wanted.limit,
            standing.entry_count,
            standing.text_count,
            standing.damaged,
            standing.is_behind,
            perf_counter() - began,
        )

    def machines(self) -> list[str]:
        """The names of the machines on which something was evaluated."""
        return self.asked(
            lambda link: sorted(
                bytes(name).decode("utf-8", "replace")
                for (name,) in link.execute("SELECT DISTINCT machine FROM places")
            )
        )

    def asked(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """What `ask` finds in the tables of the index."""
        return self._opened().asked(ask)

    def _opened(self) -> HistoryIndex:
        if self._index is None:
            from stui_workspace.history.index import HistoryIndex

            services = self._services
            locations = services.locations
            self._index = HistoryIndex(
                locations.history, locations.cache, services.fs, services.clock
            )
        return self._index


def has_index(services: Services) -> bool:
    """Whether there is an index already, of any age."""
    from stui_workspace.history.index_tables import NAME

    return (services.locations.cache / NAME).exists()


def workspace_names(services: Services) -> Mapping[str, str]:
    """What people call the workspaces that this machine knows, by the names of their folders."""
    with suppress(DiskError):
        return {
            one.folder.path.name: one.name or one.root.name
            for one in known_projects(services.locations, services.fs)
        }
    return {}
