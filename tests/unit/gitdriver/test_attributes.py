"""Lines of a list of attributes: ours come and go, and nobody else's byte changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.gitdriver.attributes import LINES, added, with_lines, without_lines

OURS = "".join(f"{line}\n" for line in LINES).encode()

lines = st.sampled_from(
    [
        b"*.py text",
        b"# mine",
        b"",
        b"   ",
        b"*.yaml merge=union",
        b".stui-workspace.yaml merge=union",
        b"\xff\xfe binary",
        b'"a b" -text',
        LINES[1].encode(),
        LINES[0].encode(),
    ]
)
contents = st.builds(
    lambda found, eol, end: eol.join(found) + (eol if end else b""),
    st.lists(lines, max_size=6),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
)


@given(contents)
def test_what_is_there_comes_first_and_stays(content: bytes) -> None:
    assert with_lines(content).startswith(content)


@given(contents)
def test_twice_is_once(content: bytes) -> None:
    once = with_lines(content)
    assert with_lines(once) == once


@given(contents)
def test_what_was_added_can_be_taken_back(content: bytes) -> None:
    before = without_lines(content)
    after = without_lines(with_lines(before))
    assert after in (before, before + b"\n", before + b"\r\n")


@given(contents)
def test_after_taking_away_no_line_of_ours_is_left(content: bytes) -> None:
    left = without_lines(with_lines(content)).splitlines()
    assert not {line.strip() for line in left} & {line.encode() for line in LINES}


@given(contents)
def test_then_stui_is_named(content: bytes) -> None:
    assert b"merge=stui" in with_lines(content)


@pytest.mark.parametrize(
    ("content", "result"),
    [
        pytest.param(b"", OURS, id="nothing"),
        pytest.param(b"*.py text\n", b"*.py text\n" + OURS, id="other lines"),
        pytest.param(b"*.py text", b"*.py text\n" + OURS, id="no final newline"),
        pytest.param(
            b"*.py text\r\n", b"*.py text\r\n" + OURS.replace(b"\n", b"\r\n"), id="other line ends"
        ),
        pytest.param(
            b".stui-workspace.yaml text merge=stui diff=stui eol=lf\n",
            b".stui-workspace.yaml text merge=stui diff=stui eol=lf\n"
            b"%s\n%s\n" % (LINES[0].encode(), LINES[2].encode()),
            id="one of somebody's own that says so already",
        ),
        pytest.param(
            b"%s\n.stui-workspace.yaml -merge\n" % LINES[1].encode(),
            b"%s\n.stui-workspace.yaml -merge\n" % LINES[1].encode() + OURS,
            id="taken back further down",
        ),
    ],
)
def test_with_lines(content: bytes, result: bytes) -> None:
    assert with_lines(content) == result


def test_lines_of_somebody_s_own_stay_even_if_they_name_stui() -> None:
    own = b"config/*.yaml merge=stui\n.stui-workspace.yaml merge=stui diff=stui text\n"
    assert without_lines(own + OURS) == own


def test_how_many_lines_are_counted_without_comments() -> None:
    assert added(b"a b\n", b"a b\n" + OURS) == 2
