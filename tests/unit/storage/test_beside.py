"""Copies of sessions beside the workspace: foreign, perhaps damaged, and data all the same."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from doubles.flaky_disk import FlakyDisk
from stui_workspace.document import parse
from stui_workspace.errors import DiskError, VersionError
from stui_workspace.model.revision import Revision, revision_of_text
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.sessions.beside import (
    FOLDER,
    LIMITS,
    Left,
    copy_bytes,
    file_name,
    left_beside,
    read_copy,
    sessions_folder,
)
from stui_workspace.storage.sessions.lineage import Lineage, Taken

ROOT = Path("/project")
SESSIONS = ROOT / FOLDER
WRITER, OTHER = "0000000a", "0000000b"
STATE = SessionState(
    SessionMeta("main", "main", "laptop", 1.0, 2.0, 1000.0, closed=True),
    buffers={
        "scratch": BufferState("draft\n", cursor=(0, 5)),
        "notes": BufferState(),
        "pad": BufferState("own", ad_hoc=True),
    },
    connections={"py": ConnectionRecord(wanted=True)},
    transcript=(TranscriptEntry(1, "py", "1", "ok", "", "1", 5.0),),
)
LINEAGE = Lineage(
    after={"scratch": (Revision("r1"), Revision("r2")), "gone": (Revision("r3"),)},
    taken=(Taken(OTHER, "main-2", 900.0, {"scratch": Revision("r1")}),),
)
SCHEMA = Path(__file__).parents[3] / "schema" / "stui-session.v1.schema.json"


@pytest.fixture
def disk() -> FlakyDisk:
    disk = FlakyDisk()
    disk.make_folder(SESSIONS)
    return disk


def saved(at: float, session: str = "main", machine: str = "laptop") -> SessionState:
    return replace(STATE, meta=replace(STATE.meta, id=session, machine=machine, saved=at))


def the_only(disk: FlakyDisk, own: str = "") -> Left:
    (one,) = left_beside(ROOT, disk, own)
    return one


def test_what_was_left_is_found_and_read(disk: FlakyDisk) -> None:
    disk.files[SESSIONS / "laptop.yaml"] = copy_bytes(STATE, WRITER, LINEAGE)
    one = the_only(disk)
    assert (one.handle, one.writer, one.unsaved_count) == ("main@laptop", WRITER, 2)
    assert (one.meta, one.origins, one.problem) == (STATE.meta, ((OTHER, "main-2"),), None)
    found = read_copy(one, disk)
    assert (found.state, found.problems) == (STATE, ())
    assert found.after == {"scratch": ("r1", "r2")}
    assert found.texts == {
        "scratch": revision_of_text("draft\n"),
        "pad": revision_of_text("own"),
    }


def test_its_own_copies_a_machine_is_not_offered(disk: FlakyDisk) -> None:
    disk.files[SESSIONS / "laptop.yaml"] = copy_bytes(STATE, WRITER, LINEAGE)
    assert left_beside(ROOT, disk, WRITER) == ()
    assert the_only(disk, OTHER).writer == WRITER


def test_a_copy_is_valid_by_the_schema_of_sessions() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    plain = parse(copy_bytes(STATE, WRITER, LINEAGE), LIMITS).plain()
    assert [error.json_path for error in Draft7Validator(schema).iter_errors(plain)] == []


@given(st.integers(0, 100_000), st.binary(max_size=8))
def test_a_copy_that_is_not_all_there_is_never_taken_for_whole(length: int, tail: bytes) -> None:
    """A text that is cut is YAML still: only the last line tells."""
    disk = FlakyDisk()
    disk.make_folder(SESSIONS)
    whole = copy_bytes(STATE, WRITER, LINEAGE)
    damaged = whole[: length % len(whole)] + tail
    disk.files[SESSIONS / "laptop.yaml"] = damaged
    one = the_only(disk)
    if damaged.rstrip(b"\n") == whole.rstrip(b"\n"):
        assert read_copy(one, disk).state == STATE
        return
    assert one.problem is not None
    with pytest.raises(DiskError):
        read_copy(replace(one, meta=STATE.meta, writer=WRITER), disk)


@given(st.integers(0, 100_000), st.integers(0, 255))
def test_a_byte_that_changed_is_noticed(at: int, byte: int) -> None:
    disk = FlakyDisk()
    disk.make_folder(SESSIONS)
    content = bytearray(copy_bytes(STATE, WRITER, LINEAGE))
    at %= len(content)
    disk.files[SESSIONS / "laptop.yaml"] = bytes(content[:at] + bytes([byte]) + content[at + 1 :])
    one = the_only(disk)
    if one.problem is None:
        assert read_copy(one, disk).state == STATE


def test_line_ends_that_git_changed_do_no_harm(disk: FlakyDisk) -> None:
    content = copy_bytes(STATE, WRITER, LINEAGE).replace(b"\n", b"\r\n")
    disk.files[SESSIONS / "laptop.yaml"] = content
    assert read_copy(the_only(disk), disk).state == STATE


HOSTILE = {
    "empty": b"",
    "binary": b"\xff\xfe\0\0" * 20,
    "a list": b"- a\n",
    "no session": b"stui: 1\nname: x\n",
    "deep": b"stui-session: 1\nmeta: " + b"[" * 5000,
    "a bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nstui-session: *c\n",
    "a tag": b"stui-session: !!python/object:os.system 1\n",
    "duplicate keys": b"stui-session: 1\nstui-session: 1\n",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("sealed", [False, True], ids=["as it is", "with a good last line"])
def test_whatever_lies_there_is_named_and_nothing_else(
    disk: FlakyDisk, body: bytes, *, sealed: bool
) -> None:
    disk.files[SESSIONS / "good.yaml"] = copy_bytes(STATE, WRITER, LINEAGE)
    disk.files[SESSIONS / "bad.yaml"] = seal(body) if sealed else body
    good, bad = left_beside(ROOT, disk)
    assert (good.handle, good.problem) == ("main@laptop", None)
    assert (bad.handle, bool(bad.problem)) == ("bad.yaml", True)
    with pytest.raises(DiskError):
        read_copy(bad, disk)


def seal(body: bytes) -> bytes:
    """The body with the last line that makes it whole."""
    from stui_workspace.storage.sessions.beside import _digest

    body = body if body.endswith(b"\n") else body + b"\n"
    return body + b"# whole: " + _digest(body).encode() + b"\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"  id: main", b"  id: ../../etc/passwd"),
        (b"  id: main", b"  id: [main]"),
        (b"writer: 0000000a", b"writer: ../x"),
        (b"writer: 0000000a", b"writer: 7"),
        (b"beside:", b"besides:"),
    ],
)
def test_a_copy_must_say_whose_it_is(disk: FlakyDisk, before: bytes, after: bytes) -> None:
    body = copy_bytes(STATE, WRITER, LINEAGE).rpartition(b"# whole")[0]
    assert before in body
    disk.files[SESSIONS / "laptop.yaml"] = seal(body.replace(before, after))
    assert the_only(disk).problem is not None


def test_a_copy_of_a_newer_stui_says_so(disk: FlakyDisk) -> None:
    body = copy_bytes(STATE, WRITER, LINEAGE).rpartition(b"# whole")[0]
    disk.files[SESSIONS / "laptop.yaml"] = seal(body.replace(b"session: 1", b"session: 2"))
    one = the_only(disk)
    assert "newer than this stui" in str(one.problem)
    with pytest.raises(VersionError):
        read_copy(one, disk)


def test_what_of_it_cannot_be_used_costs_only_that(disk: FlakyDisk) -> None:
    body = copy_bytes(STATE, WRITER, LINEAGE).rpartition(b"# whole")[0]
    body = body.replace(b"wanted: true", b"wanted: rm -rf").replace(b"unsaved: 2", b"unsaved: -2")
    disk.files[SESSIONS / "laptop.yaml"] = seal(body)
    one = the_only(disk)
    found = read_copy(one, disk)
    assert one.unsaved_count is None
    assert found.state.buffers == STATE.buffers
    assert [problem.item for problem in found.problems] == ["connection/py"]


def test_what_is_too_large_is_not_read(disk: FlakyDisk) -> None:
    large = replace(STATE, buffers={"a": BufferState("x" * LIMITS.file_bytes)})
    disk.files[SESSIONS / "laptop.yaml"] = copy_bytes(large, WRITER, LINEAGE)
    assert the_only(disk).problem == "there is too much to look at"
    disk.files = {
        SESSIONS / f"m{number:02}.yaml": b"x" * (LIMITS.file_bytes - 1) for number in range(12)
    }
    problems = [one.problem for one in left_beside(ROOT, disk)]
    assert problems.count("there is too much to look at") == 4


def test_of_several_files_of_one_session_the_last_saved_counts(disk: FlakyDisk) -> None:
    """A sync tool keeps an old one under another name; so may a person."""
    names = ("laptop.yaml", "laptop.sync-conflict-20261128-101010-ABCDEFG.yaml", "laptop (1).yaml")
    for number, name in enumerate(names):
        disk.files[SESSIONS / name] = copy_bytes(saved(1000.0 + number), WRITER, LINEAGE)
    assert the_only(disk).meta.saved == 1002.0
    disk.files[SESSIONS / "laptop.yaml.conflict1"] = copy_bytes(saved(2000.0), WRITER, LINEAGE)
    disk.files[SESSIONS / "laptop.yaml.conflict2"] = copy_bytes(saved(500.0), WRITER, LINEAGE)
    assert the_only(disk).meta.saved == 2000.0


def test_what_is_being_written_is_not_looked_at(disk: FlakyDisk) -> None:
    for name in (".~laptop.yaml.0a1b2c3d.tmp", ".syncthing.laptop.yaml.tmp", "laptop.yaml.part",
                 "~syncthing~laptop.yaml.tmp", "laptop.yaml~", ".gitignore"):  # fmt: skip
        disk.files[SESSIONS / name] = b""
    assert left_beside(ROOT, disk) == ()


def test_two_machines_of_one_name_have_two_handles(disk: FlakyDisk) -> None:
    disk.files[SESSIONS / "laptop.yaml"] = copy_bytes(saved(2.0), WRITER, LINEAGE)
    disk.files[SESSIONS / "other.yaml"] = copy_bytes(saved(1.0), OTHER, LINEAGE)
    disk.files[SESSIONS / "third.yaml"] = copy_bytes(saved(3.0, "main-2"), OTHER, LINEAGE)
    assert [one.handle for one in left_beside(ROOT, disk)] == [
        "main-2@laptop", f"main@laptop-{WRITER}", f"main@laptop-{OTHER}",
    ]  # fmt: skip


def test_a_machines_name_is_safe_in_a_handle(disk: FlakyDisk) -> None:
    state = saved(1.0, machine="büro\x1b[31m/../x")
    disk.files[SESSIONS / "x.yaml"] = copy_bytes(state, WRITER, LINEAGE)
    name, _, machine = the_only(disk).handle.partition("@")
    assert name == "main"
    assert machine.isascii()
    assert machine.replace("-", "").isalnum()


def test_another_session_under_the_name_meanwhile_is_noticed(disk: FlakyDisk) -> None:
    disk.files[SESSIONS / "laptop.yaml"] = copy_bytes(STATE, WRITER, LINEAGE)
    one = the_only(disk)
    disk.files[SESSIONS / "laptop.yaml"] = copy_bytes(STATE, OTHER, LINEAGE)
    with pytest.raises(DiskError, match="another session"):
        read_copy(one, disk)


def test_a_folder_that_leads_elsewhere_is_none(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    outside.mkdir()
    (root / ".stui").mkdir(parents=True)
    (outside / "laptop.yaml").write_bytes(copy_bytes(STATE, WRITER, LINEAGE))
    (root / FOLDER).symlink_to(outside)
    assert sessions_folder(root) is None
    assert left_beside(root, RealFileSystem()) == ()


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / "secret.yaml").write_bytes(copy_bytes(STATE, WRITER, LINEAGE))
    (tmp_path / FOLDER / "laptop.yaml").symlink_to(tmp_path / "secret.yaml")
    os.mkfifo(tmp_path / FOLDER / "pipe.yaml")
    problems = [one.problem for one in left_beside(tmp_path, RealFileSystem())]
    assert len(problems) == 2
    assert all(problems)


def test_no_folder_at_all(tmp_path: Path) -> None:
    assert left_beside(tmp_path, RealFileSystem()) == ()
    (tmp_path / ".stui").write_text("a file")
    assert left_beside(tmp_path, RealFileSystem()) == ()


@pytest.mark.parametrize(
    ("session", "name"), [("main", "laptop.yaml"), ("main-2", "laptop.main-2.yaml")]
)
def test_each_session_has_a_file_of_its_own(session: str, name: str) -> None:
    assert file_name("laptop", session) == name
