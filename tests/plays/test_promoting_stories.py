"""Taking changes over from an open session, and from one that only the disk knows."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from doubles.outside import services_in
from plays.test_session_stories import TEXT, Story
from stui_workspace.errors import StaleRevisionError, StuiError, UsageError
from stui_workspace.layout import Direction, resize
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime import events
from stui_workspace.runtime.loading import load
from stui_workspace.runtime.promoting import hunks_called, hunks_of
from stui_workspace.runtime.promoting.sessions import KeptSession
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.runtime.syncing import versions
from stui_workspace.runtime.syncing.going_back import restore
from stui_workspace.storage.project import find_project


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


async def changed(story: Story) -> Session:
    """A session in which everything that can differ does."""
    session = await story.open(connect=False)
    session.edit("scratch", "1 + 2\n")
    session.edit("notes", "# Notes\nmore\n")
    session.add_buffer(title="Try it", text="x = 1\n", connection="py")
    session.prefer("wrap", False)
    session.describe_buffer("notes", title="What to keep")
    variant = session.arrangement(200)
    session.arrange(variant.having(resize(variant.tree, "scratch", Direction.RIGHT)))
    session.add_connection(ConnectionSpec("build", "socket", url="tcp://localhost:1"))
    return session


ALL = (("buffers",), ("layout",), ("preferences",), ("connections",))


async def test_what_is_taken_is_the_files_and_unsaved_no_more(story: Story) -> None:
    session = await changed(story)
    names = [one.name for one in session.hunks()]
    assert names == [
        "connections.build",
        "buffers.scratch.source",
        "buffers.notes.title",
        "buffers.notes.source",
        "buffers.try-it",
        "layout.work",
        "preferences.wrap",
    ]
    taken = await session.promote(ALL)
    assert taken.problem is None
    assert session.hunks() == ()
    assert not any(one.modified for one in session.buffers())
    assert session.buffer("try-it").spec is not None
    assert (story.project / "notes.md").read_text() == "# Notes\nmore\n"
    assert not session.connection("build").is_ad_hoc
    text = story.file.read_text()
    assert "name: orders  # the one that pays" in text
    assert "      1 + 2\n" in text
    await session.close()
    again = await story.open(connect=False)
    assert again.hunks() == ()
    await again.close()


async def test_the_workbench_is_told_and_what_is_typed_later_is_unsaved_again(story: Story) -> None:
    session = await changed(story)
    story.seen.clear()
    await session.promote([("buffers", "scratch", "source")])
    await story.until(events.Reloaded)
    session.edit("scratch", "3\n")
    assert "buffers.scratch.source" in [one.name for one in session.hunks()]
    await session.close()


async def test_one_hunk_leaves_the_others_in_the_session(story: Story) -> None:
    session = await changed(story)
    before = {one.name for one in session.hunks()}
    await session.promote([("preferences", "wrap")])
    assert {one.name for one in session.hunks()} == before - {"preferences.wrap"}
    assert story.file.read_text() == TEXT + "preferences:\n  wrap: false\n"
    await session.close()


async def test_no_hunk_writes_nothing(story: Story) -> None:
    session = await changed(story)
    before = (story.file.stat().st_mtime_ns, story.file.read_bytes())
    taken = await session.promote([])
    assert (taken.wishes, taken.written) == ((), ())
    assert (story.file.stat().st_mtime_ns, story.file.read_bytes()) == before
    await session.close()


async def test_undo_brings_the_files_and_the_unsaved_back(story: Story) -> None:
    session = await changed(story)
    before, state = session.hunks(), session._memory.state
    await session.promote(ALL)
    await session.unpromote()
    assert story.file.read_text() == TEXT
    assert (story.project / "notes.md").read_text() == "# Notes\n"
    assert [one.name for one in session.hunks()] == [one.name for one in before]
    assert session._memory.state.buffers == state.buffers
    assert session.connection("build").is_ad_hoc
    with pytest.raises(UsageError):
        await session.unpromote()
    await session.close()


async def test_undo_keeps_what_was_typed_since(story: Story) -> None:
    session = await changed(story)
    await session.promote([("buffers", "scratch", "source")])
    session.edit("scratch", "later\n")
    await session.unpromote()
    assert session.buffer("scratch").text == "later\n"
    await session.close()


async def test_undo_over_somebody_elses_edit_is_refused(story: Story) -> None:
    session = await changed(story)
    await session.promote([("preferences", "wrap")])
    story.write(story.file.read_text() + "x-mine: 1\n")
    with pytest.raises(StaleRevisionError):
        await session.unpromote()
    assert "x-mine: 1" in story.file.read_text()
    await session.close()


async def test_the_version_of_before_is_kept_and_can_be_had_back(story: Story) -> None:
    session = await changed(story)
    taken = await session.promote([("preferences", "wrap")])
    (undoing,) = taken.undoing
    revision = undoing.split("`")[1].split()[-1]
    project, services = find_project(story.project), story.services()
    assert any(one.revision.startswith(revision) for one in versions(project, services))
    restore(project, services, revision)
    assert story.file.read_text() == TEXT
    await session.close()


async def test_what_was_edited_is_what_is_written(story: Story) -> None:
    session = await changed(story)
    path = ("buffers", "scratch", "source")
    await session.promote([path], {path: "2 + 2\n"})
    assert session.buffer("scratch").text == "2 + 2\n"
    assert not session.buffer("scratch").modified
    await session.close()


async def test_a_place_that_moved_on_is_not_written_over(story: Story) -> None:
    session = await changed(story)
    story.write(TEXT.replace("1 + 1", "9"))
    with pytest.raises(StuiError):
        await session.promote([("buffers", "scratch", "source")])
    assert "      9\n" in story.file.read_text()
    assert session.buffer("scratch").text == "1 + 2\n"
    await session.close()


async def test_a_file_that_cannot_be_used_is_not_written(story: Story) -> None:
    session = await changed(story)
    story.write("stui: [\n")
    await story.until(events.Invalid)
    with pytest.raises(UsageError):
        session.hunks()
    await session.close()


async def test_a_session_that_is_open_elsewhere_follows_what_was_taken_from_its_journal(
    story: Story,
) -> None:
    session = await changed(story)
    assert session.save()
    kept = KeptSession(find_project(story.project), story.services(), session.id)
    hunks = hunks_of(kept.scene())
    taken = kept.promote(hunks_called(hunks, [("buffers", "scratch"), ("buffers", "try-it")]))
    assert len(taken.written) == 1
    await story.until(events.Reloaded)
    assert not session.buffer("scratch").modified
    assert session.buffer("try-it").spec is not None
    await session.close()


async def test_a_session_that_is_closed_knows_what_was_taken_from_it(story: Story) -> None:
    session = await changed(story)
    name = session.id
    await session.close()
    kept = KeptSession(find_project(story.project), story.services(), name)
    every = [one.wish for one in hunks_of(kept.scene())]
    kept.promote(every)
    assert hunks_of(kept.scene()) == ()
    again = await story.open(connect=False)
    assert [item for item in again.receipt.items if item.outcome.value != "ok"] == []
    assert not any(one.modified or one.outdated for one in again.buffers())
    await again.close()


async def test_a_project_without_a_file_gets_one(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.file.unlink()
    session = await story.open(connect=False)
    session.edit("scratch", "x = 1\n")
    taken = await session.promote([("buffers",), ("connections",)])
    assert taken.problem is None
    assert load(find_project(story.project), story.services()).workspace.buffers["scratch"].source
    assert [one.name for one in session.hunks()] == []
    await session.close()


async def test_a_file_that_cannot_be_written_is_as_it_was(story: Story) -> None:
    session = await changed(story)
    (story.project / "notes.md").unlink()
    os.mkdir(story.project / "notes.md")  # noqa: PTH102
    taken = await session.promote([("preferences",), ("buffers", "notes", "source")])
    assert taken.names == ("preferences.wrap",)
    assert taken.problem is not None
    assert session.buffer("notes").text == "# Notes\nmore\n"
    await session.close()


async def test_a_session_freezes_as_a_file_that_opens_as_it(story: Story) -> None:
    session = await changed(story)
    new = session.freeze(story.project / "frozen.yaml")
    assert new.path.read_text().startswith("# yaml-language-server: $schema=")
    services: Services = services_in(story.home)
    workspace = load(find_project(new.path), services).workspace
    assert workspace.buffers["scratch"].source == "1 + 2\n"
    assert workspace.buffers["notes"].file == "notes.md"
    assert workspace.preferences.wrap is False
    assert "build" in workspace.connections
    with pytest.raises(UsageError):
        session.freeze(story.project / "frozen.yaml")
    again = session.freeze(story.project / "frozen.yaml", force=True)
    assert again.kept is not None
    assert again.kept.read_bytes() == new.path.read_bytes()
    await asyncio.sleep(0)
    await session.close()
