"""From the files of a project to the workspace they describe. No tasks: readers use it, too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stui_workspace.document import WORKSPACE_LIMITS, Document, Limits, decode, read
from stui_workspace.errors import UnusableError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import (
    Autosave,
    BufferSpec,
    ConnectionSpec,
    Keep,
    Workspace,
)
from stui_workspace.runtime.leaking import with_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.schema import FileKind, Resolved, check, resolve, workspace_of
from stui_workspace.storage.atomic import WORKSPACE_BYTES, read_bounded, read_workspace
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.locations import CONFIG_NAME
from stui_workspace.storage.project import Project
from stui_workspace.storage.sessions.format import SESSION_LIMITS

_MARKER = b"<<<<<<<"
_THEIR_OWN = ("overlay", "user config")
"""The origins of what a person says for themselves."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person selected on the command line."""

    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


_ALL = Selection()


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file, read once: everything else is made from these bytes."""

    problems: FileProblems
    document: Document | None
    """None where there is any error, in the text or in what it says."""
    revision: Revision
    is_marked: bool = False
    """Whether it has conflict markers, and `document` is what they come to as yet."""

    @property
    def plain(self) -> Mapping[str, Plain]:
        plain = None if self.document is None else self.document.plain()
        return plain if isinstance(plain, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workspace that can be used, and what it was made from."""

    project: Project
    workspace: Workspace
    resolved: Resolved
    document: Document | None = None
    """Of the workspace file; None where there is no file."""
    problems: tuple[FileProblems, ...] = ()
    """Warnings, each with its file."""
    revisions: Mapping[Path, Revision] = field(default_factory=dict)
    """Of each file that was read."""
    own_store: str | None = None
    """What the user's own files, the overlay and their configuration, say of `session.store`."""
    read_only: bool = False
    """Whether a file has conflict markers: what it says is provisional, and is not written to."""


def load(
    project: Project,
    services: Services,
    selection: Selection = _ALL,
    *,
    strict: bool = False,
    provisional: bool = False,
) -> Loaded:
    """The workspace of a project; an empty one where there is no file.

    With `provisional`, files with conflict markers are used as they were merged; else they are
    files with errors.

    Raises:
        UnusableError: One of the files has errors.
        NotFoundError: There is no such environment or variable.
        DiskError: A file cannot be read; a `MissingFileError` where it vanished.
    """
    files = _read_all(project, services, strict=strict)
    workspace_file = files.get(FileKind.WORKSPACE)
    problems = tuple(one.problems for one in files.values() if one.problems.diagnostics)
    if any(one.document is None or (one.is_marked and not provisional) for one in files.values()):
        raise UnusableError(problems)
    plains = {kind: one.plain for kind, one in files.items()}
    resolved = resolve(
        plains.get(FileKind.WORKSPACE, {}),
        plains.get(FileKind.OVERLAY),
        plains.get(FileKind.CONFIG),
        environment=selection.environment,
        variables=selection.variables,
    )
    return Loaded(
        project,
        furnished(workspace_of(resolved), project.root.name),
        resolved,
        None if workspace_file is None else workspace_file.document,
        problems,
        {one.problems.file: one.revision for one in files.values()},
        own_store=_own_store(plains),
        read_only=any(one.is_marked for one in files.values()),
    )


def retention(loaded: Loaded) -> Autosave:
    """How long snapshots are kept: a workspace file may have more of them kept, and never fewer.

    What a person can go back to is theirs: only their own files may have it thrown away sooner.
    """
    autosave, least = loaded.workspace.autosave, Keep()
    kept = {
        name: value
        if loaded.resolved.origins.get(("autosave", "keep", name)) in _THEIR_OWN
        else max(value, getattr(least, name))
        for name in ("last", "hourly", "daily")
        for value in (getattr(autosave.keep, name),)
    }
    return replace(autosave, keep=Keep(**kept))


def _own_store(plains: Mapping[FileKind, Mapping[str, Plain]]) -> str | None:
    for kind in (FileKind.OVERLAY, FileKind.CONFIG):
        session = plains.get(kind, {}).get("session")
        store = session.get("store") if isinstance(session, Mapping) else None
        if isinstance(store, str):
            return store
    return None


def check_file(path: Path, root: Path, kind: FileKind, *, strict: bool = False) -> CheckedFile:
    """A file and everything that is wrong with it. Never raises for what it says.

    Raises:
        DiskError: It cannot be read.
    """
    content = read_bounded(path, SESSION_LIMITS.file_bytes) if kind is FileKind.SESSION else None
    return check_content(
        read_workspace(path, root) if content is None else content, path, kind, strict=strict
    )


def check_content(
    content: bytes,
    path: Path,
    kind: FileKind,
    *,
    strict: bool = False,
    base: Mapping[str, Plain] | None = None,
) -> CheckedFile:
    """Some bytes as a file of that kind, and everything that is wrong with them.

    Args:
        content: The bytes.
        path: The file that they are from.
        kind: What they are to be.
        strict: Whether unknown keys are errors.
        base: For an overlay, the workspace that it lies over: it may name what stands there.
    """
    limits: Limits = SESSION_LIMITS if kind is FileKind.SESSION else WORKSPACE_LIMITS
    reading = read(content, limits)
    if reading.document is None and _MARKER in content:
        marked = _check_marked(content, path, kind, strict=strict, base=base)
        if marked is not None:
            return replace(marked, problems=with_leaks(marked.problems, content))
    found = reading.diagnostics
    if reading.document is not None:
        found += check(reading.document.plain(), reading.document, kind, strict=strict, base=base)
    problems = FileProblems(path, reading.text, found)
    if reading.document is None:
        problems = with_leaks(problems, content)
    document = None if problems.has_errors else reading.document
    return CheckedFile(problems, document, revision_of(content))


def _check_marked(
    content: bytes,
    path: Path,
    kind: FileKind,
    *,
    strict: bool,
    base: Mapping[str, Plain] | None,
) -> CheckedFile | None:
    """A file with conflict markers, merged by meaning; None where they are none."""
    from stui_workspace.merge import Policy
    from stui_workspace.runtime.settling.markers import marker_findings, settlement_of

    settlement = settlement_of(content, Policy.published())
    if settlement is None:
        return None
    merged = check_content(settlement.text, path, kind, strict=strict, base=base)
    problems = FileProblems(path, decode(content), marker_findings(content, settlement))
    return CheckedFile(problems, merged.document, revision_of(content), is_marked=True)


def furnished(workspace: Workspace, folder_name: str = "") -> Workspace:
    """The workspace with something to work with where it says nothing: a Python, and a pad.

    So an empty folder, and the smallest file, open as a workbench that can be used.
    """
    if not workspace.connections:
        workspace = replace(workspace, connections={"py": ConnectionSpec("py", "python")})
    if not workspace.buffers:
        first = next(iter(workspace.connections))
        pad = BufferSpec("scratch", title="Scratch", connection=first)
        workspace = replace(workspace, buffers={"scratch": pad})
    return workspace if workspace.name else replace(workspace, name=folder_name)


def _read_all(project: Project, services: Services, *, strict: bool) -> dict[FileKind, CheckedFile]:
    files: dict[FileKind, CheckedFile] = {}
    if project.file is not None:
        files[FileKind.WORKSPACE] = check_file(
            project.file, project.root, FileKind.WORKSPACE, strict=strict
        )
    if project.overlay is not None:
        below = files.get(FileKind.WORKSPACE)
        files[FileKind.OVERLAY] = check_content(
            read_workspace(project.overlay, project.root),
            project.overlay,
            FileKind.OVERLAY,
            strict=strict,
            base=None if below is None or below.document is None else below.plain,
        )
    config = services.locations.config / CONFIG_NAME
    try:
        content = read_bounded(config, WORKSPACE_BYTES)
    except MissingFileError:
        return files
    files[FileKind.CONFIG] = check_content(content, config, FileKind.CONFIG, strict=strict)
    return files
