"""`stui secret` as people have it: a real terminal, a real keyring, and a value seen by nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stui_workspace.secrets.envelope import opened
from support.fake_secrets import files_with, found_in
from support.secret_line import CANARY, OTHER
from support.secret_service import SecretService, secret_service
from support.terminal import Terminal, owning_its_terminal

STUI = str(Path(sys.executable).with_name("stui"))
FILE = """\
stui: 1
name: orders
connections:
  image: {kind: socket, url: 'tls://image.example:1', credential: keyring:orders/image}
"""
PHRASE = "correct horse battery staple"
DEADLINE = 60.0


@dataclass
class Desk:
    """A project and a person with a keyring; all that they see is looked at afterwards."""

    root: Path
    home: Path
    service: SecretService
    seen: list[str] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return {
            **self.service.environ,
            "STUI_HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }

    def __call__(self, *arguments: str, given: str = "", status: int = 0) -> str:
        done = subprocess.run(
            (STUI, "secret", *arguments),
            cwd=self.root,
            env=self.environ,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
            start_new_session=True,  # so that nobody is there to be asked
        )
        self.seen += [done.stdout, done.stderr]
        assert done.returncode == status, done.stderr
        return done.stdout

    def at_terminal(self, *arguments: str) -> Terminal:
        return Terminal(
            owning_its_terminal(STUI, "secret", *arguments),
            cwd=self.root,
            environ=self.environ,
        )

    def stored(self, name: str) -> tuple[str, tuple[str, ...] | None] | None:
        """The value and the audience, as another program finds them in the keyring."""
        with self.service.keyring() as keyring:
            found = list(keyring.search_items({"service": f"stui:{name}"}))
            envelope = opened(found[0].get_secret().decode()) if found else None
        return None if envelope is None else (envelope.secret.reveal(), envelope.audience)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    root, home = tmp_path / "project", tmp_path / "home"
    for folder in (root / ".hg", home):
        folder.mkdir(mode=0o700, parents=True)
    with secret_service(tmp_path / "service") as service:
        desk = Desk(root, home, service)
        yield desk
    for value in (CANARY, OTHER):
        assert not any(found_in(value, text.encode()) for text in desk.seen)
        assert files_with(value, tmp_path) == []


def test_the_life_of_a_secret(desk: Desk) -> None:
    desk("set", "orders/image", "--stdin", "--for", "tls://h:1", given=f"{CANARY}\n")
    assert desk.stored("orders/image") == (CANARY, ("tls://h:1",))
    assert [one["where"] for one in json.loads(desk("ls", "--json"))] == ["keyring"]
    assert json.loads(desk("which", "orders/image", "--json"))[-1]["state"] == "used"
    desk("test", "orders/image")
    desk("rotate", "orders/image", "--stdin", given=OTHER)
    desk("rename", "orders/image", "orders/new")
    assert desk.stored("orders/image") is None
    assert desk.stored("orders/new") == (OTHER, ("tls://h:1",))
    desk("rm", "orders/new", "--yes")
    assert desk.stored("orders/new") is None
    desk("test", "orders/new", status=5)
    assert json.loads(desk("ls", "--json")) == []


def test_to_another_machine(desk: Desk) -> None:
    desk("set", "orders/image", "--stdin", "--for", "tls://h:1", given=CANARY)
    desk("export", "--to", "bundle", "--passphrase-stdin", given=f"{PHRASE}\n")
    desk("rm", "orders/image", "--yes")
    desk("import", "bundle", "--passphrase-stdin", given="not the passphrase\n", status=5)
    assert desk.stored("orders/image") is None
    desk("import", "bundle", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert desk.stored("orders/image") == (CANARY, ("tls://h:1",))


def test_a_locked_keyring_loses_nothing(desk: Desk) -> None:
    desk("set", "orders/image", "--stdin", "--for", "tls://h:1", given=CANARY)
    desk.service.lock()
    desk("test", "orders/image", status=5)
    desk("rm", "orders/image", "--yes", status=5)
    desk("set", "orders/image", "--stdin", "--force", given=OTHER, status=5)
    assert json.loads(desk("doctor", "--json", status=1))["problems"][0]["code"] == "store-locked"
    assert [one["where"] for one in json.loads(desk("ls", "--json"))] == ["keyring"]
    desk.service.unlock()
    assert desk.stored("orders/image") == (CANARY, ("tls://h:1",))


def test_typed_at_a_terminal(desk: Desk) -> None:
    (desk.root / ".stui-workspace.yaml").write_text(FILE)
    with desk.at_terminal("set", "orders/image") as terminal:
        terminal.wait_for("Value of `keyring:orders/image` (not shown):")
        terminal.type(f"{CANARY}\r")
        terminal.wait_for("once more:")
        terminal.type(f"{CANARY}\r")
        terminal.wait_for("May tls://image.example:1 get it? [y/N]")
        terminal.type("y\r")
        assert terminal.wait_for_end(DEADLINE) == 0
        shown = terminal.wait_for("for tls://image.example:1")
    desk.seen.append(shown)
    assert desk.stored("orders/image") == (CANARY, ("tls://image.example:1",))


def test_a_pasted_key_of_many_lines_is_refused_whole(desk: Desk) -> None:
    with desk.at_terminal("set", "orders/image") as terminal:
        terminal.wait_for("(not shown):")
        terminal.type(f"{CANARY}\n{OTHER}\nthe end\n")
        assert terminal.wait_for_end(DEADLINE) == 2
        desk.seen.append(terminal.wait_for("the value has more than one line"))
    assert desk.stored("orders/image") is None


def test_interrupted_while_it_is_typed(desk: Desk) -> None:
    with desk.at_terminal("set", "orders/image") as terminal:
        terminal.wait_for("(not shown):")
        terminal.type(f"{CANARY}\x03")
        assert terminal.wait_for_end(DEADLINE) == 130
        desk.seen.append(terminal.text)
    assert desk.stored("orders/image") is None
