"""The screen that settles a merge, on a disk in memory, with a hand on its keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from doubles.flaky_disk import FlakyDisk
from stui_workspace.merge import Choice, Policy, merge3
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.tui.merging.app import MergingApp, begun
from stui_workspace.tui.merging.leaving import MergedFile
from stui_workspace.tui.merging.screen import MergingScreen

FILE: Final = Path("/.stui-workspace.yaml")
BASE: Final = """\
# who we are
stui: 1
name: orders

buffers:
  # to try things
  scratch:
    title: Scratch
    source: |
      one
      two
"""
OURS: Final = (
    BASE.replace("name: orders", "name: mine")
    .replace("# to try things", "# ours to try")
    .replace("      two", "      two of ours")
)
THEIRS: Final = (
    BASE.replace("name: orders", "name: yours")
    .replace("# to try things", "# theirs to try")
    .replace("      two", "      two of theirs")
    .replace("title: Scratch", "title: Pad")
)
NAME: Final = "/name"
REMARK: Final = "/buffers/scratch#comment"
SOURCE: Final = "/buffers/scratch/source"
MARKED: Final = (
    "<<<<<<< HEAD\nname: mine\n||||||| \nname: orders\n=======\nname: yours\n>>>>>>> feature\n"
)
"""The file as git leaves it; it says what the sides are called."""


def sides_of(base: str = BASE, ours: str = OURS, theirs: str = THEIRS) -> Sides:
    return Sides(base.encode(), ours.encode(), theirs.encode())


def merged_with(sides: Sides, choices: dict[str, Choice]) -> bytes:
    """What the merge itself makes of some choices."""
    result = merge3(
        sides.base, sides.ours, sides.theirs, policy=Policy.published(), choices=choices
    )
    return result.text


@dataclass
class Desk:
    """A screen that is up."""

    app: MergingApp
    pilot: Pilot[int]
    disk: FlakyDisk
    sides: Sides = field(default_factory=sides_of)

    @property
    def screen(self) -> MergingScreen:
        """The screen itself, whatever is up over it."""
        found = self.app.screen_stack[0]
        assert isinstance(found, MergingScreen)
        return found

    @property
    def choices(self) -> dict[str, Choice]:
        return self.screen.sitting.settlement.choices

    @property
    def path(self) -> str:
        """The conflict that is asked about."""
        return str(self.screen.sitting.current.path)

    @property
    def written(self) -> str:
        """The file on the disk."""
        return self.disk.files[FILE].decode()

    @property
    def is_over(self) -> bool:
        return self.app._exit

    @property
    def toasts(self) -> str:
        return "\n".join(one.message for one in self.app._notifications)

    @property
    def text(self) -> str:
        """What is on the screen, one line a row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()


@asynccontextmanager
async def opened(
    sides: Sides | None = None,
    *,
    merged: str | None = MARKED,
    size: tuple[int, int] = (80, 24),
    policy: Policy | None = None,
) -> AsyncIterator[Desk]:
    """A screen on a merge; a bug in it is raised when it ends."""
    sides = sides or sides_of()
    disk = FlakyDisk()
    if merged is not None:
        disk.files[FILE] = merged.encode()
    sitting = begun(sides, (merged or "").encode(), policy or Policy.published())
    app = MergingApp(sitting, MergedFile(FILE, disk))
    async with app.run_test(size=size, notifications=True) as pilot:
        desk = Desk(app, pilot, disk, sides)
        await desk.settle()
        yield desk
    if app.bug is not None:
        raise app.bug
