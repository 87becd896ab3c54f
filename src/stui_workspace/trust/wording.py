"""Old against new of what was approved, in words that are safe to show.

Hosts, programs and the names of secrets are what a person decides by: they are shown, both of
them. Arguments and the values of environment variables are where people hide secrets: they are
counted or named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Absent, Plain
from stui_workspace.trust.powers import is_reference, shown
from stui_workspace.trust.projection import Difference

_USER_PART: Final = re.compile(r"\A([^/]*//)?.*@", re.DOTALL)
_FIRST: Final = ("url", "credential", "command", "python", "kernel", "kind", "cwd", "env", "setup")
"""Keys that say most about what a change means, the most telling first."""
_SUMMARY_COUNT: Final = 2
_NOT_SHOWN: Final = "not shown"


@dataclass(frozen=True, slots=True)
class Changed:
    """One key of a connection that is other than it was, as a person or a program is told."""

    path: str
    """As in the file: `url`, `env.HOME`."""
    old: str | None
    """None where it was not there, or is not shown."""
    new: str | None
    text: str
    """All of it on one line: `url changed: tcp://a:1 -> tcp://b:1`."""
    is_hidden: bool = False
    """Whether the values are left out."""


def changed_of(differences: Iterable[Difference]) -> tuple[Changed, ...]:
    """Each difference in words, the most telling first."""
    return tuple(map(_changed, sorted(differences, key=_rank)))


def summary_of(changes: Sequence[Changed]) -> str:
    """The differences on one line; the most telling ones in full."""
    said = [one.text for one in changes[:_SUMMARY_COUNT]]
    more = len(changes) - len(said)
    return "; ".join((*said, f"and {more} more") if more else said) or "something changed"


def _rank(difference: Difference) -> tuple[int, str]:
    name = str(difference.path[0]) if difference.path else ""
    place = _FIRST.index(name) if name in _FIRST else len(_FIRST)
    return place, format_key_path(difference.path)


def _changed(difference: Difference) -> Changed:
    old, new = difference.old, difference.new
    path = printable_line(format_key_path(_in_file(difference.path)), 120)
    match difference.path:
        case ("other", *_):
            return _open(path, _unknown(old), _unknown(new))
        case ("env", _):
            return _hidden(path, old, new, "value not shown")
        case ("snippets", _):
            return _hidden(path, old, new, _lengths(old, new))
        case ("command",):
            return _command(path, old, new)
        case _:
            return _open(path, _spelt(path, old), _spelt(path, new))


def _in_file(path: NodePath) -> NodePath:
    """Where it stands in the file: keys that nobody knows stand beside the others there."""
    return path[1:] if path[:1] == ("other",) else path


def _unknown(value: Plain | Absent) -> str | None:
    """What stands under a key that nobody knows: it may be an address with a user in it."""
    is_tree = isinstance(value, (Mapping, list, tuple))
    text = json.dumps(value, ensure_ascii=False) if is_tree else value
    return _spelt("url", text)


def _verb(old: object, new: object) -> str:
    """What happened to a value, None or absent being none."""
    if isinstance(old, Absent) or old is None:
        return "added"
    return "removed" if isinstance(new, Absent) or new is None else "changed"


def _hidden(path: str, old: Plain | Absent, new: Plain | Absent, why: str) -> Changed:
    return Changed(path, None, None, f"{path} {_verb(old, new)} ({why})", is_hidden=True)


def _open(path: str, old: str | None, new: str | None) -> Changed:
    values = " -> ".join(one for one in (old, new) if one is not None)
    return Changed(path, old, new, f"{path} {_verb(old, new)}: {values}")


def _spelt(path: str, value: Plain | Absent) -> str | None:
    """A value as a person must see it; None where there is none."""
    if isinstance(value, Absent) or value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(str(one), 80) for one in value[:10]) or "nothing"
    text = str(value)
    if path == "credential" and not is_reference(text):
        return "a secret that is written out"
    if path == "url":
        text = _USER_PART.sub(lambda match: f"{match[1] or ''}***@", text)
    return shown(text) or "nothing"


def _command(path: str, old: Plain | Absent, new: Plain | Absent) -> Changed:
    """The programs in full; of their arguments how many there are, and which changed."""
    before, after = _words(old), _words(new)
    programs = [shown(words[0]) if words else None for words in (before, after)]
    if programs[0] != programs[1]:
        one = _open(path, *programs)
        return one if before[1:] == after[1:] else _with_note(one, "and its arguments")
    return _hidden(path, old, new, _arguments(before[1:], after[1:]))


def _with_note(one: Changed, note: str) -> Changed:
    return Changed(one.path, one.old, one.new, f"{one.text}, {note}", is_hidden=True)


def _arguments(before: Sequence[str], after: Sequence[str]) -> str:
    if len(before) != len(after):
        return f"{_count(len(before), 'argument')}, now {len(after)}; {_NOT_SHOWN}"
    pairs = enumerate(zip(before, after, strict=True), start=1)
    numbers = [str(at) for at, (old, new) in pairs if old != new]
    which = f"argument{'' if len(numbers) == 1 else 's'} {', '.join(numbers)}"
    return f"{which} of {len(after)}; {_NOT_SHOWN}"


def _lengths(old: Plain | Absent, new: Plain | Absent) -> str:
    """How long a text was and is: what it says is shown where there is room for it."""
    lines = [_count(len(one.splitlines()), "line") for one in (old, new) if isinstance(one, str)]
    return ", now ".join(lines) or "there is no such snippet"


def _words(value: Plain | Absent) -> list[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
