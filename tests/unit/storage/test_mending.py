"""A session file that is not as it was written: what is used of it, and what is said of that."""

from __future__ import annotations

import pytest

from stui_workspace.storage.ending import Ending, ended, ending_of
from stui_workspace.storage.sessions.mending import mended

WHOLE = {"meta": {"id": "a"}, "buffer/a": {"text": "a"}, "buffer/b": {"text": "b"}}
KEPT = {name: value for name, value in WHOLE.items() if name != "meta"}
OTHER = {"text": "other"}


@pytest.mark.parametrize(
    ("found", "ending", "used", "named"),
    [
        pytest.param({}, Ending.WHOLE, {}, [], id="a whole file is believed, whatever it lacks"),
        pytest.param(WHOLE, Ending.CUT, WHOLE, [], id="it lacks its last line alone"),
        pytest.param(
            {"meta": WHOLE["meta"]}, Ending.CUT, WHOLE, ["buffer/a", "buffer/b"], id="cut"
        ),
        pytest.param(
            {**WHOLE, "buffer/b": OTHER}, Ending.CUT, WHOLE, ["buffer/b"], id="cut in a text"
        ),
        pytest.param(
            {**WHOLE, "buffer/a": OTHER},
            Ending.CUT,
            {**WHOLE, "buffer/a": OTHER},
            [],
            id="what stands before the end is newer than the snapshot",
        ),
        pytest.param(
            {**WHOLE, "buffer/a": OTHER},
            Ending.CHANGED,
            {**WHOLE, "buffer/a": OTHER},
            ["buffer/a"],
            id="somebody may have meant it",
        ),
        pytest.param(
            {"meta": WHOLE["meta"], "buffer/b": {"text": "b"}},
            Ending.CHANGED,
            WHOLE,
            ["buffer/a"],
            id="nobody loses an item by it",
        ),
        pytest.param(WHOLE, Ending.CHANGED, WHOLE, ["meta"], id="then it must be who it is"),
    ],
)
def test_what_is_used_and_named(
    found: dict[str, object], ending: Ending, used: dict[str, object], named: list[str]
) -> None:
    items, problems = mended(found, KEPT, ending)  # type: ignore[arg-type]
    assert items == used
    assert [problem.item for problem in problems] == named


@pytest.mark.parametrize("ending", [Ending.CUT, Ending.CHANGED])
def test_without_a_snapshot_the_file_is_all_there_is_and_that_is_said(ending: Ending) -> None:
    items, problems = mended(WHOLE, None, ending)
    assert items == WHOLE
    assert [problem.item for problem in problems] == ["session"]


def test_every_cut_and_every_wrong_byte_shows_at_the_end() -> None:
    content = ended(b"a: 1\nb: |\n  two\n  lines\n")
    for size in range(len(content) - 1):  # the last byte is a line end, which nobody needs
        assert ending_of(content[:size])[1] is not Ending.WHOLE
    body, _ = ending_of(content)
    for place in range(len(body)):
        wrong = bytearray(content)
        wrong[place] ^= 1
        assert ending_of(bytes(wrong))[1] is not Ending.WHOLE


def test_line_ends_of_another_system_are_no_damage() -> None:
    content = ended(b"a: 1\nb: 2\n")
    assert ending_of(content.replace(b"\n", b"\r\n")) == (b"a: 1\nb: 2\n", Ending.WHOLE)
