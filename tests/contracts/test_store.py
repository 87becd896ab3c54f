"""What every `Store` of secrets does: each keyring, and the one that tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Locked, Missing, Unavailable
from support.stores import STORES, Tried

NAME = "orders/image"
OLD = Envelope(Secret("the old value"), ("tcp://localhost:5555",), 1_000.0)
NEW = Envelope(Secret("the new value"), ("unix:/run/orders.sock", "tls://orders:1"), 2_000.0)
ODD_VALUES = {
    "nothing": "",
    "blanks": "  \t ",
    "lines": "one\r\ntwo\n",
    "NUL": "a\0b",
    "an escape": "\x1b]0;title\x07",
    "quotes": "\"'\\{}",
    "letters": "Zażółć gęślą jaźń",
    "beyond the BMP": "🔑🗝",
    "a lone surrogate": "\ud800",
    "bidi": "\u202eabc",
    "an envelope": OLD.sealed(),
}


@pytest.fixture(params=STORES)
def tried(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Tried]:
    with STORES[request.param](tmp_path, monkeypatch) as tried:
        yield tried


def test_what_was_never_kept_is_missing(tried: Tried) -> None:
    assert tried.store.get(NAME) == Missing()
    assert tried.store.remove(NAME) == Missing()


def test_what_is_kept_comes_back_with_its_audience(tried: Tried) -> None:
    assert tried.store.put(NAME, OLD) == Done()
    assert tried.store.get(NAME) == OLD
    assert tried.store.get(NAME) == OLD


def test_a_new_value_takes_the_place_of_the_old_one(tried: Tried) -> None:
    for envelope in (OLD, NEW, NEW, OLD):
        assert tried.store.put(NAME, envelope) == Done()
        assert tried.store.get(NAME) == envelope


def test_what_was_removed_is_missing_and_can_be_kept_again(tried: Tried) -> None:
    for envelope in (OLD, NEW):
        tried.store.put(NAME, envelope)
        tried.store.put(NAME, NEW)
        assert tried.store.remove(NAME) == Done()
        assert tried.store.get(NAME) == Missing()
        assert tried.store.remove(NAME) == Missing()


def test_names_that_are_alike_are_secrets_apart(tried: Tried) -> None:
    names = ["a", "a/b", "a/b/c", "a.b", "a-b", "a_b", "ab", "credential", "a" * 63, "a/credential"]
    for name in names:
        assert (
            tried.store.put(name, OLD.with_audience(f"tcp://{name.replace('/', '.')}:1")) == Done()
        )
    assert tried.store.remove("a/b") == Done()
    for name in names:
        wanted = OLD.with_audience(f"tcp://{name.replace('/', '.')}:1")
        assert tried.store.get(name) == (Missing() if name == "a/b" else wanted)


@pytest.mark.parametrize("kind", ODD_VALUES)
def test_any_text_comes_back_as_it_was(tried: Tried, kind: str) -> None:
    envelope = Envelope(Secret(ODD_VALUES[kind]), (), 1.5)
    assert tried.store.put(NAME, envelope) == Done()
    assert tried.store.get(NAME) == envelope


def test_one_that_is_too_long_is_refused_with_a_way_out_and_the_old_one_stays(
    tried: Tried,
) -> None:
    tried.store.put(NAME, OLD)
    length = tried.longest or 10_000
    stored = tried.store.put(NAME, Envelope(Secret("x" * length)))
    if tried.longest is None:
        assert stored == Done()
        return
    assert isinstance(stored, Unavailable)
    assert stored.next_step is not None
    assert tried.store.get(NAME) == OLD


def test_a_locked_store_says_so_and_loses_nothing(tried: Tried) -> None:
    tried.store.put(NAME, OLD)
    if tried.lock is None or tried.unlock is None:
        assert tried.store.get(NAME) == OLD
        return
    tried.lock()
    assert isinstance(tried.store.get(NAME), Locked)
    assert isinstance(tried.store.put(NAME, NEW), Locked)
    assert isinstance(tried.store.put("another", NEW), Locked)
    assert isinstance(tried.store.remove(NAME), Locked)
    tried.unlock()
    assert tried.store.get(NAME) == OLD
    assert tried.store.get("another") == Missing()


def test_it_has_a_name_for_people_and_nothing_shows_a_value(tried: Tried) -> None:
    outcomes = [tried.store.put(NAME, OLD), tried.store.get(NAME), tried.store.remove(NAME)]
    assert tried.store.label.isprintable()
    assert tried.store.label
    assert "value" not in f"{outcomes}{tried.store!r}"
