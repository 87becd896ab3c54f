"""Asking for consent at the terminal, and taking it by digest where there is none."""

from __future__ import annotations

import hmac
from typing import Final

from stui_workspace.cli.asking import Asker, agrees, asker
from stui_workspace.cli.claims import Asked, asked_of, named, question_of, store_of
from stui_workspace.cli.options import services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell
from stui_workspace.cli.trust_words import is_wish_agreed, question_of_wish, wish_of
from stui_workspace.errors import ConsentError, UsageError
from stui_workspace.runtime.loading import Loaded
from stui_workspace.trust import Wish
from stui_workspace.trust.wishes import SESSIONS

_NO_TERMINAL: Final = (
    "run `stui trust` in a terminal, or `stui trust grant --connection NAME --digest SHA256` "
    "with the digest that `stui trust show --json` prints"
)


def review(loaded: Loaded, connection: str | None) -> int:
    """The exit status, once each connection that needs it was asked about, or only that one.

    Raises:
        NotFoundError: There is no such connection.
        ConsentError: Somebody has to be asked, and nobody sits at a terminal.
    """
    services = services_now()
    wish = _open_wish(loaded, connection)
    if connection == SESSIONS:
        return Status.DONE if wish is None or _wish_asked(loaded, wish) else Status.CONSENT
    asked = asked_of(loaded, services)
    asked = asked if connection is None else (named(asked, connection),)
    for one in asked:
        if one.is_allowed or one.is_final:
            tell("; ".join((f"connection `{one.name}`: {one.state}", *one.refusals)))
    open_ones = [one for one in asked if not one.is_allowed and not one.is_final]
    refused_count = sum(one.is_final for one in asked)
    if open_ones:
        person = _person(open_ones[0].name, open_ones[0].powers)
        refused_count += sum(not _asked(loaded, one, person) for one in open_ones)
    if wish is not None:
        _wish_asked(loaded, wish)  # the workspace does without it: a no is no failure
    return Status.CONSENT if refused_count else Status.DONE


def _person(name: str, powers: tuple[str, ...]) -> Asker:
    """Whoever sits at the terminal.

    Raises:
        ConsentError: Nobody does.
    """
    person = asker()
    if person is None:
        raise ConsentError(name, powers, _NO_TERMINAL)
    return person


def _open_wish(loaded: Loaded, connection: str | None) -> Wish | None:
    """What the file itself asks for and nobody agreed to, where that is asked about."""
    wish = wish_of(loaded) if connection in (None, SESSIONS) else None
    if wish is None or is_wish_agreed(wish, loaded.project.root, services_now()):
        return None
    return wish


def _wish_asked(loaded: Loaded, wish: Wish) -> bool:
    """Whether the person agreed; then it is granted."""
    person = asker()
    if person is None:
        tell(f"`{wish.name}` is not approved, and there is no terminal to ask at", kind="note")
        return False
    is_agreed = agrees(person, question_of_wish(wish))
    if is_agreed:
        services = services_now()
        store_of(loaded.project.root, services).agree(wish, services.clock())
    tell(f"`{wish.name}`: {'approved' if is_agreed else 'not approved'}")
    return is_agreed


def _asked(loaded: Loaded, one: Asked, person: Asker) -> bool:
    """Whether the person agreed; then it is granted."""
    if not agrees(person, question_of(one)):
        tell(f"connection `{one.name}`: not approved")
        return False
    services = services_now()
    store_of(loaded.project.root, services).grant(one.claim, services.clock())
    tell(f"connection `{one.name}`: approved")
    return True


def grant_digest(loaded: Loaded, connection: str, digest: str) -> None:
    """Approve without asking what a digest stands for, if that is what is asked for now.

    Raises:
        UsageError: It is not, or no consent can allow it.
        NotFoundError: There is no such connection.
    """
    services = services_now()
    store = store_of(loaded.project.root, services)
    wish = wish_of(loaded) if connection == SESSIONS else None
    if wish is not None:
        _check_digest(connection, digest, wish.digest)
        store.agree(wish, services.clock())
        tell(f"`{connection}`: approved")
        return
    one = named(asked_of(loaded, services), connection)
    if not one.claim.powers:
        tell(f"connection `{connection}` needs no approval")
        return
    _check_digest(connection, digest, one.claim.digest)
    store.grant(one.claim, services.clock())
    tell(f"connection `{connection}`: approved")


def _check_digest(connection: str, said: str, now: str) -> None:
    """Return if a digest is that of what is asked for now.

    Raises:
        UsageError: It is not.
    """
    written = said.strip().lower().encode("utf-8", "surrogatepass")  # arguments may be any bytes
    if not hmac.compare_digest(written, now.encode()):
        raise UsageError(
            f"the digest is not that of connection `{connection}` as it is now",
            "look at `stui trust show` again before you approve it",
        )
