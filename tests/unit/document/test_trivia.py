"""Who owns which comment: the pieces that a merge takes apart and puts together."""

from __future__ import annotations

from stui_workspace.document import Mapping, Sequence, parse
from stui_workspace.document.nodes import Collection
from stui_workspace.document.trivia import (
    end_comment,
    head_comment,
    leading_comment,
    section_notes,
    slots,
    tail,
)
from stui_workspace.model.diagnostics import Span

TEXT = """\
# head

# about a
a: 1  # eol a

# note

b:  # on b
  # about c
  c: |  # header
    text
  d:
  - x  # eol x
  # tail of b

  # more tail
# tail

# foot
"""


def collection(path: tuple[str, ...] = ()) -> Collection:
    node = parse(TEXT).node(path)
    assert isinstance(node, (Mapping, Sequence))
    return node


def cut(span: Span | None) -> str | None:
    return None if span is None else TEXT[span.start : span.end]


def test_what_stands_above() -> None:
    a, b = slots(TEXT, collection())
    assert cut(section_notes(a)) == "# head\n"
    assert cut(leading_comment(TEXT, a)) == "# about a\n"
    assert cut(section_notes(b)) == "\n# note\n"
    assert cut(leading_comment(TEXT, b)) == ""
    c, d = slots(TEXT, collection(("b",)))
    assert cut(leading_comment(TEXT, c)) == "  # about c\n"
    assert cut(section_notes(d)) == ""


def test_what_stands_beside() -> None:
    a, b = slots(TEXT, collection())
    assert cut(end_comment(TEXT, a)) == "# eol a"
    assert cut(head_comment(TEXT, b, TEXT.index("b:") + 2)) == "# on b"
    (x,) = slots(TEXT, collection(("b", "d")))
    assert cut(end_comment(TEXT, x)) == "# eol x"
    assert head_comment(TEXT, a, TEXT.index("a: 1") + 2) is None


def test_what_stands_below() -> None:
    assert cut(tail(TEXT, collection(), -1)) == "# tail\n\n# foot\n"
    assert cut(tail(TEXT, collection(("b",)), 0)) == "  # tail of b\n\n  # more tail\n"
    _, b = slots(TEXT, collection())
    assert TEXT[b.end :] == "# tail\n\n# foot\n"


def test_the_slots_and_the_notes_between_them_are_the_whole_text() -> None:
    a, b = slots(TEXT, collection())
    pieces = [(0, a.own), (a.own, a.end), (a.end, b.own), (b.own, b.end), (b.end, len(TEXT))]
    assert "".join(TEXT[start:end] for start, end in pieces) == TEXT
    assert (a.end, b.gap) == (b.gap, a.end)
