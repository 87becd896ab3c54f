"""The targets of the fuzzers, with random inputs: the laws hold, and a broken one is found."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soak.fuzz import harness

SLOWNESS = 10.0
"""Others use the processor as well; the fuzzers measure more closely."""


@pytest.mark.parametrize("name", harness.names())
def test_the_laws_hold_for_what_comes_from_the_seeds(name: str) -> None:
    target = harness.load(name)
    inputs = harness.damaged(target.seeds(), Random(name))  # noqa: S311 (repeatable)
    for _, data in zip(range(300), inputs, strict=False):
        found = harness.finding_in(target.target, data, SLOWNESS)
        assert found is None, found.trace


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("endpoints", b"ipc://./@"),  # `ipc://@` is an address outside of all folders
        ("endpoints", b"unix:./@a"),
        ("endpoints", b"ipc://./a@"),
        ("endpoints", b"ipc:.//@\x98)"),
    ],
)
def test_what_was_found_is_mended(name: str, data: bytes) -> None:
    found = harness.finding_in(harness.load(name).target, data, SLOWNESS)
    assert found is None, found.trace


@given(st.binary(max_size=200))
@example(b"a: b\n...\n...\n")
@example(b"run: !!!str ")
@example(b"a: !!pyth!!str os.system x\n")
@example(b"%TAG !e! tag:example.org,2026:\n---\na: !e]!thing {b: 1}\n")
@example(b"a: 1\nb: >-\n \n  \nc: 1\n")
@example(b"? a\n: b\n? [c, d\r\n]\n: e\n? #")
@settings(max_examples=30)
def test_any_bytes_are_read_by_the_laws(data: bytes) -> None:
    harness.load("reader").target(data)


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(("\u0e49" * 40).encode())
@example(("\ufe0f" * 3).encode())
def test_any_text_is_shown_by_the_laws(data: bytes) -> None:
    harness.load("sanitiser").target(data)


@pytest.mark.parametrize("name", harness.names())
def test_seeds_are_many_and_differ(name: str) -> None:
    seeds = list(harness.load(name).seeds())
    assert len({*seeds}) >= 20


class TestHarness:
    def test_a_broken_law_is_found_with_its_place(self) -> None:
        def broken(data: bytes) -> None:
            assert data != b"a", "it is a"

        found = harness.finding_in(broken, b"a", SLOWNESS)
        assert found is not None
        assert "it is a" in found.trace
        assert found.place.startswith("AssertionError test_fuzz_targets.py:")
        assert harness.finding_in(broken, b"b", SLOWNESS) is None

    def test_what_takes_long_is_found(self) -> None:
        def slow(_data: bytes) -> None:
            sum(range(200_000))

        found = harness.finding_in(slow, b"a", 1e-9)
        assert found is not None
        assert "TooSlowError" in found.place

    def test_what_takes_much_memory_is_found(self) -> None:
        def large(_data: bytes) -> None:
            bytearray(b"a") * (400 << 20)

        found = harness.finding_in(large, b"a", SLOWNESS)
        assert found is not None
        assert "TooLargeError" in found.place

    def test_findings_are_kept_a_few_of_each_place(self, tmp_path: Path) -> None:
        findings = harness.Findings(tmp_path / "found")
        new = [findings.add(harness.Finding(bytes([at]), "trace", "place")) for at in range(9)]
        assert new == [True] * harness.MOST_AT_ONE_PLACE + [False] * (9 - harness.MOST_AT_ONE_PLACE)
        kept = sorted(path.suffix for path in (tmp_path / "found").iterdir())
        assert kept == [".input"] * 3 + [".txt"] * 3

    def test_inputs_begin_with_the_seeds_and_go_on(self) -> None:
        seeds = [b"one", b"two"]
        inputs = harness.damaged(seeds, Random(1))  # noqa: S311 (repeatable)
        made = [next(inputs) for _ in range(50)]
        assert made[:2] == seeds
        assert len({*made}) > 30
