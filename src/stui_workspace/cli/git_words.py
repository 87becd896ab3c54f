"""What `stui git` and `stui doctor` say: what git was told, what it knows, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.gitdriver.attributes import added
from stui_workspace.gitdriver.hooks import LINE, Hook, HookState
from stui_workspace.gitdriver.installing import AttributesChange, Done
from stui_workspace.gitdriver.looking import Look, Problem, problems
from stui_workspace.gitdriver.places import ATTRIBUTES_NAME, Scope
from stui_workspace.gitdriver.settings import MERGE_KEY

_WHOSE = {Scope.LOCAL: "of this clone", Scope.GLOBAL: "of all your clones"}


def tell_done(done: Done, *, private: bool) -> None:
    """Say what `stui git install` did, and how to undo it."""
    if done.is_nothing:
        tell("everything is in place already")
    if done.settings:
        keys = ", ".join(change.key for change in done.settings)
        tell(f"set in the configuration {_WHOSE[done.scope]}: {keys}")
    for change in done.attributes:
        tell(f"added {_lines(change)} to {shown_path(change.path)}")
        if change.path.name == ATTRIBUTES_NAME:
            tell_next(f"commit {ATTRIBUTES_NAME}; each clone then needs `stui git install` once")
    if not done.has_work_tree and not private:
        tell(
            "there is no work tree here, so the attributes are for this repository alone",
            kind="note",
        )
    if not done.is_nothing:
        options = "".join(
            option
            for option, is_used in (
                (" --global", done.scope is Scope.GLOBAL),
                (" --private", private),
            )
            if is_used
        )
        tell_next(f"`stui git uninstall{options}` takes this back")


def tell_hooks(hooks: Iterable[Hook]) -> None:
    """Say what became of the hooks, and what to do where somebody else's is in the way."""
    for one in hooks:
        name = shown_path(one.path)
        match one.state:
            case HookState.WRITTEN:
                tell(f"wrote {name}, which refuses a commit with a secret in a workspace file")
            case HookState.TAKEN:
                tell(f"deleted {name}")
            case HookState.FOREIGN:
                tell(f"{name} is not ours, and was left as it is", kind="note")
            case HookState.THERE:
                tell(f"{name} is in place already")


def tell_line_for_hooks(hooks: Iterable[Hook]) -> None:
    """Say what to add to hooks that are somebody else's."""
    if any(one.state is HookState.FOREIGN for one in hooks):
        tell_next(f"add this line to it: {LINE}")


def tell_taken_back(done: Done) -> None:
    """Say what `stui git uninstall` did."""
    if done.is_nothing:
        tell("there is nothing of stui to take away")
    if done.settings:
        keys = ", ".join(change.key for change in done.settings)
        tell(f"taken from the configuration {_WHOSE[done.scope]}: {keys}")
    for change in done.attributes:
        name = shown_path(change.path)
        tell(f"deleted {name}" if change.after is None else f"took {_lines(change)} from {name}")


def _lines(change: AttributesChange) -> str:
    count = added(change.before or b"", change.after or b"")
    return f"{count} line{'' if count == 1 else 's'}"


def tell_problems_of_git(found: Iterable[Problem]) -> None:
    """Say what is wrong, each with what to do about it."""
    for problem in found:
        tell(problem.message, kind="warning")
        tell_next(problem.fix)


def record_of_change(done: Done, hooks: Iterable[Hook] = ()) -> dict[str, object]:
    """What was changed, as JSON has it."""
    return {
        "scope": str(done.scope),
        "settings": [
            {"key": change.key, "before": change.before, "after": change.after}
            for change in done.settings
        ],
        "attributes": [str(change.path) for change in done.attributes],
        "hooks": [{"path": str(one.path), "state": str(one.state)} for one in hooks],
    }


def record_of_look(seen: Look) -> dict[str, object]:
    """What git knows of stui, as JSON has it."""
    root = None if seen.repository is None else seen.repository.root
    return {
        "active": seen.is_active,
        "repository": None if root is None else str(root),
        "command": None if seen.command is None else str(seen.command),
        "settings": dict(seen.settings),
        "attributes": {
            name: {"merge": merge, "diff": diff} for name, (merge, diff) in seen.attributes.items()
        },
        "problems": [record_of_problem(problem) for problem in problems(seen)],
    }


def record_of_problem(problem: Problem) -> dict[str, str]:
    """A problem as JSON has it."""
    return {"code": problem.code, "message": problem.message, "fix": problem.fix}


def rows_of_look(seen: Look) -> Iterator[str]:
    """What git knows of stui, as lines for people."""
    found = sum(value is not None for value in seen.settings.values())
    driver = "set" if seen.settings[MERGE_KEY] is not None else "not set"
    yield f"driver      {driver} ({found} of {len(seen.settings)} settings)"
    for name, (merge, diff) in seen.attributes.items():
        yield f"attributes  {name}: merge={merge} diff={diff}"
    yield f"command     {'not found' if seen.command is None else shown_path(seen.command)}"
    yield f"merges by   {'meaning' if seen.is_active else 'lines'}"
