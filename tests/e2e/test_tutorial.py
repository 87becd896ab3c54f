"""The tutorial, walked to its end as it stands: its commands are run, its keys are pressed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from support.quickstart import FILE, ROOT, STUI, Quickstart
from support.terminal import Terminal

TUTORIAL: Final = ROOT / "docs" / "tutorial" / "first-workbench.md"
KEYS: Final = ROOT / "docs" / "reference" / "keys.md"
_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_KEY: Final = re.compile(r"\*\*((?:(?:Ctrl|Alt)\+)(?:\w+)|F\d+)\*\*")
_OPEN: Final = "stui"
_FINDS_SOMETHING: Final = "stui validate"
_NEEDS_NETWORK: Final = "pip "


@dataclass(frozen=True)
class Step:
    """A command of a console block, and the lines that the tutorial shows below it."""

    command: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One heading of the tutorial with what stands below it."""

    text: str

    def blocks(self, language: str) -> list[str]:
        return [body for name, body in _FENCE.findall(self.text) if name == language]

    @property
    def consoles(self) -> list[list[Step]]:
        return [_steps(body) for body in self.blocks("console")]

    @property
    def steps(self) -> list[Step]:
        return [step for console in self.consoles for step in console]


def _steps(body: str) -> list[Step]:
    steps: list[Step] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], ()))
        else:
            steps[-1] = Step(steps[-1].command, (*steps[-1].shown, line))
    return steps


@dataclass
class Person:
    """Somebody in a shell, in the folder that `cd` leads to."""

    place: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, steps: Sequence[Step]) -> None:
        """Run commands up to one that opens the workbench; what is shown of each must come."""
        for step in steps:
            if step.command == _OPEN:
                return
            if step.command.startswith(_NEEDS_NETWORK):
                continue
            if step.command.startswith("cd "):
                self.place = (self.place / step.command[3:]).resolve(strict=True)
                continue
            self._run(step)

    def _run(self, step: Step) -> None:
        ran = subprocess.run(
            ["/bin/sh", "-c", step.command],
            cwd=self.place,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=30,
        )
        assert ran.returncode == (step.command == _FINDS_SOMETHING), (step.command, ran.stdout)
        lines = iter(ran.stdout.splitlines())
        for shown in step.shown:
            assert shown in lines, f"`{step.command}` does not print {shown!r}:\n{ran.stdout}"


@pytest.fixture
def person(tmp_path: Path) -> Person:
    path = f"{Path(STUI).parent}{os.pathsep}{os.environ['PATH']}"
    who = {
        f"GIT_{role}_{what}": "ada"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    homes = {"HOME": str(tmp_path), "STUI_HOME": str(tmp_path / "stui")}
    return Person(tmp_path, {"PATH": path, "LC_ALL": "C.UTF-8", **who, **alone, **homes})


def workbench(person: Person) -> Quickstart:
    """What the person's folder is to the program, to be opened in a terminal."""
    return Quickstart(person.place, Path(person.environ["STUI_HOME"]), person.environ)


def quit_from(screen: Terminal) -> None:
    screen.press("ctrl+q")
    assert screen.wait_for_end() == 0


def sections() -> list[Section]:
    return [Section(text) for text in TUTORIAL.read_text("utf-8").split("\n## ")]


def evaluate(screen: Terminal, section: Section) -> None:
    screen.wait_for("fresh start")
    screen.press("ctrl+end")
    (code,) = section.blocks("python")
    screen.type(code.rstrip("\n").replace("\n", "\r"))
    screen.wait_for("sum(prices) / len(prices)")
    screen.press("f6")
    screen.wait_for("→ 170.0")
    screen.wait_for("py online")
    screen.press("f5")
    screen.wait_for("✓ 2 py")
    screen.press("f7")
    screen.wait_for("# 170.0")


def arrange(screen: Terminal) -> None:
    screen.press("ctrl+g")
    screen.wait_for("arrows border")
    screen.press("right", "right", "escape")
    screen.wait_for("F5 eval")


def look_at_the_receipt(screen: Terminal, section: Section) -> None:
    screen.wait_for("restored 5 of 5 after a crash")
    screen.wait_for("later = 1")
    screen.wait_for("→ 170.0")
    screen.press("f4")
    (receipt,) = section.blocks("")
    for line in receipt.splitlines():
        screen.wait_for(line.strip())
    screen.wait_for("What would rebuild it")
    screen.press("b")
    screen.wait_for("rebuild py")
    screen.press("f6")
    screen.wait_for("✓ 4 py")


def look_back(screen: Terminal) -> None:
    screen.press("ctrl+r")
    screen.wait_for("Enter insert")
    screen.type("sum(")
    screen.press("escape")
    screen.wait_for("F5 eval")
    screen.press("alt+h")
    screen.wait_for("Timeline")
    screen.press("escape")
    screen.wait_for("F5 eval")


def edit_the_file(person: Person, screen: Terminal, section: Section) -> None:
    change, check = section.consoles
    person.run(change)
    screen.wait_for("Prices")
    file = person.place / FILE
    good = file.read_text("utf-8")
    file.write_text(good.replace("buffers:", "buffer:"), "utf-8")
    screen.wait_for("unknown key `buffer`")
    person.run(check)
    file.write_text(good, "utf-8")
    screen.wait_for(lambda text: "unknown key" not in text, what="no warning")


def promote(person: Person, screen: Terminal) -> None:
    screen.press("alt+d")
    screen.wait_for("buffers.scratch.source")
    screen.type(" ")
    screen.wait_for("1 of 3 picked")
    screen.press("enter")
    screen.wait_for("wrote buffers.scratch.source")
    text = (person.place / FILE).read_text("utf-8")
    assert "later = 1" in text
    assert "rebuild" not in text
    assert "connections:        # what evaluates your code" in text


def test_it_goes_as_it_says(person: Person) -> None:
    start, make, evaluating, _, killing, editing, keeping, second, _ = sections()
    person.run(start.steps)
    person.run(make.steps)

    own = workbench(person)
    assert evaluating.steps == killing.steps == [Step(_OPEN, ())]
    with own.open() as screen:
        evaluate(screen, evaluating)
        arrange(screen)
        screen.type("; later = 1")
        screen.wait_for("● modified")
        own.wait_kept(screen, "later = 1", "170.0")
        screen.kill()
    with own.open() as screen:
        look_at_the_receipt(screen, killing)
        look_back(screen)
        edit_the_file(person, screen, editing)
        promote(person, screen)
        quit_from(screen)
    person.run(keeping.steps)

    clone, changes, merge = second.consoles
    person.run(clone)
    with workbench(person).open() as screen:
        screen.wait_for("fresh start")
        screen.wait_for("later = 1")  # it was promoted
        assert "rebuild py" not in screen.text
        quit_from(screen)
    person.run(changes)
    with workbench(person).open() as screen:
        screen.wait_for("rebuild py")
        person.run(merge)
        screen.wait_for("reloaded: snippets.count")
        screen.press("alt+i")
        screen.wait_for(lambda text: "count" in text and "total" in text, what="both snippets")
        screen.press("escape")
        quit_from(screen)


def test_each_key_that_it_names_is_in_the_reference() -> None:
    named = set(_KEY.findall(TUTORIAL.read_text("utf-8")))
    reference = KEYS.read_text("utf-8").replace("↑", "Up").replace("^", "Ctrl+")
    assert len(named) > 10
    assert {key for key in named if f"`{key}`" not in reference} == set()
