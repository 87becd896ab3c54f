"""Laws of the three-way merge of lines and of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.merge.lines import Agreed, Clash, Region, lines_of, merge_lines, merge_text

LINES = st.text("abcde", max_size=10)
TEXTS = st.text("ab\r\n", max_size=12)
EDITS = st.lists(
    st.sampled_from(["keep", "delete", "replace", "before", "after"]), min_size=1, max_size=6
)


def swapped(region: Region) -> Region:
    return region if isinstance(region, Agreed) else Clash(region.base, region.theirs, region.ours)


def in_place_of_clashes(regions: Iterable[Region], side: str) -> list[str]:
    return [
        line
        for region in regions
        for line in (region.lines if isinstance(region, Agreed) else getattr(region, side))
    ]


def is_clean(regions: Iterable[Region]) -> bool:
    return all(isinstance(region, Agreed) for region in regions)


@given(LINES, LINES)
def test_identity(base: str, side: str) -> None:
    expected = (Agreed(tuple(side)),) if side else ()
    assert merge_lines(base, side, base) == merge_lines(base, base, side) == expected


@given(LINES, LINES)
def test_agreement(base: str, side: str) -> None:
    assert merge_lines(base, side, side) == ((Agreed(tuple(side)),) if side else ())


@given(LINES, LINES, LINES)
def test_symmetry(base: str, ours: str, theirs: str) -> None:
    regions = merge_lines(base, ours, theirs)
    assert merge_lines(base, theirs, ours) == tuple(map(swapped, regions))


@given(LINES, LINES, LINES)
def test_every_region_is_there_for_a_reason(base: str, ours: str, theirs: str) -> None:
    regions = merge_lines(base, ours, theirs)
    for region, following in pairwise(regions):
        assert isinstance(region, Clash) or isinstance(following, Clash)
    for region in regions:
        if isinstance(region, Agreed):
            assert region.lines
        else:
            assert len({region.base, region.ours, region.theirs}) == 3


@given(LINES, LINES, LINES)
def test_no_silent_loss_and_no_invention(base: str, ours: str, theirs: str) -> None:
    """Line by line, counted: the result has what the three say, or there is a clash."""
    regions = merge_lines(base, ours, theirs)
    was, one, other = Counter(base), Counter(ours), Counter(theirs)
    for side, counted, away in (("ours", one, other), ("theirs", other, one)):
        result = Counter(in_place_of_clashes(regions, side))
        assert result <= counted + away
        if is_clean(regions):
            assert result >= (counted - was) | (away - was)


@given(LINES, LINES, LINES)
def test_a_clean_result_merged_again_stays(base: str, ours: str, theirs: str) -> None:
    regions = merge_lines(base, ours, theirs)
    if is_clean(regions):
        result = in_place_of_clashes(regions, "ours")
        expected = (Agreed(tuple(result)),) if result else ()
        assert merge_lines(base, result, result) == expected


def edited(number: int, what: str, name: str) -> list[str]:
    line = f"line {number}"
    return {
        "keep": [line],
        "delete": [],
        "replace": [f"{name} {number}"],
        "before": [f"{name} {number}", line],
        "after": [line, f"{name} {number}"],
    }[what]


@given(EDITS, EDITS)
def test_scripts_that_keep_apart_merge_to_both(ours: list[str], theirs: list[str]) -> None:
    """One side edits every fourth line, the other the lines two further on."""
    count = 4 * max(len(ours), len(theirs))
    one = {4 * place: what for place, what in enumerate(ours)}
    other = {4 * place + 2: what for place, what in enumerate(theirs)}

    def written(*scripts: tuple[dict[int, str], str]) -> list[str]:
        lines = []
        for number in range(count):
            chosen = [(script[number], name) for script, name in scripts if number in script]
            lines.extend(edited(number, *(chosen[0] if chosen else ("keep", ""))))
        return lines

    regions = merge_lines(written(), written((one, "ours")), written((other, "theirs")))
    assert is_clean(regions)
    assert in_place_of_clashes(regions, "ours") == written((one, "ours"), (other, "theirs"))


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_merges_to_one_whichever_side_is_ours(base: str, ours: str, theirs: str) -> None:
    assert merge_text(base, ours, theirs) == merge_text(base, theirs, ours)


@given(TEXTS, TEXTS)
def test_a_text_by_the_bytes(base: str, side: str) -> None:
    assert merge_text(base, side, base) == merge_text(base, base, side) == side
    assert merge_text(base, side, side) == side


@given(TEXTS, TEXTS, TEXTS)
def test_a_text_merges_where_its_lines_do(base: str, ours: str, theirs: str) -> None:
    """With ends everywhere there is nothing else to decide."""
    base, ours, theirs = (f"{text}\n" for text in (base, ours, theirs))
    regions = merge_lines(*map(lines_of, (base, ours, theirs)))
    expected = "".join(in_place_of_clashes(regions, "ours")) if is_clean(regions) else None
    assert merge_text(base, ours, theirs) == expected


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), st.integers(0, 5))
def test_the_end_of_a_text_is_apart_from_its_lines(lines: list[str], place: int) -> None:
    """Dropping the last line end never clashes with an edit."""
    base = "".join(f"{line}\n" for line in lines)
    edited_lines = [*lines[:place], "new", *lines[place + 1 :]]
    theirs = "".join(f"{line}\n" for line in edited_lines)
    assert merge_text(base, base[:-1], theirs) == theirs[:-1]
    assert merge_text(base[:-1], base, theirs[:-1]) == theirs
