"""Whether a REPL waits for a line, when it was asked to stop."""

from __future__ import annotations

from stui_workspace.connections.prompts.reader import PromptReader, Quiet, Stand

PATIENCE = Quiet()
SOON = PATIENCE.known * 1.5


def at_its_prompt() -> PromptReader:
    """One that has said something, and shows the prompt that it is known by."""
    reader = PromptReader()
    reader.feed(b">>> ", 0.0)
    reader.settle(Stand.READY)
    reader.sent("print('on')", 1.0)
    reader.feed(b"on\n>>> ", 2.0)
    return reader


def test_a_prompt_is_believed_after_a_moment() -> None:
    assert at_its_prompt().standing(2.0 + SOON) is Stand.READY


def test_a_prompt_from_before_an_interrupt_is_no_answer_to_it() -> None:
    reader = at_its_prompt()
    reader.interrupted(3.0)
    assert reader.standing(3.0 + SOON) is None
    assert reader.due() == 3.0 + PATIENCE.changed
    assert reader.standing(3.0 + PATIENCE.changed) is Stand.READY


def test_the_prompt_after_the_answer_is_believed_after_a_moment() -> None:
    reader = at_its_prompt()
    reader.interrupted(3.0)
    reader.feed(b"\nKeyboardInterrupt\n>>> ", 4.0)
    assert reader.standing(4.0 + SOON) is Stand.READY
