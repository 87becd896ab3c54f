"""The projection: everything but looks, in one form, and what differs between two of them."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from math import inf

import pytest

from stui_workspace.model.values import ABSENT, Plain
from stui_workspace.model.workspace import ConnectionSpec, Reconnect
from stui_workspace.trust.projection import (
    INERT,
    Difference,
    canonical,
    differences,
    digest_of,
    projection_of,
)

SPEC = ConnectionSpec("py", "python")


def test_every_key_counts_but_the_name_and_what_is_listed() -> None:
    """A key that is new in the model counts until somebody decides that it is only looks."""
    names = {one.name for one in fields(ConnectionSpec)}
    assert projection_of(SPEC).keys() == names - INERT - {"name"} | {"snippets"}
    assert {"title", "color", "notes"} == INERT <= names


def test_what_unknown_keys_say_counts() -> None:
    said: list[dict[str, Plain]] = [
        {},
        {"foo": 1},
        {"foo": True},
        {"snippets": {}},
        {"tls": {"verify": False}},
        {"tls": {"verify": [False]}},
    ]
    assert len({digest_of(projection_of(replace(SPEC, other=other))) for other in said}) == 6


def test_the_text_of_the_set_up_counts() -> None:
    spec = replace(SPEC, setup=("load",))
    digests = {digest_of(projection_of(spec, {"load": text})) for text in ("one", "two", None)}
    assert len(digests) == 3


def test_it_is_plain_json() -> None:
    spec = replace(SPEC, reconnect=Reconnect(give_up=inf), env={"A": "1"}, command=("a", "b"))
    plain = projection_of(spec)
    assert json.loads(canonical(plain)) == plain
    assert plain["reconnect"] == {"base": 0.5, "cap": 30.0, "jitter": "full", "give_up": "never"}


def test_the_canonical_form_is_fixed() -> None:
    """Another form would take back every consent that was ever given."""
    plain: dict[str, Plain] = {"b": [1, 1.5, True, None, "é\ud800\n"], "a": {"z": "", "y": {}}}
    assert canonical(plain) == (rb'{"a":{"y":{},"z":""},"b":[1,1.5,true,null,"\u00e9\ud800\n"]}')
    assert digest_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_what_looks_alike_in_python_is_not_the_same() -> None:
    assert len({digest_of({"hold": value}) for value in (1, True, 1.0, "1")}) == 4


def test_not_a_number_has_no_form() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({}, {}, (), id="nothing"),
        pytest.param({"a": 1}, {"a": True}, (Difference(("a",), 1, True),), id="type"),
        pytest.param({"a": None}, {}, (Difference(("a",), None, ABSENT),), id="gone"),
        pytest.param({}, {"a": None}, (Difference(("a",), ABSENT, None),), id="new"),
        pytest.param(
            {"e": {"A": "1", "B": "2"}, "z": 0},
            {"z": 0, "e": {"B": "3", "A": "1"}},
            (Difference(("e", "B"), "2", "3"),),
            id="within",
        ),
        pytest.param(
            {"l": [1, 2]}, {"l": [2, 1]}, (Difference(("l",), [1, 2], [2, 1]),), id="list"
        ),
        pytest.param({"a": {}}, {"a": []}, (Difference(("a",), {}, []),), id="map to list"),
    ],
)
def test_differences(
    old: dict[str, Plain], new: dict[str, Plain], expected: tuple[Difference, ...]
) -> None:
    assert differences(old, new) == expected


def test_a_difference_in_a_log_shows_no_value() -> None:
    assert "hunter2" not in repr(Difference(("env", "KEY"), "hunter2", "hunter2"))
