"""Events as lines: the JSON that docs/how-to/follow-a-workspace.md promises, and words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stui_workspace.cli.event_lines import json_line, record_of, words_of
from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Span
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.runtime.events import (
    Change,
    ChangeKind,
    Closed,
    CopyFound,
    Event,
    Gone,
    Invalid,
    Modified,
    Notice,
    Opened,
    Reloaded,
    Saved,
)

ABOUT = {"project": "/home/ada/orders", "session": "main"}
FOUND = Diagnostic("S104", "unknown key `a`", Span(8, 9), hint="did you mean `b`?", path=("a",))
PROBLEMS = (FileProblems(Path("w.yaml"), "stui: 1\na: 1\n", (FOUND,)),)
NOT_READ = Restored("buffer/a", Outcome.FAILED, "no", "do", "its cursor", Remedy.READ)
RECEIPT = Receipt("main", (Restored("layout", Outcome.OK), NOT_READ))
CHANGES = (
    Change(("buffers", "a.b", "source"), ChangeKind.CHANGED),
    Change(("name",), ChangeKind.ADDED),
)

EVENTS: list[tuple[Event, dict[str, object], str]] = [
    (
        Opened(RECEIPT),
        {
            "event": "opened",
            "project": "/home/ada/orders",
            "session": "main",
            "receipt": {
                "headline": "restored 1 of 2",
                "after_crash": False,
                "seconds": 0.0,
                "items": [
                    {
                        "item": "layout",
                        "outcome": "ok",
                        "reason": None,
                        "next_step": None,
                        "kept": None,
                        "remedy": None,
                    },
                    {
                        "item": "buffer/a",
                        "outcome": "failed",
                        "reason": "no",
                        "next_step": "do",
                        "kept": "its cursor",
                        "remedy": "read",
                    },
                ],
            },
        },
        "opened /home/ada/orders, session main: restored 1 of 2",
    ),
    (
        Reloaded(CHANGES),
        {
            "event": "reloaded",
            "changes": [
                {"path": 'buffers["a.b"].source', "kind": "changed"},
                {"path": "name", "kind": "added"},
            ],
        },
        'reloaded: buffers["a.b"].source changed, name added',
    ),
    (Reloaded(()), {"event": "reloaded", "changes": []}, "reloaded: nothing changed"),
    (
        Invalid(PROBLEMS),
        {
            "event": "invalid",
            "diagnostics": [
                {
                    "file": "w.yaml",
                    "line": 2,
                    "column": 1,
                    "end": {"line": 2, "column": 2},
                    "code": "S104",
                    "severity": "error",
                    "message": "unknown key `a`",
                    "hint": "did you mean `b`?",
                    "path": "a",
                }
            ],
        },
        "invalid: 1 error, first w.yaml:2: unknown key `a`; the last good state stays",
    ),
    (Gone(), {"event": "gone"}, "gone: the file was deleted; the session stays"),
    (
        CopyFound(
            "w (1).yaml", "asked", "1 place of it waits for you", ("/a",), "`stui conflicts`"
        ),
        {
            "event": "copy",
            "name": "w (1).yaml",
            "action": "asked",
            "reason": "1 place of it waits for you",
            "conflicts": ["/a"],
        },
        "copy w (1).yaml asked: 1 place of it waits for you: /a",
    ),
    (Saved(5.0, 1), {"event": "saved", "at": 5.0, "items": 1}, "saved 1 item"),
    (Saved(5.0, 3), {"event": "saved", "at": 5.0, "items": 3}, "saved 3 items"),
    (Closed(), {"event": "closed"}, "closed"),
]


@pytest.mark.parametrize(("event", "record", "words"), EVENTS, ids=lambda one: type(one).__name__)
def test_each_event(event: Event, record: dict[str, object], words: str) -> None:
    assert record_of(event, ABOUT) == record
    shown = words_of(event, ABOUT, 0.0)
    assert shown is not None
    assert shown.split(" ", 1)[1] == words


@pytest.mark.parametrize("event", [Modified(), Notice("a")], ids=repr)
def test_what_only_a_screen_shows(event: Event) -> None:
    assert (record_of(event, ABOUT), words_of(event, ABOUT, 0.0)) == (None, None)


def test_a_line_is_a_line_whatever_a_key_is() -> None:
    event = Reloaded((Change(("a\n\x1b]0;x\x07\u202e",), ChangeKind.ADDED),))
    record = record_of(event, ABOUT)
    assert record is not None
    line = json_line(record)
    assert (line.isascii(), "\n" in line, json.loads(line) == record) == (True, False, True)
    shown = words_of(event, ABOUT, 0.0)
    assert shown is not None
    assert shown.isprintable()


def test_the_page_names_every_event() -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "follow-a-workspace.md"
    text = page.read_text("utf-8")
    assert {f"`{record['event']}`" for _, record, _ in EVENTS} == {
        row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| `")
    }


def test_a_connection_that_is_being_made_is_no_loss() -> None:
    being_made = Restored("connection/py", Outcome.WAITING)
    opened = Opened(Receipt("main", (Restored("layout", Outcome.OK), being_made)))
    said = words_of(opened, {"project": "/p", "session": "main"}, 0.0) or ""
    assert said.endswith("session main: restored 1 of 2, 1 still connecting")
