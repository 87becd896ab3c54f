"""Real programs that write one vault at once, and that are killed while they do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from stui_workspace.storage.atomic import is_temporary
from support.vault_machines import Machine, values

SCRIPT = str(Path(__file__).with_name("vault_writer.py"))
COUNT = 15
ROUNDS = 6


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.made()
    return machine


@dataclass
class Writer:
    """A program that is told what to put."""

    name: str
    process: subprocess.Popen[str]

    def tell(self, number: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        """The name of what is kept now; empty at the end."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return f"{self.name}-{line.strip()}" if line.endswith("\n") else ""


@contextmanager
def writers(machine: Machine) -> Iterator[list[Writer]]:
    with ExitStack() as stack:
        yield [
            Writer(
                name,
                stack.enter_context(
                    subprocess.Popen(
                        [sys.executable, SCRIPT, str(machine.folder), name],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                ),
            )
            for name in "ab"
        ]


def test_two_programs_that_write_at_once_lose_nothing_of_each_other(machine: Machine) -> None:
    with writers(machine) as both:
        for number in range(COUNT):
            for one in both:
                one.tell(number)
            assert [one.hear() for one in both] == [f"{one.name}-{number}" for one in both]
    names = {f"{name}-{number}" for name in "ab" for number in range(COUNT)}
    assert values(machine.opened()) == {name: name for name in names}
    assert machine.opened().generation == 2 * COUNT + 1


def test_of_programs_that_are_killed_everything_is_there_that_they_said_was_kept(
    machine: Machine,
) -> None:
    kept: set[str] = set()
    for round_ in range(ROUNDS):
        with writers(machine) as both:
            for one in both:
                for number in range(4):
                    one.tell(10 * round_ + number)
            kept |= {both[round_ % 2].hear()}
            for one in both:
                one.process.kill()
            for one in both:
                kept |= set(iter(one.hear, ""))
        found = values(machine.opened())
        assert kept <= set(found)
        assert all(name == value for name, value in found.items())
        assert machine.opened().verify().is_good
    assert len(kept) >= ROUNDS
    others = {path.name for path in machine.path.parent.iterdir() if not is_temporary(path.name)}
    assert others == {"vault", "vault.backup", "vault.lock"}
