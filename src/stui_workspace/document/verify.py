"""The gate behind every edit: read the result back and compare it with the intention.

The intention is computed on plain data, by code that knows nothing of text. An edit
that does not come out exactly as meant is refused; it is never a silent wrong edit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from stui_workspace.document.document import Document
from stui_workspace.document.reading import read
from stui_workspace.document.slices import Slice, comments, remarks
from stui_workspace.document.splice import Edit, apply_edits
from stui_workspace.errors import EditError
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.values import Plain, same


def apply_verified(
    document: Document, edits: Iterable[Edit], intended: Plain, doomed: Iterable[Span] = ()
) -> Document:
    """The document after `edits`, which says `intended` and has all comments outside `doomed`.

    Raises:
        EditError: It would not. Nothing has changed.
    """
    try:
        text = apply_edits(document.text, edits)
    except ValueError:
        raise EditError("the edit does not fit the way this part is written") from None
    content = (("\ufeff" if document.bom else "") + text).encode("utf-8", "surrogatepass")
    reading = read(content, document.limits, pure=document.pure)
    result = reading.document
    if result is None:
        first = reading.diagnostics[0]
        raise EditError(f"the result could not be read: {first.message}", first.hint)
    if not identical(result.plain(), intended):
        raise EditError("the edit would change more than it should", "edit the file by hand")
    left = tuple(remarks(result))
    if _texts(result, left) != _surviving(document, tuple(doomed)):
        raise EditError("the edit would lose or move a comment", "edit the file by hand")
    if any(piece.kind == "unknown" for piece in left):
        raise EditError("the result would not be clear to read", "edit the file by hand")
    return result


def identical(one: Plain, other: Plain) -> bool:
    """Whether two values are the same, with map keys in the same order."""
    return same(one, other) and _in_same_order(one, other)


def _in_same_order(one: Plain, other: Plain) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(_in_same_order(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return all(_in_same_order(a, b) for a, b in zip(one, other, strict=True))
    return True


def _texts(document: Document, pieces: Iterable[Slice]) -> Counter[str]:
    return Counter(
        document.text[piece.start : piece.end] for piece in pieces if piece.kind == "comment"
    )


def _surviving(document: Document, doomed: tuple[Span, ...]) -> Counter[str]:
    pieces = comments(document)
    return _texts(
        document,
        (one for one in pieces if not any(s.start <= one.start < s.end for s in doomed)),
    )
