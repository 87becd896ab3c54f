"""The user's own word on where secrets are: `credentials.yaml`, which no repository can bring."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from stui_workspace.document import read
from stui_workspace.errors import DiskError, SecretError, UsageError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.schema import FileKind, check
from stui_workspace.schema.origins import parse_origin
from stui_workspace.storage.atomic import read_bounded
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.ownership import is_only_ours

_BYTES: Final = 1 << 20
_PLACES: Final = ("keyring", "vault", "env", "command")


@dataclass(frozen=True, slots=True)
class KeyringItem:
    """An item that another program keeps in the keyring of the system."""

    service: str
    user: str


@dataclass(frozen=True, slots=True)
class VaultName:
    """A secret in the vault, of another name perhaps."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of stui's environment."""

    name: str


@dataclass(frozen=True, slots=True)
class Command:
    """A program that prints the value."""

    argv: tuple[str, ...] = field(repr=False)


Place: TypeAlias = KeyringItem | VaultName | Variable | Command


@dataclass(frozen=True, slots=True)
class Binding:
    """Where one secret is, and whom it may be sent to."""

    name: str
    place: Place
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bindings:
    """What the file says."""

    path: Path
    all: Mapping[str, Binding] = field(default_factory=dict)
    problem: str | None = None
    """Why nothing of it counts, with the place, as one line; then no secret is to be had by a name
    that it might have bound."""
    next_step: str | None = None

    def of(self, name: str) -> Binding | None:
        """The binding of a secret; None where it has none.

        Raises:
            SecretError: The file cannot be trusted or understood, so that nobody knows.
        """
        if self.problem is not None:
            error = SecretError(name, f"it may be bound otherwise, but {self.problem}")
            error.next_step = self.next_step
            raise error
        return self.all.get(name)


def bindings_at(path: Path) -> Bindings:
    """What `credentials.yaml` says. Never raises: what is wrong with it is in the answer."""
    try:
        real = path.resolve()
        content = read_bounded(real, _BYTES)
    except MissingFileError:
        return Bindings(path)
    except (DiskError, OSError, RuntimeError) as error:
        return Bindings(path, problem=f"{path} cannot be read", next_step=str(error))
    if not (is_only_ours(real) and is_only_ours(real.parent)):
        return Bindings(
            path,
            problem=f"others may write to {real}",
            next_step=f"take that away from them: chmod go-w {real.parent} {real}",
        )
    return _understood(path, content)


def _understood(path: Path, content: bytes) -> Bindings:
    reading = read(content)
    found = reading.diagnostics
    plain: Plain = None
    if reading.document is not None:
        plain = reading.document.plain()
        found += check(plain, reading.document, FileKind.CREDENTIALS)
    problems = FileProblems(path, reading.text, found)
    if reading.document is None or problems.has_errors:
        return Bindings(
            path,
            problem=f"{path} has errors",
            next_step=f"`stui validate {path}` shows them",
        )
    secrets = plain.get("secrets") if isinstance(plain, Mapping) else None
    bound = {}
    for name, parts in secrets.items() if isinstance(secrets, Mapping) else ():
        try:
            bound[name] = _binding(name, parts if isinstance(parts, Mapping) else {})
        except UsageError as error:
            return Bindings(
                path, problem=f"{path}: `{name}`: {error.reason}", next_step=error.next_step
            )
    return Bindings(path, bound)


def _binding(name: str, parts: Mapping[str, Plain]) -> Binding:
    given = [key for key in _PLACES if parts.get(key) is not None]
    if len(given) != 1:
        raise UsageError(
            "it says where the secret is not at all, or more than once",
            f"write exactly one of {', '.join(f'`{key}`' for key in _PLACES)}",
        )
    audience = parts.get("for") or ()
    listed = audience if isinstance(audience, (list, tuple)) else ()
    origins = tuple(parse_origin(str(one)).text for one in listed)
    return Binding(name, _place(parts), origins)


def _place(parts: Mapping[str, Plain]) -> Place:
    match parts:
        case {"keyring": {"service": str() as service, "user": str() as user}}:
            return KeyringItem(service, user)
        case {"vault": str() as name}:
            return VaultName(name)
        case {"env": str() as variable}:
            return Variable(variable)
        case {"command": [*argv]}:
            return Command(tuple(map(str, argv)))
        case _:
            raise UsageError("it says where the secret is in a way that is not understood")
