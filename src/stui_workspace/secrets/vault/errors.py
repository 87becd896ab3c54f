"""What can be wrong with a vault, each kind with a name of its own.

* VaultError                   a `SecretError`: the vault cannot be used
  + NoVaultError               there is none
  + VaultExistsError           there is one already
  + WrongKeyError              the key opens none of its slots
  + TamperedError              it is not what was written
    - DamagedError             and that can be seen without any key
    - RefusedKdfError          it asks for a derivation that we do not do
  + RolledBackError            it is older than what this machine saw
    - ForkedError              it lacks what this machine saw, and has other news
  + NewerVaultError            it is of a format that this version does not know
  + VaultFullError             it would grow over its limits
  + VaultBusyError             others write to it without end

None of them carries a value, a passphrase or the name of a secret.
"""

from __future__ import annotations

from stui_workspace.errors import SecretError
from stui_workspace.model.records import dataclass

_RESTORE = "`stui vault restore` puts the last good copy back; `stui vault verify` says more"
_CHOOSE = (
    "`stui vault merge COPY` takes in what it lacks; `stui vault verify --accept` takes it as it is"
)


@dataclass(eq=False)
class VaultError(SecretError):
    """The vault cannot be used."""

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class NoVaultError(VaultError):
    """There is no vault."""

    next_step = "`stui vault init` makes one"


class VaultExistsError(VaultError):
    """There is a vault already, or something else of its name."""

    next_step = "move it away first, if it is not needed any more"


class WrongKeyError(VaultError):
    """The key is not one of this vault's. Nothing else is known to be wrong with it."""

    next_step = "try again; `stui vault slot ls` shows what opens it"


class TamperedError(VaultError):
    """It is not as it was written. `reason` names what is wrong."""

    next_step = _RESTORE


class DamagedError(TamperedError):
    """It is no vault, or not a whole one; that can be seen without its key."""


class RefusedKdfError(TamperedError):
    """A slot asks for a derivation that is too weak to accept, or too costly to try."""


class RolledBackError(VaultError):
    """It is an older state than the one that this machine saw last."""

    next_step = _CHOOSE


class ForkedError(RolledBackError):
    """It lacks what this machine saw last, and has what that lacked."""


class NewerVaultError(VaultError):
    """It is of a format that this version does not know."""

    next_step = "use a newer stui"


class VaultFullError(VaultError):
    """It would grow over a limit; nothing was changed."""

    next_step = "remove what is not needed any more"


class VaultBusyError(VaultError):
    """Others write to it, without end; nothing was changed."""

    next_step = "end the other stui, or wait for the folder to be synchronised"
