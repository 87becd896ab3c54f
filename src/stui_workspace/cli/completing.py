"""What a shell can complete: key paths, and the names of what there is.

The files are somebody else's, so nothing is run, and whatever is wrong with them there is simply
nothing to complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.values import Plain

_MOST = 500
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+-][A-Za-z0-9_./:@+\[\]-]*\Z")
"""What no shell takes for anything but text. A key may say `$(rm -rf ~)`, and completing puts it on
the command line."""

Completer: TypeAlias = Callable[[click.Context, click.Parameter, str], list[str]]


def _quietly(names: Callable[[click.Context], Iterator[str]]) -> Completer:
    """A completer of `names` that never fails, and offers only what a shell takes as text."""

    @wraps(names)
    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        found: list[str] = []
        try:
            for name in names(context):
                if name.startswith(incomplete) and _PLAIN.match(name):
                    found.append(name)
                if len(found) == _MOST:
                    break
        except Exception:  # noqa: BLE001 (a broken file must not break the shell)
            return found
        return found

    return complete


@_quietly
def key_paths(context: click.Context) -> Iterator[str]:
    """Each key path of the file that the command is about."""
    for path in _paths_of(_plain(context), ()):
        yield format_key_path(path)


@_quietly
def connections(context: click.Context) -> Iterator[str]:
    """The names of the workspace's connections."""
    yield from _keys(_plain(context), "connections")


@_quietly
def all_connections(context: click.Context) -> Iterator[str]:
    """The names of the workspace's connections, and of those that the last session alone has."""
    import os

    from stui_workspace.cli.conn_kept import known_connections
    from stui_workspace.cli.finding import project_at
    from stui_workspace.runtime.services import Services

    names = dict.fromkeys(_keys(_plain(context), "connections"))
    yield from names
    project = project_at(context.params.get("path"))
    known = known_connections(project, Services.real(os.environ))
    yield from (name for name in known.own if name not in names)


@_quietly
def environments(context: click.Context) -> Iterator[str]:
    """The names of the workspace's environments."""
    yield from _keys(_plain(context), "environments")


@_quietly
def sessions(context: click.Context) -> Iterator[str]:
    """The names of the sessions kept for this project."""
    import os

    from stui_workspace.cli.finding import project_at
    from stui_workspace.storage.filesystem import RealFileSystem
    from stui_workspace.storage.locations import Locations
    from stui_workspace.storage.sessions.beside import left_beside
    from stui_workspace.storage.sessions.store import SessionStore

    project = project_at(context.params.get("path"))
    store = SessionStore(Locations.find(os.environ).workspace(project.root))
    for summary in store.list():
        yield summary.id
    for left in left_beside(project.root, RealFileSystem()):
        if left.problem is None:
            yield left.handle


@_quietly
def removed_sessions(context: click.Context) -> Iterator[str]:
    """The names of the sessions that can be brought back."""
    import os

    from stui_workspace.cli.finding import project_at
    from stui_workspace.storage.filesystem import RealFileSystem
    from stui_workspace.storage.locations import Locations
    from stui_workspace.storage.trash.trash import Trash

    project = project_at(context.params.get("path"))
    trash = Trash(Locations.find(os.environ).workspace(project.root), RealFileSystem())
    yield from (one.session for one in trash.removals())


@_quietly
def versions(context: click.Context) -> Iterator[str]:
    """The versions of the workspace file that are kept, the newest first."""
    import os

    from stui_workspace.cli.finding import project_at
    from stui_workspace.runtime.services import Services
    from stui_workspace.runtime.syncing import versions as kept

    found = kept(project_at(context.params.get("path")), Services.real(os.environ))
    yield from dict.fromkeys(one.revision for one in reversed(found))


@_quietly
def snapshots(context: click.Context) -> Iterator[str]:
    """The names of the sessions kept for this project, and the snapshots of the one named."""
    import os

    from stui_workspace.cli.finding import project_at
    from stui_workspace.storage.locations import Locations
    from stui_workspace.storage.sessions.store import SessionStore
    from stui_workspace.storage.snapshots.store import SnapshotStore

    project = project_at(context.params.get("path"))
    store = SessionStore(Locations.find(os.environ).workspace(project.root))
    names = [summary.id for summary in store.list()]
    words = context.params.get("words") or ()
    if not words:
        yield from names
    for name in [one for one in names if one in words] or names[:1]:
        for entry in reversed(SnapshotStore(store.folder.snapshots_of(name)).log()):
            yield entry.id


@_quietly
def hunks(context: click.Context) -> Iterator[str]:
    """The key paths that `stui promote` could take over."""
    import os

    from stui_workspace.cli.finding import project_at
    from stui_workspace.runtime.promoting.hunks import hunks_of
    from stui_workspace.runtime.promoting.sessions import KeptSession
    from stui_workspace.runtime.services import Services
    from stui_workspace.storage.sessions.store import SessionStore

    services = Services.real(os.environ)
    project = project_at(context.params.get("path"), services.home)
    store = SessionStore(services.locations.workspace(project.root), services.fs)
    session = context.params.get("name") or next(one.id for one in store.list())
    for hunk in hunks_of(KeptSession(project, services, session).scene()):
        yield hunk.name


def freezing(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """A session, and where it is to be written."""
    names = [] if context.params.get("words") else sessions(context, parameter, incomplete)
    return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]


@_quietly
def machines(_context: click.Context) -> Iterator[str]:
    """The names of the machines in the history, as far as it was searched before."""
    import os

    from stui_workspace.runtime.searching.finding import Searcher, has_index
    from stui_workspace.runtime.services import Services

    services = Services.real(os.environ)
    if has_index(services):
        with Searcher(services) as searcher:
            yield from searcher.machines()


def importable(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The word `auto`, and files."""
    auto = [CompletionItem("auto")] if "auto".startswith(incomplete) else []
    return [*auto, CompletionItem(incomplete, type="file")]


@_quietly
def secrets(_context: click.Context) -> Iterator[str]:
    """The names of the secrets that are listed or bound."""
    import os

    from stui_workspace.cli.secret_names import known_names
    from stui_workspace.runtime.services import Services
    from stui_workspace.secrets.opening import secrets_of

    services = Services.real(os.environ)
    yield from known_names(secrets_of(services.locations, services.environ, services.fs))


@_quietly
def vault_slots(_context: click.Context) -> Iterator[str]:
    """The ids of the slots of the vault, which needs no key."""
    import os

    from stui_workspace.secrets.vault import VaultPlace, look
    from stui_workspace.storage.locations import Locations

    found = look(VaultPlace.of(Locations.find(os.environ)))
    yield from () if found is None else (slot.id for slot in found.slots)


@_quietly
def codes(_context: click.Context) -> Iterator[str]:
    """The codes that can be explained."""
    from stui_workspace.cli.commands.explain import explained_codes

    yield from explained_codes()


def _plain(context: click.Context) -> Plain:
    from stui_workspace.cli.finding import file_target, workspace_target
    from stui_workspace.document import parse
    from stui_workspace.storage.atomic import read_workspace

    file = context.params.get("file") or context.params.get("path")
    target = file_target(file) if isinstance(file, Path) else workspace_target(None)
    return parse(read_workspace(target.path, target.root)).plain()


def _paths_of(value: Plain, path: NodePath) -> Iterator[NodePath]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (*path, key)
            yield from _paths_of(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*path, index)
            yield from _paths_of(item, (*path, index))


def _keys(plain: Plain, name: str) -> Iterator[str]:
    if isinstance(plain, Mapping):
        found = plain.get(name)
        if isinstance(found, Mapping):
            yield from found
