"""The name of a secret, its value, and what is stored of it."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.references import Kept, Reference, is_secret_name, reference_of
from stui_workspace.secrets.envelope import Envelope, opened
from stui_workspace.secrets.secret import Secret

VALUE = "hunter2-canary"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("keyring:orders/image", Reference(Kept.KEYRING, "orders/image")),
        ("vault:a", Reference(Kept.VAULT, "a")),
        ("keyring:a.b_c-d/0", Reference(Kept.KEYRING, "a.b_c-d/0")),
        ("keyring:" + "/".join(["a"] * 8), Reference(Kept.KEYRING, "/".join(["a"] * 8))),
    ],
)
def test_a_reference_is_a_place_and_a_name(text: str, expected: Reference) -> None:
    assert reference_of(text) == expected
    assert str(expected) == text
    assert is_secret_name(expected.name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "orders/image",
        "keyring:",
        "keyring:/a",
        "keyring:a/",
        "keyring:a//b",
        "keyring:../a",
        "keyring:a/..",
        "keyring:A",
        "keyring:é",
        "keyring:a b",
        "keyring:a\n",
        "keyring:٣",
        "KEYRING:a",
        "env:HOME",
        "cmd:id",
        "file:/etc/passwd",
        "keyring:" + "a" * 64,
        "keyring:" + "/".join(["a"] * 9),
        " keyring:a",
        "keyring:a\\b",
        "vault:vault:a",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert reference_of(text) is None


def test_a_variable_has_the_name_in_capitals() -> None:
    assert Reference(Kept.VAULT, "a.b/c-d_e").variable == "STUI_SECRET_A_B_C_D_E"


def test_a_value_does_not_show_itself() -> None:
    secret = Secret(VALUE)
    shown = f"{secret} {secret!r} {secret:>30} {[secret]} {Envelope(secret, ('tcp://h:1',))}"
    assert VALUE not in shown
    assert "Secret('***')" in shown
    assert secret.reveal() == VALUE


def test_a_value_cannot_be_carried_off() -> None:
    secret = Secret(VALUE)
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled or copied") as caught:
            carry(secret)
        assert VALUE not in str(caught.value)
    with pytest.raises(TypeError, match="unhashable"):
        hash(secret)


def test_values_are_compared_by_what_they_are() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret(VALUE + "x")
    assert Secret("\ud800") == Secret("\ud800")
    assert Secret(VALUE) != VALUE


@given(st.text(), st.lists(st.text(), max_size=4), st.floats(0, 1e10))
def test_what_is_sealed_is_opened(value: str, audience: list[str], changed: float) -> None:
    sealed = Envelope(Secret(value), tuple(audience), changed).sealed()
    assert sealed.isascii()
    assert "\n" not in sealed
    assert opened(sealed) == Envelope(Secret(value), tuple(audience), changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        VALUE,
        "null",
        "[]",
        "[" * 100_000,
        '{"stui-secret":2,"value":"a","for":[],"changed":0}',
        '{"stui-secret":1,"value":5,"for":[],"changed":0}',
        '{"stui-secret":1,"value":"a","for":[5],"changed":0}',
        '{"stui-secret":1,"value":"a","for":"tcp://h:1","changed":0}',
        '{"stui-secret":1,"value":"a","for":[],"changed":true}',
    ],
)
def test_what_is_no_envelope_is_not_opened(text: str) -> None:
    assert opened(text) is None


def test_an_audience_names_each_once() -> None:
    assert Envelope(Secret("a")).with_audience("b", "c", "b").audience == ("b", "c")
    assert json.loads(Envelope(Secret("a"), None).sealed())["for"] == []
