"""Where things are kept, on each system (docs/explanation/where-things-are-kept.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from stui_workspace.model.records import dataclass

_APP = "stui"

CONFIG_NAME = "config.yaml"
"""What a person wants in every workspace, in the folder of their configuration."""

CREDENTIALS_NAME = "credentials.yaml"
"""Where their secrets are, likewise."""


@dataclass(frozen=True, slots=True)
class WorkspaceFolder:
    """What this machine keeps of one workspace. Nothing is made before something is kept."""

    path: Path

    @property
    def sessions(self) -> Path:
        return self.path / "sessions"

    @property
    def journals(self) -> Path:
        return self.path / "journals"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def grants(self) -> Path:
        return self.path / "grants"

    @property
    def crashes(self) -> Path:
        return self.path / "crashes"

    @property
    def receipts(self) -> Path:
        """What came back of each session when it was opened last."""
        return self.path / "receipts"

    @property
    def conflicts(self) -> Path:
        """What merges left for a person to settle."""
        return self.path / "conflicts"

    @property
    def generations(self) -> Path:
        """Every version of the project's files that this machine saw or wrote."""
        return self.path / "generations"

    @property
    def locks(self) -> Path:
        return self.path / "locks"

    @property
    def backends(self) -> Path:
        """What the backends of its connections need between two links: sockets, records."""
        return self.path / "backends"

    @property
    def beside(self) -> Path:
        """What is known of the copies of sessions that lie beside the workspace file."""
        return self.path / "beside"

    @property
    def file_lock(self) -> Path:
        """The lock to hold while the workspace file is written."""
        return self.locks / "workspace-file.lock"

    @property
    def rescued(self) -> Path:
        """Old content of files that could only be written in place."""
        return self.path / "rescued"

    @property
    def trash(self) -> Path:
        """Sessions that were removed, until they are deleted for good."""
        return self.path / "trash"

    @property
    def underway(self) -> Path:
        """What is just being removed, or brought back."""
        return self.trash / "underway"

    @property
    def project(self) -> Path:
        """The record of where the project stands: `storage.known_projects`."""
        return self.path / "project.json"

    def journal_of(self, session: str) -> Path:
        """The journal file of a session."""
        return self.journals / f"{session}.journal"

    def snapshots_of(self, session: str) -> Path:
        """The folder of a session's snapshots."""
        return self.snapshots / session

    def lineage_of(self, session: str) -> Path:
        """The file of a session's `Lineage`."""
        return self.beside / f"{session}.json"

    def receipt_of(self, session: str) -> Path:
        """The file of a session's last `Receipt`."""
        return self.receipts / f"{session}.json"

    def crashes_of(self, session: str) -> Path:
        """The file of a session's `CrashCounter`."""
        return self.crashes / f"{session}.json"


@dataclass(frozen=True, slots=True)
class Locations:
    """The four folders of this program, for this user."""

    config: Path
    state: Path
    data: Path
    cache: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Locations:
        """The folders: below `STUI_HOME` where it is set, else where the system puts them."""
        home = environ.get("STUI_HOME", "")
        if home:
            base = Path(home).expanduser().absolute()
            return cls(base / "config", base / "state", base / "data", base / "cache")
        from platformdirs import PlatformDirs

        folders = PlatformDirs(_APP, appauthor=False)
        return cls(
            folders.user_config_path,
            folders.user_state_path,
            folders.user_data_path,
            folders.user_cache_path,
        )

    def workspace(self, root: Path) -> WorkspaceFolder:
        """The folder of the workspace whose project stands at `root`.

        Named by a hash of the real path: text from outside is never a path of ours, and the same
        project reached through a symbolic link is the same workspace.
        """
        real = os.path.normcase(os.path.realpath(root))
        name = blake2b(os.fsencode(real), digest_size=12).hexdigest()
        return WorkspaceFolder(self.workspaces / name)

    @property
    def workspaces(self) -> Path:
        """The folder of all of them."""
        return self.state / "workspaces"

    @property
    def history(self) -> Path:
        return self.data / "history"
