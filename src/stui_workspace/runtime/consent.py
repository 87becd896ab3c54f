"""What the session asks of trust: what a connection claims, whether it may, and recording a yes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from stui_workspace.model.workspace import ConnectionSpec, SnippetSpec
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import FILE_NAMES, Project
from stui_workspace.trust import (
    Allow,
    Claim,
    Deny,
    GrantStore,
    authorize,
    claim_of,
    is_agreed,
    sessions_beside,
)

Snippets = Callable[[], Mapping[str, SnippetSpec]]
"""Those of the workspace as it is now."""


class Consent:
    """The grants of one workspace on this machine."""

    def __init__(self, project: Project, services: Services, snippets: Snippets) -> None:
        self._root = project.root
        self._file = grants_file(project)
        self._services = services
        self._snippets = snippets
        self._store = GrantStore(services.locations.workspace(project.root), services.fs)

    def claim(
        self, spec: ConnectionSpec, snippets: Mapping[str, SnippetSpec] | None = None
    ) -> Claim:
        """What a connection asks for, as it would be made now.

        Args:
            spec: Effective: overlay, environment and variables applied.
            snippets: None for those of the workspace as it is now.
        """
        return claim_of(
            self._file,
            self._root,
            spec,
            self._snippets() if snippets is None else snippets,
            search_path=self._services.search_path,
        )

    def authorize(self, spec: ConnectionSpec) -> Allow | Deny:
        """Whether the connection may be made; asked at each attempt, with the grants of now."""
        return self.judge(self.claim(spec))

    def judge(self, claim: Claim) -> Allow | Deny:
        """The same for a claim that was looked up before."""
        return authorize(claim, self._store.load())

    def approved_at(self, claim: Claim) -> float | None:
        """When the form that a claim would be compared with was approved; None for never.

        That is exactly this one where it was approved, else the last one of the connection.
        """
        own = self._store.load().of(claim.file, claim.connection)
        exact = [one for one in own if one.digest == claim.digest]
        return (exact or own)[-1].at if own else None

    def lets_sessions_out(self) -> bool:
        """Whether a person agreed that copies of sessions lie beside the file."""
        return is_agreed(sessions_beside(self._file), self._store.load())

    def path_of(self, claim: Claim) -> Path:
        """The file that is there once a claim was granted."""
        return self._store.path_of(claim)

    def grant(self, claim: Claim) -> None:
        """Keep a person's consent to what they were shown.

        Raises:
            UsageError: No consent can allow it.
            DiskError: It was not kept.
        """
        self._store.grant(claim, self._services.clock())


def grants_file(project: Project) -> Path:
    """The file that grants are bound to: the workspace file, or where it would be."""
    return project.file or project.root / FILE_NAMES[0]
