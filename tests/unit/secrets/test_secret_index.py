"""The list of what is stored, which holds no value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.model.references import Kept
from stui_workspace.secrets.index import Entry, SecretIndex
from stui_workspace.storage.filesystem import RealFileSystem

ONE = Entry("a/one", Kept.KEYRING, ("tcp://localhost:1",), 5.0)
OTHER = Entry("a/one", Kept.VAULT, (), 6.5)


@pytest.fixture
def index(tmp_path: Path) -> SecretIndex:
    return SecretIndex(tmp_path / "state" / "secrets.json", RealFileSystem())


def test_an_entry_is_of_a_name_in_a_store(index: SecretIndex, tmp_path: Path) -> None:
    assert index.entries() == ()
    index.note(OTHER)
    index.note(ONE)
    assert index.entries() == (ONE, OTHER)
    index.note(Entry("a/one", Kept.KEYRING, (), 7.0))
    assert [one.changed for one in index.entries()] == [7.0, 6.5]
    index.forget("a/one", Kept.KEYRING)
    index.forget("never/there", Kept.KEYRING)
    assert index.entries() == (OTHER,)
    assert (tmp_path / "state" / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b'{"secrets": 5}', b"[" * 100_000, b"\xff", b'{"secrets":[5]}']
)
def test_a_damaged_list_is_an_empty_one(index: SecretIndex, tmp_path: Path, content: bytes) -> None:
    index.note(ONE)
    (tmp_path / "state" / "secrets.json").write_bytes(content)
    assert index.entries() == ()
    index.note(OTHER)
    assert index.entries() == (OTHER,)


def test_a_name_that_is_none_is_not_listed(index: SecretIndex, tmp_path: Path) -> None:
    index.note(ONE)
    path = tmp_path / "state" / "secrets.json"
    path.write_bytes(path.read_bytes().replace(b"a/one", b"../../one"))
    assert index.entries() == ()


def test_what_cannot_be_read_is_said(index: SecretIndex, tmp_path: Path) -> None:
    (tmp_path / "state" / "secrets.json").mkdir(parents=True)
    with pytest.raises(DiskError):
        index.entries()


def test_many_write_to_it_at_once(index: SecretIndex) -> None:
    def note(number: int) -> Callable[[], None]:
        return lambda: index.note(Entry(f"n/{number}", Kept.VAULT, (), float(number)))

    threads = [Thread(target=note(number)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.name for one in index.entries()} == {f"n/{number}" for number in range(12)}
