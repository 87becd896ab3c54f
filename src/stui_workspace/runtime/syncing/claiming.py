"""The lists of versions that machines keep beside the workspace file, where it asks for them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.document import read
from stui_workspace.errors import StorageError
from stui_workspace.model.revision import Revision
from stui_workspace.model.values import Plain
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import Write
from stui_workspace.storage.generations.store import Generation, Origin
from stui_workspace.storage.machines import this_machine
from stui_workspace.sync.ancestry import LINES, Claim, claims_in, common_base, line_of

FOLDER: Final = Path(".stui", "lineage")
_SUFFIX: Final = ".jsonl"
_BYTES: Final = 1 << 20
"""What is read of a list that anybody may have put there."""
_MOST_LISTS: Final = 50
_NEWEST: Final = 20
"""Versions of the log that are looked at: a list lags behind by a few saves at most."""
_MADE_HERE: Final = (Origin.EDITOR, Origin.SELF)


def wants_claims(content: bytes | None) -> bool:
    """Whether the workspace file says `sync: {lineage: true}`."""
    return sync_wishes(content).get("lineage") is True


def sync_wishes(content: bytes | None) -> Mapping[str, Plain]:
    """What the workspace file says under `sync`; empty where it says nothing of it."""
    document = None if content is None else read(content).document
    plain = None if document is None else document.plain()
    sync = plain.get("sync") if isinstance(plain, Mapping) else None
    return sync if isinstance(sync, Mapping) else {}


def claim(root: Path, log: Sequence[Generation], services: Services) -> None:
    """Add the newest versions that were made here to this machine's list.

    Never raises: a claim that is missing means that the base is worked out in another way.
    """
    with suppress(StorageError, OSError):
        name = this_machine(services.machine, services.locations.state, services.fs)
        path = root / FOLDER / f"{'-'.join(filter(None, (name.folder, name.id)))}{_SUFFIX}"
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            return  # somebody put a link there that leads out of the project
        _append(path, _claims_of(log, path.name), services)


def _claims_of(log: Sequence[Generation], name: str) -> list[Claim]:
    versions = [one for one in log if one.origin is not Origin.COPY][-_NEWEST:]
    claims: list[Claim] = []
    for before, one in zip([None, *versions], versions, strict=False):
        if one.origin in _MADE_HERE and (before is not None or one.parents):
            parents = one.parents or (() if before is None else (before.revision,))
            claims.append(Claim(one.revision, frozenset(parents) - {one.revision}, name))
    return claims


def claimed_base(
    root: Path, ours: Revision, theirs: Revision, services: Services
) -> Revision | None:
    """What two versions began from by the lists of their machines; None where they do not tell."""
    claims: list[Claim] = []
    with suppress(StorageError, OSError):
        names = services.fs.names(root / FOLDER)
        for name in [one for one in names if one.endswith(_SUFFIX)][:_MOST_LISTS]:
            content = services.fs.read(root / FOLDER / name, _BYTES) or b""
            claims += claims_in(content, name)
    return common_base(claims, ours, theirs)


def _append(path: Path, claims: Sequence[Claim], services: Services) -> None:
    with explained(path):
        content = services.fs.read(path, _BYTES) or b""
        known = claims_in(content, path.name)
        revisions = {one.revision for one in known}
        new = [one for one in claims if one.revision not in revisions]
        if not new:
            return
        if len(known) >= 2 * LINES or (content and not content.endswith(b"\n")):
            lines = [line_of(one) for one in (*known, *new)]
            save_own(services.fs, path, b"".join(lines[-LINES:]))
            return
        services.fs.make_folder(path.parent)
        services.fs.write(path, b"".join(map(line_of, new)), Write.APPEND)
