"""Laws of reading: any bytes come back, both parsers agree, and the data is what is written."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from strategies.yaml_documents import Sample, samples
from stui_workspace.document import Document, Limits, parse, read, to_yaml
from stui_workspace.document.events import Attempt, MalformedError, events
from stui_workspace.document.slices import comments, remarks, slices
from stui_workspace.model.values import Plain, same

SNIPPETS = [
    *"-:?[]{},#&*!|>'\"%@`\t\n \\",
    *("\r\n", "---\n", "...\n", "- ", ": ", "<<: *a\n", "!!str ", "&a ", "*a", "|\n", "# c\n"),
    *("{a:1}", "[b:]", "%YAML 1.2\n", "\x00", "\u2028", "\ufeff", "\u00e9", "\U0001f600"),
    *(".inf", "9" * 200),
]


def seen(value: Any) -> str:
    """What a reader would see: it owes nothing to our own comparison."""
    return repr(value)


@given(st.binary(max_size=400))
def test_any_bytes_come_back(content: bytes) -> None:
    reading = read(content)
    assert reading.content == content
    if reading.document is not None:
        assert reading.document.content == content


@given(
    samples(),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 4), st.sampled_from(SNIPPETS)), max_size=4
    ),
)
def test_any_damage_comes_back_and_both_parsers_judge_alike(
    sample: Sample, damages: list[tuple[int, int, str]]
) -> None:
    text = sample.content.decode()
    for place, length, snippet in damages:
        at = place % (len(text) + 1)
        text = text[:at] + snippet + text[at + length :]
    content = text.encode()
    for limits in (Limits(), Limits.anything()):
        fast, slow = read(content, limits), read(content, limits, pure=True)
        assert fast.content == slow.content == content
        assert seen(fast.document) == seen(slow.document).replace("pure=True", "pure=False")
        assert fast.diagnostics == slow.diagnostics
        if fast.document is not None:
            assert fast.document.content == content


@given(sample=samples(), pure=st.booleans())
def test_a_document_says_what_was_meant(sample: Sample, *, pure: bool) -> None:
    document = parse(sample.content, pure=pure)
    assert seen(document.plain()) == seen(sample.data)
    assert document.content == sample.content


@given(samples())
def test_the_slices_are_the_text(sample: Sample) -> None:
    document = parse(sample.content)
    pieces = list(slices(document))
    assert "".join(document.text[piece.start : piece.end] for piece in pieces) == document.text
    assert not [piece for piece in pieces if piece.kind == "unknown"]
    assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]


@given(samples())
def test_the_remarks_are_those_of_all_slices(sample: Sample) -> None:
    document = parse(sample.content)
    loud = [piece for piece in slices(document) if piece.kind in ("comment", "unknown")]
    assert list(remarks(document)) == loud


def written_comments(document: Document) -> list[str]:
    return [document.text[piece.start : piece.end] for piece in comments(document)]


@given(samples())
def test_all_comments_are_found(sample: Sample) -> None:
    assert written_comments(parse(sample.content)) == sorted(
        sample.owners, key=sample.content.decode().index
    )


@given(samples())
def test_another_reader_reads_the_same(sample: Sample) -> None:
    try:
        other = YAML(typ="safe", pure=True).load(sample.content.decode().removeprefix("\ufeff"))
    except YAMLError:
        return  # it knows neither tabs behind values nor blank heads of block scalars
    assert seen(parse(sample.content).plain()) == seen(other)


plain_texts = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\n\n \t#:-'\"\\,[]{}&*!|>%@`~\x85\u2028\ufeff"),
    max_size=30,
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | plain_texts
    | st.sampled_from(["no", "1e3", "0x1", "~", "null", "<<", "---", "...", "12:30", "=", "1_0"])
)
plains: st.SearchStrategy[Plain] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_texts, inner, max_size=4),
    max_leaves=12,
)


@given(plains)
def test_written_data_is_read_back(value: Plain) -> None:
    text = to_yaml(value)
    for pure in (False, True):
        document = parse(text, Limits(any_root=True), pure=pure)
        assert same(document.plain(), value)
        assert seen(document.plain()) == seen(value)
    assert to_yaml(parse(text, Limits(any_root=True)).plain()) == text


@given(plains)
@example({"-_": "+_1"})
def test_written_data_is_read_back_by_another_reader(value: Plain) -> None:
    try:
        list(events(Attempt(to_yaml(value), pure=True)))
    except MalformedError:  # it refuses a few texts that YAML allows, and we mask for it
        return
    other = YAML(typ="safe", pure=True).load(to_yaml(value))
    assert same(other, value)
