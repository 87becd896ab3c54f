"""`stui conn` with real programs: what it starts it ends, and what falls comes back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

STUI = str(Path(sys.executable).parent / "stui")
WORKSPACE = """\
stui: 1
name: orders
connections:
  py: {kind: python, connect: auto, health: {ping: 100ms}, reconnect: {base: 10ms}}
"""


class Runner:
    """Runs `stui` in a project of its own, and ends what a test left running."""

    def __init__(self, tmp_path: Path) -> None:
        self.cwd = tmp_path / "project"
        self.cwd.mkdir()
        (self.cwd / ".git").mkdir()
        (self.cwd / ".stui-workspace.yaml").write_text(WORKSPACE)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STUI")}
        self.environ = kept | {"STUI_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
        self.started: list[subprocess.Popen[str]] = []

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [STUI, *arguments],
            cwd=self.cwd,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that nobody is there to be asked
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def programs(self) -> list[psutil.Process]:
        """What runs in the project's folder now."""
        return [one for one in psutil.process_iter() if _folder_of(one) == str(self.cwd)]


def _folder_of(process: psutil.Process) -> str | None:
    try:
        return str(process.cwd())
    except (psutil.Error, OSError):
        return None


@pytest.fixture
def stui(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.end()


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that accepts, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        yield port


def until(
    process: subprocess.Popen[str], holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first line for which `holds` does."""
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        found: dict[str, Any] = json.loads(line)
        seen.append(found)
        if holds(found):
            return found
    raise AssertionError(f"it never came, but {seen}")


def state(wanted: str) -> Callable[[dict[str, Any]], bool]:
    return lambda one: one.get("state") == wanted


class TestTest:
    def test_the_embedded_python_starts_answers_and_is_gone(self, stui: Runner) -> None:
        ran = stui("conn", "test", "py", "--json")
        found = json.loads(ran.stdout)
        assert (ran.returncode, ran.stderr, found["ok"]) == (0, "", True)
        assert found["hello"]["backend"].startswith("Python 3.")
        assert stui.programs() == []

    def test_a_port_that_nobody_listens_at(self, stui: Runner, deaf_port: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        ran = stui("conn", "test", f"lines://127.0.0.1:{port}")
        assert (ran.returncode, ran.stdout) == (4, "")
        assert ran.stderr.startswith(f"error: connection `lines://127.0.0.1:{port}`: ")
        assert "  = help: " in ran.stderr

    @pytest.mark.parametrize("scheme", ["lines", "tcp"])
    def test_a_port_that_says_nothing(self, stui: Runner, deaf_port: int, scheme: str) -> None:
        ran = stui("conn", "test", f"{scheme}://127.0.0.1:{deaf_port}", "--timeout", "500ms")
        assert (ran.returncode, ran.stdout) == (4, "")
        assert "no answer within 0.5 s" in ran.stderr
        assert "Traceback" not in ran.stderr

    @pytest.mark.parametrize(
        ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
    )
    def test_a_signal_ends_it(
        self, stui: Runner, deaf_port: int, number: signal.Signals, status: int
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            process = stui.start("conn", "test", f"lines://127.0.0.1:{server.getsockname()[1]}")
            server.settimeout(30)
            link, _ = server.accept()  # now it waits
            with link:
                process.send_signal(number)
                _, err = process.communicate(timeout=30)
        assert (process.returncode, "Traceback" in err) == (status, False)


class TestWatch:
    def test_what_is_killed_comes_back_and_ctrl_c_ends_all(self, stui: Runner) -> None:
        process = stui.start("conn", "watch", "py", "--json")
        first = until(process, state("online"))
        until(process, lambda one: one["event"] == "ping")
        (child,) = psutil.Process(process.pid).children()
        child.kill()
        assert until(process, state("reconnecting"))["reason"]
        second = until(process, state("online"))
        assert second["incarnation"] != first["incarnation"]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err.strip()) == (130, "")
        assert stui.programs() == []

    def test_sigterm_ends_all_too(self, stui: Runner) -> None:
        process = stui.start("conn", "watch", "--json")
        until(process, state("online"))
        process.terminate()
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err, stui.programs()) == (143, "", [])

    def test_a_reader_that_has_gone(self, stui: Runner) -> None:
        process = stui.start("conn", "watch", "--json")
        until(process, state("online"))
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=30) == 141
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        assert stui.programs() == []


class TestSessions:
    def test_a_session_that_is_open_is_seen_and_its_history_kept(self, stui: Runner) -> None:
        session = stui.start("watch", "--json")
        until(session, lambda one: one["event"] == "saved")

        def listed() -> dict[str, Any]:
            found: list[dict[str, Any]] = json.loads(stui("conn", "ls", "--json").stdout)
            return found[0]

        def log() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = json.loads(stui("conn", "history", "--json").stdout)
            return found

        first = _eventually(listed, lambda one: one["state"] == "online")
        assert (first["name"], first["online"]) == ("py", True)
        (child,) = psutil.Process(session.pid).children()
        child.kill()
        _eventually(log, lambda found: outcomes(found) == ["open", "lost"])
        session.terminate()
        assert session.wait(timeout=30) == 0
        assert outcomes(log()) == ["closed", "lost"]
        assert "SIGKILL" in log()[-1]["reason"]
        after = listed()
        assert (after["state"], after["online"]) == (None, None)
        assert after["last_online"] == log()[0]["ended"]


HELD = """\
stui: 1
name: orders
connections:
  py: {kind: python, connect: auto, hold: true}
"""


class TestHeld:
    @pytest.fixture(autouse=True)
    def held(self, stui: Runner) -> Iterator[None]:
        (stui.cwd / ".stui-workspace.yaml").write_text(HELD)
        yield
        stui("conn", "hold", "stop", "--all")
        assert stui.programs() == []

    def test_a_test_starts_none_that_stays(self, stui: Runner) -> None:
        assert stui("conn", "test", "py").returncode == 0
        assert stui("eval", "-e", "6 * 7").stdout == "42\n"
        assert json.loads(stui("conn", "hold", "ls", "--json").stdout) == []
        assert stui.programs() == []

    def test_one_that_is_held_is_asked_and_goes_on(self, stui: Runner) -> None:
        session = stui.start("watch", "--json")
        until(session, lambda one: one["event"] == "saved")

        def holders() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = json.loads(stui("conn", "hold", "ls", "--json").stdout)
            return found

        (holder,) = _eventually(holders, lambda found: len(found) == 1)
        session.terminate()
        assert session.wait(timeout=30) == 0
        assert stui("eval", "-e", "x = 41").returncode == 0
        assert stui("eval", "-e", "x + 1").stdout == "42\n"
        found = json.loads(stui("conn", "test", "py", "--json").stdout)
        assert (found["ok"], found["hello"]["survives"]) == (True, True)
        assert holders() == [holder]


class TestServer:
    @pytest.fixture
    def address(self, stui: Runner) -> str:
        server = stui.start("serve", "--bind", "lines://127.0.0.1:0", "--json")
        assert server.stdout is not None
        found: dict[str, Any] = json.loads(server.stdout.readline())
        return str(found["url"])

    def test_it_is_tested_and_evaluates_by_its_address_alone(
        self, stui: Runner, address: str
    ) -> None:
        (stui.cwd / ".stui-workspace.yaml").unlink()
        found = json.loads(stui("conn", "test", address, "--json").stdout)
        assert (found["ok"], found["hello"]["survives"]) == (True, True)
        pings = [step["seconds"] for step in found["steps"] if step["name"] == "ping"]
        assert len(pings) == 3
        assert stui("eval", "--connect", address, "-e", "x = 6").returncode == 0
        ran = stui("eval", "--connect", address, "-e", "print('a')\nx * 7")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "a\n42\n", "")

    def test_it_is_watched_while_it_falls_and_comes_back(self, stui: Runner, address: str) -> None:
        server = stui.started[0]
        process = stui.start("conn", "watch", address, "--json")
        first = until(process, state("online"))
        server.terminate()
        fallen = until(process, state("reconnecting"))
        assert fallen["reason"]
        server.wait(timeout=30)
        again = stui.start("serve", "--bind", address, "--json")
        second = until(process, state("online"))
        assert second["incarnation"] != first["incarnation"]
        assert again.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130


def outcomes(found: list[dict[str, Any]]) -> list[str]:
    """How each episode of a link that was up ended, the newest first."""
    return [one["outcome"] for one in found if one["outcome"] != "failed"]


def _eventually(look: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
    """What `look` sees when it holds at last; each look is a program's whole run."""
    seen = None
    for _ in range(100):
        seen = look()
        if holds(seen):
            return seen
    raise AssertionError(f"it never was so: {seen}")
