"""Unified differences: the same as those of the standard library, faster."""

from __future__ import annotations

from difflib import unified_diff

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.runtime.promoting.comparing import text_lines, unified

lines = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=14)


@given(lines, lines, lines, lines)
def test_it_can_be_applied_and_is_as_short(
    head: list[str], old: list[str], new: list[str], tail: list[str]
) -> None:
    one, other = [*head, *old, *tail], [*head, *new, *tail]
    found = unified("f", one, other)
    assert patched(one, found) == other
    usual = [*unified_diff(one, other, "a/f", "b/f", lineterm="")]
    assert bool(found) == bool(usual)


def test_it_is_what_diff_shows() -> None:
    one = [f"line {number}" for number in range(30)]
    other = [*one[:10], "new", *one[11:20], *one[21:]]
    assert unified("f", one, other) == tuple(unified_diff(one, other, "a/f", "b/f", lineterm=""))


def patched(old: list[str], diff: tuple[str, ...]) -> list[str]:
    """The new lines, by what the difference says."""
    found: list[str] = []
    at = 0
    for line in diff[2:]:
        if line.startswith("@@"):
            start, _, count = line.split()[1].lstrip("-").partition(",")
            begin = int(start) - (count != "0")
            found += old[at:begin]
            at = begin
        elif line.startswith("+"):
            found.append(line[1:])
        else:
            assert old[at] == line[1:]
            at += 1
            if line.startswith(" "):
                found.append(line[1:])
    return found + old[at:]


def test_lines_end_in_one_way() -> None:
    assert text_lines("a\r\nb\n") == ["a", "b"]
    assert text_lines("") == []
