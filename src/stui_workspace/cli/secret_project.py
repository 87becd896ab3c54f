"""Who names a secret in the project here: its connections, and the lines of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import services_now
from stui_workspace.document import Document, read
from stui_workspace.errors import StuiError
from stui_workspace.model.diagnostics import position_at
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import Reference, reference_of
from stui_workspace.model.values import Plain
from stui_workspace.runtime.loading import load
from stui_workspace.schema.origins import Origin, origin_of
from stui_workspace.storage.atomic import read_workspace
from stui_workspace.storage.project import Project


@dataclass(frozen=True, slots=True)
class Use:
    """A connection that names a secret, and where it leads."""

    connection: str
    reference: Reference
    origin: Origin | None
    """None where a secret cannot be sent."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a file that names a secret."""

    file: Path
    line: int
    path: NodePath
    reference: Reference

    @property
    def words(self) -> str:
        """For people: `connections.image.credential`."""
        return format_key_path(self.path)


def uses_here(path: Path | None = None) -> tuple[Use, ...]:
    """The connections of the project that name a secret; none while its files have errors."""
    try:
        project = project_at(path, services_now().home)
        connections = load(project, services_now()).workspace.connections
    except StuiError:  # `stui validate` says it
        return ()
    found = []
    for spec in connections.values():
        reference = reference_of(spec.credential or "")
        if reference is not None:
            origin = origin_of(spec.kind, spec.url, project.root)
            found.append(Use(spec.name, reference, origin))
    return tuple(found)


def mentions_here(path: Path | None = None) -> tuple[Mention, ...]:
    """Each place in the files of the project that names a secret, overlay and environments too."""
    try:
        project = project_at(path, services_now().home)
    except StuiError:
        return ()
    return tuple(one for file in _files(project) for one in _mentions_in(file, project.root))


def _files(project: Project) -> Iterator[Path]:
    yield from (file for file in (project.file, project.overlay) if file is not None)


def _mentions_in(file: Path, root: Path) -> Iterator[Mention]:
    try:
        document = read(read_workspace(file, root)).document
    except StuiError:
        return
    if document is not None:
        yield from mentions_of(document, file)


def mentions_of(document: Document, file: Path) -> Iterator[Mention]:
    """The places in a document where a `credential` or a variable names a secret."""
    for path, text in _texts(document.plain(), ()):
        is_named = path[-1:] == ("credential",) or "vars" in path
        reference = reference_of(text) if is_named else None
        if reference is not None:
            line, _ = position_at(document.text, document.span(path).start)
            yield Mention(file, line, path, reference)


def _texts(value: Plain, path: NodePath) -> Iterator[tuple[NodePath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping) and len(path) < 8:  # noqa: PLR2004 (deeper than any of them)
        for key, item in value.items():
            yield from _texts(item, (*path, key))
