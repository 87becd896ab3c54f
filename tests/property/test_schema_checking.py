"""Checking copes with any document, keeps values to itself, and what passes can be used."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from strategies.workspaces import JUNK, nearly
from strategies.yaml_documents import Sample, samples
from stui_workspace.document import Document, Limits, parse, to_yaml
from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.durations import parse_duration
from stui_workspace.model.values import Plain
from stui_workspace.schema import (
    FileKind,
    Resolved,
    check,
    migrated,
    plan_migration,
    resolve,
    workspace_of,
)

CANARY = "hunter2-canary"
kinds = st.sampled_from(FileKind)


def document_of(plain: Plain) -> Document:
    """A document that says `plain`, or nothing where that is no map."""
    return parse(to_yaml(plain) if isinstance(plain, Mapping) else b"")


@given(nearly() | JUNK, kinds, st.booleans())
def test_any_value_can_be_checked(plain: Plain, kind: FileKind, strict: bool) -> None:
    for document in (document_of(plain), parse(b"a: 1\n")):
        found = check(plain, document, kind, strict=strict)
        assert [one.span for one in found] == sorted(one.span for one in found)
        assert len({(one.code, one.span, one.message) for one in found}) == len(found)
        assert all(one.span.end <= len(document.text) for one in found)


@given(samples(), kinds)
def test_any_document_can_be_checked(sample: Sample, kind: FileKind) -> None:
    document = parse(sample.content, Limits.anything())
    check(document.plain(), document, kind)


@given(nearly(), st.data())
def test_no_value_is_ever_repeated(plain: Plain, data: st.DataObject) -> None:
    marked = with_canary(plain, data)
    for one in check(marked, document_of(marked)):
        assert CANARY not in f"{one.message} {one.hint}"


def with_canary(plain: Plain, data: st.DataObject) -> Plain:
    """The document with some of its values replaced by one that must not be seen again."""
    if isinstance(plain, Mapping):
        return {key: with_canary(one, data) for key, one in plain.items()}
    if isinstance(plain, list):
        return [with_canary(one, data) for one in plain]
    return CANARY if data.draw(st.booleans()) else plain


@given(nearly(), st.sampled_from([None, "a", "work"]))
def test_what_has_no_errors_can_be_used(plain: Plain, environment: str | None) -> None:
    found = check(plain, document_of(plain))
    if any(one.severity is Severity.ERROR for one in found) or not isinstance(plain, Mapping):
        return
    known = plain.get("environments") or {}
    chosen = environment if isinstance(known, Mapping) and environment in known else None
    workspace = workspace_of(resolve(plain, environment=chosen))
    assert workspace.name == plain["name"]
    for section in (workspace.connections, workspace.buffers, workspace.snippets):
        assert all(isinstance(name, str) for name in section)


@given(nearly() | JUNK)
def test_a_workspace_is_made_of_anything(plain: Plain) -> None:
    values = dict(plain) if isinstance(plain, Mapping) else {}
    workspace_of(Resolved(values))
    workspace_of(resolve(values))


@given(nearly(), st.sampled_from([0, 1, 2, "0", None]))
def test_a_migration_copes_with_anything(plain: Plain, number: Plain) -> None:
    values: dict[str, Plain] = {**plain, "stui": number} if isinstance(plain, Mapping) else {}
    steps = plan_migration(values)
    after = migrated(values, steps)
    assert bool(steps) == (number == 0 and type(number) is int and bool(values))
    assert plan_migration(after) == ()


@given(st.from_regex(r"\A(never|[0-9]{1,9}(\.[0-9]{1,3})?(ms|s|m|h))\Z"))
def test_a_good_length_of_time_can_be_read(text: str) -> None:
    plain: Plain = {"stui": 1, "name": "x", "preferences": {"evaluation_timeout": text}}
    assert check(plain, document_of(plain)) == ()
    assert workspace_of(resolve({**plain})).preferences.evaluation_timeout == parse_duration(text)  # type: ignore[dict-item]
