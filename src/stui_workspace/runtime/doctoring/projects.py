"""Checks of the project: its sync tool, its connections, its approvals, its schema."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, SecretError, StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Kept, Reference
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.consent import Consent, grants_file
from stui_workspace.runtime.doctoring.surroundings import EXTRAS
from stui_workspace.runtime.doctoring.values import Case, Finding, Looked, Mend
from stui_workspace.runtime.doctoring.wording import counted
from stui_workspace.runtime.loading import Loaded, load
from stui_workspace.storage.atomic import read_workspace
from stui_workspace.storage.project import FILE_NAMES
from stui_workspace.sync.skipping import skips_dot_files
from stui_workspace.trust import Allow, GrantStore

_MODELINE: Final = re.compile(rb"^#\s*yaml-language-server:\s*\$schema=(\S+)", re.MULTILINE)
_HEAD: Final = 4096  # bytes in which the line for editors has to stand
_CANNOT_BE_USED: Final = "the file cannot be used as it is; `stui validate` says why"


def look_at_sync(case: Case) -> Looked:
    """Whether the sync tool of this folder leaves the workspace file out."""
    file = case.project.file
    if file is None or not file.name.startswith("."):
        return Looked("no file that a sync tool could skip")
    home = os.path.expanduser("~")  # noqa: PTH111 (Path's own raises where none is known)
    tool = skips_dot_files(case.project.root, Path(os.path.realpath(home)))
    if tool is None:
        return Looked("no tool that skips files that begin with a dot")
    finding = Finding(
        "sync-skips-file",
        f"this seems to be a folder of {tool}, which does not sync files that begin with a dot",
        f"rename {printable_line(file.name)} to {FILE_NAMES[1]}",
    )
    return Looked(f"a folder of {tool}", (finding,))


def look_at_extras(case: Case) -> Looked:
    """What a connection of the workspace needs and is not installed; none while it is bad."""
    from importlib.util import find_spec

    loaded = _loaded(case)
    if loaded is None:
        return Looked(_CANNOT_BE_USED)
    specs = loaded.workspace.connections.values()
    needed: dict[str, list[str]] = {}
    for spec in specs:
        extra = _extra_for(spec)
        if extra is not None and find_spec(EXTRAS[extra]) is None:
            needed.setdefault(extra, []).append(spec.name)
    found = [
        Finding(
            f"extra-missing-{extra}",
            f"{EXTRAS[extra]} is not installed, and cannot be done without by "
            + ", ".join(f"`{printable_line(name, 60)}`" for name in names),
            f"pip install 'stui-workspace[{extra}]'",
        )
        for extra, names in needed.items()
    ]
    return Looked(f"{counted(len(specs), 'connection')}, and what they need", tuple(found))


def _extra_for(spec: ConnectionSpec) -> str | None:
    """The extra that a connection needs; None where it needs none."""
    if spec.kind == "jupyter":
        return "jupyter"
    is_zeromq = spec.kind == "stui" and (spec.url or "").lower().startswith(("tcp:", "ipc:"))
    return "zeromq" if is_zeromq else None


def look_at_backends(case: Case) -> Looked:
    """Backends of this project that go on although the stui that started them was ended."""
    from stui_workspace.connections.orphans import orphans

    folder = case.services.locations.workspace(case.project.root).backends
    found = [
        Finding(
            "backend-left-running",
            f"{printable_line(one.what, 100)} runs on as process {one.process.pid}, and its stui"
            " is gone",
            f"`stui conn tidy` ends it; so does `kill {one.process.pid}`",
        )
        for one in orphans(folder)
    ]
    return Looked("programs that were started for connections here", tuple(found))


def look_at_approvals(case: Case) -> Looked:
    """Approvals that do not count, and those of files that are not there any more."""
    services = case.services
    store = GrantStore(services.locations.workspace(case.project.root), services.fs)
    grants = store.load()
    step = "delete it, or take the right to write from others: `chmod -R go-w` on its folder"
    found = [
        Finding("grant-does-not-count", printable_line(one, 1000), step) for one in grants.problems
    ]
    gone = sorted({one.file for one in store.gone()})
    if gone:
        listed = ", ".join(printable_line(one, 300) for one in gone[:3])
        found.append(
            Finding(
                "grant-without-file",
                f"{counted(len(gone), 'approved workspace file')} of this folder"
                f" {'is' if len(gone) == 1 else 'are'} not there any more: {listed}",
                "`stui trust prune` takes those approvals back",
            )
        )
    return Looked(f"{counted(len(grants.all), 'approval')} of this folder", tuple(found))


def look_at_wishes(case: Case) -> Looked:
    """What the file asks of this machine and nobody agreed to; none while the file is bad."""
    from stui_workspace.trust import is_agreed, sessions_beside

    loaded = _loaded(case)
    if loaded is None:
        return Looked(_CANNOT_BE_USED)
    if loaded.workspace.session_store != "beside" or loaded.own_store == "beside":
        return Looked("the file asks for nothing but its connections")
    wish = sessions_beside(grants_file(loaded.project))
    services = case.services
    store = GrantStore(services.locations.workspace(case.project.root), services.fs)
    if is_agreed(wish, store.load()):
        return Looked("copies of sessions beside the file, as you agreed to")
    finding = Finding(
        "sessions-not-beside",
        "the workspace file asks for copies of your sessions beside it; none is kept so far",
        "`stui trust` asks you; `session: {store: local}` in your overlay says no for good",
    )
    return Looked("copies of sessions beside the file", (finding,))


def look_at_keyring(case: Case) -> Looked:
    """Whether the secrets that approved connections name can be kept anywhere.

    Not even a keyring is talked to because of a file that nobody approved.
    """
    loaded = _loaded(case)
    if loaded is None:
        return Looked(_CANNOT_BE_USED)
    named = [one for one in loaded.workspace.connections.values() if one.credential]
    if not named:
        return Looked("no connection here names a secret")
    consent = Consent(loaded.project, case.services, lambda: loaded.workspace.snippets)
    if not any(isinstance(consent.authorize(one), Allow) for one in named):
        return Looked("no connection with a secret is approved, so no keyring was asked")
    try:
        store = case.services.secrets().store_for(Reference(Kept.KEYRING, "any"))
    except SecretError as error:
        fix = error.next_step or "`stui vault init` makes a vault"
        finding = Finding("no-store", f"no secret can be had: {error.reason}", fix)
        return Looked(f"{counted(len(named), 'connection')} with a secret", (finding,))
    except StuiError as error:
        fix = error.next_step or "`stui secret doctor` says more"
        finding = Finding("no-store", printable_line(str(error), 500), fix)
        return Looked(f"{counted(len(named), 'connection')} with a secret", (finding,))
    return Looked(f"{printable_line(store.label, 100)}; `stui secret doctor` looks at each secret")


def look_at_schema(case: Case) -> Looked:
    """Whether the editor of the workspace file completes from a schema of this version."""
    return Looked("what editors complete from", tuple(_of_schema(case)))


def _of_schema(case: Case) -> Iterator[Finding]:
    from stui_workspace.runtime.starting.copies import SCHEMA_COPIES, is_stale, write_schemas

    root, services = case.project.root, case.services

    def written() -> str:
        count = len(write_schemas(services, root))
        return f"wrote {counted(count, 'copy', 'copies')} of the schema to .stui"

    mend = Mend("Write the schema's copies anew", written)
    fix = "`stui schema --write` brings it up to date"
    for file in (case.project.file, case.project.overlay):
        line = None if file is None else _MODELINE.search(_head_of(file, root))
        wanted = "" if line is None else line[1].decode("utf-8", "replace")
        if file is None or not wanted or ":" in wanted:  # none, or an address
            continue
        target, name = root / wanted, printable_line(wanted, 200)
        if not _is_within(target, root):  # what a file names outside is not even looked for
            continue
        if not target.is_file():
            ours = target.name in {one.copy_name for one in SCHEMA_COPIES}
            yield Finding(
                "schema-missing",
                f"{printable_line(file.name)} tells editors to complete from {name}, which is not"
                " there",
                fix if ours else "mend the first line of the file, or `stui schema --write`",
                mend=mend if ours else None,
            )
        elif is_stale(target):
            yield Finding(
                "schema-stale",
                f"{name} is the schema of another version of stui",
                fix,
                mend=mend,
            )


def _head_of(file: Path, root: Path) -> bytes:
    try:
        return read_workspace(file, root)[:_HEAD]
    except DiskError:
        return b""


def _is_within(path: Path, root: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    except (OSError, ValueError):
        return False


def _loaded(case: Case) -> Loaded | None:
    try:
        return load(case.project, case.services)
    except StuiError:  # `stui validate` says it
        return None
