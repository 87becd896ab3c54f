"""A secret is looked up only for who may have it, and told only to whom it is meant for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from stui_workspace.errors import SecretError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.credentials import Wallet
from stui_workspace.runtime.services import Services
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.redacting import TAKEN_OUT
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Locked
from stui_workspace.trust import Allow, Claim, GrantStore, authorize, claim_of
from support.fake_secrets import FakeSecrets, MortalStore

HERE = "tcp://localhost:5555"
VALUE = "hunter2-canary"
SPEC = ConnectionSpec("image", "stui", url=HERE, credential="keyring:orders/image")


@dataclass
class Desk:
    """A project with a connection that wants a secret, and the store that has it."""

    root: Path
    store: MortalStore = field(default_factory=MortalStore)

    def __post_init__(self) -> None:
        self.environ = {"STUI_HOME": str(self.root / "home")}
        self.real = Services.real(self.environ)
        fakes = FakeSecrets(self.store)
        self.services = replace(
            self.real,
            open_secrets=lambda services: fakes(services.locations, services.environ, services.fs),
        )
        self.grants = GrantStore(self.services.locations.workspace(self.root))
        self.file = self.root / ".stui-workspace.yaml"

    def keep(self, *audience: str) -> None:
        self.store.kept["orders/image"] = Envelope(Secret(VALUE), audience).sealed()

    def claim(self, spec: ConnectionSpec) -> Claim:
        return claim_of(self.file, self.root, spec, {}, search_path="")

    def allowed(self, spec: ConnectionSpec = SPEC) -> Allow:
        """The connection, approved."""
        claim = self.claim(spec)
        self.grants.grant(claim, 1.0)
        answer = authorize(claim, self.grants.load())
        assert isinstance(answer, Allow)
        return answer

    def asked_for(self, allowed: Allow) -> Callable[[], str | None]:
        return Wallet(self.root, self.services).secret_for(allowed)

    def refused(self, allowed: Allow) -> SecretError:
        with pytest.raises(SecretError) as caught:
            self.asked_for(allowed)()
        assert VALUE not in f"{caught.value} {caught.value.next_step}"
        return caught.value


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    one = Desk(tmp_path)
    one.keep(HERE)
    return one


def test_who_was_approved_gets_what_is_for_them(desk: Desk) -> None:
    assert desk.asked_for(desk.allowed())() == VALUE
    assert desk.services.redactor.redact(f"a{VALUE}b") == f"a{TAKEN_OUT}b"


def test_a_connection_without_a_credential_has_no_secret(desk: Desk) -> None:
    assert desk.asked_for(desk.allowed(replace(SPEC, credential=None)))() is None
    assert desk.store.asked == []


def test_nothing_is_looked_up_before_it_is_asked_for(desk: Desk) -> None:
    desk.asked_for(desk.allowed())
    assert desk.store.asked == []


@pytest.mark.parametrize(
    "spec",
    [
        replace(SPEC, url="tcp://localhost:5556"),
        replace(SPEC, url="tcp://127.0.0.1:5555"),
        replace(SPEC, url="lines://localhost:5555"),
        replace(SPEC, url="tls://localhost:5555"),
        replace(SPEC, url="unix:run/image.sock"),
    ],
)
def test_somebody_else_does_not_get_it_although_they_were_approved(
    desk: Desk, spec: ConnectionSpec
) -> None:
    error = desk.refused(desk.allowed(spec))
    assert "is not for" in error.reason
    assert "stui secret allow orders/image" in (error.next_step or "")


def test_a_secret_for_nobody_goes_to_nobody(desk: Desk) -> None:
    desk.keep()
    assert "is not for" in desk.refused(desk.allowed()).reason


def test_where_others_could_read_it_it_is_not_even_looked_up(desk: Desk) -> None:
    clear = replace(SPEC, kind="socket", url="tcp://hub.example.com:8888")
    desk.keep("tcp://hub.example.com:8888")
    assert "others could read" in desk.refused(desk.allowed(clear)).reason
    assert desk.store.asked == []


def test_who_has_no_address_gets_none(desk: Desk) -> None:
    local = replace(SPEC, kind="pty", url=None, command=("/bin/sh",))
    assert "has none" in desk.refused(desk.allowed(local)).reason
    assert desk.store.asked == []


def test_what_was_revoked_since_gets_none(desk: Desk) -> None:
    allowed = desk.allowed()
    desk.grants.revoke(desk.file)
    assert "nobody has approved" in desk.refused(allowed).reason
    assert desk.store.asked == []


def test_what_was_never_judged_gets_none(desk: Desk) -> None:
    assert desk.refused(replace(desk.allowed(), claim=None)).reason == "it was not approved"
    assert desk.store.asked == []


def test_the_name_of_another_secret_gets_none(desk: Desk) -> None:
    """What was judged is what counts, and not what stands in the spec by now."""
    allowed = desk.allowed()
    other = replace(allowed, spec=replace(allowed.spec, credential="keyring:somebody/elses"))
    assert "was not approved for the secret" in desk.refused(other).reason
    assert desk.store.asked == []


def test_a_variable_that_names_nobody_goes_where_it_was_approved(desk: Desk) -> None:
    services = replace(desk.services, environ={**desk.environ, "STUI_SECRET_ORDERS_IMAGE": VALUE})
    assert Wallet(desk.root, services).secret_for(desk.allowed())() == VALUE
    assert desk.store.asked == []


def test_a_locked_store_says_so(desk: Desk) -> None:
    desk.store.trouble = Locked()
    error = desk.refused(desk.allowed())
    assert (error.reason, bool(error.next_step)) == ("it is locked", True)
