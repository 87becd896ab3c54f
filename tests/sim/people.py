"""People with editors: what they change, on which version, and how it gets into the file."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from doubles.flaky_disk import PowerCut
from sim.documents import is_valid, token, tokens_in
from sim.edits import ANY, APART, Edit, edited, garbage
from sim.machines import Machine, W
from stui_workspace.document import Document, set_value
from stui_workspace.errors import StuiError
from stui_workspace.runtime.editing import edit_file

BACKUP = f"{W}~"
Then = Callable[[], None]


@dataclass
class Words:
    """Tokens, each given out once."""

    count: int = 0

    def next(self) -> str:
        self.count += 1
        return token(self.count)


@dataclass
class Person:
    """Somebody at a machine, with one editor."""

    machine: Machine
    words: Words
    edits: tuple[Edit, ...] = ANY
    is_careful: bool = False
    """Never saves an old text, nor garbage, nor deletes the file."""
    buffer: bytes | None = None
    """What the editor has loaded."""
    before_garbage: bytes | None = None
    is_saving: bool = False
    older: list[bytes] = field(default_factory=list)

    def act(self) -> None:
        """Do one thing with the file."""
        if self.is_saving:
            return
        chance = self.machine.world.chance
        if self.has_to_mend:
            self._mend()
            return
        if not self.is_careful:
            odd = chance.random()
            for share, deed in (
                (0.03, self._delete),
                (0.03, self._save_garbage),
                (0.03, self._restore),
                (0.03, self._edit_a_copy),
            ):
                odd -= share
                if odd < 0 and deed():
                    return
        if chance.random() < 0.25:
            self._set()
        else:
            self._edit()

    @property
    def has_to_mend(self) -> bool:
        """Whether the file says nothing that makes sense, or will not for long."""
        now = self.machine.get(W)
        is_broken = now is not None and not is_valid(now)
        return self.before_garbage is not None or (is_broken and bool(self.older))

    def interfere(self) -> None:
        """Save just while another program is about to."""
        if not self.is_saving and not self.has_to_mend:
            self._edit()

    # What they do.

    def _edit(self) -> None:
        """Load the file, or go on with what was loaded before, change it and save it."""
        machine = self.machine
        now = machine.get(W)
        is_stale_allowed = not self.is_careful and machine.world.happens(0.15)
        if self.buffer is None or not is_stale_allowed:
            self.buffer = now if now is not None and is_valid(now) else None
        loaded = self.buffer
        if loaded is None:
            if now is None and self.older and not self.is_careful and machine.world.happens(0.2):
                self._save("makes it anew from", self.older[-1], self.older[-1])
            return
        after = self._changed(loaded)
        if after is not None:
            self._save(after[1], loaded, after[0])

    def _changed(self, content: bytes) -> tuple[bytes, str] | None:
        chance = self.machine.world.chance
        edit = chance.choice(self.edits)
        word = self.words.next()
        after = edited(content, edit, word, chance)
        if edit in APART:
            self.machine.ledger.added.add(word)
        return None if after is None else (after, f"{edit.__name__} {word}")

    def _set(self) -> None:
        """`stui set`, which changes what is in the file now."""
        machine, word = self.machine, self.words.next()
        loaded = b""

        def change(document: Document) -> Document:
            nonlocal loaded
            loaded = document.content
            return set_value(document, ("vars", f"s_{word}"), word)

        refused = machine.disk.refused_count
        machine.say(f"sets {word}")
        machine.ledger.added.add(word)
        machine.note_beginning()
        try:
            document, _ = edit_file(machine.folder / W, machine.folder, change, machine.services)
        except PowerCut:
            machine.power_cut()
            if word in tokens_in(machine.get(W) or b""):
                machine.ledger.note_save(machine.name, loaded, machine.get(W) or b"", loaded)
        except StuiError as error:
            machine.say(f"could not: {type(error).__name__}")
            if refused == machine.disk.refused_count and is_valid(machine.get(W) or b""):
                self._check_race(error)
        else:
            machine.ledger.note_save(machine.name, loaded, document.content, loaded)
            if machine.half_written is not None:  # the half is what the program found
                machine.ledger.note_tear(machine.half_written, document.content)

    def _check_race(self, error: StuiError) -> None:
        if type(error).__name__ != "StaleRevisionError":
            raise self.machine.world.trace.broken("errors", f"set: {error!r}") from error

    def _delete(self) -> bool:
        content = self.machine.get(W)
        if content is None or not is_valid(content):
            return False
        self.machine.say("deletes the file")
        self.machine.ledger.note_removal(content)
        self.machine.drop(W)
        self.buffer = None
        return True

    def _save_garbage(self) -> bool:
        content = self.machine.get(W)
        if content is None or not is_valid(content):
            return False
        self.before_garbage = content
        word = self.words.next()
        bad = garbage(content, word, self.machine.world.chance)
        self._save(f"saves garbage {word} over", content, bad)
        return True

    def _mend(self) -> None:
        before = self.before_garbage or self.older[-1]
        self.before_garbage = None
        after = self._changed(before)
        if after is None:
            after = before, "undoes it"
        self._save(f"mends it and {after[1]}", before, after[0])

    def _restore(self) -> bool:
        """`cp -p` from a backup: an old text with its old time, over what is there."""
        now = self.machine.get(W)
        if not self.older or now is None:
            return False
        old = self.machine.world.chance.choice(self.older)
        self.machine.say("restores a backup")
        self.machine.ledger.note_save(self.machine.name, now, old, now)
        self.machine.put(W, old, self.machine.clock() - self.machine.world.somewhen(60, 6000))
        return True

    def _edit_a_copy(self) -> bool:
        machine = self.machine
        for name in machine.copies():
            content = machine.get(name)
            if content is None or not is_valid(content):
                continue
            after = self._changed(content)
            if after is not None:
                machine.say(f"in {name}: {after[1]}")
                machine.ledger.note_save(machine.name, content, after[0], content)
                machine.put(name, after[0])
                return True
        return False

    # How it gets into the file.

    def _save(self, what: str, loaded: bytes, content: bytes) -> None:
        way = self.machine.world.chance.choice(WAYS)
        self.machine.say(f"{what} [{way.__name__.strip('_')}]")
        self.buffer = content
        self.older = [*self.older[-3:], *([content] if is_valid(content) else [])]
        self.is_saving = True
        way(self, loaded, content)

    def saved(self, loaded: bytes, content: bytes, below: bytes | None) -> None:
        """The way came to its end; it may have come to nothing."""
        machine = self.machine
        self.is_saving = False
        machine.half_written = None
        machine.changed()
        ledger = machine.ledger
        if machine.get(W) == content:
            ledger.note_save(machine.name, loaded, content, below)
        else:  # another program replaced the file under the editor's hands
            machine.say("and it is lost at once")
            ledger.counts["orphaned"] += 1
            ledger.overwritten |= tokens_in(below or b"") - tokens_in(content)


def _in_place(person: Person, loaded: bytes, content: bytes) -> None:
    """Truncate and write, as nano and VS Code do; the rest comes a moment later."""
    machine = person.machine
    below = machine.get(W)
    machine.half_written = content
    descriptor = os.open(machine.folder / W, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    part = machine.world.chance.choice((0, 0, len(content) // 2, len(content) - 5))
    os.write(descriptor, content[:part])
    os.utime(descriptor, (machine.clock(), machine.clock()))
    machine.changed()

    def rest() -> None:
        os.write(descriptor, content[part:])
        os.utime(descriptor, (machine.clock(), machine.clock()))
        os.close(descriptor)
        person.saved(loaded, content, below)

    gaps = (0.002, 0.05) if person.is_careful else (0.002, 0.05, 0.4, 2.0)
    machine.world.after(machine.world.chance.choice(gaps), rest)


def _at_once(person: Person, loaded: bytes, content: bytes) -> None:
    """Over the old bytes in one call, as `cp` does."""
    machine = person.machine
    below = machine.get(W)
    (machine.folder / W).write_bytes(content)
    os.utime(machine.folder / W, (machine.clock(), machine.clock()))
    person.saved(loaded, content, below)


def _by_rename(person: Person, loaded: bytes, content: bytes) -> None:
    """A new file beside it, then a rename: `sed -i`, JetBrains, GLib."""
    machine = person.machine
    name = machine.world.chance.choice(("sedAbCdEf", f"{W}___jb_tmp___", ".goutputstream-ABCDEF"))
    machine.put(name, content)

    def finish() -> None:
        below = machine.get(W)
        machine.rename(name, W)
        person.saved(loaded, content, below)

    machine.world.after(0.01, finish)


def _moving_away(person: Person, loaded: bytes, content: bytes) -> None:
    """The old file is renamed away, a new one made: vim and emacs. Emacs leaves the backup."""
    machine = person.machine
    below = machine.get(W)
    leaves_backup = machine.world.happens(0.3)
    machine.half_written = content
    with suppress(FileNotFoundError):
        machine.rename(W, BACKUP)

    def write() -> None:
        there = machine.get(W)
        (machine.folder / W).write_bytes(content)
        os.utime(machine.folder / W, (machine.clock(), machine.clock()))
        if there is not None:
            machine.ledger.overwritten |= tokens_in(there) - tokens_in(content)
        person.saved(loaded, content, below)
        if not leaves_backup:
            machine.world.after(0.01, lambda: machine.drop(BACKUP))

    machine.world.after(machine.world.chance.choice((0.001, 0.01, 0.2)), write)


WAYS: tuple[Callable[[Person, bytes, bytes], None], ...] = (
    _in_place,
    _at_once,
    _by_rename,
    _moving_away,
)
"""How editors save."""
