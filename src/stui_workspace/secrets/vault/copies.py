"""Opening copies of a vault, to be merged: each with what can open it, or why nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.vault.contents import Contents, open_contents
from stui_workspace.secrets.vault.errors import (
    ForkedError,
    VaultError,
    WrongKeyError,
)
from stui_workspace.secrets.vault.files import read_file
from stui_workspace.secrets.vault.format import SUBJECT, Header, Lines, read_lines
from stui_workspace.secrets.vault.keys import DataKey, Key
from stui_workspace.secrets.vault.memory import Seen, objection
from stui_workspace.secrets.vault.places import Tools
from stui_workspace.secrets.vault.reports import CopyReport, Outcome
from stui_workspace.secrets.vault.sealing import Subkeys, are_equal
from stui_workspace.secrets.vault.slots import open_slots, wrong

MOST_COPIES: Final = 64


@dataclass
class OpenedCopies:
    """Copies that were opened, and reports of those that were not."""

    contents: list[tuple[Contents, str]] = field(default_factory=list)
    """Each with the digest of its file."""
    _found: list[CopyReport | tuple[Path, Contents]] = field(default_factory=list)

    def add(self, path: Path, contents: Contents, content: bytes) -> None:
        """One that was opened."""
        self.contents.append((contents, sha256(content).hexdigest()))
        self._found.append((path, contents))

    def refuse(self, report: CopyReport) -> None:
        """One that was not."""
        self._found.append(report)

    def reports(self, ours: Contents, after: Header) -> tuple[CopyReport, ...]:
        """What came of each, in their order; `after` is the header of what came of all."""
        return tuple(
            one
            if isinstance(one, CopyReport)
            else CopyReport(one[0], _outcome(one[1], ours, after))
            for one in self._found
        )

    def objection(
        self, ours: Contents, content: bytes, remembered: Seen | None
    ) -> VaultError | None:
        """Why even all of them together lack what this machine saw last; None where they do not."""
        if remembered is None:
            return None
        if remembered.vault != ours.header.vault:
            return objection(Seen.of(ours, content), remembered)
        every = [(ours, sha256(content).hexdigest()), *self.contents]
        writers = ours.writers
        for one, digest in every:
            if digest == remembered.digest:
                return None
            writers = writers.joined(one.writers)
        if writers.has_all_of(remembered.writers) and not remembered.writers.has_all_of(writers):
            return None
        return ForkedError(
            SUBJECT,
            f"generation {remembered.generation}, which this machine saw, is in none of the copies",
        )


def opened_copies(
    paths: Sequence[Path], ours: Contents, others: Sequence[Key], tools: Tools
) -> OpenedCopies:
    """The copies at `paths`, opened with the key of the vault or with one of the others.

    Raises:
        UsageError: They are too many.
    """
    if len(paths) > MOST_COPIES:
        raise UsageError(f"more than {MOST_COPIES} copies at once", "merge some of them first")
    opened = OpenedCopies()
    for path in paths:
        try:
            content = read_file(path, tools)
            if content is None:
                opened.refuse(CopyReport(path, Outcome.REFUSED, "there is no such file"))
                continue
            lines = read_lines(content, tools.bounds)
            if lines.header.vault != ours.header.vault:
                opened.refuse(CopyReport(path, Outcome.NOT_OURS, "it has another id"))
                continue
            opened.add(path, open_contents(lines, _data_key(lines, ours, others)), content)
        except WrongKeyError as error:
            opened.refuse(CopyReport(path, Outcome.UNOPENED, error.reason))
        except (DiskError, VaultError) as error:
            opened.refuse(CopyReport(path, Outcome.REFUSED, error.reason))
    return opened


def data_key(lines: Lines, key: Key) -> DataKey:
    """The data key of a vault, by a key that opens it.

    Raises:
        WrongKeyError: It does not.
        TamperedError: It would, and what it opens was changed.
    """
    if isinstance(key, DataKey):
        return key
    found = open_slots(lines.header, lines.slots, key)
    if found is None:
        raise wrong(key.kind)
    return found[1]


def _data_key(lines: Lines, ours: Contents, others: Sequence[Key]) -> DataKey:
    if are_equal(lines.header.commitment, ours.header.commitment):
        return ours.keys.data
    for key in others:
        try:
            found = data_key(lines, key)
        except WrongKeyError:
            continue
        if are_equal(Subkeys.of(found, lines.header.vault).commitment, lines.header.commitment):
            return found
    raise WrongKeyError(SUBJECT, "it is under another data key, and no key at hand opens it")


def _outcome(copy: Contents, ours: Contents, after: Header) -> Outcome:
    if copy.header != after:
        return Outcome.OLDER_KEY
    is_older = ours.writers.has_all_of(copy.writers) and ours.generation >= copy.generation
    return Outcome.NOTHING_NEW if copy.header == ours.header and is_older else Outcome.MERGED
