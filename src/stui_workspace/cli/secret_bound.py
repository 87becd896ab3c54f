"""Writing `credentials.yaml`: one binding at a time, everything else in it as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stui_workspace.cli.options import services_now
from stui_workspace.document import Document, delete, parse, set_value
from stui_workspace.errors import SchemaError
from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.values import Plain
from stui_workspace.runtime.editing import LOCK_SECONDS, edit_file
from stui_workspace.runtime.services import Services
from stui_workspace.schema import FileKind, check
from stui_workspace.secrets.bindings import (
    Binding,
    Command,
    KeyringItem,
    Place,
    Variable,
    VaultName,
)
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.locations import CREDENTIALS_NAME
from stui_workspace.storage.lock import hold

_KEY = "secrets"
_NEW = (
    b"# Where the secrets that workspace files name are to be found, for you alone.\n"
    b"# It holds no secret. `stui secret bind` writes here; comments stay.\n"
    b"stui: 1\n"
)


def change_bindings(change: Callable[[Document], Document]) -> None:
    """Save `credentials.yaml` after `change`; it is made where there is none.

    Whoever calls this has asked `Bindings.of`, which refuses a file that does not count.

    Raises:
        DiskError: The disk refused; it is as it was.
        SchemaError: The result would have errors.
        EditError: `change` could not be made.
    """
    services = services_now()
    path = services.locations.config / CREDENTIALS_NAME
    real = path.resolve()  # people keep such files elsewhere, behind a link
    if not real.exists() and _made(real, change, services):
        return
    edit_file(real, real.parent, change, services, kind=FileKind.CREDENTIALS)


def _made(path: Path, change: Callable[[Document], Document], services: Services) -> bool:
    """Whether the file was made; not where another stui was quicker."""
    with hold(services.locations.workspace(path.parent).file_lock, LOCK_SECONDS):
        if path.exists():
            return False
        document = change(parse(_NEW))
        found = check(document.plain(), document, FileKind.CREDENTIALS)
        if any(one.severity is Severity.ERROR for one in found):
            raise SchemaError(found)
        save_own(services.fs, path, document.content)
        return True


def set_binding(document: Document, binding: Binding) -> Document:
    """The document with a binding, in the place of an older one of that name."""
    path = (_KEY, binding.name)
    if document.node((_KEY,)) is not None and document.plain((_KEY,)) is None:
        return set_value(document, (_KEY,), {binding.name: _plain(binding)})
    return set_value(document, path, _plain(binding))


def remove_binding(document: Document, name: str) -> Document:
    """The document without the binding of that name."""
    plain = document.plain((_KEY,))
    only = isinstance(plain, dict) and list(plain) == [name]
    return delete(document, (_KEY,) if only else (_KEY, name))


def _plain(binding: Binding) -> dict[str, Plain]:
    key, value = _place(binding.place)
    found: dict[str, Plain] = {key: value}
    if binding.audience:
        found["for"] = list(binding.audience)
    return found


def _place(place: Place) -> tuple[str, Plain]:
    match place:
        case KeyringItem(service, user):
            return "keyring", {"service": service, "user": user}
        case VaultName(name):
            return "vault", name
        case Variable(name):
            return "env", name
        case Command(argv):
            return "command", list(argv)
