"""The gate behind every edit, given splices that are wrong on purpose."""

from __future__ import annotations

import pytest

from stui_workspace.document import delete, parse, read
from stui_workspace.document.events import LARGE
from stui_workspace.document.splice import Edit, apply_edits, insertion, removal
from stui_workspace.document.verify import apply_verified, identical
from stui_workspace.errors import EditError
from stui_workspace.model.diagnostics import Span

TEXT = "a: 1  # one\n# two\nb: 2\n"
DOCUMENT = parse(TEXT)


@pytest.mark.parametrize(
    ("edits", "intended"),
    [
        pytest.param([removal(6, 11)], {"a": 1, "b": 2}, id="a comment is lost"),
        pytest.param([removal(12, 18)], {"a": 1, "b": 2}, id="a comment line is lost"),
        pytest.param([insertion(0, "# new\n")], {"a": 1, "b": 2}, id="a comment is made up"),
        pytest.param([Edit(Span(3, 4), "5")], {"a": 1, "b": 2}, id="another value"),
        pytest.param([Edit(Span(3, 4), "'1'")], {"a": 1, "b": 2}, id="another type"),
        pytest.param([insertion(0, "c: 3\n")], {"a": 1, "b": 2, "c": 3}, id="another order"),
        pytest.param([insertion(0, "- ")], {"a": 1, "b": 2}, id="no YAML"),
        pytest.param([removal(0, 4), removal(3, 5)], {"b": 2}, id="splices that overlap"),
        pytest.param([removal(20, 400)], {"a": 1}, id="a splice past the end"),
        pytest.param([insertion(3, "\ud800")], {"a": 1, "b": 2}, id="half a character"),
    ],
)
def test_a_wrong_splice_is_refused(edits: list[Edit], intended: dict[str, int]) -> None:
    with pytest.raises(EditError):
        apply_verified(DOCUMENT, edits, intended)


def test_a_comment_goes_only_where_it_may() -> None:
    edits = [removal(6, 11)]
    assert apply_verified(DOCUMENT, edits, {"a": 1, "b": 2}, [Span(6, 11)]).text.startswith("a: 1 ")
    with pytest.raises(EditError):
        apply_verified(DOCUMENT, edits, {"a": 1, "b": 2}, [Span(12, 18)])


def test_identical_is_exact() -> None:
    assert identical({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]})
    assert not identical({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert not identical([{"a": 1, "b": 2}], [{"b": 2, "a": 1}])
    assert not identical(1, 1.0)
    assert not identical(True, 1)


def test_splices_are_made_at_once_and_in_order() -> None:
    edits = [insertion(3, "x"), removal(3, 4), insertion(0, "y"), insertion(3, "z")]
    assert apply_edits("abcde", edits) == "yabcxze"


def test_a_refusal_says_which_alias_is_in_the_way() -> None:
    with pytest.raises(EditError) as caught:
        delete(parse("a: &name 1\nb: *name\n"), ("a",))
    assert str(caught.value) == "an alias elsewhere stands for this value"
    assert caught.value.next_step == "write `*name` out first"


def test_colons_in_flow_are_read_in_files_for_the_fast_parser_alone() -> None:
    text = "a: [tcp://h:1, http://x]\n" + "# padding\n" * (LARGE // 10)
    document = read(text.encode()).document
    assert document is not None
    assert document.plain() == {"a": ["tcp://h:1", "http://x"]}
