"""Laws of envelopes: what is written is read, and what is not written by us harms nobody."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.protocol import messages as m
from stui_workspace.connections.protocol.envelope import (
    ENVELOPE_LIMIT,
    Envelope,
    decode,
    encode,
)
from stui_workspace.connections.protocol.fields import COUNT_LIMIT, NAME_LIMIT, EnvelopeError

TEXTS = st.text(max_size=30) | st.sampled_from(["\x1b[31m", "\u202e", "\r\n", "\x00", "🙂"])
NAMES = st.text(min_size=1, max_size=20) | st.just("x" * NAME_LIMIT)
COUNTS = st.integers(0, COUNT_LIMIT)
SECONDS = st.floats(0, 2**40, allow_nan=False)
STREAMS = st.sampled_from(["stdout", "stderr", "gap"])
MAYBE_TEXT, MAYBE_NAME, MAYBE_SECONDS = st.none() | TEXTS, st.none() | NAMES, st.none() | SECONDS

PIECES = st.builds(m.Piece, STREAMS, TEXTS, COUNTS)
OUTPUTS = st.builds(m.OutputEvent, NAMES, COUNTS, COUNTS, STREAMS, TEXTS, MAYBE_SECONDS)
RESULTS = st.builds(
    m.Result,
    NAMES,
    COUNTS,
    st.sampled_from(Ending),
    MAYBE_TEXT,
    MAYBE_TEXT,
    MAYBE_SECONDS,
    st.lists(PIECES, max_size=3).map(tuple),
)
WELCOMES = st.builds(
    m.Welcome,
    standing=st.sampled_from(m.Standing),
    identity=MAYBE_NAME,
    incarnation=NAMES,
    backend=TEXTS,
    protocol=COUNTS,
    seq=COUNTS,
    missed=st.lists(OUTPUTS | RESULTS, max_size=3).map(tuple),
    more=st.booleans(),
    code=MAYBE_NAME,
    reason=MAYBE_TEXT,
    next_step=MAYBE_TEXT,
)
SYSTEMS = st.builds(
    m.System,
    backend=TEXTS,
    incarnation=NAMES,
    identity=MAYBE_NAME,
    protocol=COUNTS,
    started=MAYBE_SECONDS,
    pid=st.none() | COUNTS,
    evaluations=COUNTS,
    kept_bytes=COUNTS,
)
MESSAGES: st.SearchStrategy[m.Message] = st.one_of(
    st.builds(m.Hello, NAMES, COUNTS, MAYBE_NAME, MAYBE_TEXT, MAYBE_NAME, COUNTS),
    st.sampled_from([m.Ping(), m.Interrupt(), m.Bye(), m.SystemInfo(), m.Done()]),
    st.builds(m.Evaluate, TEXTS),
    st.builds(m.Resume, NAMES, COUNTS),
    st.builds(m.Complete, TEXTS, COUNTS),
    st.builds(m.Inspect, TEXTS, COUNTS),
    WELCOMES,
    st.builds(m.Pong, MAYBE_SECONDS, COUNTS),
    st.builds(Completions, st.lists(TEXTS, max_size=3).map(tuple), COUNTS, COUNTS),
    st.builds(Inspected, st.booleans(), TEXTS),
    SYSTEMS,
    st.builds(m.Refused, NAMES, TEXTS, MAYBE_TEXT),
    OUTPUTS,
    RESULTS,
)
ENVELOPES = st.builds(Envelope, NAMES, MESSAGES, SECONDS)


@given(ENVELOPES)
def test_what_is_written_is_read(envelope: Envelope) -> None:
    content = encode(envelope)
    assert b"\n" not in content
    assert b"\r" not in content
    assert decode(content) == envelope
    assert decode(content + b"\r") == envelope


@given(ENVELOPES, st.data())
def test_a_part_of_an_envelope_is_none(envelope: Envelope, data: st.DataObject) -> None:
    content = encode(envelope)
    length = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(EnvelopeError):
        decode(content[:length])


@given(ENVELOPES, st.data())
def test_a_byte_that_changed_does_no_harm(envelope: Envelope, data: st.DataObject) -> None:
    content = bytearray(encode(envelope))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    with suppress(EnvelopeError):
        decode(bytes(content))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_envelope_or_refused(content: bytes) -> None:
    with suppress(EnvelopeError):
        decode(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(ENVELOPES, JSON, st.data())
def test_any_value_in_any_place_is_read_or_refused(
    envelope: Envelope, value: object, data: st.DataObject
) -> None:
    content = json.loads(encode(envelope))
    places = [content, content["payload"], content["payload"]["data"]]
    place = data.draw(st.sampled_from([one for one in places if one]))
    key = data.draw(st.sampled_from(sorted(place)))
    place[key] = value
    with suppress(EnvelopeError):
        found = decode(json.dumps(content).encode())
        if not isinstance(found.message, m.Unknown):
            again = replace(found, timestamp=0.0)
            assert decode(encode(again)) == again


@given(st.sampled_from(["id", "version", "payload"]), ENVELOPES)
def test_an_envelope_without_one_of_its_keys_is_none(key: str, envelope: Envelope) -> None:
    content = json.loads(encode(envelope))
    del content[key]
    with pytest.raises(EnvelopeError) as caught:
        decode(json.dumps(content).encode())
    assert caught.value.id == (None if key == "id" else envelope.id)


def test_half_a_surrogate_pair_arrives_as_it_was() -> None:
    envelope = Envelope("e-1", m.Evaluate("a\ud83db\udc80"))
    content = encode(envelope)
    content.decode("utf-8")
    assert decode(content) == envelope


def test_what_is_longer_than_an_envelope_may_be_is_not_written() -> None:
    room = ENVELOPE_LIMIT - len(encode(Envelope("e-1", m.Evaluate(""))))
    assert len(encode(Envelope("e-1", m.Evaluate("x" * room)))) == ENVELOPE_LIMIT
    with pytest.raises(EnvelopeError) as caught:
        encode(Envelope("e-1", m.Evaluate("x" * (room + 1))))
    assert (caught.value.code, caught.value.id) == (m.Code.TOO_LONG, "e-1")


def test_a_token_is_in_no_representation() -> None:
    assert "hunter2" not in repr(m.Hello("session-1", token="hunter2"))  # noqa: S106 (of a test)
