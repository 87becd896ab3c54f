"""The history is a union: whatever sync tools copy, tear and bring late, each entry counts once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.storage.machines import MARKER, Machine

FOLDER = Path("/history")
MACHINES = (
    Machine("laptop", "00000001"),
    Machine("Laptop", "00000002"),
    Machine("büro", "00000003"),
)
TAGS = (".sync-conflict-20261128-101010-ABCDEFG{}", " (1){}", " (x's conflicted copy 2026-11-28){}",
        "{}.conflict1", "{}..path2", "-DESKTOP-A1{}")  # fmt: skip
SEGMENT = "2026-06.jsonl"
JUNE = 1_781_000_000.0
DAY = 86_400.0

appends = st.tuples(
    st.just("append"), st.integers(0, 2), st.sampled_from(["a", "b", "c"]), st.integers(0, 40)
)
copies = st.tuples(
    st.just("copy"), st.integers(0, 50), st.sampled_from(TAGS), st.none() | st.integers(0, 300)
)
reverts = st.tuples(st.just("revert"), st.integers(0, 50), st.integers(0, 300), st.none())
moves = st.tuples(st.just("restore"), st.integers(0, 50), st.integers(0, 1), st.none())
tears = st.tuples(st.just("tear"), st.integers(0, 50), st.integers(0, 300), st.binary(max_size=4))
folds = st.tuples(st.just("fold"), st.integers(0, 2), st.none(), st.none())


EVERYTHING = st.one_of(appends, copies, tears, reverts, moves)


@dataclass
class World:
    """One folder, in which several machines append and a sync tool does what it likes."""

    disk: FlakyDisk = field(default_factory=FlakyDisk)
    made: list[Entry] = field(default_factory=list)

    def log(self, number: int) -> HistoryLog:
        machine = MACHINES[number]
        return HistoryLog(FOLDER, machine.name, self.disk, identify=lambda: machine)

    def append(self, number: int, code: str, hours: int) -> None:
        skew = (0.0, 9 * 3600.0, -40 * DAY)[number]
        at = JUNE + hours * DAY / 2 + skew + len(self.made)
        self.made.append(self.log(number).append(Entry(at, "py", code)))

    def copy(self, which: int, tag: str, length: int | None) -> None:
        """A conflict copy of some file, or of its beginning; one that is there is kept."""
        segments = sorted(path for path in self.disk.files if path.name.endswith(".jsonl"))
        if segments:
            source = segments[which % len(segments)]
            target = source.with_name(tag.format(".jsonl").join([source.name[:7], ""]))
            self.disk.files.setdefault(target, self.disk.files[source][:length])

    def tear(self, which: int, length: int, tail: bytes) -> None:
        """A copy loses its end, and gets another one. No segment does: it has one writer."""
        copied = sorted(path for path in self.disk.files if self.is_copy(path))
        if copied:
            path = copied[which % len(copied)]
            kept = self.disk.files[path]
            others = b"".join(c for p, c in self.disk.files.items() if p != path)
            if all(line in others for line in kept.split(b"\n")):  # it is not the only one
                self.disk.files[path] = kept[:length] + tail

    def revert(self, which: int, length: int, _nothing: None) -> None:
        """A segment loses its end, where all of it is in a copy beside it: the other side won."""
        segments = sorted(path for path in self.disk.files if len(path.name) == len(SEGMENT))
        if segments:
            path = segments[which % len(segments)]
            beside = [p for p in self.disk.files if p.parent == path.parent and p != path]
            if any(self.disk.files[p].startswith(self.disk.files[path]) for p in beside):
                self.disk.files[path] = self.disk.files[path][:length]

    def restore(self, which: int, number: int, _nothing: None) -> None:
        """Somebody puts a file of a backup into a folder of its own."""
        segments = sorted(path for path in self.disk.files if path.name.endswith(".jsonl"))
        if segments:
            source = segments[which % len(segments)]
            folder = FOLDER / f"backup-{number}"
            self.disk.make_folder(folder)
            self.disk.files.setdefault(folder / source.name, self.disk.files[source])

    def fold(self, number: int, *_rest: object) -> None:
        self.log(number).fold()

    @staticmethod
    def is_copy(path: Path) -> bool:
        return path.name != MARKER and len(path.name) > len(SEGMENT)


def is_json(line: bytes) -> bool:
    try:
        return not line.strip() or isinstance(json.loads(line), dict)
    except ValueError:
        return False


@given(st.lists(EVERYTHING | folds, max_size=25))
def test_each_entry_counts_once_whatever_becomes_of_copies(steps: list[tuple[str, object]]) -> None:
    world = World()
    for name, *arguments in steps:
        getattr(world, name)(*arguments)
        found = list(world.log(0).entries())
        assert sorted(one.id for one in found) == sorted({one.id for one in world.made})
        assert {one.id: one for one in found} == {one.id: one for one in world.made}


@given(st.lists(EVERYTHING, max_size=25))
def test_folding_brings_each_machines_copies_home(steps: list[tuple[str, object]]) -> None:
    world = World()
    for name, *arguments in steps:
        getattr(world, name)(*arguments)
    for number in range(len(MACHINES)):
        world.fold(number)
    files = {
        path: content
        for path, content in world.disk.files.items()
        if world.is_copy(path) and not path.parent.name.startswith("backup")
    }
    for path, content in files.items():  # what is left has something that nobody can read
        segment = world.disk.files[path.with_name(f"{path.name[:7]}.jsonl")]
        lines = [line for line in content.split(b"\n") if not is_json(line)]
        assert any(b"\n" + line not in b"\n" + segment for line in lines)
    for path in files:
        del world.disk.files[path]
    assert {one.id for one in world.log(0).entries()} == {one.id for one in world.made}


@given(st.lists(appends, max_size=12), st.integers(0, 20))
def test_the_newest_few_are_the_end_of_all(steps: list[tuple[str, object]], count: int) -> None:
    world = World()
    for name, *arguments in steps:
        getattr(world, name)(*arguments)
    everything = world.log(0).recall("py", 99)
    assert len(everything) == len(world.made)
    assert world.log(1).recall("py", count) == (everything[-count:] if count else ())
