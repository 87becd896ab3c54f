"""What became of a merge, for people and for programs: conflicts and decisions, without secrets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stui_workspace.cli.telling import tell
from stui_workspace.merge import Conflict, Decision, MergeResult, Policy
from stui_workspace.runtime.settling.showing import shown


def tell_conflicts(conflicts: Sequence[Conflict]) -> None:
    """Say where the conflicts are and why, without any value."""
    for conflict in conflicts:
        tell(f"conflict at {conflict.path}: {conflict.reason}", kind="warning")


def tell_decisions(decisions: Sequence[Decision]) -> None:
    """Say each thing that a side changed, and what became of it."""
    width = max((len(decision.took) for decision in decisions), default=0)
    for decision in decisions:
        tell(f"{decision.took:{width}}  {decision.path}: {decision.why}")


def record_of(result: MergeResult, policy: Policy, *, explain: bool) -> dict[str, object]:
    """A merge as JSON has it, without its text."""
    record: dict[str, object] = {
        "clean": result.is_clean,
        "conflicts": [_conflict(conflict, policy) for conflict in result.conflicts],
    }
    if explain:
        record["decisions"] = list(_decisions(result.decisions))
    return record


def _conflict(conflict: Conflict, policy: Policy) -> dict[str, object]:
    texts = shown(conflict, policy)
    return {
        "path": str(conflict.path),
        "aspect": conflict.aspect,
        "base": texts.base,
        "ours": texts.ours,
        "theirs": texts.theirs,
        "reason": conflict.reason,
        "sensitive": texts.is_hidden,
    }


def _decisions(decisions: Sequence[Decision]) -> Iterator[dict[str, str]]:
    for decision in decisions:
        yield {"path": str(decision.path), "took": decision.took, "why": decision.why}
