"""A program that ends at any call to a store, while it moves secrets: no value is ever lost.

What is stored under either name, or stands in the file, is there to go on from; and to say the same
command again comes to the end that it would have come to at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stui_workspace.cli import asking, secret_names
from stui_workspace.secrets.envelope import Envelope, opened
from stui_workspace.secrets.secret import Secret
from support.command_line import CommandLine, Ran
from support.fake_secrets import DiedError, FakeSecrets, Fuse, MortalStore
from support.secret_line import CANARY, OTHER, make_bundles_quick

FILE = "stui: 1\nname: orders\nconnections:\n  image: {kind: socket, url: 'tls://h:1', %s}\n"
PASTED = FILE % f"credential: '{CANARY}'"
PHRASE = "correct horse battery staple\n"


@dataclass
class World:
    """A keyring, a vault, and a project with a file; the fuse is one for all of them."""

    root: Path
    fuse: Fuse = field(default_factory=Fuse)
    keyring: MortalStore = field(init=False)
    vault: MortalStore = field(init=False)

    def __post_init__(self) -> None:
        self.keyring = MortalStore("keyring", fuse=self.fuse)
        self.vault = MortalStore("vault", fuse=self.fuse)

    @property
    def file(self) -> Path:
        return self.root / ".stui-workspace.yaml"

    def has(self, value: str) -> bool:
        """Whether a value is anywhere where its owner can get it."""
        stored = self.keyring.holds(value) or self.vault.holds(value)
        return stored or (self.file.exists() and value in self.file.read_text())

    def put(self, name: str, value: str) -> None:
        self.keyring.kept[name] = Envelope(Secret(value), ("tls://h:1",), 1.0).sealed()

    def run(self, *arguments: str, given: str | None = None) -> Ran:
        return CommandLine()("secret", *arguments, given=given)


@dataclass(frozen=True)
class Story:
    """One command, what was there before it, and what must be there at its end."""

    arguments: tuple[str, ...]
    end: Callable[[World], bool]
    given: str | None = None
    before: tuple[tuple[str, str], ...] = ()
    text: str = ""
    precious: tuple[str, ...] = (CANARY,)


def is_only(name: str, value: str) -> Callable[[World], bool]:
    return lambda world: (
        {
            one: found.secret.reveal()
            for one, text in (world.keyring.kept | world.vault.kept).items()
            if (found := opened(text)) is not None
        }
        == {name: value}
    )


STORIES = {
    "rename": Story(("rename", "a", "b"), is_only("b", CANARY), before=(("a", CANARY),)),
    "rename to the vault": Story(
        ("rename", "keyring:a", "vault:a"),
        lambda world: world.vault.holds(CANARY) and not world.keyring.kept,
        before=(("a", CANARY),),
    ),
    "migrate": Story(
        ("migrate",),
        lambda world: (
            world.keyring.value("orders/image") == CANARY
            and world.file.read_text() == FILE % "credential: 'keyring:orders/image'"
        ),
        text=PASTED,
    ),
    "allow": Story(
        ("allow", "a", "tls://h:2"),
        lambda world: world.keyring.audience("a") == ("tls://h:1", "tls://h:2"),
        before=(("a", CANARY),),
    ),
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    root = tmp_path / "project"
    (root / ".hg").mkdir(parents=True)
    made = World(root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("STUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(asking, "_TERMINAL", tmp_path / "no terminal")
    monkeypatch.setattr(secret_names, "secrets_of", FakeSecrets(made.keyring, made.vault))
    return made


def prepared(world: World, story: Story) -> None:
    for name, value in story.before:
        world.put(name, value)
    if story.text:
        world.file.write_text(story.text)


def steps(world: World, story: Story) -> int:
    """How often a store was used, when nothing happened."""
    prepared(world, story)
    assert world.run(*story.arguments, given=story.given).status == 0
    assert story.end(world)
    return world.fuse.used


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_the_end_at_any_step_loses_nothing_and_can_be_gone_on_from(
    world: World, story: Story
) -> None:
    count = steps(world, story)
    assert count > 3
    for at in range(1, count + 1):
        world.keyring.kept.clear()
        world.vault.kept.clear()
        prepared(world, story)
        world.fuse.at, world.fuse.used = at, 0
        with pytest.raises(DiedError):
            world.run(*story.arguments, given=story.given)
        assert all(world.has(value) for value in story.precious), at
        world.fuse.at = 0
        if not story.end(world):
            ran = world.run(*story.arguments, given=story.given)
            assert (ran.status, story.end(world)) == (0, True), (at, ran.err)


@pytest.mark.parametrize("command", ["set", "rotate"])
def test_one_that_is_replaced_has_the_old_value_or_the_new(
    world: World, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    arguments = [command, "a", "--stdin", *(["--force"] if command == "set" else [])]
    world.put("a", CANARY)
    assert world.run(*arguments, given=OTHER).status == 0
    count = world.fuse.used
    assert count > 3
    for at in range(1, count + 1):
        world.put("a", CANARY)
        world.fuse.at, world.fuse.used = at, 0
        with pytest.raises(DiedError):
            world.run(*arguments, given=OTHER)
        assert world.keyring.value("a") in (CANARY, OTHER), at
        assert world.keyring.audience("a") == ("tls://h:1",)


def test_an_import_that_ends_is_gone_on_from(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_bundles_quick(monkeypatch)
    for name, value in (("a", CANARY), ("b", OTHER)):
        world.run("set", name, "--stdin", "--for", "tls://h:1", given=value)
    assert world.run("export", "--to", "x", "--passphrase-stdin", given=PHRASE).status == 0
    bundled = dict(world.keyring.kept)
    arguments = ("import", "x", "--passphrase-stdin", "--force")
    world.put("b", "mine")
    del world.keyring.kept["a"]
    mine = dict(world.keyring.kept)
    world.fuse.used = 0
    assert world.run(*arguments, given=PHRASE).status == 0
    count = world.fuse.used
    for at in range(1, count + 1):
        world.keyring.kept.clear()
        world.keyring.kept.update(mine)
        world.fuse.at, world.fuse.used = at, 0
        with pytest.raises(DiedError):
            world.run(*arguments, given=PHRASE)
        assert world.keyring.value("b") in ("mine", OTHER), at
    world.fuse.at = 0
    assert world.run(*arguments, given=PHRASE).status == 0
    assert world.keyring.kept == bundled
