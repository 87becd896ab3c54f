"""Whether a REPL waits for a line, when it was asked to stop."""

from __future__ import annotations

from stui_workspace.connections.prompts.reader import PromptReader, Quiet, Stand

PATIENCE = Quiet()
SOON = PATIENCE.known * 1.5


def having_said(what: bytes) -> PromptReader:
    """One that is known by its prompt, and has said something since a line was sent."""
    reader = PromptReader()
    reader.feed(b">>> ", 0.0)
    reader.settle(Stand.READY)
    reader.sent("print('on')", 1.0)
    reader.feed(what, 2.0)
    return reader


def at_its_prompt() -> PromptReader:
    return having_said(b"on\n>>> ")


def test_a_prompt_is_believed_after_a_moment() -> None:
    assert at_its_prompt().standing(2.0 + SOON) is Stand.READY


def test_a_prompt_from_before_an_interrupt_is_no_answer_to_it() -> None:
    reader = at_its_prompt()
    reader.interrupted(3.0)
    assert reader.standing(3.0 + SOON) is None
    assert reader.due() == 3.0 + PATIENCE.changed
    assert reader.standing(3.0 + PATIENCE.changed) is Stand.READY


def test_a_prompt_that_was_on_its_way_is_no_answer_to_an_interrupt() -> None:
    reader = having_said(b"on\n")
    reader.interrupted(3.0)
    reader.feed(b">>> ", 3.1)
    assert reader.standing(3.1 + SOON) is None
    assert reader.feed(b"\nKeyboardInterrupt\n>>> ", 3.2) == ">>> \nKeyboardInterrupt\n"
    assert reader.due() == 3.2 + PATIENCE.interrupted
    assert reader.standing(3.2 + PATIENCE.interrupted) is Stand.READY


def test_what_is_sent_after_an_interrupt_is_answered_as_ever() -> None:
    reader = at_its_prompt()
    reader.interrupted(3.0)
    reader.feed(b"\nKeyboardInterrupt\n>>> ", 4.0)
    reader.settle(Stand.READY)
    reader.sent("6 * 7", 5.0)
    reader.feed(b"42\n>>> ", 6.0)
    assert reader.standing(6.0 + SOON) is Stand.READY
