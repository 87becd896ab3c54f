"""Laws of the output of an evaluation: order, bounds, and nothing that is missing unsaid."""

from __future__ import annotations

import re
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.connections.python.child import outlet
from stui_workspace.connections.python.child.outlet import Outlet

LIVE, LATE = 12, 8
"""Small, so that most stories go beyond them."""
NOTE = re.compile(r"\n?\[stui: [^]]*\]\n")
LEFT_OUT = re.compile(r"\[stui: ([\d,]+) bytes of output left out here\]")
STREAMS = st.sampled_from(["stdout", "stderr"])
WAYS = st.booleans()
LETTERS = st.binary(max_size=30).map(lambda content: bytes(65 + byte % 26 for byte in content))
STORIES = st.lists(st.tuples(STREAMS, WAYS, LETTERS), max_size=12)


class Setting:
    """An outlet, what it sent, and the pipe past Python that it reads."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.pipe: list[tuple[str, bytes]] = []
        self.outlet = Outlet(lambda stream, text: self.sent.append((stream, text)), self.read)

    def read(self) -> list[tuple[str, bytes]]:
        content, self.pipe = self.pipe, []
        return content

    def say(self, stream: str, past_python: bool, content: bytes) -> None:
        if past_python:
            self.pipe.append((stream, content))
            self.outlet.pump()
        else:
            self.outlet.write((stream, False), content)

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.sent)


def told(before: list[tuple[str, bool, bytes]], during: list[tuple[str, bool, bytes]]) -> Setting:
    """An evaluation, and what was said before it began and while it ran."""
    setting = Setting()
    with patch.object(outlet, "LIVE_BYTES", LIVE), patch.object(outlet, "LATE_BYTES", LATE):
        for one in before:
            setting.say(*one)
        setting.outlet.begin()
        for one in during:
            setting.say(*one)
        setting.outlet.end()
    return setting


def content(story: list[tuple[str, bool, bytes]]) -> bytes:
    return b"".join(piece for _, _, piece in story)


@given(STORIES)
def test_all_of_a_little_and_the_ends_of_a_lot(story: list[tuple[str, bool, bytes]]) -> None:
    said = content(story).decode()
    sent = told([], story)
    dropped = max(0, len(said) - LIVE - LATE)
    middle = "" if dropped else said[LIVE:]
    assert NOTE.sub("", sent.text) == said[:LIVE] + (said[-LATE:] if dropped else middle)
    counts = [int(count.replace(",", "")) for count in LEFT_OUT.findall(sent.text)]
    assert counts == ([dropped] if dropped else [])


@given(STORIES)
def test_each_letter_stays_on_its_stream(story: list[tuple[str, bool, bytes]]) -> None:
    said = [(stream, chr(byte)) for stream, _, piece in story for byte in piece]
    sent = told([], story)
    letters = [
        (stream, letter)
        for stream, text in sent.sent
        for letter in ("" if "[stui: " in text else text)
    ]
    assert letters == said[: len(letters)] or letters == said[:LIVE] + said[-LATE:]


@given(STORIES, STORIES)
def test_what_was_said_before_comes_first_and_counts_as_well(
    before: list[tuple[str, bool, bytes]], during: list[tuple[str, bool, bytes]]
) -> None:
    early = content(before).decode()
    text = NOTE.sub("", told(before, during).text)
    assert text.startswith(early[-LATE:])
    assert len(text) <= LIVE + LATE


@given(STORIES)
def test_nothing_is_sent_while_nothing_runs(story: list[tuple[str, bool, bytes]]) -> None:
    setting = told([], [])
    with patch.object(outlet, "LATE_BYTES", LATE):
        for one in story:
            setting.say(*one)
    assert setting.sent == []


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers(1, 5)), WAYS)
def test_characters_survive_whatever_pieces_they_come_in(
    text: str, sizes: list[int], past_python: bool
) -> None:
    rest, story = text.encode(), []
    for size in sizes:
        story.append(("stdout", past_python, rest[:size]))
        rest = rest[size:]
    story.append(("stdout", past_python, rest))
    setting = Setting()
    setting.outlet.begin()
    for one in story:
        setting.say(*one)
    setting.outlet.end()
    assert setting.text == text


@given(st.text(st.characters(min_codepoint=0x800, max_codepoint=0xFFF), min_size=20))
def test_a_cut_never_shows_a_piece_of_a_character_in_the_tail(text: str) -> None:
    sent = told([], [("stdout", False, text.encode())])
    assert NOTE.sub("", sent.text).replace("\ufffd", "")[-1] == text[-1]
    assert "\ufffd" not in sent.text.rpartition("]\n")[2]
