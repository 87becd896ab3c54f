"""Laws of the bytes of a vault: what was not written with the key is refused, whatever it is."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault.contents import Contents, open_contents
from stui_workspace.secrets.vault.copies import data_key
from stui_workspace.secrets.vault.entries import (
    EDIT_BYTES,
    LONGEST_VALUE,
    MOST_LINEAGE,
    Entry,
    from_bytes,
    latest,
    to_bytes,
)
from stui_workspace.secrets.vault.errors import VaultError
from stui_workspace.secrets.vault.format import BUCKETS, from_base64, read_lines, to_base64
from stui_workspace.secrets.vault.keys import DataKey
from support.vault_machines import LENIENT, dice, envelope, key_file, opened_vault, passphrase
from support.vault_scene import lines, scene, summed, with_sum


@cache
def key() -> DataKey:
    return data_key(read_lines(scene().now, LENIENT), key_file())


def opened(content: bytes) -> Contents:
    return open_contents(read_lines(content, LENIENT), key())


def refused(content: bytes) -> bool:
    """Whether nobody takes it for a vault; it is the very same, or the law is broken."""
    try:
        opened(content)
    except VaultError:
        return True
    return False


@pytest.mark.parametrize("mask", [0xFF, None], ids=["all its bits", "one of its bits"])
def test_each_byte_that_is_flipped_is_refused_also_where_the_sum_is_done_anew(
    mask: int | None,
) -> None:
    content, end = scene().now, scene().now.rindex(b"end ")
    for place in range(len(content)):
        one = bytes([content[place] ^ (mask or 1 << place % 8)])
        changed = content[:place] + one + content[place + 1 :]
        assert refused(changed), place
        assert place >= end or refused(with_sum(changed[:end])), place


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_put_in_the_place_of_anything_is_refused(data: st.DataObject) -> None:
    body = scene().now[: scene().now.rindex(b"end ")]
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 40)))
    others = (scene().earlier, scene().other, body)
    other = data.draw(st.sampled_from(others))
    begin = data.draw(st.integers(0, len(other)))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=40),
            st.integers(0, 2000).map(lambda size: other[begin : begin + size]),
        )
    )
    changed = body[:start] + piece + body[end:]
    assert changed == body or refused(with_sum(changed))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_lines_of_three_files_in_any_order_are_refused(data: st.DataObject) -> None:
    every = [*lines(scene().now), *lines(scene().earlier), *lines(scene().other)]
    mine = lines(scene().now)
    chosen = data.draw(st.lists(st.sampled_from(every), max_size=12))
    place = data.draw(st.integers(0, len(mine)))
    count = data.draw(st.integers(0, len(mine)))
    texts = [*mine[:place], *chosen, *mine[place + count :]]
    content = summed(texts)
    assert content in (scene().now, scene().earlier) or refused(content)


@given(st.binary(max_size=3000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_vault_or_a_named_error(content: bytes) -> None:
    for one in (content, with_sum(content), scene().now[:500] + content, content + scene().now):
        assert one == scene().now or refused(one)


@given(st.binary(max_size=2000))
def test_base64_has_one_way_to_be_written(content: bytes) -> None:
    text = to_base64(content)
    assert from_base64(text) == content
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(st.characters(max_codepoint=0x3FFF), max_size=8))
def test_what_reads_as_base64_is_written_back_so(text: str) -> None:
    content = from_base64(text)
    assert content is None or to_base64(content) == text


texts = st.text(st.characters(exclude_categories=()), max_size=300)
entries = st.builds(
    Entry,
    name=st.from_regex(
        r"[a-z0-9][a-z0-9._-]{0,62}(/[a-z0-9][a-z0-9._-]{0,62}){0,7}", fullmatch=True
    ),
    envelope=st.none()
    | st.builds(
        Envelope,
        st.builds(Secret, texts),
        st.lists(texts, max_size=3).map(tuple),
        st.floats(0, 1e12),
    ),
    revision=st.integers(1, 10**15),
    device=st.from_regex("[0-9a-f]{8}", fullmatch=True),
    edit=st.binary(min_size=EDIT_BYTES, max_size=EDIT_BYTES),
    lineage=st.sets(
        st.tuples(st.integers(1, 10**15), st.binary(min_size=EDIT_BYTES, max_size=EDIT_BYTES)),
        max_size=MOST_LINEAGE + 3,
    ).map(latest),
    at=st.integers(0, 10**12).map(float),
)


@given(entries)
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    content = to_bytes(entry)
    assert len(content) in BUCKETS
    again = from_bytes(content, entry.revision, entry.device, is_deleted=not entry.is_live)
    assert again == entry
    assert from_bytes(content, entry.revision, entry.device, is_deleted=entry.is_live) is None


@given(st.binary(max_size=1100), st.booleans())
def test_any_bytes_are_an_entry_or_none(content: bytes, is_deleted: bool) -> None:
    for one in (content, content.ljust(1024, b"\0")):
        entry = from_bytes(one, 1, "0" * 8, is_deleted=is_deleted)
        assert entry is None or to_bytes(entry).startswith(one.rstrip(b"\0"))


@given(st.dictionaries(st.sampled_from("abcdefgh"), texts, max_size=6))
@settings(max_examples=50, deadline=None)
def test_a_vault_comes_back_from_its_file(secrets: dict[str, str]) -> None:
    chance = dice("file")
    made = {
        name: Entry(name, envelope(value), 1, "0" * 8, chance(EDIT_BYTES))
        for name, value in secrets.items()
    }
    contents, content = opened_vault(made, chance).written("0" * 8, chance)
    again = open_contents(read_lines(content, LENIENT), contents.keys.data)
    assert again == contents
    assert again.entries() == dict(sorted(made.items()))
    assert read_lines(content, LENIENT).content() == content


@given(texts.filter(bool).filter(lambda text: len(text) < LONGEST_VALUE))
def test_any_passphrase_is_bytes(text: str) -> None:
    assert passphrase(text).material
