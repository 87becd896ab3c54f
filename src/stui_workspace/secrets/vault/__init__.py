"""The vault: one encrypted file of secrets, for machines without a keyring, or by choice.

docs/reference/vault-format.md says how it is written; nothing here needs the cryptography before a
key is used.
"""

from stui_workspace.secrets.vault.errors import (
    DamagedError,
    ForkedError,
    NewerVaultError,
    NoVaultError,
    RefusedKdfError,
    RolledBackError,
    TamperedError,
    VaultBusyError,
    VaultError,
    VaultExistsError,
    VaultFullError,
    WrongKeyError,
)
from stui_workspace.secrets.vault.kdf import (
    BOUNDS,
    STANDARD,
    Argon2id,
    Bounds,
    Kdf,
    Scrypt,
    calibrated,
)
from stui_workspace.secrets.vault.keys import (
    KEY_BYTES,
    DataKey,
    Key,
    NewKey,
    Passphrase,
    RawKey,
    SlotKind,
)
from stui_workspace.secrets.vault.opening import create, look, merge_copies, restore, unlock, verify
from stui_workspace.secrets.vault.places import Tools, VaultPlace, vault_path
from stui_workspace.secrets.vault.reports import (
    Conflict,
    CopyReport,
    Look,
    MergeReport,
    Outcome,
    RekeyReport,
    Report,
    SlotLook,
)
from stui_workspace.secrets.vault.store import VaultStore
from stui_workspace.secrets.vault.vault import Vault

__all__ = [
    "BOUNDS",
    "KEY_BYTES",
    "STANDARD",
    "Argon2id",
    "Bounds",
    "Conflict",
    "CopyReport",
    "DamagedError",
    "DataKey",
    "ForkedError",
    "Kdf",
    "Key",
    "Look",
    "MergeReport",
    "NewKey",
    "NewerVaultError",
    "NoVaultError",
    "Outcome",
    "Passphrase",
    "RawKey",
    "RefusedKdfError",
    "RekeyReport",
    "Report",
    "RolledBackError",
    "Scrypt",
    "SlotKind",
    "SlotLook",
    "TamperedError",
    "Tools",
    "Vault",
    "VaultBusyError",
    "VaultError",
    "VaultExistsError",
    "VaultFullError",
    "VaultPlace",
    "VaultStore",
    "WrongKeyError",
    "calibrated",
    "create",
    "look",
    "merge_copies",
    "restore",
    "unlock",
    "vault_path",
    "verify",
]
