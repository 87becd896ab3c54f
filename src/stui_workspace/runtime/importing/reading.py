"""Which program a file is of, and the workspace file that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.composing.fitting import fitted
from stui_workspace.runtime.importing.code_workspace import code_workspace
from stui_workspace.runtime.importing.draft import Draft, Note
from stui_workspace.runtime.importing.jsonc import read_json
from stui_workspace.runtime.importing.jupyter import lab_workspace, notebook
from stui_workspace.runtime.importing.located import Located
from stui_workspace.runtime.importing.tmuxinator import tmuxinator
from stui_workspace.runtime.importing.tmuxp import tmuxp
from stui_workspace.runtime.importing.yaml_source import TEMPLATE_MARK, read_yaml

KINDS: Final[Mapping[str, Callable[[Located, Draft], None]]] = {
    "tmuxp": tmuxp,
    "tmuxinator": tmuxinator,
    "code-workspace": code_workspace,
    "notebook": notebook,
    "jupyterlab": lab_workspace,
}
"""By what the file is of: how it is taken over."""
NAMES: Final = (
    *(".tmuxp.yaml", ".tmuxp.yml", ".tmuxp.json", ".tmuxinator.yml", ".tmuxinator.yaml"),
    *("*.code-workspace", "*.ipynb"),
)
"""What a project has such files under; the first that there are, are taken."""
_WHAT: Final = (
    "what can be read: tmuxp, tmuxinator, `.code-workspace`, notebooks, JupyterLab workspaces"
)
_YAML: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Imported:
    """A workspace file made of another program's."""

    kind: str
    text: str
    notes: tuple[Note, ...]
    """What is not carried over, in the order of the original."""


def imported(content: bytes, name: str, schema: str, called: str | None = None) -> Imported:
    """The workspace file that another program's file comes to.

    Args:
        content: The bytes of the file.
        name: What it is called: its ending says what it is, its stem names the workspace.
        schema: What the editor reads: a path from the new file, or an address.
        called: The name of the new workspace; None for the one that the file says.

    Raises:
        UsageError: It cannot be read, with the place; or it is of no program that we know.
    """
    path = PurePath(name)
    templates: tuple[int, ...] = ()
    if path.suffix in _YAML:
        root, templates = read_yaml(content, printable_line(name))
    else:
        root = read_json(content, printable_line(name))
    kind = _kind_of(root, path)
    draft = Draft(_stem(path))
    for line in templates:
        draft.note("ERB: it is never run, and what it would say is left out", line)
    KINDS[kind](root, draft)
    draft.name = called or (draft.name if TEMPLATE_MARK not in draft.name else _stem(path))
    text, left = fitted(_unmarked(draft.plain()), schema)
    for one in left:
        named = printable_line(format_key_path(one.path))
        draft.note(f"`{named}`: {one.reason}", draft.lines.get(_thing(one.path)))
    notes = sorted(draft.notes, key=lambda note: (note.line is None, note.line or 0))
    return Imported(kind, text, tuple(dict.fromkeys(notes)))


def _thing(path: tuple[str | int, ...]) -> tuple[str, str]:
    return (str(path[0]), str(path[1])) if len(path) > 1 else ("", "")


def _unmarked(value: object) -> dict[str, object]:
    """The values without those that ERB would have made."""
    cleaned = _clean(value)
    return cleaned if isinstance(cleaned, dict) else {}


def _clean(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            str(key).replace(TEMPLATE_MARK, ""): _clean(one)
            for key, one in value.items()
            if not (isinstance(one, str) and TEMPLATE_MARK in one)
        }
    if isinstance(value, (list, tuple)):
        return [_clean(one) for one in value]
    return value


def _stem(path: PurePath) -> str:
    name = path.name
    for ending in (*_YAML, ".json", ".code-workspace", ".ipynb"):
        name = name.removesuffix(ending)
    return name.lstrip(".") or "workspace"


def _kind_of(root: Located, path: PurePath) -> str:
    if not root.is_map:
        raise UsageError(f"{printable_line(path.name)} is of no program that is known", _WHAT)
    if path.suffix == ".code-workspace":
        return "code-workspace"
    if path.suffix == ".ipynb" or root.get("cells").is_list or root.get("worksheets").is_list:
        return "notebook"
    if root.get("data").get("layout-restorer:data").is_map:
        return "jupyterlab"
    if root.get("folders").is_list:
        return "code-workspace"
    windows = root.get("windows")
    first = next(windows.each(), None)
    is_tmuxp = root.get("session_name").value is not None or (
        first is not None and (first.get("panes").is_list or first.get("window_name").value)
    )
    if is_tmuxp:
        return "tmuxp"
    if windows.is_list or root.get("tabs").is_list:
        return "tmuxinator"
    raise UsageError(f"{printable_line(path.name)} is of no program that is known", _WHAT)
