"""How a vault fares, as far as can be told without its key."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from stui_workspace.cli.vault_copies import copies_beside
from stui_workspace.cli.vault_slots import slot_line, slot_record
from stui_workspace.model.durations import format_ago
from stui_workspace.model.moments import moment_text
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.services import Services
from stui_workspace.secrets.vault import Look, Tools, VaultPlace, look
from stui_workspace.secrets.vault.agent import Held, place_of
from stui_workspace.secrets.vault.agent import status as status_of_agent
from stui_workspace.secrets.vault.memory import Seen, remembered_of

_OLD: Final = (
    "`stui vault restore` puts the backup back; `stui vault verify --accept` takes it as it is"
)


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of the vault."""

    place: VaultPlace
    look: Look | None
    """None where there is none."""
    held: Held | None = None
    """What the agent holds, if it is the key of this vault."""
    remembered: Seen | None = None
    """What this machine saw of it last."""
    copies: tuple[Path, ...] = ()
    """Left beside it by a sync tool."""
    backup_age: float | None = None
    """Seconds; None where there is no backup."""
    exposures: tuple[tuple[Path, str], ...] = ()
    """What others may do, and where."""

    @property
    def is_old(self) -> bool:
        """Whether this machine saw a later state, or another vault, in its place."""
        if self.look is None or self.remembered is None:
            return False
        if self.remembered.vault != self.look.id:
            return True
        return self.look.generation < self.remembered.generation

    @property
    def warnings(self) -> Iterator[tuple[str, str]]:
        """What is odd, each with what to do about it."""
        if self.is_old and self.look is not None and self.remembered is not None:
            found, seen = self.look.generation, self.remembered.generation
            what = "an older copy" if found < seen else "another vault"
            yield f"{what} is in its place: generation {found}, after {seen} was seen", _OLD
        for copy in self.copies:
            yield f"a sync tool left a copy: {copy.name}", "`stui vault merge` takes in what it has"
        yield from exposure_words(self.exposures)


def state_of(place: VaultPlace, services: Services) -> State:
    """The state of the vault at that place.

    Raises:
        TamperedError: What is there is no vault.
        DiskError: It cannot be read.
    """
    found = look(place)
    if found is None:
        return State(place, None)
    held = status_of_agent(place_of(services.locations))
    return State(
        place,
        found,
        held if held is not None and held.vault == found.id else None,
        remembered_of(place, Tools(fs=services.fs)),
        copies_beside(place, services.fs),
        _age_of(place.backup, services.clock()),
        exposures_of(place),
    )


def lines_of(state: State, now: float) -> Iterator[tuple[str, str]]:
    """For people: a label and a text each."""
    if state.look is None:
        return
    yield "vault", str(state.place.path)
    if state.place.real != state.place.path:
        yield "stands at", str(state.place.real)
    yield "state", _lock_words(state.held, now)
    count = state.look.records_count
    yield "secrets", f"{count}, those that were removed included" if count else "none yet"
    for slot in state.look.slots:
        yield "slot", slot_line(slot)
    yield "generation", f"{state.look.generation}{'' if state.remembered else ', new here'}"
    age = state.backup_age
    yield "backup", "none yet" if age is None else f"{format_ago(age)}, {state.place.backup}"


def record_of(state: State) -> dict[str, object]:
    """For programs."""
    found, held, seen = state.look, state.held, state.remembered
    base: dict[str, object] = {"path": str(state.place.path), "exists": found is not None}
    if found is None:
        return base
    return base | {
        "real_path": str(state.place.real),
        "id": found.id,
        "locked": held is None,
        "locks_in": None if held is None else round(held.held_left, 1),
        "locks_unused_in": None if held is None else round(held.unused_left, 1),
        "records": found.records_count,
        "slots": [slot_record(one) for one in found.slots],
        "generation": found.generation,
        "remembered_generation": None if seen is None else seen.generation,
        "rolled_back": state.is_old,
        "backup": None
        if state.backup_age is None
        else {"path": str(state.place.backup), "age": round(state.backup_age, 1)},
        "copies": [str(one) for one in state.copies],
        "exposures": [{"path": str(path), "what": what} for path, what in state.exposures],
    }


def until_words(held: Held, now: float) -> str:
    """Until when it is unlocked."""
    at_last = f"until {moment_text(now + held.held_left)}"
    if held.unused_left > held.held_left - 1.0:  # they were read one after the other
        return at_last
    return f"{at_last}, or until {moment_text(now + held.unused_left)} if nobody uses it"


def _lock_words(held: Held | None, now: float) -> str:
    return "locked" if held is None else f"unlocked {until_words(held, now)}"


def _age_of(path: Path, now: float) -> float | None:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return None


def exposures_of(place: VaultPlace) -> tuple[tuple[Path, str], ...]:
    """What others may do to the file and its folder."""
    return tuple(_exposures(place))


def exposure_words(exposures: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, str]]:
    """The same for people, each with what to do about it."""
    for path, what in exposures:
        mode = "700" if path.is_dir() else "600"
        yield f"{what}: {path}", f"`chmod {mode}` it"


def _exposures(place: VaultPlace) -> Iterator[tuple[Path, str]]:
    if sys.platform == "win32":
        return
    for path, mask, what in (
        (place.real, stat.S_IWGRP | stat.S_IWOTH, "others may write to it"),
        (place.real, stat.S_IRGRP | stat.S_IROTH, "others may read it"),
        (place.real.parent, stat.S_IWGRP | stat.S_IWOTH, "others may put another in its place"),
    ):
        try:
            status = path.stat()
        except OSError:
            continue
        if status.st_mode & mask:
            yield path, what
        elif status.st_uid != os.geteuid():
            yield path, "it belongs to another user"
