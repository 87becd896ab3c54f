"""Which disks tell only half of what changes on them: those that others write to, too.

Linux hears what this machine writes to a network folder, and nothing of what any other does. Which
sort of disk a folder is on stands in the table of mounts. On Windows its path tells; on macOS
nothing does, without a program to ask.

Source: proc(5), the section on /proc/PID/mountinfo.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from stui_workspace.model.records import dataclass

_TABLES = (Path("/proc/self/mountinfo"), Path("/proc/mounts"))

# fmt: off
_SHARED = frozenset((
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "davfs2", "drvfs", "fakeowner",
    "fuse", "gfs2", "gpfs", "lustre", "ncp", "ncpfs", "ocfs2", "orangefs", "prl_fs", "pvfs2",
    "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
))
# fmt: on
"""Of networks and clusters, and of what a virtual machine shares with the one it runs on."""
_FAMILIES = ("nfs", "fuse.")

_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    point: PurePosixPath
    kind: str


def disk_of(folder: Path) -> str:
    """The sort of disk the folder is on, where others may write unheard; else an empty text."""
    if sys.platform == "win32":
        return network_share(folder)
    kind = kind_at(folder, _table()) if sys.platform == "linux" else ""
    return kind if is_shared(kind) else ""


def network_share(folder: PurePath) -> str:
    r"""The share that a path of Windows begins with, as `\\server\share`; else an empty text.

    A path that is only spelled in the long way, as `\\?\C:\folder`, is on no share.
    """
    drive = PureWindowsPath(folder).drive.replace("/", "\\")
    long, unc = "\\\\?\\", "\\\\?\\UNC\\"
    if drive.upper().startswith(unc):
        return "\\\\" + drive[len(unc) :]
    is_device = drive.startswith((long, "\\\\.\\"))
    return drive if drive.startswith("\\\\") and not is_device else ""


def is_shared(kind: str) -> bool:
    """Whether others may write to a file system of that kind, and this machine hears nothing."""
    return kind in _SHARED or kind.startswith(_FAMILIES)


def kind_at(folder: PurePath, table: str) -> str:
    """The kind of the file system at `folder`, which is a real path; empty where none is named.

    Of several mounts at one point the last one is on top.
    """
    found = Mount(PurePosixPath(), "")
    for mount in mounts_in(table):
        if folder.is_relative_to(mount.point) and len(mount.point.parts) >= len(found.point.parts):
            found = mount
    return found.kind


def mounts_in(table: str) -> Iterator[Mount]:
    """What stands in a table of mounts, in either form: `mountinfo` or `mounts`.

    Lines that are neither are passed over.
    """
    for line in table.split("\n"):
        before, dash, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if dash and len(fields) > 4:  # noqa: PLR2004 (the fifth field)
            yield Mount(_path(fields[4]), kinds[0])
        elif not dash and len(fields) > 2:  # noqa: PLR2004 (the third)
            yield Mount(_path(fields[1]), fields[2])


def _path(field: str) -> PurePosixPath:
    return PurePosixPath(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), field))


def _table() -> str:
    for path in _TABLES:
        try:
            return path.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:  # no /proc here: then nothing is known, and glances are the net
            continue
    return ""
