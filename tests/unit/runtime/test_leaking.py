"""Files with secrets in them: not written, not merged, and not kept as they are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.document import Document, set_value
from stui_workspace.errors import LeakError
from stui_workspace.model.diagnostics import position_at
from stui_workspace.model.paths import NodePath, parse_key_path
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.saving import save_connection
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.leaking import leaks_of, without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling import conflicts_in, keep_merge
from stui_workspace.runtime.syncing import attend, restore, versions
from stui_workspace.runtime.syncing.noting import generations_of
from stui_workspace.schema import FileKind
from stui_workspace.schema.leaks import NOT_KEPT
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.project import Project, find_project
from stui_workspace.sync.copies import Action
from support.searching import files_with, marks_of

NAME = ".stui-workspace.yaml"
OVERLAY = ".stui-workspace.local.yaml"
COPY = ".stui-workspace.sync-conflict-20261123-233407-HATNS7N.yaml"
TOKEN = "ghp_" + "a1B2" * 9
PASSWORD = "hunter2hunter"  # noqa: S105 (made up)
GOOD = "stui: 1\nname: demo\nconnections:\n  a: {kind: stui, url: 'tcp://localhost:1'}\n"
BY_FORM = f"{GOOD}x-note: {TOKEN} # mine\n"
BY_KEY = f"{GOOD}vars: {{password: {PASSWORD}}}\n"
BY_PLACE = GOOD.replace("'}", f"', credential: {PASSWORD}}}")
IN_COMMENT = f"{GOOD}# {TOKEN}\n"
ADDRESS = f"{GOOD}x-db: postgres://app:{PASSWORD}@db/orders\n"
LEAKY = {
    "form": BY_FORM,
    "key": BY_KEY,
    "place": BY_PLACE,
    "comment": IN_COMMENT,
    "address": ADDRESS,
    "no yaml by key": f"a: [\n  password: {PASSWORD}\n",
    "markers by place": f"<<<<<<< a\n  credential: {PASSWORD}\n=======\n>>>>>>> b\n",
    "no yaml": f"a: [\n{TOKEN}\n",
    "markers": f"<<<<<<< a\nx: {TOKEN}\n=======\n>>>>>>> b\n",
}
MARKS = (*marks_of(TOKEN), *marks_of(PASSWORD))


class World:
    """A project, and a home for what stui keeps of it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        self.home = folder / "home"
        self.clock = HandClock()
        self.services: Services = services_in(self.home, self.clock)

    def write(self, text: str, name: str = NAME) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (self.clock(), self.clock()))
        self.clock.advance(1.0)
        return path

    @property
    def project(self) -> Project:
        return find_project(self.root, self.root.parent)

    def put(self, path: Path, key: str, value: Plain, kind: FileKind = FileKind.WORKSPACE) -> None:
        edit_file(path, self.root, setting(parse_key_path(key), value), self.services, kind=kind)

    def kept(self) -> list[Path]:
        """What of our own has a secret in it."""
        return files_with(self.home, MARKS)


def setting(path: NodePath, value: Plain) -> Callable[[Document], Document]:
    return lambda document: set_value(document, path, value)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("text", LEAKY.values(), ids=LEAKY)
def test_a_version_is_kept_without_its_secrets_and_else_byte_for_byte(text: str) -> None:
    content = text.replace("\n", "\r\n").encode()
    kept = without_leaks(b"\xef\xbb\xbf" + content)
    assert kept.startswith(b"\xef\xbb\xbf")
    secret = TOKEN if TOKEN in text else PASSWORD
    expected = content.replace(secret.encode(), NOT_KEPT.encode())
    if "app:" in text:
        expected = content.replace(b"app:" + secret.encode(), NOT_KEPT.encode())
    assert kept[3:] == expected
    assert without_leaks(kept) == kept


def test_a_secret_that_is_written_with_escapes_is_not_kept_beside_one_that_is_not() -> None:
    kept = without_leaks(f'{GOOD}x-a: "{TOKEN} \\x67{TOKEN[1:]}"\n'.encode())
    assert kept == f"{GOOD}x-a: {NOT_KEPT}\n".encode()


def test_a_version_without_secrets_is_the_very_same() -> None:
    for content in (GOOD.encode(), b"", b"\xff\xfe a: [", b"a: [", BY_KEY[:20].encode()):
        assert without_leaks(content) is content


def test_a_secret_after_a_thousand_other_findings_is_found() -> None:
    text = GOOD + "".join(f"unknown{n}: 1\n" for n in range(400)) + f"x-a: {TOKEN}\n"
    assert TOKEN.encode() not in without_leaks(text.encode())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("x-note", f"use {TOKEN}"),
        ("vars.password", PASSWORD),
        ("connections.a.credential", PASSWORD),
        ("connections.a.url", f"tcp://app:{PASSWORD}@localhost:1"),
        ("buffers.b.source", f"psql postgres://app:{PASSWORD}@db/orders"),
    ],
)
@pytest.mark.parametrize("name", [NAME, OVERLAY])
def test_an_edit_that_brings_a_secret_in_is_refused_with_its_place(
    world: World, name: str, key: str, value: str
) -> None:
    kind = FileKind.OVERLAY if name == OVERLAY else FileKind.WORKSPACE
    path = world.write(GOOD.replace("stui: 1", "stui: 1\n# mine"), name)
    before = path.read_bytes()
    with pytest.raises(LeakError) as caught:
        world.put(path, key, value, kind)
    [problems] = caught.value.problems
    [found] = problems.diagnostics
    assert problems.file == path
    assert position_at(problems.text, found.span.start)[0] > 1
    assert found.conceal
    assert "stui secret" in str(caught.value.next_step)
    assert not any(one in f"{caught.value} {caught.value!r}" for one in (TOKEN, PASSWORD))
    assert key in str(caught.value)
    assert path.read_bytes() == before
    assert world.kept() == []


def test_an_edit_elsewhere_is_refused_while_a_secret_stays(world: World) -> None:
    path = world.write(BY_KEY)
    with pytest.raises(LeakError):
        world.put(path, "name", "other")
    assert path.read_text() == BY_KEY
    assert world.kept() == []


def test_one_of_two_secrets_may_be_taken_out(world: World) -> None:
    path = world.write(f"{BY_PLACE}x-a: {TOKEN}\n")
    world.put(path, "connections.a.credential", "keyring:demo/a")
    assert "keyring:demo/a" in path.read_text()
    assert world.kept() == []
    with pytest.raises(LeakError):
        world.put(path, "name", "other")
    world.put(path, "x-a", "gone")
    world.put(path, "name", "other")
    assert world.kept() == []


def test_a_secret_is_not_exchanged_for_another(world: World) -> None:
    path = world.write(BY_KEY)
    with pytest.raises(LeakError):
        world.put(path, "vars.password", "other-than-before")
    assert path.read_text() == BY_KEY


@pytest.mark.parametrize("to_overlay", [True, False])
def test_a_connection_with_a_secret_is_not_saved(world: World, to_overlay: bool) -> None:
    path = world.write("stui: 1\nname: demo\n")
    spec = ConnectionSpec("b", "pty", command=("psql",), env={"PGPASSWORD": PASSWORD})
    with pytest.raises(LeakError):
        save_connection(spec, world.project, world.services, to_overlay=to_overlay)
    assert PASSWORD not in path.read_text()
    assert files_with(world.root, MARKS) == []
    assert world.kept() == []


@pytest.mark.parametrize("text", LEAKY.values(), ids=LEAKY)
def test_what_the_file_says_is_remembered_without_its_secrets(world: World, text: str) -> None:
    world.write(GOOD)
    attend(world.project, world.services)
    world.write(text)
    attend(world.project, world.services)
    attend(world.project, world.services)
    world.write(GOOD.replace("demo", "other"))
    attend(world.project, world.services)
    assert world.kept() == []
    assert len(versions(world.project, world.services)) <= 3


def test_a_version_with_a_secret_is_no_new_one_at_each_look(world: World) -> None:
    world.write(BY_FORM)
    for _ in range(3):
        attend(world.project, world.services)
    [one] = versions(world.project, world.services)
    content = generations_of(world.root, world.services).read(one.revision)
    assert content == BY_FORM.replace(TOKEN, NOT_KEPT).encode()


@pytest.mark.parametrize("text", [BY_FORM, BY_KEY, BY_PLACE, IN_COMMENT], ids=str.splitlines)
def test_a_copy_with_a_secret_stays_and_is_named(world: World, text: str) -> None:
    world.write(GOOD)
    attend(world.project, world.services)
    copy = world.write(text, COPY)
    found = attend(world.project, world.services)
    [one] = found.copies
    assert (one.action, one.name) == (Action.FAILED, COPY)
    assert one.reason.startswith(f"{COPY}:")
    assert copy.read_text() == text
    assert (world.root / NAME).read_text() == GOOD
    assert world.kept() == []
    log = versions(world.project, world.services)
    assert [entry.note for entry in log if entry.origin == "copy"] == [COPY]


def test_nothing_is_merged_into_a_file_with_a_secret(world: World) -> None:
    world.write(GOOD)
    attend(world.project, world.services)
    world.write(BY_FORM)
    copy = world.write(GOOD.replace("demo", "other"), COPY)
    [one] = attend(world.project, world.services).copies
    assert one.action is Action.FAILED
    assert one.reason.startswith(f"{NAME}:5")
    assert copy.exists()
    assert (world.root / NAME).read_text() == BY_FORM
    assert world.kept() == []


def test_a_copy_is_merged_as_soon_as_the_secret_is_gone(world: World) -> None:
    world.write(GOOD)
    attend(world.project, world.services)
    world.write(f"{GOOD}x-mine: 1\n")
    yours = BY_PLACE.replace("demo", "other")
    world.write(yours, COPY)
    assert attend(world.project, world.services).copies[0].action is Action.FAILED
    world.write(yours.replace(PASSWORD, "keyring:demo/a"), COPY)
    [one] = attend(world.project, world.services).copies
    assert one.action is Action.MERGED
    text = (world.root / NAME).read_text()
    assert text == yours.replace(PASSWORD, "keyring:demo/a") + "x-mine: 1\n"
    assert world.kept() == []


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_side_with_a_secret_is_not_kept_for_later(world: World, side: str) -> None:
    path = world.write(GOOD)
    sides = Sides(
        GOOD.encode(), GOOD.replace("demo", "a").encode(), GOOD.replace("demo", "b").encode()
    )
    sides = replace(sides, **{side: BY_FORM.replace("demo", side).encode()})
    with pytest.raises(LeakError):
        keep_merge(path, world.root, sides, world.services)
    assert path.read_text() == GOOD
    assert conflicts_in(path, world.root, world.services).merges == ()
    assert world.kept() == []


def test_a_base_with_a_secret_is_kept_without_it(world: World) -> None:
    path = world.write(GOOD)
    mine, yours = (GOOD.replace("demo", name).encode() for name in ("mine", "yours"))
    kept = keep_merge(path, world.root, Sides(BY_FORM.encode(), mine, yours), world.services)
    assert [str(one.path) for one in kept.left]
    assert world.kept() == []


def test_a_version_from_before_a_secret_can_be_restored(world: World) -> None:
    world.write(GOOD)
    attend(world.project, world.services)
    [first] = versions(world.project, world.services)
    path = world.write(BY_FORM)
    restore(world.project, world.services, first.revision)
    assert path.read_text() == GOOD
    assert world.kept() == []


def test_where_a_secret_stands_is_known_in_a_file_that_is_no_yaml() -> None:
    problems = leaks_of(f"a: [\n\n  {TOKEN}".encode())
    [found] = problems.diagnostics
    assert position_at(problems.text, found.span.start) == (3, 3)
