"""Wherever a write of a vault stops, the vault is whole afterwards: the old one or the new."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError, StuiError
from stui_workspace.secrets.vault import (
    NewKey,
    NoVaultError,
    WrongKeyError,
    create,
    merge_copies,
    restore,
)
from stui_workspace.storage.atomic import is_temporary
from support.vault_machines import Machine, envelope, key_file, passphrase, values

OLD = {"a": "1", "b": "2"}
COPY = "copy"


@dataclass(frozen=True)
class Deed:
    """One way to write a vault."""

    act: Callable[[Machine], object]
    new: dict[str, str]
    """The secrets afterwards."""
    new_key: NewKey | None = None
    """What opens it afterwards; None for what did before."""
    old: dict[str, str] | None = None
    """The secrets before, where they are others than `OLD`."""
    is_first: bool = False
    """Whether there is no vault before."""


def restored(machine: Machine) -> None:
    restore(machine.place, passphrase(), tools=machine.tools)


def created(machine: Machine) -> None:
    create(machine.place, passphrase(), label="mine", tools=machine.tools)


def merged(machine: Machine) -> None:
    copy = machine.folder / COPY
    report = merge_copies(machine.place, passphrase(), [copy], tools=machine.tools)
    if not report.is_complete:
        raise DiskError(copy, report.copies[0].reason)


DEEDS = {
    "put": Deed(lambda one: one.opened().put("c", envelope("3")), {**OLD, "c": "3"}),
    "replace": Deed(lambda one: one.opened().put("a", envelope("3")), {"a": "3", "b": "2"}),
    "remove": Deed(lambda one: one.opened().remove("a"), {"b": "2"}),
    "rename": Deed(lambda one: one.opened().rename("a", "c"), {"b": "2", "c": "1"}),
    "add a slot": Deed(lambda one: one.opened().add_slot(key_file(b"n"), "n"), OLD, key_file(b"n")),
    "change the passphrase": Deed(
        lambda one: one.opened().change_passphrase(passphrase(), passphrase("new")),
        OLD,
        passphrase("new"),
    ),
    "rekey": Deed(lambda one: one.opened().rekey([passphrase()]), OLD),
    "merge": Deed(merged, {**OLD, "from-the-copy": "4"}),
    "restore": Deed(restored, {"a": "1"}),
    "create": Deed(
        created,
        {},
        is_first=True,
    ),
}


def machine_on(disk: FlakyDisk, folder: Path) -> Machine:
    return Machine(folder, fs=disk)


def prepared(folder: Path, deed: Deed) -> FlakyDisk:
    disk = FlakyDisk()
    disk.make_folder(folder)
    machine = machine_on(disk, folder)
    if deed.is_first:
        return disk
    machine.made(a="1").put("b", envelope("2"))
    other = Machine(folder, "bert", fs=disk.reboot())
    other.opened().put("from-the-copy", envelope("4"))
    copy = other.fs.read(other.path)
    assert copy is not None
    disk.files[folder / COPY] = copy
    return disk.reboot()


def check(machine: Machine, deed: Deed, *, is_done: bool) -> None:
    """What must hold after it, however far it came."""
    outcomes = [(deed.new, deed.new_key)]
    if not is_done and not deed.is_first:
        outcomes.append((OLD, None))
    found = []
    for secrets, key in outcomes:
        try:
            found.append(values(machine.opened(key)) == secrets)
        except WrongKeyError:
            found.append(False)
        except NoVaultError:
            assert deed.is_first
            assert not is_done
            deed.act(machine)
            return
    assert any(found)
    key = next(key for (_, key), is_so in zip(outcomes, found, strict=True) if is_so)
    vault = machine.opened(key)
    assert vault.verify().is_good
    assert vault.verify().notes == () or deed.is_first or deed is DEEDS["rekey"]
    vault.put("later", envelope("5"))
    assert values(machine.opened(key))["later"] == "5"


@pytest.mark.parametrize("name", DEEDS)
def test_wherever_the_power_goes_the_vault_is_the_old_or_the_new(name: str, tmp_path: Path) -> None:
    deed = DEEDS[name]
    disk = prepared(tmp_path, deed)
    for step in range(1, 200):
        dying = disk.reboot()
        dying.dies_at = step
        try:
            deed.act(machine_on(dying, tmp_path))
        except PowerCut:
            check(machine_on(dying.reboot(), tmp_path), deed, is_done=False)
        else:
            check(machine_on(dying.reboot(), tmp_path), deed, is_done=True)
            assert step > 8
            return
    raise AssertionError("it never ended")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("name", DEEDS)
def test_whatever_the_disk_refuses_is_a_named_error_and_the_vault_is_whole(
    name: str, error: int, lasting: bool, tmp_path: Path
) -> None:
    deed = DEEDS[name]
    disk = prepared(tmp_path, deed)
    for operation in range(1, 100):
        failing = disk.reboot()
        failing.fails_at, failing.error, failing.lasting = operation, error, lasting
        act = partial(deed.act, machine_on(failing, tmp_path))
        is_done = True
        try:
            act()
        except StuiError:
            is_done = False
        litter = [path for path in failing.files if is_temporary(path.name)]
        assert not litter or (lasting and error != errno.ENOSPC)
        has_failed = bool(failing.failed)
        check(machine_on(failing.reboot(), tmp_path), deed, is_done=is_done)
        if not has_failed:
            return
    raise AssertionError("it never ended")


@pytest.mark.parametrize("name", DEEDS)
def test_what_cannot_be_read_is_a_named_error_and_changes_nothing(
    name: str, tmp_path: Path
) -> None:
    deed = DEEDS[name]
    disk = prepared(tmp_path, deed)
    for reading in range(1, 100):
        failing = disk.reboot()
        failing.fails_reading_at = reading
        is_done = True
        try:
            deed.act(machine_on(failing, tmp_path))
        except StuiError:
            is_done = False
        check(machine_on(failing.reboot(), tmp_path), deed, is_done=is_done)
        if not failing.failed:
            return
    raise AssertionError("it never ended")


def test_what_was_written_is_read_back_before_the_old_one_goes(tmp_path: Path) -> None:
    class Liar(FlakyDisk):
        def write(self, path: Path, content: bytes, *rest: object, **more: object) -> None:
            damaged = content[:-9] if is_temporary(path.name) and "vault." in path.name else content
            super().write(path, damaged, *rest, **more)  # type: ignore[arg-type]

    honest = prepared(tmp_path, DEEDS["put"])
    disk = Liar(dict(honest.files), set(honest.folders))
    before = dict(disk.files)
    with pytest.raises(StuiError, match="the disk failed"):
        machine_on(disk, tmp_path).opened().put("c", envelope("3"))
    assert {path: before[path] for path in before} == {path: disk.files[path] for path in before}
