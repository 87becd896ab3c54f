"""Fuzz the reader: any bytes through document, schema and model, as every command reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from stui_workspace.document import Document, Limits, parse, read, to_yaml
from stui_workspace.document.formatting import formatted
from stui_workspace.document.verify import identical
from stui_workspace.errors import EditError, StuiError
from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.printable import printable_line
from stui_workspace.schema import FileKind, check, resolve, workspace_of

ROOT: Final = Path(__file__).parents[3]
ANYTHING: Final = Limits.anything()
GROWN: Final = 64 << 10
"""Now and then a small input is repeated up to this size: what grows faster than it shows then."""

MUCH: Final = 32 << 10
"""What aliases come to, from which on a document is checked as one kind of file alone."""


def target(data: bytes) -> None:
    """Hold the laws of reading for `data`."""
    for limits in (Limits(), ANYTHING):
        document = read_alike(data, limits)
        if document is not None:
            hold_laws(document)
    if data and sum(data) % 64 == 0:
        read(data * (GROWN // len(data) or 1))
        read((data + b"\n") * (GROWN // (len(data) + 1) or 1), ANYTHING)


def read_alike(data: bytes, limits: Limits) -> Document | None:
    """The document, about which both parsers say the same."""
    fast, slow = read(data, limits), read(data, limits, pure=True)
    assert fast.content == slow.content == data
    if not limits.any_key:  # the fast one lets odd maps be keys of lists between brackets
        assert (fast.document is None) == (slow.document is None), "the parsers judge differently"
    assert (fast.document is None) == any(
        one.severity is Severity.ERROR for one in fast.diagnostics
    )
    for one in (*fast.diagnostics, *slow.diagnostics):
        assert 0 <= one.span.start <= one.span.end <= len(fast.text)
        assert printable_line(one.message) == one.message, "a message with what a terminal obeys"
    if fast.document is None or slow.document is None:
        return None
    assert fast.document.content == data, "other bytes come back"
    assert identical(fast.document.plain(), slow.document.plain()), "the parsers read differently"
    return fast.document


def hold_laws(document: Document) -> None:
    """The laws for what was read."""
    plain = document.plain()
    if document.limits is not ANYTHING:
        written = to_yaml(plain)
        if isinstance(plain, Mapping):
            assert identical(parse(written, ANYTHING).plain(), plain), (
                "written data reads otherwise"
            )
        build(document, FileKind if len(written) < MUCH else (FileKind.WORKSPACE,))
    once = formatted(document)
    if once.objection is None:
        if not document.limits.any_key:  # there, lists and maps as keys are their own text
            assert identical(once.document.plain(), plain), "another meaning after formatting"
        assert formatted(once.document).document.content == once.document.content


def build(document: Document, kinds: Iterable[FileKind]) -> None:
    """Check the document as some kinds of files, and build the workspace that it describes."""
    plain = document.plain()
    assert plain is None or isinstance(plain, Mapping)
    for kind in kinds:
        found = check(plain, document, kind, strict=True)
        for one in found:
            assert 0 <= one.span.start <= one.span.end <= len(document.text)
            assert printable_line(one.message, 10_000) == one.message
            assert one.hint is None or printable_line(one.hint, 10_000) == one.hint
    if any(one.severity is Severity.ERROR for one in check(plain, document)):
        return
    try:
        workspace_of(resolve(plain or {}, plain or {}, None))
        for name in [*((plain or {}).get("environments") or ())][:3]:  # type: ignore[misc]
            workspace_of(resolve(plain or {}, environment=name))
    except (StuiError, EditError):
        return


def seeds() -> Iterator[bytes]:
    """Everything in this repository that is YAML."""
    for folder in ("examples", "tests/corpus", "docs"):
        for path in sorted((ROOT / folder).rglob("*.y*ml")):
            yield path.read_bytes()
