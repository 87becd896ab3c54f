"""What a list says of a session without parsing all of its file is what parsing says."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.model.session import BufferState, LayoutState, SessionMeta, SessionState
from stui_workspace.storage.sessions.format import session_yaml
from stui_workspace.storage.sessions.glances import HEAD_BYTES, head_in, head_of, unsaved_in

META = SessionMeta("a", "a", "m", 1.0, 2.0, 3.0)
HOSTILE = (
    "text: no\n  text: no\n    text: no\n      text: no\nbuffers:\n  x:\n    text: no\n",
    "\n\nbuffers:\n\n    text: no",
    "    text: no",
    "\ttext: no\n    text: 'no'",
    "\x85    text: no\u2028    text: no",
    "- |\n    text: no\n",
    "",
    "x" * 5000 + "\n    text: no",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["x", "text", "    text: no", "buffers", "a b: c"])
def test_as_many_texts_as_there_are(text: str, name: str) -> None:
    state = SessionState(
        META,
        LayoutState(tree={"row": [{"panel": text}]}),
        preferences={"text": text, "x": {"text": text}},
        buffers={name: BufferState(text, title=text), "other": BufferState(title=text)},
    )
    assert unsaved_in(session_yaml(state).encode()) == 1


def test_none_where_no_buffer_has_one() -> None:
    assert unsaved_in(session_yaml(SessionState(META)).encode()) == 0
    assert unsaved_in(b"") == 0


def test_the_head_is_read_alone_where_it_is_short() -> None:
    disk, path = FlakyDisk(), Path("/a.yaml")
    disk.folders.add(Path("/"))
    content = session_yaml(SessionState(META, buffers={"x": BufferState("y" * 10**6)})).encode()
    disk.files[path] = content
    assert head_in(disk, path) == head_of(content)
    assert len(head_of(content)) < HEAD_BYTES


def test_a_head_that_is_longer_is_left_to_those_who_read_all() -> None:
    disk, path = FlakyDisk(), Path("/a.yaml")
    disk.files[path] = b"# " + b"x" * HEAD_BYTES + b"\nmeta:\n  id: a\nbuffers: {}\n"
    assert head_in(disk, path) is None
