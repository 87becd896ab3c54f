"""What all models of folder-sync tools have in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from datetime import UTC, datetime

from sim.ledger import Ledger
from sim.machines import Machine
from sim.world import World
from stui_workspace.storage.atomic import is_temporary

OWN_TEMPORARY = (".syncthing.", ".unison.", "~syncthing~")


class Tool(ABC):
    """A tool that keeps the folders of all machines alike. The base does nothing."""

    slowest = 60.0
    """How long a change may take from machine to machine when all are there, in seconds."""
    rounds = 4
    """How often each machine may have to write each version that is still alone."""

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        self.world = world
        self.machines = machines
        self.ledger = ledger
        for machine in machines:
            machine.tell_tool = self.noticed

    @abstractmethod
    def start(self) -> None:
        """Take the folders as they are, all alike, for what was agreed."""

    def be_kind(self) -> None:  # noqa: B027 (most tools have no such setting)
        """Never throw a version away, where a setting of the tool decides about it."""

    @abstractmethod
    def noticed(self, machine: Machine) -> None:
        """Something changed in the folder of a machine."""

    @abstractmethod
    def connected(self, machine: Machine) -> None:
        """A machine is there again."""

    def say(self, machine: Machine, text: str) -> None:
        self.world.trace.say(machine.name, f"  tool: {text}")


def suffixed(name: str, tag: str) -> str:
    """The name with a tag before its last extension."""
    stem, extension = os.path.splitext(name)  # noqa: PTH122 (as the tools do)
    return f"{stem}{tag}{extension}"


def day(clock: float) -> str:
    """A date as tools write it into names."""
    return datetime.fromtimestamp(clock, UTC).strftime("%Y-%m-%d")


def moment(clock: float, form: str = "%Y%m%d-%H%M%S") -> str:
    """A time as tools write it into names."""
    return datetime.fromtimestamp(clock, UTC).strftime(form)


def is_synced(name: str) -> bool:
    """Whether a tool takes a file of that name along: not its own temporary files, nor ours."""
    return not name.startswith(OWN_TEMPORARY) and not is_temporary(name)
