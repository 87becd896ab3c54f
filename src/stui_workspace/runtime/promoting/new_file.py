"""Writing a frozen session where a person said, over nothing that they have not agreed to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.leaking import refuse_leaks
from stui_workspace.runtime.promoting.freezing import Frozen, frozen
from stui_workspace.runtime.promoting.scene import Scene
from stui_workspace.runtime.promoting.taking import put_away
from stui_workspace.runtime.services import Services
from stui_workspace.schema import FileKind, SchemaName
from stui_workspace.storage.atomic import save
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.project import FILE_NAMES

_SCHEMA: Final = Path(".stui", SchemaName.WORKSPACE.copy_name)
_ENDINGS: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class NewFile:
    """What freezing came to."""

    path: Path
    frozen: Frozen
    kept: Path | None = None
    """Where what stood there before is kept."""


def frozen_for(scene: Scene, target: Path, services: Services) -> NewFile:
    """What freezing would write to `target`, a file or a folder. Writes nothing.

    Raises:
        UsageError: A workspace file cannot be called so, or the session cannot be one.
    """
    path = target / FILE_NAMES[0] if target.is_dir() or target.suffix == "" else target
    if path.suffix not in _ENDINGS:
        raise UsageError(f"{path.name} is no name for a workspace file", "end it with `.yaml`")
    folder = Path(os.path.realpath(path.parent))
    path = folder / path.name
    has_copy = (folder / _SCHEMA).is_file()
    schema = _SCHEMA.as_posix() if has_copy else SchemaName.WORKSPACE.url
    home = services.home or Path(os.path.expanduser("~"))  # noqa: PTH111 (Path's own raises)
    return NewFile(path, frozen(scene, folder, schema, home))


def freeze(scene: Scene, target: Path, services: Services, *, force: bool = False) -> NewFile:
    """The new workspace file, written.

    Raises:
        UsageError: There is a file already and nobody said to replace it; or as `frozen_for`.
        StuiError: It was not written.
    """
    new = frozen_for(scene, target, services)
    path, content = new.path, new.frozen.text.encode("utf-8")
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    old = read_file(path, path.parent, services) if os.path.lexists(path) else None
    if old is None:
        refuse_leaks(path, None, content, FileKind.WORKSPACE)
        save(services.fs, path, content, expected=None)
        return new
    if not force:
        raise UsageError(
            f"{path} is there already", "name another file, or `--force` puts it away first"
        )
    kept = put_away(path, path.parent, old, services)
    refuse_leaks(path, None, content, FileKind.WORKSPACE)
    save(services.fs, path, content, expected=revision_of(old))
    return NewFile(path, new.frozen, kept)
