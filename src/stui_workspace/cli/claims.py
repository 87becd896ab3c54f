"""What the connections of a workspace ask for on this machine, and whether they may have it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stui_workspace.document import dump_fragment
from stui_workspace.errors import NotFoundError
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.values import Absent, Plain
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.consent import grants_file
from stui_workspace.runtime.loading import Loaded
from stui_workspace.runtime.services import Services
from stui_workspace.trust import (
    Allow,
    Claim,
    Deny,
    Difference,
    GrantStore,
    authorize,
    claim_of,
)

_VALUE = 120  # code points


@dataclass(frozen=True, slots=True)
class Asked:
    """One connection, what it asks for, and the answer that it would get now."""

    claim: Claim
    answer: Allow | Deny

    @property
    def name(self) -> str:
        return self.claim.connection

    @property
    def label(self) -> str:
        """The name, safe to show."""
        return printable_line(self.name)

    @property
    def is_allowed(self) -> bool:
        return isinstance(self.answer, Allow)

    @property
    def is_final(self) -> bool:
        """Whether no consent can change the answer."""
        return isinstance(self.answer, Deny) and self.answer.final

    @property
    def powers(self) -> tuple[str, ...]:
        return tuple(power.text for power in self.claim.powers)

    @property
    def refusals(self) -> tuple[str, ...]:
        return self.claim.refusals

    @property
    def state(self) -> str:
        """Where consent stands, in a few words."""
        if isinstance(self.answer, Allow):
            return "approved" if self.claim.powers else "needs no approval"
        if self.answer.final:
            return "refused"
        return "changed since it was approved" if self.answer.changed else "not approved"

    @property
    def lines(self) -> tuple[str, ...]:
        """All that a person should know before they agree, one line each."""
        changed = self.answer.changed if isinstance(self.answer, Deny) else ()
        refused = (f"cannot be approved: {one}" for one in self.refusals)
        return (*self.powers, *map(_changed, changed), *refused)


def question_of(asked: Asked) -> str:
    """The question to put to a person, with all that they should know."""
    lines = "".join(f"  {line}\n" for line in asked.lines)
    file = printable_line(asked.claim.file, 1000)
    return f"Connection `{asked.label}` of {file}\n{lines}Approve it?"


def store_of(root: Path, services: Services) -> GrantStore:
    """Where the grants of the project at `root` are."""
    return GrantStore(services.locations.workspace(root), services.fs)


def asked_of(loaded: Loaded, services: Services) -> tuple[Asked, ...]:
    """Every connection of the workspace with its answer, in the order of the file."""
    return tuple(asked_for(loaded, services, one) for one in loaded.workspace.connections.values())


def asked_for(loaded: Loaded, services: Services, spec: ConnectionSpec) -> Asked:
    """One connection with its answer."""
    project = loaded.project
    claim = claim_of(
        grants_file(project),
        project.root,
        spec,
        loaded.workspace.snippets,
        search_path=services.search_path,
    )
    return Asked(claim, authorize(claim, store_of(project.root, services).load()))


def named(asked: tuple[Asked, ...], name: str) -> Asked:
    """The connection of that name.

    Raises:
        NotFoundError: There is none.
    """
    for one in asked:
        if one.name == name:
            return one
    raise NotFoundError("connection", name, listed(tuple(one.name for one in asked)))


def listed(names: tuple[str, ...]) -> str:
    """The connections that there are, as a next step."""
    if not names:
        return "the workspace has no connections"
    return f"there is {', '.join(f'`{printable_line(name)}`' for name in names)}"


def _changed(difference: Difference) -> str:
    path = format_key_path(difference.path)
    return printable_line(
        f"changed: {path} was {_value(difference.old)}, is {_value(difference.new)}", 4 * _VALUE
    )


def _value(value: Plain | Absent) -> str:
    if isinstance(value, Absent):
        return "not there"
    return printable_line(dump_fragment(value), _VALUE)
