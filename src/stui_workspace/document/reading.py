"""From bytes to a document, or to everything that is wrong with them."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.compose import Composer, StopReadingError
from stui_workspace.document.document import Document
from stui_workspace.document.events import MalformedError, attempts, directives, events
from stui_workspace.document.findings import MAX_FINDINGS, Findings
from stui_workspace.document.limits import WORKSPACE_LIMITS, Limits
from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar
from stui_workspace.document.strict import check_strictly
from stui_workspace.errors import ParseError
from stui_workspace.model.diagnostics import Diagnostic, Severity
from stui_workspace.model.records import dataclass

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]|\r(?!\n)"
)
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of some bytes. `content` is always exactly what was read."""

    content: bytes
    text: str
    """What positions refer to: without byte order mark, undecodable bytes replaced."""
    document: Document | None
    """None where there is any error."""
    diagnostics: tuple[Diagnostic, ...]


def read(content: bytes, limits: Limits = WORKSPACE_LIMITS, *, pure: bool = False) -> Reading:
    """The document in `content`, or why there is none. Never raises, whatever the bytes.

    With `pure` the C parser is left out even where it is installed.
    """
    text, bom, findings = _decoded(content, limits)
    root = None
    if not any(found.severity is Severity.ERROR for found in findings.sorted()):
        findings, root = _composed(text, limits, findings, pure=pure)
    diagnostics = findings.sorted()
    if any(found.severity is Severity.ERROR for found in diagnostics):
        return Reading(content, text, None, diagnostics)
    return Reading(content, text, Document(text, root, bom, limits, pure), diagnostics)


def parse(
    content: bytes | str, limits: Limits = WORKSPACE_LIMITS, *, pure: bool = False
) -> Document:
    """The document in `content`.

    Raises:
        ParseError: With all that is wrong, as `read` would tell it.
    """
    encoded = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    reading = read(encoded, limits, pure=pure)
    if reading.document is None:
        raise ParseError(reading.diagnostics)
    return reading.document


def decode(content: bytes) -> str:
    """Text to show positions against: no byte order mark, undecodable bytes replaced."""
    return content.decode("utf-8", "replace").removeprefix(_BOM)


def _decoded(content: bytes, limits: Limits) -> tuple[str, bool, Findings]:
    if len(content) > limits.file_bytes:
        text = decode(content[: limits.file_bytes])
        findings = Findings(text)
        findings.add("Y111", 0, 0, _size(limits.file_bytes))
        return text, False, findings
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        findings = Findings(text := decode(content))
        place = len(decode(content[: error.start]))
        findings.add("Y101", place, place + 1)
        return text, False, findings
    bom = text.startswith(_BOM)
    text = text.removeprefix(_BOM)
    findings = Findings(text)
    if limits.warn_bytes is not None and len(content) > limits.warn_bytes:
        findings.add("Y117", 0, 0, _size(limits.warn_bytes))
    for count, match in enumerate(_FORBIDDEN.finditer(text)):
        if count == MAX_FINDINGS:
            break
        findings.add("Y102", *match.span())
    return text, bom, findings


def _size(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"


def _composed(
    text: str, limits: Limits, before: Findings, *, pure: bool
) -> tuple[Findings, Node | None]:
    findings = before
    for attempt in attempts(text, pure=pure):
        findings = before.copy()
        composer = Composer(text, attempt.masked, limits, findings)
        try:
            composer.compose(events(attempt))
        except MalformedError as error:
            findings.malformed(error.problem, error.index)
            continue
        except StopReadingError:
            break
        if directives(text) and not composer.is_explicit:
            findings.malformed("directives without document start", 0)
        check_strictly(attempt.masked, composer.root, findings)
        _check_root(composer.root, limits, findings)
        root = None if _is_nothing(composer.root) else composer.root
        _check_directives(text, limits, findings)
        return findings, root
    _check_directives(text, limits, findings)
    return findings, None


def _check_directives(text: str, limits: Limits, findings: Findings) -> None:
    if not limits.directives:
        for start, end in directives(text):
            findings.add("Y105", start, end)


def _is_nothing(root: Node | None) -> bool:
    return isinstance(root, Scalar) and root.start == root.end


def _check_root(root: Node | None, limits: Limits, findings: Findings) -> None:
    if root is None or limits.any_root or _is_nothing(root) or isinstance(root, (Mapping, Alias)):
        return
    findings.add("Y118", root.start, root.end)
