"""Worked merge cases: read from Markdown, run, and what differs shown.

As a program: `merge_cases.py FILE [NAME]` runs the cases of a file, or those whose names begin so,
and shows for each that fails what came out against what was expected.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import Any, cast

from stui_workspace.document import parse
from stui_workspace.merge import MergeResult, Policy, merge3

FOLDER = Path(__file__).parent.parent / "scenarios" / "merge"
ROLES = ("base", "ours", "theirs", "expected")
FLAGS = frozenset({"crlf", "bom", "nonl", "empty", "invalid", "noruamel"})
_BLOCK = re.compile(
    r"^```yaml (?P<role>\w+)(?P<flags>[ \w]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_SAID = re.compile(r"^(?P<what>tag|conflict): (?P<text>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One worked case."""

    name: str
    why: str
    texts: dict[str, bytes]
    """By role: base, ours, theirs, expected."""
    conflicts: frozenset[str]
    tags: frozenset[str] = field(default=frozenset())
    flags: frozenset[str] = field(default=frozenset())
    """The flags of all its blocks together."""

    def run(self) -> MergeResult:
        """The merge of its three texts by the policy of the cases."""
        texts = self.texts
        return merge3(texts["base"], texts["ours"], texts["theirs"], policy=policy())


@cache
def policy() -> Policy:
    """The policy that all worked cases follow."""
    rules = cast("dict[str, Any]", parse((FOLDER / "policy.yaml").read_bytes()).plain())
    return Policy.from_mapping(rules)


def cases_of(file: Path) -> list[Case]:
    """The cases of a file, in its order.

    Raises:
        ValueError: A case is not written as cases are; it says which.
    """
    text = file.read_text(encoding="utf-8")
    return [_case(part) for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]]


def _case(part: str) -> Case:
    name, why = part.lstrip().split("\n")[:2]
    blocks = [
        (found["role"], found["flags"].split(), found["text"]) for found in _BLOCK.finditer(part)
    ]
    flags = frozenset(flag for _, some, _ in blocks for flag in some)
    if tuple(role for role, _, _ in blocks) != ROLES or flags - FLAGS:
        raise ValueError(f"the case {name} is not written as cases are")
    said = list(_SAID.finditer(part[: part.index("```")]))
    return Case(
        name.strip(),
        why,
        {role: _bytes(block, some) for role, some, block in blocks},
        frozenset(one["text"].strip() for one in said if one["what"] == "conflict"),
        frozenset(tag for one in said if one["what"] == "tag" for tag in one["text"].split()),
        flags,
    )


def _bytes(text: str, flags: list[str]) -> bytes:
    if "empty" in flags:
        return b""
    if "nonl" in flags:
        text = text.removesuffix("\n")
    if "crlf" in flags:
        text = text.replace("\n", "\r\n")
    return (("\ufeff" if "bom" in flags else "") + text).encode()


def differences(case: Case, result: MergeResult) -> Iterator[str]:
    """Lines that tell what differs from the expected; none when all is right."""
    found = {str(conflict.path) for conflict in result.conflicts}
    yield from (f"conflict missing: {path}" for path in sorted(case.conflicts - found))
    yield from (f"conflict needless: {path}" for path in sorted(found - case.conflicts))
    expected, got = (_shown(text) for text in (case.texts["expected"], result.text))
    yield from unified_diff(expected, got, "expected", "got", lineterm="", n=99)


def _shown(text: bytes) -> list[str]:
    lines = text.decode("utf-8", "backslashreplace").split("\n")
    shown = [line.replace("\r", "␍").replace("\ufeff", "␂") for line in lines]
    return [re.sub(" +$", lambda end: "·" * len(end.group()), line) for line in shown]


def main(arguments: list[str]) -> int:
    """1 when a case fails."""
    file, name = Path(arguments[0]), arguments[1] if len(arguments) > 1 else ""
    chosen = [case for case in cases_of(file) if case.name.startswith(name)]
    failed = [case.name for case in chosen if not _told(case)]
    print(f"{len(chosen) - len(failed)} of {len(chosen)} right", *failed)
    return 1 if failed else 0


def _told(case: Case) -> bool:
    try:
        lines = list(differences(case, case.run()))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is shown, and the next is run
        lines = [f"raised {error!r}"]
    if lines:
        print(f"=== {case.name}: {case.why}", *lines, "", sep="\n")
    return not lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
