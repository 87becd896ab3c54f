"""The calls of Windows that the `keyring` library makes: its code for Windows runs anywhere.

The library is the real one. Error numbers are those of winerror.h.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from keyring.backends import Windows

NOT_FOUND = 1168
NO_SESSION = 1312
BAD_STUB = 1783
LARGEST = 2560


class CredentialError(Exception):
    """As pywintypes.error."""

    def __init__(self, winerror: int, funcname: str) -> None:
        super().__init__(winerror, funcname, "as Windows would say it")
        self.winerror = winerror
        self.funcname = funcname


@dataclass
class FakeCredentials:
    """As win32cred: credentials by target name, whose case does not matter."""

    CRED_TYPE_GENERIC: ClassVar = 1
    CRED_PERSIST_ENTERPRISE: ClassVar = 3
    kept: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    """What the next calls of a name fail with: `{"CredWrite": [5]}`; 0 lets one through."""
    garbles: bool = False
    """Whether what is written is kept short of its last character."""

    def CredRead(self, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803
        assert Type == self.CRED_TYPE_GENERIC
        self._fail("CredRead")
        found = self.kept.get(TargetName.lower())
        if found is None:
            raise CredentialError(NOT_FOUND, "CredRead")
        return dict(found)

    def CredWrite(self, Credential: dict[str, Any], Flags: int) -> None:  # noqa: N802, N803
        assert Flags == 0
        self._fail("CredWrite")
        text = Credential["CredentialBlob"]
        blob = (text[:-1] if self.garbles else text).encode("utf-16-le")
        if len(blob) > LARGEST:
            raise CredentialError(BAD_STUB, "CredWrite")
        kept = {**Credential, "CredentialBlob": blob}
        self.kept[Credential["TargetName"].lower()] = kept

    def CredDelete(self, Type: int, TargetName: str) -> None:  # noqa: N802, N803
        assert Type == self.CRED_TYPE_GENERIC
        self._fail("CredDelete")
        if self.kept.pop(TargetName.lower(), None) is None:
            raise CredentialError(NOT_FOUND, "CredDelete")

    def holds(self, text: str) -> bool:
        """Whether the text is in any credential."""
        blobs = [one["CredentialBlob"].decode("utf-16-le") for one in self.kept.values()]
        return any(text in blob for blob in blobs)

    def _fail(self, call: str) -> None:
        planned = self.numbers.get(call)
        number = planned.pop(0) if planned else 0
        if number:
            raise CredentialError(number, call)


def fake_credentials(monkeypatch: pytest.MonkeyPatch) -> FakeCredentials:
    """Credentials that the `keyring` library calls until the end of the test."""
    credentials = FakeCredentials()
    errors = SimpleNamespace(error=CredentialError)
    monkeypatch.setattr(Windows, "win32cred", credentials, raising=False)
    monkeypatch.setattr(Windows, "pywintypes", errors, raising=False)
    monkeypatch.setattr(Windows, "missing_deps", None)
    return credentials
