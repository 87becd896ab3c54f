"""On which disks others write unheard, told from tables as systems print them."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from stui_workspace.watch.disks import disk_of, is_shared, kind_at, mounts_in, network_share

MOUNTINFO = r"""22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard
90 28 0:45 / /srv/ann/net rw,relatime shared:40 master:3 - nfs4 server:/ann rw,vers=4.2
91 90 0:46 / /srv/ann/net/local rw,relatime - tmpfs tmpfs rw
92 28 0:47 / /media/with\040space\134\011tab rw,relatime shared:42 - cifs //server/share rw
93 28 0:48 / /srv/ann/far rw,nosuid,nodev,relatime - fuse.sshfs ann@far: rw,user_id=1000
94 28 0:49 / /over rw,relatime - 9p drvfs rw
95 94 0:50 / /over rw,relatime - ext4 /dev/vdb rw
this is no mount
97 28

"""
MOUNTS = r"""/dev/vda1 / ext4 rw,discard,relatime 0 0
server:/ann /srv/ann/net nfs4 rw,vers=4.2 0 0
tmpfs /srv/ann/net/local tmpfs rw,relatime 0 0
//server/share /media/with\040space\134\011tab cifs rw 0 0
ann@far: /srv/ann/far fuse.sshfs rw,nosuid 0 0
drvfs /over 9p rw 0 0
/dev/vdb /over ext4 rw 0 0
no mount
"""


@pytest.mark.parametrize("table", [MOUNTINFO, MOUNTS], ids=["mountinfo", "mounts"])
@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/srv/ann", "ext4"),
        ("/srv/ann/net", "nfs4"),
        ("/srv/ann/net/project", "nfs4"),
        ("/srv/ann/network", "ext4"),
        ("/srv/ann/net/local/project", "tmpfs"),
        ("/srv/ann/far/project", "fuse.sshfs"),
        ("/media/with space\\\ttab/project", "cifs"),
        ("/media/with", "ext4"),
        ("/over/project", "ext4"),
    ],
)
def test_the_deepest_mount_counts_and_of_one_place_the_last(
    folder: str, kind: str, table: str
) -> None:
    assert kind_at(PurePosixPath(folder), table) == kind


def test_a_table_that_says_nothing() -> None:
    assert kind_at(PurePosixPath("/srv"), "") == ""
    assert list(mounts_in("\n \n - \na - b\n")) == []


@pytest.mark.parametrize(
    "kind",
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "fuse.sshfs",
        "fuse.rclone",
        "9p",
        "drvfs",
        "vboxsf",
        "virtiofs",
        "davfs",
        "afs",
        "ceph",
    ],
)
def test_where_others_write_unheard(kind: str) -> None:
    assert is_shared(kind)


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "vfat", "f2fs"]
)
def test_where_this_machine_writes_alone(kind: str) -> None:
    assert not is_shared(kind)


def test_nothing_is_known_of_no_kind() -> None:
    assert not is_shared("")


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\server\share\project", r"\\server\share"),
        ("//server/share/project", r"\\server\share"),
        (r"\\wsl.localhost\Debian\srv", r"\\wsl.localhost\Debian"),
        (r"\\?\UNC\server\share\project", r"\\server\share"),
        (r"C:\project", ""),
        (r"\\?\C:\project", ""),
        (r"\project", ""),
        ("project", ""),
    ],
)
def test_a_share_of_windows_is_told_by_its_path(path: str, share: str) -> None:
    assert network_share(PureWindowsPath(path)) == share


if sys.platform == "linux":

    def test_the_table_of_this_system_is_understood() -> None:
        table = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
        assert kind_at(Path("/proc"), table) == "proc"
        assert disk_of(Path("/proc")) == ""
