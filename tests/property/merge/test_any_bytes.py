"""Whatever the bytes: alike is alike, what cannot be read stops nothing, and a side is kept."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from strategies.merging import example, policy
from stui_workspace.merge import merge3
from support.merge_hostile import EVERYTHING, LARGE, SOUND, is_readable, wrong_answer
from support.merge_laws import paths_of

SLOW = {"deep flow", "deep open", "deep block", "laughs", "long line"}
QUICK = [name for name in EVERYTHING if name not in SLOW]


def texts() -> list[bytes]:
    """Hostile and sound texts, and random ones."""
    random = Random(3)  # noqa: S311
    noise = [random.randbytes(random.randint(0, 80)) for _ in range(40)]
    return [*EVERYTHING.values(), *noise, *(example(seed).texts[1] for seed in range(60))]


def test_what_only_one_side_changed_is_taken_byte_for_byte() -> None:
    merges = 0
    for base, other in product(texts(), repeat=2):
        for ours, theirs in ((base, other), (other, base)):
            result = merge3(base, ours, theirs, policy=policy)
            assert (result.text, result.conflicts) == (other, ())
            merges += 1
    assert merges >= 2000


def test_what_both_sides_changed_alike_is_taken_byte_for_byte() -> None:
    merges = 0
    for base, other in product(texts(), repeat=2):
        result = merge3(base, other, other, policy=policy)
        assert (result.text, result.conflicts) == (other, ())
        merges += 1
    assert merges >= 2000


@pytest.mark.parametrize("base", ["one", "empty", "unclosed"])
def test_what_cannot_be_read_is_one_conflict_and_the_usable_side(base: str) -> None:
    for ours, theirs in product(QUICK, repeat=2):
        if len({base, ours, theirs}) == 3:
            assert wrong_answer(base, ours, theirs) is None


@pytest.mark.parametrize("odd", [name for name in EVERYTHING if name not in SOUND])
def test_one_odd_text_among_sound_ones(odd: str) -> None:
    for three in ((odd, "one", "two"), ("one", odd, "two"), ("one", "two", odd)):
        assert wrong_answer(*three) is None


@pytest.mark.parametrize("large", LARGE)
def test_a_large_file_is_answered(large: str) -> None:
    content = LARGE[large]()
    result = merge3(SOUND["one"], content, SOUND["two"], policy=policy)
    assert result.text
    if not is_readable(content):
        assert (paths_of(result), result.text) == ({"/"}, SOUND["two"])


def test_two_large_files_are_merged() -> None:
    base = LARGE["many items"]()
    base = base[: base.index(b"- id: c4000")]
    ours = base.replace(b"host: h7.example", b"host: ours.example")
    theirs = base.replace(b"host: h3000.example", b"host: theirs.example")
    result = merge3(base, ours, theirs, policy=policy)
    if result.is_clean:
        assert result.text == ours.replace(b"host: h3000.example", b"host: theirs.example")
    else:
        assert (paths_of(result), result.text) == ({"/"}, ours)
