"""Texts with conflict markers, read."""

from __future__ import annotations

import pytest

from stui_workspace.merge.lines import Labels, Unmarked, unmarked

DIFF3 = """\
a
<<<<<<< HEAD
x
||||||| 1234abc
b
=======
y
>>>>>>> topic
c
"""


def read(text: str) -> Unmarked:
    found = unmarked(text)
    assert found is not None
    return found


def test_all_three() -> None:
    assert unmarked(DIFF3) == Unmarked(
        "a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n", True, Labels("HEAD", "1234abc", "topic"), 7
    )


def test_two_sides_only_have_in_common_what_is_alike() -> None:
    text = "a\n<<<<<<< HEAD\nx\nsame\n=======\nsame\ny\n>>>>>>> topic\n"
    assert unmarked(text) == Unmarked(
        "a\nsame\n", "a\nx\nsame\n", "a\nsame\ny\n", False, Labels("HEAD", "", "topic"), 7
    )


def test_one_base_missing_of_two() -> None:
    found = read(DIFF3 + "<<<<<<< HEAD\nx\n=======\n>>>>>>> topic\n")
    assert not found.has_base
    assert found.base == "a\nb\nc\n"


def test_line_ends_and_marks_of_order_stay() -> None:
    found = read("\ufeff" + DIFF3.replace("\n", "\r\n"))
    assert (found.base, found.ours) == ("\ufeffa\r\nb\r\nc\r\n", "\ufeffa\r\nx\r\nc\r\n")
    assert found.labels == Labels("HEAD", "1234abc", "topic")


def test_a_mark_of_order_before_the_first_marker() -> None:
    found = read("\ufeff<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n")
    assert (found.ours, found.theirs) == ("\ufeffx\n", "\ufeffy\n")


def test_a_last_marker_without_a_line_end() -> None:
    assert read(DIFF3.removesuffix("\nc\n")).theirs == "a\ny\n"


@pytest.mark.parametrize("size", [7, 8, 12, 40])
def test_any_size(size: int) -> None:
    text = "".join(
        line.replace(line[0] * 7, line[0] * size) for line in DIFF3.splitlines(keepends=True)
    )
    assert (read(text).size, read(text).theirs) == (size, "a\ny\nc\n")


def test_shorter_and_longer_signs_are_content() -> None:
    found = read(DIFF3.replace("x\n", "<<<<<<\n======= x\n>>>>>>>>>\n<<<<<<<x\n"))
    assert found.ours == "a\n<<<<<<\n======= x\n>>>>>>>>>\n<<<<<<<x\nc\n"


def test_underlined_titles_outside_are_content() -> None:
    assert read("Title\n=======\n" + DIFF3).ours == "Title\n=======\na\nx\nc\n"


def test_a_marker_of_another_size_that_is_not_closed_is_content() -> None:
    found = read("<<<<<<<<< quoted\n" + DIFF3)
    assert (found.size, found.ours) == (7, "<<<<<<<<< quoted\na\nx\nc\n")


NESTED = """\
<<<<<<< HEAD
x
||||||| merged common ancestors
before
{less} Temporary merge branch 1
p
{bars} 77aa
b
{same}
q
{more} Temporary merge branch 2
=======
y
>>>>>>> topic
"""


def nested(size: int, outer: int = 7) -> str:
    text = "".join(
        line.replace(line[0] * 7, line[0] * outer) for line in NESTED.splitlines(keepends=True)
    )
    return text.format(less="<" * size, bars="|" * size, same="=" * size, more=">" * size)


@pytest.mark.parametrize("size", [9, 11, 7], ids=["as git nests", "deeper", "of the same size"])
def test_a_base_with_conflicts_of_its_own_is_what_those_come_from(size: int) -> None:
    assert read(nested(size)).base == "before\nb\n"
    assert (read(nested(size)).ours, read(nested(size)).has_base) == ("x\n", True)


def test_a_base_with_conflicts_without_a_base_is_what_they_have_in_common() -> None:
    text = nested(9).replace("||||||||| 77aa\nb\n", "").replace("p\n", "p\nr\n")
    assert read(text.replace("q\n", "r\n")).base == "before\nr\n"


def test_shorter_markers_in_a_base_are_content() -> None:
    content = "<<<<<<< a\n=======\n>>>>>>> b\n"
    assert read(nested(10, 8).replace("before\n", content)).base == f"{content}b\n"


def test_a_base_two_deep() -> None:
    inner = "<<<<<<<<<<<\n1\n|||||||||||\n0\n===========\n2\n>>>>>>>>>>>\n"
    assert read(nested(9).replace("b\n", inner)).base == "before\n0\n"


@pytest.mark.parametrize(
    "line",
    ["<<<<<<<<< Temporary merge branch 1", "||||||||| 77aa", ">>>>>>>>> Temporary merge branch 2"],
)
def test_a_base_with_part_of_a_conflict_is_not_read(line: str) -> None:
    """Git cuts them apart where both sides have lines of the conflict."""
    found = read(DIFF3.replace("x\n", "x\nk\n").replace("b\n", f"{line}\nb\n").replace("y", "k"))
    assert found.base == "a\nk\nc\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("a: 1\n", id="none"),
        pytest.param("a: <<<<<<< b\n", id="not at the beginning"),
        pytest.param("<<<<<<\n======\n>>>>>>\n", id="too short"),
        pytest.param(DIFF3.replace(">>>>>>> topic\n", ""), id="not closed"),
        pytest.param(DIFF3.replace("=======\n", ""), id="no middle"),
        pytest.param(DIFF3.replace("<<<<<<< HEAD\n", ""), id="not opened"),
        pytest.param(DIFF3.replace("=======\n", "=======\nz\n=======\n"), id="two middles"),
        pytest.param(DIFF3.replace("x\n", "<<<<<<< HEAD\n"), id="opened twice"),
        pytest.param(DIFF3.replace("y\n", "||||||| base\n"), id="base at the end"),
        pytest.param(DIFF3 + ">>>>>>> topic\n", id="closed twice"),
        pytest.param(DIFF3 + "||||||| base\n", id="base outside"),
        pytest.param(DIFF3 + "<<<<<<< HEAD\n", id="another begun"),
        pytest.param(DIFF3.replace("b\n", ">>>>>>> topic\n"), id="closed in the base"),
        pytest.param(
            DIFF3.replace("b\n", ">>>>>>> a\n<<<<<<< b\n"), id="closed, then opened in it"
        ),
        pytest.param("<<<<<<< a\n||||||| b\n" * 3000, id="opened thousands of times"),
        pytest.param(
            "<<<<<<< a\n||||||| b\n=======\n>>>>>>> c\n>>>>>>> d\n" * 9, id="one too many"
        ),
    ],
)
def test_what_git_does_not_write_is_not_read(text: str) -> None:
    assert unmarked(text) is None


def test_very_deep_bases_are_given_up() -> None:
    deep = 3000
    text = "<<<<<<< a\nk\n||||||| b\n" * deep + "=======\nk\n>>>>>>> c\n" * deep
    assert (read(text).ours, read(text).base) == ("k\n", "k\n")
