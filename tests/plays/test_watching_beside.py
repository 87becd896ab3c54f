"""Stories of a watched folder: conflict copies beside the file, and floods of events."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from doubles.deaf import Deaf
from stui_workspace.watch import settle, watching
from stui_workspace.watch.lookout import Rhythm

SECONDS = 20.0
BY_EAR = Rhythm(listening=3600.0, polling=3600.0, listing=3600.0)
BY_EYE = Rhythm(listening=0.02, polling=0.02, listing=0.02)
COPY = ".stui-workspace.sync-conflict-20261125-101010-ABCDEFG.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = Path(os.path.realpath(tmp_path)) / "project" / ".stui-workspace.yaml"
    path.parent.mkdir()
    path.write_bytes(b"stui: 1\n")
    return path


def is_copy(name: str) -> bool:
    return ".sync-conflict-" in name


async def settled(wake: asyncio.Event) -> None:
    async with asyncio.timeout(SECONDS):
        await settle(wake, quiet=0.01)


def comes_by_renaming(file: Path) -> None:
    """Syncthing, the loser of a conflict: the file itself is renamed, a new one takes its place."""
    file.rename(file.with_name(COPY))
    temporary = file.with_name(".syncthing.stui-workspace.yaml.tmp")
    temporary.write_bytes(b"stui: 1\nname: winner\n")
    temporary.replace(file)


def comes_from_elsewhere(file: Path) -> None:
    """The other machine, to which the copy is sent as a file of its own."""
    other = file.parent.parent / "arriving"
    other.write_bytes(b"stui: 1\nname: loser\n")
    other.replace(file.with_name(COPY))


def is_written(file: Path) -> None:
    file.with_name(COPY).write_bytes(b"stui: 1\n")


@pytest.mark.parametrize("come", [comes_by_renaming, comes_from_elsewhere, is_written])
async def test_a_copy_that_comes_is_heard(file: Path, come: Callable[[Path], None]) -> None:
    async with watching(file, rhythm=BY_EAR, siblings=is_copy) as wake:
        come(file)
        await settled(wake)


@pytest.mark.parametrize("change", [is_written, lambda file: file.with_name(COPY).unlink()])
async def test_a_copy_that_changes_or_goes_is_heard(
    file: Path, change: Callable[[Path], None]
) -> None:
    file.with_name(COPY).write_bytes(b"old")
    async with watching(file, rhythm=BY_EAR, siblings=is_copy) as wake:
        assert not wake.is_set()
        change(file)
        await settled(wake)


@pytest.mark.parametrize("poll", [False, True])
async def test_where_nothing_is_heard_it_is_found_by_listing(file: Path, poll: bool) -> None:
    async with watching(
        file, poll=poll, rhythm=BY_EYE, make_listener=Deaf().make, siblings=is_copy
    ) as wake:
        for number in range(3):
            comes_from_elsewhere(file)
            await settled(wake)
            file.with_name(COPY).write_bytes(b"x" * (100 + number))
            await settled(wake)


async def test_other_names_wake_nobody(file: Path) -> None:
    asked = threading.Event()

    def matters(name: str) -> bool:
        if name == "last":
            asked.set()
        return False

    async with watching(file, rhythm=BY_EAR, siblings=matters) as wake:
        for number in range(100):
            file.with_name(f"{number}~").write_bytes(b"x")
        file.with_name("last").touch()
        assert await asyncio.to_thread(asked.wait, SECONDS)
        await asyncio.sleep(0)
        assert not wake.is_set()


async def test_a_flood_of_other_events_holds_up_nothing(file: Path) -> None:
    """Thousands of them, of ever new names and of the file, and what comes last is not lost."""

    def flood() -> None:
        for number in range(4000):
            other = file.with_name(f"{number}.o")
            other.write_bytes(b"x")
            other.unlink()
            if number % 10 == 0:
                file.write_bytes(b"%d" % number)
        file.write_bytes(b"last")

    look_count = 0
    async with watching(file, rhythm=BY_EAR, siblings=is_copy) as wake:
        flooding = threading.Thread(target=flood)
        flooding.start()
        while await asyncio.to_thread(file.read_bytes) != b"last":
            await settled(wake)
            look_count += 1
        await asyncio.to_thread(flooding.join)
        file.with_name(COPY).touch()
        await settled(wake)
    assert look_count < 4000
