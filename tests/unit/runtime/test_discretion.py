"""What of a session is written down: its secrets are not, and everything else is."""

from __future__ import annotations

import pytest

from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    SessionMeta,
    SessionState,
    TranscriptEntry,
    Waiting,
)
from stui_workspace.model.values import Plain
from stui_workspace.runtime.discretion import Discretion, notice_of, without_secrets
from stui_workspace.schema.leaks import NOT_KEPT
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.secrets.secret import Secret

TOKEN = "ghp_" + "a1B2" * 9
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"
META = SessionMeta("main", "main", "testbed", 0.0, 0.0, 0.0)
CURVE = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.remember(Secret(value))
    return redactor


def test_a_session_without_secrets_is_the_very_same() -> None:
    state = SessionState(META, buffers={"a": BufferState("x = 1", cursor=(0, 3))})
    kept = Discretion(Redactor()).of(state)
    assert kept.state is state
    assert not kept.hiding


@pytest.mark.parametrize("secret", [TOKEN, KEY, "hunter2hunter"])
def test_no_text_of_a_session_keeps_a_secret(secret: str) -> None:
    text = f"before {secret} after"
    state = SessionState(
        META,
        preferences={"a": [text]},
        buffers={"pad": BufferState(text, title=text)},
        connections={"c": ConnectionRecord(last_error=text, spec={"url": text, "b": {"c": text}})},
        transcript=(TranscriptEntry(7, "c", text, "ok", output=text, result=text),),
        outbox=(Waiting("w", "c", text, 0.0),),
    )
    kept = Discretion(knowing("hunter2hunter")).of(state)
    assert secret not in repr(kept.state)
    assert repr(kept.state).count("after") == repr(state).count("after")
    assert kept.state.buffers["pad"].text == f"before {NOT_KEPT} after"
    assert kept.hiding == {"preferences", "buffer/pad", "connection/c", "evaluation/7", "waiting/w"}


def test_only_what_has_a_secret_is_another() -> None:
    state = SessionState(META, buffers={"a": BufferState(TOKEN), "b": BufferState("x" * 500)})
    kept = Discretion(Redactor()).of(state)
    assert kept.state.buffers["b"] is state.buffers["b"]
    assert kept.hiding == {"buffer/a"}


@pytest.mark.parametrize("value", ["short", CURVE])
@pytest.mark.parametrize("key", ["API_TOKEN", "password", "curve_key"])
def test_what_stands_behind_the_name_of_a_secret_is_not_kept(key: str, value: str) -> None:
    spec: dict[str, Plain] = {
        "kind": "pty",
        "credential": "keyring:orders/db",
        "env": {key: value, "HOME": "/h"},
    }
    state = SessionState(META, connections={"c": ConnectionRecord(spec=spec)})
    kept = Discretion(Redactor()).of(state).state
    assert kept.connections["c"].spec == {
        **spec,
        "env": {key: NOT_KEPT, "HOME": "/h"},
    }


def test_a_random_text_in_a_pad_is_no_secret_for_certain() -> None:
    state = SessionState(META, buffers={"a": BufferState(f"{CURVE}\npassword = 'abc'")})
    assert Discretion(Redactor()).of(state).state is state


def test_of_an_address_the_host_is_kept() -> None:
    kept = without_secrets("psql postgres://app:hunter2@db.example.com/orders", Redactor())
    assert kept == f"psql postgres://{NOT_KEPT}@db.example.com/orders"


def test_to_write_it_down_twice_changes_nothing_more() -> None:
    once = without_secrets(f"{TOKEN} a://b:c@d {KEY}", Redactor())
    assert without_secrets(once, Redactor()) == once


def test_a_value_that_becomes_known_is_taken_out_of_what_was_looked_through_before() -> None:
    redactor = Redactor()
    discretion = Discretion(redactor)
    state = SessionState(META, buffers={"a": BufferState("correct-horse" + "x" * 500)})
    assert discretion.of(state).state is state
    redactor.remember(Secret("correct-horse"))
    assert discretion.of(state).hiding == {"buffer/a"}


def test_a_cursor_that_moves_lets_no_secret_through() -> None:
    discretion = Discretion(Redactor())
    text = f"{TOKEN} {'x' * 500}"
    for line in range(3):
        state = SessionState(META, buffers={"a": BufferState(text, cursor=(line, 0))})
        kept = discretion.of(state).state.buffers["a"]
        assert kept == BufferState(f"{NOT_KEPT} {'x' * 500}", cursor=(line, 0))


@pytest.mark.parametrize("name", ["buffer/pad", "connection/c", "evaluation/7", "waiting/x", "a"])
def test_a_person_is_told_what_is_lost_and_what_to_do(name: str) -> None:
    notice = notice_of(name)
    assert "secret" in notice.text
    assert "restart" in notice.text
    assert notice.next_step is not None
    assert "stui secret set" in notice.next_step
