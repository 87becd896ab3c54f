"""The gate asked about worked cases and about merges made by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stui_workspace.document import Document, Limits, read
from stui_workspace.merge.gate import objection
from stui_workspace.merge.paths import ItemKey, MergePath, MergeStep
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import Conflict
from support.merge_cases import FOLDER, Case, cases_of, policy

_STEP = re.compile(r"/((?:\[[^\]]*\]|[^/])+)")
Three = tuple[Document, Document, Document]


def conflict(path: str) -> Conflict:
    """A conflict at a path, as an engine would report it."""
    place, _, aspect = path.partition("#")
    steps = tuple(_step(step) for step in _STEP.findall(place))
    return Conflict(MergePath(steps, aspect or "value"), None, None, None, "both changed it")


def _step(written: str) -> MergeStep:
    if not written.startswith("["):
        return int(written) if written.isdigit() else written
    fields = [part.partition("=") for part in written[1:-1].split(",")]
    return ItemKey(tuple((name, value) for name, _, value in fields))


def document(text: str) -> Document:
    """A text that must be YAML, read."""
    found = read(text.encode(), Limits.anything()).document
    assert found is not None
    return found


@dataclass(frozen=True)
class Trial:
    """Three documents and what they merge by."""

    documents: Three
    result: str
    """What is right."""
    conflicts: tuple[str, ...]
    policy: Policy

    def objection(
        self,
        result: str | None = None,
        conflicts: Iterable[str] | None = None,
        settled: Iterable[str] = (),
    ) -> str | None:
        """What the gate says to a result, by default to the right one with its conflicts."""
        reported = self.conflicts if conflicts is None else conflicts
        return objection(
            self.documents,
            self.result if result is None else result,
            [conflict(path) for path in reported],
            self.policy,
            frozenset(settled),
        )


def trial(base: str, ours: str, theirs: str, result: str, *conflicts: str) -> Trial:
    """A merge made by hand, by the policy of the worked cases."""
    documents = document(base), document(ours), document(theirs)
    return Trial(documents, result, conflicts, policy())


def worked() -> list[tuple[str, Trial]]:
    """The worked cases in which three documents can be read and merged, by name."""
    cases = [case for file in ("cases.md", "more.md") for case in cases_of(FOLDER / file)]
    found = [(case.name, _trial(case)) for case in cases if "/" not in case.conflicts]
    return [(name, one) for name, one in found if one is not None]


def _trial(case: Case) -> Trial | None:
    texts = [_plain(case.texts[role]) for role in ("base", "ours", "theirs", "expected")]
    read_ones = [read(text.encode(), Limits.anything()).document for text in texts[:3]]
    base, ours, theirs = read_ones
    if base is None or ours is None or theirs is None:
        return None
    return Trial((base, ours, theirs), texts[3], tuple(sorted(case.conflicts)), policy())


def _plain(content: bytes) -> str:
    """The text as a merge sees it: LF, a final newline, no byte order mark."""
    text = content.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    return text if text.endswith("\n") or not text else f"{text}\n"
