"""Fuzz the reading of vault files and of what is inside their seals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from stui_workspace.secrets.vault.contents import Contents, open_contents
from stui_workspace.secrets.vault.copies import data_key
from stui_workspace.secrets.vault.entries import from_bytes, to_bytes
from stui_workspace.secrets.vault.errors import VaultError
from stui_workspace.secrets.vault.format import Lines, from_base64, read_lines, to_base64
from stui_workspace.secrets.vault.kdf import BOUNDS, kdf_of
from support.vault_machines import LENIENT, key_file
from support.vault_scene import lines, scene, with_sum

KEY: Final = data_key(read_lines(scene().now, LENIENT), key_file())
GENUINE: Final = (scene().now, scene().earlier)


def target(data: bytes) -> None:
    """Hold the laws for `data` as a file, as all but the sum of one, and as an entry."""
    for content in (data, with_sum(data)):
        found = _lines(content)
        if found is not None:
            assert found.content() == content, "there is one way to write it"
            assert all(slot.kdf is None or kdf_of(slot.cost) for slot in found.slots)
            opened = _opened(found)
            assert opened is None or content in GENUINE, "nobody else has the key"
            assert opened is None or opened.entries()
    for is_deleted in (False, True):
        entry = from_bytes(data, 1, "0" * 8, is_deleted=is_deleted)
        assert entry is None or len(to_bytes(entry)) >= len(data.rstrip(b"\0"))
    text = data.decode("latin-1")
    decoded = from_base64(text)
    assert decoded is None or to_base64(decoded) == text
    kdf = kdf_of(text)
    assert kdf is None or (str(kdf) == text and BOUNDS.objection(kdf) != "")


def _lines(content: bytes) -> Lines | None:
    try:
        return read_lines(content, LENIENT)
    except VaultError:
        return None


def _opened(found: Lines) -> Contents | None:
    try:
        return open_contents(found, KEY)
    except VaultError:
        return None


def seeds() -> Iterator[bytes]:
    """Vaults with and without their sums, single lines, and what can be inside."""
    for content in (*GENUINE, scene().other):
        yield content
        yield content[: content.rindex(b"end ")]
        for line in lines(content):
            yield line.encode()[:600]
    opened = open_contents(read_lines(scene().now, LENIENT), KEY)
    for entry in opened.entries().values():
        yield to_bytes(entry)
    yield from (b"argon2id:65536:3:4", b"scrypt:17:8:1", b"AA", b"stui-vault 2 x")
