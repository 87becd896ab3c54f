"""The copy of a session beside the workspace: one writer for each file, whatever happens."""

from __future__ import annotations

import errno
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.storage.filesystem import RealFileSystem, Write
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.machines import Machine
from stui_workspace.storage.sessions.beside import (
    FOLDER,
    LIMITS,
    copy_bytes,
    left_beside,
    read_copy,
)
from stui_workspace.storage.sessions.lineage import Lineage, load_lineage
from stui_workspace.storage.sessions.own_copy import OwnCopy
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.trash.trash import Trash

FS = RealFileSystem()
LAPTOP, NAMESAKE = Machine("laptop", "0000000a"), Machine("laptop", "0000000b")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def state(text: str, saved: float = 1.0, session: str = "main") -> SessionState:
    meta = SessionMeta(session, session, "laptop", 0.0, 0.0, saved)
    return SessionState(meta, buffers={"a": BufferState(text, ad_hoc=True)})


def own(
    root: Path, machine: Machine = LAPTOP, session: str = "main", fs: RealFileSystem = FS
) -> OwnCopy:
    folder = WorkspaceFolder(root.parent / f"state-{machine.id}")
    return OwnCopy(root, folder, session, lambda: machine, fs)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in (root / FOLDER).iterdir())


def texts(root: Path) -> set[str | None]:
    """Every text that any machine left."""
    found = (read_copy(one, FS) for one in left_beside(root, FS))
    return {buffer.text for one in found for buffer in one.state.buffers.values()}


def test_it_is_private_and_git_ignores_it(root: Path) -> None:
    path = own(root).put(state("draft"))
    assert path == root / FOLDER / "laptop.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "*" in (root / FOLDER / ".gitignore").read_text().splitlines()
    assert texts(root) == {"draft"}


def test_git_does_not_see_it(root: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    own(root).put(state("draft"))
    assert git("status", "--porcelain", "--untracked-files=all") == ""
    git("add", "--all")
    assert git("ls-files") == ""


def test_a_person_who_wants_it_in_git_is_heard(root: Path) -> None:
    own(root).put(state("one"))
    (root / FOLDER / ".gitignore").unlink()
    own(root).put(state("two"))
    assert names(root) == ["laptop.yaml"]


def test_each_session_writes_a_file_of_its_own(root: Path) -> None:
    own(root).put(state("one"))
    own(root, session="main-2").put(state("two", session="main-2"))
    assert names(root) == [".gitignore", "laptop.main-2.yaml", "laptop.yaml"]
    assert texts(root) == {"one", "two"}


def test_a_machine_of_the_same_name_takes_another_file(root: Path) -> None:
    for number in range(3):
        own(root).put(state(f"ours {number}", float(number)))
        own(root, NAMESAKE).put(state(f"theirs {number}", float(number)))
    assert names(root) == [".gitignore", "laptop-0000000b.yaml", "laptop.yaml"]
    assert texts(root) == {"ours 2", "theirs 2"}


def test_two_that_began_apart_part_when_the_sync_brings_them_together(root: Path) -> None:
    path = own(root).put(state("ours"))
    ours = path.read_bytes()
    path.unlink()
    own(root, NAMESAKE).put(state("theirs"))  # the sync lets this one win, and keeps the other
    path.with_name("laptop.sync-conflict-20261128-101010-ABCDEFG.yaml").write_bytes(ours)
    assert texts(root) == {"ours", "theirs"}
    own(root).put(state("ours again", 2.0))
    own(root, NAMESAKE).put(state("theirs again", 2.0))
    assert texts(root) == {"ours again", "theirs again"}


def test_what_somebody_else_wrote_under_our_id_is_never_written_over(root: Path) -> None:
    """A state folder that was cloned, or put back from a backup: the file knows more than we do."""
    path = own(root).put(state("ours", 1.0))
    path.write_bytes(copy_bytes(state("of the clone", 5.0), LAPTOP.id, Lineage()))
    theirs = path.read_bytes()
    assert own(root).put(state("ours again", 6.0)) != path
    assert path.read_bytes() == theirs


def test_an_older_one_of_ours_that_came_back_is_written_over(root: Path) -> None:
    path = own(root).put(state("one", 1.0))
    old = path.read_bytes()
    own(root).put(state("two", 2.0))
    path.write_bytes(old)
    assert own(root).put(state("three", 3.0)) == path
    assert texts(root) == {"three"}


def test_a_torn_one_of_ours_is_written_anew(root: Path) -> None:
    path = own(root).put(state("one", 1.0))
    path.write_bytes(path.read_bytes()[:100])
    assert own(root).put(state("two", 2.0)) == path
    assert texts(root) == {"two"}


def test_a_file_of_the_name_that_is_nobodys_stays(root: Path) -> None:
    (root / FOLDER).mkdir(parents=True)
    mine = root / FOLDER / "laptop.yaml"
    mine.write_text("my notes: []\n")
    assert own(root).put(state("one")).name == "laptop-0000000a.yaml"
    assert mine.read_text() == "my notes: []\n"


class PowerCutError(BaseException):
    """Ends a run between two steps."""


def test_a_cut_between_its_two_writes_makes_no_stranger_of_us(root: Path) -> None:
    class Cut(RealFileSystem):
        def move(self, source: Path, target: Path) -> None:
            super().move(source, target)
            if target.name == "laptop.yaml":
                raise PowerCutError

    own(root).put(state("one", 1.0))
    with pytest.raises(PowerCutError):
        own(root, fs=Cut()).put(state("two", 2.0))
    assert own(root).put(state("three", 3.0)).name == "laptop.yaml"
    assert texts(root) == {"three"}


def test_withdrawing_takes_away_what_is_ours(root: Path) -> None:
    path = own(root).put(state("one"))
    theirs = own(root, NAMESAKE).put(state("theirs"))
    own(root).withdraw()
    own(root).withdraw()
    assert (path.exists(), theirs.exists()) == (False, True)
    path = own(root).put(state("two"))
    path.write_bytes(b"somebody else's")
    own(root).withdraw()
    assert path.read_bytes() == b"somebody else's"


def test_removing_the_session_takes_its_copy_along(root: Path) -> None:
    folder = WorkspaceFolder(root.parent / f"state-{LAPTOP.id}")
    store = SessionStore(folder)
    for session in ("main", "main-2"):
        store.save(state("x", session=session))
        own(root, session=session).put(state("x", session=session))
    trash = Trash(folder, FS)
    removal = trash.take_in("main", "main", 1.0)
    assert names(root) == [".gitignore", "laptop.main-2.yaml"]
    assert load_lineage(folder, "main", FS) == Lineage()
    trash.give_back(removal, "main")
    own(root, session="main").put(state("x", session="main"))
    assert names(root) == [".gitignore", "laptop.main-2.yaml", "laptop.yaml"]


@pytest.mark.parametrize("link", [".stui", ".stui/sessions"])
def test_a_link_that_leads_out_of_the_project_is_refused(root: Path, link: str) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / link).parent.mkdir(exist_ok=True)
    (root / link).symlink_to(outside)
    with pytest.raises(DiskError, match="leads out of the project"):
        own(root).put(state("secret"))
    assert list(outside.iterdir()) == []


def test_a_session_that_is_too_large_is_refused_and_the_last_copy_stays(root: Path) -> None:
    own(root).put(state("small"))
    with pytest.raises(DiskError, match="more than 8 MiB"):
        own(root).put(state("x" * (LIMITS.file_bytes + 1), 2.0))
    assert texts(root) == {"small"}


def test_a_folder_that_cannot_be_written(root: Path) -> None:
    class ReadOnly(RealFileSystem):
        def write(
            self, path: Path, content: bytes, how: Write, *, like: Path | None = None
        ) -> None:
            if root in path.parents:
                raise OSError(errno.EROFS, "read-only", str(path))
            super().write(path, content, how, like=like)

    with pytest.raises(DiskError, match="read-only"):
        own(root, fs=ReadOnly()).put(state("one"))
    assert own(root).put(state("two", 2.0)).name == "laptop.yaml"
    with pytest.raises(DiskError, match="read-only"):
        own(root, fs=ReadOnly()).put(state("three", 3.0))
    assert texts(root) == {"two"}
    own(root).withdraw()
    assert names(root) == [".gitignore"]


def test_half_a_character_is_left_with_the_rest(root: Path) -> None:
    own(root).put(replace(state("one \ud800 two")))
    assert texts(root) == {"one \ufffd two"}
