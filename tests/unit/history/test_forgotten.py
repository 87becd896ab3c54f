"""Who says what is forgotten, and who has the last word."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.history.forgotten import (
    FORGOTTEN,
    Word,
    hidden_by,
    lines_of,
    said_in,
    says_forgotten,
    words_in,
)

FOLDER = Path("/h/laptop")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("forgotten.jsonl", True),
        ("forgotten.sync-conflict-20261128-101010-ABCDEFG.jsonl", True),
        ("forgotten (1).jsonl", True),
        ("Copy of forgotten.jsonl", True),
        ("forgotten.jsonl.conflict1", True),
        ("forgotten.jsonl.tmp", False),
        (".forgotten.jsonl.stui-tmp", False),
        ("forgottenly.jsonl", False),
        ("2026-11.jsonl", False),
    ],
)
def test_the_files_that_say_so(name: str, expected: bool) -> None:
    assert says_forgotten(name) is expected


def test_the_latest_word_counts_whoever_said_it_first() -> None:
    words = [Word(2.0, ("a",)), Word(3.0, ("a", "b"), is_back=True), Word(1.0, ("b", "c"))]
    assert hidden_by(words) == hidden_by(reversed(words)) == {"c": 1.0}


def test_of_two_words_at_once_forgetting_is_the_last() -> None:
    words = [Word(2.0, ("a",)), Word(2.0, ("a",), is_back=True)]
    assert hidden_by(words) == hidden_by(reversed(words)) == {"a": 2.0}


def test_what_was_said_can_be_read() -> None:
    names = [f"{number:04}" for number in range(2500)]
    content = lines_of(names, 5.0)
    assert content.count(b"\n") == 3
    assert hidden_by(words_in(content)) == dict.fromkeys(names, 5.0)
    assert list(words_in(lines_of(["x"], 1.0, is_back=True))) == [Word(1.0, ("x",), is_back=True)]


def test_a_damaged_line_says_nothing_and_the_others_go_on_saying() -> None:
    good = lines_of(["a"], 1.0)
    bad = b'{"at": 1}\nnull\n[1]\n{"at": NaN, "ids": ["b"]}\n{"at": 1, "ids": [3]}\n\xff\xfe\n'
    assert hidden_by(words_in(bad + good + good[:10])) == {"a": 1.0}


def test_the_words_of_all_machines_count_copies_included() -> None:
    disk = FlakyDisk({FOLDER / FORGOTTEN: lines_of(["a"], 1.0)}, {Path("/"), Path("/h"), FOLDER})
    disk.files[FOLDER / "forgotten (1).jsonl"] = lines_of(["b"], 1.0)
    assert said_in(disk, [FOLDER, Path("/h/none")]).keys() == {"a", "b"}
    disk.fails_reading_at = disk.readings + 1
    assert said_in(disk, [FOLDER]) == {}
