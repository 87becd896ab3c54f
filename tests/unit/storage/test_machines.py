"""Which machine this is: an id made once, and folders that two of one name do not share."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.machines import (
    MARKER,
    Machine,
    folder_name,
    is_machine_id,
    known_machine,
    own_folder,
    owner_of,
    this_machine,
)

ABOVE = Path("/data/history")
ONE, TWO = Machine("Laptop", "00000001"), Machine("laptop", "00000002")

RACE = """
import sys
from pathlib import Path
from stui_workspace.storage.machines import this_machine
print("ready", flush=True)
sys.stdin.readline()
print(this_machine("laptop", Path(sys.argv[1])).id)
"""


def test_the_id_is_made_once(tmp_path: Path) -> None:
    assert known_machine("laptop", tmp_path).id == ""
    first = this_machine("laptop", tmp_path)
    assert is_machine_id(first.id)
    assert this_machine("laptop", tmp_path) == known_machine("laptop", tmp_path) == first


def test_a_state_folder_copied_to_a_machine_of_another_name_is_another_machine(
    tmp_path: Path,
) -> None:
    laptop = this_machine("laptop", tmp_path)
    desktop = this_machine("desktop", tmp_path)
    assert laptop.id != desktop.id
    assert this_machine("laptop", tmp_path) == laptop


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"ids": 1}', b'{"ids": {"laptop": "../../x"}}', b"\xff" * 9]
)
def test_a_damaged_file_is_no_id(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MARKER).write_bytes(content)
    assert known_machine("laptop", tmp_path).id == ""
    assert is_machine_id(this_machine("laptop", tmp_path).id)


def test_the_names_of_a_machine_that_has_a_new_one_each_day_do_not_pile_up(tmp_path: Path) -> None:
    last = [this_machine(f"pod-{number}", tmp_path) for number in range(60)][-1]
    assert len(json.loads((tmp_path / MARKER).read_text())["ids"]) == 50
    assert known_machine("pod-59", tmp_path) == last


def test_an_id_that_somebody_made_meanwhile_counts(tmp_path: Path) -> None:
    class Late(RealFileSystem):
        """Does not see yet what another program writes just now."""

        seen: ClassVar[list[Path]] = []

        def read(self, path: Path, limit: int | None = None) -> bytes | None:
            self.seen.append(path)
            return None if len(self.seen) == 1 else super().read(path, limit)

    theirs = this_machine("laptop", tmp_path)
    assert this_machine("laptop", tmp_path, Late()) == theirs


def test_programs_that_start_at_once_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path)]
    pipe = subprocess.PIPE
    starters = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for one in starters:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    ids = {one.communicate("go\n", timeout=60)[0] for one in starters}
    assert len(ids) == 1


def test_a_folder_is_named_after_its_machine_and_marked() -> None:
    disk = FlakyDisk()
    folder = own_folder(ABOVE, ONE, disk)
    assert (folder, owner_of(folder, disk)) == (ABOVE / "laptop", ONE.id)
    assert own_folder(ABOVE, ONE, disk) == folder


def test_two_machines_of_one_name_share_no_folder() -> None:
    disk = FlakyDisk()
    first, second = own_folder(ABOVE, ONE, disk), own_folder(ABOVE, TWO, disk)
    assert (first, second) == (ABOVE / "laptop", ABOVE / "laptop-00000002")
    assert own_folder(ABOVE, ONE, disk) == first
    assert own_folder(ABOVE, TWO, disk) == second


def test_a_folder_from_before_there_were_markers_is_taken() -> None:
    disk = FlakyDisk()
    disk.make_folder(ABOVE / "laptop")
    disk.files[ABOVE / "laptop" / "2026-06.jsonl"] = b""
    assert own_folder(ABOVE, TWO, disk) == ABOVE / "laptop"


def test_where_no_id_is_known_the_name_has_to_do() -> None:
    disk = FlakyDisk()
    assert own_folder(ABOVE, Machine("laptop"), disk) == ABOVE / "laptop"
    assert disk.files == {}


def test_a_folder_that_says_it_is_somebody_elses_under_both_names_is_left() -> None:
    disk = FlakyDisk()
    for name in ("laptop", "laptop-00000001"):
        disk.make_folder(ABOVE / name)
        disk.files[ABOVE / name / MARKER] = b"00000009\n"
    with pytest.raises(DiskError, match="of another machine"):
        own_folder(ABOVE, ONE, disk)


def test_an_id_that_cannot_be_kept_is_none(tmp_path: Path) -> None:
    class Full(RealFileSystem):
        def write(self, path: Path, *_rest: object, **_more: object) -> None:
            raise OSError(28, "full", str(path))

    with pytest.raises(DiskError, match="full"):
        this_machine("laptop", tmp_path, Full())


@pytest.mark.parametrize("name", ["..", "a/b", "", "büro", "x" * 100, "a b", "con."])
def test_a_machines_name_is_no_path(name: str) -> None:
    folder = folder_name(name)
    assert folder.startswith("m-")
    assert folder[2:].isalnum()
    assert folder != folder_name(name + "x")
