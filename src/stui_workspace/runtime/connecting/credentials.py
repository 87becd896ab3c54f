"""What backends are made with: where they keep things, and the secret that they may ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import SecretError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Reference, reference_of
from stui_workspace.runtime.services import Services
from stui_workspace.schema.origins import origin_of
from stui_workspace.trust import Allow, Claim, Deny, GrantStore, Use, authorize

if TYPE_CHECKING:
    from stui_workspace.secrets.envelope import Envelope
    from stui_workspace.secrets.resolving import Secrets


class Wallet:
    """The way of one session to its secrets: a secret is looked up only for who may have it.

    Blocks while it asks a store: for threads of its own, never for the event loop.
    """

    def __init__(self, root: Path, services: Services) -> None:
        self._root = root
        self._services = services
        self._grants = GrantStore(services.locations.workspace(root), services.fs)
        self._one_at_a_time = Lock()  # one prompt of a keyring, whoever asks
        self._secrets: Secrets | None = None

    def secret_for(self, allowed: Allow) -> Callable[[], str | None]:
        """What gives a backend its secret, asked anew each time with the grants of then.

        It returns None where the connection names no secret.

        Raises (when it is called):
            SecretError: It may not have it, or it cannot be had.
        """
        return lambda: self._revealed(allowed)

    def _revealed(self, allowed: Allow) -> str | None:
        credential = allowed.spec.credential
        if credential is None:
            return None
        reference = reference_of(credential)
        if reference is None or allowed.claim is None:
            raise SecretError(printable_line(credential, 80), "it was not approved")
        self._ask(allowed.claim, reference, None)  # whether there is one is told to nobody else
        with self._one_at_a_time:
            envelope = self._lookup(reference)
        self._ask(allowed.claim, reference, envelope.audience)
        self._services.redactor.remember(envelope.secret)
        return envelope.secret.reveal()

    def _ask(self, claim: Claim, reference: Reference, audience: tuple[str, ...] | None) -> None:
        """Return if the secret may be used so, by the grants of now.

        Raises:
            SecretError: It may not.
        """
        origin = origin_of(claim.spec.kind, claim.spec.url, claim.root)
        answer = authorize(claim, self._grants.load(), Use(reference, origin, audience))
        if isinstance(answer, Deny):
            error = SecretError(str(reference), answer.reason)
            error.next_step = "`stui trust` shows what is approved"
            if origin is not None and audience is not None and origin.is_private:
                error.next_step = f"`stui secret allow {reference.name} {origin}`, if it is to"
            raise error

    def _lookup(self, reference: Reference) -> Envelope:
        if self._secrets is None:
            self._secrets = self._services.secrets()
        return self._secrets.get(reference)


def setting_of(
    allowed: Allow, root: Path, services: Services, client: str, wallet: Wallet | None = None
) -> Setting:
    """What the backend of a connection of the project at `root` is made with.

    Args:
        allowed: The connection, as it was approved.
        root: The folder of the project.
        services: Where things are kept, and the environment.
        client: Who comes, within this workspace.
        wallet: The way to secrets, where a session has one.
    """
    folder = services.locations.workspace(root)
    return Setting(
        root,
        client=f"{folder.path.name}/{client}",
        environ=services.environ,
        folder=folder.backends,
        secret=(wallet or Wallet(root, services)).secret_for(allowed),
    )
