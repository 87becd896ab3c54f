"""What git knows of stui in a folder, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from stui_workspace.gitdriver.attributes import says_so
from stui_workspace.gitdriver.places import (
    Repository,
    Scope,
    effective_settings,
    personal_attributes,
    repository_at,
    settings_of,
)
from stui_workspace.gitdriver.settings import MERGE_KEY, NAME, RECURSIVE_KEY, WANTED
from stui_workspace.model.records import dataclass
from stui_workspace.repository.running import Git, program_on

INSTALL: Final = "`stui git install`"
_UNSPECIFIED: Final = "unspecified"


@dataclass(frozen=True, slots=True)
class Look:
    """What is so. Made by `look`."""

    repository: Repository | None
    """None for what holds in all of a person's repositories."""
    settings: Mapping[str, str | None]
    """Those of ours that hold here, whichever file they are from; None for one that is missing."""
    attributes: Mapping[str, tuple[str, str]]
    """The drivers for merge and diff of each workspace file, by its name, as git names them:
    `unspecified` where nobody said."""
    command: Path | None
    """Where a shell finds stui; None where git would not."""

    @property
    def has_driver(self) -> bool:
        """Whether git was told of our merge driver, in whatever form."""
        return self.settings[MERGE_KEY] is not None

    @property
    def is_wanted(self) -> bool:
        """Whether any workspace file is given to our driver."""
        return any(merge == NAME for merge, _ in self.attributes.values())

    @property
    def is_active(self) -> bool:
        """Whether git merges the workspace files here with this stui."""
        return not list(problems(self)) and self.has_driver and self.is_wanted


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    """Stable, for programs: `git-driver-missing`."""
    message: str
    fix: str


def look(git: Git, names: Sequence[str], scope: Scope | None = None) -> Look:
    """What git knows of stui in its folder.

    Args:
        git: In a repository, unless the scope is all of them.
        names: Workspace files in that folder; they need not exist.
        scope: Whose settings to look at; None for those that hold, whosever they are.

    Raises:
        UsageError: There is no repository, or git refuses to look into it.
        NotFoundError: git is not installed.
    """
    is_everywhere = scope is Scope.GLOBAL
    repository = None if is_everywhere else repository_at(git)
    found = effective_settings(git) if scope is None else settings_of(git, scope)
    return Look(
        repository,
        {key: found.get(key.lower()) for key in WANTED},
        _personal(git, names) if is_everywhere else _attributes(git, names),
        program_on(git.environ.get("PATH", ""), NAME),
    )


def problems(seen: Look) -> Iterator[Problem]:
    """What is wrong; nothing where git was never told of stui."""
    for name, (merge, _) in seen.attributes.items():
        if merge == "union":
            yield Problem(
                "git-merge-union",
                f"git merges {name} by `union`, which makes keys twice",
                f"take `merge=union` away from it in your git attributes, then {INSTALL}",
            )
    if seen.is_wanted and not seen.has_driver:
        yield Problem(
            "git-driver-missing",
            "the attributes name the merge driver `stui`, and this clone has none: git merges "
            "workspace files by lines",
            f"{INSTALL} in this clone, or once for all of yours with --global",
        )
    if seen.has_driver:
        yield from _driver_problems(seen)


def _driver_problems(seen: Look) -> Iterator[Problem]:
    if not seen.is_wanted:
        yield Problem(
            "git-attributes-missing",
            "git knows the merge driver `stui`, and no attribute gives it a workspace file",
            f"{INSTALL} adds the lines",
        )
    if seen.command is None:
        yield Problem(
            "git-command-missing",
            "git cannot find the command `stui`, and merges workspace files by lines",
            "put the folder of `stui` on the PATH that git is started with",
        )
    if seen.settings[RECURSIVE_KEY] != WANTED[RECURSIVE_KEY]:
        yield Problem(
            "git-recursive",
            "the base of a criss-cross merge may get conflict markers",
            f"{INSTALL} sets {RECURSIVE_KEY} to {WANTED[RECURSIVE_KEY]}",
        )
    stale = [key for key, value in WANTED.items() if seen.settings[key] != value]
    if set(stale) - {RECURSIVE_KEY}:
        yield Problem(
            "git-settings-differ",
            f"git's settings for stui are not what this version sets: {', '.join(stale)}",
            f"{INSTALL} brings them up to date",
        )


def _attributes(git: Git, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    answer = git("check-attr", "-z", "merge", "diff", "--", *names)
    words = answer.out.decode("utf-8", "replace").split("\0") if answer.is_well else []
    found = dict.fromkeys(names, (_UNSPECIFIED, _UNSPECIFIED))
    said = zip(words[0::3], words[1::3], words[2::3], strict=False)
    for name, attribute, value in said:
        merge, diff = found.get(name, ("", ""))
        found[name] = (value, diff) if attribute == "merge" else (merge, value)
    return found


def _personal(git: Git, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    try:
        content = personal_attributes(git, git.environ).read_bytes()
    except OSError:
        content = b""
    said = {name: NAME if says_so(content, name) else _UNSPECIFIED for name in names}
    return {name: (driver, driver) for name, driver in said.items()}
