"""Stories of a watched file, on a real disk with the real watchdog: every save ends in a look.

The ways are those of editors and sync tools, as their system calls were observed.
"""

from __future__ import annotations

import asyncio
import errno
import mmap
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from doubles.deaf import Deaf
from stui_workspace.watch import settle, watching
from stui_workspace.watch.hearing import Listener
from stui_workspace.watch.lookout import Rhythm

OLD, NEW = b"stui: 1\nname: old\n", b"stui: 1\nname: new and longer\n"
SECONDS = 20.0
BY_EAR = Rhythm(listening=3600.0, polling=3600.0)
BY_EYE = Rhythm(listening=0.02, polling=0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.path.realpath(tmp_path)) / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / ".stui-workspace.yaml"
    path.write_bytes(OLD)
    return path


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def look(path: Path) -> bytes | None:
    """What the file says now; None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


async def settled(wake: asyncio.Event, path: Path, quiet: float = 0.01) -> bytes | None:
    """What a look finds, once the file changed and settled."""
    async with asyncio.timeout(SECONDS):
        await settle(wake, quiet=quiet)
    return look(path)


async def until(wake: asyncio.Event, path: Path, wanted: bytes | None) -> None:
    """Look whenever woken, and not before, until there is what is wanted."""
    while await settled(wake, path) != wanted:
        pass


async def goes_on(wake: asyncio.Event, path: Path) -> None:
    """More changes wake more often than what may still be due of earlier ones."""
    for number in range(5):
        write(path, b"%d" % number)
        await until(wake, path, b"%d" % number)


def in_place(path: Path) -> None:
    """nano, `cp`, and rclone with --inplace."""
    with path.open("r+b") as file:
        file.write(NEW)
        file.truncate()


def truncate_and_write(path: Path) -> None:
    """VS Code, and a shell's `>`."""
    with path.open("wb", buffering=0) as file:
        half = len(NEW) // 2
        file.write(NEW[:half])
        file.write(NEW[half:])


def write_and_replace(path: Path) -> None:
    """`sed -i`, GLib, emacs with file-precious-flag; Syncthing, Unison, rsync."""
    other = path.with_name("sedX3rDeW")
    other.write_bytes(NEW)
    other.replace(path)


def replace_from_elsewhere(path: Path) -> None:
    """Dropbox, `mv`: all that happens in the folder is one arrival."""
    other = path.parent.parent / "cache"
    other.write_bytes(NEW)
    other.replace(path)


def rename_away_and_create(path: Path) -> None:
    """How vim and neovim save, after a probe of the folder; and emacs for the first time."""
    probe, backup = path.with_name("4913"), path.with_name(f"{path.name}~")
    probe.touch()
    probe.unlink()
    path.rename(backup)
    path.write_bytes(NEW)
    backup.unlink()


def copy_and_write(path: Path) -> None:
    """How vim saves with backupcopy=yes."""
    backup = path.with_name(f"{path.name}~")
    shutil.copy2(path, backup)
    in_place(path)
    backup.unlink()


def swap_two_names(path: Path) -> None:
    """JetBrains' safe write."""
    new, old = (path.with_name(f"{path.name}___jb_{one}___") for one in ("tmp", "old"))
    new.write_bytes(NEW)
    path.rename(old)
    new.rename(path)
    old.unlink()


def delete_and_create(path: Path) -> None:
    """What git does in checkout, stash and merge: mostly with the same inode number."""
    path.unlink()
    path.write_bytes(NEW)


def twice(path: Path) -> None:
    """What git does in a rebase with a conflict."""
    path.unlink()
    path.write_bytes(b"<<<<<<< upstream\n")
    delete_and_create(path)


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x-more: 1\n")
    path.write_bytes(NEW)


def back_in_time(path: Path) -> None:
    """`cp -p` and every sync tool: the time of change goes backwards."""
    other = path.with_name("other")
    other.write_bytes(NEW)
    os.utime(other, (0, 0))
    shutil.copy2(other, path)


def by_memory_map(path: Path) -> None:
    os.truncate(path, len(NEW))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[:] = NEW


WAYS = [
    in_place,
    truncate_and_write,
    write_and_replace,
    replace_from_elsewhere,
    rename_away_and_create,
    copy_and_write,
    swap_two_names,
    delete_and_create,
    twice,
    append,
    back_in_time,
    by_memory_map,
]


@pytest.mark.parametrize("save", WAYS)
async def test_a_save_is_heard(file: Path, save: Callable[[Path], None]) -> None:
    async with watching(file, rhythm=BY_EAR) as wake:
        assert not wake.is_set()
        save(file)
        assert await settled(wake, file) == NEW


@pytest.mark.parametrize("save", WAYS)
async def test_a_save_is_seen_where_nothing_is_heard(
    file: Path, save: Callable[[Path], None]
) -> None:
    async with watching(file, poll=True, rhythm=BY_EYE) as wake:
        save(file)
        await until(wake, file, NEW)
        await goes_on(wake, file)


@pytest.mark.parametrize("save", WAYS)
async def test_a_save_is_seen_where_all_events_are_lost(
    file: Path, save: Callable[[Path], None]
) -> None:
    """As after an overflow, or where the threads that listen ended without a word."""
    async with watching(file, rhythm=BY_EYE, make_listener=Deaf().make) as wake:
        save(file)
        await until(wake, file, NEW)
        await goes_on(wake, file)


@pytest.mark.parametrize("save", WAYS)
async def test_one_save_after_the_other_is_heard(file: Path, save: Callable[[Path], None]) -> None:
    """No way to save leaves the watch dead, as a watch on the file itself would be."""
    async with watching(file, rhythm=BY_EAR) as wake:
        for _ in range(3):
            save(file)
            assert await settled(wake, file) == NEW
            in_place(file)
            write(file, OLD)
            assert await settled(wake, file) == OLD


async def test_the_empty_moment_of_a_save_is_waited_out(file: Path) -> None:
    async with watching(file, rhythm=BY_EAR) as wake:
        with file.open("wb", buffering=0) as writer:
            async with asyncio.timeout(SECONDS):
                await wake.wait()  # the file is empty now
            looking = asyncio.ensure_future(settled(wake, file, quiet=0.3))
            await asyncio.sleep(0)
            writer.write(NEW)
        assert await looking == NEW


async def test_a_file_may_come_and_go(folder: Path) -> None:
    file = folder / ".stui-workspace.yaml"
    async with watching(file, rhythm=BY_EAR) as wake:
        for content in (OLD, NEW):
            write(file, content)
            assert await settled(wake, file) == content
            file.unlink()
            assert await settled(wake, file) is None


async def test_one_flag_for_files_in_several_folders(file: Path, folder: Path) -> None:
    other = folder / "docs" / "notes.md"
    write(other, b"")
    async with watching(file, other, rhythm=BY_EAR) as wake:
        write(other, b"# notes")
        assert await settled(wake, other) == b"# notes"
        write(file, NEW)
        assert await settled(wake, file) == NEW


def turn_into_link(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


async def test_what_a_link_leads_to_is_heard(file: Path, folder: Path) -> None:
    target = folder / "shared" / "workspace.yaml"
    write(target, OLD)
    turn_into_link(file, "shared/workspace.yaml")
    async with watching(file, root=folder, rhythm=BY_EAR) as wake:
        write_and_replace(target)
        assert await settled(wake, file) == NEW


def by_another_name(path: Path) -> None:
    (path.parent.parent / "other-name").write_bytes(NEW)


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.mkdir()
    path.write_bytes(NEW)


def swap_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))
    path.parent.mkdir()
    path.write_bytes(NEW)


def swap_what_is_above(path: Path) -> None:
    above = path.parent.parent
    above.rename(above.with_name("moved"))
    path.parent.mkdir(parents=True)
    path.write_bytes(NEW)


@pytest.mark.parametrize(
    "change", [by_another_name, remove_folder, swap_folder, swap_what_is_above]
)
async def test_what_cannot_be_heard_is_seen_and_that_goes_on(
    folder: Path, change: Callable[[Path], None]
) -> None:
    file = folder / "above" / "project" / "workspace.yaml"
    write(file, OLD)
    os.link(file, file.parent.parent / "other-name")
    rhythm = Rhythm(listening=0.02, polling=0.02)
    async with watching(file, rhythm=rhythm) as wake:
        change(file)
        await until(wake, file, NEW)
        await goes_on(wake, file)


async def test_a_link_may_lead_elsewhere_and_to_a_folder_that_is_swapped(
    file: Path, folder: Path
) -> None:
    for name in ("one", "two"):
        write(folder / name / "target", OLD)
    turn_into_link(file, "one/target")
    async with watching(file, root=folder, rhythm=BY_EYE) as wake:
        (folder / "link").symlink_to("two/target")
        (folder / "two" / "target").write_bytes(NEW)
        (folder / "link").replace(file)
        await until(wake, file, NEW)
        (folder / "two").rename(folder / "old")
        write(folder / "two" / "target", OLD)
        await until(wake, file, OLD)
        await goes_on(wake, folder / "two" / "target")


async def test_a_folder_that_went_away_is_heard_at_once_and_waited_for(file: Path) -> None:
    rhythm = Rhythm(listening=3600.0, polling=0.02)
    async with watching(file, rhythm=rhythm) as wake:
        shutil.rmtree(file.parent)
        await until(wake, file, None)
        await goes_on(wake, file)


async def test_a_folder_that_is_not_there_yet_is_waited_for(folder: Path) -> None:
    file = folder / "a" / "b" / "workspace.yaml"
    async with watching(file, rhythm=BY_EYE) as wake:
        await goes_on(wake, file)


async def test_many_saves_are_few_looks(file: Path) -> None:
    async with watching(file, rhythm=BY_EAR) as wake:
        for number in range(500):
            write(file, b"%d" % number)
        look_count = 0
        while await settled(wake, file) != b"499":
            look_count += 1
    assert look_count <= 5


class Stuck(Deaf):
    """Ears on a network that does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = threading.Event()
        self.stuck = threading.Event()

    def listen(self, folder: Path) -> None:
        super().listen(folder)
        self.stuck.set()
        self.freed.wait()


async def test_a_link_out_of_the_project_is_not_listened_to(file: Path, folder: Path) -> None:
    outside = folder.parent / "outside"
    write(outside / "a", OLD)
    turn_into_link(file, "../outside/a")
    ears = Deaf()
    async with watching(file, root=folder, make_listener=ears.make):
        assert ears.asked.get(timeout=SECONDS) == folder
        assert ears.asked.empty()


async def test_a_round_out_of_turn_is_one_round(file: Path, folder: Path) -> None:
    ears = Deaf()
    async with watching(file, rhythm=BY_EAR, make_listener=ears.make) as wake:
        for _ in range(4):
            assert await asyncio.to_thread(ears.asked.get, timeout=SECONDS) == folder
            ears.heard(str(folder))
            async with asyncio.timeout(SECONDS):
                await wake.wait()
            wake.clear()
    assert ears.round_count <= 10  # 5, and what a doubt that came during a round adds


async def test_a_folder_that_does_not_answer_holds_up_nobody(file: Path) -> None:
    stuck = Stuck()
    watch = watching(file, make_listener=stuck.make)
    try:
        entering = asyncio.ensure_future(watch.__aenter__())
        assert await asyncio.to_thread(stuck.stuck.wait, SECONDS)
        assert not entering.done()  # and yet we are here: the loop goes on
        async with asyncio.timeout(SECONDS):
            await entering
            await watch.__aexit__(None, None, None)
    finally:
        stuck.freed.set()


async def test_who_did_not_wait_for_that_folder_is_told_to_look_when_it_answers(
    file: Path,
) -> None:
    """What changed after the look at the start, and before the first glance, was seen by nobody."""
    stuck = Stuck()
    try:
        async with watching(file, rhythm=BY_EAR, make_listener=stuck.make) as wake:
            assert not wake.is_set()
            stuck.freed.set()
            async with asyncio.timeout(SECONDS):
                await wake.wait()
    finally:
        stuck.freed.set()


async def test_where_nothing_can_be_heard_a_person_is_told(file: Path) -> None:
    def refuse(_heard: Callable[[str], object]) -> Listener:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    told: asyncio.Queue[str] = asyncio.Queue()
    async with watching(file, notice=told.put_nowait, rhythm=BY_EYE, make_listener=refuse) as wake:
        async with asyncio.timeout(SECONDS):
            assert "limit of watches" in await told.get()
        write_and_replace(file)
        await until(wake, file, NEW)
    assert told.empty()


async def test_when_it_is_over_no_thread_is_left(file: Path) -> None:
    before = set(threading.enumerate())
    async with watching(file):
        assert set(threading.enumerate()) - before
    for thread in set(threading.enumerate()) - before:
        thread.join(SECONDS)
        assert not thread.is_alive()


@asynccontextmanager
async def cancelled_while_waiting(file: Path) -> AsyncIterator[asyncio.Task[None]]:
    async def wait() -> None:
        async with watching(file, rhythm=BY_EAR) as wake:
            ready.set()
            await wake.wait()

    ready = asyncio.Event()
    task = asyncio.create_task(wait())
    async with asyncio.timeout(SECONDS):
        await ready.wait()
    yield task


async def test_who_waits_can_be_cancelled(file: Path) -> None:
    async with cancelled_while_waiting(file) as task:
        task.cancel()
        async with asyncio.timeout(SECONDS):
            with pytest.raises(asyncio.CancelledError):
                await task


def test_waiting_imports_watchdog_and_polling_does_not() -> None:
    script = """
import asyncio, sys
from pathlib import Path
from stui_workspace.watch import watching

async def main():
    async with watching(Path("a"), poll=True):
        assert "watchdog" not in sys.modules
    async with watching(Path("a")):
        assert "watchdog" in sys.modules

asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


if sys.platform == "linux":

    def test_a_process_without_descriptors_left_goes_on_by_eye(file: Path) -> None:
        script = """
import os, resource, sys
from pathlib import Path
from stui_workspace.watch.ears import Ears
from stui_workspace.watch.lookout import Lookout, Rhythm, Watched

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
held = []
try:
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
file, told, notices = Path(sys.argv[1]), [], []
lookout = Lookout(Watched((file,)), lambda: told.append(1), notices.append, Ears)
assert lookout.round(Rhythm()) == Rhythm().polling
assert len(notices) == 1 and "limit" in notices[0], notices
os.close(held.pop())
file.write_bytes(b"new")
lookout.round(Rhythm())
assert told
"""
        subprocess.run([sys.executable, "-c", script, str(file)], check=True, timeout=60)
