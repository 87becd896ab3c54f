"""Wishes: what a workspace file asks of this machine besides its connections.

A file must not decide where this machine keeps its state. It may ask; a person agrees once, and
that is kept as a grant like any other, under a name that no connection can have.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.trust.grants import Grant, Grants
from stui_workspace.trust.programs import real_path
from stui_workspace.trust.projection import digest_of

SESSIONS: Final = ":sessions"
"""Not the name of a connection: those have no colon."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish of one file."""

    file: str
    """The real path of the workspace file."""
    name: str
    text: str
    """What it asks for, as one clause: `keeps a copy of …`. Safe to show."""
    projection: Mapping[str, Plain] = field(repr=False)

    @property
    def digest(self) -> str:
        return digest_of(self.projection)


def sessions_beside(file: Path) -> Wish:
    """The wish of a file that says `session: {store: beside}`."""
    return Wish(
        str(real_path(file)),
        SESSIONS,
        "keeps a copy of each session in `.stui/sessions`: what you typed and did not save, and"
        " what your evaluations printed, as plain text for whoever has the folder",
        {"session.store": "beside"},
    )


def is_agreed(wish: Wish, grants: Grants) -> bool:
    """Whether a person agreed to it on this machine. Pure, as `authorize` is."""
    return any(one.digest == wish.digest for one in grants.of(wish.file, wish.name))


def agreement(wish: Wish, at: float) -> Grant:
    """The grant that says so."""
    return Grant(wish.file, wish.name, frozenset(), wish.digest, wish.projection, at)
