"""git, with one branch and a shared repository: commit, pull with the real merge, push."""

from __future__ import annotations

from sim.documents import is_valid, tokens_in
from sim.ledger import Ledger
from sim.machines import Machine, W
from sim.tools import Tool
from sim.world import World
from stui_workspace.merge import Policy, Take, merge3, merge3_marked


class Git(Tool):
    """Somebody commits now and then; what cannot be merged is in the file between markers."""

    slowest = 900.0

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        super().__init__(world, machines, ledger)
        self.shared: bytes = b""
        self.base: dict[str, bytes] = {}
        """What a machine had of the shared branch last; both its head and that go on from there."""
        self.head: dict[str, bytes] = {}
        self._rounds: set[str] = set()

    def start(self) -> None:
        for machine in self.machines:
            self.shared = machine.get(W) or b""
            self.base[machine.name] = self.head[machine.name] = self.shared

    def noticed(self, machine: Machine) -> None:
        if machine.name not in self._rounds:
            self._rounds.add(machine.name)
            delay = self.world.somewhen(5.0, 600.0)
            self.world.after(delay, lambda: self._round(machine))

    def connected(self, machine: Machine) -> None:
        self.noticed(machine)

    def _round(self, machine: Machine) -> None:
        """Commit, pull and push."""
        self._rounds.discard(machine.name)
        if machine.half_written is not None:
            self.noticed(machine)
            return
        content = machine.get(W)
        if content is not None and is_valid(content) and content != self.head[machine.name]:
            self.head[machine.name] = content
            self.say(machine, "commits")
        if not machine.is_online or content is None or not is_valid(content):
            self._check_out(machine, content)
            return
        if self.shared != self.base[machine.name]:
            self._pull(machine)
        if self.head[machine.name] != self.shared:
            self.shared = self.base[machine.name] = self.head[machine.name]
            self.say(machine, "pushes")
            for other in self.machines:
                if other is not machine:
                    self.noticed(other)

    def _check_out(self, machine: Machine, content: bytes | None) -> None:
        """A file that is gone is brought back sooner or later: `git checkout` undoes that."""
        if content is None and machine.is_online:
            self._write(machine, self.head[machine.name])
            self.noticed(machine)

    def _pull(self, machine: Machine) -> None:
        base, ours, theirs = self.base[machine.name], self.head[machine.name], self.shared
        result, marked = merge3_marked(base, ours, theirs, Policy.published())
        self.say(machine, f"pulls{'' if result.is_clean else ', with conflicts'}")
        self.base[machine.name] = theirs
        self._write(machine, marked)
        if not result.is_clean:
            self.ledger.counts["conflicts"] += 1
            self._resolve(machine, (base, ours, theirs))
        self.head[machine.name] = machine.get(W) or b""

    def _write(self, machine: Machine, content: bytes) -> None:
        """As git does: the file is deleted and made anew."""
        machine.drop(W)
        machine.put(W, content)

    def _resolve(self, machine: Machine, three: tuple[bytes, bytes, bytes]) -> None:
        """A person looks at the conflicts, and takes one side of each."""
        if machine.is_running:
            machine.attend(machine.patience)
        result = merge3(*three, Policy.published())
        choices = {
            str(one.path): self.world.chance.choice((Take.OURS, Take.THEIRS))
            for one in result.conflicts
        }
        text = merge3(*three, Policy.published(), choices=choices).text
        before = tokens_in(three[1]) | tokens_in(three[2])
        self.ledger.removed |= before - tokens_in(text)
        self._write(machine, text)
