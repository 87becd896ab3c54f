"""Which connection a command is about, whether it may be made, and with what."""

from __future__ import annotations

from collections.abc import Callable
from os import urandom
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stui_workspace.cli.claims import asked_for
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError, ConsentError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.credentials import setting_of
from stui_workspace.runtime.consent import grants_file
from stui_workspace.runtime.loading import Loaded
from stui_workspace.runtime.services import Services
from stui_workspace.schema.leaks import without_user
from stui_workspace.trust import Allow, Deny, claim_of

if TYPE_CHECKING:
    from stui_workspace.connections.backend import Backend
    from stui_workspace.storage.project import Project


_ASKED_BY_TRUST: Final = "`stui trust` shows it and asks you"
_ASKED_BY_WORKBENCH: Final = "connect it in the workbench, which shows it and asks you"
"""Where a session alone has it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A connection that may be made."""

    spec: ConnectionSpec
    """As it was approved, or typed."""
    setting: Setting
    authorize: Callable[[], Allow | Deny]
    """Asks again whether it may be made."""

    def backend(self, services: Services) -> Backend:
        """The backend of one link to it.

        Raises:
            ConnectionLostError: There is none of its kind.
        """
        try:
            return services.backend(self.spec, self.setting)
        except UsageError as error:  # a kind that this version cannot connect to
            raise ConnectionLostError(self.spec.name, error.reason, error.next_step) from error


def is_address(word: str) -> bool:
    """Whether a word is an address, as in `tcp://host:5555`; no connection has such a name."""
    return ":" in word


def reach_of(spec: ConnectionSpec, loaded: Loaded, services: Services) -> Reach:
    """A connection of the workspace, or of a session of it, that a person has approved.

    Raises:
        UsageError: No consent can allow it.
        ConsentError: Consent is missing.
    """
    asked = asked_for(loaded, services, spec)
    if asked.is_final:
        raise UsageError(
            f"connection `{asked.label}` is refused: {'; '.join(asked.refusals)}",
            "change the workspace file",
        )
    if not isinstance(asked.answer, Allow):
        is_shared = spec.name in loaded.workspace.connections
        step = _ASKED_BY_TRUST if is_shared else _ASKED_BY_WORKBENCH
        raise ConsentError(spec.name, asked.powers, step)
    setting = _setting(asked.answer, loaded.project.root, services)
    approved = as_it_is_held(asked.answer.spec, setting)

    def authorize() -> Allow | Deny:
        answer = asked_for(loaded, services, spec).answer
        return replace(answer, spec=approved) if isinstance(answer, Allow) else answer

    return Reach(approved, setting, authorize)


def reach_typed(url: str, project: Project, services: Services) -> Reach:
    """What a person named by its address on the command line.

    Nobody is asked whether it may be made. Consent protects from what somebody else wrote into a
    file; whoever types an address, or a command after `pty:`, could reach or run it from their
    shell as well, and asking for what was just said teaches people to say yes. What consent could
    not allow is refused here, too, and an address has no place for a secret.

    Raises:
        UsageError: It is no address, or what it means is refused.
    """
    from stui_workspace.connections.spoken import spec_of_url

    spec = spec_of_url(url, printable_line(without_user(url), 100))
    claim = claim_of(grants_file(project), project.root, spec, {}, search_path=services.search_path)
    allowed = Allow(claim.spec, claim.sources, claim)
    if claim.refusals:
        reason = f"`{spec.name}` is refused: {'; '.join(claim.refusals)}"
        raise UsageError(reason, "write another address")
    setting = _setting(allowed, project.root, services)
    return Reach(claim.spec, setting, lambda: allowed)


def _setting(allowed: Allow, root: Path, services: Services) -> Setting:
    """What a backend is made with for a client that never comes back."""
    return setting_of(allowed, root, services, f"command-{urandom(4).hex()}")


def as_it_is_held(spec: ConnectionSpec, setting: Setting) -> ConnectionSpec:
    """The connection with `hold` only where its backend is being held already.

    A command that ends leaves nothing running: it goes to a held backend where there is one, and
    starts none that would stay.
    """
    if not spec.hold or setting.folder is None:
        return replace(spec, hold=False)
    from stui_workspace.connections.holding.holders import holder_at, record_path

    is_held = holder_at(record_path(setting.folder, setting.root, spec)) is not None
    return replace(spec, hold=is_held)
