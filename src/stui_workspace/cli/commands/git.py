"""`stui git`: let git merge and compare workspace files by meaning."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from stui_workspace.cli.conflict_words import how_to
from stui_workspace.cli.git_words import (
    record_of_change,
    record_of_look,
    rows_of_look,
    tell_done,
    tell_hooks,
    tell_line_for_hooks,
    tell_problems_of_git,
    tell_taken_back,
)
from stui_workspace.cli.group import Root
from stui_workspace.cli.merging import tell_conflicts
from stui_workspace.cli.options import PATH, json_option, project_option, services_now
from stui_workspace.cli.paint import is_terminal
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.gitdriver.hooks import HookState, install_hooks, uninstall_hooks
from stui_workspace.gitdriver.installing import install, uninstall
from stui_workspace.gitdriver.looking import look, problems
from stui_workspace.gitdriver.mergetool import ToolFiles, merged_again
from stui_workspace.gitdriver.places import Scope
from stui_workspace.merge import MergeResult, Policy
from stui_workspace.model.revision import revision_of
from stui_workspace.repository.running import Git
from stui_workspace.storage.atomic import save
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def scope_options(command: Decorated) -> Decorated:
    """The options `--local` and `--global`."""
    whole = click.option(
        "--global", "for_all", is_flag=True, help="For all your clones on this machine."
    )
    one = click.option(
        "--local",
        "for_one",
        is_flag=True,
        help="For this clone alone, with all its work trees.",
    )
    return one(whole(command))


@click.group(name="git")
def command() -> None:
    """Let git merge and compare workspace files by meaning.

    Without it git merges them line by line: two connections that two people added at one place
    are a conflict, and a key may come out twice.

    Examples:
      stui git install
      stui git status
      stui git install --global
    """


@command.command("install")
@project_option
@scope_options
@click.option(
    "--private",
    is_flag=True,
    help="Keep the attributes in .git/info/attributes, and commit nothing.",
)
@click.option(
    "--hook",
    is_flag=True,
    help="Also refuse commits with a secret or an error in a workspace file, by a pre-commit hook.",
)
@json_option
def install_command(  # noqa: PLR0913 (one for each option)
    path: Path | None,
    *,
    for_all: bool,
    for_one: bool,
    private: bool,
    hook: bool,
    as_json: bool,
) -> None:
    """Tell git how to merge and compare workspace files.

    Sets the merge driver, the text for `git diff` and the merge tool in the configuration of this
    clone, and adds two lines to .gitattributes, which you commit. Each clone needs this once: git
    copies no settings. Where stui is missing, git merges by lines as ever.

    Changes nothing that is as it should be, and no line of anybody else. Says what it did;
    `stui git uninstall` takes it back. Without --global it is for this clone.

    Examples:
      stui git install
      stui git install --private
      stui git install --global
      stui git install --hook
    """
    scope = _scope(for_all=for_all, for_one=for_one, private=private)
    if hook and scope is Scope.GLOBAL:
        raise click.UsageError("--hook is about one clone; git has no hooks for all of them")
    git, fs = _git(path), services_now().fs
    done = install(git, fs, scope, private=private)
    hooks = install_hooks(git, fs) if hook else ()
    if as_json:
        put_json(record_of_change(done, hooks))
        return
    tell_done(done, private=private)
    tell_hooks(hooks)
    tell_line_for_hooks(hooks)
    if scope is Scope.LOCAL and done.has_work_tree:
        tell_problems_of_git(problems(look(git, _names(git))))


@command.command("uninstall")
@project_option
@scope_options
@click.option(
    "--private",
    is_flag=True,
    help="Leave .gitattributes as it is: others may need what is committed.",
)
@json_option
def uninstall_command(
    path: Path | None, *, for_all: bool, for_one: bool, private: bool, as_json: bool
) -> None:
    """Take back what `stui git install` told git.

    Takes away the settings and the lines that stui itself wrote, and nothing else. What is taken
    from .gitattributes is taken from everybody once you commit it; --private leaves it there.

    Examples:
      stui git uninstall
      stui git uninstall --private
      stui git uninstall --global
    """
    scope = _scope(for_all=for_all, for_one=for_one, private=private)
    git, fs = _git(path), services_now().fs
    done = uninstall(git, fs, scope, private=private)
    found = uninstall_hooks(git, fs) if scope is Scope.LOCAL else ()
    hooks = [one for one in found if one.state is HookState.TAKEN]
    if as_json:
        put_json(record_of_change(done, hooks))
        return
    if hooks and done.is_nothing:
        tell_hooks(hooks)
        return
    tell_taken_back(done)
    tell_hooks(hooks)


@command.command("status")
@project_option
@scope_options
@json_option
def status_command(path: Path | None, *, for_all: bool, for_one: bool, as_json: bool) -> Status:
    """Say whether git merges the workspace files here by meaning.

    Looks at what holds in the folder, whichever file it is from; --local and --global look at the
    settings of that one place. Exits 1 if git would merge by lines, and says what to do.

    Examples:
      stui git status
      stui git status --global
      stui git status --json | jq .active
    """
    scope = _scope(for_all=for_all, for_one=for_one) if for_all or for_one else None
    git = _git(path)
    seen = look(git, _names(git), scope)
    if as_json:
        put_json(record_of_look(seen))
    else:
        for row in rows_of_look(seen):
            put(row)
        tell_problems_of_git(problems(seen))
        if not seen.has_driver and not seen.is_wanted:
            tell_next("`stui git install` lets git merge workspace files by meaning")
    return Status.DONE if seen.is_active else Status.FINDINGS


@command.command("mergetool")
@click.argument("base", type=PATH)
@click.argument("ours", type=PATH, metavar="LOCAL")
@click.argument("theirs", type=PATH, metavar="REMOTE")
@click.argument("merged", type=PATH)
@click.pass_context
def mergetool_command(
    context: click.Context, base: Path, ours: Path, theirs: Path, merged: Path
) -> int:
    """Settle a merge that git could not finish; git starts this.

    Merges again by meaning. If nothing is left to decide, writes the result to MERGED and exits 0.
    Otherwise asks in the terminal; without one, says what is left and exits 1.

    Examples:
      git mergetool --tool=stui
      stui git mergetool base.yaml ours.yaml theirs.yaml merged.yaml
    """
    files = ToolFiles(base, ours, theirs, merged)
    fs = services_now().fs
    result = merged_again(files, Policy.published())
    if result.is_clean:
        _write(fs, merged, result.text)
        tell(f"merged {shown_path(merged)}; nothing was left to decide")
        return Status.DONE
    root = context.find_root().command
    open_merging = root.open_merging if isinstance(root, Root) else None
    if open_merging is not None and is_terminal(sys.stdin) and is_terminal(sys.stdout):
        status = open_merging(files, fs)
        if status:
            tell(f"{shown_path(merged)}: conflicts are left")
            tell_next("`stui conflicts` shows them, `stui resolve` settles one")
        return status
    _tell_left(result, merged)
    return Status.FINDINGS


def _tell_left(result: MergeResult, merged: Path) -> None:
    tell_conflicts(result.conflicts)
    count = len(result.conflicts)
    tell(f"{count} conflict{'' if count == 1 else 's'} left in {shown_path(merged)}")
    tell_next(f"`{how_to(result.conflicts[0], merged)}`, or theirs, base, --value, --edit")


def _write(fs: FileSystem, path: Path, content: bytes) -> None:
    with explained(path):
        old = fs.read(Path(os.path.realpath(path)))
    save(fs, path, content, expected=None if old is None else revision_of(old))


def _scope(*, for_all: bool, for_one: bool, private: bool = False) -> Scope:
    if for_all and for_one:
        raise click.UsageError("--global and --local exclude each other")
    if for_all and private:
        raise UsageError(
            "--private is about one clone", "--global keeps nothing in any repository anyway"
        )
    return Scope.GLOBAL if for_all else Scope.LOCAL


def _git(path: Path | None) -> Git:
    """What runs git in the folder that was named, or in that of a file that was."""
    folder = Path() if path is None else path
    folder = folder if folder.is_dir() else folder.parent
    if not folder.is_dir():
        raise NotFoundError("folder", str(folder), "check the path")
    return Git(folder)


def _names(git: Git) -> list[str]:
    """The workspace file of the folder; the usual name where there is none yet."""
    from stui_workspace.storage.project import FILE_NAMES, workspace_file_in

    found = workspace_file_in(git.folder)
    return [FILE_NAMES[0] if found is None else found.name]
