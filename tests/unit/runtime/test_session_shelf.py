"""Sessions that are not open: named, cloned, removed, brought back, pruned, counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.errors import NotFoundError, UnusableError, UsageError, VersionError
from stui_workspace.history import Entry
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.runtime.connecting.inputs import history_of
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.runtime.sessions.pruning import CHANGED, NEWEST, OPEN, UNREADABLE, Rule
from stui_workspace.runtime.sessions.statistics import chart
from stui_workspace.storage.known_projects import KnownProject, note_project
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.snapshots.store import SnapshotStore
from support.kept_sessions import DAY, NOW, Shelf, shelf_in


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


class TestNames:
    def test_the_name_changes_and_every_other_byte_stays(self, shelf: Shelf) -> None:
        shelf.keep("main", unsaved=2)
        before = shelf.store.path_of("main").read_text()
        assert shelf.catalogue.rename("main", "  big refactoring ") == "big refactoring"
        after = shelf.store.path_of("main").read_text()
        changed = before.replace("name: main", "name: big refactoring")
        assert after.splitlines()[:-1] == changed.splitlines()[:-1]
        assert shelf.store.load("main").problems == ()
        assert shelf.catalogue.named("big refactoring").id == "main"

    @pytest.mark.parametrize(
        "name", ["", "  ", "x" * 61, "a\nb", "\x1b[31m", "a@b", "-x", "?", "other", "its name"]
    )
    def test_what_cannot_be_one_is_refused(self, shelf: Shelf, name: str) -> None:
        shelf.keep("main")
        shelf.keep("other", name="its name")
        before = shelf.contents()
        with pytest.raises(UsageError):
            shelf.catalogue.rename("main", name)
        assert shelf.contents() == before

    def test_what_the_journal_has_comes_back_under_the_new_name(self, shelf: Shelf) -> None:
        shelf.keep("main", closed=False)
        request = OpenRequest(shelf.project.root)
        folder = shelf.store.folder
        opening = open_session(request, shelf.services, folder)
        assert opening.keeping.lock is not None
        meta = items_of(replace(opening.state, meta=replace(opening.state.meta, evaluations=7)))
        opening.keeping.journal.append({"meta": meta["meta"], "preferences": {"a": 1}}, NOW)
        opening.keeping.lock.release()
        shelf.catalogue.rename("main", "new")
        state = kept_session(shelf.store, "main").state
        assert (state.meta.name, state.meta.evaluations) == ("new", 7)
        assert state.preferences == {"a": 1}

    def test_one_that_is_open_is_refused(self, shelf: Shelf) -> None:
        shelf.keep("main")
        lock = shelf.store.acquire("main")
        assert lock is not None
        with lock, pytest.raises(UsageError, match="is open in another stui"):
            shelf.catalogue.rename("main", "new")

    @pytest.mark.parametrize("content", ["stui-session: [\n", "a: 1\n", "stui-session: 1\n", ""])
    def test_one_that_cannot_be_read_is_left_as_it_is(self, shelf: Shelf, content: str) -> None:
        shelf.keep("main")
        shelf.store.path_of("main").write_text(content)
        with pytest.raises(UsageError):
            shelf.catalogue.rename("main", "new")
        assert shelf.store.path_of("main").read_text() == content

    def test_a_hand_made_change_is_not_made_to_look_whole(self, shelf: Shelf) -> None:
        shelf.keep("main")
        path = shelf.store.path_of("main")
        path.write_text(path.read_text().replace("opens: 1", "opens: 2"))
        with pytest.raises(UsageError, match="not as it was written"):
            shelf.catalogue.rename("main", "new")


class TestClones:
    def test_it_has_all_of_it_and_the_original_is_as_it_was(self, shelf: Shelf) -> None:
        state = shelf.keep("main", ago=9.0, unsaved=2)
        shelf.snapshot(state)
        shelf.journal("main", "typed late")
        before = shelf.contents()
        made = shelf.catalogue.clone("main", "Try it!")
        assert (made.id, made.name, made.problems, made.has_snapshots) == (
            *("try-it", "Try it!"),
            *((), True),
        )
        after = shelf.contents()
        assert {name: after[name] for name in before} == before
        copied = shelf.store.load("try-it").state
        assert {*copied.buffers} == {*state.buffers, "typed"}
        assert (copied.layout, copied.transcript) == (state.layout, state.transcript)
        assert (copied.meta.saved, copied.meta.closed, copied.meta.opens) == (NOW, True, 0)
        snapshots = SnapshotStore(shelf.store.folder.snapshots_of("try-it"))
        assert len(snapshots.log()) == 1

    def test_what_waits_or_runs_stays_with_the_original(self, shelf: Shelf) -> None:
        state = shelf.keep("main")
        running = TranscriptEntry(2, "py", "x", "running", at=NOW, request="r-1")
        busy = replace(
            state, outbox=(Waiting("w", "py", "y", NOW),), transcript=(*state.transcript, running)
        )
        shelf.store.save(busy)
        made = shelf.catalogue.clone("main")
        copied = shelf.store.load(made.id).state
        assert copied.outbox == ()
        assert [(one.outcome, one.request) for one in copied.transcript] == [
            ("ok", ""),
            ("lost", ""),
        ]
        assert shelf.store.load("main").state.outbox == busy.outbox

    def test_without_a_name_it_is_called_a_copy_and_counted_on(self, shelf: Shelf) -> None:
        shelf.keep("main")
        assert shelf.catalogue.clone("main").id == "main-copy"
        with pytest.raises(UsageError, match="is called `main-copy` already"):
            shelf.catalogue.clone("main")

    def test_one_that_is_open_can_be_cloned(self, shelf: Shelf) -> None:
        shelf.keep("main")
        lock = shelf.store.acquire("main")
        assert lock is not None
        with lock:
            assert shelf.catalogue.clone("main", "other").id == "other"

    def test_one_that_cannot_be_read_cannot(self, shelf: Shelf) -> None:
        shelf.store.path_of("main").parent.mkdir(parents=True)
        shelf.store.path_of("main").write_text("[")
        with pytest.raises(UnusableError):
            shelf.catalogue.clone("main")
        assert shelf.ids == ["main"]


class TestRemoving:
    def test_one_undo_brings_back_all_that_one_command_removed(self, shelf: Shelf) -> None:
        for name in ("a", "b", "c"):
            shelf.snapshot(shelf.keep(name))
        before = shelf.contents()
        shelf.catalogue.remove(["a"])
        shelf.services.clock.advance(1.0)  # type: ignore[attr-defined]
        shelf.catalogue.remove(["b", "c", "b"])
        assert shelf.ids == []
        assert {one.session for one in shelf.catalogue.undo()} == {"b", "c"}
        assert [one.session for one in shelf.catalogue.undo()] == ["a"]
        assert shelf.contents() == before
        with pytest.raises(UsageError, match="no removed session"):
            shelf.catalogue.undo()

    def test_one_is_brought_back_by_its_name(self, shelf: Shelf) -> None:
        shelf.keep("a", name="the first")
        shelf.keep("b")
        shelf.catalogue.remove(["a", "b"])
        assert [one.session for one in shelf.catalogue.undo("the first")] == ["a"]
        assert shelf.ids == ["a"]
        with pytest.raises(NotFoundError):
            shelf.catalogue.undo("nope")

    def test_where_the_id_was_given_away_it_comes_back_under_another(self, shelf: Shelf) -> None:
        old = shelf.keep("main", unsaved=3)
        shelf.catalogue.remove(["main"])
        new = shelf.keep("main")
        (back,) = shelf.catalogue.undo()
        assert (back.session, back.was) == ("main-back", "main")
        assert shelf.store.load("main").state == new
        assert shelf.store.load("main-back").state.buffers == old.buffers

    def test_where_one_is_open_none_is_removed(self, shelf: Shelf) -> None:
        shelf.keep("a")
        shelf.keep("b")
        lock = shelf.store.acquire("b")
        assert lock is not None
        with lock, pytest.raises(UsageError, match="session `b` is open"):
            shelf.catalogue.remove(["a", "b"])
        assert sorted(shelf.ids) == ["a", "b"]

    def test_one_that_cannot_be_read_can_be_removed_and_comes_back(self, shelf: Shelf) -> None:
        shelf.keep("a")
        shelf.store.path_of("a").write_text("stui-session: 99\n")
        before = shelf.contents()
        shelf.catalogue.remove(["a"])
        shelf.catalogue.undo()
        assert shelf.contents() == before


class TestPruning:
    def test_all_that_is_given_must_be_true(self, shelf: Shelf) -> None:
        for number in range(6):
            shelf.keep(f"s-{number}", ago=number * 10 * DAY)
        rule = Rule(older=25 * DAY, keep=4)
        assert [one.id for one in shelf.catalogue.plan(rule).going] == ["s-4", "s-5"]
        assert [one.id for one in shelf.catalogue.plan(Rule(older=25 * DAY)).going] == [
            *("s-3", "s-4", "s-5")
        ]

    def test_by_size(self, shelf: Shelf) -> None:
        shelf.keep("newest")
        shelf.keep("small", ago=1.0)
        shelf.keep("large", ago=2.0, unsaved=400)
        assert [
            one.id for one in shelf.catalogue.plan(Rule(larger=10_000, unsaved=True)).going
        ] == ["large"]

    def test_what_stays_all_the_same_is_named_with_the_reason(self, shelf: Shelf) -> None:
        shelf.keep("newest", ago=40 * DAY)
        shelf.keep("open", ago=50 * DAY, closed=False)
        shelf.keep("unsaved", ago=51 * DAY, unsaved=1)
        shelf.keep("journalled", ago=52 * DAY)
        shelf.journal("journalled", "typed")
        shelf.keep("crashed", ago=53 * DAY, closed=False)
        shelf.keep("bad")
        shelf.store.path_of("bad").write_text("[")
        lock = shelf.store.acquire("open")
        assert lock is not None
        with lock:
            plan = shelf.catalogue.plan(Rule(older=30 * DAY))
        assert [one.id for one in plan.going] == ["crashed"]
        assert {one.id: one.spared for one in plan.staying} == {
            "newest": NEWEST,
            "open": OPEN,
            "unsaved": "it has 1 unsaved text",
            "journalled": "it has 1 unsaved text",
            "bad": UNREADABLE,
        }

    def test_planning_changes_nothing(self, shelf: Shelf) -> None:
        shelf.keep("a", closed=False)
        shelf.keep("b", ago=9 * DAY)
        before = shelf.contents()
        shelf.catalogue.plan(Rule(keep=0))
        assert shelf.contents() == before

    def test_what_was_opened_or_changed_since_stays(self, shelf: Shelf) -> None:
        shelf.keep("newest")
        for name in ("changed", "open", "typed", "gone", "old"):
            shelf.keep(name, ago=9 * DAY)
        rule = Rule(older=DAY)
        plan = shelf.catalogue.plan(rule)
        assert len(plan.going) == 5
        shelf.keep("changed", ago=8 * DAY)
        shelf.journal("typed", "typed")
        shelf.catalogue.remove(["gone"])
        lock = shelf.store.acquire("open")
        assert lock is not None
        with lock:
            done = shelf.catalogue.prune(plan, rule)
        assert [one.id for one in done.going] == ["old"]
        assert {one.id: one.spared for one in done.staying} == {
            "changed": CHANGED,
            "gone": CHANGED,
            "open": OPEN,
            "typed": "it has 1 unsaved text",
        }

    def test_one_undo_brings_all_of_it_back(self, shelf: Shelf) -> None:
        for number in range(5):
            shelf.keep(f"s-{number}", ago=number * DAY)
        before = shelf.contents()
        rule = Rule(keep=1)
        done = shelf.catalogue.prune(shelf.catalogue.plan(rule), rule)
        assert len(done.going) == 4
        assert shelf.ids == ["s-0"]
        shelf.catalogue.undo()
        assert shelf.contents() == before

    def test_a_rule_that_says_nothing_is_refused(self) -> None:
        with pytest.raises(UsageError, match="a rule is missing"):
            Rule()


class TestLists:
    def test_what_is_damaged_foreign_or_newer_is_named_and_the_rest_works(
        self, shelf: Shelf
    ) -> None:
        shelf.keep("main", unsaved=2)
        bad = {"damaged": "[", "foreign": "a: 1\n", "newer": "stui-session: 9\nmeta: {id: x}\n"}
        for name, content in bad.items():
            shelf.store.path_of(name).write_text(content)
        shelf.store.path_of("binary").write_bytes(b"\xff\x00" * 100)
        rows = {one.handle: one for one in shelf.catalogue.rows()}
        assert {name for name, one in rows.items() if one.problem} == {*bad, "binary"}
        assert rows["main"].unsaved_count == 2
        for name in (*bad, "binary"):
            assert shelf.catalogue.details(name).problem
        assert shelf.catalogue.details("main").problem is None

    def test_what_the_journal_has_counts_as_unsaved(self, shelf: Shelf) -> None:
        shelf.keep("main", unsaved=1)
        shelf.journal("main", "typed")
        assert shelf.catalogue.rows()[0].unsaved_count == 2

    def test_a_newer_format_is_told_as_such_when_one_does_something_with_it(
        self, shelf: Shelf
    ) -> None:
        shelf.keep("main")
        path = shelf.store.path_of("main")
        path.write_text("stui-session: 9\nmeta:\n  id: x\nbuffers: {}\n")
        with pytest.raises((VersionError, UsageError)):
            shelf.catalogue.rename("main", "new")

    def test_projects_the_last_opened_first_and_what_is_gone_is_missing(
        self, shelf: Shelf, tmp_path: Path
    ) -> None:
        shelf.keep("main")
        for name, opened in (("gone", 3.0), ("empty", 2.0), ("orders", 1.0)):
            root = tmp_path / name
            folder = shelf.services.locations.workspace(root)
            note_project(KnownProject(folder, root, "", opened), shelf.services.fs)
        elsewhere = shelf_in(tmp_path / "x")
        lost = shelf.services.locations.workspace(tmp_path / "gone")
        lost.sessions.mkdir(parents=True)
        elsewhere.keep("main")
        content = elsewhere.store.path_of("main").read_bytes()
        (lost.sessions / "main.yaml").write_bytes(content)
        found = [(one.name, one.session_count, one.is_missing) for one in shelf.catalogue.recents()]
        assert found == [("gone", 1, True), ("orders", 1, False)]


class TestStatistics:
    def test_sessions_and_history_are_counted_together_and_nothing_twice(
        self, shelf: Shelf
    ) -> None:
        shelf.keep("main", ago=10.0, opens=3, seconds=100.0, evaluations=5)
        shelf.keep("other", ago=20.0, opens=1, seconds=50.0, evaluations=1)
        shelf.store.path_of("bad").write_text("[")
        log = history_of(shelf.services)
        workspace = shelf.store.folder.path.name
        for at, connection, where in (
            *((NOW - 10.0, "py", workspace), (NOW - 3600.0, "py", workspace)),
            *((NOW - 3601.0, "stage", workspace), (NOW - 5.0, "py", "another")),
        ):
            log.append(Entry(at, connection, "x", where))
        found = shelf.catalogue.statistics()
        assert (found.session_count, found.seconds, found.opens, found.evaluations) == (
            *(2, 150.0),
            *(4, 6),
        )
        assert found.connections == {"py": 3, "stage": 1}
        assert sum(found.hours) == 4

    def test_of_one_session_alone(self, shelf: Shelf) -> None:
        shelf.keep("main", opens=3)
        shelf.keep("other", opens=1)
        found = shelf.catalogue.statistics("main")
        assert (found.session_count, found.opens, found.connections) == (1, 3, {"py": 1})

    def test_none(self, shelf: Shelf) -> None:
        found = shelf.catalogue.statistics()
        assert (found.session_count, found.busiest, found.first) == (0, None, None)

    def test_times_that_no_calendar_has_are_passed_over(self, shelf: Shelf) -> None:
        state = shelf.keep("main")
        entry = TranscriptEntry(2, "py", "x", "ok", at=1e300)
        shelf.store.save(replace(state, transcript=(entry,)))
        assert sum(shelf.catalogue.statistics().hours) == 0

    @pytest.mark.parametrize(
        ("hours", "drawn"), [([], ""), ([0, 0], "  "), ([1, 10_000], "▁█"), ([3] * 3, "███")]
    )
    def test_what_was_done_at_all_is_seen(self, hours: list[int], drawn: str) -> None:
        assert chart(hours) == drawn
