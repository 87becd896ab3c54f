"""Settling what a merge left: in the file, in its record, and back again."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.errors import (
    DiskError,
    EditError,
    NotFoundError,
    SchemaError,
    StaleRevisionError,
    UsageError,
    VersionError,
)
from stui_workspace.merge import Choice, Policy, Take, Written
from stui_workspace.merge.lines import Labels
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling import (
    Decided,
    Standing,
    conflicts_in,
    keep_merge,
    settle,
    settle_all,
    undo,
)
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.conflicts.store import ConflictStore
from stui_workspace.storage.filesystem import RealFileSystem, Write

BASE = """\
stui: 1
name: orders
preferences:
  theme: nord  # cool
  wrap: true
  tab_width: 4
"""
OURS = BASE.replace("nord", "dracula").replace("width: 4", "width: 2")
THEIRS = BASE.replace("nord", "gruvbox").replace("width: 4", "width: 8").replace("true", "false")
PROVISIONAL = OURS.replace("true", "false")
THEME, WIDTH = "/preferences/theme", "/preferences/tab_width"
SIDES = Sides(BASE.encode(), OURS.encode(), THEIRS.encode())


class Desk:
    """One project with a workspace file, in which both sides changed two things."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        self.file = self.root / ".stui-workspace.yaml"
        self.clock = HandClock()
        self.services: Services = services_in(folder / "home", self.clock)
        self.write(OURS)

    @property
    def text(self) -> str:
        return self.file.read_bytes().decode()

    def write(self, text: str) -> None:
        self.file.write_bytes(text.encode())

    def edit(self, old: str, new: str) -> None:
        assert old in self.text
        self.write(self.text.replace(old, new))

    def merge(self, sides: Sides = SIDES, policy: Policy | None = None) -> None:
        self.clock.advance(1)
        labels = Labels("here", "before", "there")
        keep_merge(self.file, self.root, sides, self.services, labels=labels, policy=policy)

    def standing(self) -> Standing:
        return conflicts_in(self.file, self.root, self.services)

    def left(self) -> list[str]:
        return [str(one.path) for merge in self.standing().merges for one in merge.left]

    def by_hand(self) -> list[str]:
        return [str(one.path) for merge in self.standing().merges for one in merge.by_hand]

    def settle(self, path: str, choice: Choice) -> Decided:
        self.clock.advance(1)
        return settle(self.file, self.root, path, choice, self.services)

    def settle_all(self, take: Take | None) -> Decided:
        self.clock.advance(1)
        return settle_all(self.file, self.root, take, self.services)

    def undo(self) -> Decided:
        return undo(self.file, self.root, self.services)

    @property
    def store(self) -> ConflictStore:
        return ConflictStore(self.services.locations.workspace(self.root), self.services.fs)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def merged(desk: Desk) -> Desk:
    desk.merge()
    return desk


class TestMerging:
    def test_the_file_is_provisional_and_the_conflicts_are_kept(self, merged: Desk) -> None:
        assert merged.text == PROVISIONAL
        assert merged.left() == [THEME, WIDTH]
        (merge,) = merged.standing().merges
        assert merge.settlement.labels == Labels("here", "before", "there")
        assert merge.at == merged.clock()

    def test_a_clean_merge_leaves_nothing(self, desk: Desk) -> None:
        desk.merge(Sides(BASE.encode(), BASE.encode(), THEIRS.encode()))
        assert desk.text == THEIRS
        assert desk.store.find().records == ()

    def test_into_a_file_that_is_not_there(self, desk: Desk) -> None:
        desk.file.unlink()
        desk.merge()
        assert desk.text == PROVISIONAL

    def test_not_over_something_else(self, desk: Desk) -> None:
        with pytest.raises(StaleRevisionError):
            keep_merge(desk.file, desk.root, SIDES, desk.services, expected=revision_of(b"old"))
        assert desk.text == OURS
        assert desk.store.find().records == ()

    def test_by_a_policy_of_one_s_own(self, desk: Desk) -> None:
        policy = Policy.from_mapping(
            {
                "/list": {"kind": "keyed", "key": ["a", "b"], "order": "strict"},
                "/word": {"kind": "scalar", "sensitive": True},
            }
        )
        base = b"list:\n- {a: 1, b: 1, c: 1}\nword: x\n"
        sides = Sides(base, base.replace(b"c: 1", b"c: 2"), base.replace(b"c: 1", b"c: 3"))
        desk.merge(sides, policy)
        assert desk.left() == ["/list/[a=1,b=1]/c"]
        assert desk.standing().merges[0].settlement.policy == policy
        desk.settle("/list/[a=1,b=1]/c", Written("4"))
        assert "c: 4" in desk.text

    def test_a_merge_that_was_cut_off_before_the_file_is_finished_by_a_choice(
        self, merged: Desk
    ) -> None:
        (stored,) = merged.store.find().records
        merged.store.replace(stored.name, replace(stored.record, is_merged=False))
        merged.write(OURS)
        assert merged.left() == [THEME, WIDTH]
        merged.settle(THEME, Take.THEIRS)
        assert merged.text == PROVISIONAL.replace("dracula", "gruvbox")


class TestSettling:
    @pytest.mark.parametrize(
        ("choice", "theme"),
        [
            (Take.OURS, "dracula"),
            (Take.THEIRS, "gruvbox"),
            (Take.BASE, "nord"),
            (Written("light"), "light"),
        ],
        ids=str,
    )
    def test_one(self, merged: Desk, choice: Choice, theme: str) -> None:
        decided = merged.settle(THEME, choice)
        assert merged.text == PROVISIONAL.replace("dracula", theme)
        assert merged.left() == [WIDTH]
        assert decided.paths == (THEME,)
        assert decided.standing == merged.standing()

    def test_what_else_changed_in_the_file_stays(self, merged: Desk) -> None:
        merged.edit("name: orders", "# mine\nname: payments")
        merged.settle(THEME, Take.THEIRS)
        now = PROVISIONAL.replace("dracula", "gruvbox")
        assert merged.text == now.replace("name: orders", "# mine\nname: payments")

    def test_when_all_is_settled_nothing_is_open(self, merged: Desk) -> None:
        merged.settle(THEME, Take.THEIRS)
        merged.settle(WIDTH, Take.THEIRS)
        assert merged.text == THEIRS
        assert merged.standing().merges == ()

    @pytest.mark.parametrize("path", [THEME, "/nowhere", "preferences.theme"])
    def test_what_is_not_open(self, merged: Desk, path: str) -> None:
        merged.settle(THEME, Take.OURS)
        with pytest.raises(NotFoundError):
            merged.settle(path, Take.OURS)

    def test_what_does_not_fit_the_format_is_not_written(self, merged: Desk) -> None:
        with pytest.raises(SchemaError):
            merged.settle(WIDTH, Written("wide"))
        assert merged.text == PROVISIONAL
        assert merged.left() == [THEME, WIDTH]

    def test_a_side_that_does_not_fit_is_taken_and_told(self, desk: Desk) -> None:
        theirs = THEIRS.replace("width: 8", "width: wide")
        desk.merge(Sides(BASE.encode(), OURS.encode(), theirs.encode()))
        decided = desk.settle(WIDTH, Take.THEIRS)
        assert "width: wide" in desk.text
        assert [one.code for one in decided.findings] == ["S102"]

    def test_a_newer_format_is_never_rewritten(self, merged: Desk) -> None:
        merged.edit("stui: 1", "stui: 2")
        with pytest.raises(VersionError):
            merged.settle(THEME, Take.THEIRS)

    def test_a_file_that_cannot_be_read_now_is_left_alone(self, merged: Desk) -> None:
        merged.write("name: [\n")
        assert merged.left() == [THEME, WIDTH]
        with pytest.raises(EditError):
            merged.settle(THEME, Take.THEIRS)
        assert merged.text == "name: [\n"

    def test_a_file_that_is_gone(self, merged: Desk) -> None:
        merged.file.unlink()
        assert merged.left() == [THEME, WIDTH]
        with pytest.raises(DiskError, match="no such file"):
            merged.settle(THEME, Take.THEIRS)

    def test_all_alike(self, merged: Desk) -> None:
        decided = merged.settle_all(Take.THEIRS)
        assert decided.paths == (THEME, WIDTH)
        assert merged.text == THEIRS
        assert merged.left() == []
        merged.undo()
        assert merged.text == PROVISIONAL

    def test_all_that_can_have_both(self, desk: Desk) -> None:
        base = "# a\nx: 1\ny: 1\n"
        sides = [base.replace("1", n).replace("a", n).encode() for n in "23"]
        desk.merge(Sides(base.encode(), *sides))
        assert desk.settle_all(Take.BOTH).paths == ("/x#comment",)
        assert desk.left() == ["/x", "/y"]

    def test_two_at_once(self, merged: Desk) -> None:
        threads = [
            Thread(target=merged.settle, args=(path, Take.THEIRS)) for path in (THEME, WIDTH)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert merged.text == THEIRS
        assert merged.left() == []

    def test_a_disk_that_refuses_leaves_all_as_it_was(self, merged: Desk) -> None:
        broken = replace(merged.services, fs=RefusingDisk(merged.file.name))
        with pytest.raises(DiskError, match="the disk is full"):
            settle(merged.file, merged.root, THEME, Take.THEIRS, broken)
        assert merged.text == PROVISIONAL
        assert merged.left() == [THEME, WIDTH]


class RefusingDisk(RealFileSystem):
    """Has no room for one file."""

    def __init__(self, name: str) -> None:
        super().__init__()
        object.__setattr__(self, "_name", name.lstrip("."))

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        if self._name in path.name:  # type: ignore[attr-defined]
            raise OSError(errno.ENOSPC, "full", str(path))
        super().write(path, content, how, like=like)


class TestByHand:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("theme: dracula", "theme: light"),
            ("theme: dracula", "theme: gruvbox"),
            ("theme: dracula", "theme: 'gruvbox'"),
            ("theme: dracula", "theme: nord"),
            ("  theme: dracula  # cool\n", ""),
            ("preferences:\n  theme: dracula  # cool", "preferences:\n  theme: light"),
        ],
    )
    def test_another_value_settles_it(self, merged: Desk, old: str, new: str) -> None:
        merged.edit(old, new)
        assert merged.left() == [WIDTH]
        assert merged.by_hand() == [THEME]
        with pytest.raises(NotFoundError) as caught:
            merged.settle(THEME, Take.OURS)
        assert caught.value.next_step == "it was settled in the file by hand"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("name: orders", "name: payments"),
            ("theme: dracula", "theme: 'dracula'"),
            ("# cool", "# dark"),
            ("stui: 1\n", "# all\nstui: 1\n"),
            ("  wrap: false\n", ""),
            ("\n", "\r\n"),
        ],
    )
    def test_anything_else_does_not(self, merged: Desk, old: str, new: str) -> None:
        merged.edit(old, new)
        assert merged.left() == [THEME, WIDTH]
        assert merged.by_hand() == []

    def test_what_holds_it_is_gone(self, merged: Desk) -> None:
        merged.write("stui: 1\nname: orders\n")
        assert merged.left() == []
        assert set(merged.by_hand()) == {THEME, WIDTH}

    @pytest.mark.parametrize("text", ["", "name: [\n", "\x00\xff"])
    def test_a_file_that_says_nothing_settles_nothing(self, merged: Desk, text: str) -> None:
        merged.write(text)
        assert merged.left() == [THEME, WIDTH]

    def test_the_rest_is_settled_as_ever_and_then_nothing_is_open(self, merged: Desk) -> None:
        merged.edit("dracula", "light")
        merged.settle(WIDTH, Take.THEIRS)
        assert merged.text == THEIRS.replace("gruvbox", "light")
        assert merged.standing().merges == ()

    def test_it_comes_back_with_the_value(self, merged: Desk) -> None:
        merged.edit("dracula", "light")
        merged.edit("light", "dracula")
        assert merged.left() == [THEME, WIDTH]

    @pytest.mark.parametrize(
        ("texts", "path"),
        [
            (("# a\nx: 1\n", "# b\nx: 1\n", "# c\nx: 1\n", "# d\nx: 1\n"), "/x#comment"),
            (("x: 1 # a\n", "x: 1 # b\n", "x: 1 # c\n", "x: 1\n"), "/x#eol"),
            (("x: {a: 1}\ny: 1\n", "y: 1\n", "x: {a: 2}\ny: 1\n", "y: 1\n"), "/x"),
            (("x: {a: 1}\ny: 1\n", "x: {a: 2}\ny: 1\n", "y: 1\n", "y: 1\n"), "/x"),
        ],
        ids=["comment", "end of line", "deleted by ours", "deleted by theirs"],
    )
    def test_every_aspect(self, desk: Desk, texts: tuple[str, str, str, str], path: str) -> None:
        base, ours, theirs, now = (text.encode() for text in texts)
        desk.merge(Sides(base, ours, theirs))
        assert desk.left() == [path]
        desk.file.write_bytes(now)
        assert desk.left() == []
        assert desk.by_hand() == [path]

    @pytest.mark.parametrize(
        ("old", "new", "settled"),
        [
            ("      one\n", "      one and a half\n", False),
            ("      due\n", "      dos\n", True),
            ("{kind: stui, url: 'tcp:b', title: a}", "{kind: stui, url: 'tcp:b', title: x}", False),
            ("{kind: stui, url: 'tcp:b', title: a}", "{kind: stui, url: 'tcp:x', title: a}", True),
            ("{id: web, port: 2, user: me}", "{id: www, port: 2, user: me}", False),
            ("{id: web, port: 2, user: me}", "{id: web, port: 9, user: me}", True),
            ("- {id: db}\n", "", False),
            ("- {id: web, port: 2, user: me}\n", "", True),
        ],
    )
    def test_a_part_of_something_is_told_from_its_neighbours(
        self, desk: Desk, old: str, new: str, *, settled: bool
    ) -> None:
        def side(url: str, line: str, port: int) -> bytes:
            return (
                f"stui: 1\nname: a\nconnections:\n"
                f"  a: {{kind: stui, url: 'tcp:{url}', title: a}}\n"
                f"snippets:\n  s:\n    source: |\n      one\n      1\n      {line}\n      three\n"
                f"hosts:\n- {{id: db}}\n- {{id: web, port: {port}, user: me}}\n"
            ).encode()

        sides = Sides(side("a", "two", 1), side("b", "due", 2), side("c", "zwei", 3))
        desk.merge(sides)
        assert len(desk.left()) == 3
        desk.edit(old, new)
        assert len(desk.left()) == 3 - settled
        assert len(desk.by_hand()) == settled
        desk.settle_all(Take.THEIRS)
        assert desk.left() == []

    def test_nothing_chosen_notes_it(self, merged: Desk) -> None:
        merged.edit("dracula", "light")
        merged.edit("width: 2", "width: 3")
        before = merged.text
        assert merged.settle_all(None).paths == ()
        assert merged.text == before
        assert merged.standing().merges == ()


class TestUndoing:
    def test_the_last_resolution(self, merged: Desk) -> None:
        merged.settle(WIDTH, Take.THEIRS)
        between = merged.text
        merged.settle(THEME, Written("light"))
        assert merged.undo().paths == (THEME,)
        assert merged.text == between
        assert merged.left() == [THEME]
        merged.undo()
        assert merged.text == PROVISIONAL
        assert merged.left() == [THEME, WIDTH]
        with pytest.raises(NotFoundError):
            merged.undo()

    def test_what_else_changed_stays(self, merged: Desk) -> None:
        merged.settle(THEME, Take.THEIRS)
        merged.edit("name: orders", "name: payments")
        merged.undo()
        assert merged.text == PROVISIONAL.replace("name: orders", "name: payments")

    def test_not_what_was_changed_by_hand_since(self, merged: Desk) -> None:
        merged.settle(THEME, Take.THEIRS)
        merged.edit("gruvbox", "light")
        before = merged.text
        with pytest.raises(EditError, match="changed there since"):
            merged.undo()
        assert merged.text == before

    def test_nothing_was_settled(self, desk: Desk) -> None:
        with pytest.raises(NotFoundError, match="no resolution to take back"):
            desk.undo()

    def test_a_disk_that_refuses_leaves_all_as_it_was(self, merged: Desk) -> None:
        merged.settle(THEME, Take.THEIRS)
        before = merged.text
        broken = replace(merged.services, fs=RefusingDisk(merged.file.name))
        with pytest.raises(DiskError):
            undo(merged.file, merged.root, broken)
        assert merged.text == before
        assert merged.left() == [WIDTH]


class TestMoreThanOneMerge:
    @pytest.fixture
    def twice(self, merged: Desk) -> Desk:
        """After the first merge the file was merged again, with another machine."""
        ours = merged.text
        base = ours.replace("tab_width: 2", "tab_width: 4")
        theirs = base.replace("theme: dracula", "theme: light").replace("orders", "payments")
        theirs = theirs.replace("tab_width: 4", "tab_width: 3")
        merged.merge(Sides(base.encode(), ours.encode(), theirs.encode()))
        return merged

    def test_the_newest_is_shown_first(self, twice: Desk) -> None:
        first, second = twice.standing().merges
        assert [str(one.path) for one in first.left] == [WIDTH]
        assert [str(one.path) for one in second.left] == [WIDTH]
        assert [str(one.path) for one in second.by_hand] == [THEME]
        assert first.at is not None
        assert second.at is not None
        assert first.at > second.at

    def test_a_choice_is_for_the_newest(self, twice: Desk) -> None:
        twice.settle(WIDTH, Take.THEIRS)
        assert "tab_width: 3" in twice.text
        assert twice.left() == []

    def test_all_settles_every_one(self, twice: Desk) -> None:
        twice.settle_all(Take.OURS)
        assert "tab_width: 2" in twice.text
        assert twice.left() == []

    def test_undoing_takes_the_last_choice_wherever_it_was_made(self, twice: Desk) -> None:
        before = twice.text
        twice.settle(WIDTH, Take.OURS)
        twice.settle(WIDTH, Take.THEIRS)
        assert "tab_width: 8" in twice.text
        twice.undo()
        assert twice.text == before
        twice.undo()
        assert twice.left() == [WIDTH, WIDTH]


def test_a_damaged_record_is_told_and_the_others_count(merged: Desk) -> None:
    (stored,) = merged.store.find().records
    merged.merge()
    folder = merged.services.locations.workspace(merged.root).conflicts
    (folder / stored.name).write_bytes(b"{")
    standing = merged.standing()
    assert len(standing.merges) == 1
    assert len(standing.problems) == 1


def test_a_policy_that_makes_no_sense_is_told(merged: Desk) -> None:
    (stored,) = merged.store.find().records
    merged.store.replace(stored.name, replace(stored.record, policy={"/a": {"kind": "newer"}}))
    standing = merged.standing()
    assert standing.merges == ()
    assert "unknown kind of merge" in standing.problems[0]


def test_a_file_that_leads_out_of_its_folder_is_not_read(merged: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    merged.file.rename(outside)
    merged.file.symlink_to(outside)
    with pytest.raises(DiskError, match="leads out"):
        merged.standing()
    with pytest.raises(DiskError, match="leads out"):
        merged.settle(THEME, Take.OURS)


def test_a_file_that_is_not_ours_is_not_judged(desk: Desk) -> None:
    desk.file = desk.root / "deploy.yaml"
    desk.merge(Sides(b"stui: 9\na: 1\n", b"stui: 9\na: 2\n", b"stui: 9\na: 3\n"))
    assert desk.left() == ["/a"]
    decided = desk.settle("/a", Written("{b: [1, 2]}"))
    assert desk.text == "stui: 9\na: {b: [1, 2]}\n"
    assert decided.findings == ()


def test_too_many_merges_wait(desk: Desk) -> None:
    for _ in range(32):
        desk.merge()
    with pytest.raises(UsageError, match="32 merges already"):
        desk.merge()
    desk.settle_all(Take.THEIRS)
    desk.merge()
