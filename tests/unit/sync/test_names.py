"""Names that tools really make, and what they are: the table is `names.md`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME
from stui_workspace.sync import name_patterns
from stui_workspace.sync.name_patterns import WORD, Rule
from stui_workspace.sync.names import Certainty, Kind, Name, classify

TABLE = Path(__file__).with_name("names.md")
ROW = re.compile(r"\| `(?P<name>.+)` \| (?P<kind>\w+) \| (?P<tool>.*?) ?\| (?P<certainty>\w*) ?\|")
STEM = ".stui-workspace"
STRANGE = (".team.yaml", "a.b+c (1).yaml", "[x]\\.yml", "équipe.yaml", "Team.toml")


class Row(NamedTuple):
    section: str
    name: str
    expected: Name


def rows() -> Iterator[Row]:
    section = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif found := ROW.fullmatch(line):
            expected = Name(
                Kind(found["kind"]), found["tool"].strip(), Certainty(found["certainty"])
            )
            yield Row(section, found["name"], expected)


ROWS = tuple(rows())
BESIDE_ANY = [row for row in ROWS if row.section == "Beside any workspace"]


def beside(row: Row, workspace: str) -> str:
    """The name that the same tool makes of another workspace's."""
    stem, dot, extension = workspace.rpartition(".")
    name = row.name.replace(STEM, stem).replace(STEM.lstrip("."), stem.lstrip("."))
    return re.sub(r"(?i)\.yaml", lambda _: dot + extension, name)


def test_the_table_is_read_whole() -> None:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if "| `" in line]
    assert len(lines) == len(ROWS)
    assert {row.expected.kind for row in ROWS} == set(Kind)


def test_every_rule_has_an_example() -> None:
    tables = [table for table in vars(name_patterns).values() if isinstance(table, tuple)]
    rules = [rule for table in tables for rule in table if isinstance(rule, Rule)]
    shown = {(row.expected.kind, row.expected.tool) for row in ROWS}
    assert len(rules) > 50
    assert {(rule.kind, rule.tool) for rule in rules} - shown == set()


@pytest.mark.parametrize("row", BESIDE_ANY, ids=lambda row: row.name)
def test_what_a_name_is(row: Row) -> None:
    assert classify(row.name) == row.expected


@pytest.mark.parametrize("workspace", FILE_NAMES)
def test_what_a_name_is_beside_either_of_our_own(workspace: str) -> None:
    own = [row for row in ROWS if row.section == f"Beside `{workspace}`"]
    assert own
    assert [(row.name, classify(row.name, workspace)) for row in own] == [
        (row.name, row.expected) for row in own
    ]


@pytest.mark.parametrize("workspace", [FILE_NAMES[1], "team.yaml"])
@pytest.mark.parametrize("row", BESIDE_ANY, ids=lambda row: row.name)
def test_every_workspace_is_treated_alike(row: Row, workspace: str) -> None:
    assert classify(beside(row, workspace), workspace) == row.expected


@pytest.mark.parametrize("workspace", STRANGE)
def test_a_workspace_may_be_called_as_one_likes(workspace: str) -> None:
    versions = [
        row
        for row in BESIDE_ANY
        if row.expected.kind in {Kind.WORKSPACE, Kind.CONFLICT} and not row.name.endswith(".yml")
    ]
    assert [(row.name, classify(beside(row, workspace), workspace)) for row in versions] == [
        (row.name, row.expected) for row in versions
    ]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_how_accents_are_composed_makes_no_difference(form: str) -> None:
    names = [unicodedata.normalize(form, row.name) for row in BESIDE_ANY]  # type: ignore[arg-type]
    assert [(name, classify(name)) for name in names] == [
        (name, row.expected) for name, row in zip(names, BESIDE_ANY, strict=True)
    ]
    accented = unicodedata.normalize(form, "équipe.yaml")  # type: ignore[arg-type]
    assert classify("équipe.yaml", accented).kind is Kind.WORKSPACE
    assert classify(accented, "équipe.yaml").kind is Kind.WORKSPACE


def test_the_words_for_conflict_are_composed() -> None:
    assert unicodedata.is_normalized("NFC", WORD)


def test_an_accepted_name_is_never_a_version_of_the_other() -> None:
    for mine, other in (FILE_NAMES, FILE_NAMES[::-1]):
        assert classify(mine, mine) == Name(Kind.WORKSPACE)
        assert classify(other, mine) == Name(Kind.OTHER)


@pytest.mark.parametrize("workspace", FILE_NAMES)
@pytest.mark.parametrize("row", BESIDE_ANY, ids=lambda row: row.name)
def test_nothing_that_is_made_of_the_overlay_is_a_version(row: Row, workspace: str) -> None:
    is_made_of_it = STEM in row.name and not row.name.startswith("copy of ")
    name = beside(row, OVERLAY_NAME)
    kind = classify(name, workspace).kind
    assert kind not in {Kind.WORKSPACE, Kind.CONFLICT}
    # `.stui-workspace.locals.yaml` is no overlay, only a name that begins alike.
    assert kind is Kind.OTHER or not is_made_of_it or ".locals" in name or ".locale" in name


def test_a_name_without_extension() -> None:
    assert classify(".stuirc.yaml~", ".stuirc").kind is Kind.BACKUP
    assert classify(".stuirc (conflicted)", ".stuirc").kind is Kind.CONFLICT
    tag = ".sync-conflict-20261123-233407-HATNS7N"
    found = Name(Kind.CONFLICT, "syncthing", Certainty.STRONG)
    assert classify(f"{tag}.stuirc", ".stuirc") == found
    assert classify(f"team{tag}", "team") == found
    assert classify(f"x{tag}.stuirc", ".stuirc") == Name(Kind.OTHER)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "\0",
        ".stui-workspace\0.yaml",
        "sub/.stui-workspace.yaml",
        ".stui-workspace (1/2).yaml",
        "\ud800",
        "x" * 10_000,
    ],
    ids=ascii,
)
def test_what_is_no_name_beside_it_is_nothing_to_us(name: str) -> None:
    assert classify(name) == Name(Kind.OTHER)


@pytest.mark.parametrize(
    "name",
    [".stui-workspace" + "a" * 10_000, ".stui-workspace" + " (1)" * 2_500 + ".yaml"],
    ids=["letters", "tags"],
)
def test_a_name_longer_than_any_is_only_suspect(name: str) -> None:
    assert classify(name).kind is Kind.SUSPECT


def test_bytes_that_are_no_text_are_part_of_a_host() -> None:
    name = ".stui-workspace (B\udcfcro's conflicted copy 2024-01-02).yaml"
    assert classify(name) == Name(Kind.CONFLICT, "dropbox", Certainty.STRONG)


@pytest.mark.parametrize("workspace", ["", ".", "..", ".yaml", "a", "\ud800.yaml", "(.yaml"])
def test_no_name_of_a_workspace_is_too_strange(workspace: str) -> None:
    for row in ROWS:
        assert classify(row.name, workspace).kind in Kind
        assert classify(beside(row, workspace), workspace).kind in Kind
