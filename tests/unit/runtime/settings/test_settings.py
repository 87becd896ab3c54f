"""Settings: their values with who says so, what is overridden, and changing them in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.model.values import Plain
from stui_workspace.runtime.loading import Selection
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settings.changing import set_in_file, value_of
from stui_workspace.runtime.settings.reading import settings_of, sources_of
from stui_workspace.runtime.settings.values import HIDDEN, Kind, Setting, Where
from stui_workspace.schema import FileKind, leaves
from stui_workspace.storage.project import Project, find_project

TAB = ("preferences", "tab_width")
FILE = """\
stui: 1
name: orders
preferences: {theme: nord, tab_width: 2}  # the team's
history:
  ignore: ['^\\s', 'password']
autosave: {keep: {last: 5}}
environments:
  staging:
    preferences: {theme: dracula}
"""


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return Services.real({"STUI_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".hg").mkdir(parents=True)
    (folder / ".stui-workspace.yaml").write_text(FILE)
    return folder


def project(root: Path) -> Project:
    return find_project(root, root)


def found(
    root: Path,
    services: Services,
    session: Mapping[str, Plain] | None = None,
    environment: str | None = None,
) -> dict[str, Setting]:
    sources = sources_of(project(root), services, Selection(environment))
    return {one.key: one for one in settings_of(sources, session)}


def config(services: Services, text: str) -> Path:
    services.locations.config.mkdir(parents=True)
    path = services.locations.config / "config.yaml"
    path.write_text(text)
    return path


def test_every_setting_of_the_schema_is_there_with_what_it_is_for(
    root: Path, services: Services
) -> None:
    sections = {"preferences", "history", "restore", "autosave", "session", "sync", "secrets"}
    wanted = {
        ".".join(leaf.pattern)
        for leaf in leaves(FileKind.CONFIG)
        if leaf.pattern[0] in sections and "*" not in "".join(leaf.pattern)
    }
    settings = found(root, services)
    assert set(settings) == wanted
    assert all(one.description and one.default is not None for one in settings.values())


def test_what_is_overridden_is_seen_with_its_line(root: Path, services: Services) -> None:
    (root / ".stui-workspace.local.yaml").write_text("# mine\npreferences: {tab_width: 8}\n")
    config(services, "stui: 1\npreferences:\n  tab_width: 6\n")
    tab = found(root, services, {"tab_width": 3})["preferences.tab_width"]
    assert (tab.value, tab.origin, tab.default) == (3, "session", 4)
    assert [(one.where, one.value, one.line) for one in tab.said] == [
        (Where.SESSION, 3, None),
        (Where.OVERLAY, 8, 2),
        (Where.WORKSPACE, 2, 3),
        (Where.CONFIG, 6, 3),
    ]


def test_an_environment_has_its_own_say(root: Path, services: Services) -> None:
    theme = found(root, services, environment="staging")["preferences.theme"]
    assert (theme.value, theme.origin) == ("dracula", "environment `staging`")
    assert [one.line for one in theme.said] == [9, 3]


def test_what_nobody_says_is_the_default(root: Path, services: Services) -> None:
    wrap = found(root, services)["preferences.wrap"]
    assert (wrap.value, wrap.origin, wrap.said, wrap.kind) == (True, "default", (), Kind.FLAG)


def test_only_some_preferences_can_be_had_for_a_session(root: Path, services: Services) -> None:
    settings = found(root, services, {})
    assert Where.SESSION in settings["preferences.theme"].places
    assert Where.SESSION not in settings["history.keep"].places
    assert Where.SESSION not in found(root, services)["preferences.theme"].places


def test_what_does_not_count_in_full_is_said(root: Path, services: Services) -> None:
    assert "20 counts" in (found(root, services)["autosave.keep.last"].note or "")


def test_a_file_with_errors_is_left_out_and_named(root: Path, services: Services) -> None:
    overlay = root / ".stui-workspace.local.yaml"
    overlay.write_text("preferences: {tab_width: x}\n")
    sources = sources_of(project(root), services)
    assert sources.unusable == (overlay,)
    assert found(root, services)["preferences.tab_width"].value == 2


def test_a_secret_is_not_shown(root: Path, services: Services) -> None:
    secret = "ghp_" + "A1b2C3d4E5" * 3 + "F6G7H8"
    one = found(root, services, {"theme": secret})["preferences.theme"]
    assert (one.value, one.is_hidden) == (HIDDEN, True)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("preferences.tab_width", "8", 8),
        ("preferences.wrap", "false", False),
        ("preferences.theme", "nord", "nord"),
        ("preferences.theme", '"1"', "1"),
        ("autosave.journal", "500ms", "500ms"),
        ("history.ignore", "[a, 'b, c']", ["a", "b, c"]),
        ("restore.include", "layout, buffers", ["layout", "buffers"]),
        ("sync.conflicts", "ours", "ours"),
    ],
)
def test_what_is_typed_becomes_a_value(
    key: str, text: str, value: Plain, root: Path, services: Services
) -> None:
    assert value_of(found(root, services)[key], text) == value


@pytest.mark.parametrize(
    ("typed", "error", "step"),
    [
        (("preferences.tab_width", "99"), "between 1 and 16", "1 to 16"),
        (("preferences.wrap", "on"), "`true` or `false`", "true"),
        (("autosave.journal", "5"), "a length of time", "500ms"),
        (("history.ignore", "[a"), "no list", "a list"),
        (("history.ignore", "['(']"), "not a regular expression", "escape"),
        (("sync.conflicts", "mine"), "", "ours"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    typed: tuple[str, str], error: str, step: str, root: Path, services: Services
) -> None:
    key, text = typed
    with pytest.raises(UsageError) as caught:
        value_of(found(root, services)[key], text)
    assert error in str(caught.value)
    assert step in (caught.value.next_step or "")


@pytest.mark.parametrize("where", [Where.OVERLAY, Where.CONFIG])
def test_a_file_that_is_not_there_is_made_and_left_as_it_was(
    where: Where, root: Path, services: Services
) -> None:
    edited = set_in_file(TAB, 8, where, project(root), services)
    assert edited.file is not None
    assert (edited.before, edited.after, edited.line) == (None, 8, 3)
    assert edited.file.read_text() == "stui: 1\npreferences:\n  tab_width: 8\n"
    set_in_file(TAB, edited.before, where, project(root), services)
    assert edited.file.read_text() == "stui: 1\n"


def test_nothing_else_in_the_file_changes_and_undoing_gives_its_bytes_back(
    root: Path, services: Services
) -> None:
    edited = set_in_file(TAB, 8, Where.WORKSPACE, project(root), services)
    text = (root / ".stui-workspace.yaml").read_text()
    assert text == FILE.replace("tab_width: 2", "tab_width: 8")
    set_in_file(TAB, edited.before, Where.WORKSPACE, project(root), services)
    assert (root / ".stui-workspace.yaml").read_text() == FILE


def test_a_section_without_a_value_gets_one(root: Path, services: Services) -> None:
    overlay = root / ".stui-workspace.local.yaml"
    overlay.write_text("preferences:\n")
    set_in_file(TAB, 8, Where.OVERLAY, project(root), services)
    assert overlay.read_text() == "preferences:\n  tab_width: 8\n"


def test_what_is_not_said_cannot_be_taken_back(root: Path, services: Services) -> None:
    for where in (Where.CONFIG, Where.WORKSPACE):
        with pytest.raises(NotFoundError, match=str(where)):
            set_in_file(("sync", "conflicts"), None, where, project(root), services)


def test_a_workspace_file_is_not_made_of_a_setting(root: Path, services: Services) -> None:
    (root / ".stui-workspace.yaml").unlink()
    with pytest.raises(NotFoundError) as caught:
        set_in_file(TAB, 8, Where.WORKSPACE, project(root), services)
    assert "stui init" in (caught.value.next_step or "")
    assert not (root / ".stui-workspace.yaml").exists()


def test_a_value_that_the_schema_refuses_is_not_written(root: Path, services: Services) -> None:
    with pytest.raises(StuiError):
        set_in_file(TAB, 99, Where.WORKSPACE, project(root), services)
    assert (root / ".stui-workspace.yaml").read_text() == FILE
