"""Saves as their system calls were observed, of programs that are not here; and odd places.

`stui watch` tells of each once, by name of what changed, and then of the next edit.
"""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from support.watch_process import Edit, WatchProcess, replaced, watch_process


def by_vs_code(edit: Edit) -> None:
    """Emptied, then written, by two calls."""
    result = edit.result
    with edit.file.open("wb", buffering=0) as file:
        file.write(result[:100])
        file.write(result[100:])


def slowly(edit: Edit) -> None:
    """Empty for a moment, and half for another one, as on a busy machine."""
    result = edit.result
    with edit.file.open("wb", buffering=0) as file:
        Event().wait(0.03)
        file.write(result[: len(result) // 2])
        Event().wait(0.03)
        file.write(result[len(result) // 2 :])


def by_jetbrains(edit: Edit) -> None:
    new, old = (edit.file.with_name(f"{edit.file.name}___jb_{one}___") for one in ("tmp", "old"))
    new.write_bytes(edit.result)
    edit.file.rename(old)
    new.rename(edit.file)
    old.unlink()


def by_glib(edit: Edit) -> None:
    """The editors of GNOME."""
    new = edit.file.with_name(".goutputstream-X3RDEW")
    with new.open("wb") as file:
        file.write(edit.result)
        file.flush()
        os.fsync(file.fileno())
    new.rename(edit.file)


def by_sync_tool(edit: Edit) -> None:
    """Syncthing and rsync: the time of change is that of the sender."""
    new = edit.file.with_name(f".syncthing.{edit.file.name}.tmp")
    new.write_bytes(edit.result)
    os.utime(new, (1_000_000_000, 1_000_000_000))
    new.rename(edit.file)
    os.utime(edit.file, (1_000_000_001, 1_000_000_001))


def from_outside(edit: Edit) -> None:
    """Dropbox: from a folder of its own."""
    new = edit.file.parent.parent / "arriving"
    new.write_bytes(edit.result)
    new.replace(edit.file)


def gone_for_a_while(edit: Edit) -> None:
    """rclone, and whoever writes over a slow line: that is no reason to call it gone."""
    result = edit.result
    edit.file.unlink()
    Event().wait(0.5)
    edit.file.write_bytes(result)


def in_the_same_size_and_time(edit: Edit) -> None:
    before, result = edit.file.stat(), edit.result
    assert len(result) == before.st_size
    edit.file.write_bytes(result)
    os.utime(edit.file, ns=(before.st_atime_ns, before.st_mtime_ns))


def by_memory_map(edit: Edit) -> None:
    result = edit.result
    os.truncate(edit.file, len(result))
    with edit.file.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[:] = result


def many_times(edit: Edit) -> None:
    """A program that writes all the time; what was there in between is nobody's business."""
    result = edit.result
    for _ in range(300):
        edit.file.write_bytes(result)
        edit.file.with_name("scratch").write_bytes(result)
        edit.file.with_name("scratch").replace(edit.file)


def among_a_thousand_others(edit: Edit) -> None:
    for number in range(1000):
        other = edit.file.with_name(f"{number}.o")
        other.touch()
        other.unlink()
    replaced(edit)


@pytest.mark.parametrize(
    "change",
    [
        replaced,
        by_vs_code,
        slowly,
        by_jetbrains,
        by_glib,
        by_sync_tool,
        from_outside,
        gone_for_a_while,
        in_the_same_size_and_time,
        by_memory_map,
        many_times,
        among_a_thousand_others,
    ],
)
def test_an_edit_is_told_once(watching: WatchProcess, change: Callable[[Edit], None]) -> None:
    watching.tells_once_of(change)


def elsewhere(edit: Edit) -> Edit:
    """The same edit, in another file with the same text."""
    return Edit(edit.file.parent / "shared" / "workspace.yaml", edit.old, edit.new)


def by_another_name(edit: Edit) -> None:
    """Nothing is to be heard of that, in the folder of the file."""
    other = edit.file.parent.parent / "other-name"
    os.link(edit.file, other)
    other.write_bytes(edit.result)
    other.unlink()


def target_written(edit: Edit) -> None:
    by_vs_code(elsewhere(edit))


def target_replaced(edit: Edit) -> None:
    replaced(elsewhere(edit))


def link_replaced(edit: Edit) -> None:
    """By one that leads to another file, as `ln -sfn` does."""
    other = edit.file.parent / "another.yaml"
    other.write_bytes(edit.result)
    link = edit.file.with_name("new-link")
    link.symlink_to(other.name)
    link.replace(edit.file)


@contextmanager
def linked(file: Path) -> Iterator[None]:
    """The file is a link into a folder of the project, for the length of the block."""
    target = file.parent / "shared" / "workspace.yaml"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(file.read_bytes())
    link = file.with_name("link")
    link.symlink_to("shared/workspace.yaml")
    link.replace(file)
    try:
        yield
    finally:
        fresh = file.with_name("fresh")
        fresh.write_bytes(file.read_bytes())
        fresh.replace(file)


def test_an_edit_by_another_name_is_told_once(watching: WatchProcess) -> None:
    watching.tells_once_of(by_another_name)


@pytest.mark.parametrize("change", [target_written, target_replaced, link_replaced])
def test_an_edit_of_what_a_link_leads_to_is_told_once(
    watching: WatchProcess, change: Callable[[Edit], None]
) -> None:
    with linked(watching.file):
        watching.tells_of(change)
    watching.tells_once_of(replaced)


def folder_swapped(edit: Edit) -> None:
    """`mv project old; mkdir project`, and its files again."""
    folder, result = edit.file.parent, edit.result
    old = folder.with_name("old")
    folder.rename(old)
    shutil.copytree(old, folder)
    edit.file.write_bytes(result)
    shutil.rmtree(old)


def folder_made_again(edit: Edit) -> None:
    folder, result = edit.file.parent, edit.result
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    edit.file.write_bytes(result)
    shutil.rmtree(kept)


def folder_away_and_back(edit: Edit) -> None:
    folder = edit.file.parent
    away = folder.with_name("away")
    folder.rename(away)
    replaced(Edit(away / edit.file.name, edit.old, edit.new))
    away.rename(folder)


@pytest.mark.parametrize("change", [folder_swapped, folder_made_again, folder_away_and_back])
def test_an_edit_in_a_folder_that_is_another_one_is_told_once(
    watching: WatchProcess, change: Callable[[Edit], None]
) -> None:
    watching.tells_once_of(change)
    watching.tells_once_of(replaced)


def test_who_polls_tells_of_an_edit_once_too(tmp_path: Path) -> None:
    with watch_process(tmp_path, STUI_WATCH="poll") as watching:
        for change in (by_vs_code, by_jetbrains, by_memory_map):
            watching.tells_once_of(change)
