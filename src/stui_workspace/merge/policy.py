"""How each place of a document merges: by kind, by pattern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, field

KINDS: Final = ("scalar", "atomic", "keyed", "set", "text", "counter", "max", "mru", "map")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said about one place. All that is not said is at its default."""

    kind: str | None = None
    """One of `KINDS`; None to go by what stands there."""
    key: tuple[str, ...] = ()
    """The fields by which the items of a keyed list are known."""
    strict: bool = False
    """Whether two different orders are a conflict."""
    tree: bool = False
    """Whether items may move between the lists of this pattern."""
    transient: bool = False
    """Whether a change of it does not keep a deleted thing alive."""
    sensitive: bool = False
    ref: str | None = None
    """The pattern of the collection whose items are named here."""
    limit: int | None = None
    together: tuple[str, ...] = ()
    """The fields of a map that are decided on as one."""


NO_RULE: Final = Rule()


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules by pattern: `*` stands for one step, `**` for any number, `x-*` for a beginning."""

    rules: tuple[tuple[tuple[str, ...], Rule], ...] = ()
    _memory: dict[frozenset[tuple[int, int]], Where] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Mapping[str, Any]]) -> Policy:
        """The policy that a mapping from patterns to rules says.

        Raises:
            UsageError: A pattern or a rule makes no sense; it says which.
        """
        return cls(
            tuple((_steps(pattern), _rule(pattern, rule)) for pattern, rule in mapping.items())
        )

    @classmethod
    def published(cls) -> Policy:
        """The policy of workspace files, as their published schema has it."""
        return _published()

    @property
    def targets(self) -> frozenset[str]:
        """The patterns of the collections whose members are named elsewhere."""
        return frozenset(rule.ref for _, rule in self.rules if rule.ref is not None)

    @property
    def root(self) -> Where:
        """Where a document begins."""
        return self._at(frozenset((number, 0) for number in range(len(self.rules))))

    def _at(self, states: frozenset[tuple[int, int]]) -> Where:
        found = self._memory.get(states)
        if found is None:
            found = self._memory[states] = Where(self, states, self._rule_of(states))
        return found

    def _rule_of(self, states: Iterable[tuple[int, int]]) -> Rule:
        """The rule of the most exact pattern that ends here."""
        ends = [
            number
            for number, place in states
            if all(step == "**" for step in self.rules[number][0][place:])
        ]
        if not ends:
            return NO_RULE
        return self.rules[max(ends, key=lambda number: _exactness(self.rules[number][0]))][1]


@dataclass(frozen=True, slots=True)
class Where:
    """A place as the patterns see it. Made by `Policy.root` and `below`."""

    policy: Policy
    states: frozenset[tuple[int, int]]
    rule: Rule
    _steps: dict[str, Where] = field(default_factory=dict, compare=False, repr=False)

    @property
    def leads_to_tree(self) -> bool:
        """Whether items may move between lists at this place or below."""
        return any(self.policy.rules[number][1].tree for number, _ in self.states)

    @property
    def leads_to_reference(self) -> bool:
        """Whether anything at this place or below names something elsewhere."""
        return any(self.policy.rules[number][1].ref is not None for number, _ in self.states)

    def below(self, step: str) -> Where:
        """The place one step below; for list items the step is `*`."""
        known = self._steps.get(step)
        if known is None:
            known = self._steps[step] = self.policy._at(frozenset(self._below(step)))  # noqa: SLF001
        return known

    def _below(self, step: str) -> Iterable[tuple[int, int]]:
        for number, place in self.states:
            steps = self.policy.rules[number][0]
            at = place
            while at < len(steps) and steps[at] == "**":
                yield number, at
                at += 1
            if at < len(steps) and _matches(steps[at], step):
                yield number, at + 1


def _matches(pattern: str, step: str) -> bool:
    return pattern == step or (pattern.endswith("*") and step.startswith(pattern[:-1]))


def _exactness(pattern: tuple[str, ...]) -> tuple[int, int]:
    return sum("*" not in step for step in pattern), len(pattern)


def _steps(pattern: str) -> tuple[str, ...]:
    if not pattern.startswith("/"):
        raise UsageError(f"the pattern `{pattern}` of a merge policy does not begin with `/`")
    return tuple(pattern[1:].split("/")) if pattern != "/" else ()


def _rule(pattern: str, said: Mapping[str, Any]) -> Rule:
    kind = said.get("kind")
    if kind is not None and kind not in KINDS:
        raise UsageError(
            f"`{pattern}` has an unknown kind of merge", f"use one of {', '.join(KINDS)}"
        )
    key = said.get("key", ())
    return Rule(
        kind,
        (key,) if isinstance(key, str) else tuple(key),
        said.get("order") == "strict",
        bool(said.get("tree")),
        bool(said.get("transient")),
        bool(said.get("sensitive")),
        said.get("ref"),
        said.get("limit"),
        tuple(said.get("together", ())),
    )


@cache
def _published() -> Policy:
    from stui_workspace.schema import merge_policies

    return Policy.from_mapping(merge_policies())
