"""Storing and removing secrets, in an order in which no crash loses the only copy of one.

A store writes, reads back and compares before it lets the old value go; here it is read back once
more, by name, before anything else is given up for it. The list of what is stored is written last:
without its line a secret is there and not listed, and storing it again puts it there.
"""

from __future__ import annotations

from stui_workspace.cli.secret_names import command_for
from stui_workspace.errors import SecretError
from stui_workspace.model.references import Reference
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.index import entry_of
from stui_workspace.secrets.resolving import Secrets, error_of
from stui_workspace.secrets.store import Got, Locked, Missing, Store, TimedOut, Unavailable


def stored(secrets: Secrets, reference: Reference) -> Envelope | None:
    """What the store has under that name; None where it has nothing.

    Raises:
        SecretError: It cannot be known: nothing may be written over it then.
    """
    return _envelope(reference, secrets.store_for(reference).get(reference.name))


def stored_or_error(secrets: Secrets, reference: Reference) -> Envelope:
    """What the store has under that name.

    Raises:
        SecretError: There is none, or it cannot be known.
    """
    found = stored(secrets, reference)
    if found is None:
        raise missing(secrets, reference)
    return found


def missing(secrets: Secrets, reference: Reference) -> SecretError:
    """The error where the store has no secret of that name, which may be elsewhere."""
    error = SecretError(str(reference), "it is not there")
    error.next_step = f"{command_for('set', str(reference))} stores it"
    if reference.name in secrets.bindings().all:
        error = SecretError(str(reference), "it is bound, and not stored by stui")
        error.next_step = f"{command_for('unbind', reference.name)} takes the binding away"
    return error


def keep(secrets: Secrets, reference: Reference, envelope: Envelope) -> Store:
    """The store that has the secret now, for sure, under the name of the reference.

    Raises:
        SecretError: It was not stored; what was there before is there still.
        StorageError: It is stored, and could not be put on the list.
    """
    store = secrets.store_for(reference)
    done = store.put(reference.name, envelope)
    if isinstance(done, Locked | Unavailable | TimedOut):
        raise error_of(reference, done)
    back = _envelope(reference, store.get(reference.name))
    if back is None or back.secret != envelope.secret:
        error = SecretError(str(reference), f"{store.label} did not give back what it was given")
        error.next_step = "`stui secret doctor` looks at the store"
        raise error
    kept = secrets.kept_by(reference)
    secrets.index.note(
        entry_of(Reference(kept, reference.name), envelope.audience, envelope.changed)
    )
    return store


def drop(secrets: Secrets, reference: Reference) -> bool:
    """Remove a secret from its store and from the list, and say whether it was there.

    Raises:
        SecretError: It was not removed.
        StorageError: It is removed, and could not be taken off the list.
    """
    removed = secrets.store_for(reference).remove(reference.name)
    if isinstance(removed, Locked | Unavailable | TimedOut):
        raise error_of(reference, removed)
    secrets.index.forget(reference.name, secrets.kept_by(reference))
    return not isinstance(removed, Missing)


def move(secrets: Secrets, old: Reference, new: Reference) -> Envelope:
    """Give a secret another name, or another store. Taken up again after a crash, it goes on.

    Raises:
        SecretError: It was not moved, or is under both names; never under none.
        StorageError: The list is not as it should be.
    """
    envelope = stored_or_error(secrets, old)
    if (secrets.kept_by(old), old.name) == (secrets.kept_by(new), new.name):
        error = SecretError(str(new), "it is kept there, under that name, already")
        error.next_step = "`stui secret ls` shows what is where"
        raise error
    there = stored(secrets, new)
    if there is not None and there.secret != envelope.secret:
        error = SecretError(str(new), "there is another secret of that name")
        error.next_step = f"choose another name, or {command_for('rm', str(new))} first"
        raise error
    keep(secrets, new, envelope)
    drop(secrets, old)
    return envelope


def _envelope(reference: Reference, got: Got) -> Envelope | None:
    match got:
        case Envelope():
            return got
        case Missing():
            return None
    raise error_of(reference, got)
