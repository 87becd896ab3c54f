"""How many are reached at once, over all connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from stui_workspace.connections.dialling import DIALS, MOST_DIALS, Dials
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec
from support.stui_peer import DEADLINE


class Crowd:
    """Dials that go on until they are let go."""

    def __init__(self, dials: Dials) -> None:
        self._dials = dials
        self.begun: list[int] = []
        self.ends: dict[int, asyncio.Event] = {}

    async def dial(self, number: int) -> None:
        self.ends[number] = asyncio.Event()
        async with self._dials.one():
            self.begun.append(number)
            await self.ends[number].wait()


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_than_that_dial_at_once_and_the_next_is_the_first_that_waits() -> None:
    crowd = Crowd(Dials(2))
    tasks = [asyncio.create_task(crowd.dial(number)) for number in range(5)]
    await settle()
    assert crowd.begun == [0, 1]
    crowd.ends[1].set()
    await settle()
    assert crowd.begun == [0, 1, 2]
    tasks[0].cancel()  # a dial that is called off
    tasks[3].cancel()  # one that waited still
    await settle()
    assert crowd.begun == [0, 1, 2, 4]
    for end in crowd.ends.values():
        end.set()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_dial_that_fails_makes_room() -> None:
    dials = Dials(1)
    for _ in range(3):
        with pytest.raises(OSError, match="refused"):
            async with dials.one():
                raise OSError("refused")


def test_each_loop_has_turns_of_its_own() -> None:
    dials = Dials(1)

    async def contended() -> list[int]:
        crowd = Crowd(dials)
        tasks = [asyncio.create_task(crowd.dial(number)) for number in range(2)]
        await settle()
        crowd.ends[0].set()
        crowd.ends[1].set()
        await asyncio.gather(*tasks)
        return crowd.begun

    assert [asyncio.run(contended()) for _ in range(2)] == [[0, 1], [0, 1]]


class Port:
    """A port that takes whoever comes, and says nothing."""

    def __init__(self) -> None:
        self.number = 0
        self.comers: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

    async def came(self) -> asyncio.StreamWriter:
        async with asyncio.timeout(DEADLINE):
            return await self.comers.get()


@asynccontextmanager
async def port() -> AsyncIterator[Port]:
    found = Port()

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await found.comers.put(writer)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    found.number = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("stui", "lines://127.0.0.1:{}"),
        ("stui", "tcp://127.0.0.1:{}"),
        ("socket", "tcp://127.0.0.1:{}"),
        ("jupyter", "http://127.0.0.1:{}"),
    ],
)
async def test_a_connection_waits_for_its_turn_before_it_reaches_anybody(
    kind: str, url: str, tmp_path: Path
) -> None:
    async with port() as found, AsyncExitStack() as turns:
        for _ in range(MOST_DIALS):
            await turns.enter_async_context(DIALS.one())
        spec = ConnectionSpec("it", kind, url=url.format(found.number))
        backend = make_backend(spec, Setting(tmp_path, environ={}))
        starting = asyncio.ensure_future(backend.start())
        await settle()
        _, probe = await asyncio.open_connection("127.0.0.1", found.number)
        first = await found.came()  # whoever came before us would be told first
        assert first.get_extra_info("peername") == probe.get_extra_info("sockname")
        await turns.aclose()
        second = await found.came()
        for writer in (probe, first, second):
            writer.close()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await backend.close()
