"""What the connections of a workspace ask for on this machine, and whether they may have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stui_workspace.errors import NotFoundError
from stui_workspace.model.printable import printable, printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.consent import grants_file
from stui_workspace.runtime.loading import Loaded
from stui_workspace.runtime.services import Services
from stui_workspace.trust import (
    Allow,
    Changed,
    Claim,
    Deny,
    Grant,
    GrantStore,
    authorize,
    changed_of,
    claim_of,
    differences,
)

_LINES = 40
"""So many of a snippet are shown."""
_LINE = 160  # code points


@dataclass(frozen=True, slots=True)
class Asked:
    """One connection, what it asks for, and the answer that it would get now."""

    claim: Claim
    answer: Allow | Deny
    grants: tuple[Grant, ...] = ()
    """What was approved of it, the oldest first."""

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
        return "changed since it was approved" if self.changed else "not approved"

    @property
    def changed(self) -> tuple[Changed, ...]:
        """What is other than in the form that was approved last; nothing where this one was."""
        if self.is_allowed or not self.grants:
            return ()
        return changed_of(differences(self.grants[-1].projection, self.claim.projection))

    @property
    def approved_at(self) -> float | None:
        """When this form was approved, or else the one that it is compared with."""
        exact = [one for one in self.grants if one.digest == self.claim.digest]
        found = exact or list(self.grants)
        return found[-1].at if found and self.claim.powers else None

    @property
    def lines(self) -> tuple[str, ...]:
        """All that a person should know before they agree, one line each."""
        changed = (one.text for one in self.changed)
        refused = (f"cannot be approved: {one}" for one in self.refusals)
        snippets = _snippet_lines(self.claim) if self.claim.powers else ()
        return (*self.powers, *snippets, *changed, *refused)


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
    grants = store_of(project.root, services).load()
    return Asked(claim, authorize(claim, grants), grants.of(claim.file, claim.connection))


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


def _snippet_lines(claim: Claim) -> Iterator[str]:
    """The text of what would be evaluated when it starts, as far as a person would read it."""
    for name, text in claim.sources.items():
        if text is None:
            yield f"there is no snippet `{printable_line(name, 80)}`"
            continue
        lines = printable(text.strip("\n")).expandtabs(4).split("\n")
        yield f"the snippet `{printable_line(name, 80)}` is:"
        yield from (f"  | {printable_line(line, _LINE)}" for line in lines[:_LINES])
        if len(lines) > _LINES:
            yield f"  and {len(lines) - _LINES} more lines"
