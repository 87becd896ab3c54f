"""A vault and its history, for those who tamper with it: they have files, and no key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from support.vault_machines import Machine, envelope, key_file


@dataclass(frozen=True)
class Scene:
    """What somebody who watches the folder could have collected."""

    now: bytes
    """The vault: slots for a passphrase and a file, secrets a, b, c, d, of which d was removed."""
    memory: bytes
    """What the machine remembers of it."""
    earlier: bytes
    """A state before, with another value of a, d not yet removed, and one more slot."""
    other: bytes
    """Another vault with the same passphrase and names."""

    @property
    def lines(self) -> list[str]:
        return lines(self.now)


@cache
def scene() -> Scene:
    """The same in every run."""
    with TemporaryDirectory() as folder:
        machine, other = (
            Machine(Path(folder) / name, name, seed="the scene") for name in ("anna", "bert")
        )
        vault = machine.made(a="1", b="2", c="3", d="4")
        vault.add_slot(key_file(), "file")
        third = vault.add_slot(key_file(b"3"), "third")
        earlier = machine.content
        vault.remove_slot(third.id)
        vault.remove("d")
        for value in "xyz":
            vault.put("a", envelope(value))
        other.made(a="1", b="2", c="3", d="4").add_slot(key_file(), "file")
        memory = machine.place.memory.read_bytes()
        memory = memory.replace(str(machine.path).encode(), b"PATH")
        return Scene(machine.content, memory, earlier, other.content)


def lines(content: bytes) -> list[str]:
    """Those of a vault, without the last: that is a sum that everybody can do."""
    return content.decode().splitlines()[:-1]


def summed(texts: list[str]) -> bytes:
    """The file with these lines, and the right sum."""
    return with_sum("".join(f"{text}\n" for text in texts).encode("utf-8", "surrogatepass"))


def with_sum(body: bytes) -> bytes:
    """The file with all of this before the right sum."""
    return body + f"end {sha256(body).hexdigest()}\n".encode()


def places(texts: list[str], kind: str) -> list[int]:
    """Where the lines of a kind are."""
    return [place for place, text in enumerate(texts) if text.startswith(f"{kind} ")]


def edited(change: Callable[[list[str]], None]) -> Callable[[Scene], bytes]:
    """A tampering that changes the lines, and does the sum anew."""

    def tamper(scene: Scene) -> bytes:
        texts = scene.lines
        change(texts)
        return summed(texts)

    return tamper


def word(
    kind: str, which: int, place: int, text: str | Callable[[str], str]
) -> Callable[[Scene], bytes]:
    """A tampering that puts something else in the place of one word of one line."""

    def change(texts: list[str]) -> None:
        number = places(texts, kind)[which]
        words = texts[number].split(" ")
        words[place] = text if isinstance(text, str) else text(words[place])
        texts[number] = " ".join(words)

    return edited(change)


def flipped(text: str) -> str:
    """The same with another first character, that could as well stand there."""
    return ("1" if text[0] != "1" else "2") + text[1:]
