"""Whether two contents are versions of one workspace: told by what they say, not by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from stui_workspace.document import WORKSPACE_LIMITS, read
from stui_workspace.model.formats import FORMAT
from stui_workspace.model.values import Plain

_FORMAT_KEY: Final = "stui"


class Strange(StrEnum):
    """Why a content is no version of this workspace that could be merged."""

    UNREADABLE = "it cannot be read as a workspace"
    OTHER_FORMAT = "it is no workspace of the format that this file has"
    NEWER_FORMAT = "it is of a newer format than this stui knows"
    OTHER_WORKSPACE = "it has too little in common with the workspace file"


def strange(content: bytes, workspace: bytes | None, *, closely: bool = False) -> Strange | None:
    """What speaks against a content being a version of the workspace; None for nothing.

    Args:
        content: Of a file beside the workspace file.
        workspace: What the workspace file says; None where there is none.
        closely: Whether it must also say much of the same, since its name proves nothing.
    """
    plain = _plain(content)
    if plain is None:
        return Strange.UNREADABLE
    number = plain.get(_FORMAT_KEY)
    if isinstance(number, int) and not isinstance(number, bool) and number > FORMAT:
        return Strange.NEWER_FORMAT
    if not isinstance(number, int) or isinstance(number, bool):
        return Strange.OTHER_FORMAT
    known = None if workspace is None else _plain(workspace)
    if known is None:
        return Strange.OTHER_WORKSPACE if closely else None
    if known.get(_FORMAT_KEY) != number:
        return Strange.OTHER_FORMAT
    is_doubtful = closely or plain.get("name") != known.get("name")
    return Strange.OTHER_WORKSPACE if is_doubtful and not are_akin(plain, known) else None


def are_akin(one: Mapping[str, Plain], other: Mapping[str, Plain]) -> bool:
    """Whether at least half of what the smaller one says is said by the other, too."""
    leaves, others = set(_leaves(one)), set(_leaves(other))
    small, large = sorted((leaves, others), key=len)
    return bool(small) and 2 * len(small & large) >= len(small)


def _plain(content: bytes) -> Mapping[str, Plain] | None:
    document = read(content, WORKSPACE_LIMITS).document
    plain = None if document is None else document.plain()
    return plain if isinstance(plain, Mapping) else None


def _leaves(value: Plain, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if path or key != _FORMAT_KEY:
                yield from _leaves(one, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _leaves(one, (*path, "*"))
    else:
        yield (*path, repr(value))
