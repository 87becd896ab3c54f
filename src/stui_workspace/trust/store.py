"""Keeping grants: one small file each, for this user's eyes and hand only.

A grant is a file of its own, so that granting never rewrites what another stui just granted, and
revoking is deleting. A file that is odd in any way does not count: the worst that can come of it
is being asked again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.model.values import Plain
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explain, explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.ownership import is_only_ours
from stui_workspace.trust.claims import Claim
from stui_workspace.trust.grants import Grant, Grants, grant_for
from stui_workspace.trust.powers import Capability
from stui_workspace.trust.projection import digest_of
from stui_workspace.trust.wishes import Wish, agreement

FORMAT = 1
KEPT = 8
"""Forms of one connection that stay approved, so that changing branches does not ask each time."""

_FORMAT_KEY = "stui-grant"
_SUFFIX = ".json"
_LIMIT = 8 << 20  # a projection is at most the workspace file, each character written as `\uXXXX`


class GrantStore:
    """The grants of one workspace."""

    def __init__(
        self,
        folder: WorkspaceFolder,
        fs: FileSystem | None = None,
        *,
        only_ours: Callable[[Path], bool] | None = None,
    ) -> None:
        self._folder = folder.grants
        self._fs: FileSystem = fs or RealFileSystem()
        self._only_ours = only_ours or is_only_ours

    def load(self) -> Grants:
        """All grants that count. Never raises: what cannot be read grants nothing."""
        try:
            names = self._names()
        except OSError as error:
            return Grants(problems=(str(explain(error, self._folder)),))
        if names and not self._only_ours(self._folder):
            return Grants(problems=(_others_may_write(self._folder),))
        found = [self._read(self._folder / name) for name in names]
        grants = [one for one in found if isinstance(one, Grant)]
        problems = tuple(one for one in found if isinstance(one, str))
        return Grants(tuple(sorted(grants, key=lambda one: (one.at, one.digest))), problems)

    def grant(self, claim: Claim, now: float) -> Grant:
        """Keep a person's consent to what is claimed, and return it.

        Args:
            claim: The one that was shown to them.
            now: Seconds since 1970.

        Raises:
            UsageError: No consent can allow this claim.
            DiskError: It was not kept.
        """
        if claim.refusals:
            raise UsageError(
                f"connection `{claim.connection}` cannot be approved: {'; '.join(claim.refusals)}",
                "change the workspace file",
            )
        return self._keep(grant_for(claim, now))

    def agree(self, wish: Wish, now: float) -> Grant:
        """Keep a person's consent to what the file itself wishes, and return it.

        Raises:
            DiskError: It was not kept.
        """
        return self._keep(agreement(wish, now))

    def _keep(self, grant: Grant) -> Grant:
        with explained(self._folder):
            self._fs.make_folder(self._folder)
        if not self._only_ours(self._folder):
            raise DiskError(
                self._folder, "others may write to it", "take that away from them: chmod go-w"
            )
        save_own(self._fs, self._folder / _name_of(grant), _written(grant))
        for old in self.load().of(grant.file, grant.connection)[:-KEPT]:
            self._remove(_name_of(old))
        return grant

    def path_of(self, claim: Claim) -> Path:
        """The file that is there once a claim was granted."""
        return self._folder / _name_of(grant_for(claim, 0.0))

    def revoke(self, file: Path, connection: str | None = None) -> int:
        """Take back all consent to one connection of a file, or to all; how many grants that were.

        Raises:
            DiskError: Some could not be read or deleted; all others are taken back.
        """
        real = os.path.realpath(file)
        count = 0
        problem: DiskError | None = None
        with explained(self._folder):
            names = self._names()
        for name in names:
            try:
                if self._is_of(name, real, connection):
                    self._remove(name)
                    count += 1
            except DiskError as error:
                problem = problem or error
        if problem is not None:
            raise problem
        return count

    def gone(self) -> tuple[Grant, ...]:
        """Those that count, and whose file is not there any more."""
        return tuple(one for one in self.load().all if not os.path.lexists(one.file))

    def prune(self) -> tuple[Grant, ...]:
        """Take back those whose file is not there any more, and return them.

        Raises:
            DiskError: One could not be deleted.
        """
        found = self.gone()
        for one in found:
            self._remove(_name_of(one))
        return found

    def _is_of(self, name: str, real: str, connection: str | None) -> bool:
        """Whether a file grants anything to a connection of a file; None for any connection."""
        path = self._folder / name
        with explained(path):
            content = self._fs.read(path, _LIMIT)
        grant = None if content is None else _grant_in(content)
        return (
            grant is not None
            and _name_of(grant) == name
            and grant.file == real
            and connection in (None, grant.connection)
        )

    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in self._fs.names(self._folder) if name.endswith(_SUFFIX))

    def _remove(self, name: str) -> None:
        path = self._folder / name
        with explained(path):
            self._fs.remove(path)

    def _read(self, path: Path) -> Grant | str | None:
        """The grant, or why it does not count; None where it was just revoked."""
        if not self._only_ours(path):
            return _others_may_write(path)
        try:
            content = self._fs.read(path, _LIMIT)
        except OSError as error:
            return str(explain(error, path))
        if content is None:
            return None
        grant = _grant_in(content)
        if grant is None or _name_of(grant) != path.name:
            return f"{path}: it is no grant that this stui knows"
        return grant


def _others_may_write(path: Path) -> str:
    return f"{path}: others may write to it, so it does not count"


def _name_of(grant: Grant) -> str:
    """The file of a grant. Names from a workspace file are hashed, and never part of a path."""
    where = f"{grant.file}\0{grant.connection}".encode("utf-8", "surrogatepass")
    return f"{blake2b(where, digest_size=12).hexdigest()}-{grant.digest}{_SUFFIX}"


def _written(grant: Grant) -> bytes:
    plain = {
        _FORMAT_KEY: FORMAT,
        "file": grant.file,
        "connection": grant.connection,
        "capabilities": sorted(grant.capabilities),
        "digest": grant.digest,
        "at": grant.at,
        "projection": grant.projection,
    }
    return json.dumps(plain, indent=1).encode("ascii") + b"\n"


def _grant_in(content: bytes) -> Grant | None:
    try:
        plain = json.loads(content.decode("ascii"))
        return _grant_from(plain) if isinstance(plain, dict) else None
    except (ValueError, RecursionError):  # UnicodeDecodeError is one of the first
        return None


def _grant_from(plain: Mapping[str, Plain]) -> Grant | None:
    match plain:
        case {
            "stui-grant": 1,
            "file": str() as file,
            "connection": str() as connection,
            "capabilities": [*capabilities],
            "digest": str() as digest,
            "at": float() | int() as at,
            "projection": dict() as projection,
        } if digest == digest_of(projection):
            known = frozenset(Capability(str(one)) for one in capabilities)
            return Grant(file, connection, known, digest, projection, float(at))
        case _:
            return None
