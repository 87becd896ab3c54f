"""`stui trust` asks at the terminal, hears nothing that was typed before, and no is its default."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.pulled import Story

STUI = str(Path(sys.executable).with_name("stui"))
CONSENT = 6
QUESTION = "Approve it? [y/N]"


def changed(story: Story) -> Story:
    story.push(story.text(story.evil.url))
    return story


def test_only_a_yes_after_the_question_is_one(story: Story) -> None:
    changed(story)
    with story.terminal(STUI, "trust") as screen:
        screen.wait_for(QUESTION)
        screen.type("y\r")
        assert screen.wait_for_end() == 0
    assert story.record()["state"] == "approved"


def test_enter_is_no(story: Story) -> None:
    changed(story)
    with story.terminal(STUI, "trust") as screen:
        text = screen.wait_for(QUESTION)
        assert f"url changed: {story.good.url} -> {story.evil.url}" in text
        screen.press("enter")
        assert screen.wait_for_end() == CONSENT
    assert story.record()["state"] == "changed since it was approved"


def test_what_was_typed_ahead_is_thrown_away(story: Story) -> None:
    changed(story)
    with story.terminal(STUI, "trust") as screen:
        screen.type("y\ry\ryes\r")  # while it starts
        screen.wait_for(QUESTION)
        screen.press("enter")
        assert screen.wait_for_end() == CONSENT
    assert story.record()["state"] == "changed since it was approved"


def test_a_file_on_standard_input_answers_nothing(story: Story) -> None:
    changed(story)
    (story.clone.root.parent / "answers").write_text("y\ny\n")
    with story.terminal("sh", "-c", f"{STUI} trust < ../answers") as screen:
        screen.wait_for(QUESTION)
        screen.press("enter")
        assert screen.wait_for_end() == CONSENT


def test_without_a_terminal_nothing_is_approved(story: Story) -> None:
    changed(story)
    ran = subprocess.run(
        [STUI, "trust"],
        cwd=story.clone.root,
        env=story.clone.environ,
        input="y\ny\n",
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
        start_new_session=True,
    )
    assert ran.returncode == CONSENT
    assert "--digest" in ran.stderr
    assert story.record()["state"] == "changed since it was approved"
    assert story.evil.count == 0
