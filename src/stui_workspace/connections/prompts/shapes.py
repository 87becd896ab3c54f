"""What prompts look like: the one of a REPL, its forms for a line that goes on, and questions."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from stui_workspace.model.records import dataclass, field

PROMPT_LIMIT: Final = 200
"""Characters of a prompt. What is longer is output without a newline."""

_ALIKE_AT_LEAST: Final = 3
_NUMBER: Final = re.compile(r"[0-9]+")
_ENDS_LIKE_ONE: Final = re.compile(r"[>#$%*\])?:|\u276f\u00bb\u03bb] ?\Z")
_ASKS: Final = re.compile(r"\A(?:\([\w.-]+\) ?|.{0,120}[>#$?:\]] )\Z")
_SECRET: Final = re.compile(r"pass(?:word|phrase|code)|\bPIN\b", re.IGNORECASE)
_GOES_ON: Final = (
    r" *\.{2,}[>:]? ?",  # Python, IPython, Node, SQLite
    r"\([^()\n]{1,4}\.{2,}> ?",  # SQLite in an open bracket
    r" +[-'\"`*/(]+> ?",  # MySQL
)
_GOES_ON_AFTER: Final = (
    (re.compile(r"[$#%] ?\Z"), r"> |(?:[a-z]+ )*[a-z]+> "),  # shells
    (re.compile(r"\A>+ ?\Z"), r"\+ |>> |\| "),  # R, Lua, Node
    (re.compile(r"\Aghci> "), r"ghci\| "),
)
_PSQL: Final = re.compile(r"\A(.*)=([*!?]?[>#] )\Z")
_IRB: Final = re.compile(r"\A(irb.*):[0-9]+(?::[0-9]+)?> ?\Z")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt of one REPL, without control sequences.

    Numbers in it may be any: they count lines.
    """

    text: str
    """All of the line as it stood there first."""
    _same: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _more: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _passed: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        same = _NUMBER.sub("[0-9]+", re.escape(self.text))
        object.__setattr__(self, "_same", re.compile(same))
        object.__setattr__(self, "_passed", re.compile(f"^(?:{same})", re.MULTILINE))
        object.__setattr__(self, "_more", re.compile("|".join(_continuations(self.text))))

    def is_same(self, line: str) -> bool:
        """Whether the line is this prompt and nothing else."""
        return self._same.fullmatch(line) is not None

    def goes_on(self, line: str) -> bool:
        """Whether the line is the form of it that asks for the rest of something."""
        return self._more.fullmatch(line) is not None

    def stands_in(self, line: str) -> int | None:
        """Where in the line it stands at the end, after something else; None where it does not."""
        start = max(0, len(line) - PROMPT_LIMIT)
        found = [one.start() for one in self._same.finditer(line, start) if one.end() == len(line)]
        return found[0] if found else None

    def has_passed(self, lines: str) -> bool:
        """Whether one of the lines begins with it: something has been said after it."""
        return self._passed.search(lines) is not None

    def is_like(self, line: str) -> bool:
        """Whether the line may be this prompt, changed: by another folder, or another database.

        >>> Prompt("me@here:~$ ").is_like("me@here:/tmp$ "), Prompt(">>> ").is_like("age? ")
        (True, False)
        """
        shorter, longer = sorted((self.text, line), key=len)
        start = _equal_count(shorter, longer)
        end = _equal_count(shorter[start:][::-1], longer[start:][::-1])
        return end > 0 and start + end >= max(_ALIKE_AT_LEAST, len(shorter) / 2)


def may_be_prompt(line: str) -> bool:
    """Whether a REPL that nobody knows may wait for a line at this one."""
    return 0 < len(line) <= PROMPT_LIMIT and bool(line.strip()) and line.isprintable()


def looks_like_prompt(line: str) -> bool:
    """Whether most would take it for a prompt."""
    return may_be_prompt(line) and _ENDS_LIKE_ONE.search(line) is not None


def asks(line: str) -> bool:
    """Whether the line looks like a question, or the prompt of another program."""
    return may_be_prompt(line) and _ASKS.search(line) is not None


def asks_for_secret(line: str) -> bool:
    """Whether it looks as if a password were to be typed there."""
    return _SECRET.search(line) is not None


def ends_with(line: str, wanted: str) -> bool:
    """Whether a line ends with a prompt as a person has written it: blanks at the end are free."""
    return bool(line.strip()) and line.rstrip().endswith(wanted.rstrip())


def _continuations(text: str) -> list[str]:
    forms = [*_GOES_ON, *(form for after, form in _GOES_ON_AFTER if after.search(text))]
    if psql := _PSQL.match(text):
        forms.append(re.escape(psql[1]) + r"[-'\"(*^$!]" + re.escape(psql[2]))
    if irb := _IRB.match(text):
        forms.append(re.escape(irb[1]) + r":[0-9]+(?::[0-9]+)?[*'\"`/\]] ?")
    return forms


def _equal_count(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
