"""A session file that is not as it was written, put right from the newest snapshot. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from stui_workspace.model.session import Items
from stui_workspace.model.values import ABSENT, Plain, same
from stui_workspace.storage.ending import Ending
from stui_workspace.storage.sessions.items import ItemProblem

_CUT = "the session file ends early; it is as the newest snapshot has it"
_GONE = "the session file has lost it; it is as the newest snapshot has it"
_OTHER = "the session file was changed by something other than stui; a snapshot has it as it was"


def mended(
    found: Items, kept: Items | None, ending: Ending
) -> tuple[dict[str, Plain], tuple[ItemProblem, ...]]:
    """The items to use, and which of them are not what the file should have said.

    What is missing from the file comes from the snapshot, and so does the item that the file ends
    in, where its end is missing. Everything else is as the file has it: a person may have changed
    it by hand, and then they meant it.

    Args:
        found: What the file says.
        kept: What the newest snapshot has: everything but `meta`. None where there is no snapshot.
        ending: What the end of the file says of it.
    """
    if ending is Ending.WHOLE:
        return dict(found), ()
    if kept is None:
        return dict(found), (ItemProblem("session", _told_alone(ending)),)
    last = next(reversed(tuple(found)), None) if ending is Ending.CUT else None
    items, problems = dict(found), list[ItemProblem]()
    for name, problem in _differing(found, kept, ending, last):
        problems.append(problem)
        if name in kept and (found.get(name) is None or name == last):
            items[name] = kept[name]
    if not problems and (ending is Ending.CHANGED or last == "meta"):
        problems.append(
            ItemProblem("meta", _OTHER if ending is Ending.CHANGED else _told_alone(ending))
        )
    return items, tuple(problems)


def _differing(
    found: Items, kept: Items, ending: Ending, last: str | None
) -> Iterator[tuple[str, ItemProblem]]:
    """The items that are other than the snapshot has them, each with what to say of it."""
    for name, value in kept.items():
        if found.get(name) is None:
            yield name, ItemProblem(name, _CUT if ending is Ending.CUT else _GONE)
        elif not same(found.get(name, ABSENT), value) and (
            ending is Ending.CHANGED or name == last
        ):
            yield name, ItemProblem(name, _CUT if ending is Ending.CUT else _OTHER)
    if last is not None and last not in kept and last != "meta":
        yield last, ItemProblem(last, _told_alone(ending))


def _told_alone(ending: Ending) -> str:
    if ending is Ending.CUT:
        return "the last line of the session file is missing: it may have been cut short"
    return "the session file was changed by something other than stui"
