"""`stui watch --json` as a real process: one line an event, from opened to closed."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.quickstart import Quickstart


@pytest.fixture
def quickstart(tmp_path: Path) -> Quickstart:
    return Quickstart.copied_to(tmp_path)


def until(watch: subprocess.Popen[str], event: str) -> dict[str, Any]:
    """The next event of that name; only `saved` may come before it."""
    assert watch.stdout is not None
    for line in watch.stdout:
        found: dict[str, Any] = json.loads(line)
        if found["event"] == event:
            return found
        assert found["event"] == "saved", found
    raise AssertionError(f"it ended before it told of {event}: {watch.communicate()}")


def test_the_whole_story(quickstart: Quickstart) -> None:
    quickstart.edit("connect: lazy", "connect: auto")
    good = quickstart.file.read_text(encoding="utf-8")
    with quickstart.start("watch", "--json") as watch:
        opened = until(watch, "opened")
        assert Path(opened["project"]) == quickstart.project
        assert opened["session"] == "main"
        until(watch, "saved")

        quickstart.write(good.replace("title: Words", "title: Phrases"))
        reloaded = until(watch, "reloaded")
        assert reloaded["changes"] == [{"path": "buffers.words.title", "kind": "changed"}]

        quickstart.write("stui: 1\nname: [quickstart\n")
        invalid = until(watch, "invalid")
        assert [found["code"] for found in invalid["diagnostics"]] == ["Y103"]
        assert invalid["diagnostics"][0]["line"] == 3

        quickstart.file.unlink()
        until(watch, "gone")

        quickstart.write(good)
        back = until(watch, "reloaded")
        assert {"path": "buffers.words.title", "kind": "changed"} in back["changes"]

        watch.send_signal(signal.SIGINT)
        until(watch, "closed")
        out, err = watch.communicate(timeout=30)
        assert (out, err) == ("", "")
        assert watch.returncode in (0, 130)
    sessions = quickstart.asked("session", "ls")
    assert [session["id"] for session in sessions] == ["main"]


def test_it_ends_well_when_it_is_told_to(quickstart: Quickstart) -> None:
    with quickstart.start("watch", "--json") as watch:
        until(watch, "opened")
        watch.terminate()
        until(watch, "closed")
        assert watch.wait(timeout=30) == 0
    with quickstart.open() as screen:
        text = screen.wait_for("orders = [120")
        assert "crash" not in text
