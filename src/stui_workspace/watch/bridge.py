"""From the watching thread to our event loop: the only place where the two meet.

An event means "look again", never "this is what changed". The threads do one thing, which is to
set a flag; reading and deciding happens elsewhere. A flag cannot overflow, and a hundred events are
one look (docs/adr/0007-watch-by-looking-again.md).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from stui_workspace.watch.hearing import Listener, MakeListener
from stui_workspace.watch.lookout import Lookout, Rhythm, Watched
from stui_workspace.watch.names import NamePredicate


def _ears(heard: Callable[[str], object]) -> Listener:
    from stui_workspace.watch.ears import Ears

    return Ears(heard)


@asynccontextmanager
async def watching(  # noqa: PLR0913 (what, how, and who is told)
    *paths: Path,
    root: Path | None = None,
    poll: bool = False,
    notice: Callable[[str], object] = lambda _text: None,
    rhythm: Rhythm = Rhythm(),  # noqa: B008 (frozen)
    make_listener: MakeListener = _ears,
    siblings: NamePredicate | None = None,
) -> AsyncIterator[asyncio.Event]:
    """A flag that is set whenever one of `paths` may have changed.

    Look once inside the block before waiting: what changed earlier is not told.

    The *folders* are watched, by name: editors save by renaming a new file over the old one, after
    which a watch on the file itself is dead; and neither file nor folder needs to exist.

    Args:
        paths: The files to watch.
        root: The project: no path below it is followed out of it.
        poll: Only to glance at the files regularly, for disks of which the system tells nothing.
        notice: Told, in one clause for a person, if it came to that without being asked for.
        rhythm: How often to glance.
        make_listener: What hears of changes.
        siblings: Of which names other files matter, too, in the folder of the first of `paths`.
            Called from other threads, once for each name.
    """
    loop = asyncio.get_running_loop()
    wake, begun, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    is_late = False

    def post(action: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop is closed, so nobody is waiting any more
            loop.call_soon_threadsafe(action)

    def tell() -> None:
        if not wake.is_set():  # else whoever clears it has yet to look
            post(wake.set)

    def begin() -> None:
        begun.set()
        if is_late:  # who looked when the block began looked before we did
            wake.set()

    lookout = Lookout(
        Watched(paths, root, siblings),
        tell,
        lambda text: post(lambda: notice(text)),
        None if poll else make_listener,
    )
    rounds = _Rounds(lookout, rhythm, lambda: post(begin), lambda: post(ended.set))
    rounds.start()
    try:
        await _soon(begun, 1.0)
        is_late = not begun.is_set()
        yield wake
    finally:
        rounds.stop()
        await _soon(ended, 0.25)


async def settle(wake: asyncio.Event, *, quiet: float = 0.05, longest: float = 1.5) -> None:
    """Wait for `wake`, then until it stays unset for `quiet` seconds, which is the time to look.

    Args:
        wake: From `watching`.
        quiet: Seconds. Programs that empty a file before they write it leave a gap of up to 50 ms.
        longest: Seconds after which it is time to look all the same, with `wake` still set.
    """
    await wake.wait()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + longest
    while wake.is_set() and loop.time() < deadline:
        wake.clear()
        await _soon(wake, quiet)  # the quiet begins anew with what is heard now


async def _soon(event: asyncio.Event, seconds: float) -> None:
    """Wait for it, but not long: a folder on a dead network can hold up its thread for minutes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # `wait_for` of 3.11 can swallow a cancellation
            await event.wait()


class _Rounds(threading.Thread):
    """Makes the rounds of one lookout, and everything else that may block."""

    def __init__(
        self,
        lookout: Lookout,
        rhythm: Rhythm,
        begun: Callable[[], object],
        ended: Callable[[], object],
    ) -> None:
        super().__init__(name="stui-watch", daemon=True)
        self._lookout = lookout
        self._rhythm = rhythm
        self._begun = begun
        self._ended = ended
        self._stopped = False
        self._due = threading.Event()
        lookout.disturbed = self._due.set

    def run(self) -> None:
        try:
            seconds = self._lookout.round(self._rhythm)
            self._begun()
            while not self._stopped:
                self._due.wait(seconds)
                self._due.clear()
                seconds = self._lookout.round(self._rhythm)
        finally:
            self._lookout.close()
            self._ended()

    def stop(self) -> None:
        """Ask it to end; it does so by itself."""
        self._stopped = True
        self._due.set()
