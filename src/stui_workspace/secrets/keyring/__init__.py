"""The keyring of the operating system: Secret Service, macOS Keychain, Windows credentials.

Nothing but these, each made by name: no plugin is searched for, no configuration of another
library read, and no variable of the environment chooses code. With a bus that is dead, a daemon
that hangs, or no keyring at all, what comes back is one of the outcomes of `secrets.store`.
"""

from stui_workspace.secrets.keyring.environment import hostile_variables, without_hostile
from stui_workspace.secrets.keyring.finding import find_store
from stui_workspace.secrets.keyring.guarded import KeyringStore, read_foreign

__all__ = ["KeyringStore", "find_store", "hostile_variables", "read_foreign", "without_hostile"]
