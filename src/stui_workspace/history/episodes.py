"""One stretch of a connection, as the log of connections keeps it: when, how long, how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Final

from stui_workspace.model.records import dataclass, replace
from stui_workspace.schema.leaks import without_user

OUTCOMES: Final = ("open", "closed", "lost", "failed", "refused")
LONGEST_LINE: Final = 64 << 10
"""In bytes; what is longer is no episode of ours."""
_LONGEST_TEXT: Final = 500
_MOST_ATTEMPTS: Final = 10**9


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch in which a connection was up, or in which it was tried in vain."""

    connection: str
    workspace: str
    """The name of its folder of state."""
    machine: str
    """Filled in by the log."""
    began: float
    """When it came up, or was first tried, in seconds since 1970; the same in all of its lines."""
    ended: float | None
    kind: str
    address: str | None
    """What was to be reached, for people. The log takes out who comes: `name:password@`."""
    outcome: str
    """open: up, or nobody wrote down how it ended; closed: by us; lost: it fell; failed: it never
    came up; refused: consent was missing."""
    reason: str | None = None
    """One clause, where it did not just end."""
    attempts: int = 0
    """That failed before it came up, or before it was given up."""
    incarnation: str | None = None
    identity: str | None = None
    id: str = ""
    """Filled in by the log where it is empty."""

    @property
    def seconds(self) -> float | None:
        """How long it was; None where that is not known."""
        return None if self.ended is None else max(self.ended - self.began, 0.0)


def bounded(episode: Episode) -> Episode:
    """The episode with no text longer than it should be, and no user in its address."""
    address = episode.address
    return replace(
        episode,
        connection=_cut(episode.connection),
        workspace=_cut(episode.workspace),
        machine=_cut(episode.machine),
        kind=_cut(episode.kind),
        address=None if address is None else _cut(without_user(address)),
        reason=_cut_some(episode.reason),
        incarnation=_cut_some(episode.incarnation),
        identity=_cut_some(episode.identity),
    )


def later(one: Episode, other: Episode) -> Episode:
    """Which of two lines about one episode is the last word: an end before none, the later end.

    A total order decides, so that it does not matter which file is read first.
    """
    return max(one, other, key=_rank)


def moment(at: float) -> float:
    """A time to order by; of what is no time, the beginning of all."""
    return at if isfinite(at) else 0.0


def episode_of(line: bytes) -> Episode | None:
    """The episode in a line; None where it holds none, for any reason."""
    try:
        found: object = json.loads(line) if 0 < len(line) <= LONGEST_LINE else None
        return _episode_in(found) if isinstance(found, dict) else None
    except (ValueError, RecursionError, OverflowError):
        return None


def _episode_in(found: Mapping[str, object]) -> Episode | None:
    match found:
        case {
            "id": str(name),
            "connection": str(connection),
            "began": int() | float() as began,
            "outcome": str(outcome),
        } if name and outcome in OUTCOMES and not isinstance(began, bool):
            return bounded(
                Episode(
                    connection,
                    _text(found, "workspace") or "",
                    _text(found, "machine") or "",
                    float(began),
                    _number(found.get("ended")),
                    _text(found, "kind") or "",
                    _text(found, "address"),
                    outcome,
                    _text(found, "reason"),
                    _count(found.get("attempts")),
                    _text(found, "incarnation"),
                    _text(found, "identity"),
                    name,
                )
            )
        case _:
            return None


def _rank(episode: Episode) -> tuple[bool, float, int, str]:
    ended = 0.0 if episode.ended is None else moment(episode.ended)
    text = json.dumps(asdict(episode), sort_keys=True)
    return episode.outcome != "open", ended, episode.attempts, text


def _text(found: Mapping[str, object], key: str) -> str | None:
    text = found.get(key)
    return text if isinstance(text, str) else None


def _number(found: object) -> float | None:
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        return None
    return float(found) if isfinite(found) else None


def _count(found: object) -> int:
    if not isinstance(found, int) or isinstance(found, bool):
        return 0
    return min(max(found, 0), _MOST_ATTEMPTS)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _cut_some(text: str | None) -> str | None:
    return None if text is None else _cut(text)
