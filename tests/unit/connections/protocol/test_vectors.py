"""The published test vectors hold for our own reader and writer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stui_workspace.connections.protocol import messages
from stui_workspace.connections.protocol.envelope import decode, encode, payload_of
from stui_workspace.connections.protocol.fields import EnvelopeError
from stui_workspace.connections.protocol.messages import Code, Unknown
from support.vectors import given_bytes, vectors

MESSAGES = vectors("messages")
TOLERANCE = vectors("tolerance")
REFUSALS = vectors("refusals")


def as_bytes(envelope: Any) -> bytes:
    return json.dumps(envelope).encode()


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_read_and_written_as_published(name: str) -> None:
    vector = MESSAGES[name]
    found = decode(as_bytes(vector["envelope"]))
    assert json.loads(encode(found)) == vector["envelope"]
    assert decode(encode(found)) == found
    assert decode(as_bytes(vector.get("sparse", vector["envelope"]))) == found


@pytest.mark.parametrize("name", TOLERANCE)
def test_what_may_differ_is_read_all_the_same(name: str) -> None:
    vector = TOLERANCE[name]
    found, meant = decode(as_bytes(vector["envelope"])), decode(as_bytes(vector["means"]))
    assert (found.id, found.message) == (meant.id, meant.message)


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_message_is_refused_as_published(name: str) -> None:
    vector = REFUSALS[name]
    with pytest.raises(EnvelopeError) as caught:
        decode(given_bytes(vector))
    assert {"code": caught.value.code, "id": caught.value.id} == vector["expected"]
    assert "\n" not in caught.value.reason


def test_there_is_a_vector_for_every_message() -> None:
    types = {vector["envelope"]["payload"]["type"] for vector in MESSAGES.values()}
    both = messages.FromClient | messages.FromServer
    assert types == {name_of(one) for one in both.__args__}


def name_of(message: type) -> str:
    return "Output" if message is messages.OutputEvent else message.__name__


def test_every_refusal_of_an_envelope_has_a_vector() -> None:
    seen = {vector["expected"]["code"] for vector in REFUSALS.values()}
    assert seen == {Code.BAD_ENVELOPE, Code.BAD_MESSAGE, Code.TOO_LONG, Code.VERSION}


def test_a_type_that_is_not_known_is_read_and_never_written() -> None:
    found = decode(b'{"id":"m-1","version":1,"timestamp":0,"payload":{"type":"Dance"}}')
    assert found.message == Unknown("Dance")
    with pytest.raises(TypeError):
        payload_of(found.message)
