"""Files of a workspace with secrets in them: not written, not merged, and not kept as they are.

See docs/adr/0016-what-of-a-secret-is-kept.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from stui_workspace.document import read
from stui_workspace.errors import LeakError
from stui_workspace.model.diagnostics import (
    Diagnostic,
    FileProblems,
    Severity,
    Span,
    position_at,
)
from stui_workspace.model.records import replace
from stui_workspace.schema import FileKind
from stui_workspace.schema.leak_check import LEAK_CODES, leaks
from stui_workspace.schema.leaks import HOW_TO_KEEP, NOT_KEPT, blotted, leaks_by_line, leaks_in
from stui_workspace.schema.secret_forms import merged
from stui_workspace.storage.project import OVERLAY_NAME

_STEP: Final = (
    "`stui secret migrate` takes a secret out of the file and keeps it; or `stui secret set NAME`,"
    " and write `credential: keyring:NAME`"
)
_BOM: Final = b"\xef\xbb\xbf"
_ERRORS: Final = "surrogateescape"


def leaks_of(content: bytes, kind: FileKind = FileKind.WORKSPACE) -> FileProblems:
    """The secrets in the bytes of a file; its name is left empty.

    In one that cannot be read as YAML, or not within its bounds, lines are judged by their looks.
    """
    reading = read(content)
    if reading.document is not None:
        found = leaks(reading.document.plain(), reading.document, kind)
        return FileProblems(Path(), reading.text, found)
    text = content.removeprefix(_BOM).decode("utf-8", _ERRORS)
    message = "a secret stands in the text"
    return FileProblems(
        Path(),
        text,
        tuple(
            Diagnostic("S121", message, span, Severity.ERROR, HOW_TO_KEEP, conceal=True)
            for span in leaks_by_line(text)
        ),
    )


def with_leaks(problems: FileProblems, content: bytes) -> FileProblems:
    """The problems of a file that is no YAML, and where secrets stand in it."""
    found = leaks_of(content)
    known = {one.span for one in problems.diagnostics if one.code in LEAK_CODES}
    if found.text != problems.text:
        return problems
    leaks = (one for one in found.diagnostics if one.span not in known)
    both = sorted((*problems.diagnostics, *leaks), key=lambda one: one.span)
    return replace(problems, diagnostics=tuple(both))


def refuse_leaks(path: Path, before: bytes | None, after: bytes, kind: FileKind) -> None:
    """Return if a person's edit may be written: no secret is in the file, or fewer than before.

    Args:
        path: The file, for the message.
        before: What it says now; None where it is not there.
        after: What it would say.
        kind: What it is.

    Raises:
        LeakError: A secret would be in it; with its place. Nothing was written.
    """
    found = leaks_of(after, kind)
    if not found.diagnostics:
        return
    known = Counter() if before is None else _counted(leaks_of(before, kind))
    if not _counted(found) < known:
        raise _refused(path, found, found.diagnostics)


def refuse_new_leaks(path: Path, before: bytes | None, after: bytes) -> None:
    """Return if a file may be written that was put together of versions that there are.

    Raises:
        LeakError: A secret would be in it that is not in it now. Nothing was written.
    """
    if after == before:
        return
    kind = kind_of(path)
    found = leaks_of(after, kind)
    if not found.diagnostics:
        return
    known = Counter() if before is None else _counted(leaks_of(before, kind))
    new = _counted(found) - known
    if new:
        raise _refused(path, found, tuple(one for one in found.diagnostics if _key(one) in new))


def refuse_to_keep(path: Path, *sides: bytes) -> None:
    """Return if the sides of a merge may be kept until a person has settled it.

    Raises:
        LeakError: One of them holds a secret.
    """
    for side in sides:
        found = leaks_of(side, kind_of(path))
        if found.diagnostics:
            raise _refused(path, found, found.diagnostics)


def without_leaks(content: bytes, kind: FileKind = FileKind.WORKSPACE) -> bytes:
    """The bytes as they may be kept: byte for byte, but for the secrets in them."""
    found = leaks_of(content, kind)
    if not found.diagnostics:
        return content
    exact = tuple(leaks_in(found.text))
    whole = [
        one.span
        for one in found.diagnostics
        if not any(one.span.start <= part.start and part.end <= one.span.end for part in exact)
    ]
    clean = _blotted(content, found.text, (*exact, *whole))
    left = leaks_of(clean, kind)  # what is written with escapes is seen only as a value
    return _blotted(clean, left.text, (one.span for one in left.diagnostics))


def _blotted(content: bytes, text: str, spans: Iterable[Span]) -> bytes:
    begin = _BOM if content.startswith(_BOM) else b""
    return begin + blotted(text, spans, NOT_KEPT).encode("utf-8", _ERRORS)


def line_of_leak(content: bytes | None, path: Path) -> int | None:
    """The first line with a secret, counted from 1; None where there is none."""
    found = None if content is None else leaks_of(content, kind_of(path))
    if found is None or not found.diagnostics:
        return None
    return position_at(found.text, found.diagnostics[0].span.start)[0]


def kind_of(path: Path) -> FileKind:
    """What a file of that name is, of those that a workspace consists of."""
    return FileKind.OVERLAY if path.name == OVERLAY_NAME else FileKind.WORKSPACE


def _refused(path: Path, found: FileProblems, leaks: tuple[Diagnostic, ...]) -> LeakError:
    text = _masked(found.text, (*leaks_in(found.text), *(one.span for one in found.diagnostics)))
    return LeakError((FileProblems(path, text, leaks),), _STEP)


def _masked(text: str, spans: Iterable[Span]) -> str:
    """The text with a star for each character of the spans: every place in it is where it was."""
    pieces: list[str] = []
    position = 0
    for span in merged(iter(spans)):
        stars = "".join(one if one in "\r\n" else "*" for one in text[span.start : span.end])
        pieces += [text[position : span.start], stars]
        position = span.end
    return "".join((*pieces, text[position:]))


def _counted(found: FileProblems) -> Counter[object]:
    return Counter(map(_key, found.diagnostics))


def _key(one: Diagnostic) -> object:
    return one.code, one.path, one.message
