"""Keeping grants: what was granted counts until it is revoked, and nothing else does."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.ownership import is_only_ours
from stui_workspace.trust import (
    Allow,
    Capability,
    Claim,
    Deny,
    Grants,
    GrantStore,
    authorize,
    is_agreed,
    sessions_beside,
)
from stui_workspace.trust.store import KEPT

FILE = Path(os.path.realpath("/")) / "no-such-project" / "w.yaml"
CLAIM = Claim(
    str(FILE),
    FILE.parent,
    ConnectionSpec("image", "stui", cwd=str(FILE.parent), url="tls://h:1"),
    {},
    (),
)


def variant(number: int) -> Claim:
    return replace(CLAIM, spec=replace(CLAIM.spec, url=f"tls://h:{number + 1}"))


@pytest.fixture
def folder(tmp_path: Path) -> WorkspaceFolder:
    return WorkspaceFolder(tmp_path / "state" / "id")


@pytest.fixture
def store(folder: WorkspaceFolder) -> GrantStore:
    return GrantStore(folder)


def flaky(disk: FlakyDisk) -> GrantStore:
    return GrantStore(WorkspaceFolder(Path("/state")), disk, only_ours=lambda _path: True)


def is_allowed(store: GrantStore, claim: Claim = CLAIM) -> bool:
    return isinstance(authorize(claim, store.load()), Allow)


def only_file(folder: WorkspaceFolder) -> Path:
    (path,) = folder.grants.iterdir()
    return path


def test_where_nothing_was_granted_nothing_is_made(
    store: GrantStore, folder: WorkspaceFolder
) -> None:
    assert store.load() == Grants()
    assert store.revoke(FILE) == 0
    assert not folder.path.exists()


def test_what_was_granted_counts_for_every_store_of_the_workspace(
    store: GrantStore, folder: WorkspaceFolder
) -> None:
    grant = store.grant(CLAIM, 12.5)
    assert (grant.capabilities, grant.at) == (frozenset({Capability.CONNECT}), 12.5)
    assert GrantStore(folder).load() == Grants((grant,))
    assert is_allowed(GrantStore(folder))
    assert not is_allowed(GrantStore(WorkspaceFolder(folder.path.with_name("other"))))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(CLAIM, file="/clone/w.yaml"), id="another file"),
        pytest.param(variant(2), id="another form"),
        pytest.param(replace(CLAIM, spec=replace(CLAIM.spec, name="b")), id="another connection"),
    ],
)
def test_a_grant_is_for_one_form_of_one_connection_of_one_file(
    store: GrantStore, other: Claim
) -> None:
    store.grant(CLAIM, 1.0)
    assert not is_allowed(store, other)
    store.grant(other, 2.0)
    assert is_allowed(store, other)
    assert is_allowed(store)


def test_earlier_forms_stay_granted_up_to_a_number(store: GrantStore) -> None:
    other = replace(CLAIM, spec=replace(CLAIM.spec, name="other"))
    store.grant(other, 0.0)
    for number in range(KEPT + 3):
        store.grant(variant(number), float(number))
    allowed = [number for number in range(KEPT + 3) if is_allowed(store, variant(number))]
    assert allowed == list(range(3, KEPT + 3))
    assert is_allowed(store, other)


def test_granting_twice_is_granting_anew(store: GrantStore, folder: WorkspaceFolder) -> None:
    for at in (1.0, 2.0):
        store.grant(CLAIM, at)
    assert [grant.at for grant in store.load().all] == [2.0]
    only_file(folder)


def test_changes_are_told_against_what_was_granted_last(store: GrantStore) -> None:
    for number, at in ((7, 3.0), (5, 1.0), (6, 2.0)):
        store.grant(variant(number), at)
    answer = authorize(variant(9), store.load())
    assert isinstance(answer, Deny)
    assert [(one.path, one.old, one.new) for one in answer.changed] == [
        (("url",), "tls://h:8", "tls://h:10")
    ]


def test_what_is_revoked_counts_no_more(store: GrantStore) -> None:
    other = replace(CLAIM, spec=replace(CLAIM.spec, name="other"))
    elsewhere = replace(CLAIM, file="/clone/w.yaml")
    for claim in (CLAIM, variant(2), other, elsewhere):
        store.grant(claim, 1.0)
    assert store.revoke(FILE, "image") == 2
    assert [is_allowed(store, one) for one in (CLAIM, variant(2), other, elsewhere)] == [
        False,
        False,
        True,
        True,
    ]
    assert store.revoke(FILE) == 1
    assert [is_allowed(store, one) for one in (other, elsewhere)] == [False, True]


def test_a_file_is_revoked_by_any_of_its_names(tmp_path: Path, store: GrantStore) -> None:
    real = Path(os.path.realpath(tmp_path)) / "w.yaml"
    real.touch()
    (tmp_path / "link").symlink_to(real)
    store.grant(replace(CLAIM, file=str(real)), 1.0)
    assert store.revoke(tmp_path / "link") == 1


def test_what_no_consent_can_allow_is_not_granted(
    store: GrantStore, folder: WorkspaceFolder
) -> None:
    bad = replace(CLAIM, spec=replace(CLAIM.spec, credential="hunter2"))
    with pytest.raises(UsageError, match="cannot be approved") as caught:
        store.grant(bad, 1.0)
    assert "hunter2" not in f"{caught.value} {caught.value.next_step}"
    assert not folder.path.exists()


@pytest.mark.parametrize("name", ["../../escape", "a/b", "\0", "é\ud800", "CON", "x" * 5000, ""])
def test_the_name_of_a_connection_is_no_path(
    store: GrantStore, folder: WorkspaceFolder, name: str
) -> None:
    claim = replace(CLAIM, spec=replace(CLAIM.spec, name=name))
    store.grant(claim, 1.0)
    assert only_file(folder).parent == folder.grants
    assert only_file(folder).name.isascii()
    assert is_allowed(store, claim)


def test_a_path_that_is_not_unicode_is_kept_exactly(store: GrantStore) -> None:
    claim = replace(CLAIM, file="/caf\udce9/w.yaml")
    store.grant(claim, 1.0)
    assert is_allowed(store, claim)


def edited(key: str, value: object) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        plain = json.loads(path.read_bytes())
        plain[key] = value
        path.write_text(json.dumps(plain))

    return edit


def renamed(path: Path) -> None:
    path.rename(path.with_name(f"{'0' * 24}{path.name[24:]}"))


def put_aside(path: Path) -> None:
    target = path.parent.with_name("elsewhere.json")
    path.rename(target)
    path.symlink_to(target)


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(edited("connection", "other"), id="another connection"),
        pytest.param(edited("file", "/clone/w.yaml"), id="another file"),
        pytest.param(edited("digest", "0" * 64), id="another digest"),
        pytest.param(edited("projection", {"url": "tls://evil:1"}), id="another projection"),
        pytest.param(edited("projection", []), id="no projection"),
        pytest.param(edited("capabilities", ["connect", "fly"]), id="an unknown capability"),
        pytest.param(edited("capabilities", "connect"), id="no list of capabilities"),
        pytest.param(edited("stui-grant", 2), id="a newer format"),
        pytest.param(edited("at", "now"), id="no time"),
        pytest.param(renamed, id="under another name"),
        pytest.param(put_aside, id="a link"),
        pytest.param(torn, id="torn"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"[]"), id="a list"),
        pytest.param(lambda path: path.write_bytes(b"[" * 100_000), id="deep"),
        pytest.param(lambda path: path.write_bytes(b"\xff"), id="not a text"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="a folder"),
    ],
)
def test_a_grant_that_is_odd_in_any_way_does_not_count(
    store: GrantStore, folder: WorkspaceFolder, damage: Callable[[Path], object]
) -> None:
    store.grant(CLAIM, 1.0)
    damage(only_file(folder))
    assert store.load().all == ()
    assert len(store.load().problems) == 1
    assert not is_allowed(store)


def test_one_bad_grant_does_not_spoil_the_others(
    store: GrantStore, folder: WorkspaceFolder
) -> None:
    store.grant(CLAIM, 1.0)
    torn(only_file(folder))
    store.grant(variant(2), 2.0)
    assert is_allowed(store, variant(2))
    (folder.grants / ".~half.0a1b2c3d.tmp").touch()
    assert len(store.load().problems) == 1


def test_fewer_capabilities_on_the_disk_are_fewer_in_force(
    store: GrantStore, folder: WorkspaceFolder
) -> None:
    store.grant(CLAIM, 1.0)
    edited("capabilities", [])(only_file(folder))
    assert not is_allowed(store)


def test_a_store_that_cannot_be_read_grants_nothing() -> None:
    class Broken(FlakyDisk):
        def names(self, folder: Path) -> tuple[str, ...]:
            raise OSError(errno.EIO, "broken", str(folder))

    grants = flaky(Broken()).load()
    assert grants.all == ()
    assert "the disk failed" in grants.problems[0]


def test_a_grant_that_cannot_be_read_does_not_count() -> None:
    class Broken(FlakyDisk):
        def read(self, path: Path, limit: int | None = None) -> bytes | None:
            raise OSError(errno.EIO, "broken", str(path))

    disk = FlakyDisk()
    flaky(disk).grant(CLAIM, 1.0)
    grants = flaky(Broken(disk.files, disk.folders)).load()
    assert grants.all == ()
    assert "the disk failed" in grants.problems[0]


def test_a_grant_that_another_stui_just_revoked_is_no_problem() -> None:
    class Racing(FlakyDisk):
        def read(self, path: Path, limit: int | None = None) -> bytes | None:
            return None

    disk = FlakyDisk()
    flaky(disk).grant(CLAIM, 1.0)
    assert flaky(Racing(disk.files, disk.folders)).load() == Grants()


def test_a_consent_that_was_not_kept_is_told() -> None:
    for at in (1, 2, 3):
        disk = FlakyDisk(fails_at=at, error=errno.ENOSPC)
        with pytest.raises(DiskError, match="full"):
            flaky(disk).grant(CLAIM, 1.0)
        assert not is_allowed(flaky(disk.reboot()))


def steps_of(action: Callable[[GrantStore], object], disk: FlakyDisk) -> int:
    action(flaky(disk))
    return disk.steps


@pytest.mark.parametrize(
    "action",
    [
        pytest.param(lambda store: store.grant(variant(2), 2.0), id="grant"),
        pytest.param(lambda store: store.revoke(FILE), id="revoke"),
    ],
)
def test_a_power_cut_never_grants_what_nobody_granted(
    action: Callable[[GrantStore], object],
) -> None:
    before = FlakyDisk()
    flaky(before).grant(CLAIM, 1.0)
    steps = steps_of(action, before.reboot())
    assert steps > 1
    for dies_at in range(1, steps + 1):
        disk = before.reboot()
        disk.dies_at = dies_at
        with pytest.raises(PowerCut):
            action(flaky(disk))
        after = flaky(disk.reboot())
        assert after.load().problems == ()
        assert {grant.digest for grant in after.load().all} <= {CLAIM.digest, variant(2).digest}
        assert not is_allowed(after, variant(3))


if sys.platform != "win32":

    def test_grants_are_for_their_owner_only(store: GrantStore, folder: WorkspaceFolder) -> None:
        store.grant(CLAIM, 1.0)
        assert stat.S_IMODE(only_file(folder).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.grants.stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
    def test_a_grant_that_others_may_write_does_not_count(
        store: GrantStore, folder: WorkspaceFolder, mode: int
    ) -> None:
        store.grant(CLAIM, 1.0)
        only_file(folder).chmod(mode)
        assert not is_allowed(store)
        assert "others may write" in store.load().problems[0]
        only_file(folder).chmod(0o644)
        assert is_allowed(store)

    @pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
    def test_a_folder_that_others_may_write_does_not_count(
        store: GrantStore, folder: WorkspaceFolder, mode: int
    ) -> None:
        store.grant(CLAIM, 1.0)
        folder.grants.chmod(mode)
        assert not is_allowed(store)
        assert len(store.load().problems) == 1
        with pytest.raises(DiskError, match="others may write") as caught:
            store.grant(CLAIM, 2.0)
        assert caught.value.next_step

    def test_a_folder_that_is_a_link_does_not_count(
        store: GrantStore, folder: WorkspaceFolder
    ) -> None:
        store.grant(CLAIM, 1.0)
        folder.grants.rename(folder.path / "elsewhere")
        folder.grants.symlink_to("elsewhere")
        assert not is_allowed(store)

    def test_what_belongs_to_somebody_else_is_not_ours(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert is_only_ours(tmp_path)
        monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
        assert not is_only_ours(tmp_path)

    def test_what_is_not_there_or_no_file_is_not_ours(tmp_path: Path) -> None:
        assert not is_only_ours(tmp_path / "missing")
        os.mkfifo(tmp_path / "fifo", 0o600)
        assert not is_only_ours(tmp_path / "fifo")


def test_a_wish_is_agreed_to_for_one_file_and_taken_back(store: GrantStore) -> None:
    wish = sessions_beside(FILE)
    assert not is_agreed(wish, store.load())
    store.agree(wish, 1.0)
    assert is_agreed(wish, store.load())
    assert not is_agreed(sessions_beside(FILE.with_name("other.yaml")), store.load())
    assert not is_allowed(store), "it says nothing of a connection"
    assert store.revoke(FILE, wish.name) == 1
    assert not is_agreed(wish, store.load())


def test_a_grant_for_a_connection_agrees_to_no_wish(store: GrantStore) -> None:
    odd = replace(CLAIM, spec=replace(CLAIM.spec, name=sessions_beside(FILE).name))
    store.grant(odd, 1.0)
    assert not is_agreed(sessions_beside(FILE), store.load())


def test_the_file_of_a_grant_is_known_before_it_is_there(store: GrantStore) -> None:
    path = store.path_of(CLAIM)
    assert not path.exists()
    store.grant(CLAIM, 1.0)
    assert path.is_file()
    assert store.path_of(variant(2)) != path


def test_only_grants_of_files_that_are_gone_are_pruned(tmp_path: Path, store: GrantStore) -> None:
    here, gone = tmp_path / "here.yaml", tmp_path / "gone.yaml"
    here.touch()
    for file in (here, gone):
        store.grant(replace(CLAIM, file=str(file)), 1.0)
    (tmp_path / "link.yaml").symlink_to("nowhere")
    store.grant(replace(CLAIM, file=str(tmp_path / "link.yaml")), 1.0)
    assert [one.file for one in store.gone()] == [str(gone)]
    assert [one.file for one in store.prune()] == [str(gone)]
    assert store.prune() == ()
    assert {one.file for one in store.load().all} == {str(here), str(tmp_path / "link.yaml")}


def test_a_grant_is_written_in_ascii_or_does_not_count(
    store: GrantStore, folder: WorkspaceFolder
) -> None:
    store.grant(CLAIM, 1.0)
    path = only_file(folder)
    content = path.read_text(encoding="ascii")
    for encoding in ("utf-16", "utf-32", "utf-8-sig"):
        path.write_bytes(content.encode(encoding))
        assert not is_allowed(store)
    path.write_text(content, encoding="ascii")
    assert is_allowed(store)
