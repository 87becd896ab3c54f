"""Two real Syncthings, and stui on both machines: whatever both change while apart is there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.replicas import Machine, Replicas
from support.syncthing import Pair

LEFT = ("title: Numbers", "title: Digits", "connections:\n", "# where it runs\nconnections:\n")
RIGHT = ("title: Words", "title: Phrases", "snippets:\n", "# always at hand\nsnippets:\n")
EDITS = ("title: Digits", "# where it runs", "title: Phrases", "# always at hand")
WORDS = "/buffers/words/title"


@pytest.fixture
def pair(replicas: Replicas, tmp_path: Path) -> Iterator[Pair]:
    homes = tmp_path / "syncthing"
    with Pair.running(homes, replicas.left.folder, replicas.right.folder) as pair:
        replicas.know()
        yield pair


def kept_of(machine: Machine) -> dict[str, bytes]:
    """Every file that stui could write, and what it says."""
    home = Path(machine.environ["STUI_HOME"])
    files = [*home.rglob("*"), *machine.folder.iterdir()]
    return {str(path): path.read_bytes() for path in files if path.is_file()}


def test_both_follow_and_nothing_is_lost(replicas: Replicas, pair: Pair) -> None:
    left, right = replicas.both
    with left.watching(), right.watching():
        pair.part()
        right.edit(*RIGHT)
        left.edit(*LEFT)
        replicas.wait_noted()
        pair.join()
        replicas.until(lambda: replicas.are_equal and replicas.have(*EDITS), "both have all")
        pair.settle()
    assert replicas.are_equal, str(replicas)
    assert replicas.have(*EDITS)


def test_what_both_changed_is_asked_where_it_was_put_aside(replicas: Replicas, pair: Pair) -> None:
    left, right = replicas.both
    with left.watching(), right.watching() as bert:
        pair.part()
        right.edit("title: Words", "title: Phrases", "title: Numbers", "title: Digits")
        replicas.wait_noted()
        left.edit("title: Words", "title: Terms", "title: Notes", "title: Jottings")
        pair.join()
        asked = bert.until("copy", action="asked")
        assert asked["conflicts"] == [WORDS]
        replicas.until(lambda: replicas.have("title: Digits"), "what is in no dispute is merged")
        assert replicas.have("title: Terms", "title: Jottings")
        assert right.beside == [asked["name"]]

        (found,) = right.asked("conflicts", status=1)
        assert found["path"] == WORDS
        assert left.asked("conflicts") == []

        right.stui("resolve", WORDS, "--take", "theirs")
        replicas.until(lambda: replicas.are_equal, "both have what was chosen, and no copy")
        pair.settle()
    assert replicas.are_equal, str(replicas)
    assert replicas.have("title: Phrases", "title: Digits", "title: Jottings")
    for machine in replicas.both:
        assert machine.asked("conflicts") == []


@pytest.fixture
def parted(replicas: Replicas, pair: Pair) -> Replicas:
    """Both changed the file while they were apart and no stui ran; the copy is on both sides."""
    pair.part()
    replicas.left.edit(*LEFT)
    replicas.right.edit(*RIGHT)
    pair.join()
    pair.settle()
    assert replicas.left.beside == replicas.right.beside != []
    return replicas


def test_nobody_was_there_when_it_happened(parted: Replicas, pair: Pair) -> None:
    for machine in parted.both:
        before = kept_of(machine)
        (copy,) = machine.asked("sync", "--check", status=1)["copies"]
        assert (copy["name"], copy["action"]) == (machine.beside[0], "merged")
        assert kept_of(machine) == before

    parted.right.stui("sync")
    parted.until(lambda: parted.are_equal, "the merge is on both sides, and the copy on neither")
    pair.settle()
    assert parted.are_equal, str(parted)
    assert parted.have(*EDITS)
    for machine in parted.both:
        assert "no conflict copies" in machine.stui("sync").stderr
        assert machine.asked("sync", "--check")["copies"] == []


def test_both_merge_before_either_hears_of_the_other(parted: Replicas, pair: Pair) -> None:
    """They come to the same bytes, so that there is no new conflict."""
    for machine in parted.both:
        machine.stui("sync")
    pair.settle()
    assert parted.left.text == parted.right.text
    assert parted.have(*EDITS)
    names = {name for machine in parted.both for name in machine.beside}
    assert names <= {".syncthing..stui-workspace.yaml.tmp"}  # which it takes away after a day


SEED = 20261123
TITLES = (
    "title: Numbers",
    "title: Words",
    "title: Notes",
    "title: A table",
    "name: quick",
    "title: L",
)
SECTIONS = ("description:", "connections:", "buffers:", "snippets:", "layout:", "history:")
ROUNDS = 3


@dataclass
class Writers:
    """Two people who change what the other does not, and all that has to be there in the end."""

    replicas: Replicas
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311
    written: list[str] = field(default_factory=list)
    _titles: list[str] = field(default_factory=lambda: list(TITLES))
    _sections: list[str] = field(default_factory=lambda: list(SECTIONS))

    def edit(self) -> None:
        """Have both change something, one right after the other."""
        for machine in self.chance.sample(self.replicas.both, 2):
            number = len(self.written)
            title, section = self._one_of(self._titles), self._one_of(self._sections)
            key, _, text = title.partition(" ")
            fresh = f"{key} {machine.name} {number}, {text}"
            comment = f"# {machine.name} {number}"
            snippet = f"  {machine.name}-{number}: {{source: '{number}'}}"
            machine.edit("\nsnippets:\n", f"\nsnippets:\n{snippet}\n")
            machine.edit(title, fresh, f"\n{section}", f"\n{comment}\n{section}")
            self.written += [fresh, comment, snippet]

    def _one_of(self, left: list[str]) -> str:
        return left.pop(self.chance.randrange(len(left)))


def test_round_after_round(replicas: Replicas, pair: Pair) -> None:
    """Apart at first, and then while connected: before either hears of what the other does."""
    writers = Writers(replicas)
    with replicas.left.watching(), replicas.right.watching():
        pair.part()
        for number in range(ROUNDS):
            writers.edit()
            if not number:
                replicas.wait_noted()
                pair.join()
            replicas.until(
                lambda: replicas.are_equal and replicas.have(*writers.written),
                f"both have what was written up to round {number}",
            )
            pair.settle()
            assert replicas.are_equal, str(replicas)
            replicas.wait_noted()
    assert replicas.have(*writers.written)
    assert [machine.asked("conflicts") for machine in replicas.both] == [[], []]
