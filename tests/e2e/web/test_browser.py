"""The workbench in a real browser: seen, typed into, kept; and shut to everybody else's pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from support.browser import Tab, opened_browser
from support.quickstart import Quickstart
from support.web import Served, served

SIZE = (132, 43)
"""Of the terminal in a window of 1200 by 800, which is large enough for all of it."""
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def quickstart(tmp_path: Path) -> Quickstart:
    return Quickstart.copied_to(tmp_path)


@asynccontextmanager
async def workbench(server: Served, folder: Path, url: str | None = None) -> AsyncIterator[Tab]:
    """A browser in which the workbench is shown."""
    async with opened_browser(folder / "browser") as tab:
        tab.resize(*SIZE)
        await tab.open(url or server.url)
        await tab.wait_for("orders = [120")
        yield tab


async def kept(quickstart: Quickstart, tab: Tab, *texts: str) -> None:
    """Return once the texts are on the disk; what the page is sent makes it look."""
    await tab.until(lambda: all(text in quickstart.kept() for text in texts), f"{texts} kept")


async def test_what_is_typed_and_evaluated_in_a_browser_is_there(
    quickstart: Quickstart, tmp_path: Path
) -> None:
    with served(quickstart) as server:
        async with workbench(server, tmp_path) as tab:
            await tab.press("Home")
            await tab.type("1+1 # ")
            await tab.wait_for("1+1 # orders")
            await tab.press("F5")
            await tab.wait_for("→ 2")
            await tab.wait_for("py online")
            await kept(quickstart, tab, "1+1 # orders", '"result":"2"')
            assert (await tab.picture()).startswith(PNG)
            assert await tab.run("location.search") == ""
            assert await tab.run("document.cookie") == ""
            assert await tab.run("history.length") == 2
            outside = [url for url in tab.requested if not url.startswith((server.origin, "data"))]
            assert outside == []


async def test_a_reload_of_the_page_opens_the_session_as_it_was(
    quickstart: Quickstart, tmp_path: Path
) -> None:
    with served(quickstart) as server:
        async with workbench(server, tmp_path) as tab:
            await tab.type("typed # ")
            await tab.wait_for("typed # orders")
            tab.clear()
            await tab.open(server.place)
            await tab.wait_for("typed # orders")
            await tab.wait_for("restored")
            assert "after a crash" not in tab.text


async def test_ctrl_q_ends_the_session_and_says_so_in_the_page(
    quickstart: Quickstart, tmp_path: Path
) -> None:
    with served(quickstart) as server:
        async with workbench(server, tmp_path) as tab:
            await tab.control("q")
            await tab.until(lambda: tab.is_closed, "the end of the websocket")
            assert await tab.run("document.body.className.includes('-closed')")
            shown = "getComputedStyle(document.querySelector('.ended')).display"
            assert await tab.run(shown) == "flex"


async def test_pages_of_others_get_nowhere(quickstart: Quickstart, tmp_path: Path) -> None:
    with served(quickstart) as server, served(quickstart, "--", "--fresh") as other:
        async with workbench(server, tmp_path) as tab:
            await tab.open(other.url)  # a page of another origin on the same machine
            await tab.wait_for("orders = [120")
            socket = server.place.replace("http", "ws", 1) + "ws?width=80&height=24"
            script = """new Promise(done => {{
                const socket = new WebSocket({!r});
                socket.onopen = () => done("open"); socket.onerror = () => done("refused");
            }})"""
            assert await tab.run(script.format(socket)) == "refused"
            fetched = f"fetch({server.place!r}).then(() => 'read', () => 'refused')"
            assert await tab.run(fetched) == "refused"


async def test_interrupt_ends_the_server_and_all_that_it_started(
    quickstart: Quickstart, tmp_path: Path
) -> None:
    with served(quickstart) as server:
        async with workbench(server, tmp_path) as tab:
            await tab.press("F5")
            await tab.wait_for("py online")
            started = server.children()
            assert len(started) >= 2, "a stui, and its Python"
            status, said = await asyncio.to_thread(server.interrupt)
            await tab.until(lambda: tab.is_closed, "the end of the websocket")
        assert (status, "Traceback" in said) == (0, False)
        gone, alive = psutil.wait_procs(started, timeout=30)
        assert alive == []
        assert len(gone) == len(started)


async def test_a_stui_does_not_outlive_a_server_that_was_killed(
    quickstart: Quickstart, tmp_path: Path
) -> None:
    with served(quickstart) as server:
        async with workbench(server, tmp_path) as tab:
            await tab.type("kept # ")
            await kept(quickstart, tab, "kept # orders")
            started = server.children()
            server.process.kill()
            _, alive = await asyncio.to_thread(psutil.wait_procs, started, 30)
            assert alive == []
    with served(quickstart) as server:
        async with workbench(server, tmp_path / "again") as tab:
            await tab.wait_for("kept # orders")
