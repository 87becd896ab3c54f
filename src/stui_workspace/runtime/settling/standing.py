"""How a file stands: which merges wait for a person, and what of them is left."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.errors import UsageError
from stui_workspace.merge import Conflict, Policy
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.by_hand import settled_by_hand
from stui_workspace.runtime.settling.markers import settlement_of
from stui_workspace.runtime.settling.settlement import Settlement
from stui_workspace.storage.conflicts.records import MergeRecord, Style
from stui_workspace.storage.conflicts.store import ConflictStore, Stored


@dataclass(frozen=True, slots=True)
class OpenMerge:
    """One merge of a file with what is left of it."""

    settlement: Settlement
    left: tuple[Conflict, ...]
    """What nobody has settled."""
    by_hand: tuple[Conflict, ...] = ()
    """What somebody settled in the file itself."""
    style: Style = Style.VALID
    at: float | None = None
    """When it was merged, in seconds since 1970; None where only the markers tell of it."""
    stored: Stored | None = field(default=None, repr=False)

    @property
    def name(self) -> str | None:
        """Of its record, where it has one."""
        return None if self.stored is None else self.stored.name

    @property
    def paths(self) -> tuple[str, ...]:
        """Of what is left."""
        return tuple(str(one.path) for one in self.left)


@dataclass(frozen=True, slots=True)
class Standing:
    """A file, and the merges of it that wait for a person."""

    file: Path
    content: bytes | None
    """None where there is no file."""
    merges: tuple[OpenMerge, ...] = ()
    """The newest first."""
    problems: tuple[str, ...] = ()
    """One sentence for each record that could not be read."""

    @property
    def left_count(self) -> int:
        return sum(len(one.left) for one in self.merges)

    @property
    def has_markers(self) -> bool:
        return any(one.style is Style.MARKERS for one in self.merges)


def conflicts_in(path: Path, root: Path, services: Services) -> Standing:
    """The merges of a file that wait for a person, and what is left of each.

    While a file has markers, only they are looked at: what else is kept of it cannot be judged.

    Args:
        path: The file. It need not be there.
        root: The folder that it must not lead out of, and whose state folder is looked into.
        services: The disk, and where things are kept.

    Raises:
        DiskError: The file or the records cannot be read.
    """
    content = read_file(path, root, services)
    found = store_of(root, services).find(path)
    marked = None if content is None else _marked(content, found.records)
    if marked is not None:
        return Standing(path, content, (marked,), found.problems)
    merges: list[OpenMerge] = []
    problems = list(found.problems)
    for one in reversed(found.records):
        if one.record.is_open and one.record.style is Style.VALID:
            try:
                merges.append(_recorded(one, content))
            except UsageError as error:  # of a policy that this stui does not know
                problems.append(f"{one.name}: {error}")
    return Standing(path, content, tuple(merges), tuple(problems))


def store_of(root: Path, services: Services) -> ConflictStore:
    """Where the merges of the files below `root` are kept."""
    return ConflictStore(services.locations.workspace(root), services.fs)


def settlement_in(record: MergeRecord) -> Settlement:
    """The merge that a record keeps.

    Raises:
        UsageError: Its policy makes no sense.
    """
    policy = Policy.published() if record.policy is None else Policy.from_mapping(record.policy)
    steps = tuple(step.choices for step in record.steps)
    return Settlement(record.sides, policy, record.labels, steps, record.marker_size)


def is_unmerged(record: MergeRecord, content: bytes) -> bool:
    """Whether the merge was cut off before the file was written, so that it still is ours."""
    return not record.is_merged and content == record.sides.ours


def _marked(content: bytes, records: tuple[Stored, ...]) -> OpenMerge | None:
    """The merge that the markers in a file tell of; None where it has none.

    Where we wrote them, the sides are those that we had then: so a path stays what it was.
    """
    revision = revision_of(content)
    for one in records:
        record = one.record
        if record.style is Style.MARKERS and record.is_open and record.revision == revision:
            settlement = settlement_in(record)
            return OpenMerge(settlement, settlement.left, (), Style.MARKERS, record.at, one)
    found = settlement_of(content, Policy.published())
    if found is None:
        return None
    return OpenMerge(found, found.left, (), Style.MARKERS)


def _recorded(stored: Stored, content: bytes | None) -> OpenMerge:
    settlement = settlement_in(stored.record)
    by_hand: tuple[Conflict, ...] = ()
    if content is not None and not is_unmerged(stored.record, content):
        by_hand = settled_by_hand(settlement, content)
    left = tuple(one for one in settlement.left if one not in by_hand)
    at = stored.record.at
    return OpenMerge(settlement, left, by_hand, Style.VALID, at, stored)
