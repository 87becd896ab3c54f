"""A secret in a real keyring, from storing it to the server that wants it; and what goes wrong.

The server is `stui serve` with a token; the keyring is GNOME Keyring on a bus of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.fake_secrets import files_with
from support.secret_service import SecretService, secret_service
from support.served import Served, start_serving
from support.terminal import Terminal

STUI = str(Path(sys.executable).with_name("stui"))
TOKEN = "correct-horse-battery-staple"  # noqa: S105 (of this test)
NAME = "orders/image"
FILE = """\
stui: 1
name: orders
connections:
  image:
    kind: stui
    url: {url}
    credential: keyring:orders/image
    connect: auto
buffers:
  scratch: {{connection: image, source: "6 * 7"}}
"""
DEADLINE = 60.0


@dataclass
class Desk:
    """A project whose connection needs a secret, and a person with a keyring."""

    root: Path
    home: Path
    service: SecretService
    server: Served

    @property
    def environ(self) -> dict[str, str]:
        return {**self.service.environ, "STUI_HOME": str(self.home), "LC_ALL": "C.UTF-8"}

    def stui(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            (STUI, *arguments),
            cwd=self.root,
            env=self.environ,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        assert "Traceback" not in done.stderr
        assert TOKEN not in done.stdout + done.stderr
        return done

    def approve(self) -> None:
        shown = json.loads(self.stui("trust", "show", "--json").stdout)
        digest = next(one["digest"] for one in shown if one["connection"] == "image")
        done = self.stui("trust", "grant", "--connection", "image", "--digest", digest)
        assert done.returncode == 0, done.stderr

    def keep(self, *audience: str) -> None:
        named = [word for one in audience for word in ("--for", one)]
        done = self.stui("secret", "set", NAME, "--stdin", *named, given=f"{TOKEN}\n")
        assert done.returncode == 0, done.stderr

    def workbench(self) -> Terminal:
        return Terminal((STUI,), cwd=self.root, environ=self.environ, size=(120, 34))

    def evaluated(self) -> subprocess.CompletedProcess[str]:
        return self.stui("eval", "--conn", "image", "-e", "6 * 7")

    def tested(self) -> subprocess.CompletedProcess[str]:
        return self.stui("conn", "test", "image")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    root, home = tmp_path / "project", tmp_path / "home"
    for folder in (root, home, tmp_path / "server"):
        folder.mkdir(mode=0o700)
    server = start_serving(
        root,
        tmp_path / "server",
        *("--bind", "lines://127.0.0.1:0", "--token-env", "ORDERS_TOKEN"),
        ORDERS_TOKEN=TOKEN,
    )
    (root / ".stui-workspace.yaml").write_text(FILE.format(url=server.url), encoding="utf-8")
    try:
        with secret_service(tmp_path / "service") as service:
            yield Desk(root, home, service, server)
    finally:
        server.end()


def test_it_is_stored_and_used_and_left_nowhere(desk: Desk) -> None:
    desk.keep(desk.server.url)
    assert desk.evaluated().returncode == 6
    desk.approve()
    done = desk.evaluated()
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr
    assert desk.stui("secret", "test", NAME).returncode == 0
    assert files_with(TOKEN, desk.home) == []


def test_it_does_not_go_to_whom_it_is_not_for(desk: Desk) -> None:
    desk.keep("tls://orders.example.com:5555")
    desk.approve()
    done = desk.evaluated()
    assert done.returncode == 5
    assert desk.tested().returncode == 5
    assert "is not for" in done.stderr
    assert "stui secret allow" in done.stderr
    assert desk.stui("secret", "allow", NAME, desk.server.url).returncode == 0
    assert desk.evaluated().stdout == "42\n"


@pytest.mark.parametrize("trouble", ["locked", "hung", "no daemon", "no bus"])
def test_a_keyring_that_does_not_answer_is_named_and_comes_back(desk: Desk, trouble: str) -> None:
    desk.keep(desk.server.url)
    desk.approve()
    if trouble == "locked":
        desk.service.lock()
        refused = desk.evaluated()
        desk.service.unlock()
    elif trouble == "hung":
        with desk.service.hung():
            refused = desk.evaluated()
    elif trouble == "no daemon":
        desk.service.stop_daemon()
        refused = desk.evaluated()
        desk.service.start_daemon()
    else:
        desk.service.stop_bus()
        refused = desk.evaluated()
        desk.service.start_bus()
        desk.service.start_daemon()
    assert refused.returncode == 5
    assert "keyring" in refused.stderr
    assert desk.evaluated().stdout == "42\n"


def test_the_workbench_stays_alive_while_the_keyring_hangs(desk: Desk) -> None:
    desk.keep(desk.server.url)
    desk.approve()
    with desk.service.hung(), desk.workbench() as screen:
        screen.wait_for("6 * 7")
        screen.press("ctrl+end")
        screen.type(" + 1")
        screen.wait_for("6 * 7 + 1", what="what was typed while the keyring hangs")
        screen.wait_for("keyring did not answer", what="why the connection is not there")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    with desk.workbench() as screen:
        screen.wait_for("● image", what="the connection, online")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    assert files_with(TOKEN, desk.home) == []
