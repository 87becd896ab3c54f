"""What `stui doctor` looks at: each check gives the problems that it finds in a project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from stui_workspace.cli.options import services_now
from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.gitdriver.looking import Problem, look, problems
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.repository.running import Git
from stui_workspace.storage.project import FILE_NAMES, Project
from stui_workspace.sync.skipping import skips_dot_files
from stui_workspace.trust import GrantStore

Check: TypeAlias = Callable[[Project], Iterator[Problem]]

_MODULES: Final = {"jupyter": "jupyter_client", "zeromq": "zmq"}
"""What each extra brings."""


def findings_at(project: Project) -> list[Problem]:
    """All that the checks find, in their order."""
    return [problem for check in CHECKS for problem in check(project)]


def git_problems(project: Project) -> Iterator[Problem]:
    """What is wrong between git and this project; nothing outside a repository."""
    if not any(os.path.lexists(above / ".git") for above in (project.root, *project.root.parents)):
        return
    name = FILE_NAMES[0] if project.file is None else project.file.name
    try:
        yield from problems(look(Git(project.root), [name]))
    except NotFoundError as error:
        yield Problem("git-missing", "git is not installed", error.next_step or "install git")
    except UsageError as error:
        yield Problem("git-refuses", str(error), error.next_step or "`git status` says more")


def sync_problems(project: Project) -> Iterator[Problem]:
    """Whether the sync tool of this folder leaves the workspace file out."""
    if project.file is None or not project.file.name.startswith("."):
        return
    home = os.path.expanduser("~")  # noqa: PTH111 (Path's own raises where none is known)
    tool = skips_dot_files(project.root, Path(os.path.realpath(home)))
    if tool is not None:
        yield Problem(
            "sync-skips-file",
            f"this seems to be a folder of {tool}, which does not sync files that begin with a dot",
            f"rename {printable_line(project.file.name)} to {FILE_NAMES[1]}",
        )


def missing_extras(project: Project) -> Iterator[Problem]:
    """What a connection of the workspace needs and is not installed; none while the file is bad."""
    from importlib.util import find_spec

    from stui_workspace.runtime.loading import load

    try:
        specs = load(project, services_now()).workspace.connections.values()
    except StuiError:  # `stui validate` says it
        return
    needed: dict[str, list[str]] = {}
    for spec in specs:
        extra = _extra_for(spec)
        if extra is not None and find_spec(_MODULES[extra]) is None:
            needed.setdefault(extra, []).append(spec.name)
    for extra, names in needed.items():
        listed = ", ".join(f"`{printable_line(name, 60)}`" for name in names)
        yield Problem(
            f"extra-missing-{extra}",
            f"{_MODULES[extra]} is not installed, and cannot be done without by {listed}",
            f"pip install 'stui-workspace[{extra}]'",
        )


def _extra_for(spec: ConnectionSpec) -> str | None:
    """The extra that a connection needs; None where it needs none."""
    if spec.kind == "jupyter":
        return "jupyter"
    is_zeromq = spec.kind == "stui" and (spec.url or "").lower().startswith(("tcp:", "ipc:"))
    return "zeromq" if is_zeromq else None


def left_running(project: Project) -> Iterator[Problem]:
    """Backends of this project that go on although the stui that started them was ended."""
    from stui_workspace.connections.orphans import orphans

    folder = services_now().locations.workspace(project.root).backends
    for one in orphans(folder):
        pid = one.process.pid
        yield Problem(
            "backend-left-running",
            f"{printable_line(one.what, 100)} runs on as process {pid}, and its stui is gone",
            f"`stui conn tidy` ends it; so does `kill {pid}`",
        )


def trust_problems(project: Project) -> Iterator[Problem]:
    """Approvals that do not count, and those of files that are not there any more."""
    services = services_now()
    store = GrantStore(services.locations.workspace(project.root), services.fs)
    grants = store.load()
    for one in grants.problems:
        step = "delete it, or take the right to write from others: `chmod -R go-w` on its folder"
        yield Problem("grant-does-not-count", printable_line(one, 1000), step)
    gone = sorted({one.file for one in store.gone()})
    if gone:
        listed = ", ".join(printable_line(one, 300) for one in gone[:3])
        yield Problem(
            "grant-without-file",
            f"{len(gone)} approved workspace file{'' if len(gone) == 1 else 's'} of this folder"
            f" {'is' if len(gone) == 1 else 'are'} not there any more: {listed}",
            "`stui trust prune` takes those approvals back",
        )


def wish_problems(project: Project) -> Iterator[Problem]:
    """What the file asks of this machine and nobody agreed to; none while the file is bad."""
    from stui_workspace.cli.trust_words import is_wish_agreed, wish_of
    from stui_workspace.runtime.loading import load

    services = services_now()
    try:
        wish = wish_of(load(project, services))
    except StuiError:  # `stui validate` says it
        return
    if wish is not None and not is_wish_agreed(wish, project.root, services):
        yield Problem(
            "sessions-not-beside",
            "the workspace file asks for copies of your sessions beside it; none is kept so far",
            "`stui trust` asks you; `session: {store: local}` in your overlay says no for good",
        )


CHECKS: Final[tuple[Check, ...]] = (
    git_problems,
    sync_problems,
    missing_extras,
    left_running,
    trust_problems,
    wish_problems,
)
