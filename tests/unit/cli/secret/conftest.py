"""A keyring in memory, a person who types, and a look at everything for a value that got out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.cli import (
    secret_asking,
    secret_audience,
    secret_bundles,
    secret_giving,
    secret_migrating,
    secret_moving,
    secret_names,
    secret_showing,
)
from support.command_line import CommandLine
from support.fake_secrets import FakeSecrets, MortalStore, files_with, found_in
from support.secret_line import CANARY, OTHER, Person, SecretLine

ASKING = (
    secret_audience,
    secret_bundles,
    secret_giving,
    secret_migrating,
    secret_moving,
    secret_showing,
)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> FakeSecrets:
    made = FakeSecrets()
    monkeypatch.setattr(secret_names, "secrets_of", made)
    return made


@pytest.fixture
def keyring(fakes: FakeSecrets) -> MortalStore:
    assert isinstance(fakes.keyring, MortalStore)
    return fakes.keyring


@pytest.fixture
def vault(fakes: FakeSecrets) -> MortalStore:
    fakes.vault = MortalStore("Fake Vault")
    return fakes.vault


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody at the terminal. Without this fixture there is nobody."""
    one = Person()
    for module in ASKING:
        monkeypatch.setattr(module, "asker", lambda: one)
    monkeypatch.setattr(secret_asking, "hidden_asker", lambda: one)
    return one


@pytest.fixture
def secret(fakes: FakeSecrets, project: Path, tmp_path: Path) -> Iterator[SecretLine]:
    """The command; afterwards no value is in what it said, nor in any file that it left."""
    line = SecretLine(CommandLine(), tmp_path / "home", project)
    yield line
    for value in (CANARY, OTHER):
        if not line.may_say:
            assert not any(found_in(value, text.encode()) for text in line.said)
        assert files_with(value, tmp_path) == []


@pytest.fixture
def kept(secret: SecretLine, keyring: MortalStore) -> MortalStore:
    """A keyring that has the canary as `orders/image`, for one origin."""
    ran = secret("set", "orders/image", "--stdin", "--for", "tls://h:1", given=CANARY)
    assert ran.status == 0
    assert keyring.value("orders/image") == CANARY
    return keyring


NAMING = """\
stui: 1
name: orders
connections:
  image: {kind: socket, url: 'tls://h:1', credential: keyring:orders/image}
  other: {kind: socket, url: 'tls://h:2', credential: keyring:orders/image}
  again: {kind: socket, url: 'tls://h:1', credential: keyring:orders/image}
"""


@pytest.fixture
def naming(project: Path) -> Path:
    """A workspace file whose connections name the secret."""
    path = project / ".stui-workspace.yaml"
    path.write_text(NAMING)
    return path
