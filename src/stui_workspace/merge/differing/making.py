"""Making differences: every value and comment goes through here, and leaves its secrets behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from stui_workspace.document.nodes import Alias, Node, Scalar
from stui_workspace.merge.differing.difference import HIDDEN, Difference, Kind
from stui_workspace.merge.differing.pairing import Pair
from stui_workspace.merge.differing.secrecy import leaks, names_secret, shown
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Where
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.values import ABSENT, Absent, Plain

At: TypeAlias = tuple[int | None, int | None]
"""Where something stands in the two texts."""
NOWHERE: At = (None, None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk is."""

    path: MergePath
    where: Where
    sensitive: bool = False
    """Whether the policy, or a key on the way, says that what stands here is a secret."""

    def below(self, pair: Pair) -> Place:
        """The place of a child."""
        step = pair.step
        path = self.path.below(step)
        where = self.where.below(step if isinstance(step, str) else "*")
        is_secret = self.sensitive or where.rule.sensitive or names_secret(path.steps)
        return Place(path, where, is_secret)

    def of(self, aspect: str) -> Place:
        """Another aspect of the same place."""
        return replace(self, path=self.path.of(aspect))


def value_changed(
    place: Place, kind: Kind, before: Plain | Absent, after: Plain | Absent, at: At
) -> Difference:
    """A difference of values."""
    if place.sensitive:
        return Difference(place.path, kind, _hidden(before), _hidden(after), True, *at)
    steps = place.path.steps
    (old, hid), (new, hid_too) = shown(before, steps), shown(after, steps)
    return Difference(place.path, kind, old, new, hid or hid_too, *at)


def moved(place: Place, before: Plain, after: Plain, at: At) -> Difference:
    """Something that is the same and stands elsewhere: neither places nor paths are secrets."""
    return Difference(place.path, Kind.MOVED, before, after, False, *at)


def renamed(place: Place, before: str, after: str, at: At) -> Difference:
    """Another key for the same thing: keys are no secrets."""
    return Difference(place.path, Kind.RENAMED, before, after, False, *at)


def comments_changed(
    place: Place, kind: Kind, before: str, after: str, at: At = NOWHERE
) -> Iterator[Difference]:
    """The difference of two comments, if there is one."""
    if before != after:
        place = place.of("comment" if kind is Kind.COMMENT else "eol")
        yield _written(place, kind, before or ABSENT, after or ABSENT, at)


def written_otherwise(
    place: Place, before: tuple[str, Node], after: tuple[str, Node]
) -> Iterator[Difference]:
    """The difference in the way one scalar or alias is written, if there is one."""
    (text, one), (other_text, other) = before, after
    if not isinstance(one, (Scalar, Alias)) and not isinstance(other, (Scalar, Alias)):
        return
    old, new = text[one.start : one.end], other_text[other.start : other.end]
    if _joined(old) != _joined(new):
        yield _written(place, Kind.FORMAT, old, new, (one.start, other.start))


def styled_otherwise(place: Place, before: str, after: str, at: At) -> Difference:
    """A collection that is written in another style; styles are no secrets."""
    return Difference(place.path, Kind.FORMAT, before, after, False, *at)


def spaced_otherwise(place: Place, at: At) -> Difference:
    """A place where white space is all that differs."""
    return Difference(place.path, Kind.FORMAT, ABSENT, ABSENT, False, *at)


def is_spacing(one: Difference) -> bool:
    """Whether white space is all that differs."""
    return one.kind is Kind.FORMAT and one.before is ABSENT and one.after is ABSENT


def _written(
    place: Place, kind: Kind, before: str | Absent, after: str | Absent, at: At
) -> Difference:
    """A difference of texts as they are written."""
    hide = place.sensitive or any(isinstance(one, str) and leaks(one) for one in (before, after))
    if hide:
        before, after = _hidden(before), _hidden(after)
    return Difference(place.path, kind, before, after, hide, *at)


def _hidden(value: Plain | Absent) -> str | Absent:
    return value if isinstance(value, Absent) else HIDDEN


def _joined(written: str) -> str:
    """A scalar without the indentation of its lines, and without the comment of its header."""
    lines = [line.strip() for line in written.split("\n")]
    if lines[0][:1] in ("|", ">"):
        lines[0] = lines[0].partition("#")[0].rstrip()
    return "\n".join(lines)
