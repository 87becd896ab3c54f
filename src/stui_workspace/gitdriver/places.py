"""Where git keeps what it is told: in a repository, in a clone alone, or for all of a person's."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from stui_workspace.errors import UsageError
from stui_workspace.gitdriver.settings import parsed
from stui_workspace.model.records import dataclass
from stui_workspace.repository.running import Git

ATTRIBUTES_NAME = ".gitattributes"
_NO_REPOSITORY = "not a git repository"


class Scope(StrEnum):
    """How far a setting of git reaches."""

    LOCAL = "local"
    """This clone, with all its work trees."""
    GLOBAL = "global"
    """All clones of this person on this machine."""


@dataclass(frozen=True, slots=True)
class Repository:
    root: Path | None
    """The top of the work tree; None where there is none, as in a bare repository."""
    private: Path
    """The attributes of this clone alone, which are never committed."""

    @property
    def shared(self) -> Path:
        """The attributes that are committed; those of the clone where nothing can be."""
        return self.private if self.root is None else self.root / ATTRIBUTES_NAME


def repository_at(git: Git) -> Repository:
    """The repository that git finds from its folder.

    Raises:
        UsageError: There is none, or git refuses to look into it.
        NotFoundError: git is not installed.
    """
    private = git("rev-parse", "--git-path", "info/attributes")
    if not private.is_well:
        if _NO_REPOSITORY in private.complaint:
            raise UsageError(
                "this is no git repository", "`git init` makes one; --global needs none"
            )
        raise UsageError(f"git: {private.complaint}", "`git status` there says what to do")
    top = git("rev-parse", "--show-toplevel")
    root = Path(top.line) if top.is_well and top.line else None
    return Repository(root, git.folder / private.line)


def settings_of(git: Git, scope: Scope) -> dict[str, str]:
    """The settings of one scope, by their keys; empty where there is no such file yet."""
    listed = git("config", f"--{scope}", "--list", "-z")
    return parsed(listed.out) if listed.is_well else {}


def effective_settings(git: Git) -> dict[str, str]:
    """The settings that hold in the folder, whichever file they are from."""
    return parsed(git.told(("config", "--list", "-z"), "`git config --list` shows them").out)


def personal_attributes(git: Git, environ: Mapping[str, str]) -> Path:
    """The attributes of all of a person's clones.

    Raises:
        UsageError: No home folder is known.
    """
    for scope in (Scope.GLOBAL, "system"):
        named = git("config", f"--{scope}", "--type=path", "--get", "core.attributesFile")
        if named.is_well and named.line:
            return git.folder / named.line
    above = environ.get("XDG_CONFIG_HOME") or (
        str(Path(environ["HOME"], ".config")) if environ.get("HOME") else ""
    )
    if not Path(above).is_absolute():
        raise UsageError("no home folder is known", "set HOME, as git itself needs it")
    return Path(above, "git", "attributes")
