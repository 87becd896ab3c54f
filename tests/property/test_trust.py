"""Laws of consent: looks never matter, everything else always does."""

from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies.connections import VALUES, specs
from stui_workspace.model.workspace import ConnectionSpec, SnippetSpec
from stui_workspace.trust import Allow, Claim, Deny, Grants, authorize, claim_of
from stui_workspace.trust.grants import grant_for
from stui_workspace.trust.projection import INERT

KEYS = [one.name for one in fields(ConnectionSpec)]
SNIPPETS = {name: SnippetSpec(name, f"{name}()") for name in ("one", "two")}

with TemporaryDirectory() as _folder:
    ROOT = Path(os.path.realpath(_folder)) / "project"  # gone again: no claim needs it to be there


def claimed(spec: ConnectionSpec, snippets: dict[str, SnippetSpec] = SNIPPETS) -> Claim:
    return claim_of(ROOT / "w.yaml", ROOT, spec, snippets, search_path="/usr/bin:/bin")


def effective(spec: ConnectionSpec) -> str:
    """What would be done, written down without the code under test."""
    claim = claimed(spec)
    kept = {key: repr(getattr(claim.spec, key)) for key in KEYS if key not in INERT}
    kept["env"] = repr(sorted(claim.spec.env.items()))
    return json.dumps([kept, sorted(claim.sources.items())])


def is_allowed(claim: Claim, *granted: Claim) -> bool:
    grants = Grants(tuple(grant_for(one, float(n)) for n, one in enumerate(granted)))
    return isinstance(authorize(claim, grants), Allow)


@given(specs())
def test_exactly_what_was_granted_is_allowed(spec: ConnectionSpec) -> None:
    claim = claimed(spec)
    assert is_allowed(claim, claim) == (not claim.refusals)
    assert is_allowed(claimed(replace(spec)), claim) == (not claim.refusals)


@given(specs())
def test_without_a_grant_only_the_powerless_are_allowed(spec: ConnectionSpec) -> None:
    claim = claimed(spec)
    assert is_allowed(claim) == (not claim.powers)


@given(specs(), st.data())
def test_looks_never_change_the_answer(spec: ConnectionSpec, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(INERT)))
    other = replace(spec, **{key: data.draw(VALUES[key])})
    claim = claimed(spec)
    for granted in ((), (claim,)):
        assert is_allowed(claimed(other), *granted) == is_allowed(claim, *granted)


@given(specs(), st.sampled_from(KEYS), st.data())
def test_any_other_change_of_a_powerful_connection_is_denied(
    spec: ConnectionSpec, key: str, data: st.DataObject
) -> None:
    value: Any = data.draw(VALUES[key])
    other = replace(spec, **{key: value})
    if effective(other) == effective(spec) or not claimed(other).powers:
        return
    answer = authorize(claimed(other), Grants((grant_for(claimed(spec), 1.0),)))
    assert isinstance(answer, Deny)
    if not answer.final and key != "name":
        assert {path[0] for path in (one.path for one in answer.changed)} & {key, "snippets"}


@given(specs(), st.sampled_from(["one", "two"]))
def test_another_text_of_a_set_up_snippet_is_denied(spec: ConnectionSpec, name: str) -> None:
    spec = replace(spec, setup=(*spec.setup, name))
    edited = {**SNIPPETS, name: SnippetSpec(name, "evil()")}
    assert not is_allowed(claimed(spec, edited), claimed(spec))


@given(specs(), specs())
def test_a_grant_allows_nothing_else(one: ConnectionSpec, other: ConnectionSpec) -> None:
    if effective(one) == effective(other):
        return
    claim = claimed(other)
    assert is_allowed(claim, claimed(one)) == (not claim.powers)


@given(specs())
def test_what_is_allowed_is_what_was_claimed(spec: ConnectionSpec) -> None:
    claim = claimed(spec)
    answer = authorize(claim, Grants((grant_for(claim, 1.0),)))
    if isinstance(answer, Allow):
        assert (answer.spec, answer.sources) == (claim.spec, claim.sources)
        assert all(Path(program).is_absolute() for program in started(answer.spec))


def started(spec: ConnectionSpec) -> list[str]:
    return [one for one in (spec.python, *spec.command[:1]) if one is not None]


@given(specs())
def test_words_for_people_are_one_safe_line_each(spec: ConnectionSpec) -> None:
    claim = claimed(spec)
    for text in (*(power.text for power in claim.powers), *claim.refusals):
        assert text.isprintable()
        assert "\u202e" not in text
