"""A journal cut at every byte, and with every byte damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.model.values import Plain
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import replay

RECORDS: list[dict[str, Plain]] = [
    {"a": 1},
    {"buffer/ü": {"text": "one\ntwo\n"}},
    {"a": None, "b": [1, 2]},
]


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    journal = Journal(tmp_path / "a.journal")
    for at, record in enumerate(RECORDS):
        journal.append(record, float(at))
    return journal.path.read_bytes()


def after(count: int) -> dict[str, Plain]:
    return {name: value for record in RECORDS[:count] for name, value in record.items()}


def test_cut_at_every_byte(content: bytes, tmp_path: Path) -> None:
    whole = [index for index in range(len(content)) if content[index : index + 1] == b"\n"][1:]
    for cut in range(len(content) + 1):
        torn = tmp_path / f"{cut}.journal"
        torn.write_bytes(content[:cut])
        count = sum(end <= cut for end in whole)  # a record counts without its line end, too
        found = replay(content[:cut])
        assert (found.items, found.records_count) == (after(count), count)
        assert found.damaged_count == 0

        journal = Journal(torn)
        journal.append({"next": cut}, 9.0)
        assert replay(torn.read_bytes()).items == {**after(count), "next": cut}


def test_every_byte_damaged(content: bytes) -> None:
    for at in range(1, len(content) - 1):
        found = replay(content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :])
        lost = 2 if content[at : at + 1] == b"\n" else 1  # two lines have become one
        assert found.records_count == len(RECORDS) - lost
        assert found.damaged_count >= 1
        for name, value in found.items.items():
            assert value in [record[name] for record in RECORDS if name in record]
