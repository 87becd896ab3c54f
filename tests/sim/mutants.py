"""The program with one mistake in it each: what a simulation must find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from sim.engines import THE_ENGINE, Engine
from sim.machines import is_copy
from stui_workspace.model.revision import Revision
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing import Attention, joining
from stui_workspace.runtime.syncing.noting import Notebook
from stui_workspace.storage.filesystem import Write
from stui_workspace.storage.generations.store import Generation
from stui_workspace.storage.project import Project

Patch = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mistake, and the laws that it breaks."""

    laws: tuple[str, ...]
    engine: Engine = THE_ENGINE
    patch: Patch = nullcontext


def _last_seen(
    log: Sequence[Generation], ours: Revision, theirs: Revision, **_: object
) -> tuple[Revision, ...]:
    return (ours,)


def _base_is_what_was_seen_last() -> AbstractContextManager[object]:
    return mock.patch.object(joining, "bases_of", _last_seen)


def _versions_are_not_kept() -> AbstractContextManager[object]:
    return mock.patch.object(Notebook, "see", return_value=None)


def _write_without_looking(
    path: Path, root: Path, content: bytes, expected: Revision | None, services: Services
) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    interrupt = services.fs.interrupt  # type: ignore[attr-defined]
    if interrupt is not None:
        services.fs.interrupt = None  # type: ignore[attr-defined]
        interrupt()
    temporary.write_bytes(content)
    services.fs.move(temporary, path)


def _nothing_is_compared() -> AbstractContextManager[object]:
    return mock.patch.object(joining, "write", _write_without_looking)


def _stamping(
    project: Project, services: Services, *, patience: float = 0.0, check: bool = False
) -> Attention:
    attention = THE_ENGINE(project, services, patience=patience, check=check)
    stamp = f"# {services.machine} was here at {services.clock():.0f}\n".encode()
    for path in (project.file,) if not check and project.file is not None else ():
        content = services.fs.read(path)
        if content is not None and f"# {services.machine} was".encode() not in content:
            lines = [one for one in content.splitlines(keepends=True) if b" was here " not in one]
            new = path.with_name(".~new.00000000.tmp")
            services.fs.write(new, b"".join(lines) + stamp, Write.NEW, like=path)
            services.fs.move(new, path)
    return attention


def _idle(
    project: Project, services: Services, *, patience: float = 0.0, check: bool = False
) -> Attention:
    return THE_ENGINE(project, services, patience=1e9, check=check)


def _deleting_first(
    project: Project, services: Services, *, patience: float = 0.0, check: bool = False
) -> Attention:
    for name in () if check else services.fs.names(project.root):
        if is_copy(name):
            services.fs.remove(project.root / name)
    return THE_ENGINE(project, services, patience=patience, check=check)


def _writing_on_a_check(
    project: Project, services: Services, *, patience: float = 0.0, check: bool = False
) -> Attention:
    for path in (project.file,) if check and project.file is not None else ():
        path.write_bytes(path.read_bytes() + b"# checked\n")
    return THE_ENGINE(project, services, patience=patience, check=check)


MUTANTS = {
    "the base is what was seen last": Mutant(
        ("nothing goes silently", "all is in the file"), patch=_base_is_what_was_seen_last
    ),
    "versions of the file are not kept": Mutant(("no edit is lost",), patch=_versions_are_not_kept),
    "copies are deleted before they are merged": Mutant(
        ("no edit is lost", "nothing goes silently", "all is in the file"), engine=_deleting_first
    ),
    "nothing is compared before it is written": Mutant(
        ("no edit is lost", "nothing goes silently"), patch=_nothing_is_compared
    ),
    "every machine puts its stamp into the file": Mutant(
        ("writing ends", "convergence"), engine=_stamping
    ),
    "copies wait for ever": Mutant(
        ("copies are answered", "nothing goes silently", "all is in the file"), engine=_idle
    ),
    "a check writes": Mutant(("a look writes nothing",), engine=_writing_on_a_check),
}
