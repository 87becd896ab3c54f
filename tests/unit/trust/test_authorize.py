"""The one question: a table of answers, and proof that each condition of it is needed."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.trust import (
    Allow,
    Capability,
    Claim,
    Deny,
    Difference,
    Grants,
    authorize,
    authorizing,
)
from stui_workspace.trust import grants as grants_module
from stui_workspace.trust.grants import grant_for

ROOT = Path("/project")
QUIET = Claim("/project/w.yaml", ROOT, ConnectionSpec("py", "python", cwd="/project"), {}, ())
LOUD = replace(QUIET, spec=replace(QUIET.spec, url="tcp://good:1", credential="keyring:a"))
MOVED = replace(LOUD, spec=replace(LOUD.spec, url="tcp://evil:1"))
BAD = replace(LOUD, spec=replace(LOUD.spec, env={"LD_PRELOAD": "x"}))

EXACT = grant_for(LOUD, 2.0)
CHANGED = (Difference(("url",), "tcp://good:1", "tcp://evil:1"),)


@dataclass(frozen=True)
class Case:
    claim: Claim
    grants: Grants
    allowed: bool
    reason: str = ""
    changed: tuple[Difference, ...] = ()
    final: bool = False


def case(claim: Claim, *grants: object, allowed: bool, **told: Any) -> Case:
    return Case(claim, Grants(grants), allowed, **told)  # type: ignore[arg-type]


UNKNOWN = "nobody has approved it on this machine"
OTHER = "it is not what was approved"
CASES = {
    "no powers, no grants": case(QUIET, allowed=True),
    "no powers, grants of something else": case(QUIET, EXACT, allowed=True),
    "powers, no grants": case(LOUD, allowed=False, reason=UNKNOWN),
    "exactly what was granted": case(LOUD, EXACT, allowed=True),
    "of another file": case(
        LOUD, replace(EXACT, file="/clone/w.yaml"), allowed=False, reason=UNKNOWN
    ),
    "of another connection": case(
        LOUD, replace(EXACT, connection="other"), allowed=False, reason=UNKNOWN
    ),
    "changed since": case(MOVED, EXACT, allowed=False, reason=OTHER, changed=CHANGED),
    "one of several that were granted": case(LOUD, EXACT, grant_for(MOVED, 3.0), allowed=True),
    "the last of several is what changes are told of": case(
        MOVED,
        replace(EXACT, digest="0", projection={}),
        EXACT,
        allowed=False,
        reason=OTHER,
        changed=CHANGED,
    ),
    "another use of the same": case(
        LOUD,
        replace(EXACT, capabilities=frozenset({Capability.CONNECT})),
        allowed=False,
        reason=OTHER,
    ),
    "more was granted than is asked": case(
        LOUD, replace(EXACT, capabilities=frozenset(Capability)), allowed=True
    ),
    "refused whatever was granted": case(
        BAD,
        grant_for(BAD, 1.0),
        allowed=False,
        reason="`env.LD_PRELOAD` decides which code is loaded",
        final=True,
    ),
}


def expected(one: Case) -> Allow | Deny:
    if one.allowed:
        return Allow(one.claim.spec, one.claim.sources)
    return Deny(one.reason, one.claim.powers, one.changed, final=one.final)


@pytest.mark.parametrize("one", CASES.values(), ids=CASES.keys())
def test_answer(one: Case) -> None:
    assert authorize(one.claim, one.grants) == expected(one)


class _Mutator(ast.NodeTransformer):
    """Makes the `wanted`-th change to the code that it visits, and counts those it could make."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.count = 0

    def _due(self) -> bool:
        self.count += 1
        return self.count == self.wanted

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        for value in (True, False):
            if self._due():
                node.test = ast.Constant(value)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        for operand in list(node.values):
            if self._due():
                node.values = [one for one in node.values if one is not operand]
        return node.values[0] if len(node.values) == 1 else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        turned: dict[type[ast.cmpop], ast.cmpop] = {ast.Eq: ast.NotEq(), ast.LtE: ast.GtE()}
        if self._due():
            node.ops = [turned[type(node.ops[0])]]
        return node


def mutants(function: Callable[..., object], names: dict[str, Any]) -> Iterator[Any]:
    """`function` with one of its conditions dropped, forced or turned round, each in turn."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    counter = _Mutator(0)
    counter.visit(deepcopy(tree))
    for wanted in range(1, counter.count + 1):
        mutant = ast.fix_missing_locations(_Mutator(wanted).visit(deepcopy(tree)))
        found = dict(names)
        exec(compile(mutant, f"mutant {wanted}", "exec"), found)  # noqa: S102
        yield found[function.__name__]


def is_caught(answer: Callable[[Claim, Grants], object]) -> bool:
    for one in CASES.values():
        try:
            if answer(one.claim, one.grants) != expected(one):
                return True
        except IndexError:
            return True
    return False


def test_no_condition_can_be_dropped() -> None:
    found = list(mutants(authorize, vars(authorizing)))
    assert len(found) == 12
    assert [n for n, mutant in enumerate(found, 1) if not is_caught(mutant)] == []


def test_a_grant_counts_for_its_own_file_and_connection_only() -> None:
    found = list(mutants(Grants.of, vars(grants_module)))
    assert len(found) == 4
    for of in found:
        mutant = type("Mutant", (Grants,), {"of": of})
        assert is_caught(lambda claim, grants, kind=mutant: authorize(claim, kind(grants.all)))  # type: ignore[misc]
