"""The command line as real processes: signals, pipes, terminals, limits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.terminal import Terminal, owning_its_terminal

STUI = str(Path(sys.executable).parent / "stui")
CORPUS = Path(__file__).parents[1] / "corpus" / "hostile"
MOST_KIB = 100 << 10


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUI")}
    return kept | {"STUI_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / ".stui-workspace.yaml").write_text("stui: 1\nname: orders\n")
    return folder


@pytest.fixture
def stui(project: Path, environ: dict[str, str]) -> Iterator[Runner]:
    runner = Runner(project, environ)
    yield runner
    runner.end()


class Runner:
    def __init__(self, cwd: Path, environ: dict[str, str]) -> None:
        self.cwd = cwd
        self.environ = environ
        self.started: list[subprocess.Popen[str]] = []

    def __call__(
        self, *arguments: str, given: str = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [STUI, *arguments],
            cwd=self.cwd,
            env={**self.environ, **environ},
            input=given,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # so that nobody is there to be asked
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [STUI, *arguments],
            cwd=self.cwd,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate()


MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small program between: a child of ours would be counted with the memory that we had."""


def test_hostile_files_within_their_memory(project: Path, environ: dict[str, str]) -> None:
    command = [STUI, "validate", "--format", "concise", *map(str, CORPUS.iterdir())]
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        cwd=project, env=environ, check=True, capture_output=True, text=True,
    )  # fmt: skip
    code, most_kib = map(int, ran.stdout.split())
    assert code == 1
    assert most_kib < MOST_KIB


class TestEval:
    def test_the_embedded_python(self, stui: Runner) -> None:
        ran = stui(
            "eval", "-", given="import sys\nprint('a')\nprint('b', file=sys.stderr)\n6 * 7\n"
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "a\n42\n", "b\n")

    def test_in_a_folder_without_a_workspace(self, stui: Runner, tmp_path: Path) -> None:
        stui.cwd = tmp_path
        ran = stui("eval", "-e", "1 + 1")
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "2\n", "")

    def test_an_error_of_the_code(self, stui: Runner) -> None:
        ran = stui("eval", "-e", "1 / 0")
        assert (ran.returncode, ran.stdout) == (1, "")
        assert ran.stderr.endswith("ZeroDivisionError: division by zero\n")

    def test_a_backend_that_ends(self, stui: Runner) -> None:
        ran = stui("eval", "-e", "import os; os._exit(3)")
        assert (ran.returncode, ran.stdout) == (4, "")
        assert ran.stderr.startswith("error: connection `py`: ")

    def test_a_timeout(self, stui: Runner) -> None:
        ran = stui("eval", "--timeout", "200ms", "-e", "while True: pass")
        assert (ran.returncode, ran.stdout) == (1, "")
        assert ran.stderr.startswith("note: interrupted after 0.2 s\n")

    @pytest.mark.parametrize(
        ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
    )
    def test_a_signal_ends_it_and_its_backend(
        self, stui: Runner, number: signal.Signals, status: int
    ) -> None:
        code = "import os; print(os.getpid(), flush=True)\nwhile True: pass"
        process = stui.start("eval", "-e", code)
        assert process.stdout is not None
        backend = int(process.stdout.readline())
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, "Traceback" in err) == (status, False)
        with pytest.raises(ProcessLookupError):
            os.kill(backend, 0)

    def test_a_reader_that_has_gone(self, stui: Runner) -> None:
        process = stui.start("eval", "-e", "while True: print('a' * 1000, flush=True)")
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=30) == 141
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


class TestWatch:
    def test_it_tells_what_happens(self, stui: Runner, project: Path) -> None:
        file = project / ".stui-workspace.yaml"
        process = stui.start("watch", "--json")
        assert process.stdout is not None
        seen: list[dict[str, Any]] = []

        def until(event: str) -> dict[str, Any]:
            assert process.stdout is not None
            for line in process.stdout:
                seen.append(json.loads(line))
                if seen[-1]["event"] == event:
                    return seen[-1]
            raise AssertionError(f"never saw {event}, but {seen}")

        opened = until("opened")
        assert (opened["project"], opened["session"]) == (str(project), "main")
        stui("set", "name", "sales")
        assert until("reloaded")["changes"] == [{"path": "name", "kind": "changed"}]
        file.write_text("stui: [")
        (found,) = until("invalid")["diagnostics"]
        assert (found["line"], found["code"]) == (1, "Y103")
        file.unlink()
        until("gone")
        process.send_signal(signal.SIGTERM)
        until("closed")
        assert process.wait(timeout=30) == 0
        assert process.stdout.read() == ""
        assert seen[0]["event"] == "opened"

    def test_ctrl_c_ends_it_well(self, stui: Runner) -> None:
        process = stui.start("watch", "--no-connect")
        assert process.stdout is not None
        assert "opened" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, err) == (0, "")
        assert out.splitlines()[-1].endswith(" closed")


class TestStreams:
    @pytest.mark.parametrize(
        "arguments", [["show", "--origin"], ["schema"], ["explain"]], ids=" ".join
    )
    def test_a_reader_that_has_gone(self, stui: Runner, arguments: list[str]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as out:
            process = subprocess.run(
                [STUI, *arguments],
                cwd=stui.cwd,
                env=stui.environ,
                stdout=out,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert (process.returncode, process.stderr) == (141, b"")

    def test_a_full_disk_behind_the_output(self, stui: Runner) -> None:
        with Path("/dev/full").open("wb") as out:
            process = subprocess.run(
                [STUI, "schema"],
                cwd=stui.cwd,
                env=stui.environ,
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert process.returncode == 3
        assert process.stderr.startswith("error: standard output: the disk is full\n")
        assert process.stderr.count("\n") == 2

    def test_a_terminal_of_few_letters(self, stui: Runner, project: Path) -> None:
        (project / ".stui-workspace.yaml").write_text("stui: 1\nname: \u0416\n\u0416: 1\n")
        ran = stui("validate", PYTHONIOENCODING="latin-1")
        assert (ran.returncode, "\\u0416" in ran.stdout) == (0, True)

    def test_colour_is_for_those_who_want_it(self, stui: Runner, project: Path) -> None:
        (project / ".stui-workspace.yaml").write_text("stui: 1\n")
        assert "\x1b" not in stui("validate").stdout
        assert "\x1b[1;31merror" in stui("validate", NO_COLOR="", FORCE_COLOR="1").stdout


def test_writers_at_the_same_time_lose_nothing(stui: Runner, project: Path) -> None:
    names = [f"x-{letter}" for letter in "abcdef"]
    writers = [stui.start("set", name, "1") for name in names]
    for writer in writers:
        _, err = writer.communicate(timeout=60)
        assert writer.returncode == 0, err
    text = (project / ".stui-workspace.yaml").read_text()
    assert sorted(line.split(":")[0] for line in text.splitlines()[2:]) == names


class TestAtATerminal:
    @pytest.fixture
    def terminal(self, project: Path, environ: dict[str, str]) -> Iterator[Terminal]:
        (project / ".stui-workspace.yaml").write_text(
            "stui: 1\nname: a\nconnections: {db: {kind: socket, url: 'tcp://h:1'}}\n"
        )
        command = owning_its_terminal(STUI, "trust")
        with Terminal(command, cwd=project, environ=environ, size=(100, 12)) as one:
            yield one

    def test_enter_is_a_no(self, terminal: Terminal, stui: Runner) -> None:
        text = terminal.wait_for("Approve it? [y/N]")
        assert "connects to tcp://h:1" in text
        terminal.press("enter")
        assert terminal.wait_for_end() == 6
        assert "not approved" in stui("trust", "show").stdout

    def test_a_yes_is_kept(self, terminal: Terminal, stui: Runner) -> None:
        terminal.wait_for("Approve it? [y/N]")
        terminal.type("y\r")
        assert terminal.wait_for_end() == 0
        assert "db: approved" in stui("trust", "show").stdout

    def test_ctrl_c_is_a_no(self, terminal: Terminal, stui: Runner) -> None:
        terminal.wait_for("Approve it? [y/N]")
        terminal.press("ctrl+c")
        assert terminal.wait_for_end() == 130
        assert "Traceback" not in terminal.text
        assert "db: not approved" in stui("trust", "show").stdout


def test_bash_completes_from_the_file(stui: Runner, project: Path) -> None:
    (project / ".stui-workspace.yaml").write_text(
        "stui: 1\nname: a\nx-$(touch pwned): 1\nconnections: {py: {kind: python}}\n"
    )
    script = """
        source <(stui completions bash)
        COMP_WORDS=(stui get "$1"); COMP_CWORD=2
        _stui_completion stui
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    folder = str(Path(STUI).parent)
    environ = {**stui.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    for word, found in (
        ("conn", ["connections", "connections.py", "connections.py.kind"]),
        ("x-", []),
    ):
        ran = subprocess.run(
            ["bash", "--norc", "-c", script, "bash", word],
            cwd=project,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        assert (ran.stdout.split(), ran.stderr) == (found, "")
    assert not (project / "pwned").exists()
