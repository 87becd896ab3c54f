"""From the name of a secret to its value: the order in which places are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from stui_workspace.errors import SecretError, UsageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.references import Kept, Reference
from stui_workspace.schema.origins import parse_origin
from stui_workspace.secrets.bindings import (
    Binding,
    Bindings,
    Command,
    KeyringItem,
    Variable,
    VaultName,
)
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.index import SecretIndex
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import (
    Got,
    Locked,
    Missing,
    Store,
    TimedOut,
    Trouble,
    Unavailable,
)

OS_STORE: Final = "the keyring of this system"
VAULT: Final = "the vault"
LONGEST: Final = 64 << 10
"""UTF-8 bytes of one value."""

ReadItem: TypeAlias = Callable[[KeyringItem], "Secret | Missing | Locked | Unavailable | TimedOut"]
RunCommand: TypeAlias = Callable[[Command], "Secret | Unavailable | TimedOut"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where secrets can be. Each is made at its first use: making one may take time."""

    keyring: Callable[[], Store | Unavailable]
    vault: Callable[[], Store | Unavailable]
    """Unavailable where there is no vault yet."""
    prefers: str = "auto"
    """auto, keyring or vault: what the user's configuration says of `keyring:` names."""
    read_item: ReadItem = lambda _item: Unavailable("there is no keyring here")
    run: RunCommand = lambda _command: Unavailable("commands are not run here")


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way to a secret, and what it said."""

    source: str
    """The place, in words for people."""
    state: str
    """used, there, not there, not asked, locked, unavailable."""
    note: str | None = None
    """More of it."""
    next_step: str | None = None
    """What to do, where something is wrong."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of this user on this machine. Blocks while it asks; not for an event loop."""

    places: Places
    bindings: Callable[[], Bindings]
    index: SecretIndex
    environ: Mapping[str, str] = field(repr=False)

    def get(self, reference: Reference) -> Envelope:
        """The secret of that name, from the first place that is responsible for it.

        Raises:
            SecretError: It cannot be had; `next_step` says what helps.
        """
        got = self._from_variable(reference)
        if got is None:
            binding = self.bindings().of(reference.name)
            got = self._stored(reference) if binding is None else self._bound(binding)
        if isinstance(got, Envelope):
            return got
        raise error_of(reference, got)

    def trail(self, reference: Reference) -> tuple[Step, ...]:
        """Each place in the order in which they are responsible, and what it says now.

        Asks only up to the first that is responsible; values are looked up, and not kept.
        """
        return tuple(self._trail(reference))

    def store_for(self, reference: Reference) -> Store:
        """The store that a secret of that name is written to.

        Raises:
            SecretError: There is none here.
        """
        found = self._store(reference)[1]
        if isinstance(found, Unavailable):
            raise error_of(reference, found)
        return found

    def kept_by(self, reference: Reference) -> Kept:
        """Which kind of store `store_for` gives."""
        return self._store(reference)[0]

    def _from_variable(self, reference: Reference) -> Got | None:
        value = self.environ.get(reference.variable)
        if value is None:
            return None
        if not value:
            return Unavailable(
                f"`{reference.variable}` is set to nothing", "unset it, or set it to the value"
            )
        named = self.environ.get(f"{reference.variable}_FOR")
        if named is None:
            return Envelope(Secret(value), None)
        try:
            audience = tuple(parse_origin(one.strip()).text for one in named.split(",") if one)
        except UsageError as error:
            return Unavailable(f"`{reference.variable}_FOR`: {error.reason}", error.next_step)
        return Envelope(Secret(value), audience)

    def _bound(self, binding: Binding) -> Got:
        got: Secret | Got
        match binding.place:
            case KeyringItem() as item:
                got = self.places.read_item(item)
            case VaultName(name):
                vault = self.places.vault()
                got = vault if isinstance(vault, Unavailable) else vault.get(name)
            case Variable(name):
                value = self.environ.get(name)
                got = Secret(value) if value else Missing()
            case Command() as command:
                got = self.places.run(command)
        if isinstance(got, Secret):
            return Envelope(got, binding.audience)
        if isinstance(got, Envelope) and binding.audience:
            both = [one for one in binding.audience if one in (got.audience or ())]
            return got.with_audience(*both)
        return got

    def _stored(self, reference: Reference) -> Got:
        found = self._store(reference)[1]
        return found if isinstance(found, Unavailable) else found.get(reference.name)

    def _store(self, reference: Reference) -> tuple[Kept, Store | Unavailable]:
        """The store that a reference leads to.

        The vault stands in for the keyring only where the user said so, or where this machine has
        no keyring at all; one that fails is never stood in for.
        """
        if reference.kept is Kept.VAULT or self.places.prefers == "vault":
            return Kept.VAULT, self.places.vault()
        keyring = self.places.keyring()
        if isinstance(keyring, Unavailable) and self.places.prefers == "auto":
            vault = self.places.vault()
            if isinstance(vault, Unavailable):
                return Kept.KEYRING, Unavailable(
                    f"there is no keyring here ({keyring.reason}), and no vault yet",
                    f"`stui vault init` makes one; or set `{reference.variable}`",
                )
            return Kept.VAULT, vault
        return Kept.KEYRING, keyring

    def _trail(self, reference: Reference) -> Iterator[Step]:
        got = self._from_variable(reference)
        note = None
        if got is not None and f"{reference.variable}_FOR" not in self.environ:
            note = "whoever is approved for it may get it"
        yield _step(f"variable {reference.variable}", got, note)
        answered = got is not None
        bindings = self.bindings()
        source = f"binding in {bindings.path}"
        if bindings.problem is not None:
            yield Step(source, "unavailable", bindings.problem, bindings.next_step)
            answered = True
        else:
            binding = bindings.all.get(reference.name)
            if binding is None or answered:
                yield Step(source, "not there" if binding is None else "not asked")
            else:
                yield _step(f"{source}: {_place_words(binding)}", self._bound(binding))
                answered = True
        if answered:
            yield Step(OS_STORE if reference.kept is Kept.KEYRING else VAULT, "not asked")
            return
        yield from self._store_trail(reference)

    def _store_trail(self, reference: Reference) -> Iterator[Step]:
        kept, store = self._store(reference)
        if reference.kept is Kept.KEYRING and kept is Kept.VAULT:
            reason = (
                "your configuration says so"
                if self.places.prefers == "vault"
                else "this machine has none"
            )
            yield Step(OS_STORE, "not asked", f"the vault stands in for it: {reason}")
        words = OS_STORE if kept is Kept.KEYRING else VAULT
        if isinstance(store, Unavailable):
            yield _step(words, store)
        else:
            named = words if store.label == words else f"{words} ({store.label})"
            yield _step(named, store.get(reference.name))


def _step(source: str, got: Got | None, note: str | None = None) -> Step:
    match got:
        case None | Missing():
            return Step(source, "not there", note)
        case Envelope():
            return Step(source, "used", note)
        case Locked(reason, next_step):
            return Step(source, "locked", reason, next_step)
        case Unavailable(reason, next_step):
            return Step(source, "unavailable", reason, next_step)
        case TimedOut(seconds):
            return Step(source, "unavailable", f"no answer within {seconds:g} s")


def _place_words(binding: Binding) -> str:
    match binding.place:
        case KeyringItem(service, user):
            return f"the keyring item of {service} for {user}"
        case VaultName(name):
            return f"`{name}` in the vault"
        case Variable(name):
            return f"variable {name}"
        case Command():
            return "a command"


def error_of(reference: Reference, got: Missing | Trouble) -> SecretError:
    """Why a secret is not to be had, and what helps."""
    reason, step = _words(reference, got)
    error = SecretError(str(reference), reason)
    error.next_step = step
    return error


def _words(reference: Reference, got: Missing | Trouble) -> tuple[str, str]:
    match got:
        case Missing():
            return "it is not there", f"`stui secret set {reference}` stores it"
        case Locked(reason, next_step):
            return reason, next_step
        case Unavailable(reason, next_step):
            return reason, next_step or f"`stui secret which {reference}` shows where it is sought"
        case TimedOut(seconds):
            return (
                f"the keyring did not answer within {seconds:g} s",
                "restart the keyring of your desktop, or see `stui secret doctor`",
            )
