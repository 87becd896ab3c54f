"""What git asks of the merge driver, as it stands on the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

USAGE: Final = (
    "usage: stui git-merge [--marker-size=N] [--output=FILE] -- "
    "BASE OURS THEIRS [PATH [BASE-LABEL OURS-LABEL THEIRS-LABEL]]"
)
MARKER_SIZE: Final = 7
_LARGEST_MARKER: Final = 1000
_LONGEST_LABEL: Final = 200
_PLACEHOLDER: Final = re.compile(r"%[A-Za-z]\Z")
"""What an older git hands on as it stands, because it does not know it: `%S` before 2.44."""


class Names(NamedTuple):
    """What the three sides are called behind conflict markers."""

    ours: str = "ours"
    base: str = "base"
    theirs: str = "theirs"


class Request(NamedTuple):
    """Three files to merge. The result goes to `output`."""

    base: str
    ours: str
    theirs: str
    output: str
    """The file of our side, unless something else was asked for (as jj does)."""
    path: str
    """What the file is called in the repository; for messages only."""
    size: int = MARKER_SIZE
    names: Names = Names()


class BadRequestError(ValueError):
    """The command line names no three files."""


def request_of(arguments: Sequence[str]) -> Request:
    """What the arguments ask for; options that are not known are passed over.

    A later stui may have written the configuration that started this one.

    Raises:
        BadRequestError: There are no three files among them.
    """
    options, files = _split(arguments)
    if len(files) < len(("base", "ours", "theirs")):
        raise BadRequestError(USAGE)
    base, ours, theirs, *rest = files
    path = rest[0] if rest else ours
    return Request(
        base,
        ours,
        theirs,
        options.get("output") or ours,
        path,
        _size(options.get("marker-size", "")),
        _names(rest[1:]),
    )


def _split(arguments: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The options by their names, and what else there is."""
    options: dict[str, str] = {}
    rest = list(arguments)
    while rest and rest[0].startswith("--"):
        name, equals, value = rest.pop(0)[2:].partition("=")
        if not name:  # the `--` before the files
            break
        if not equals and name in ("marker-size", "output") and rest:
            value = rest.pop(0)
        options[name] = value
    return options, rest


def _size(text: str) -> int:
    """A length of markers, or git's own where none was given that makes sense."""
    if text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _LARGEST_MARKER:
        return int(text)
    return MARKER_SIZE


def _names(labels: Sequence[str]) -> Names:
    given = [_label(label) for label in labels[:3]] + [""] * 3
    base, ours, theirs = given[:3]
    usual = Names()
    return Names(ours or usual.ours, base or usual.base, theirs or usual.theirs)


def _label(text: str) -> str:
    """A label on one line; empty where git did not say it."""
    if _PLACEHOLDER.match(text):
        return ""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:_LONGEST_LABEL].strip()
