"""A merge policy that somebody wrote into a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stui_workspace.cli.render import shown_path
from stui_workspace.document import read
from stui_workspace.errors import UnusableError, UsageError
from stui_workspace.merge import Policy
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.values import Plain
from stui_workspace.storage.atomic import WORKSPACE_BYTES, read_bounded

_EXAMPLE = "write lines such as `/connections: {kind: keyed, key: id}`"


def policy_in(path: Path | None) -> Policy:
    """The policy that a file says; that of workspace files where none is named.

    Raises:
        UsageError: It makes no sense as a policy.
        UnusableError: It is not YAML that we read.
        DiskError: It cannot be read.
    """
    if path is None:
        return Policy.published()
    reading = read(read_bounded(path, WORKSPACE_BYTES))
    if reading.document is None:
        raise UnusableError(
            (FileProblems(path, reading.text, reading.diagnostics),), next_step=_EXAMPLE
        )
    try:
        return Policy.from_mapping(_checked(reading.document.plain(), path))
    except UsageError as error:
        raise UsageError(error.reason, error.next_step or _EXAMPLE) from None


def _checked(said: Plain, path: Path) -> Mapping[str, Mapping[str, Plain]]:
    if not isinstance(said, Mapping):
        raise UsageError(f"{shown_path(path)} has no patterns with rules", _EXAMPLE)
    for pattern, rule in said.items():
        if not isinstance(rule, Mapping):
            raise UsageError(f"{shown_path(path)}: `{pattern}` has no rule", _EXAMPLE)
        for name in ("key", "together"):
            _check_names(rule.get(name, []), f"{pattern}: {name}", path)
        for name in ("ref", "kind", "order"):
            if not isinstance(rule.get(name, ""), str):
                raise UsageError(f"{shown_path(path)}: `{pattern}: {name}` is no word", _EXAMPLE)
    return said  # type: ignore[return-value]


def _check_names(said: Plain, place: str, path: Path) -> None:
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{shown_path(path)}: `{place}` is no list of names", _EXAMPLE)
