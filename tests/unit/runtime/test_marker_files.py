"""A file with conflict markers: merged by meaning, shown for reading, and named in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.document import parse, set_value
from stui_workspace.errors import ParseError, UnusableError
from stui_workspace.merge import Policy
from stui_workspace.model.diagnostics import position_at
from stui_workspace.runtime import events
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.events import Event
from stui_workspace.runtime.loading import check_content, load
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.runtime.settling import keep_merge
from stui_workspace.runtime.settling.markers import settlement_of
from stui_workspace.schema import FileKind
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.project import find_project

MERGE = """\
stui: 1
name: orders
preferences:
<<<<<<< HEAD
  theme: dracula
=======
  theme: gruvbox
>>>>>>> feature
  wrap: true
"""
DIFF3 = MERGE.replace("=======\n", "||||||| 1a2b3c\n  theme: nord\n=======\n")
ZDIFF3 = """\
stui: 1
name: orders
preferences:
  tab_width: 4
<<<<<<< HEAD
  theme: dracula
||||||| 1a2b3c
  theme: nord
=======
  theme: gruvbox
>>>>>>> feature
  wrap: true
"""
CLEAN = """\
stui: 1
<<<<<<< HEAD
name: payments
description: a
||||||| base
name: orders
description: a
=======
name: orders
description: b
>>>>>>> feature
"""
GOOD = "stui: 1\nname: orders\npreferences:\n  theme: dracula\n  wrap: true\n"


def check(text: str) -> tuple[str, ...]:
    found = check_content(text.encode(), Path("w.yaml"), FileKind.WORKSPACE)
    return tuple(one.message for one in found.problems.diagnostics)


@pytest.mark.parametrize("text", [MERGE, DIFF3, ZDIFF3], ids=["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("eol", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["no mark", "byte order mark"])
def test_each_style_of_markers(text: str, eol: str, bom: str) -> None:
    content = (bom + text.replace("\n", eol)).encode()
    settlement = settlement_of(content, Policy.published())
    assert settlement is not None
    assert [str(one.path) for one in settlement.left] == ["/preferences/theme"]
    assert (settlement.labels.ours, settlement.labels.theirs) == ("HEAD", "feature")
    provisional = parse(settlement.text)
    assert provisional.plain(("preferences", "theme")) == "dracula"
    assert provisional.plain(("preferences", "wrap")) is True
    assert provisional.eol == eol
    assert provisional.bom == bool(bom)
    assert settlement.sides.theirs.startswith(bom.encode() + b"stui: 1")


def test_longer_markers() -> None:
    text = (
        MERGE.replace("<<<<<<<", "<" * 15).replace("=======", "=" * 15).replace(">>>>>>>", ">" * 15)
    )
    settlement = settlement_of(text.encode(), Policy.published())
    assert settlement is not None
    assert settlement.marker_size == 15


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD + "description: |\n  <<<<<<< HEAD\n  a\n  =======\n  b\n  >>>>>>> feature\n",
        MERGE.replace("=======\n", ""),
        "<<<<<<< HEAD\n",
        "name: [\n",
        "",
    ],
)
def test_what_has_no_markers(text: str) -> None:
    assert settlement_of(text.encode(), Policy.published()) is None


def test_each_conflict_that_is_left_is_named_at_its_markers() -> None:
    text = (
        MERGE
        + "description: a\n"
        + MERGE.split("\n", 3)[3].replace("  wrap: true\n", "").replace("  theme", "buffers")
    )
    found = check_content(text.encode(), Path("w.yaml"), FileKind.WORKSPACE).problems
    assert [(one.code, one.message.partition(":")[0]) for one in found.diagnostics] == [
        ("Y119", "conflict at `/preferences/theme`"),
        ("Y119", "conflict at `/buffers`"),
    ]
    lines = [position_at(text, one.span.start)[0] for one in found.diagnostics]
    assert lines == [4, 11]
    assert all(text[one.span.start : one.span.end] == "<<<<<<<" for one in found.diagnostics)
    assert all("dracula" not in one.message for one in found.diagnostics)


def test_where_nothing_is_left_it_says_so() -> None:
    assert check(CLEAN) == ("conflict markers, and nothing that is left to decide",)


def test_what_comes_to_nothing_that_can_be_read_says_so() -> None:
    text = "<<<<<<< ours\n||||||| base\na: &a 1\n=======\na: &a 1\n>>>>>>> theirs\nb: *a\n"
    assert check(text) == ("conflict markers, and what they come to is not YAML",)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    path = tmp_path / "project" / ".stui-workspace.yaml"
    path.write_text(MERGE, encoding="utf-8")
    return path


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return services_in(tmp_path / "home")


def test_it_is_used_only_where_somebody_shows_it(file: Path, services: Services) -> None:
    project = find_project(file.parent, services.home)
    with pytest.raises(UnusableError) as caught:
        load(project, services)
    assert [one.code for one in caught.value.problems[0].diagnostics] == ["Y119"]
    loaded = load(project, services, provisional=True)
    assert loaded.read_only
    assert loaded.workspace.preferences.theme == "dracula"
    file.write_text(GOOD, encoding="utf-8")
    assert not load(project, services, provisional=True).read_only


def test_what_comes_to_no_workspace_is_not_used(file: Path, services: Services) -> None:
    file.write_text(MERGE.replace("  wrap: true\n", "  wrap: [true]\n"), encoding="utf-8")
    with pytest.raises(UnusableError):
        load(find_project(file.parent, services.home), services, provisional=True)


def test_nothing_is_written_to_it(file: Path, services: Services) -> None:
    with pytest.raises(ParseError) as caught:
        edit_file(file, file.parent, lambda one: set_value(one, ("name",), "x"), services)
    assert [one.code for one in caught.value.diagnostics] == ["Y119"]
    assert file.read_text(encoding="utf-8") == MERGE


class TestInASession:
    @pytest.fixture
    def seen(self) -> list[Event]:
        return []

    @pytest.fixture
    def session(self, file: Path, services: Services, seen: list[Event]) -> Iterator[Session]:
        one = Session.open(OpenRequest(file.parent, connect=False), services)
        one.subscribe(seen.append)
        yield one
        asyncio.run(one.close())

    def test_it_opens_with_the_provisional_document(self, session: Session) -> None:
        assert session.workspace.name == "orders"
        assert session.workspace.preferences.theme == "dracula"
        (problems,) = session.problems
        assert [one.code for one in problems.diagnostics] == ["Y119"]

    def test_it_says_so_and_then_that_all_is_well(
        self, session: Session, file: Path, seen: list[Event]
    ) -> None:
        async def look() -> None:
            await session._follower._look(session._services, session._selection)

        asyncio.run(look())
        assert seen == []
        file.write_text(GOOD.replace("dracula", "gruvbox"), encoding="utf-8")
        asyncio.run(look())
        assert session.problems == ()
        assert session.workspace.preferences.theme == "gruvbox"
        assert [type(one) for one in seen] == [events.Reloaded]
        file.write_text(MERGE, encoding="utf-8")
        asyncio.run(look())
        assert [type(one) for one in seen[1:]] == [events.Reloaded, events.Invalid]
        assert session.workspace.preferences.theme == "dracula"
        asyncio.run(look())
        assert len(seen) == 3

    def test_conflicts_that_are_kept_are_told_at_the_start(
        self, session: Session, file: Path, services: Services, seen: list[Event]
    ) -> None:
        sides = (GOOD.replace("dracula", theme).encode() for theme in ("nord", "light", "dark"))
        keep_merge(file, file.parent, Sides(*sides), services)

        async def begin() -> None:
            await session.start()
            await session.close()

        asyncio.run(begin())
        notices = [one for one in seen if isinstance(one, events.Notice) and one.warning]
        assert [(one.text, one.next_step) for one in notices] == [
            ("1 conflict of a merge to settle; the file has ours there", "`stui conflicts`")
        ]
