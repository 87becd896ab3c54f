"""Merging the secrets of two copies of a vault, one by one. Nothing that anybody wrote is lost.

| ours and theirs            | result                                                         |
|----------------------------|----------------------------------------------------------------|
| only one side has it       | that                                                           |
| the same edit              | that                                                           |
| one follows the other      | the later one                                                  |
| neither, the same value    | that                                                           |
| neither, one is removed    | the one that is there, and it is reported                      |
| neither, two values        | the higher revision; the other beside it, under a conflict name |

"Follows" is told by lineage (`entries`), not by revisions: the third change of one machine does not
follow the first one of another. Which of two is named first does not matter, and merging what was
merged already changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.secrets.vault.entries import Entry, conflict_names
from stui_workspace.secrets.vault.reports import Conflict


@dataclass
class Merging:
    """The secrets of one copy, into which those of others are merged."""

    entries: dict[str, Entry]
    conflicts: list[Conflict] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)

    def take_all(self, theirs: Mapping[str, Entry]) -> None:
        """Merge a copy under the same data key."""
        for entry in theirs.values():
            self._take(entry)

    def take_old(self, theirs: Mapping[str, Entry]) -> None:
        """Merge a copy under an older data key, which somebody may have who should not.

        Nothing of it replaces or removes anything: what differs is kept beside.
        """
        for entry in theirs.values():
            if entry.is_live:
                self._take_beside(entry)

    def _take(self, theirs: Entry) -> None:
        ours = self.entries.get(theirs.name)
        if ours is None:
            self.entries[theirs.name] = theirs
        elif ours.edit == theirs.edit and ours.has_value_of(theirs):
            self.entries[ours.name] = ours.joined(theirs)
        elif ours.follows(theirs) and not theirs.follows(ours):
            self.entries[ours.name] = ours.after(theirs)
        elif theirs.follows(ours) and not ours.follows(theirs):
            self.entries[ours.name] = theirs.after(ours)
        else:
            self._settle(ours, theirs)

    def _settle(self, ours: Entry, theirs: Entry) -> None:
        """Neither of them knew of the other."""
        first, second = _ranked(ours, theirs)
        self.entries[first.name] = first.after(second)
        if first.has_value_of(second):
            return
        if second.is_live:
            self._keep_beside(second)
        else:
            self.revived.append(first.name)

    def _take_beside(self, theirs: Entry) -> None:
        ours = self.entries.get(theirs.name)
        if ours is None:
            self.entries[theirs.name] = theirs
        elif not (ours.edit == theirs.edit or ours.follows(theirs) or ours.has_value_of(theirs)):
            self._keep_beside(theirs)

    def _keep_beside(self, entry: Entry) -> None:
        for name in conflict_names(entry.name, entry.edit):
            known = self.entries.get(name)
            if known is None:
                self.entries[name] = replace(entry, name=name, lineage=())
                self.conflicts.append(Conflict(entry.name, name))
                return
            if known.edit == entry.edit or known.follows(entry):
                return  # it was kept before, whatever somebody did with it since


def _ranked(one: Entry, other: Entry) -> tuple[Entry, Entry]:
    return (one, other) if one.rank >= other.rank else (other, one)
