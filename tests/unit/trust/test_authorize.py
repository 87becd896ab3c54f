"""The one question: a table of answers, and proof that each condition of it is needed."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.model.references import reference_of
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.origins import Origin, parse_origin
from stui_workspace.trust import (
    Allow,
    Capability,
    Claim,
    Deny,
    Difference,
    Grants,
    Use,
    authorize,
    authorizing,
)
from stui_workspace.trust import grants as grants_module
from stui_workspace.trust import uses as uses_module
from stui_workspace.trust.grants import grant_for

ROOT = Path("/project")
QUIET = Claim("/project/w.yaml", ROOT, ConnectionSpec("py", "python", cwd="/project"), {}, ())
LOUD = replace(QUIET, spec=replace(QUIET.spec, url="tcp://127.0.0.1:1", credential="keyring:a"))
MOVED = replace(LOUD, spec=replace(LOUD.spec, url="tcp://127.0.0.2:1"))
BAD = replace(LOUD, spec=replace(LOUD.spec, env={"LD_PRELOAD": "x"}))

EXACT = grant_for(LOUD, 2.0)
CHANGED = (Difference(("url",), "tcp://127.0.0.1:1", "tcp://127.0.0.2:1"),)


class Blind(Claim):
    """A claim whose use of a secret went unnoticed."""

    __slots__ = ()

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset({Capability.CONNECT})


UNNOTICED = Blind(LOUD.file, LOUD.root, LOUD.spec, {}, ())
SECRET, OTHER_SECRET = reference_of("keyring:a"), reference_of("keyring:b")
AUDIENCE = ("tcp://127.0.0.1:1",)
NEAR, CLEAR = parse_origin(AUDIENCE[0]), Origin("tcp", "far.example", 1)
assert SECRET is not None
assert OTHER_SECRET is not None
HERE = Use(SECRET, NEAR, AUDIENCE)


@dataclass(frozen=True)
class Case:
    claim: Claim
    grants: Grants
    allowed: bool
    reason: str = ""
    changed: tuple[Difference, ...] = ()
    final: bool = False
    use: Use | None = None


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
    "with the secret that was approved, to whom it is for": case(
        LOUD, EXACT, use=HERE, allowed=True
    ),
    "with a secret that nobody limited": case(
        LOUD, EXACT, use=replace(HERE, audience=None), allowed=True
    ),
    "one of those it is for": case(
        LOUD, EXACT, use=replace(HERE, audience=("not an address", *AUDIENCE)), allowed=True
    ),
    "with a secret, and nobody approved": case(LOUD, use=HERE, allowed=False, reason=UNKNOWN),
    "with a secret that is not for it, and nobody approved": case(
        LOUD, use=replace(HERE, audience=()), allowed=False, reason=UNKNOWN
    ),
    "with a secret whose use went unnoticed": case(
        UNNOTICED,
        EXACT,
        use=HERE,
        allowed=False,
        reason="it was not approved for the secret `keyring:a`",
        final=True,
    ),
    "with a secret, and it changed since": case(
        MOVED, EXACT, use=HERE, allowed=False, reason=OTHER, changed=CHANGED
    ),
    "with a secret, and the use of secrets was not approved": case(
        LOUD,
        replace(EXACT, capabilities=frozenset({Capability.CONNECT})),
        use=HERE,
        allowed=False,
        reason=OTHER,
    ),
    "with a secret for one that needs none": case(
        QUIET,
        use=HERE,
        allowed=False,
        reason="it was not approved for the secret `keyring:a`",
        final=True,
    ),
    "with another secret than was approved": case(
        LOUD,
        EXACT,
        use=replace(HERE, reference=OTHER_SECRET),
        allowed=False,
        reason="it was not approved for the secret `keyring:b`",
        final=True,
    ),
    "with a secret for nobody that can be named": case(
        LOUD,
        EXACT,
        use=replace(HERE, origin=None),
        allowed=False,
        reason="a secret is sent to an address, and it has none",
        final=True,
    ),
    "with a secret that others could read": case(
        LOUD,
        EXACT,
        use=replace(HERE, origin=CLEAR, audience=("tcp://far.example:1",)),
        allowed=False,
        reason="others could read the secret on its way to tcp://far.example:1",
        final=True,
    ),
    "with a secret that is for somebody else": case(
        LOUD,
        EXACT,
        use=replace(HERE, audience=("tcp://127.0.0.1:2",)),
        allowed=False,
        reason="the secret `keyring:a` is not for tcp://127.0.0.1:1",
        final=True,
    ),
    "with a secret that is for nobody": case(
        LOUD,
        EXACT,
        use=replace(HERE, audience=()),
        allowed=False,
        reason="the secret `keyring:a` is not for tcp://127.0.0.1:1",
        final=True,
    ),
}


Answer = Callable[[Claim, Grants, Use | None], object]


def expected(one: Case) -> Allow | Deny:
    if one.allowed:
        return Allow(one.claim.spec, one.claim.sources)
    return Deny(one.reason, one.claim.powers, one.changed, final=one.final)


@pytest.mark.parametrize("one", CASES.values(), ids=CASES.keys())
def test_answer(one: Case) -> None:
    answer = authorize(one.claim, one.grants, one.use)
    assert answer == expected(one)
    if isinstance(answer, Allow):
        assert answer.claim is one.claim


_TURNED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.LtE: ast.GtE(),
    ast.Is: ast.IsNot(),
    ast.NotIn: ast.In(),
}


class _Mutator(ast.NodeTransformer):
    """Makes the `wanted`-th change to the code that it visits, and counts those it could make."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.count = 0

    def _due(self) -> bool:
        self.count += 1
        return self.count == self.wanted

    def visit_If(self, node: ast.If) -> ast.AST:
        return self._forced(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        return self._forced(node)

    def _forced(self, node: ast.If | ast.IfExp) -> ast.AST:
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
        if self._due():
            node.ops = [_TURNED[type(node.ops[0])]]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return node.operand if isinstance(node.op, (ast.Not, ast.USub)) and self._due() else node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return (
            ast.Constant(not node.value) if isinstance(node.value, bool) and self._due() else node
        )

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        turned = {"any": "all"}.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if turned and self._due():
            node.func = ast.Name(turned, ast.Load())
        return node


def mutants(
    names: Sequence[str], module: dict[str, Any], owner: type | None = None
) -> Iterator[Any]:
    """The first of some functions of a module, with one condition of any of them other.

    Conditions are dropped, forced and turned round, each in turn.

    Args:
        names: The functions.
        module: What they refer to.
        owner: The class that they are in, if they are in one.
    """
    found = [vars(owner)[name] if owner else module[name] for name in names]
    bare: list[Any] = [one.fget if isinstance(one, property) else one for one in found]
    sources = [inspect.getsource(one) for one in bare]
    tree = ast.parse("\n".join(map(textwrap.dedent, sources)))
    counter = _Mutator(0)
    counter.visit(deepcopy(tree))
    for wanted in range(1, counter.count + 1):
        mutant = ast.fix_missing_locations(_Mutator(wanted).visit(deepcopy(tree)))
        space = dict(module)
        exec(compile(mutant, f"mutant {wanted}", "exec"), space)  # noqa: S102
        yield space[names[0]]


def is_caught(answer: Answer) -> bool:
    """Whether any case has another answer than it should."""
    for one in CASES.values():
        try:
            if answer(one.claim, one.grants, one.use) != expected(one):
                return True
        except (IndexError, AttributeError, TypeError):
            return True
    return False


def survivors(found: Sequence[Answer]) -> list[int]:
    return [number for number, answer in enumerate(found, 1) if not is_caught(answer)]


def test_the_cases_find_nothing_wrong_with_the_function_itself() -> None:
    assert not is_caught(authorize)


def test_no_condition_can_be_dropped() -> None:
    functions = ("authorize", "_answer", "_why_withheld")
    found = list(mutants(functions, vars(authorizing)))
    assert len(found) >= 30
    assert survivors(found) == []


def test_every_function_that_answers_is_among_those_whose_conditions_are_dropped() -> None:
    tree = ast.parse(inspect.getsource(authorizing))
    functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    assert functions == {"authorize", "_answer", "_why_withheld"}


def test_a_grant_counts_for_its_own_file_and_connection_only() -> None:
    found = [
        lambda claim, grants, use, of=of: authorize(
            claim, type("Mutant", (Grants,), {"of": of})(grants.all), use
        )
        for of in mutants(["of"], vars(grants_module), Grants)
    ]
    assert len(found) >= 4
    assert survivors(found) == []


MEANT = [
    (HERE, True),
    (replace(HERE, audience=None), True),
    (replace(HERE, audience=("no address", *AUDIENCE)), True),
    (replace(HERE, audience=("tcp://127.0.0.1:2", *AUDIENCE)), True),
    (replace(HERE, audience=("tcp://127.0.0.1:2",)), False),
    (replace(HERE, audience=()), False),
    (replace(HERE, origin=None), False),
    (replace(HERE, origin=None, audience=None), False),
]


def test_whom_a_secret_is_for_is_asked_in_full() -> None:
    assert [one.is_meant for one, _ in MEANT] == [is_meant for _, is_meant in MEANT]
    found = list(mutants(["is_meant"], vars(uses_module), Use))
    assert len(found) >= 5
    for mutant in found:
        with suppress(AttributeError, TypeError):  # which is one way of being caught
            assert [mutant.fget(one) for one, _ in MEANT] != [is_meant for _, is_meant in MEANT]
