"""From findings to diagnostics: where each stands in the text, and which lines must stay hidden."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from stui_workspace.model.diagnostics import Diagnostic, Severity, Span
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import replace
from stui_workspace.schema.findings import Finding, Places
from stui_workspace.schema.leaks import HOW_TO_KEEP, is_secret_key, leaks_in


def placed(
    findings: Iterable[Finding], places: Places, *, strict: bool = False
) -> tuple[Diagnostic, ...]:
    """The diagnostics in the order of the text, each of them once.

    Args:
        findings: What is wrong, by path.
        places: Where the paths stand.
        strict: Whether unknown keys are errors.
    """
    found = [_diagnostic(finding, places, strict=strict) for finding in findings]
    found += _leaks_outside(found, places.text)
    once = {(one.span, one.code, one.message): one for one in reversed(found)}
    return tuple(_concealed([once[key] for key in sorted(once)], places.text))


def _diagnostic(finding: Finding, places: Places, *, strict: bool) -> Diagnostic:
    severity = Severity.ERROR if strict and finding.code == "S104" else finding.severity
    return Diagnostic(
        finding.code,
        finding.message,
        _span(finding, places),
        severity,
        finding.hint,
        finding.path,
        finding.conceal or _is_under_secret_key(finding.path),
    )


def _span(finding: Finding, places: Places) -> Span:
    if finding.at_key:
        if finding.path:
            return places.key_span(finding.path)
        start = places.span(()).start
        return Span(start, start)
    span = places.span(finding.path)
    is_written = span.end > span.start
    return span if is_written else places.key_span(finding.path)


def _is_under_secret_key(path: NodePath) -> bool:
    return any(step == "credential" or is_secret_key(step) for step in path)


def _leaks_outside(found: list[Diagnostic], text: str) -> Iterator[Diagnostic]:
    """Secrets in comments: what has the form of one and is in no value that was reported."""
    reported = [one.span for one in found if one.code == "S121"]
    for span in leaks_in(text):
        if not any(one.start <= span.start and span.end <= one.end for one in reported):
            message = "a secret stands in a comment"
            yield Diagnostic("S121", message, span, hint=HOW_TO_KEEP, conceal=True)


def _concealed(found: list[Diagnostic], text: str) -> Iterator[Diagnostic]:
    """The diagnostics, all of those hidden that share a line with a hidden one."""
    breaks = [index for index, character in enumerate(text) if character == "\n"]

    def lines(span: Span) -> range:
        return range(bisect_right(breaks, span.start - 1), bisect_right(breaks, span.end - 1) + 1)

    hidden = {line for one in found if one.conceal for line in lines(one.span)}
    for one in found:
        first = lines(Span(one.span.start, one.span.start))[0]
        yield replace(one, conceal=True) if first in hidden and not one.conceal else one
