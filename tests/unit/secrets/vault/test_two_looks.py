"""Opening a vault takes two looks, at the file and at what is remembered; others write between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import Mock

from stui_workspace.secrets.vault import unlock
from stui_workspace.storage.filesystem import RealFileSystem
from support.vault_machines import Machine, envelope


@dataclass
class Interruption:
    """What happens right after the vault is read for the first time."""

    path: Path
    happens: Callable[[], None] | None

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        content = RealFileSystem().read(path, limit)
        if path == self.path and self.happens is not None:
            happens, self.happens = self.happens, None
            happens()
        return content


def test_what_another_program_writes_between_is_no_roll_back(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    vault = machine.made()
    between = Interruption(machine.place.real, lambda: vault.put("late", envelope("late")))
    disk = Mock(wraps=RealFileSystem(), read=between.read)
    found = unlock(machine.place, vault.data_key, tools=replace(machine.tools, fs=disk))
    assert between.happens is None
    assert found.names() == ("late",)
