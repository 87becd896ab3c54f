"""`stui secret ...` in a test, somebody at the terminal, and values that can be told anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from stui_workspace.cli import secret_bundles
from stui_workspace.secrets.vault import Tools, create, look, unlock
from support.command_line import CommandLine, Ran
from support.vault_machines import CHEAP, LENIENT

CANARY = "c4nary+Wert/ÄÖ=%&?~z9"
"""Looks different in each of the forms that it could get out in."""
OTHER = "0ther+c4nary/ÜÄ=%&?~q7"


@dataclass
class Person:
    """Answers each question with the next of `answers`, and types each value of `values`."""

    answers: list[str | None] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    when_asked: Callable[[str], None] = lambda _question: None
    """Called with each question, before the answer."""

    def ask(self, question: str) -> str | None:
        self.questions.append(question)
        self.when_asked(question)
        return self.answers.pop(0)

    def ask_hidden(self, question: str) -> str | None:
        self.questions.append(question)
        self.when_asked(question)
        return self.values.pop(0)

    def types(self, *values: str | None) -> None:
        """Types each value twice, as one that is new."""
        self.values += [value for one in values for value in (one, one)]


@dataclass
class SecretLine:
    """`stui secret ...`, which says no value and leaves none."""

    run: CommandLine
    home: Path
    project: Path
    said: list[str] = field(default_factory=list)
    may_say: bool = False

    def __call__(self, *arguments: str, given: str | bytes | None = None, **environ: str) -> Ran:
        ran = self.run("secret", *arguments, given=given, **environ)
        self.said += [ran.out, ran.err]
        return ran


def make_bundles_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passphrases of bundles be derived at once, however busy the machine is."""
    tools = Tools(kdf=CHEAP, bounds=LENIENT)
    for name, call in (("create", create), ("look", look), ("unlock", unlock)):
        monkeypatch.setattr(secret_bundles, name, partial(call, tools=tools))
