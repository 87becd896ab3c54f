"""The doctor: each check finds what was put there to be found, and what mends it mends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.errors import DiskError
from stui_workspace.model.diagnostics import Severity
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.doctoring import keeping, projects, surroundings
from stui_workspace.runtime.doctoring.checks import CHECKS, examine
from stui_workspace.runtime.doctoring.values import Case, Check, Looked, Terminal
from stui_workspace.runtime.loading import load
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.starting.beginning import begin_workspace
from stui_workspace.schema import SchemaName, schema_bytes
from stui_workspace.secrets.resolving import Places, Secrets
from stui_workspace.secrets.store import Unavailable
from stui_workspace.storage.project import find_project

HOUR = 3600.0
SESSION = "stui-session: 1\nmeta: {id: main, name: main, saved: 1.0}\n"


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return services_in(tmp_path / "home")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".hg").mkdir(parents=True)
    return folder


def case(root: Path, services: Services, terminal: Terminal | None = None) -> Case:
    return Case(find_project(root, root), services, terminal)


def codes(looked: Looked) -> list[str]:
    return [one.code for one in looked.findings]


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


def test_nothing_is_wrong_with_a_new_folder_and_each_check_says_what_it_saw(
    root: Path, services: Services
) -> None:
    begin_workspace(root, services)
    for check in CHECKS:
        looked = examine(check, case(root, services))
        assert looked.findings == (), check.name
        assert looked.seen


def test_what_cannot_be_looked_at_is_a_finding(root: Path, services: Services) -> None:
    def look(_case: Case) -> Looked:
        raise DiskError(root, "the disk is gone", "plug it in")

    (found,) = examine(Check("disk", look), case(root, services)).findings
    assert (found.code, found.fix) == ("not-looked-at", "plug it in")


class TestTerminal:
    @pytest.mark.parametrize(
        ("terminal", "found"),
        [
            (Terminal("utf-8", "xterm-256color"), []),
            (Terminal("UTF-8", "screen"), []),
            (Terminal("utf-8", "dumb"), ["terminal-unknown"]),
            (Terminal("ascii", ""), ["terminal-unknown", "terminal-not-utf8"]),
        ],
    )
    def test_what_it_cannot_do(
        self, terminal: Terminal, found: list[str], root: Path, services: Services
    ) -> None:
        looked = surroundings.look_at_environment(case(root, services, terminal))
        assert codes(looked) == found

    def test_where_nobody_looks_on_it_does_not_matter(self, root: Path, services: Services) -> None:
        assert "terminal" not in surroundings.look_at_environment(case(root, services)).seen


class TestWatching:
    @pytest.fixture(autouse=True)
    def system(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Where a program of ours has three instances with ten watches each."""
        for name, limit in (("max_user_instances", 128), ("max_user_watches", 8192)):
            put(tmp_path / "inotify" / name, f"{limit}\n")
        (tmp_path / "proc" / "7" / "fd").mkdir(parents=True)
        for number in range(3):
            (tmp_path / "proc" / "7" / "fd" / str(number)).symlink_to("anon_inode:inotify")
            put(
                tmp_path / "proc" / "7" / "fdinfo" / str(number), "pos: 0\n" + "inotify wd:1\n" * 10
            )
        (tmp_path / "proc" / "self").mkdir()
        monkeypatch.setattr(surroundings, "_LIMITS", tmp_path / "inotify")
        monkeypatch.setattr(surroundings, "_PROCESSES", tmp_path / "proc")
        monkeypatch.setattr(sys, "platform", "linux")
        return tmp_path

    def test_what_is_used_is_said(self, root: Path, services: Services) -> None:
        looked = surroundings.look_at_watching(case(root, services))
        assert looked == Looked("30 of 8192 watches and 3 of 128 instances used")

    def test_near_the_limit(self, system: Path, root: Path, services: Services) -> None:
        put(system / "inotify" / "max_user_instances", "3")
        put(system / "inotify" / "max_user_watches", "33")
        looked = surroundings.look_at_watching(case(root, services))
        assert codes(looked) == ["watch-instances-short", "watch-watches-short"]
        assert "fs.inotify.max_user_instances=12" in looked.findings[0].fix

    def test_polling_needs_none_of_it(self, root: Path, services: Services) -> None:
        looked = surroundings.look_at_watching(case(root, replace(services, watch="poll")))
        assert "STUI_WATCH" in looked.seen


class TestDisk:
    def test_a_full_one(
        self, root: Path, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(surroundings, "LEAST_FREE", 1 << 62)
        looked = surroundings.look_at_disk(case(root, services))
        assert codes(looked) == ["disk-nearly-full", "disk-nearly-full"]
        assert all(one.severity is Severity.ERROR for one in looked.findings)

    def test_one_that_others_write_to(
        self, root: Path, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(surroundings, "disk_of", lambda _path: "nfs4")
        assert codes(surroundings.look_at_disk(case(root, services))) == ["state-on-network"]

    def test_a_place_that_nobody_may_write_to(
        self, root: Path, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "access", lambda _path, _mode: False)
        assert codes(surroundings.look_at_disk(case(root, services))) == ["state-not-writable"]


class TestSchema:
    def test_a_copy_of_another_version_is_written_anew(
        self, root: Path, services: Services
    ) -> None:
        begin_workspace(root, services)
        copy = put(root / ".stui" / "workspace.schema.json", "{}")
        (found,) = projects.look_at_schema(case(root, services)).findings
        assert found.code == "schema-stale"
        assert found.mend is not None
        assert "1 copy" in found.mend.do()
        assert copy.read_bytes() == schema_bytes(SchemaName.WORKSPACE)
        assert projects.look_at_schema(case(root, services)).findings == ()

    def test_one_that_is_not_there(self, root: Path, services: Services) -> None:
        put(
            root / ".stui-workspace.yaml",
            "# yaml-language-server: $schema=.stui/workspace.schema.json\nstui: 1\nname: a\n",
        )
        assert codes(projects.look_at_schema(case(root, services))) == ["schema-missing"]

    @pytest.mark.parametrize("first", ["", "# yaml-language-server: $schema=https://a/b.json\n"])
    def test_none_of_our_business(self, first: str, root: Path, services: Services) -> None:
        put(root / ".stui-workspace.yaml", f"{first}stui: 1\nname: a\n")
        assert projects.look_at_schema(case(root, services)).findings == ()


class TestKeyring:
    FILE = (
        "stui: 1\nname: a\nconnections:\n"
        "  c: {kind: stui, url: 'tls://h:1', credential: 'keyring:k'}\n"
    )

    def with_keyring(self, services: Services, *, prefers: str = "keyring") -> Services:
        def none() -> Unavailable:
            return Unavailable("there is no session bus", "`stui vault init` makes a vault")

        def secrets(_services: Services) -> Secrets:
            from stui_workspace.secrets.opening import secrets_of

            real = secrets_of(services.locations, {}, services.fs)
            return replace(real, places=Places(none, none, prefers))

        return replace(services, open_secrets=secrets)

    def test_one_that_is_needed_and_not_there(self, root: Path, services: Services) -> None:
        put(root / ".stui-workspace.yaml", self.FILE)
        self.approve(root, services)
        (found,) = projects.look_at_keyring(case(root, self.with_keyring(services))).findings
        assert (found.code, found.fix) == ("no-store", "`stui vault init` makes a vault")

    def approve(self, root: Path, services: Services) -> None:
        loaded = load(case(root, services).project, services)
        consent = Consent(loaded.project, services, lambda: loaded.workspace.snippets)
        consent.grant(consent.claim(loaded.workspace.connections["c"]))

    @pytest.mark.parametrize("file", ["", FILE])
    def test_where_nothing_approved_needs_one_nobody_asks(
        self, file: str, root: Path, services: Services
    ) -> None:
        if file:
            put(root / ".stui-workspace.yaml", file)

        def refuse(_services: Services) -> Secrets:
            raise AssertionError("asked")

        silent = replace(services, open_secrets=refuse)
        assert projects.look_at_keyring(case(root, silent)).findings == ()


def test_what_others_can_read_is_closed_to_them(root: Path, services: Services) -> None:
    path = put(services.locations.state / "workspaces" / "x" / "sessions" / "a.yaml", "a")
    services.locations.state.chmod(0o755)
    path.chmod(0o640)
    (found,) = keeping.look_at_rights(case(root, services)).findings
    assert found.code == "kept-open-to-others"
    assert found.mend is not None
    found.mend.do()
    assert (path.stat().st_mode & 0o777, services.locations.state.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert keeping.look_at_rights(case(root, services)).findings == ()


class TestKept:
    def sessions(self, root: Path, services: Services, files: Mapping[str, str]) -> None:
        folder = services.locations.workspace(root)
        for name, content in files.items():
            put(folder.path / name, content)

    @pytest.mark.parametrize(
        ("files", "found"),
        [
            ({"sessions/notes.txt": "a"}, "file-foreign"),
            ({"sessions/UPPER.yaml": "a"}, "file-foreign"),
            ({"sessions/main.yaml.damaged-1": "a"}, "file-set-apart"),
            ({"sessions/main.yaml": "stui-session: 99\n"}, "session-of-newer-stui"),
            ({"sessions/main.yaml": "[\n"}, "session-damaged"),
            (
                {"sessions/main.yaml": SESSION, "journals/main.journal": "rubbish\nmore\n"},
                "journal-damaged",
            ),
        ],
    )
    def test_what_is_wrong_is_named(
        self, files: dict[str, str], found: str, root: Path, services: Services
    ) -> None:
        self.sessions(root, services, files)
        assert found in codes(keeping.look_at_kept(case(root, services)))

    def test_looking_changes_nothing(self, root: Path, services: Services) -> None:
        files = {
            "sessions/bad.yaml": "[\n",
            "sessions/main.yaml": SESSION,
            "journals/main.journal": "rubbish\nmore\n",
        }
        self.sessions(root, services, files)
        before = {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()}
        keeping.look_at_kept(case(root, services))
        after = {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()}
        assert after == before

    def test_a_good_one(self, root: Path, services: Services) -> None:
        self.sessions(root, services, {"sessions/main.yaml": SESSION})
        looked = keeping.look_at_kept(case(root, services))
        assert looked == Looked("1 session: main, with journals and snapshots")


def test_lines_of_the_history_that_cannot_be_read(root: Path, services: Services) -> None:
    put(services.locations.history / "m" / "2026-11.jsonl", '{"new": 1}\nrubbish\n\x00\x00\n')
    (found,) = keeping.look_at_history(case(root, services)).findings
    assert found.code == "history-damaged"
    assert found.message.startswith("lines 2 and 3 of ")


def test_an_index_that_is_none_is_deleted(root: Path, services: Services) -> None:
    path = put(services.locations.cache / "history.sqlite", "rubbish")
    good = put(services.locations.cache / "other.sqlite", b"SQLite format 3\x00...")
    (found,) = keeping.look_at_history(case(root, services)).findings
    assert found.code == "index-damaged"
    assert found.mend is not None
    found.mend.do()
    assert (path.exists(), good.exists()) == (False, True)


def test_what_crashes_left_is_deleted_once_it_is_old(root: Path, services: Services) -> None:
    from stui_workspace.storage.atomic import temporary_name

    old = put(temporary_name(root / ".stui-workspace.yaml"), "half")
    young = put(temporary_name(root / "other.yaml"), "half")
    now = services.clock()
    os.utime(old, (now - 2 * HOUR, now - 2 * HOUR))
    os.utime(young, (now, now))
    (found,) = keeping.look_at_leftovers(case(root, services)).findings
    assert found.mend is not None
    assert "1 file" in found.mend.do()
    assert (old.exists(), young.exists()) == (False, True)


def test_what_was_forgotten_and_cannot_be_read(root: Path, services: Services) -> None:
    (services.locations.history / "m" / "forgotten.jsonl").mkdir(parents=True)
    (found,) = keeping.look_at_history(case(root, services)).findings
    assert found.code == "forgotten-unreadable"
    assert "may be found again" in found.message
