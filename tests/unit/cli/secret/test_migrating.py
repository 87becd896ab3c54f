"""`stui secret migrate`: out of the file, into a store, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.secrets.store import Locked
from stui_workspace.storage.generations.store import GenerationStore
from stui_workspace.storage.locations import Locations
from support.fake_secrets import MortalStore, files_with
from support.secret_line import CANARY, OTHER, Person, SecretLine

TOKEN = "ghp_" + "c4NaRy" * 6
WRITTEN = "c4nary%2BWert%3F"
"""As it stands in an address; it is `c4nary+Wert?`."""


@pytest.fixture
def write(project: Path) -> Path:
    return project / ".stui-workspace.yaml"


def pad(line: str) -> str:
    return f"stui: 1\nname: Orders\nbuffers:\n  pad:\n    source: |\n      {line}\n      b()\n"


def connection(parts: str) -> str:
    return f"stui: 1\nname: Orders\nconnections:\n  image: {{{parts}}}  # mine\n"


@pytest.mark.parametrize(
    "case",
    [
        (
            connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"),
            connection("kind: socket, url: 'tls://h:1', credential: 'keyring:orders/image'"),
            CANARY,
        ),
        (
            connection("kind: socket, url: 'tls://h:1', credential: 123456"),
            connection("kind: socket, url: 'tls://h:1', credential: 'keyring:orders/image'"),
            "123456",
        ),
        (
            connection(f"kind: socket, url: 'tls://ada:{WRITTEN}@h:1'"),
            connection("kind: socket, url: 'tls://h:1', credential: 'keyring:orders/image'"),
            "c4nary+Wert?",
        ),
        (
            connection(f"kind: jupyter, url: 'https://{WRITTEN}@h:1'"),
            connection("kind: jupyter, url: 'https://h:1', credential: 'keyring:orders/image'"),
            "c4nary+Wert?",
        ),
        (
            connection(f"kind: socket, password: '{CANARY}', url: 'tls://h:1'"),
            connection("kind: socket, credential: 'keyring:orders/image', url: 'tls://h:1'"),
            CANARY,
        ),
        (
            f"# {TOKEN}\nstui: 1\nname: Orders\n",
            "# keyring:orders/comment\nstui: 1\nname: Orders\n",
            TOKEN,
        ),
        (
            pad(f"a('{TOKEN}')"),
            pad("a('keyring:orders/source')"),
            TOKEN,
        ),
        (
            f"stui: 1\nname: Orders\nvars: {{token: '{CANARY}'}}\n",
            "stui: 1\nname: Orders\nvars: {token: 'keyring:orders/token'}\n",
            CANARY,
        ),
    ],
    ids=[
        "credential",
        "a number",
        "password in an address",
        "user alone in an address",
        "password of a connection",
        "comment",
        "source",
        "variable",
    ],
)
def test_only_that_place_changes(
    secret: SecretLine, keyring: MortalStore, write: Path, case: tuple[str, str, str]
) -> None:
    before, after, value = case
    write.write_text(before)
    ran = secret("migrate")
    assert (ran.status, ran.out) == (0, "")
    assert write.read_text() == after
    assert keyring.holds(value)
    assert value not in ran.err
    assert files_with(value, secret.home) == []


def test_no_older_version_of_the_file_is_kept(
    secret: SecretLine, keyring: MortalStore, write: Path
) -> None:
    write.write_text(connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"))
    assert secret("migrate").status == 0
    folder = Locations.find({"STUI_HOME": str(secret.home)}).workspace(write.parent)
    store = GenerationStore(folder)
    versions = [store.read(one.revision) for one in store.log()]
    assert versions == [write.read_bytes()]


def test_what_is_said(secret: SecretLine, keyring: MortalStore, write: Path) -> None:
    write.write_text(connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"))
    ran = secret("migrate", "--for", "tls://h:1")
    assert ran.err == (
        ".stui-workspace.yaml:4 connections.image.credential is `keyring:orders/image`\n"
        "warning: whoever saw the file has seen the secret: change it where it is used\n"
        "  = help: then `stui secret rotate keyring:orders/image`\n"
        "  = help: `git log --all --oneline -- .stui-workspace.yaml` lists the commits that may "
        "have it, if there are any\n"
    )
    assert keyring.audience("orders/image") == ("tls://h:1",)


def test_the_address_of_the_connection_is_offered(
    secret: SecretLine, keyring: MortalStore, write: Path, person: Person
) -> None:
    person.answers = ["y"]
    write.write_text(connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"))
    secret("migrate")
    assert person.questions == ["Connection `image` names it. May tls://h:1 get it? [y/N] "]
    assert keyring.audience("orders/image") == ("tls://h:1",)


def test_a_dry_run_hides_the_value_and_changes_nothing(
    secret: SecretLine, keyring: MortalStore, write: Path
) -> None:
    text = connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'")
    write.write_text(text)
    ran = secret("migrate", "--dry-run")
    assert ran.out == (
        "--- .stui-workspace.yaml\n+++ .stui-workspace.yaml\n@@ -1,4 +1,4 @@\n"
        " stui: 1\n name: Orders\n connections:\n"
        "-  image: {kind: socket, url: 'tls://h:1', credential: ***}  # mine\n"
        "+  image: {kind: socket, url: 'tls://h:1', credential: 'keyring:orders/image'}  # mine\n"
    )
    assert ran.err == (
        ".stui-workspace.yaml:4 connections.image.credential would be `keyring:orders/image`\n"
    )
    assert (write.read_text(), keyring.asked) == (text, [])
    write.unlink()


def test_a_file_without_secrets(secret: SecretLine, keyring: MortalStore, file: Path) -> None:
    before = file.read_bytes()
    ran = secret("migrate")
    assert ran.all == (0, "", "no secret was found in .stui-workspace.yaml\n")
    assert (file.read_bytes(), keyring.asked) == (before, [])


def test_one_value_in_two_places_has_one_name(
    secret: SecretLine, keyring: MortalStore, write: Path
) -> None:
    write.write_text(
        f"stui: 1\nconnections:\n  a: {{kind: socket, url: 'tls://h:1', credential: '{CANARY}'}}\n"
        f"  b: {{kind: socket, url: 'tls://h:2', credential: '{CANARY}'}}\n"
        f"  c: {{kind: socket, url: 'tls://h:3', credential: '{OTHER}'}}\n"
    )
    assert secret("migrate").status == 0
    assert sorted(keyring.kept) == ["project/a", "project/c"]
    assert write.read_text().count("keyring:project/a") == 2


def test_a_name_that_another_value_has_is_not_taken(
    secret: SecretLine, keyring: MortalStore, write: Path
) -> None:
    secret("set", "orders/image", "--stdin", given=OTHER)
    write.write_text(connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"))
    assert secret("migrate").status == 0
    assert keyring.value("orders/image") == OTHER
    assert keyring.value("orders/image-2") == CANARY
    assert "keyring:orders/image-2" in write.read_text()


class TestNames:
    def test_one_that_is_chosen(
        self, secret: SecretLine, keyring: MortalStore, write: Path
    ) -> None:
        write.write_text(connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"))
        assert secret("migrate", "--name", "mine").status == 0
        assert keyring.value("mine") == CANARY

    def test_one_that_is_taken(self, secret: SecretLine, keyring: MortalStore, write: Path) -> None:
        secret("set", "mine", "--stdin", given=OTHER)
        text = connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'")
        write.write_text(text)
        assert secret("migrate", "--name", "mine").status == 2
        assert (write.read_text(), keyring.value("mine")) == (text, OTHER)
        write.unlink()

    def test_one_for_two_secrets(
        self, secret: SecretLine, keyring: MortalStore, write: Path
    ) -> None:
        text = connection(f"kind: socket, credential: '{CANARY}'") + f"# {TOKEN}\n"
        write.write_text(text)
        assert secret("migrate", "--name", "mine").status == 2
        assert (write.read_text(), keyring.kept) == (text, {})
        write.unlink()

    def test_the_vault_by_choice(
        self, secret: SecretLine, keyring: MortalStore, vault: MortalStore, write: Path
    ) -> None:
        write.write_text(connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'"))
        assert secret("migrate", "--vault").status == 0
        assert (vault.value("orders/image"), keyring.kept) == (CANARY, {})
        assert "vault:orders/image" in write.read_text()

    @pytest.mark.parametrize("name", ["", "Ünï cödé!", "..", "x" * 200, "-"])
    def test_any_workspace_has_a_name_for_its_secrets(
        self, secret: SecretLine, keyring: MortalStore, write: Path, name: str
    ) -> None:
        write.write_text(
            f"stui: 1\nname: '{name}'\nconnections:\n  '{name or 'x'}!': "
            f"{{kind: socket, url: 'tls://h:1', credential: '{CANARY}'}}\n"
        )
        assert secret("migrate").status == 0
        assert keyring.holds(CANARY)


class TestWhatIsLeft:
    def test_a_credential_that_is_no_text(
        self, secret: SecretLine, keyring: MortalStore, write: Path
    ) -> None:
        text = connection("kind: socket, url: 'tls://h:1', credential: {a: b}")
        write.write_text(text)
        ran = secret("migrate")
        assert (ran.status, write.read_text()) == (1, text)
        assert (
            "warning: a secret is left in `connections.image.credential` of "
            ".stui-workspace.yaml: move it by hand\n"
        ) in ran.err

    def test_a_second_secret_of_a_connection_is_kept_and_said(
        self, secret: SecretLine, keyring: MortalStore, write: Path
    ) -> None:
        write.write_text(
            connection(f"kind: socket, url: 'tls://u:{WRITTEN}@h:1', credential: keyring:x")
        )
        ran = secret("migrate")
        assert write.read_text() == connection(
            "kind: socket, url: 'tls://h:1', credential: keyring:x"
        )
        assert keyring.value("orders/image") == "c4nary+Wert?"
        assert "warning: the connection names another credential already" in ran.err

    def test_a_password_beside_a_credential_leaves_it_alone(
        self, secret: SecretLine, keyring: MortalStore, write: Path
    ) -> None:
        write.write_text(connection(f"kind: socket, credential: keyring:x, password: '{CANARY}'"))
        assert secret("migrate").status == 0
        assert write.read_text() == connection("kind: socket, credential: keyring:x")
        assert keyring.value("orders/image") == CANARY

    def test_the_value_elsewhere_is_said(
        self, secret: SecretLine, keyring: MortalStore, write: Path
    ) -> None:
        write.write_text(
            connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'")
            + f"description: 'it is {CANARY}'\n"
        )
        ran = secret("migrate")
        assert (
            "warning: .stui-workspace.yaml:5 has one of the values, too: remove it by hand\n"
        ) in ran.err
        write.unlink()


def test_a_store_that_cannot_have_it_leaves_the_file(
    secret: SecretLine, keyring: MortalStore, write: Path
) -> None:
    text = connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'")
    write.write_text(text)
    keyring.trouble = Locked()
    assert (secret("migrate").status, write.read_text()) == (5, text)
    keyring.trouble = None
    keyring.loses_what_it_gets = True
    assert (secret("migrate").status, write.read_text()) == (5, text)
    write.unlink()


def test_a_file_that_changes_meanwhile_is_not_written_over(
    secret: SecretLine,
    keyring: MortalStore,
    write: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = connection(f"kind: socket, url: 'tls://h:1', credential: '{CANARY}'")
    write.write_text(text)
    put = keyring.put

    def edited(name: str, envelope: object) -> object:
        write.write_text(text + "# edited\n")
        return put(name, envelope)  # type: ignore[arg-type]

    monkeypatch.setattr(keyring, "put", edited)
    ran = secret("migrate")
    assert (ran.status, write.read_text()) == (3, text + "# edited\n")
    assert "the secrets are stored; run it again for the file" in ran.err
    monkeypatch.undo()
    assert keyring.value("orders/image") == CANARY
    write.unlink()


def test_a_file_of_a_newer_format_is_left_alone(
    secret: SecretLine, keyring: MortalStore, write: Path
) -> None:
    text = connection(f"kind: socket, credential: '{CANARY}'").replace("stui: 1", "stui: 99")
    write.write_text(text)
    assert (secret("migrate").status, write.read_text()) == (1, text)
    write.unlink()
