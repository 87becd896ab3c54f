"""From an older format to the next, as steps that are data.

A step names a place by a pattern (`*` is any key) and says what happens there. A plan has a path
for each place of one file, so that it can be shown before it is followed, and be followed by edits
that keep every comment. There is no step that moves a value into another map: its comments would
stay behind. Format 2 is one more entry in `MIGRATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from stui_workspace.model.formats import FORMAT
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.values import Plain, same
from stui_workspace.schema.layers import copied

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Rename:
    """The key is called otherwise, in its old place."""

    path: NodePath
    to: str

    def __str__(self) -> str:
        """What it does, in one clause."""
        return f"rename `{format_key_path(self.path)}` to `{self.to}`"


@dataclass(frozen=True, slots=True)
class SetValue:
    """The value is written in another form."""

    path: NodePath
    value: Plain
    form: str
    """The new form, for people: "a length of time"."""

    def __str__(self) -> str:
        """What it does, in one clause."""
        return f"write `{format_key_path(self.path)}` as {self.form}"


@dataclass(frozen=True, slots=True)
class Delete:
    """The key is gone."""

    path: NodePath

    def __str__(self) -> str:
        """What it does, in one clause."""
        return f"delete `{format_key_path(self.path)}`"


Step: TypeAlias = Rename | SetValue | Delete


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How old values become new ones; a plan has a `SetValue` for each that changes."""

    path: NodePath
    convert: Callable[[Plain], Plain]
    """Total: it returns what it cannot convert as it is."""
    form: str


Rule: TypeAlias = Step | Rewrite
"""What is to be done wherever its path, which is a pattern, leads."""


def _seconds(value: Plain) -> Plain:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value}s" if is_number else value


def _to(number: int) -> Rewrite:
    return Rewrite(("stui",), lambda _old: number, f"format {number}")


MIGRATIONS: Final[Mapping[int, tuple[Rule, ...]]] = MappingProxyType(
    {
        0: (
            Rename(("title",), "name"),
            Rename(("backends",), "connections"),
            Rename(("connections", ANY, "startup"), "connect"),
            Rename(("pads",), "buffers"),
            Rename(("buffers", ANY, "text"), "source"),
            Rename(("preferences", "timeout"), "evaluation_timeout"),
            Rewrite(("preferences", "evaluation_timeout"), _seconds, "a length of time"),
            Rename(("history", "size"), "keep"),
            Delete(("created",)),
            _to(1),
        ),
    }
)
"""The steps from each format to the next one. They are taken in order: a later step names places
as they are after the earlier ones."""


def plan_migration(plain: Plain, to: int = FORMAT) -> tuple[Step, ...]:
    """The steps that bring a document to a format, each with the path that it has by then.

    Empty where the document is of that format, or of none that is known.
    """
    if not isinstance(plain, Mapping):
        return ()
    steps: list[Step] = []
    current: dict[str, Any] = copied(plain)
    while (number := current.get("stui")) != to and type(number) is int and number in MIGRATIONS:
        for rule in MIGRATIONS[number]:
            for step in _expanded(rule, current):
                current = migrated(current, (step,))
                steps.append(step)
    return tuple(steps)


def migrated(plain: Mapping[str, Plain], steps: tuple[Step, ...]) -> dict[str, Any]:
    """What a document says after the steps: the double entry for edits of its text."""
    after: dict[str, Any] = copied(plain)
    for step in steps:
        _take(step, after)
    return after


def _expanded(rule: Rule, plain: dict[str, Any]) -> Iterator[Step]:
    """A step for each place of the document that a rule changes."""
    for path in [*_matching(rule.path, plain)]:
        if isinstance(rule, Rewrite):
            old = _at(plain, path)
            new = rule.convert(old)
            if not same(old, new):
                yield SetValue(path, new, rule.form)
        elif _is_free(step := replace(rule, path=path), plain):
            yield step


def _matching(pattern: NodePath, plain: Any, path: NodePath = ()) -> Iterator[NodePath]:
    if not pattern:
        yield path
    elif isinstance(plain, dict):
        for key in plain if pattern[0] == ANY else (pattern[0],):
            if key in plain:
                yield from _matching(pattern[1:], plain[key], (*path, key))


def _is_free(step: Step, plain: dict[str, Any]) -> bool:
    """Whether it can be taken: what is there already is never written over."""
    return not isinstance(step, Rename) or step.to not in _at(plain, step.path[:-1])


def _at(plain: Any, path: NodePath) -> Any:
    for step in path:
        plain = plain.get(step) if isinstance(plain, dict) else None
    return plain


def _take(step: Step, plain: dict[str, Any]) -> None:
    above, key = _at(plain, step.path[:-1]), str(step.path[-1])
    match step:
        case Rename(_, to):
            items = [(to if name == key else name, value) for name, value in above.items()]
            above.clear()
            above.update(items)
        case SetValue(_, value, _):
            above[key] = copied(value)
        case Delete():
            del above[key]
