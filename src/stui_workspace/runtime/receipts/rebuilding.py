"""What a backend held that started anew, and what would have to be evaluated to have it again.

Nothing here is ever evaluated: it is shown, and a person puts it into a pad.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.model.workspace import SnippetSpec

if TYPE_CHECKING:
    from stui_workspace.history.episodes import Episode
    from stui_workspace.runtime.receipts.receiving import Parts

_OK = "ok"


@dataclass(frozen=True, slots=True)
class Past:
    """One evaluation of before, as the history has it."""

    at: float
    code: str


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What is gone with a life of a backend, and what would bring it back."""

    connection: str
    life: str
    """The incarnation that is over."""
    gone_count: int
    """Evaluations made in it, whatever came of them."""
    setup: tuple[SnippetSpec, ...] = ()
    """What sets the connection up, which comes first."""
    inputs: tuple[str, ...] = ()
    """What was evaluated well in that life, the oldest first."""

    @property
    def code(self) -> str:
        """All of it as the text of a pad."""
        pieces = (*(one.source for one in self.setup), *self.inputs)
        return "".join(f"{piece.rstrip()}\n" for piece in pieces if piece.strip())


def last_life(
    entries: Iterable[TranscriptEntry], connection: str, current: str | None
) -> str | None:
    """The life that a connection had before the current one, as far as the transcript tells."""
    lives = [
        one.incarnation
        for one in entries
        if one.connection == connection and one.incarnation not in (None, current)
    ]
    return lives[-1] if lives else None


def rebuild_of(
    life: tuple[str, str],
    entries: Iterable[TranscriptEntry],
    history: Sequence[Past] = (),
    setup: tuple[SnippetSpec, ...] = (),
) -> Rebuild:
    """What is gone with a life, and what would rebuild it.

    Args:
        life: The name of the connection, and the incarnation that is over.
        entries: The transcript, which has the last evaluations only.
        history: What else was evaluated well in that life. What is in both counts once: the two
            have the same time of it.
        setup: What sets the connection up.
    """
    connection, incarnation = life
    made = [
        one for one in entries if one.connection == connection and one.incarnation == incarnation
    ]
    left = Counter((one.at, one.code) for one in history)
    known = [(one.at, one.code) for one in history]
    well = [(one.at, one.code) for one in made if one.outcome == _OK]
    known += [pair for pair in well if not _spend(left, pair)]
    inputs = tuple(code for _, code in sorted(known, key=lambda pair: pair[0]))
    return Rebuild(connection, incarnation, max(len(made), len(inputs)), setup, inputs)


def _spend(counts: Counter[tuple[float, str]], pair: tuple[float, str]) -> bool:
    """Whether there was one more of it."""
    counts[pair] -= 1
    return counts[pair] >= 0


def rebuild_in(parts: Parts, name: str, episodes: Sequence[Episode] = ()) -> Rebuild | None:
    """What is gone with the last life of a connection that is up; None where nothing is.

    Args:
        parts: Of the session.
        name: Of the connection.
        episodes: When it was up: from then on the history is asked, too, as the transcript has the
            last evaluations only.

    Raises:
        NotFoundError: The workspace has no such connection.
    """
    switchboard, entries = parts.switchboard, parts.memory.state.transcript
    link = switchboard.link(name)
    current = link.view.incarnation if link.is_up else None
    lives = [one.incarnation for one in episodes if one.incarnation not in (None, current)]
    life = last_life(entries, name, current) or next(iter(lives), None)
    if current is None or life is None:
        return None
    began = min((one.began for one in episodes if one.incarnation == life), default=None)
    ended = min((one.began for one in episodes if one.incarnation == current), default=None)
    history: tuple[Past, ...] = ()
    if began is not None:
        with suppress(DiskError):  # then the transcript tells what there is
            history = tuple(
                Past(at, code)
                for at, code in parts.inputs.evaluated(name, began)
                if ended is None or at < ended
            )
    workspace = parts.follower.loaded.workspace
    setup = switchboard.set_up(name, workspace.snippets)
    return rebuild_of((name, life), entries, history, setup)
