"""The transcript stays small, whatever is evaluated."""

from __future__ import annotations

import pytest

from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.runtime import transcript

ENTRY = TranscriptEntry(1, "py", "code", "running")


def test_the_oldest_entries_go_first_and_numbers_go_on() -> None:
    entries: tuple[TranscriptEntry, ...] = ()
    for _ in range(transcript.ENTRY_LIMIT + 5):
        number = transcript.next_number(entries)
        entries = transcript.put(entries, TranscriptEntry(number, "py", "", "ok"))
    assert len(entries) == transcript.ENTRY_LIMIT
    assert (entries[0].number, entries[-1].number) == (6, transcript.ENTRY_LIMIT + 5)


def test_only_the_entry_of_that_number_is_replaced() -> None:
    entries = (ENTRY, TranscriptEntry(2, "py", "other", "ok"))
    ended = TranscriptEntry(1, "py", "code", "ok", result="3")
    assert transcript.put(entries, ended) == (ended, entries[1])


@pytest.mark.parametrize("length", [0, 10, 11, 5000])
def test_a_shortened_text_has_both_ends_and_says_what_is_missing(length: int) -> None:
    text = "".join(chr(97 + i % 26) for i in range(length))
    short = transcript.shortened(text, 10)
    if length <= 10:
        assert short == text
    else:
        assert short == f"{text[:5]}\n[{length - 10:,} characters not kept]\n{text[-5:]}"


def test_endless_output_is_bounded_while_it_arrives() -> None:
    collected = transcript.Collected()
    for number in range(400):
        collected.add(Output("stdout", f"{number} " * 1000))
    assert len(collected.text) < 3 * transcript.OUTPUT_LIMIT
    assert collected.text.startswith("0 0 ")
    assert collected.text.endswith("399 399 ")


def test_an_ended_entry_has_output_then_traceback() -> None:
    answer = Answer(Ending.ERROR, error="Traceback")
    entry = transcript.finished(ENTRY, answer, "out\n")
    assert (entry.outcome, entry.output, entry.result) == ("error", "out\nTraceback", None)
