"""`stui secret export` and `import`: all of it arrives, and none of it can be read on the way."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from stui_workspace.secrets.store import Locked
from support.fake_secrets import FakeSecrets, MortalStore
from support.secret_line import CANARY, OTHER, Person, SecretLine, make_bundles_quick

PHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_bundles_quick(monkeypatch)


@pytest.fixture
def bundle(secret: SecretLine, kept: MortalStore) -> Path:
    """What was exported of two secrets."""
    secret("set", "b", "--stdin", given=OTHER)
    ran = secret("export", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert (ran.status, ran.out) == (0, "")
    return secret.project / "stui-secrets.vault"


def opened(secret: SecretLine, bundle: Path, *extra: str) -> tuple[int, str]:
    ran = secret("import", str(bundle), "--passphrase-stdin", *extra, given=f"{PHRASE}\n")
    assert ran.out == ""
    return ran.status, ran.err


def test_there_and_back(secret: SecretLine, kept: MortalStore, bundle: Path) -> None:
    before = dict(kept.kept)
    kept.kept.clear()
    assert opened(secret, bundle) == (
        0,
        "stored `keyring:b`, for nobody yet\nstored `keyring:orders/image`, for tls://h:1\n",
    )
    assert kept.kept == before


def test_it_is_for_its_owner_only_and_leaves_nothing_behind(
    secret: SecretLine, kept: MortalStore, bundle: Path
) -> None:
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    opened(secret, bundle)
    assert sorted(path.name for path in secret.project.iterdir()) == [".hg", bundle.name]
    assert not [path for path in (secret.home / "state").iterdir() if "bundle" in path.name]


def test_into_the_vault(
    secret: SecretLine, kept: MortalStore, vault: MortalStore, bundle: Path
) -> None:
    assert opened(secret, bundle, "--vault")[0] == 0
    assert vault.value("orders/image") == CANARY


def test_only_what_is_named(secret: SecretLine, bundle: Path) -> None:
    ran = secret("export", "b", "--to", "one.vault", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert "1 secret in one.vault, encrypted\n" in ran.err


def test_a_file_that_is_there_stays(secret: SecretLine, bundle: Path) -> None:
    before = bundle.read_bytes()
    ran = secret("export", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert (ran.status, bundle.read_bytes()) == (2, before)
    assert secret("export", "--passphrase-stdin", "--force", given=f"{PHRASE}\n").status == 0
    assert bundle.read_bytes() != before


def test_one_that_cannot_be_read_exports_nothing(
    secret: SecretLine, kept: MortalStore, project: Path
) -> None:
    kept.trouble = Locked()
    assert secret("export", "--passphrase-stdin", given=f"{PHRASE}\n").status == 5
    assert not (project / "stui-secrets.vault").exists()


def test_one_that_is_gone_is_said(secret: SecretLine, kept: MortalStore) -> None:
    secret("set", "b", "--stdin", given=OTHER)
    del kept.kept["b"]
    ran = secret("export", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert ran.status == 1
    assert "warning: `keyring:b` is not there\n" in ran.err


def test_nothing_to_export(secret: SecretLine, keyring: MortalStore) -> None:
    assert secret("export", "--passphrase-stdin", given=f"{PHRASE}\n").status == 2


def test_one_name_in_both_stores(secret: SecretLine, kept: MortalStore, vault: MortalStore) -> None:
    secret("set", "vault:orders/image", "--stdin", given=OTHER)
    ran = secret("export", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert ran.status == 2
    ran = secret("export", "vault:orders/image", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert ran.status == 0


def test_the_wrong_passphrase(secret: SecretLine, kept: MortalStore, bundle: Path) -> None:
    ran = secret("import", str(bundle), "--passphrase-stdin", given="wrong horse\n")
    assert ran.status == 5
    assert PHRASE not in ran.err


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\0" * 100], ids=["empty", "text", "NULs"])
def test_what_is_no_bundle(
    secret: SecretLine, keyring: MortalStore, project: Path, content: bytes
) -> None:
    (project / "a").write_bytes(content)
    ran = secret("import", "a", "--passphrase-stdin", given=f"{PHRASE}\n")
    assert (ran.status, keyring.kept) == (5, {})
    assert secret("import", "nope", "--passphrase-stdin", given=f"{PHRASE}\n").status == 3


class TestWhatIsThere:
    def test_the_same_is_left(self, secret: SecretLine, kept: MortalStore, bundle: Path) -> None:
        puts = kept.asked.count("put b")
        assert opened(secret, bundle) == (
            0,
            "`keyring:b` is there, and the same\n`keyring:orders/image` is there, and the same\n",
        )
        assert kept.asked.count("put b") == puts

    def test_another_is_asked_about(
        self, secret: SecretLine, kept: MortalStore, bundle: Path, person: Person
    ) -> None:
        secret("set", "b", "--stdin", "--force", "--for", "tls://b:1", given=CANARY)
        person.answers = ["n"]
        assert opened(secret, bundle)[0] == 1
        assert person.questions == [
            "`keyring:b` is there, for tls://b:1. Replace it by the other, for nobody yet? [y/N] "
        ]
        assert kept.value("b") == CANARY
        person.answers = ["y"]
        assert opened(secret, bundle)[0] == 0
        assert (kept.value("b"), kept.audience("b")) == (OTHER, ())

    def test_nobody_to_ask(self, secret: SecretLine, kept: MortalStore, bundle: Path) -> None:
        secret("set", "b", "--stdin", "--force", given=CANARY)
        status, said = opened(secret, bundle)
        assert (status, kept.value("b")) == (1, CANARY)
        assert "warning: `keyring:b` is there with another value, and is left\n" in said
        assert opened(secret, bundle, "--force")[0] == 0
        assert kept.value("b") == OTHER

    def test_a_dry_run(self, secret: SecretLine, kept: MortalStore, bundle: Path) -> None:
        secret("set", "b", "--stdin", "--force", given=CANARY)
        del kept.kept["orders/image"]
        before = dict(kept.kept)
        assert opened(secret, bundle, "--dry-run") == (
            0,
            (
                "would replace `keyring:b`, for nobody yet\n"
                "would store `keyring:orders/image`, for tls://h:1\n"
            ),
        )
        assert kept.kept == before

    def test_one_that_cannot_be_read_is_not_written_over(
        self, secret: SecretLine, kept: MortalStore, bundle: Path
    ) -> None:
        before = dict(kept.kept)
        kept.trouble = Locked()
        assert opened(secret, bundle, "--force")[0] == 5
        assert kept.kept == before


def test_a_key_file_does_instead_of_a_passphrase(
    secret: SecretLine, kept: MortalStore, project: Path, fakes: FakeSecrets
) -> None:
    key = project / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    assert secret("export", "--key-file", "key").status == 0
    before = dict(kept.kept)
    kept.kept.clear()
    assert secret("import", "stui-secrets.vault", "--key-file", "key").status == 0
    assert kept.kept == before
    assert json.loads(secret("ls", "--json").out)[0]["for"] == ["tls://h:1"]
