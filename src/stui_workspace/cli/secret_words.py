"""Secrets in words: a line or a record for each, and never a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stui_workspace.cli.render import shown_path
from stui_workspace.cli.secret_project import Mention
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import Kept, Reference
from stui_workspace.secrets.bindings import Binding, Command, KeyringItem, Variable, VaultName
from stui_workspace.secrets.index import Entry
from stui_workspace.secrets.resolving import Secrets

_NAME = 200  # code points


@dataclass(frozen=True, slots=True)
class Row:
    """One secret that is listed, bound, or only named by a file."""

    name: str
    """A reference; of a binding the bare name, which stands for both."""
    where: str
    """keyring, vault, binding, variable, or unknown."""
    audience: tuple[str, ...] | None = None
    """None where nobody here knows it."""
    changed: float | None = None
    note: str = ""
    mentions: tuple[Mention, ...] = ()

    def line(self, now: float, width: int) -> str:
        """For people, with the name so many cells wide."""
        parts = [f"{printable_line(self.name, _NAME):{width}}"]
        if self.audience is not None:
            parts.append(audience_words(self.audience))
        if self.changed:
            parts.append(format_ago(now - self.changed))
        if self.note:
            parts.append(printable_line(self.note, _NAME))
        return "  ".join(parts)

    @property
    def record(self) -> dict[str, object]:
        """For programs."""
        return {
            "name": self.name,
            "where": self.where,
            "for": None if self.audience is None else list(self.audience),
            "changed": self.changed,
            "note": self.note or None,
            "named_in": [
                {"file": str(one.file), "line": one.line, "key": one.words} for one in self.mentions
            ],
        }


def rows_of(secrets: Secrets, mentions: Iterable[Mention]) -> tuple[Row, ...]:
    """What is listed, what is bound, and what the files here name besides. Asks no store.

    Raises:
        DiskError: The list cannot be read.
    """
    named = tuple(mentions)
    entries = secrets.index.entries()
    return (*_listed(entries, named), *_bound(secrets), *_unknown(secrets, entries, named))


def _listed(entries: tuple[Entry, ...], named: tuple[Mention, ...]) -> Iterator[Row]:
    for entry in entries:
        mentions = tuple(one for one in named if is_of(entry, one.reference))
        yield Row(
            str(entry.reference),
            str(entry.kept),
            entry.audience,
            entry.changed or None,
            mentions=mentions,
        )


def _bound(secrets: Secrets) -> Iterator[Row]:
    for binding in secrets.bindings().all.values():
        audience = None if follows_vault(binding) else binding.audience
        yield Row(binding.name, "binding", audience, note=place_words(binding))


def _unknown(
    secrets: Secrets, entries: tuple[Entry, ...], named: tuple[Mention, ...]
) -> Iterator[Row]:
    bound = secrets.bindings().all
    for reference in dict.fromkeys(one.reference for one in named):
        if reference.name in bound or any(is_of(entry, reference) for entry in entries):
            continue
        mentions = tuple(one for one in named if one.reference == reference)
        places = ", ".join(f"{shown_path(one.file)}:{one.line}" for one in mentions)
        if reference.variable in secrets.environ:
            yield Row(
                str(reference),
                "variable",
                note=f"from {reference.variable}, named in {places}",
                mentions=mentions,
            )
        else:
            note = f"not stored by stui, named in {places}"
            yield Row(str(reference), "unknown", note=note, mentions=mentions)


def is_of(entry: Entry, reference: Reference) -> bool:
    """Whether a reference may lead to an entry: the vault can stand in for the keyring."""
    return entry.name == reference.name and (
        entry.kept is reference.kept or entry.kept is Kept.VAULT
    )


def follows_vault(binding: Binding) -> bool:
    """Whether whom a bound secret is for is said in the vault alone."""
    return isinstance(binding.place, VaultName) and not binding.audience


def audience_words(audience: tuple[str, ...] | None) -> str:
    """Whom a secret is for, in a few words."""
    if audience is None:
        return "for whoever is approved"
    return f"for {', '.join(audience)}" if audience else "for nobody yet"


def place_words(binding: Binding) -> str:
    """Where a binding leads; of a command only the program, whose arguments are the user's own."""
    match binding.place:
        case KeyringItem(service, user):
            return f"the keyring item of {service} for {user}"
        case VaultName(name):
            return f"`{name}` in the vault"
        case Variable(name):
            return f"variable {name}"
        case Command(argv):
            return f"what `{argv[0]}` prints"
