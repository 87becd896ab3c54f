"""Reading what a line REPL says in pieces: what is output, and whether it waits for a line."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from typing import Final, TypeAlias

from stui_workspace.connections.prompts.echoes import Echoes
from stui_workspace.connections.prompts.escapes import bare, place_in
from stui_workspace.connections.prompts.shapes import (
    Prompt,
    asks,
    ends_with,
    looks_like_prompt,
    may_be_prompt,
)
from stui_workspace.model.records import dataclass

LINE_LIMIT: Final = 4096
"""Characters that are kept of a line without an end, to look for a prompt at its end."""
_KEPT: Final = 1024
_KNOWN_LIMIT: Final = 8
"""Prompts that are remembered: of the REPL, and of those that were started in it."""
_SHORT: Final = 2
_LINE_ENDS: Final = re.compile(r"\r+(\n?)")


class Stand(StrEnum):
    """At what a REPL waits for a line."""

    READY = "ready"
    """At its prompt."""
    MORE = "more"
    """At the form of it that asks for the rest of something."""
    ASKS = "asks"
    """At something else, which looks like a question."""


class Expect(StrEnum):
    """What is looked for at the end of the output."""

    LINES = "lines"
    """There are more lines to send: a mistake would cost little."""
    END = "end"
    ANYTHING = "anything"
    """It was interrupted: wherever it stands still, it waits for a line."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Seconds without a word after which what stands at the end is believed to be a prompt."""

    between: float = 0.005
    """The prompt, where there are more lines to send."""
    known: float = 0.03
    """The prompt, on a line of its own."""
    show: float = 0.1
    """After that a line without an end is shown as far as it is output."""
    inside: float = 0.2
    """The prompt, after other text on its line."""
    interrupted: float = 0.3
    """The prompt, after an interrupt: the one that stood there anyway may come first."""
    learning: float = 0.3
    """What looks like a prompt, in a REPL that nobody knows yet."""
    short: float = 0.5
    """A prompt of one or two characters, after other text on its line."""
    changed: float = 1.0
    """What is like the prompt; or, in a REPL that nobody knows yet, anything."""
    asks: float = 2.0


_Found: TypeAlias = tuple[Stand, float]


class PromptReader:
    """What one REPL says, from its start.

    Args:
        written: The end of its prompt as a person has written it; None to learn it from the text
            at which it stands still first.
        quiet: How patient to be.
    """

    def __init__(self, written: str | None = None, quiet: Quiet | None = None) -> None:
        self.expect = Expect.END
        self._written = written
        self._quiet = quiet or Quiet()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._echoes = Echoes()
        self._known: list[Prompt] = []
        """The newest first."""
        self._asked: list[Prompt] = []
        """Questions that were answered."""
        self._carry = ""
        """A CR at the end, which may be half of a line end."""
        self._line = ""
        """The line without an end."""
        self._shown_count = 0
        """Characters of it that were given out."""
        self._is_whole = True
        """Whether it is all of it."""
        self._passed_count = 0
        """The length of a prompt after which more was said; 0 where there was none."""
        self._heard_at = 0.0
        self._is_interrupted = False
        """Whether it was interrupted since the last line that was sent to it."""
        self._is_unanswered = False
        """Whether it has said nothing since then, either."""

    @property
    def line(self) -> str:
        """The line at the end, as an eye would have it."""
        return bare(self._line[self._start :])

    def sent(self, line: str, now: float) -> None:
        """A line was sent: what comes is what comes of it."""
        self._begin_line()
        self._passed_count = 0
        self._echoes.sent(line)
        self._heard_at = now
        self._is_interrupted = self._is_unanswered = False

    def interrupted(self, now: float) -> None:
        """It was asked to stop: what stands at the end has not been there since then."""
        self.expect = Expect.ANYTHING
        self._heard_at = now
        self._is_interrupted = self._is_unanswered = True

    def feed(self, content: bytes, now: float) -> str:
        """The output that is certain now. A line without an end waits for `settle`, or `show`."""
        self._heard_at = now
        self._is_unanswered = False
        return self._take_in(self._decoder.decode(content))

    def due(self) -> float | None:
        """When to `show` and to ask for `standing`, if nothing comes before; None for never."""
        waits = [self._quiet.show] if self._showable() else []
        if self._echoes.is_holding:
            waits.append(self._quiet.changed)
        if found := self._found():
            waits.append(found[1])
        return self._heard_at + min(waits) if waits else None

    def show(self, now: float) -> str:
        """The line without an end as far as it is output, once it has stood for a while."""
        if now < self._heard_at + self._quiet.show:
            return ""
        output = ""
        if self._echoes.is_holding and now >= self._heard_at + self._quiet.changed:
            output = self._lines(self._echoes.give_up())
        shown = self._showable()
        self._shown_count += len(shown)
        return output + self._echoes.pass_on(shown)

    def standing(self, now: float) -> Stand | None:
        """At what it waits for a line; None where it does not, or it is too early to say."""
        found = self._found()
        return found[0] if found and now >= self._heard_at + found[1] else None

    def settle(self, stand: Stand) -> str:
        """Believe that it stands there; the rest of the output before it.

        A question is output itself: that is how people see it.
        """
        line = self.line
        if stand is Stand.ASKS:
            self._asked = _remembered(self._asked, line)
            place = len(self._line)
        elif stand is Stand.MORE or not line or self._is_prompt(line):
            place = self._start
        elif (inside := self._inside(line)) is not None:
            first = place_in(self._line[self._start :], inside[0] + 1) - 1
            place = self._start + first  # what switches colours off belongs to the text before
        else:
            self._known = _remembered(self._known, line)
            place = self._start
        rest = self._line[self._shown_count : place]
        self._begin_line()
        return self._echoes.pass_on(rest) + self._echoes.rest()

    def end(self) -> str:
        """Everything that was kept back: nothing more will come, or it is not waited for."""
        output = self._take_in(self._decoder.decode(b"", final=True))
        rest = self._line[self._shown_count :] + self._carry
        self._carry = ""
        self._begin_line()
        return output + self._echoes.pass_on(rest) + self._echoes.rest()

    def _take_in(self, text: str) -> str:
        text = self._carry + text
        self._carry = "\r" if text.endswith("\r") else ""
        return self._lines(self._echoes.feed(_LINE_ENDS.sub(_line_end, text.rstrip("\r"))))

    def _lines(self, text: str) -> str:
        self._line += text
        place = self._line.rfind("\n") + 1
        output = self._line[self._shown_count : place]
        if place:
            self._note_prompts(bare(self._line[:place]) if self._is_whole else "")
            self._line = self._line[place:]
            self._shown_count, self._is_whole = 0, True
        if len(self._line) > LINE_LIMIT:
            place = len(self._line) - _KEPT
            output += self._line[self._shown_count : place]
            self._line = self._line[place:]
            self._shown_count, self._is_whole = max(0, self._shown_count - place), False
        return self._echoes.pass_on(output)

    def _note_prompts(self, lines: str) -> None:
        """Something that runs beside the REPL may speak after the prompt, and hide it so."""
        for one in self._known:
            if one.has_passed(lines):
                self._passed_count = len(one.text)

    def _begin_line(self) -> None:
        self._line, self._shown_count, self._is_whole = "", 0, True

    @property
    def _start(self) -> int:
        """Where the last line begins for an eye: what stands before a CR is written over."""
        return self._line.rfind("\r") + 1

    def _found(self) -> _Found | None:
        """What stands at the end, and how long it has to stand there to be believed.

        A prompt from before an interrupt, or one that was on its way, is no answer to it: the
        answer may come yet, and would be taken for what comes of the next line.
        """
        found = self._at_end()
        if found is None or not self._is_interrupted:
            return found
        quiet = self._quiet.changed if self._is_unanswered else self._quiet.interrupted
        return found[0], max(found[1], quiet)

    def _at_end(self) -> _Found | None:
        line = self.line
        if not line.strip():
            return self._hidden() if self._passed_count and not self._line else None
        if not self._known:
            return self._first(line)
        is_own_line = self._is_whole or self._start > 0
        quiet = self._quiet
        if is_own_line and (found := self._on_own_line(line)):
            return found
        if inside := self._inside(line):
            return Stand.READY, quiet.short if inside[1] <= _SHORT else quiet.inside
        return self._unknown(line) if is_own_line and may_be_prompt(line) else None

    def _unknown(self, line: str) -> _Found | None:
        if self._written and ends_with(line, self._written):
            return Stand.READY, self._quiet.inside
        if self.expect is Expect.ANYTHING or any(one.is_like(line) for one in self._known):
            return Stand.READY, self._quiet.changed
        return (Stand.ASKS, self._quiet.asks) if asks(line) else None

    def _hidden(self) -> _Found:
        is_short = self._passed_count <= _SHORT
        return Stand.READY, self._quiet.asks if is_short else self._quiet.changed

    def _first(self, line: str) -> _Found | None:
        if self._written is not None:
            is_it = ends_with(line, self._written)
            return (Stand.READY, self._quiet.known) if is_it else None
        if not may_be_prompt(line):
            return None
        likely = self._quiet.learning if looks_like_prompt(line) else self._quiet.changed
        return Stand.READY, likely

    def _on_own_line(self, line: str) -> _Found | None:
        soon = self._quiet.between if self.expect is Expect.LINES else self._quiet.known
        if self._is_prompt(line):
            return Stand.READY, soon
        if any(one.goes_on(line) for one in self._known):
            return Stand.MORE, soon
        if any(one.is_same(line) for one in self._asked):
            return Stand.ASKS, self._quiet.inside
        return None

    def _is_prompt(self, line: str) -> bool:
        return any(one.is_same(line) for one in self._known)

    def _inside(self, line: str) -> tuple[int, int] | None:
        """Where the prompt stands after other text, and its length."""
        places = [place for one in self._known if (place := one.stands_in(line)) is not None]
        return (min(places), len(line) - min(places)) if places else None

    def _showable(self) -> str:
        """What of the line is output, whatever may follow."""
        found = self._found()
        if not self._known or (found and found[0] is not Stand.ASKS):
            return ""
        text = self._line[self._shown_count :]
        return text[: len(text) - max(_begun(text, one.text) for one in self._known)]


def _begun(text: str, prompt: str) -> int:
    """How much of the beginning of the prompt stands at the end of the text."""
    counts = range(min(len(text), len(prompt)), 0, -1)
    return next((count for count in counts if text.endswith(prompt[:count])), 0)


def _remembered(prompts: list[Prompt], line: str) -> list[Prompt]:
    return [Prompt(line), *(one for one in prompts if one.text != line)][:_KNOWN_LIMIT]


def _line_end(match: re.Match[str]) -> str:
    return match[1] or "\r"
