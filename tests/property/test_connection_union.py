"""The log of connections is a union: copied, torn or brought late, each episode counts once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.history import ConnectionLog, Episode
from stui_workspace.history.episodes import OUTCOMES, later
from stui_workspace.storage.machines import MARKER, Machine

FOLDER = Path("/history")
MACHINES = (
    Machine("laptop", "00000001"),
    Machine("Laptop", "00000002"),
    Machine("büro", "00000003"),
)
TAGS = (".sync-conflict-20261128-101010-ABCDEFG{}", " (1){}", "{}.conflict1", "-DESKTOP-A1{}")
JUNE = 1_781_000_000.0
DAY = 86_400.0

begins = st.tuples(st.just("begin"), st.integers(0, 2), st.integers(0, 90))
ends = st.tuples(st.just("end"), st.integers(0, 50), st.integers(0, 90))
copies = st.tuples(st.just("copy"), st.integers(0, 50), st.sampled_from(TAGS))
tears = st.tuples(st.just("tear"), st.integers(0, 50), st.integers(0, 400))
restores = st.tuples(st.just("restore"), st.integers(0, 50), st.integers(0, 1))


@dataclass
class World:
    """One folder, in which several machines write and a sync tool does what it likes."""

    disk: FlakyDisk = field(default_factory=FlakyDisk)
    made: dict[str, tuple[int, Episode]] = field(default_factory=dict)
    """By id: whose, and what was said last of it."""

    def log(self, number: int) -> ConnectionLog:
        machine = MACHINES[number]
        return ConnectionLog(FOLDER, machine.name, self.disk, identify=lambda: machine)

    def begin(self, number: int, day: int) -> None:
        began = JUNE + day * DAY + len(self.made)
        new = Episode("py", "w", "", began, None, "python", None, "open")
        kept = self.log(number).append(new)
        self.made[kept.id] = number, kept

    def end(self, which: int, days: int) -> None:
        if self.made:
            number, one = list(self.made.values())[which % len(self.made)]
            if one.ended is None:
                ended = replace(one, ended=one.began + days * DAY, outcome="lost", reason="gone")
                self.made[one.id] = number, self.log(number).append(ended)

    def copy(self, which: int, tag: str) -> None:
        if segments := self._segments():
            source = segments[which % len(segments)]
            name = tag.format(".jsonl").join([source.name.removesuffix(".jsonl"), ""])
            self.disk.files.setdefault(source.with_name(name), self.disk.files[source])

    def tear(self, which: int, length: int) -> None:
        """A copy loses its end; the segment that it was made from has it all."""
        copied = [path for path in self.disk.files if path not in self._segments()]
        copied = [path for path in copied if path.name != MARKER]
        if copied:
            path = copied[which % len(copied)]
            self.disk.files[path] = self.disk.files[path][:length]

    def restore(self, which: int, number: int) -> None:
        """Somebody puts a file of a backup into a folder of its own."""
        if segments := self._segments():
            source = segments[which % len(segments)]
            folder = FOLDER / f"backup-{number}"
            self.disk.make_folder(folder)
            self.disk.files.setdefault(folder / source.name, self.disk.files[source])

    def _segments(self) -> list[Path]:
        return sorted(path for path in self.disk.files if len(path.name) == 25)


@given(st.lists(begins | ends | copies | tears | restores, max_size=25), st.integers(0, 5))
def test_each_episode_counts_once_with_the_last_that_is_known(
    steps: list[tuple[str, int, int]], limit: int
) -> None:
    world = World()
    for name, *arguments in steps:
        getattr(world, name)(*arguments)
    found = world.log(0).read(None, 99)
    assert {one.id: one for one in found} == {name: one for name, (_, one) in world.made.items()}
    assert len(found) == len(world.made)
    assert [one.began for one in found] == sorted((one.began for one in found), reverse=True)
    assert world.log(1).read(None, limit) == found[:limit]


times = st.none() | st.sampled_from([0.0, 1.0, JUNE])
versions = st.builds(
    lambda ended, outcome, attempts, reason: Episode(
        "py", "w", "m", 0.0, ended, "python", None, outcome, reason, attempts, id="x"
    ),
    times,
    st.sampled_from(OUTCOMES),
    st.integers(0, 2),
    st.none() | st.sampled_from(["a", "b"]),
)


@given(st.lists(versions, min_size=1, max_size=4))
def test_the_order_in_which_files_are_read_does_not_matter(lines: list[Episode]) -> None:
    endings = set()
    for order in permutations(lines):
        last = order[0]
        for one in (*order, *order):  # each line twice: a copy
            last = later(last, one)
        endings.add(last)
    assert len(endings) == 1
    (last,) = endings
    assert (last.outcome == "open") == all(one.outcome == "open" for one in lines)
