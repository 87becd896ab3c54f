"""Which folders belong to tools that leave dot-files out."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.sync.skipping import skips_dot_files

HOME = Path("/home/ada")


@pytest.mark.parametrize(
    ("folder", "tool"),
    [
        ("Box", "Box"),
        ("Box/orders", "Box"),
        ("Box Sync/team/orders", "Box"),
        ("Box (2)", "Box"),
        ("Library/CloudStorage/Box-Box/orders", "Box"),
        ("Documents/Box/orders", "Box"),
        ("clouds/Box Sync/orders", "Box"),
        ("MEGA/orders", "MEGA"),
        ("MEGAsync", "MEGA"),
        ("MEGAsync Uploads/orders", "MEGA"),
        ("Mega2", "MEGA"),
        ("ownCloud/orders", "ownCloud"),
        ("ownCloud2/orders", "ownCloud"),
        ("owncloud", "ownCloud"),
        ("ownCloud - ada@example.com/orders", "ownCloud"),
        ("clouds/ownCloud/orders", "ownCloud"),
        ("", None),
        ("orders", None),
        ("Boxes/orders", None),
        ("Boxing", None),
        ("box", None),
        ("toolBox", None),
        ("src/Box/orders", None),
        ("src/mega", None),
        ("megaproject", None),
        ("src/owncloud/client", None),
        ("Dropbox/orders", None),
        ("Nextcloud/orders", None),
        ("Library/CloudStorage", None),
        ("Library/Box", None),
    ],
)
def test_whose_folder_it_is(folder: str, tool: str | None) -> None:
    assert skips_dot_files(HOME / folder, HOME) == tool


@pytest.mark.parametrize("folder", ["/srv/Box/orders", "/srv/ada/Box", "/Box", "Box/orders"])
def test_folders_outside_the_home_are_nobodys(folder: str) -> None:
    assert skips_dot_files(Path(folder), HOME) is None


def test_what_the_home_is_called_does_not_matter() -> None:
    home = Path("/srv/MEGA/Box")
    assert skips_dot_files(home / "orders", home) is None
