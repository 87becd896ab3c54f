"""What is kept: every character, or a gap that stands for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.connections.protocol.messages import OutputEvent
from stui_workspace.connections.serving import records
from stui_workspace.connections.serving.journal import Journal
from stui_workspace.connections.serving.kept import (
    ANSWER_LENGTH,
    PIECE_LENGTH,
    Kept,
    Limits,
    clipped,
    replay,
)

SMALL = Limits(output_bytes=6000, evaluation_bytes=3000, result_bytes=20_000, evaluation_count=5)
texts = st.text(alphabet="ab\n\x1bж💥\ud800", min_size=1, max_size=30).map(lambda text: text * 20)
outputs = st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), texts), max_size=40)
GONE = re.compile(
    r"\A\[stui: (?:at most )?([\d,]+) characters of output are not kept any more\]\n\Z"
)


def lengths(events: list[OutputEvent]) -> tuple[int, int]:
    """Characters that are there, and those that gaps stand for."""
    there = sum(len(one.text) for one in events if one.stream != "gap")
    found = (GONE.match(one.text) for one in events if one.stream == "gap")
    gone = sum(int(match[1].replace(",", "")) for match in found if match)
    return there, gone


@given(outputs)
def test_without_a_limit_all_is_there_in_order(said: list[tuple[str, str]]) -> None:
    kept = Kept()
    evaluation = kept.ask("a", "me", 0.0)
    for stream, text in said:
        kept.put_out(evaluation, Output(stream, text), 0.0)
    events = list(replay(evaluation, 0))
    for stream in ("stdout", "stderr"):
        expected = "".join(text for one, text in said if one == stream)
        assert "".join(one.text for one in events if one.stream == stream) == expected
    numbers = [one.number for one in events]
    assert numbers == sorted(set(numbers))
    assert not events or numbers[-1] == len(said)


@given(outputs, st.integers(0, 45))
def test_whatever_was_heard_nothing_is_missing_and_nothing_twice(
    said: list[tuple[str, str]], heard: int
) -> None:
    kept = Kept(SMALL)
    evaluation = kept.ask("a", "me", 0.0)
    for stream, text in said:
        kept.put_out(evaluation, Output(stream, text), 0.0)
    there, gone = lengths(list(replay(evaluation, heard)))
    unheard = sum(len(text) for _, text in said[heard:])
    assert there <= unheard <= there + gone
    if heard == 0:
        assert there + gone == unheard


@given(st.lists(st.tuples(st.integers(0, 7), texts), max_size=60))
def test_the_limits_hold_and_results_outlive_output(said: list[tuple[int, str]]) -> None:
    kept = Kept(SMALL)
    for number, text in said:
        name = str(number)
        evaluation = kept.evaluations.get(name) or kept.ask(name, "me", 0.0)
        if evaluation.result is None:
            kept.put_out(evaluation, Output("stdout", text), 0.0)
            if len(text) % 40 == 0:
                kept.end(evaluation, Answer(Ending.OK, result=text), 0.0)
        weights = [sum(piece.weight for piece in one.pieces) for one in kept.evaluations.values()]
        assert sum(weights) <= SMALL.output_bytes
        assert max(weights, default=0) <= SMALL.evaluation_bytes
        ended = [one for one in kept.evaluations.values() if one.result is not None]
        assert len(ended) <= SMALL.evaluation_count
    for evaluation in kept.evaluations.values():
        there, gone = lengths(list(replay(evaluation, 0)))
        assert there + gone == evaluation.output_length


def test_a_long_text_comes_in_pieces_that_fit() -> None:
    kept = Kept()
    evaluation = kept.ask("a", "me", 0.0)
    pieces = kept.put_out(evaluation, Output("stdout", "\x00" * (3 * PIECE_LENGTH + 1)), 0.0)
    assert [len(piece.text) for piece in pieces] == [PIECE_LENGTH] * 3 + [1]
    assert len(list(replay(evaluation, 0))) == 4


@pytest.mark.parametrize("length", [0, ANSWER_LENGTH, ANSWER_LENGTH + 1, 1 << 20])
def test_answers_are_clipped_and_say_so(length: int) -> None:
    text = clipped("x" * length) or ""
    assert len(text) <= ANSWER_LENGTH + 50
    assert ("more characters]" in text) == (length > ANSWER_LENGTH)


@given(outputs, st.integers(0, 2000))
def test_a_journal_that_is_cut_anywhere_is_read_and_nothing_is_made_up(
    said: list[tuple[str, str]], missing: int
) -> None:
    """Whatever the crash left, the text that comes back is the beginning of the text that was."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "00000001.log"
        journal = Journal(Path(folder), lambda found: found, pytest.fail)
        list(journal.open())
        kept = Kept()
        evaluation = kept.ask("a", "me", 0.0)
        evaluation.has_begun = True
        journal.append(records.asked(evaluation))
        for stream, text in said:
            for piece in kept.put_out(evaluation, Output(stream, text), 0.0):
                journal.append(records.put_out(evaluation, piece))
        journal.append(records.ended(evaluation, kept.end(evaluation, Answer(Ending.OK), 1.0)))
        journal.close()
        content = written.read_bytes()
        written.write_bytes(content[: max(0, len(content) - missing)])

        again = Kept()
        journal = Journal(Path(folder), lambda found: found, pytest.fail)
        lost = list(records.restore(again, journal.open(), 2.0))
        journal.close()
    found = again.evaluations.get("a")
    whole = "".join(text for _, text in said)
    if found is None:
        assert missing > 0
        return
    came_back = "".join(piece.text for piece in found.pieces)
    assert whole.startswith(came_back)
    assert found.result is not None
    assert found.result.ending is (Ending.LOST if lost else Ending.OK)
    if missing == 0:
        assert (came_back, lost) == (whole, [])


KEYS = "type id seq number stream text at before client asked ending count".split()  # noqa: SIM905
VALUES = ["asked", "begun", "output", "ended", "a", "b", "stdout", "ok", 0, 1, 7, 3.5, None, -1, []]


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)), max_size=20))
def test_records_of_somebody_else_do_no_harm(given: list[dict[str, object]]) -> None:
    kept = Kept(SMALL)
    list(records.restore(kept, given, 0.0))
    for evaluation in kept.evaluations.values():
        assert evaluation.result is not None
        list(replay(evaluation, 0))
