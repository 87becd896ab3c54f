"""The hosts of the examples: two programs of other people's kind, killed, and back as they were."""

from __future__ import annotations

import ast
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from stui_workspace import revision_of
from support.terminal import Terminal

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLES = ROOT / "examples"
HOSTS = ("host-textual/app.py", "host-prompt-toolkit/repl.py")
FILE = ".stui-workspace.yaml"
COPY = ".stui-workspace (conflicted copy 2026-10-02).yaml"
MOST_LINES = 60


@dataclass(frozen=True)
class Hosted:
    """A copy of an example, with a home of its own."""

    script: Path
    home: Path

    @classmethod
    def copied_to(cls, folder: Path, host: str) -> Self:
        example = EXAMPLES / Path(host).parent
        shutil.copytree(example, folder / "project")
        return cls(folder / "project" / Path(host).name, folder / "home")

    @property
    def file(self) -> Path:
        return self.script.with_name(FILE)

    def open(self) -> Terminal:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {"LC_ALL": "C.UTF-8", "STUI_HOME": str(self.home), "PROMPT_TOOLKIT_NO_CPR": "1"}
        environ = {**kept, **own}
        command = (sys.executable, str(self.script))
        return Terminal(command, cwd=self.script.parent, environ=environ, size=(100, 24))

    def write(self, text: str) -> None:
        """Write the file as editors do: a new one, renamed into place."""
        fresh = self.file.with_name("being-edited")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.file)

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new))

    def set_aside(self, theirs: str) -> None:
        """Do as sync tools: ours is renamed to the conflict copy, and theirs comes in its place."""
        fresh = self.file.with_name("being-written")
        fresh.write_text(theirs, encoding="utf-8")
        self.file.rename(self.file.with_name(COPY))
        fresh.rename(self.file)

    def kept(self) -> str:
        """All that journals and session files say."""
        texts = []
        for path in self.home.glob("state/workspaces/*/*/*"):
            if path.suffix in (".journal", ".yaml"):
                with suppress(FileNotFoundError):  # a journal goes when the session has it all
                    texts.append(path.read_text(encoding="utf-8"))
        return "\n".join(texts)

    def wait_kept(self, screen: Terminal, text: str) -> None:
        """Wait until a text is on the disk."""
        self._wait(screen, lambda: text in self.kept(), text)

    def wait_noted(self, screen: Terminal) -> None:
        """Wait until what the file says now is known as a version that was made here."""
        revision = revision_of(self.file.read_bytes())

        def is_noted() -> bool:
            logs = self.home.glob("state/workspaces/*/generations/log.jsonl")
            return any(revision in log.read_text(encoding="utf-8") for log in logs)

        self._wait(screen, is_noted, revision)

    def _wait(self, screen: Terminal, condition: Callable[[], bool], what: str) -> None:
        """Wait until it holds; keys that change nothing make the screen be looked at."""
        for _ in range(300):
            screen.press("left", "right")
            with suppress(AssertionError):
                screen.wait_for(lambda _: condition(), seconds=0.1)
                return
        raise AssertionError(f"{what!r} never reached the disk:\n{self.kept()}")


@pytest.fixture
def textual(tmp_path: Path) -> Hosted:
    return Hosted.copied_to(tmp_path, HOSTS[0])


@pytest.fixture
def repl(tmp_path: Path) -> Hosted:
    return Hosted.copied_to(tmp_path, HOSTS[1])


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_short_and_needs_the_public_names_alone(host: str) -> None:
    text = (EXAMPLES / host).read_text(encoding="utf-8")
    assert text.count("\n") < MOST_LINES
    modules = {
        node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    ours = {module for module in modules if module.startswith("stui")}
    assert ours == {"stui_workspace"}


def test_the_text_of_the_textual_host_survives_a_kill(textual: Hosted) -> None:
    with textual.open() as screen:
        screen.wait_for("What is typed here comes back.")
        screen.wait_for("fresh start")
        screen.type("never saved: ")
        textual.wait_kept(screen, "never saved")
        screen.kill()
    assert "never saved" not in textual.file.read_text(encoding="utf-8")
    with textual.open() as screen:
        screen.wait_for("never saved: What is typed here")
        screen.wait_for("after a crash")


def test_the_textual_host_shows_outside_edits_and_keeps_what_was_typed(textual: Hosted) -> None:
    with textual.open() as screen:
        screen.wait_for("fresh start")
        textual.edit("What is typed here comes back.", "Another text.")
        screen.wait_for("Another text.")
        screen.wait_for("reloaded: buffers.notes.source")
        screen.type("mine ")
        screen.wait_for("mine Another text.")
        textual.edit("name: host", "name: renamed outside")
        screen.wait_for("renamed outside")
        screen.wait_for("mine Another text.")
        screen.press("ctrl+s")
        screen.wait_for(lambda _: "mine Another" in textual.file.read_text(encoding="utf-8"))


def test_the_textual_host_stays_with_the_last_good_state(textual: Hosted) -> None:
    with textual.open() as screen:
        screen.wait_for("fresh start")
        screen.type("mine ")
        textual.write("stui: 1\nname: [broken\n")
        screen.wait_for("; the last good state")
        screen.wait_for(f"{FILE}:3:1")
        screen.wait_for("mine What is typed here")


def test_a_conflict_copy_beside_the_file_of_the_textual_host_is_merged(textual: Hosted) -> None:
    with textual.open() as screen:
        screen.wait_for("fresh start")
        before = textual.file.read_text(encoding="utf-8")
        textual.edit("name: host", "name: edited here")
        screen.wait_for("edited here")
        textual.wait_noted(screen)
        textual.set_aside(before.replace("typed here", "written elsewhere"))
        screen.wait_for(lambda text: "edited here" in text and "written elsewhere" in text)
        screen.wait_for(lambda _: not textual.file.with_name(COPY).exists())
    text = textual.file.read_text(encoding="utf-8")
    assert ("name: edited here" in text, "written elsewhere" in text) == (True, True)


def test_the_half_typed_line_and_the_history_of_the_repl_survive_a_kill(repl: Hosted) -> None:
    with repl.open() as screen:
        screen.wait_for("fresh start")
        screen.wait_for("py online")
        screen.type("6 * 7")
        screen.press("enter")
        screen.wait_for("\n42")
        screen.type("half a li")
        repl.wait_kept(screen, "half a li")
        screen.kill()
    with repl.open() as screen:
        screen.wait_for("after a crash")
        screen.wait_for("> half a li")
        screen.type("ne")
        screen.wait_for("> half a line")
        screen.press("ctrl+u", "up")
        screen.wait_for("> 6 * 7")
        screen.press("ctrl+c")
        assert screen.wait_for_end() == 0


def test_the_repl_shows_outside_edits_and_merges_a_conflict_copy(repl: Hosted) -> None:
    with repl.open() as screen:
        screen.wait_for("fresh start")
        screen.type("mine")
        screen.wait_for("> mine")
        before = repl.file.read_text(encoding="utf-8")
        repl.edit("name: repl", "name: edited here")
        screen.wait_for("reloaded: name")
        repl.wait_noted(screen)
        repl.set_aside(before.replace("title: Line", "title: Theirs"))
        screen.wait_for(f"conflict copy {COPY} merged")
        screen.wait_for("> mine")
    text = repl.file.read_text(encoding="utf-8")
    assert ("name: edited here" in text, "title: Theirs" in text) == (True, True)
