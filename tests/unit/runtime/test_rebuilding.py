"""What is gone with a life of a backend, and what would bring it back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.session import TranscriptEntry
from stui_workspace.model.workspace import SnippetSpec
from stui_workspace.runtime.receipts.rebuilding import Past, last_life, rebuild_of

OLD, NEW = "old", "new"


def made(number: int, code: str, outcome: str = "ok", **rest: str) -> TranscriptEntry:
    life, connection = rest.get("life", OLD), rest.get("connection", "py")
    return TranscriptEntry(number, connection, code, outcome, at=float(number), incarnation=life)


def test_what_went_well_in_the_last_life_is_listed_and_the_rest_is_counted() -> None:
    entries = (
        made(1, "a = 1"),
        made(2, "1 / 0", "error"),
        made(3, "b = 2", connection="other"),
        made(4, "c = 3", "lost"),
        made(5, "d = 4", life=NEW),
    )
    found = rebuild_of(("py", OLD), entries)
    assert (found.inputs, found.gone_count) == (("a = 1",), 3)


def test_the_same_input_twice_is_there_twice_for_it_may_count() -> None:
    entries = (made(1, "n = 0"), made(2, "n += 1"), made(3, "n += 1"))
    assert rebuild_of(("py", OLD), entries).inputs == ("n = 0", "n += 1", "n += 1")


def test_the_history_adds_what_the_transcript_has_no_more_and_nothing_twice() -> None:
    history = (Past(0.5, "import x"), Past(1.0, "a = 1"))
    found = rebuild_of(("py", OLD), (made(1, "a = 1"),), history)
    assert found.inputs == ("import x", "a = 1")


def test_what_sets_the_connection_up_comes_first_in_the_pad() -> None:
    setup = (SnippetSpec("s", "import x\n\n"),)
    found = rebuild_of(("py", OLD), (made(1, "def f():\n    pass\n"), made(2, "  ")), (), setup)
    assert found.code == "import x\ndef f():\n    pass\n"


def test_the_last_life_is_the_newest_that_is_not_the_current_one() -> None:
    entries = (made(1, "a", life="older"), made(2, "b"), made(3, "c", life=NEW))
    assert last_life(entries, "py", NEW) == OLD
    assert last_life(entries, "py", None) == NEW
    assert last_life((made(1, "a", life=NEW),), "py", NEW) is None
    assert last_life(entries, "other", NEW) is None


lives = st.sampled_from([OLD, NEW])
outcomes = st.sampled_from(["ok", "error", "lost", "running", "refused"])


@given(st.lists(st.tuples(lives, outcomes, st.sampled_from("abc"))))
def test_nothing_that_failed_or_is_of_another_life_is_offered(
    rows: list[tuple[str, str, str]],
) -> None:
    entries = [made(at, code, out, life=life) for at, (life, out, code) in enumerate(rows)]
    found = rebuild_of(("py", OLD), entries)
    wanted = [code for life, out, code in rows if life == OLD and out == "ok"]
    assert list(found.inputs) == wanted
    assert found.gone_count == sum(life == OLD for life, _, _ in rows)
