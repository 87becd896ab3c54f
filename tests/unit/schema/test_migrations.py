"""From an older format to this one: steps that are shown, then taken, and lose no comment."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pytest

from stui_workspace.document import Document, delete, parse, rename_key, set_value
from stui_workspace.model.values import Plain, same
from stui_workspace.schema import (
    MIGRATIONS,
    Delete,
    Rename,
    SetValue,
    Step,
    check,
    migrated,
    plan_migration,
)

GOLDEN = Path(__file__).parents[2] / "corpus" / "migrations"
BEFORE = (GOLDEN / "0-to-1.before.yaml").read_text(encoding="utf-8")
AFTER = (GOLDEN / "0-to-1.after.yaml").read_text(encoding="utf-8")


def taken(document: Document, step: Step) -> Document:
    """The document after one step, by edits of its text."""
    match step:
        case Rename(path, to):
            return rename_key(document, path, to)
        case SetValue(path, value, _):
            return set_value(document, path, value)
        case Delete(path):
            return delete(document, path)


def test_the_golden_pair() -> None:
    document = parse(BEFORE)
    steps = plan_migration(document.plain())
    assert reduce(taken, steps, document).text == AFTER


def test_the_result_is_a_good_workspace() -> None:
    document = parse(AFTER)
    assert check(document.plain(), document, strict=True) == ()


def test_the_plan_reads_as_a_list_of_things_to_do() -> None:
    steps = plan_migration(parse(BEFORE).plain())
    assert [str(step) for step in steps] == [
        "rename `title` to `name`",
        "rename `backends` to `connections`",
        "rename `connections.py.startup` to `connect`",
        "rename `connections.image.startup` to `connect`",
        "rename `pads` to `buffers`",
        "rename `buffers.scratch.text` to `source`",
        "rename `preferences.timeout` to `evaluation_timeout`",
        "write `preferences.evaluation_timeout` as a length of time",
        "rename `history.size` to `keep`",
        "delete `created`",
        "write `stui` as format 1",
    ]


def test_data_and_text_agree() -> None:
    """The double entry: the edits say what the steps say on plain values."""
    plain = parse(BEFORE).plain()
    assert isinstance(plain, dict)
    assert same(migrated(plain, plan_migration(plain)), parse(AFTER).plain())


@pytest.mark.parametrize(
    "plain",
    [
        {"stui": 1, "title": "x"},
        {"stui": 2},
        {"stui": -1},
        {"title": "x"},
        {"stui": True},
        {"stui": "0"},
        {},
        None,
        [],
        "x",
    ],
)
def test_what_is_of_no_older_format_has_no_plan(plain: Plain) -> None:
    assert plan_migration(plain) == ()


@pytest.mark.parametrize(
    "plain",
    [
        {"stui": 0, "title": "old", "name": "new"},
        {"stui": 0, "backends": {"a": {"startup": "auto", "connect": "lazy"}}},
        {"stui": 0, "history": {"size": 1, "keep": 2}},
        {"stui": 0, "history": [{"size": 1}]},
        {"stui": 0, "backends": 5, "pads": [{"text": 1}], "preferences": None},
        {"stui": 0, "preferences": {"timeout": "30s"}},
        {"stui": 0, "preferences": {"timeout": True}},
    ],
)
def test_what_is_there_is_never_written_over(plain: dict[str, Plain]) -> None:
    after = migrated(plain, plan_migration(plain))
    assert after["stui"] == 1
    assert sorted(map(str, leaves(after))) == sorted(map(str, leaves(plain)))


def leaves(plain: Plain) -> list[Plain]:
    """Every scalar of a document, but for its format number."""
    if isinstance(plain, dict):
        return [one for key, below in plain.items() if key != "stui" for one in leaves(below)]
    if isinstance(plain, list):
        return [one for below in plain for one in leaves(below)]
    return [plain]


def test_what_is_right_already_is_no_step() -> None:
    plain: Plain = {"stui": 0, "preferences": {"evaluation_timeout": "30s"}, "name": "x"}
    assert [step.path for step in plan_migration(plain)] == [("stui",)]


def test_every_older_format_leads_to_the_next() -> None:
    for number, rules in MIGRATIONS.items():
        assert plan_migration({"stui": number}, number + 1)[-1].path == ("stui",)
        assert rules
