"""The vault in a real terminal: what is typed is seen by nobody, and by no other program."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.secrets.vault.agent import ask, status
from support.terminal import Terminal, owning_its_terminal
from support.vaults import OTHER, PASSPHRASE, VaultHome, no_agent_left

STUI = str(Path(sys.executable).parent / "stui")
NEW, AGAIN, KNOWN = "New passphrase", "once more", "The passphrase of the vault"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[VaultHome]:
    with no_agent_left(VaultHome(tmp_path / "home")) as one:
        yield one


@pytest.fixture
def made(home: VaultHome) -> VaultHome:
    assert run(home, "vault", "init", "--passphrase-stdin", given=f"{PASSPHRASE}\n").returncode == 0
    return home


def environ_of(home: VaultHome) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUI")}
    return kept | {"STUI_HOME": str(home.home), "NO_COLOR": "1"}


def run(
    home: VaultHome, *arguments: str, given: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STUI, *arguments],
        input=given,
        env=environ_of(home) | environ,
        cwd=home.home.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,  # and no terminal to ask at
    )


def at_terminal(home: VaultHome, *command: str) -> Terminal:
    return Terminal(
        owning_its_terminal(*command),
        cwd=home.home.parent,
        environ=environ_of(home),
    )


def asked(terminal: Terminal, question: str, count: int = 1) -> str:
    """The screen when a question stands there for the `count`th time, and waits."""
    return terminal.wait_for(
        lambda text: (
            (text.count(question) >= count and text.rstrip().endswith("(not shown):"))
            or (question == AGAIN and AGAIN in text)
        ),
        what=question,
    )


def in_processes(*texts: str) -> list[str]:
    """Where any process of this machine shows one of the texts to others."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                shown = (folder / name).read_bytes()
            except OSError:
                continue
            found += [f"{folder.name}/{name}" for text in texts if text.encode() in shown]
    return found


def has_echo(terminal: Terminal) -> bool:
    return bool(termios.tcgetattr(terminal._master)[3] & termios.ECHO)


def test_a_vault_is_made_opened_and_locked_and_nobody_saw_the_passphrase(home: VaultHome) -> None:
    home.home.mkdir()
    with at_terminal(home, STUI, "vault", "init") as terminal:
        asked(terminal, NEW)
        assert not has_echo(terminal)
        terminal.type(f"{PASSPHRASE}\r")
        asked(terminal, AGAIN)
        assert in_processes(PASSPHRASE) == []
        terminal.type(f"{PASSPHRASE}\r")
        terminal.wait_for("made a vault")
        assert terminal.wait_for_end() == 0
        assert has_echo(terminal)
        assert "correct" not in terminal.text
    with at_terminal(home, STUI, "vault", "unlock", "--for", "1h") as terminal:
        asked(terminal, KNOWN)
        terminal.type("wrong battery\r")
        terminal.wait_for("that is not the passphrase")
        asked(terminal, KNOWN, 2)
        terminal.type(f"{PASSPHRASE}\r")
        terminal.wait_for("unlocked until")
        assert terminal.wait_for_end() == 0
        assert "battery" not in terminal.text
    vault = home.opened()
    key = vault.data_key.material
    assert ask(home.agent, vault.id) == key  # though that terminal is closed
    assert in_processes(PASSPHRASE, key.hex(), vault.id) == []
    with at_terminal(home, STUI, "vault", "lock") as terminal:
        terminal.wait_for("locked")
        assert terminal.wait_for_end() == 0
    assert status(home.agent) is None


def test_three_wrong_ones_end_it(made: VaultHome) -> None:
    with at_terminal(made, STUI, "vault", "unlock") as terminal:
        for count in (1, 2, 3):
            asked(terminal, KNOWN, count)
            terminal.type(f"wrong battery {count}\r")
        assert terminal.wait_for_end() == 5
        assert "battery" not in terminal.text
        assert has_echo(terminal)
    assert status(made.agent) is None


def test_ctrl_c_ends_it_and_leaves_the_terminal_as_it_was(made: VaultHome) -> None:
    with at_terminal(made, STUI, "vault", "unlock") as terminal:
        asked(terminal, KNOWN)
        terminal.press("ctrl+c")
        assert terminal.wait_for_end() == 130
        assert has_echo(terminal)
        assert "Traceback" not in terminal.text


def test_it_asks_at_the_terminal_whatever_standard_input_is(made: VaultHome) -> None:
    command = f"'{STUI}' vault unlock < /dev/null > out.txt 2> err.txt"
    with at_terminal(made, "/bin/sh", "-c", command) as terminal:
        asked(terminal, KNOWN)
        terminal.type(f"{PASSPHRASE}\r")
        assert terminal.wait_for_end() == 0
    folder = made.home.parent
    assert (folder / "out.txt").read_text() == ""
    assert "unlocked until" in (folder / "err.txt").read_text()


def test_a_passphrase_is_changed_there(made: VaultHome) -> None:
    with at_terminal(made, STUI, "vault", "passwd") as terminal:
        asked(terminal, KNOWN)
        terminal.type(f"{PASSPHRASE}\r")
        asked(terminal, NEW)
        terminal.type(f"{OTHER}\r")
        asked(terminal, AGAIN)
        terminal.type(f"{OTHER}\r")
        assert terminal.wait_for_end() == 0
        assert "five" not in terminal.text
    assert made.opened(OTHER).names() == ()


def test_closing_the_terminal_locks_nothing(made: VaultHome) -> None:
    command = f"'{STUI}' vault unlock && exec sleep 600"
    with at_terminal(made, "/bin/sh", "-c", command) as terminal:
        asked(terminal, KNOWN)
        terminal.type(f"{PASSPHRASE}\r")
        terminal.wait_for("unlocked until")
        os.killpg(terminal.process.pid, signal.SIGHUP)
        terminal.wait_for_end()
    assert status(made.agent) is not None


def test_a_secret_is_put_in_and_taken_out_while_it_is_unlocked(made: VaultHome) -> None:
    put = ("secret", "set", "vault:orders/image", "--for", "tcp://localhost:5555", "--stdin")
    locked = run(made, *put, given="s3cret-value")
    assert locked.returncode == 5
    assert "stui vault unlock" in locked.stderr
    assert (
        run(made, "vault", "unlock", "--passphrase-stdin", given=f"{PASSPHRASE}\n").returncode == 0
    )
    assert run(made, *put, given="s3cret-value").returncode == 0
    assert made.opened().names() == ("orders/image",)
    told = json.loads(run(made, "vault", "status", "--json").stdout)
    assert (told["records"], told["locked"]) == (1, False)
    which = run(made, "secret", "which", "vault:orders/image")
    assert which.returncode == 0
    assert "used" in which.stdout
    assert run(made, "vault", "lock").returncode == 0
    assert "locked" in run(made, "secret", "which", "vault:orders/image").stdout


def test_a_service_opens_it_with_a_key_file_alone(home: VaultHome) -> None:
    home.home.mkdir()
    file = home.home / "vault.key"
    assert run(home, "vault", "init", "--new-key-file", str(file)).returncode == 0
    put = ("secret", "set", "vault:orders/image", "--for", "tcp://localhost:5555", "--stdin")
    service = {"STUI_VAULT_KEY_FILE": str(file)}
    assert run(home, *put, given="s3cret-value").returncode == 5
    assert run(home, *put, given="s3cret-value", **service).returncode == 0
    assert "used" in run(home, "secret", "which", "vault:orders/image", **service).stdout
    file.chmod(0o644)
    refused = run(home, "secret", "which", "vault:orders/image", **service)
    assert "others may read it" in refused.stdout + refused.stderr
    assert status(home.agent) is None
