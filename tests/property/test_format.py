"""Laws of the canonical style, over generated files whose data and comments are known."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from strategies.yaml_documents import Sample, samples
from stui_workspace.document import Document, Limits, parse, read
from stui_workspace.document.formatting import formatted
from stui_workspace.document.nodes import Mapping, Node, Scalar, Sequence, children
from stui_workspace.document.slices import comments, slices
from stui_workspace.document.trivia import column_of
from stui_workspace.document.verify import identical
from stui_workspace.merge.differing import Kind, differences
from stui_workspace.merge.policy import Policy

POLICY = Policy.from_mapping({})


def in_style(content: bytes) -> Document:
    result = formatted(parse(content))
    assert result.objection is None
    return result.document


def nodes(document: Document) -> list[Node]:
    found: list[Node] = []
    stack = [document.root] if document.root is not None else []
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(children(node))
    return found


@given(samples())
def test_it_says_the_same(sample: Sample) -> None:
    assert identical(in_style(sample.content).plain(), sample.data)


@given(samples())
def test_every_comment_is_there_once(sample: Sample) -> None:
    after = in_style(sample.content)
    texts = Counter(after.text[one.start : one.end] for one in comments(after))
    assert texts == Counter(comment.rstrip() for comment in sample.owners)


@given(samples())
def test_every_comment_is_whose_it_was(sample: Sample) -> None:
    """Told by other code, which knows nothing of styles."""
    before = parse(sample.content)
    found = differences(before, in_style(sample.content), POLICY)
    assert [one for one in found if one.kind is not Kind.FORMAT] == []


@given(samples())
def test_twice_is_once(sample: Sample) -> None:
    once = in_style(sample.content)
    assert formatted(once).document.content == once.content


@given(samples())
def test_line_ends_and_byte_order_mark_stay(sample: Sample) -> None:
    before, after = parse(sample.content), in_style(sample.content)
    assert after.bom == before.bom
    assert after.eol == before.eol or "\n" not in before.text
    assert len(re.findall(r"(?<!\r)\n", after.text)) in (0, after.text.count("\n"))


@given(samples())
def test_no_blanks_are_left_over(sample: Sample) -> None:
    after = in_style(sample.content)
    assert after.text.endswith("\n") or not after.text
    for piece in slices(after):
        if piece.kind == "space":
            following = after.text[piece.end : piece.end + 1]
            assert following not in ("", "\r", "\n")
        if piece.kind == "comment":
            line = after.text[after.text.rfind("\n", 0, piece.start) + 1 : piece.start]
            assert not line.strip() or line.endswith("  ")
    gaps = [piece.kind for piece in slices(after) if piece.kind != "space"]
    runs = "".join("\n" if kind == "break" else "x" for kind in gaps)
    assert "\n\n\n" not in runs


@given(samples())
def test_all_stands_where_it_must(sample: Sample) -> None:
    """Two columns deeper than what it is in; what is between brackets, on one line."""
    after = in_style(sample.content)
    stack: list[tuple[Node, int]] = [] if after.root is None else [(after.root, 0)]
    while stack:
        node, column = stack.pop()
        if isinstance(node, (Mapping, Sequence)):
            if node.flow:
                assert "\n" not in after.text[node.body : node.end]
                continue
            assert column_of(after.text, node.body) == column
        stack.extend((child, column + 2) for child in children(node))


@given(samples())
def test_what_is_plain_stays_as_it_is_spelled(sample: Sample) -> None:
    before, after = parse(sample.content), in_style(sample.content)
    pairs = zip(nodes(before), nodes(after), strict=True)
    for one, other in pairs:
        if isinstance(one, Scalar) and isinstance(other, Scalar) and one.style == "plain":
            assert other.style == "plain"
            assert other.text == one.text


@given(st.text("ab:-[]{},#'\"|> \n\t&*!?", max_size=40))
def test_any_text_that_is_yaml(text: str) -> None:
    """The gate may object to the strangest; it never lets out what says something else."""
    reading = read(text.encode(), Limits.anything())
    if reading.document is None:
        return
    result = formatted(reading.document)
    assert identical(result.document.plain(), reading.document.plain())
