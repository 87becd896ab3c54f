"""Variables that would choose a keyring, or replace its code."""

from __future__ import annotations

import pytest

from stui_workspace.secrets.keyring import hostile_variables, without_hostile
from stui_workspace.secrets.keyring.secret_service import SecretServiceItems

HOSTILE = [
    "PYTHON_KEYRING_BACKEND",
    "PYTHON_KEYRING_ANYTHING",
    "KEYRING_PROPERTY_GET_PASSWORD",
    "KEYRING_PROPERTY_",
    "X_KEYRING_PROPERTY_GET_PASSWORD",
    "KEYCHAIN_PATH",
    "python_keyring_backend",
]
HARMLESS = ["PATH", "KEYRING", "KEYRINGS", "GNOME_KEYRING_CONTROL", "DBUS_SESSION_BUS_ADDRESS"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_one_is_named_without_its_value_and_not_handed_on(name: str) -> None:
    environ = {"PATH": "/bin", name: "a value"}
    assert hostile_variables(environ) == (name,)
    assert without_hostile(environ) == {"PATH": "/bin"}


@pytest.mark.parametrize("name", HARMLESS)
def test_others_are_handed_on(name: str) -> None:
    assert hostile_variables({name: "a"}) == ()
    assert without_hostile({name: "a"}) == {name: "a"}


def test_a_keyring_does_not_show_the_environment() -> None:
    environ = {"STUI_SECRET_ORDERS": "the value"}
    assert "the value" not in repr(SecretServiceItems(environ))


def test_they_come_in_order() -> None:
    assert hostile_variables(dict.fromkeys(HOSTILE, "")) == tuple(sorted(HOSTILE))
