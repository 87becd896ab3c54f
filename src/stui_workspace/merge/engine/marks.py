"""Conflict markers around the members of a block that are in conflict."""

from __future__ import annotations

from collections.abc import Sequence as List

from stui_workspace.merge.lines import Clash, Labels, marked
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.result import Conflict
from stui_workspace.model.records import dataclass, field


@dataclass(slots=True)
class Marks:
    """The markers of one merge, and which conflicts they are around already."""

    labels: Labels
    size: int
    done: set[str] = field(default_factory=set)

    def due(self, conflicts: List[Conflict], path: MergePath) -> list[Conflict]:
        """The conflicts at a place or below that stand between no markers yet."""
        depth = len(path.steps)
        return [
            conflict
            for conflict in conflicts
            if str(conflict.path) not in self.done and conflict.path.steps[:depth] == path.steps
        ]

    def around(self, due: List[Conflict], texts: List[str | None]) -> str:
        """Base, ours and theirs of a member, in whole lines, between markers that say why."""
        self.done.update(str(conflict.path) for conflict in due)
        base, ours, theirs = (tuple((text or "").splitlines(keepends=True)) for text in texts)
        said = "; ".join(f"{conflict.path}: {conflict.reason}" for conflict in due)
        labels = Labels(f"{self.labels.ours} ({said})", self.labels.base, self.labels.theirs)
        return marked([Clash(base, ours, theirs)], labels, size=self.size)
