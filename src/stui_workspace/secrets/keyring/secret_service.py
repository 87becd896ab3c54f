"""The Secret Service of Linux desktops: GNOME Keyring, KWallet, KeePassXC and others, over D-Bus.

Each call has a connection of its own, so that a bus that was gone and is back is simply asked
again. An item carries the attributes that other programs use, `service` and `username`:
`secret-tool lookup` and the desktop's own window find it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from time import sleep
from typing import Final, TypeVar

from jeepney import DBusErrorResponse
from secretstorage import (
    Collection,
    ItemNotFoundException,
    LockedException,
    PromptDismissedException,
    SecretServiceNotAvailableException,
    search_items,
)
from secretstorage import Item as ServiceItem

from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.envelope import opened
from stui_workspace.secrets.keyring.bus import (
    GuardedConnection,
    NoBusError,
    bus_address,
    service_owner,
)
from stui_workspace.secrets.keyring.items import (
    DONE,
    MISSING,
    NOT_KEPT,
    USER,
    VAULT_STEP,
    Item,
    Read,
    same,
)
from stui_workspace.secrets.keyring.patience import Patience, PromptRefusedError
from stui_workspace.secrets.store import Locked, Removed, Stored, Trouble, Unavailable

Result = TypeVar("Result")

LABEL: Final = "Secret Service"
_TRIES: Final = 8
"""An item can be replaced by another program between the search for it and its opening."""
_PAUSE: Final = 0.02
_NO_SERVICE: Final = Unavailable("the session bus has no Secret Service", VAULT_STEP)
_NO_DEFAULT: Final = Unavailable("the Secret Service has no default keyring", VAULT_STEP)
_GONE: Final = Unavailable("the Secret Service is not there, or went away while it was asked")
_OLD_STAYS: Final = Unavailable(
    "the new one is kept, and the old one beside it: the keyring would not delete that",
    "delete the older of the two in your keyring's own window",
)
_LOCKED_ERROR: Final = "org.freedesktop.Secret.Error.IsLocked"
_ABSENT_ERRORS: Final = (
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.ServiceUnknown",
)


class NoDefaultError(Exception):
    """There is no default keyring, and making one would ask a person for a new password."""


_TROUBLES: Final[tuple[tuple[type[Exception], Trouble], ...]] = (
    (LockedException, Locked()),
    (PromptDismissedException, Locked("it is locked, and was not unlocked when it asked")),
    (NoDefaultError, _NO_DEFAULT),
    (NoBusError, Unavailable("this session has no D-Bus that can be used", VAULT_STEP)),
    (SecretServiceNotAvailableException, _GONE),
    (ItemNotFoundException, Unavailable("the item went away while it was in use")),
    (OSError, Unavailable("the session bus cannot be reached", VAULT_STEP)),
)


@dataclass(frozen=True, slots=True)
class SecretServiceItems:
    """The items in the default keyring of the Secret Service."""

    environ: Mapping[str, str] = field(repr=False)

    def look(self, patience: Patience) -> str | Unavailable:
        """What serves it here, if anything does and it has a default keyring."""
        with closing(self._connected(patience)) as connection:
            owner = service_owner(connection)
            if owner is None:
                return _NO_SERVICE
            _default(connection)
        return f"{LABEL} ({owner})" if owner else LABEL

    def read(self, item: Item, patience: Patience) -> Read:
        """The text of the newest item of that name."""
        with self._unlocked(patience) as keyring:
            wanted = _attributes(item.service, USER)
            return _retried(lambda: _newest(list(keyring.search_items(wanted)), patience))

    def write(self, item: Item, text: str, patience: Patience) -> Stored:
        """Make an item, read it back, and only then remove those that were there before.

        Only those: of two programs that write at once neither removes what the other just wrote.
        """
        wanted = _attributes(item.service, USER)
        with self._unlocked(patience) as keyring:
            before = _found(keyring, wanted)
            made = keyring.create_item(item.label, {**wanted, "application": "stui"}, text.encode())
            again = ServiceItem(keyring.connection, made.item_path, keyring.session)
            if not same(text, _text(again, patience)):
                made.delete()
                return NOT_KEPT
            try:
                _drop(before, patience)
            except (LockedException, PromptDismissedException, PromptRefusedError):
                return _OLD_STAYS
        return DONE

    def remove(self, item: Item, patience: Patience) -> Removed:
        """Remove every item of that name."""
        wanted = _attributes(item.service, USER)
        with self._unlocked(patience) as keyring:
            found = _found(keyring, wanted)
            if not found:
                return MISSING
            _drop(found, patience)
            return Unavailable("the keyring still has it") if _found(keyring, wanted) else DONE

    def read_foreign(self, service: str, user: str, patience: Patience) -> Read:
        """The text of the one item with that service and user, in whichever keyring it is."""
        with closing(self._connected(patience)) as connection:
            found = list(search_items(connection, _attributes(service, user)))
            if not found:
                # A locked keyring need not say what it has.
                _unlock(_default(connection), patience)
                found = list(search_items(connection, _attributes(service, user)))
            texts = {_text(one, patience) for one in found}
        match [*texts]:
            case []:
                return MISSING
            case [str() as text]:
                return text
            case [_]:
                return Unavailable("the keyring item is no text")
            case _:
                return Unavailable("several keyring items have this service and user, and differ")

    def trouble(self, error: Exception) -> Trouble:
        """What an exception of secretstorage, jeepney or the socket means."""
        if isinstance(error, DBusErrorResponse):
            return _bus_trouble(str(error.name))
        for kind, trouble in _TROUBLES:
            if isinstance(error, kind):
                return trouble
        return Unavailable(f"the Secret Service failed ({type(error).__name__})")

    def _connected(self, patience: Patience) -> GuardedConnection:
        return GuardedConnection(bus_address(self.environ), patience)

    @contextmanager
    def _unlocked(self, patience: Patience) -> Iterator[Collection]:
        with closing(self._connected(patience)) as connection:
            keyring = _default(connection)
            _unlock(keyring, patience)
            yield keyring


def _attributes(service: str, user: str) -> dict[str, str]:
    return {"service": service, "username": user}


def _retried(call: Callable[[], Result]) -> Result:
    """What the call returns, once nothing that it found goes away while it looks."""
    for _ in range(_TRIES):
        with suppress(ItemNotFoundException):
            return call()
        sleep(_PAUSE)
    return call()


def _default(connection: GuardedConnection) -> Collection:
    """The default keyring. GNOME's is not there for a moment while others write to it."""
    try:
        return _retried(lambda: Collection(connection))
    except ItemNotFoundException:
        raise NoDefaultError from None


def _unlock(one: Collection | ServiceItem, patience: Patience) -> None:
    """Leave it unlocked.

    Raises:
        LockedException: It is locked, and nobody may be asked.
        PromptDismissedException: Somebody was, and did not unlock it.
    """
    if not one.is_locked():
        return
    if not patience.may_prompt:
        raise LockedException
    if one.unlock() or one.is_locked():
        raise PromptDismissedException


def _found(keyring: Collection, wanted: dict[str, str]) -> list[ServiceItem]:
    return _retried(lambda: list(keyring.search_items(wanted)))


def _drop(items: list[ServiceItem], patience: Patience) -> None:
    for one in items:
        try:
            _unlock(one, patience)
            one.delete()
        except PromptDismissedException:  # of the same kind as the next, and not the same
            raise
        except ItemNotFoundException:
            continue


def _newest(found: list[ServiceItem], patience: Patience) -> Read:
    """The text of the newest of them: two are there where a program died between its steps."""
    if not found:
        return MISSING
    texts = [(_text(one, patience), one) for one in found]
    if len(texts) > 1:
        texts.sort(key=lambda pair: (_changed(pair[0]), pair[1].get_created()))
    newest = texts[-1][0]
    return Unavailable("the keyring item is no text") if newest is None else newest


def _changed(text: str | None) -> float:
    envelope = None if text is None else opened(text)
    return -1.0 if envelope is None else envelope.changed


def _text(item: ServiceItem, patience: Patience) -> str | None:
    """The text of an item; None for bytes that are none.

    Some keyrings lock each item by itself, and ask about it.
    """
    try:
        secret = item.get_secret()
    except LockedException:
        _unlock(item, patience)
        secret = item.get_secret()
    try:
        return secret.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _bus_trouble(name: str) -> Trouble:
    if name == _LOCKED_ERROR:
        return Locked()
    if name in _ABSENT_ERRORS:
        return _GONE
    return Unavailable(f"the Secret Service answered with {printable_line(name)}")
