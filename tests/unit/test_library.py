"""The library's functions on real files, as another program calls them."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

import stui_workspace as stui
from stui_workspace import errors, events

TEXT = """\
stui: 1
name: orders  # of the shop
connections:
  py: {kind: python}
buffers:
  notes: {kind: text, source: one}
"""
SECONDS = 30.0


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STUI_HOME", str(tmp_path / "home"))
    project = tmp_path / "project"
    project.mkdir()
    file = project / ".stui-workspace.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def replaced(file: Path, text: str) -> None:
    """Write a file as editors do."""
    fresh = file.with_name("being-edited")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


def written_in_place(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def moved_away(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))


class TestSave:
    def test_a_text_replaces_the_one_that_it_was_made_from(self, file: Path) -> None:
        before = stui.revision_of(file.read_bytes())
        after = stui.save(file, TEXT.replace("orders", "bills"), expected=before)
        assert file.read_text(encoding="utf-8") == TEXT.replace("orders", "bills")
        assert after == stui.revision_of(file.read_bytes()) != before

    def test_it_does_not_replace_another_one(self, file: Path) -> None:
        before = stui.revision_of(file.read_bytes())
        replaced(file, TEXT.replace("orders", "theirs"))
        with pytest.raises(errors.StaleRevisionError) as caught:
            stui.save(file, TEXT.replace("orders", "ours"), expected=before)
        assert caught.value.found == stui.revision_of(file.read_bytes())
        assert "theirs" in file.read_text(encoding="utf-8")

    def test_what_is_gone_is_not_what_was_expected(self, file: Path) -> None:
        before = stui.revision_of(file.read_bytes())
        file.unlink()
        with pytest.raises(errors.StaleRevisionError):
            stui.save(file, TEXT, expected=before)
        assert not file.exists()

    def test_a_new_file_is_made_where_there_is_none_and_only_there(self, file: Path) -> None:
        other = file.with_name("stui-workspace.yaml")
        assert stui.save(other, TEXT, expected=None) == stui.revision_of(TEXT.encode())
        with pytest.raises(errors.StaleRevisionError):
            stui.save(other, TEXT, expected=None)

    @pytest.mark.parametrize("text", ["stui: [", "stui: 1\nname: [1]\n"])
    def test_a_text_with_an_error_is_not_written(self, file: Path, text: str) -> None:
        with pytest.raises(errors.WorkspaceError):
            stui.save(file, text, expected=stui.revision_of(TEXT.encode()))
        with pytest.raises(errors.WorkspaceError):
            stui.save(file.with_name("new.yaml"), text, expected=None)
        assert file.read_text(encoding="utf-8") == TEXT
        assert not file.with_name("new.yaml").exists()

    def test_a_secret_is_not_written(self, file: Path) -> None:
        token = "ghp_" + "1234567890abcdefghijABCDEFGHIJ123456"
        text = TEXT.replace("source: one", f"source: {token}")
        for path, expected in (
            (file, stui.revision_of(TEXT.encode())),
            (file.with_name("new.yaml"), None),
        ):
            with pytest.raises(errors.LeakError) as caught:
                stui.save(path, text, expected=expected)
            assert token not in str(caught.value)
        assert file.read_text(encoding="utf-8") == TEXT


class TestVersions:
    def test_what_differs_is_named_by_its_place(self) -> None:
        found = stui.diff_texts(TEXT, TEXT.replace("orders", "bills"))
        assert [(str(one.path), str(one.kind)) for one in found] == [("/name", "changed")]
        assert (found[0].before, found[0].after) == ("orders", "bills")

    def test_a_text_that_is_no_yaml_is_an_error(self) -> None:
        with pytest.raises(errors.ParseError):
            stui.diff_texts(TEXT, "a: [")

    def test_both_sides_changes_come_together(self) -> None:
        theirs = TEXT.replace("source: one", "source: two")
        merged = stui.merge_texts(TEXT, TEXT.replace("orders", "bills"), theirs)
        assert merged.is_clean
        assert merged.text.decode() == TEXT.replace("orders", "bills").replace(": one", ": two")

    def test_a_conflict_is_a_value_and_can_be_answered(self) -> None:
        ours, theirs = TEXT.replace("orders", "ours"), TEXT.replace("orders", "theirs")
        merged = stui.merge_texts(TEXT, ours, theirs)
        (conflict,) = merged.conflicts
        assert merged.text.decode() == ours
        for choice, name in ((stui.Take.THEIRS, "theirs"), (stui.Written("third"), "third")):
            answered = stui.merge_texts(TEXT, ours, theirs, choices={str(conflict.path): choice})
            assert (answered.is_clean, name in answered.text.decode()) == (True, True)


class TestDeciding:
    MARKED = TEXT.replace(
        "name: orders  # of the shop\n",
        "<<<<<<< ours\nname: ours\n||||||| base\nname: orders\n=======\nname: theirs\n>>>>>>> x\n",
    )

    def test_conflicts_in_markers_are_found_and_settled(self, file: Path) -> None:
        file.write_text(self.MARKED, encoding="utf-8")
        (conflict,) = stui.conflicts(file)
        assert (conflict.ours, conflict.theirs) == ("ours", "theirs")
        assert stui.resolve(file.parent, conflict, stui.Take.THEIRS) == ()
        assert stui.load(file).name == "theirs"
        assert "<<<<" not in file.read_text(encoding="utf-8")

    def test_a_conflict_that_is_not_there_is_not_found(self, file: Path) -> None:
        assert stui.conflicts(file) == ()
        with pytest.raises(errors.NotFoundError):
            stui.resolve(file, "/name", stui.Take.OURS)

    def test_without_a_file_there_is_nothing_to_settle(self, file: Path) -> None:
        file.unlink()
        for function in (stui.conflicts, lambda path: stui.set_key(path, "name", "x")):
            with pytest.raises(errors.NotFoundError) as caught:
                function(file.parent)
            assert "stui init" in str(caught.value.next_step)


class TestWatchFile:
    async def test_it_tells_what_is_and_then_what_changes(self, file: Path) -> None:
        async with asyncio.timeout(SECONDS), aclosing(stui.watch_file(file.parent)) as seen_ones:
            first = await anext(seen_ones)
            assert (first.workspace.name, first.event) == ("orders", events.Reloaded(()))
            replaced(file, TEXT.replace("orders", "bills"))
            second = await anext(seen_ones)
            changed = events.Change(("name",), events.ChangeKind.CHANGED)
            assert (second.workspace.name, second.event) == ("bills", events.Reloaded((changed,)))

    async def test_a_broken_file_keeps_the_last_good_state(self, file: Path) -> None:
        async with asyncio.timeout(SECONDS), aclosing(stui.watch_file(file)) as seen_ones:
            await anext(seen_ones)
            replaced(file, "stui: 1\nname: [\n")
            broken = await anext(seen_ones)
            assert isinstance(broken.event, events.Invalid)
            assert broken.workspace.name == "orders"
            replaced(file, TEXT)
            assert isinstance((await anext(seen_ones)).event, events.Reloaded)

    async def test_a_file_that_goes_is_told_once_it_stays_away(self, file: Path) -> None:
        async with asyncio.timeout(SECONDS), aclosing(stui.watch_file(file)) as seen_ones:
            await anext(seen_ones)
            moved_away(file)
            gone = await anext(seen_ones)
            assert (gone.event, gone.workspace.name) == (events.Gone(), "orders")
            replaced(file, TEXT.replace("orders", "back"))
            assert (await anext(seen_ones)).workspace.name == "back"

    async def test_a_file_that_is_emptied_before_it_is_written_is_waited_for(
        self, file: Path
    ) -> None:
        async with asyncio.timeout(SECONDS), aclosing(stui.watch_file(file)) as seen_ones:
            await anext(seen_ones)
            written_in_place(file, "")
            next_one = asyncio.ensure_future(anext(seen_ones))
            written_in_place(file, TEXT.replace("orders", "whole"))
            seen = await next_one
            assert seen.workspace.name == "whole"

    async def test_it_writes_nothing(self, file: Path, tmp_path: Path) -> None:
        async with asyncio.timeout(SECONDS), aclosing(stui.watch_file(file)) as seen_ones:
            await anext(seen_ones)
        assert [path.name for path in file.parent.iterdir()] == [file.name]
        assert not (tmp_path / "home").exists()

    async def test_an_environment_that_is_not_there_is_said_at_once(self, file: Path) -> None:
        async with aclosing(stui.watch_file(file, environment="none")) as seen_ones:
            with pytest.raises(errors.NotFoundError):
                await anext(seen_ones)


class TestOpenSession:
    async def test_a_folder_is_enough_and_what_was_typed_comes_back(self, file: Path) -> None:
        async with stui.open_session(file.parent) as session:
            session.edit("notes", "typed")
        async with stui.open_session(str(file)) as session:
            assert session.buffer("notes").text == "typed"
            assert session.receipt.restored_count

    async def test_a_listener_that_fails_keeps_nothing_from_being_saved(self, file: Path) -> None:
        told: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, about: told.append(about))

        def listener(_event: stui.Event) -> None:
            raise ZeroDivisionError

        async with stui.open_session(file, listener=listener) as session:
            session.edit("notes", "typed")
        async with stui.open_session(file) as session:
            assert session.buffer("notes").text == "typed"
        assert {type(about["exception"]) for about in told} == {ZeroDivisionError}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (events.Gone(), "the workspace file was deleted; the last good state stays"),
        (events.Reloaded(()), "reloaded: nothing changed"),
        (events.Notice("a\x1b[2Jb", "do c"), "a␛[2Jb; do c"),
        (events.CopyFound("x", "merged", "why"), "conflict copy x merged: why"),
        (events.Returned("py", same=False, waiting_count=0), "py is back, as a new start of the"),
        (events.Modified(), None),
        (events.OutputArrived(1, "stdout", "x"), None),
    ],
)
def test_events_have_words(event: stui.Event, words: str | None) -> None:
    found = stui.words_of(event)
    assert found == words or (words is not None and (found or "").startswith(words))


def test_words_are_bounded() -> None:
    found = stui.words_of(events.Notice("x" * 5000))
    assert found is not None
    assert len(found) <= 300
