"""One fault tried: open what it left as a person would, and judge what comes of it."""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from crash.corpus.scene import Scene, bytes_below, history_in, items_in
from stui_workspace.errors import StuiError
from stui_workspace.model.receipt import Outcome, Receipt
from stui_workspace.runtime.opening import crash_question
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from support.command_line import BUG, CommandLine

WORK = ("sessions/", "journals/", "snapshots/")
"""Files that hold what a person did: damaged ones are kept, whatever is in them."""
OF_A_FILE = frozenset({"session", "journal"})
"""On a receipt, what speaks for every item that a file had."""
TYPED = "typed after the fault\n"
READERS = (("session", "ls"), ("session", "show"), ("session", "log"), ("doctor",))


@dataclass(frozen=True)
class Good:
    """What comes back where nothing happened."""

    items: Mapping[str, object]
    history: tuple[str, ...]


@dataclass
class Verdict:
    """What came of one fault, or of several together."""

    trials: int = 0
    items: int = 0
    back: int = 0
    """Items that have the value which they had."""
    named: int = 0
    """Items that do not, and are on the receipt by their own name."""
    named_by_file: int = 0
    """Items that do not, and are on it by the name of the file that was to have them."""
    unkept: int = 0
    """Trials in which all of it was there to read, and nothing could be written."""
    refused: int = 0
    """Trials that ended in an error with a next step, and left the file alone."""
    crashes: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    """Trials after which one could not go on: type, save, and have it again."""

    def __add__(self, other: Verdict) -> Verdict:
        names = (one.name for one in fields(self))
        return Verdict(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def share(self) -> float:
        """How much of everything came back, from 0 to 1."""
        return self.back / self.items if self.items else 1.0


def good_of(scene: Scene, folder: Path) -> Good:
    """What comes back of a scene where nothing happens to it."""
    session = Session.open(scene.request, scene.copy(folder).services)
    good = Good(items_in(session), history_in(session))
    assert session._keeping.lock is not None
    session._keeping.lock.release()
    assert {one.outcome for one in session.receipt.items} == {Outcome.OK}, session.receipt
    return good


@dataclass(frozen=True)
class Terms:
    """How one fault is judged."""

    exempt: bool = False
    """Whether a loss leaves no trace anywhere, so that nobody can name it."""
    kept: tuple[bytes, ...] = ()
    """Contents that must still be in some file afterwards."""
    reads: bool = False
    """Whether the readers of the command line have a look first."""


def try_out(
    scene: Scene, good: Good, name: str, services: Services | None = None, terms: Terms = Terms()
) -> Verdict:
    """Open, read, type, close, and open again what a fault left.

    Args:
        scene: After the fault.
        good: What it was before.
        name: Of the fault, for whoever reads a failure.
        services: Others than the scene's.
        terms: How it is judged.
    """
    verdict = Verdict(trials=1)
    services = services or scene.services
    if terms.reads:
        _read(scene, verdict, name)
    try:
        found = asyncio.run(_opened(scene, services, verdict, name))
    except StuiError as error:
        verdict.refused += 1
        verdict.items += len(good.items)
        if _untouched(scene, terms.kept):
            verdict.named_by_file += len(good.items)
        else:
            verdict.deleted.append(f"{name}: {error}")
        return verdict
    except Exception:  # noqa: BLE001 (any of them is what we look for)
        verdict.crashes.append(f"{name}: {traceback.format_exc()}")
        return verdict
    _judge(found, good, verdict, name=name, exempt=terms.exempt)
    if not _untouched(scene, terms.kept):
        verdict.deleted.append(name)
    return verdict


@dataclass(frozen=True)
class _Found:
    items: Mapping[str, object]
    history: tuple[str, ...]
    receipt: Receipt


async def _opened(scene: Scene, services: Services, verdict: Verdict, name: str) -> _Found:
    crash_question(replace(scene.request, asked=False), services)
    session = Session.open(scene.request, services)
    problems: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: problems.append(repr(about)))
    found = _Found(items_in(session), history_in(session), session.receipt)
    await session.start()
    added = session.add_buffer(title="After", text=TYPED)
    session.save()
    await session.close()
    if session._keeping.lock is None:
        verdict.unkept += 1
    else:
        again = Session.open(scene.request, services)
        if added not in again._memory.state.buffers:
            verdict.stuck.append(name)
        await again.close()
    verdict.crashes += [f"{name}: {one}" for one in problems]
    return found


def _read(scene: Scene, verdict: Verdict, name: str) -> None:
    """Let the readers of the command line have a look, which touches nothing."""
    stui = CommandLine(scene.services, bugs_are_expected=True)
    for command in READERS:
        path = ("--project", str(scene.root)) if command != ("doctor",) else (str(scene.root),)
        ran = stui(*command, *path)
        if ran.status == BUG or "Traceback" in ran.err:
            verdict.crashes.append(f"{name}: {' '.join(command)}: {ran.err}")


def _judge(found: _Found, good: Good, verdict: Verdict, *, name: str, exempt: bool) -> None:
    told = {one.item for one in found.receipt.items if one.outcome is not Outcome.OK}
    losses = Counter(item for item, value in good.items.items() if found.items.get(item) != value)
    verdict.items += len(good.items)
    verdict.back += len(good.items) - len(losses)
    for item in losses:
        if item in told:
            verdict.named += 1
        elif told & OF_A_FILE:
            verdict.named_by_file += 1
        elif not exempt:
            verdict.unnamed.append(f"{name}: {item}")


def _untouched(scene: Scene, kept: Iterable[bytes]) -> bool:
    there = list(bytes_below(scene.home)) if kept else []
    return all(any(content in one for one in there) for content in kept)
