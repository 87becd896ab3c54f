"""`stui init`: a workspace that has no findings, in any folder, and nobody's file undone."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.document import parse
from stui_workspace.runtime.loading import check_content
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.starting.beginning import quoted_name
from stui_workspace.runtime.starting.templates import Template, template_text
from stui_workspace.schema import FileKind, SchemaName, schema_bytes
from stui_workspace.storage.filesystem import RealFileSystem, Write
from support.command_line import CommandLine

NAME = ".stui-workspace.yaml"
LOCAL = ".stui-workspace.local.yaml"


def venv(root: Path) -> None:
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    (root / ".venv" / "bin" / "python").touch()


@pytest.fixture(autouse=True)
def no_kernels_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from stui_workspace.cli import detecting

    monkeypatch.setattr(detecting, "_SYSTEM", ())


class Yes:
    """A person who agrees to what has one of `words` in it."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.questions: list[str] = []

    def ask(self, question: str) -> str | None:
        self.questions.append(question)
        return "y" if any(word in question for word in self.words) else ""


def sits_there(monkeypatch: pytest.MonkeyPatch, person: Yes) -> None:
    from stui_workspace.cli.commands import init

    monkeypatch.setattr(init, "asker", lambda: person)


@pytest.mark.parametrize("template", [str(one) for one in Template])
@pytest.mark.parametrize("schema", ["local", "url"])
def test_every_start_is_without_a_finding(
    stui: CommandLine, project: Path, template: str, schema: str
) -> None:
    ran = stui("init", "--template", template, "--schema", schema)
    assert (ran.status, ran.out) == (0, "")
    assert stui("validate", "--strict").all == (0, "", "")
    assert stui("get", "name").out == "project\n"


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(Template))
def test_any_name_is_quoted_as_it_needs(name: str, template: Template) -> None:
    if any(0xD800 <= ord(one) < 0xE000 for one in name):
        return  # half a character: refused before
    text = template_text(template, quoted_name(name), "s")
    document = parse(text)
    assert document.plain(("name",)) == name
    found = check_content(text.encode(), Path("w"), FileKind.WORKSPACE).problems.diagnostics
    assert len(name) > 100 or found == ()


def test_what_is_written(stui: CommandLine, project: Path) -> None:
    (project / ".git").mkdir()
    assert stui("init", "--template", "minimal").all == (
        0,
        "",
        (
            "wrote .stui/workspace.schema.json\n"
            "wrote .stui/workspace-local.schema.json\n"
            "wrote .stui-workspace.yaml\n"
            "added .stui-workspace.local.yaml to .gitignore\n"
            "  = help: `stui` opens the workbench\n"
        ),
    )
    first, *_ = (project / NAME).read_text().split("\n")
    assert first == "# yaml-language-server: $schema=.stui/workspace.schema.json"
    copy = project / ".stui" / "workspace.schema.json"
    assert copy.read_bytes() == schema_bytes(SchemaName.WORKSPACE)
    assert (project / ".gitignore").read_text() == f"{LOCAL}\n"


def test_the_next_step_opens_the_folder_that_was_named(stui: CommandLine, project: Path) -> None:
    assert stui("init", "my orders").err.endswith(
        "  = help: `stui 'my orders'` opens the workbench\n"
    )
    assert (project / "my orders" / NAME).is_file()


def test_the_files_are_readable_as_the_project_is(stui: CommandLine, project: Path) -> None:
    before = os.umask(0o022)
    try:
        stui("init")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in project.rglob("*.*")}
    assert modes[NAME] == modes["workspace.schema.json"] == 0o644
    assert modes[".stui"] == 0o755


def test_the_published_address(stui: CommandLine, project: Path) -> None:
    assert "schema.json" not in stui("init", "--schema", "url").err
    first = (project / NAME).read_text().split("\n")[0]
    assert first == f"# yaml-language-server: $schema={SchemaName.WORKSPACE.url}"
    assert not (project / ".stui").exists()


def test_another_folder_and_name(stui: CommandLine, project: Path) -> None:
    ran = stui("init", "a/b", "--name", "on")
    assert ran.err.startswith("wrote a/b/.stui/workspace.schema.json\n")
    assert 'name: "on"\n' in (project / "a" / "b" / NAME).read_text()


@pytest.mark.parametrize("name", [NAME, "stui-workspace.yaml"])
class TestWhatIsThere:
    def test_is_not_written_over(self, stui: CommandLine, project: Path, name: str) -> None:
        (project / name).write_text("theirs")
        ran = stui("init")
        assert ran.all == (
            2,
            "",
            (
                f"error: {name} is there already\n"
                "  = help: `stui` opens it, `stui validate` checks it; "
                "`--force` puts it away and starts anew\n"
            ),
        )
        assert [one.name for one in project.iterdir() if one.name != ".hg"] == [name]
        assert (project / name).read_text() == "theirs"

    def test_is_kept_when_forced(
        self, stui: CommandLine, project: Path, tmp_path: Path, name: str
    ) -> None:
        (project / name).write_bytes(b"theirs \xff")
        ran = stui("init", "--force")
        assert ran.status == 0
        (kept,) = tmp_path.glob("home/state/workspaces/*/backups/*")
        assert kept.read_bytes() == b"theirs \xff"
        assert f"the old file is kept as {kept}\n" in ran.err
        assert stui("validate").all == (0, "", "")

    def test_a_link_to_nowhere_is_not_written_through(
        self, stui: CommandLine, project: Path, tmp_path: Path, name: str
    ) -> None:
        (project / name).symlink_to(tmp_path / "outside")
        assert stui("init").status == 2
        assert stui("init", "--force").status == 3
        assert not (tmp_path / "outside").exists()


def test_a_folder_of_ours_that_leads_out_is_refused(
    stui: CommandLine, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (project / ".stui").symlink_to(tmp_path / "outside")
    ran = stui("init")
    assert (ran.status, "leads out of the project" in ran.err) == (3, True)
    assert list((tmp_path / "outside").iterdir()) == []
    assert not (project / NAME).exists()


class TestConnections:
    def test_without_a_terminal_none_is_added(self, stui: CommandLine, project: Path) -> None:
        venv(project)
        stui("init", "--template", "minimal")
        assert stui("get", "connections").status == 1

    def test_what_was_agreed_to(
        self, stui: CommandLine, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        venv(project)
        (project / "package.json").touch()
        person = Yes("virtual environment")
        sits_there(monkeypatch, person)
        assert stui("init").status == 0
        assert person.questions == [
            "Add a connection `py` for the virtual environment .venv? [y/N] ",
            (
                "Add a connection `node` for package.json "
                "(this version cannot connect to it yet)? [y/N] "
            ),
        ]
        assert stui("get", "connections", "--json").out == (
            '{\n  "py": {\n    "kind": "python",\n    "python": ".venv/bin/python"\n  }\n}\n'
        )
        assert stui("validate").all == (0, "", "")
        assert "# a Python of its own" in (project / NAME).read_text()

    def test_yes_adds_what_can_be_used(self, stui: CommandLine, project: Path) -> None:
        venv(project)
        (project / "package.json").touch()
        stui("init", "--yes", "--template", "minimal")
        assert stui("get", "connections").out == (
            "py:\n  kind: python\n  python: .venv/bin/python\n"
        )

    def test_by_name(self, stui: CommandLine, project: Path) -> None:
        (project / "package.json").touch()
        assert stui("init", "--template", "minimal", "--connections", "python,node").status == 0
        assert stui("get", "connections.py").out == "kind: python\n"
        assert stui("get", "connections.node.kind").out == "pty\n"
        assert stui("validate").all == (0, "", "")

    @pytest.mark.parametrize("kinds", ["jupyter", "perl", "python,,"])
    def test_what_cannot_be_added(self, stui: CommandLine, project: Path, kinds: str) -> None:
        assert stui("init", "--connections", kinds).status == 2
        assert not (project / NAME).exists()

    def test_none(self, stui: CommandLine, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        venv(project)
        sits_there(monkeypatch, Yes("connection"))
        stui("init", "--template", "minimal", "--connections", "none")
        assert stui("get", "connections").status == 1


@dataclass(frozen=True)
class FullDisk(RealFileSystem):
    """Full from the `writes`-th write on."""

    writes: int = 1
    done: tuple[list[Path], ...] = ([],)

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self.done[0].append(path)
        if len(self.done[0]) >= self.writes:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        super().write(path, content, how, like=like)


@pytest.mark.parametrize("writes", [1, 2, 3])
def test_a_full_disk_leaves_no_half_file(
    stui: CommandLine, project: Path, tmp_path: Path, writes: int
) -> None:
    services = Services.real({"STUI_HOME": str(tmp_path / "home")})
    stui.services = replace(services, fs=FullDisk(writes=writes, done=([],)))
    ran = stui("init")
    assert (ran.status, ran.out, "the disk is full" in ran.err) == (3, "", True)
    assert not (project / NAME).exists()
    assert not list(project.rglob("*.tmp"))
    stui.services = services
    assert stui("init").status == 0
    assert stui("validate").all == (0, "", "")


@pytest.mark.parametrize("folder", ["a file", "a file/below"])
def test_a_file_where_the_folder_should_be(stui: CommandLine, project: Path, folder: str) -> None:
    (project / "a file").touch()
    ran = stui("init", folder)
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.startswith("error: ")
