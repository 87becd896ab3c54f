"""What an open session knows of the file from its first moment on."""

from __future__ import annotations

from stui_workspace.model.revision import revision_of
from support.replicas import Replicas


def test_what_was_opened_is_kept_however_soon_it_is_changed(replicas: Replicas) -> None:
    machine = replicas.left
    first = revision_of(machine.file.read_bytes())
    with machine.watching() as watching:
        machine.edit("title: Words", "title: Phrases")
        watching.until("reloaded")
        replicas.until(machine.has_noted, "the edit is kept")
    versions = [one["revision"] for one in reversed(machine.asked("sync", "log"))]
    assert versions == [first, revision_of(machine.file.read_bytes())]
