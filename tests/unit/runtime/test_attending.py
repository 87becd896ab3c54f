"""One pass over a workspace file and the copies beside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.errors import NotFoundError
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling import conflicts_in, settle_all
from stui_workspace.runtime.syncing import Attention, attend, restore, undo_merge, versions
from stui_workspace.runtime.syncing.attention import DISK_SECONDS
from stui_workspace.runtime.syncing.noting import generations_of
from stui_workspace.storage.filesystem import RealFileSystem, Write
from stui_workspace.storage.generations.store import Origin
from stui_workspace.storage.project import Project, find_project
from stui_workspace.sync.copies import COPIES, SETTLE_SECONDS, Action

NAME = ".stui-workspace.yaml"
COPY = ".stui-workspace.sync-conflict-20261123-233407-HATNS7N.yaml"
PATIENCE = 120.0
BEGUN = "stui: 1\nname: demo\nbuffers:\n  a: {title: A}\n  b: {title: B}\n  c: {title: C}\n"


@dataclass
class Machine:
    """One machine at one folder, by hand."""

    folder: Path
    home: Path
    clock: HandClock = field(default_factory=HandClock)
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.services = services_in(self.home, self.clock)

    @property
    def file(self) -> Path:
        return self.folder / NAME

    @property
    def project(self) -> Project:
        return find_project(self.folder, self.folder.parent)

    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def write(self, text: str, name: str = NAME, *, ago: float = 0.0) -> None:
        """Write a file as it is written now, or so many seconds ago on another machine."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (self.clock() - ago, self.clock() - ago))

    def attend(self, *, patience: float = 0.0, check: bool = False, wanted: str = "") -> Attention:
        names = (wanted,) if wanted else ()
        return attend(self.project, self.services, patience=patience, check=check, wanted=names)

    def actions(self, **how: float) -> dict[str, Action]:
        found = self.attend(**how)  # type: ignore[arg-type]
        assert found.problems == ()
        return {copy.name: copy.action for copy in found.copies}

    def settle(self) -> None:
        """See what is new, and let a moment pass."""
        self.attend(patience=PATIENCE)
        self.clock.advance(SETTLE_SECONDS)

    def seconds_until(self, action: Action) -> float:
        """How long the one copy waits, and that this is what becomes of it then."""
        begin = self.clock()
        found = self.attend(patience=PATIENCE)
        while found.due is not None:
            assert [copy.action for copy in found.copies] == [Action.WAITING]
            self.clock.advance(found.due - self.clock())
            found = self.attend(patience=PATIENCE)
        assert [copy.action for copy in found.copies] == [action]
        return self.clock() - begin

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def kept(self) -> set[bytes]:
        """Every content that is kept."""
        store = generations_of(self.folder, self.services)
        return {store.read(one.revision) for one in versions(self.project, self.services)}


def begun(machine: Machine) -> None:
    """The first version, which is what both sides began from, a while ago."""
    machine.write(BEGUN)
    machine.attend(patience=PATIENCE)
    machine.clock.advance(100)


def under_way(machine: Machine) -> None:
    """The first version, and an edit of it on this machine."""
    begun(machine)
    machine.write(changed(c="mine"))
    machine.attend(patience=PATIENCE)


def changed(**titles: str) -> str:
    text = BEGUN
    for name, title in titles.items():
        text = text.replace(f"{{title: {name.upper()}}}", f"{{title: {title}}}")
    return text


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "project", tmp_path / "home")


class TestMerging:
    def test_both_sides_are_in_the_file_and_the_copy_is_gone_but_kept(
        self, machine: Machine
    ) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.write(changed(b="yours"), COPY)
        assert machine.actions() == {COPY: Action.MERGED}
        assert machine.text() == changed(a="mine", b="yours")
        assert machine.names() == [NAME]
        assert changed(b="yours").encode() in machine.kept()

    def test_the_winner_is_not_taken_back_by_the_loser(self, machine: Machine) -> None:
        """What `base := the last content seen` would do."""
        begun(machine)
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        machine.write(changed(b="yours"), ago=20)  # the winner lands
        machine.attend(patience=PATIENCE)
        machine.write(changed(a="mine"), COPY)  # and the loser beside it
        machine.settle()
        assert machine.actions(patience=PATIENCE) == {COPY: Action.MERGED}
        assert machine.text() == changed(a="mine", b="yours")

    def test_a_copy_that_says_the_same_is_removed_without_a_write(self, machine: Machine) -> None:
        begun(machine)
        machine.write(BEGUN, COPY)
        before = machine.file.stat()
        assert machine.actions() == {COPY: Action.CONTAINED}
        assert machine.file.stat().st_mtime_ns == before.st_mtime_ns
        assert machine.names() == [NAME]

    def test_several_copies_at_once_all_come_in(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="one"))
        machine.write(changed(b="two"), ".stui-workspace (conflicted copy 2026-10-02).yaml")
        machine.write(changed(c="three"), ".stui-workspace (x's conflicted copy 2026-10-02).yaml")
        machine.attend()
        assert machine.text() == changed(a="one", b="two", c="three")
        assert machine.names() == [NAME]

    def test_nothing_at_all_is_done_by_a_check(self, machine: Machine) -> None:
        machine.write(changed(a="mine"))
        machine.write(changed(b="yours"), COPY)
        found = machine.attend(check=True)
        assert [copy.action for copy in found.copies] == [Action.MERGED]
        assert machine.text() == changed(a="mine")
        assert machine.names() == sorted([NAME, COPY])
        assert not machine.home.exists()

    def test_a_second_pass_has_nothing_to_do(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.write(changed(b="yours"), COPY)
        machine.attend()
        kept = versions(machine.project, machine.services)
        assert machine.attend().is_done
        assert versions(machine.project, machine.services) == kept


class TestAsking:
    def clash(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine", b="both"))
        machine.write(changed(a="yours", c="theirs"), COPY)

    def test_the_rest_is_merged_and_the_copy_stays_with_a_record(self, machine: Machine) -> None:
        self.clash(machine)
        (copy,) = machine.attend().copies
        assert (copy.action, copy.conflicts) == (Action.ASKED, ("/buffers/a/title",))
        assert machine.text() == changed(a="mine", b="both", c="theirs")
        assert COPY in machine.names()
        assert conflicts_in(machine.file, machine.folder, machine.services).left_count == 1

    def test_it_asks_once_however_often_it_looks(self, machine: Machine) -> None:
        self.clash(machine)
        for _ in range(3):
            (copy,) = machine.attend().copies
            assert copy.conflicts == ("/buffers/a/title",)
        assert len(conflicts_in(machine.file, machine.folder, machine.services).merges) == 1

    @pytest.mark.parametrize(("side", "title"), [("ours", "mine"), ("theirs", "yours")])
    def test_once_settled_the_copy_goes(self, machine: Machine, side: str, title: str) -> None:
        from stui_workspace.merge import Take

        self.clash(machine)
        machine.attend()
        settle_all(machine.file, machine.folder, Take(side), machine.services)
        assert machine.actions() == {COPY: Action.CONTAINED}
        assert machine.text() == changed(a=title, b="both", c="theirs")
        assert machine.names() == [NAME]

    def test_settling_it_in_the_file_by_hand_is_as_good(self, machine: Machine) -> None:
        self.clash(machine)
        machine.attend()
        machine.write(changed(a="else", b="both", c="theirs"))
        assert machine.actions() == {COPY: Action.CONTAINED}
        assert machine.text() == changed(a="else", b="both", c="theirs")

    @pytest.mark.parametrize(
        ("wish", "title", "action"),
        [("ours", "mine", Action.CONTAINED), ("theirs", "yours", Action.MERGED)],
    )
    def test_a_workspace_can_say_once_and_for_all_what_wins(
        self, machine: Machine, wish: str, title: str, action: Action
    ) -> None:
        rule = f"sync: {{conflicts: {wish}}}\n"
        machine.write(BEGUN + rule)
        machine.attend()
        machine.write(changed(a="mine") + rule)
        machine.write(changed(a="yours") + rule, COPY)
        assert machine.actions() == {COPY: action}
        assert machine.text() == changed(a=title) + rule


class TestLeavingAlone:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            (COPY, ""),
            (COPY, "stui: [1\n"),
            (COPY, "services: {}\n"),
            (COPY, "stui: 7\nname: demo\n"),
            (".stui-workspace (1).yaml", "stui: 1\nname: something else\n"),
            (".stui-workspace-prod.yaml", changed(a="prod")),
            (".stui-workspace copy.yaml", changed(a="mine")),
            (".stui-workspaces.yaml", changed(a="mine")),
        ],
    )
    def test_what_is_no_version_of_it_is_named_and_stays(
        self, machine: Machine, name: str, text: str
    ) -> None:
        begun(machine)
        machine.write(text, name)
        (copy,) = machine.attend().copies
        assert (copy.name, copy.action) == (name, Action.LEFT)
        assert copy.reason
        assert (machine.folder / name).read_text(encoding="utf-8") == text
        assert machine.text() == BEGUN

    def test_a_weak_name_with_the_content_of_a_version_is_merged(self, machine: Machine) -> None:
        under_way(machine)
        machine.write(changed(a="yours"), ".stui-workspace (1).yaml")
        assert machine.actions() == {".stui-workspace (1).yaml": Action.MERGED}
        assert machine.text() == changed(a="yours", c="mine")

    def test_a_person_can_ask_for_it_by_name(self, machine: Machine) -> None:
        under_way(machine)
        machine.write(changed(a="prod"), ".stui-workspace-prod.yaml")
        (copy,) = machine.attend(wanted=".stui-workspace-prod.yaml").copies
        assert copy.action is Action.MERGED
        assert machine.text() == changed(a="prod", c="mine")

    def test_a_copy_that_grows_without_end_is_left_alone(self, machine: Machine) -> None:
        under_way(machine)
        lines = [f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
        machine.write("stui: 1\nname: demo\nx-0: &a0 [lol]\n" + "\n".join(lines) + "\n", COPY)
        assert machine.actions() == {COPY: Action.LEFT}

    @pytest.mark.parametrize("make", ["folder", "link", "pipe"])
    def test_what_is_no_file_at_all_is_named_and_not_opened(
        self, machine: Machine, tmp_path: Path, make: str
    ) -> None:
        under_way(machine)
        path = machine.folder / COPY
        if make == "folder":
            path.mkdir()
        elif make == "link":
            (tmp_path / "secret.yaml").write_text(changed(b="secret"), encoding="utf-8")
            path.symlink_to(tmp_path / "secret.yaml")
        else:
            os.mkfifo(path)
        (copy,) = machine.attend().copies
        assert copy.action is Action.FAILED
        assert machine.text() == changed(c="mine")
        assert os.path.lexists(path)

    def test_files_of_others_are_not_even_named(self, machine: Machine) -> None:
        begun(machine)
        for name in ("docker-compose.yaml", ".stui-workspace.local.yaml", ".stui-workspace.yaml~"):
            machine.write("stui: 1\n", name)
        assert machine.attend().copies == ()

    def test_a_broken_workspace_file_waits_with_its_copies(self, machine: Machine) -> None:
        begun(machine)
        machine.write("stui: [\n")
        machine.write(changed(a="mine"), COPY)
        assert machine.actions() == {COPY: Action.WAITING}
        assert machine.names() == sorted([NAME, COPY])

    def test_a_copy_of_which_most_is_missing_deletes_nothing(self, machine: Machine) -> None:
        pads = "".join(f"  pad{n}: {{title: some title {n}}}\n" for n in range(40))
        machine.write(BEGUN + pads)
        machine.attend()
        machine.write(changed(a="mine"), COPY)
        machine.attend()
        assert pads in machine.text()


class TestWaiting:
    def test_a_copy_of_another_machine_is_left_to_it_for_a_while(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        machine.write(changed(b="yours"), COPY)
        found = machine.attend(patience=PATIENCE)
        assert [copy.action for copy in found.copies] == [Action.WAITING]
        assert found.due == machine.clock() + PATIENCE
        machine.clock.advance(PATIENCE)
        assert machine.actions(patience=PATIENCE) == {COPY: Action.MERGED}

    def test_a_person_who_asks_does_not_wait(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.write(changed(b="yours"), COPY)
        machine.attend(patience=PATIENCE)
        assert machine.actions() == {COPY: Action.MERGED}

    def test_two_programs_that_answer_each_other_are_stopped(self, machine: Machine) -> None:
        begun(machine)
        actions: list[Action] = []
        for number in range(COPIES + 3):
            machine.clock.advance(1)
            machine.write(changed(a=f"mine{number}"))
            machine.attend(patience=PATIENCE)
            machine.write(changed(b=f"yours{number}"), ago=10)
            machine.attend(patience=PATIENCE)
            machine.write(changed(a=f"mine{number}"), COPY)
            machine.settle()
            actions += machine.actions(patience=PATIENCE).values()
            (machine.folder / COPY).unlink(missing_ok=True)
        assert Action.WAITING not in actions[:COPIES]
        assert set(actions[COPIES:]) == {Action.WAITING}

    def test_a_merge_that_is_set_aside_again_and_again_is_written_less_and_less_often(
        self, machine: Machine
    ) -> None:
        """As where an older version wins by its time, and several machines answer it at once."""
        under_way(machine)
        machine.write(changed(b="yours"), ago=20)
        machine.write(changed(c="mine"), COPY)
        machine.settle()
        assert machine.actions(patience=PATIENCE) == {COPY: Action.MERGED}
        waits = []
        for number in range(4):
            machine.file.rename(machine.folder / COPY.replace("233407", f"23350{number}"))
            machine.write(changed(b="yours"), ago=20)
            waits.append(machine.seconds_until(Action.ADOPTED))
        assert machine.text() == changed(b="yours", c="mine")
        assert waits == [0, PATIENCE, 2 * PATIENCE, 3 * PATIENCE]

    def test_a_copy_that_comes_back_again_and_again_is_removed_less_and_less_often(
        self, machine: Machine
    ) -> None:
        """As where an edit wins over a deletion, and several machines delete it at once."""
        begun(machine)
        waits = []
        for _ in range(5):
            machine.write(BEGUN, COPY)
            waits.append(machine.seconds_until(Action.CONTAINED))
        assert waits == [0, 0, PATIENCE, 2 * PATIENCE, 3 * PATIENCE]

    def test_a_person_who_asks_does_not_wait_for_a_copy_that_came_back(
        self, machine: Machine
    ) -> None:
        begun(machine)
        for _ in range(5):
            machine.write(BEGUN, COPY)
            assert machine.actions() == {COPY: Action.CONTAINED}

    def test_git_at_work_is_not_disturbed(self, machine: Machine) -> None:
        under_way(machine)
        (machine.folder / ".git").mkdir()
        (machine.folder / ".git" / "index.lock").touch()
        machine.write(changed(b="yours"), COPY)
        found = machine.attend()
        assert [copy.action for copy in found.copies] == [Action.WAITING]
        assert found.due is not None
        (machine.folder / ".git" / "index.lock").unlink()
        assert machine.actions() == {COPY: Action.MERGED}

    def test_a_disk_that_refuses_is_not_asked_every_second(self, machine: Machine) -> None:
        under_way(machine)
        (machine.folder / COPY).mkdir()
        assert machine.attend(patience=PATIENCE).due == machine.clock() + DISK_SECONDS


class TestWithoutTheFile:
    def test_two_copies_and_no_file_become_one_file(self, machine: Machine) -> None:
        """As rclone bisync leaves it."""
        begun(machine)
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        machine.file.unlink()
        machine.write(changed(a="mine"), NAME + "..path1")
        machine.write(changed(b="yours"), NAME + "..path2")
        machine.attend()
        assert machine.text() == changed(a="mine", b="yours")
        assert machine.names() == [NAME]

    def test_a_file_that_may_be_on_its_way_is_waited_for(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        machine.file.rename(machine.folder / COPY)
        assert machine.actions(patience=PATIENCE) == {COPY: Action.WAITING}
        machine.clock.advance(3)
        assert machine.actions(patience=PATIENCE) == {COPY: Action.ADOPTED}
        assert machine.text() == changed(a="mine")

    def test_a_copy_of_another_machine_becomes_the_file_later(self, machine: Machine) -> None:
        begun(machine)
        machine.file.unlink()
        machine.write(changed(a="yours"), COPY)
        machine.attend(patience=PATIENCE)
        machine.clock.advance(PATIENCE - 1)
        assert machine.actions(patience=PATIENCE) == {COPY: Action.WAITING}
        machine.clock.advance(1)
        assert machine.actions(patience=PATIENCE) == {COPY: Action.ADOPTED}

    def test_of_two_copies_the_first_becomes_the_file_wherever_it_was_made(
        self, machine: Machine
    ) -> None:
        """Else two machines make two files, and the sync tool a new conflict of them."""
        begun(machine)
        machine.write(changed(b="mine"))
        machine.attend(patience=PATIENCE)
        machine.file.rename(machine.folder / f"{NAME}..path2")
        machine.write(changed(a="yours"), f"{NAME}..path1")
        machine.attend(patience=PATIENCE)
        machine.clock.advance(PATIENCE / 2)
        assert set(machine.actions(patience=PATIENCE).values()) == {Action.WAITING}

    def test_a_deleted_file_without_copies_stays_deleted(self, machine: Machine) -> None:
        begun(machine)
        machine.file.unlink()
        assert machine.attend().copies == ()
        assert machine.names() == []


class TestGoingBack:
    def merged(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.write(changed(b="yours"), COPY)
        machine.attend()

    def test_undo_takes_the_merge_back_and_puts_the_copy_beside_it(self, machine: Machine) -> None:
        self.merged(machine)
        done = undo_merge(machine.project, machine.services)
        assert machine.text() == changed(a="mine")
        assert done.copy == COPY
        assert (machine.folder / COPY).read_text(encoding="utf-8") == changed(b="yours")

    def test_what_was_taken_back_is_not_merged_again_by_itself(self, machine: Machine) -> None:
        self.merged(machine)
        undo_merge(machine.project, machine.services)
        assert machine.actions() == {COPY: Action.LEFT}
        (copy,) = machine.attend(wanted=COPY).copies
        assert copy.action is Action.MERGED
        assert machine.text() == changed(a="mine", b="yours")

    def test_undo_keeps_what_was_written_since(self, machine: Machine) -> None:
        self.merged(machine)
        machine.write(changed(a="mine", b="yours", c="later"))
        undo_merge(machine.project, machine.services)
        assert machine.text() == changed(a="mine", c="later")

    def test_a_merge_is_taken_back_once(self, machine: Machine) -> None:
        self.merged(machine)
        undo_merge(machine.project, machine.services)
        with pytest.raises(NotFoundError):
            undo_merge(machine.project, machine.services)

    def test_undoing_a_merge_that_asks_takes_the_question_back(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.write(changed(a="yours", c="theirs"), COPY)
        machine.attend()
        undo_merge(machine.project, machine.services)
        assert machine.text() == changed(a="mine")
        assert conflicts_in(machine.file, machine.folder, machine.services).left_count == 0

    def test_any_version_can_be_restored_and_the_one_before_is_kept(self, machine: Machine) -> None:
        self.merged(machine)
        machine.write(changed(a="unseen"))
        restore(machine.project, machine.services, revision_of(BEGUN.encode())[:8])
        assert machine.text() == BEGUN
        assert changed(a="unseen").encode() in machine.kept()


class TestWhatCannotBeTheBase:
    """A version that was seen here first may be of one branch only."""

    def test_a_version_that_came_when_the_copy_was_there_already(self, machine: Machine) -> None:
        machine.write(changed(b="theirs"), ago=100)
        machine.write(changed(a="mine"), COPY, ago=50)
        machine.attend(patience=PATIENCE)
        machine.write(changed(b="theirs", c="later"), ago=10)
        (copy,) = machine.attend().copies
        assert copy.action is Action.ASKED
        assert machine.text() == changed(b="theirs", c="later")

    def test_a_version_that_is_younger_than_what_the_other_machine_wrote(
        self, machine: Machine
    ) -> None:
        """The first that was ever seen here has an edit of ours that the other never saw."""
        machine.write(changed(a="early"), ago=30)
        machine.attend()
        machine.write(changed(a="early", c="late"))
        machine.write(changed(b="theirs"), COPY, ago=60)
        (copy,) = machine.attend().copies
        assert copy.action is Action.ASKED
        assert "early" in machine.text()

    def test_a_first_version_is_as_old_as_its_file(self, machine: Machine) -> None:
        machine.write(BEGUN, ago=1000)
        machine.attend()
        machine.write(changed(c="late"))
        machine.write(changed(b="theirs"), COPY, ago=60)
        assert machine.actions() == {COPY: Action.MERGED}
        assert machine.text() == changed(b="theirs", c="late")


class TestOrigins:
    def origin(self, machine: Machine) -> Origin:
        return versions(machine.project, machine.services)[-1].origin

    def test_a_save_of_just_now_is_an_editors(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        assert self.origin(machine) is Origin.EDITOR

    def test_a_file_that_is_older_than_its_coming_was_synced(self, machine: Machine) -> None:
        begun(machine)
        machine.write(changed(a="mine"), ago=30)
        machine.attend(patience=PATIENCE)
        assert self.origin(machine) is Origin.SYNC

    def test_what_was_there_before_anybody_looked_is_taken_for_an_edit(
        self, machine: Machine
    ) -> None:
        machine.write(BEGUN, ago=1000)
        machine.attend()
        assert self.origin(machine) is Origin.EDITOR

    def test_a_temporary_that_a_sync_tool_left_behind_says_nothing(self, machine: Machine) -> None:
        begun(machine)
        machine.write("", ".syncthing..stui-workspace.yaml.tmp", ago=3600)
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        assert self.origin(machine) is Origin.EDITOR

    def test_a_file_beside_which_a_sync_tool_is_writing_was_synced(self, machine: Machine) -> None:
        begun(machine)
        machine.write("", ".syncthing..stui-workspace.yaml.tmp")
        machine.write(changed(a="mine"))
        machine.attend(patience=PATIENCE)
        assert self.origin(machine) is Origin.SYNC

    def test_what_git_wrote_with_its_index_is_gits(self, machine: Machine) -> None:
        begun(machine)
        (machine.folder / ".git").mkdir()
        machine.write(changed(a="theirs"), ago=1.5)
        machine.write("", ".git/index", ago=1.5)
        machine.attend(patience=PATIENCE)
        assert self.origin(machine) is Origin.GIT

    def test_a_broken_content_is_no_version(self, machine: Machine) -> None:
        begun(machine)
        machine.write("stui: [\n")
        machine.attend(patience=PATIENCE)
        assert len(versions(machine.project, machine.services)) == 1


@dataclass(frozen=True)
class Failing(RealFileSystem):
    """A disk on which one kind of operation fails where a predicate says so."""

    fails: Callable[[str, Path], bool] = lambda _what, _path: False

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        if self.fails("write", path):
            raise OSError(errno.ENOSPC, "full", str(path))
        super().write(path, content, how, like=like)

    def remove(self, path: Path) -> None:
        if self.fails("remove", path):
            raise OSError(errno.EACCES, "denied", str(path))
        super().remove(path)


@dataclass(frozen=True)
class Meddled(RealFileSystem):
    """A disk on which somebody else saves the workspace file while we write it."""

    texts: list[str] = field(default_factory=list)
    """What they save, one after the other."""

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        super().write(path, content, how, like=like)
        if like is not None and self.texts:
            like.write_text(self.texts.pop(0), encoding="utf-8")


class TestSomebodyElseWhoWrites:
    def test_what_they_save_meanwhile_is_merged_too(self, machine: Machine) -> None:
        under_way(machine)
        machine.write(changed(b="yours"), COPY)
        theirs = [changed(a="meanwhile", c="mine")]
        machine.services = replace(machine.services, fs=Meddled(texts=theirs))
        assert machine.actions() == {COPY: Action.MERGED}
        assert machine.text() == changed(a="meanwhile", b="yours", c="mine")

    def test_who_never_stops_is_not_written_over(self, machine: Machine) -> None:
        under_way(machine)
        machine.write(changed(b="yours"), COPY)
        theirs = [changed(a=f"a{number}", c="mine") for number in range(9)]
        machine.services = replace(machine.services, fs=Meddled(texts=theirs))
        assert machine.actions() == {COPY: Action.FAILED}
        assert "title: a" in machine.text()
        assert COPY in machine.names()


class TestDisksThatFail:
    def test_a_copy_that_cannot_be_kept_is_neither_merged_nor_removed(
        self, machine: Machine
    ) -> None:
        under_way(machine)
        machine.write(changed(b="yours"), COPY)
        full = Failing(fails=lambda what, path: what == "write" and "generations" in path.parts)
        machine.services = replace(machine.services, fs=full)
        (copy,) = machine.attend().copies
        assert copy.action is Action.FAILED
        assert machine.text() == changed(c="mine")
        assert COPY in machine.names()

    def test_a_file_that_cannot_be_written_keeps_its_copy(self, machine: Machine) -> None:
        under_way(machine)
        machine.write(changed(b="yours"), COPY)
        full = Failing(fails=lambda what, path: what == "write" and path.parent == machine.folder)
        machine.services = replace(machine.services, fs=full)
        (copy,) = machine.attend().copies
        assert copy.action is Action.FAILED
        assert "full" in copy.reason
        assert machine.text() == changed(c="mine")
        assert COPY in machine.names()
        machine.services = replace(machine.services, fs=RealFileSystem())
        assert machine.actions() == {COPY: Action.MERGED}
        assert machine.text() == changed(b="yours", c="mine")

    def test_a_copy_that_cannot_be_removed_is_no_second_merge(self, machine: Machine) -> None:
        under_way(machine)
        machine.write(changed(b="yours"), COPY)
        stuck = Failing(fails=lambda what, path: what == "remove" and path.name == COPY)
        machine.services = replace(machine.services, fs=stuck)
        assert machine.actions() == {COPY: Action.FAILED}
        assert machine.text() == changed(b="yours", c="mine")
        machine.write(changed(b="other"))
        machine.services = replace(machine.services, fs=RealFileSystem())
        machine.attend()
        assert machine.text() == changed(b="other")


class TestLineage:
    RULE = "sync: {lineage: true}\n"

    def pair(self, machine: Machine) -> tuple[Machine, Machine]:
        """Two machines that share a folder, and what lies in it beside the file."""
        other = Machine(machine.folder, machine.home.with_name("other"), machine.clock)
        other.services = replace(other.services, machine="other")
        return machine, other

    def test_with_the_lists_of_both_sides_the_base_is_known(self, machine: Machine) -> None:
        """The oldest version that is kept lacks it, so it would have been asked about."""
        here, there = self.pair(machine)
        here.write(changed(a="first") + self.RULE)
        here.attend()
        there.attend()
        here.write(changed(a="second") + self.RULE)
        here.attend()
        there.attend()
        there.write(changed(a="second", b="yours") + self.RULE)
        there.attend()
        yours = here.file.read_text(encoding="utf-8")
        here.write(changed(a="third") + self.RULE)
        here.attend()
        here.write(yours, COPY)
        assert here.actions() == {COPY: Action.MERGED}
        assert here.text() == changed(a="third", b="yours") + self.RULE

    def test_no_list_is_kept_unless_the_workspace_asks_for_it(self, machine: Machine) -> None:
        under_way(machine)
        assert machine.names() == [NAME]

    def test_a_link_out_of_the_project_is_not_written_through(
        self, machine: Machine, tmp_path: Path
    ) -> None:
        (tmp_path / "elsewhere").mkdir()
        (machine.folder / ".stui").mkdir()
        (machine.folder / ".stui" / "lineage").symlink_to(tmp_path / "elsewhere")
        for title in ("one", "two"):
            machine.write(changed(a=title) + self.RULE)
            machine.attend()
        assert list((tmp_path / "elsewhere").iterdir()) == []
