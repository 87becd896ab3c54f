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
from stui_workspace.model.references import reference_of
from stui_workspace.model.workspace import ConnectionSpec, SnippetSpec
from stui_workspace.schema.origins import Origin, parse_origin
from stui_workspace.trust import (
    Allow,
    Capability,
    Claim,
    Deny,
    Grants,
    Use,
    authorize,
    claim_of,
)
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


ORIGINS = [
    *map(
        parse_origin,
        ("tcp://127.0.0.1:1", "tls://far.example:1", "unix:/run/s", "https://far.example:8888"),
    ),
    Origin("tcp", "far.example", 1),
    None,
]
WORDS = ["tcp://127.0.0.1:1", "tls://far.example:1", "unix:/run/s", "tcp://far.example:1", "odd"]
SECRETS = [one for one in map(reference_of, ("keyring:a", "vault:a/b", "keyring:b")) if one]
AUDIENCES = st.none() | st.lists(st.sampled_from(WORDS), max_size=4).map(tuple)
USES = st.builds(Use, st.sampled_from(SECRETS), st.sampled_from(ORIGINS), AUDIENCES)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Claim, Grants, Use]:
    """A claim, what was granted of it and of others, and the use of a secret."""
    spec = draw(specs())
    if draw(st.booleans()):
        spec = replace(spec, credential=str(draw(st.sampled_from(SECRETS))))
    claim = claimed(spec)
    others = draw(st.lists(specs().map(claimed), max_size=2))
    is_granted = draw(st.booleans())
    granted = [*others, claim] if is_granted else others
    grants = [grant_for(one, float(number)) for number, one in enumerate(granted)]
    fewer = st.sets(st.sampled_from(list(Capability))).map(frozenset)
    is_poorer: bool = draw(st.booleans())
    if grants and is_poorer:
        grants[-1] = replace(grants[-1], capabilities=draw(fewer))
    return claim, Grants(tuple(grants)), draw(USES)


@given(asked())
def test_a_secret_is_given_only_where_everything_says_so(
    question: tuple[Claim, Grants, Use],
) -> None:
    claim, grants, use = question
    is_given = isinstance(authorize(claim, grants, use), Allow)
    assert is_given == (
        isinstance(authorize(claim, grants), Allow)
        and claim.spec.credential == str(use.reference)
        and use.origin is not None
        and use.origin.is_private
        and (use.audience is None or use.origin.text in use.audience)
    )


@given(asked())
def test_to_ask_for_a_secret_never_allows_more(question: tuple[Claim, Grants, Use]) -> None:
    claim, grants, use = question
    without, with_it = authorize(claim, grants), authorize(claim, grants, use)
    if isinstance(without, Deny):
        assert with_it == without


@given(asked())
def test_the_same_question_has_the_same_answer(question: tuple[Claim, Grants, Use]) -> None:
    claim, grants, use = question
    assert authorize(claim, grants, use) == authorize(claim, grants, use)
    order = Grants(tuple(reversed(grants.all)))
    one, other = authorize(claim, grants, use), authorize(claim, order, use)
    assert isinstance(one, Allow) == isinstance(other, Allow)


@given(asked(), specs())
def test_more_grants_never_take_anything_away_and_fewer_never_give(
    question: tuple[Claim, Grants, Use], more: ConnectionSpec
) -> None:
    claim, grants, use = question
    added = Grants((*grants.all, grant_for(claimed(more), 9.0)))
    for asks in (None, use):
        if isinstance(authorize(claim, grants, asks), Allow):
            assert isinstance(authorize(claim, added, asks), Allow)
        else:
            assert isinstance(authorize(claim, Grants(grants.all[1:]), asks), Deny)
            assert isinstance(authorize(claim, Grants(), asks), Deny)


@given(asked())
def test_a_grant_without_the_use_of_secrets_gives_none(
    question: tuple[Claim, Grants, Use],
) -> None:
    claim, grants, use = question
    poorer = Grants(
        tuple(replace(g, capabilities=g.capabilities - {Capability.SECRET}) for g in grants.all)
    )
    assert isinstance(authorize(claim, poorer, use), Deny)


@given(asked())
def test_a_grant_of_another_file_gives_nothing(question: tuple[Claim, Grants, Use]) -> None:
    claim, grants, use = question
    moved = Grants(tuple(replace(one, file=f"{one.file}x") for one in grants.all))
    assert authorize(claim, moved) == authorize(claim, Grants())
    assert isinstance(authorize(claim, moved, use), Deny)
