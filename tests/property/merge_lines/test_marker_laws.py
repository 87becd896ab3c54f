"""Laws of conflict markers: what is written can be read, and nothing hurts."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.merge.lines import (
    Agreed,
    Labels,
    Region,
    Unmarked,
    lines_of,
    marked,
    merge_lines,
    unmarked,
)

LABELS = Labels("HEAD", "base", "topic: a b")
ENDS = st.sampled_from(["\n", "\r\n"])
LINES = st.lists(st.sampled_from(["a", "b", "- c", "  d", ""]), max_size=8)
LAST_ENDS = st.booleans()
SIZES = st.integers(7, 12)
JUNK = st.lists(
    st.sampled_from(
        [
            *(
                f"{sign * size}{label}"
                for sign in "<|=>"
                for size in (7, 9)
                for label in ("", " l")
            ),
            "a: 1",
            "  b: 2",
            "- c",
            "",
            "\ufeff",
        ]
    ),
    max_size=24,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    end = draw(ENDS)
    text = "".join(line + end for line in draw(LINES))
    return text if draw(LAST_ENDS) else text.removesuffix(end)


def joined(regions: Iterable[Region], side: str) -> str:
    """A side as it stands between the markers: its last line with an end."""
    parts: list[str] = []
    for region in regions:
        lines = region.lines if isinstance(region, Agreed) else getattr(region, side)
        text = "".join(lines)
        whole = isinstance(region, Agreed) or not text or text.endswith("\n")
        parts.append(text if whole else f"{text}\n")
    return "".join(parts)


def with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n")


@given(texts(), texts(), texts(), SIZES)
def test_what_is_written_with_its_base_is_read_again(
    base: str, ours: str, theirs: str, size: int
) -> None:
    regions = merge_lines(*map(lines_of, (base, ours, theirs)))
    text = marked(regions, LABELS, size=size)
    found = unmarked(text)
    if all(isinstance(region, Agreed) for region in regions):
        assert found is None
        return
    assert found is not None
    assert with_plain_ends(found.base) == with_plain_ends(joined(regions, "base"))
    assert with_plain_ends(found.ours) == with_plain_ends(joined(regions, "ours"))
    assert with_plain_ends(found.theirs) == with_plain_ends(joined(regions, "theirs"))
    assert (found.has_base, found.labels, found.size) == (True, LABELS, size)


@given(texts(), texts(), texts(), SIZES)
def test_what_is_written_without_a_base_has_the_same_sides(
    base: str, ours: str, theirs: str, size: int
) -> None:
    regions = merge_lines(*map(lines_of, (base, ours, theirs)))
    found = unmarked(marked(regions, LABELS, size=size, base_shown=False))
    if found is not None:
        for side in ("ours", "theirs"):
            expected = with_plain_ends(joined(regions, side))
            as_read = with_plain_ends(getattr(found, side))
            assert as_read in (expected, expected.removesuffix("\n"))
        assert (found.has_base, found.size) == (False, size)


@given(texts(), texts(), texts())
def test_lines_end_as_before(base: str, ours: str, theirs: str) -> None:
    """Where all three end their lines alike, no line of the marked text ends otherwise."""
    used = {line[-2:] == "\r\n" for text in (base, ours, theirs) for line in lines_of(text)}
    text = marked(merge_lines(*map(lines_of, (base, ours, theirs))), LABELS)
    if used == {True}:
        assert "\n" not in text.replace("\r\n", "")
    if not used - {False}:
        assert "\r" not in text


def well_formed_or_none(found: Unmarked | None) -> None:
    if found is not None:
        markers = tuple(sign * found.size + " " for sign in "<>")
        assert found.size >= 7
        for side in (found.ours, found.theirs):
            assert not any(line.startswith(markers) for line in lines_of(side))


@given(JUNK, ENDS)
def test_anything_can_be_read_or_refused(lines: list[str], end: str) -> None:
    well_formed_or_none(unmarked(end.join(lines)))


@given(st.text("<|=> \r\na", max_size=80))
def test_anything_at_all(text: str) -> None:
    well_formed_or_none(unmarked(text))
