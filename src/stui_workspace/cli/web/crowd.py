"""How many links strangers may hold: the port is open to every user of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from stui_workspace.model.records import dataclass, field


class Link(Protocol):
    """One connection of somebody to the server, as aiohttp has it."""

    @property
    def transport(self) -> asyncio.Transport | None: ...


@dataclass(slots=True)
class Crowd:
    """Who is connected. A link counts as a stranger's until a request on it was let in."""

    most: int = 32
    """So many strangers at once; of more, those go who came first."""
    patience: float = 15.0
    """Seconds in which a stranger has to become somebody who is let in."""
    every: float = 1.0
    _known: set[Link] = field(default_factory=set)
    _came: dict[Link, float] = field(default_factory=dict)
    """When each of the others was first seen."""

    def let_in(self, link: Link) -> None:
        """Note that who is at the other end has the cookie, or had the address."""
        self._known.add(link)

    async def keep_small(self, links: Callable[[], Iterable[Link]]) -> None:
        """Send strangers away, until cancelled.

        Args:
            links: Those that are there now.
        """
        clock = asyncio.get_running_loop().time
        while True:
            self.thin(list(links()), clock())
            await asyncio.sleep(self.every)

    def thin(self, links: Iterable[Link], now: float) -> None:
        """Send away the strangers who are too many, or have been here too long."""
        there = set(links)
        self._known &= there
        strangers = [one for one in there if one not in self._known]
        self._came = {one: self._came.get(one, now) for one in strangers}
        strangers.sort(key=self._came.__getitem__)
        for number, one in enumerate(strangers):
            is_late = now - self._came[one] > self.patience
            if (is_late or number < len(strangers) - self.most) and one.transport is not None:
                one.transport.abort()
