"""A vault that was opened and proven whole: its seals are checked, its records opened on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from stui_workspace.model.records import dataclass, replace
from stui_workspace.secrets.vault.entries import Entry, from_bytes, to_bytes
from stui_workspace.secrets.vault.errors import TamperedError, VaultFullError, WrongKeyError
from stui_workspace.secrets.vault.format import (
    MOST_BYTES,
    MOST_RECORDS,
    SUBJECT,
    Header,
    Lines,
    Record,
    Slot,
    from_base64,
    to_base64,
)
from stui_workspace.secrets.vault.keys import DataKey
from stui_workspace.secrets.vault.manifest import (
    MOST_REMOVED,
    Manifest,
    body_digest,
    head_digest,
    open_manifest,
    sealed_manifest,
)
from stui_workspace.secrets.vault.sealing import Subkeys, are_equal, sealed, unsealed
from stui_workspace.secrets.vault.writers import Writers

Chance: TypeAlias = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is in a vault, and the keys to it."""

    keys: Subkeys
    header: Header
    slots: tuple[Slot, ...]
    records: Mapping[str, Record]
    """By their hashed names."""
    generation: int
    writers: Writers
    removed: tuple[str, ...] = ()
    """The slots that were removed, the latest first."""

    def entry(self, name: str) -> Entry | None:
        """What is kept under a name, live or removed; None where nothing ever was.

        Raises:
            TamperedError: Its record was made by somebody with the key, and wrongly.
        """
        record = self.records.get(self.keys.name(name))
        return None if record is None else self.open(record)

    def entries(self) -> dict[str, Entry]:
        """Everything that is kept, by name, in the order of names."""
        found = [self.open(record) for record in self.records.values()]
        return {entry.name: entry for entry in sorted(found, key=lambda one: one.name)}

    def open(self, record: Record) -> Entry:
        """What is in a record."""
        entry = opened_record(record, self.keys, self.header.vault)
        if entry is None:
            raise TamperedError(SUBJECT, "a record does not hold what its line says")
        return entry

    def with_entry(self, entry: Entry, chance: Chance) -> Contents:
        """The same with this entry, in the place of what has its name.

        Raises:
            VaultFullError: There are too many.
        """
        record = sealed_record(entry, self.keys, self.header.vault, chance)
        records = {**self.records, record.name: record}
        if len(records) > MOST_RECORDS:
            del records[self._oldest_removed()]
        return replace(self, records=dict(sorted(records.items())))

    def with_entries(self, entries: Mapping[str, Entry], chance: Chance) -> Contents:
        """The same with these entries instead of its own; what did not change is not sealed anew.

        Raises:
            VaultFullError: There are too many.
        """
        if len(entries) > MOST_RECORDS:
            raise VaultFullError(SUBJECT, f"it has {MOST_RECORDS:,} secrets, and takes no more")
        old = {record.name: (record, self.open(record)) for record in self.records.values()}
        records: dict[str, Record] = {}
        for entry in entries.values():
            name = self.keys.name(entry.name)
            known = old.get(name)
            if known is not None and known[1] == entry:
                records[name] = known[0]
            else:
                records[name] = sealed_record(entry, self.keys, self.header.vault, chance)
        return replace(self, records=dict(sorted(records.items())))

    def _oldest_removed(self) -> str:
        """The record of a removed secret that can be forgotten first."""
        removed = [record for record in self.records.values() if record.is_deleted]
        if not removed:
            raise VaultFullError(SUBJECT, f"it has {MOST_RECORDS:,} secrets, and takes no more")
        return min(removed, key=lambda one: self.open(one).at).name

    def with_slots(self, slots: tuple[Slot, ...], removed: tuple[str, ...] = ()) -> Contents:
        """The same with these slots; `removed` are remembered as gone."""
        gone = tuple(dict.fromkeys((*removed, *self.removed)))[:MOST_REMOVED]
        return replace(self, slots=tuple(sorted(slots, key=lambda one: one.id)), removed=gone)

    def written(self, device: str, chance: Chance) -> tuple[Contents, bytes]:
        """The next generation, and the file that holds it.

        Raises:
            VaultFullError: The file would be too large.
        """
        generation = self.generation + 1
        later = replace(
            self, generation=generation, writers=self.writers.with_write(device, generation)
        )
        content = later.content(chance)
        if len(content) > MOST_BYTES:
            raise VaultFullError(SUBJECT, f"it would be larger than {MOST_BYTES:,} bytes")
        return later, content

    def content(self, chance: Chance) -> bytes:
        """The file, with a new seal."""
        records = tuple(self.records.values())
        manifest = Manifest(
            self.generation,
            head_digest(self.header, self.slots),
            body_digest(records),
            len(self.slots),
            len(records),
            self.writers,
            self.removed,
        )
        line = sealed_manifest(manifest, self.header, self.keys.manifest, chance)
        return Lines(self.header, self.slots, records, line).content()


def open_contents(lines: Lines, data: DataKey) -> Contents:
    """The vault that these lines are, all of it checked but the insides of its records.

    Raises:
        WrongKeyError: The data key is not the one that the header commits to.
        TamperedError: A seal does not hold; says of what.
    """
    header = lines.header
    keys = Subkeys.of(data, header.vault)
    if not are_equal(keys.commitment, header.commitment):
        raise WrongKeyError(SUBJECT, "it has another key now, or is another vault")
    manifest = open_manifest(lines.manifest, header, keys.manifest)
    if manifest is None:
        raise TamperedError(
            SUBJECT, "the manifest or the generation was changed, or is of another vault"
        )
    problem = next(_problems(lines, manifest, keys), None)
    if problem is not None:
        raise TamperedError(SUBJECT, problem)
    return Contents(
        keys,
        header,
        lines.slots,
        {record.name: record for record in lines.records},
        manifest.generation,
        manifest.writers,
        manifest.removed,
    )


def sealed_record(entry: Entry, keys: Subkeys, vault: str, chance: Chance) -> Record:
    """The record that holds an entry."""
    record = Record(
        keys.name(entry.name), entry.revision, entry.device, not entry.is_live, nonce="", sealed=""
    )
    whole = sealed(keys.records, to_bytes(entry), record.bound(vault), chance)
    return replace(record, nonce=whole.nonce.hex(), sealed=to_base64(whole.content))


def opened_record(record: Record, keys: Subkeys, vault: str) -> Entry | None:
    """What a record holds; None where it is not what its line says."""
    content = from_base64(record.sealed)
    if content is None:
        return None
    plain = unsealed(keys.records, bytes.fromhex(record.nonce), content, record.bound(vault))
    if plain is None:
        return None
    entry = from_bytes(plain, record.revision, record.device, is_deleted=record.is_deleted)
    return entry if entry is not None and keys.name(entry.name) == record.name else None


def _problems(lines: Lines, manifest: Manifest, keys: Subkeys) -> Iterator[str]:
    """What is not as the manifest says."""
    if head_digest(lines.header, lines.slots) != manifest.head:
        yield _count_problem(len(lines.slots), manifest.slots_count, "slot") or (
            "the header or a slot was changed, or put back to an earlier state"
        )
    if body_digest(lines.records) == manifest.body:
        return
    for number, record in enumerate(lines.records, len(lines.slots) + 2):
        if opened_record(record, keys, lines.header.vault) is None:
            yield f"the record in line {number} was changed, moved or is of another vault"
    yield _count_problem(len(lines.records), manifest.records_count, "record") or (
        "a record was put back to an earlier state"
    )


def _count_problem(found: int, expected: int, what: str) -> str | None:
    if found == expected:
        return None
    count = abs(found - expected)
    return f"{count} {what}{' was' if count == 1 else 's were'} " + (
        "taken away" if found < expected else "added"
    )
