"""A merge and its answers as a value: choosing, undoing, and what is left."""

from __future__ import annotations

from itertools import permutations

import pytest

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.merge import Choice, Policy, Take, Written
from stui_workspace.merge.lines import Labels
from stui_workspace.runtime.settling import Settlement
from stui_workspace.runtime.settling.markers import settlement_of
from stui_workspace.storage.conflicts.records import Sides

BASE = """\
stui: 1
# who
name: orders  # short
preferences:
  theme: nord
  wrap: true
  tab_width: 4
buffers:
  scratch:
    source: |
      one
      two
"""
OURS = """\
stui: 1
# we
name: orders  # ours
preferences:
  theme: dracula
  wrap: true
  tab_width: 4
buffers:
  scratch:
    source: |
      one
      due
"""
THEIRS = """\
stui: 1
# they
name: orders  # theirs
preferences:
  theme: gruvbox
  wrap: false
  tab_width: 4
buffers:
  scratch:
    source: |
      one
      zwei
"""
PROVISIONAL = OURS.replace("wrap: true", "wrap: false")
PATHS = ("/name#comment", "/name#eol", "/preferences/theme", "/buffers/scratch/source")


def merge(base: str = BASE, ours: str = OURS, theirs: str = THEIRS) -> Settlement:
    return Settlement(
        Sides(base.encode(), ours.encode(), theirs.encode()),
        Policy.published(),
        Labels("HEAD", "before", "feature"),
    )


def left(settlement: Settlement) -> set[str]:
    return {str(one.path) for one in settlement.left}


def test_it_begins_with_the_provisional_document() -> None:
    settlement = merge()
    assert settlement.text.decode() == PROVISIONAL
    assert left(settlement) == set(PATHS)
    assert not settlement.is_settled
    assert settlement.choices == {}


@pytest.mark.parametrize(
    ("path", "choice", "old", "new"),
    [
        ("/preferences/theme", Take.OURS, "", ""),
        ("/preferences/theme", Take.THEIRS, "dracula", "gruvbox"),
        ("/preferences/theme", Take.BASE, "dracula", "nord"),
        ("/preferences/theme", Written("light"), "dracula", "light"),
        ("/preferences/theme", Written('"1.10"'), "dracula", '"1.10"'),
        ("/preferences/theme", Written("dracula"), "", ""),
        ("/name#comment", Take.THEIRS, "# we\n", "# they\n"),
        ("/name#comment", Take.BOTH, "# we\n", "# we\n# they\n"),
        ("/name#comment", Written("one\n# two"), "# we\n", "# one\n# two\n"),
        ("/name#eol", Take.BASE, "# ours", "# short"),
        ("/name#eol", Written("mine"), "# ours", "# mine"),
        ("/buffers/scratch/source", Take.THEIRS, "due", "zwei"),
    ],
    ids=str,
)
def test_a_choice_changes_its_place_and_nothing_else(
    path: str, choice: Choice, old: str, new: str
) -> None:
    before = merge()
    after = before.take(path, choice)
    assert after.text.decode() == PROVISIONAL.replace(old, new)
    assert left(after) == set(PATHS) - {path}
    assert {str(one.path) for one in after.conflicts} == set(PATHS)
    assert left(before) == set(PATHS)


@pytest.mark.parametrize("order", list(permutations(PATHS[1:])), ids=" ".join)
def test_the_order_of_the_choices_does_not_matter(order: tuple[str, ...]) -> None:
    settlement = merge().take(PATHS[0], Take.BOTH)
    for path in order:
        settlement = settlement.take(path, Take.THEIRS)
    assert settlement.is_settled
    assert settlement.text.decode() == THEIRS.replace("# they\n", "# we\n# they\n")


def test_undoing_goes_back_one_step_at_a_time() -> None:
    first = merge().take("/preferences/theme", Take.THEIRS)
    second = first.take_all({"/name#eol": Take.THEIRS, "/name#comment": Take.THEIRS})
    assert second.undo() == first
    assert first.undo() == merge()
    assert merge().undo() == merge()
    assert second.undo().text == first.text


def test_to_choose_nothing_is_no_step() -> None:
    assert merge().take_all({}) == merge()


def test_what_is_not_left_cannot_be_settled() -> None:
    settlement = merge().take("/preferences/theme", Take.OURS)
    with pytest.raises(NotFoundError, match="no conflict `/preferences/theme`"):
        settlement.take("/preferences/theme", Take.THEIRS)
    with pytest.raises(NotFoundError) as caught:
        merge().take("/preferences/them", Take.THEIRS)
    assert caught.value.next_step == "did you mean `/preferences/theme`?"
    with pytest.raises(NotFoundError) as caught:
        merge().take("qqq", Take.THEIRS)
    assert caught.value.next_step == "`stui conflicts` lists them"


@pytest.mark.parametrize(
    ("path", "choice", "why"),
    [
        ("/preferences/theme", Take.BOTH, "cannot have both"),
        ("/preferences/theme", Written("[light"), "is not YAML"),
        ("/name#eol", Written("two\nlines"), "has one line"),
    ],
)
def test_what_cannot_stand_there_is_refused(path: str, choice: Choice, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        merge().take(path, choice)
    assert not merge().can_take(path, choice)
    assert merge().can_take(path, Take.THEIRS)


def test_deleted_or_edited() -> None:
    base = "a: {x: 1, y: 1}\nb: 1\n"
    settlement = merge(base, "b: 1\n", "a: {x: 2, y: 1}\nb: 1\n")
    assert left(settlement) == {"/a"}
    assert settlement.text == b"a: {x: 2, y: 1}\nb: 1\n"
    assert settlement.take("/a", Take.OURS).text == b"b: 1\n"
    assert settlement.take("/a", Take.THEIRS).text == settlement.text
    assert settlement.take("/a", Take.BASE).text == base.encode()


def test_what_would_be_no_yaml_any_more_is_refused() -> None:
    base = "a: &x {p: 1}\nb: 1\n"
    settlement = merge(base, "b: 1\n", "a: &x {p: 1}\nb: *x\n")
    assert left(settlement) == {"/a"}
    with pytest.raises(UsageError, match="would not be YAML"):
        settlement.take("/a", Take.OURS)
    assert settlement.can_take("/a", Take.THEIRS)


def test_a_whole_file() -> None:
    settlement = merge("a: 1\n", "a: [\n", "a: 2\n")
    assert left(settlement) == {"/"}
    assert settlement.text == b"a: 2\n"
    assert settlement.take("/", Take.THEIRS).text == b"a: 2\n"
    assert settlement.take("/", Take.BASE).text == b"a: 1\n"


class TestMarkers:
    def test_what_is_left_stands_between_markers(self) -> None:
        text = merge().marked_text.decode()
        assert text.count("<<<<<<< HEAD") == text.count(">>>>>>> feature") > 0
        assert "wrap: false" in text
        assert "wrap: true" not in text

    def test_each_choice_takes_its_markers_away(self) -> None:
        settlement = merge()
        for path in PATHS:
            found = settlement_of(settlement.marked_text, Policy.published())
            assert found is not None
            assert left(found) == left(settlement)
            assert found.text == settlement.text
            settlement = settlement.take(path, Take.OURS)
        assert settlement.marked_text == settlement.text == PROVISIONAL.encode()

    def test_the_size_of_the_markers_stays(self) -> None:
        sides = merge().sides
        settlement = Settlement(sides, Policy.published(), marker_size=15)
        assert b"\n" + b"<" * 15 + b" " in settlement.marked_text
