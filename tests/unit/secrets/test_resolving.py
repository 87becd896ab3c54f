"""The order in which places are asked for a secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stui_workspace.errors import SecretError
from stui_workspace.model.references import Kept, Reference
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.resolving import Secrets
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Locked, Missing, TimedOut, Unavailable
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.locations import Locations
from support.fake_secrets import FakeSecrets, MortalStore

KEYRING = Reference(Kept.KEYRING, "orders/image")
VAULT = Reference(Kept.VAULT, "orders/image")
HERE = "tcp://localhost:5555"


def store_with(value: str, *audience: str) -> MortalStore:
    return MortalStore(kept={KEYRING.name: Envelope(Secret(value), audience, 5.0).sealed()})


@dataclass
class Desk:
    """A person's machine."""

    home: Path
    fakes: FakeSecrets = field(default_factory=FakeSecrets)
    environ: dict[str, str] = field(default_factory=dict)

    def bind(self, text: str) -> None:
        folder = self.home / "config"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "credentials.yaml"
        path.write_text(f"secrets: {{orders/image: {text}}}\n", encoding="utf-8")
        path.chmod(0o600)

    @property
    def secrets(self) -> Secrets:
        locations = Locations.find({"STUI_HOME": str(self.home)})
        return self.fakes(locations, self.environ, RealFileSystem())

    def value(self, reference: Reference = KEYRING) -> tuple[str, tuple[str, ...] | None]:
        found = self.secrets.get(reference)
        return found.secret.reveal(), found.audience

    def states(self, reference: Reference = KEYRING) -> list[str]:
        return [step.state for step in self.secrets.trail(reference)]

    def refusal(self, reference: Reference = KEYRING) -> tuple[str, str | None]:
        with pytest.raises(SecretError) as caught:
            self.secrets.get(reference)
        return caught.value.reason, caught.value.next_step


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_store_that_is_named_has_it(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring", HERE)
    desk.fakes.vault = store_with("of the vault")
    assert desk.value() == ("of the keyring", (HERE,))
    assert desk.value(VAULT) == ("of the vault", ())
    assert desk.states() == ["not there", "not there", "used"]


def test_a_binding_comes_before_the_store(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring", HERE)
    desk.environ = {"MINE": "of the variable"}
    desk.bind(f"{{env: MINE, for: [{HERE}]}}")
    assert desk.value() == ("of the variable", (HERE,))
    assert desk.states() == ["not there", "used", "not asked"]
    assert desk.fakes.opened_count == 0


def test_a_variable_of_the_name_comes_before_all(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring", HERE)
    desk.bind("{env: MINE}")
    desk.environ = {"STUI_SECRET_ORDERS_IMAGE": "of the run", "MINE": "bound"}
    assert desk.value() == ("of the run", None)
    assert desk.states() == ["used", "not asked", "not asked"]


def test_a_variable_can_say_whom_it_is_for(desk: Desk) -> None:
    desk.environ = {
        "STUI_SECRET_ORDERS_IMAGE": "a",
        "STUI_SECRET_ORDERS_IMAGE_FOR": f"{HERE}, https://hub.example.com",
    }
    assert desk.value() == ("a", (HERE, "https://hub.example.com:443"))


@pytest.mark.parametrize("audience", ["nowhere", "tcp://me@localhost:1"])
def test_a_variable_for_nobody_that_can_be_named_is_refused(desk: Desk, audience: str) -> None:
    desk.environ = {
        "STUI_SECRET_ORDERS_IMAGE": "hunter2",
        "STUI_SECRET_ORDERS_IMAGE_FOR": audience,
    }
    assert "STUI_SECRET_ORDERS_IMAGE_FOR" in desk.refusal()[0]


def test_an_empty_variable_is_a_mistake_and_no_way_round(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring")
    desk.environ = {"STUI_SECRET_ORDERS_IMAGE": ""}
    assert "set to nothing" in desk.refusal()[0]


def test_a_binding_that_finds_nothing_is_no_way_to_the_store(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring", HERE)
    desk.bind("{env: MINE}")
    assert desk.refusal()[0] == "it is not there"


def test_bindings_that_cannot_be_trusted_stop_the_search(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring", HERE)
    desk.bind("{env: MINE}")
    (desk.home / "config" / "credentials.yaml").chmod(0o666)
    reason, step = desk.refusal()
    assert "others may write" in reason
    assert "chmod" in (step or "")
    assert "unavailable" in desk.states()


def test_a_bound_name_in_the_vault_goes_to_both_audiences_at_most(desk: Desk) -> None:
    desk.fakes.vault = store_with("of the vault", HERE, "tls://a:1")
    desk.bind(f"{{vault: orders/image, for: [{HERE}, 'tls://b:1']}}")
    assert desk.value() == ("of the vault", (HERE,))
    desk.bind("{vault: orders/image}")
    assert desk.value() == ("of the vault", (HERE, "tls://a:1"))


def test_an_item_of_another_program_is_for_whom_the_binding_says(desk: Desk) -> None:
    desk.fakes.read_item = lambda item: Secret(f"{item.service} of {item.user}")
    desk.bind(f"{{keyring: {{service: cli, user: ana}}, for: [{HERE}]}}")
    assert desk.value() == ("cli of ana", (HERE,))


NO_KEYRING = Unavailable("no session bus")


def test_where_there_is_no_keyring_the_vault_stands_in_and_says_so(desk: Desk) -> None:
    desk.fakes.keyring = NO_KEYRING
    desk.fakes.vault = store_with("of the vault", HERE)
    assert desk.value() == ("of the vault", (HERE,))
    notes = [step.note or "" for step in desk.secrets.trail(KEYRING)]
    assert any("stands in for it: this machine has none" in note for note in notes)
    assert desk.secrets.kept_by(KEYRING) is Kept.VAULT


def test_where_there_is_neither_it_says_how_to_get_one(desk: Desk) -> None:
    desk.fakes.keyring = NO_KEYRING
    reason, step = desk.refusal()
    assert "no keyring here (no session bus), and no vault yet" in reason
    assert "`stui vault init`" in (step or "")
    with pytest.raises(SecretError, match="no vault yet"):
        desk.secrets.store_for(KEYRING)


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Locked(), "it is locked"),
        (TimedOut(5.0), "the keyring did not answer within 5 s"),
        (Unavailable("the bus is gone"), "the bus is gone"),
    ],
)
def test_a_keyring_that_fails_is_never_stood_in_for(
    desk: Desk, trouble: Locked | TimedOut | Unavailable, expected: str
) -> None:
    desk.fakes.keyring = MortalStore(trouble=trouble)
    desk.fakes.vault = store_with("of the vault", HERE)
    reason, step = desk.refusal()
    assert reason == expected
    assert step
    assert "used" not in desk.states()
    assert desk.secrets.kept_by(KEYRING) is Kept.KEYRING


def test_a_person_may_want_the_vault_for_all(desk: Desk) -> None:
    desk.fakes.keyring = store_with("of the keyring")
    desk.fakes.vault = store_with("of the vault", HERE)
    desk.fakes.prefers = "vault"
    assert desk.value() == ("of the vault", (HERE,))


def test_a_person_may_want_the_keyring_and_nothing_else(desk: Desk) -> None:
    desk.fakes.keyring = NO_KEYRING
    desk.fakes.vault = store_with("of the vault", HERE)
    desk.fakes.prefers = "keyring"
    assert desk.refusal()[0] == "no session bus"


def test_nothing_is_opened_before_it_is_needed(desk: Desk) -> None:
    _ = desk.secrets
    assert desk.fakes.opened_count == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda desk: setattr(desk.fakes, "keyring", MortalStore(trouble=Unavailable("gone"))),
        lambda desk: setattr(desk.fakes, "keyring", MortalStore()),
        lambda desk: desk.bind("{command: [nothing]}"),
    ],
)
def test_every_refusal_has_a_next_step(desk: Desk, make: Callable[[Desk], None]) -> None:
    make(desk)
    assert desk.refusal()[1]


def test_what_is_missing_names_the_command_that_stores_it(desk: Desk) -> None:
    desk.fakes.keyring = MortalStore()
    assert isinstance(desk.fakes.keyring.get("orders/image"), Missing)
    assert desk.refusal() == (
        "it is not there",
        "`stui secret set keyring:orders/image` stores it",
    )
