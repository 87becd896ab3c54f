"""Laws of names: any host, date and person is as good as another, and no name is too much."""

# ruff: noqa: E501, RUF001
# Tables are read side by side, however wide; and people's names have every kind of apostrophe.

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stui_workspace.sync.names import Certainty, Kind, Name, classify

WORKSPACES = (".stui-workspace.yaml", "stui-workspace.yaml", "team.yml", "a+b (c).d.yaml")
LETTERS = "abcxyzABCXYZ0189éßøłЖ漢字ñ"
ANY_CHARACTER = st.characters(exclude_categories=())
PIECES = st.sampled_from(
    (
        ".stui-workspace", "stui-workspace", ".yaml", ".yml", " (1)", " 2", " copy", " - Copy", "copy of ",
        ".sync-conflict-", "20240102-030405", "-ABCDEF2", "'s ", "’s ", " (", ")", "[", "]", "conflicted copy ",
        "2024-01-02", " 030405", "_conflict-", "SFConflict ", ".Conflict", ".conflict1", "..path1", "-safeBackup-0001",
        "_Jan-03-0901-2013_Conflict", ".old1", "_BASE_1", "~", ".~", ".tmp", ".syncthing.", ".unison.", ".swp", ".local",
        "e\u0301", "é", "競合", "-", "_", ".", "/", "\0", "\ud800", "\n",
    )
)  # fmt: skip
NAMES = st.one_of(
    st.text(ANY_CHARACTER, max_size=300),
    st.lists(st.one_of(PIECES, st.text(ANY_CHARACTER, max_size=3)), max_size=30).map("".join),
    st.lists(PIECES, max_size=30).map(lambda pieces: ".stui-workspace" + "".join(pieces)),
)
PEOPLE = st.tuples(
    st.text(LETTERS, min_size=1, max_size=20),
    st.sampled_from(["", " Smith", "-laptop", " O'Brien", "’s Mac", " (Home)", ".local", "@b.c", " :)"]),
).map("".join)  # fmt: skip
HOSTS = st.from_regex(r"[A-Z]{2,8}-[A-Z0-9]{2,7}", fullmatch=True)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001 (as the tools write them)
FEW = st.integers(1, 99)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@st.composite
def tags(draw: st.DrawFn, tool: str) -> str:
    """What a tool puts between the stem and the extension."""
    who, host, number = draw(PEOPLE), draw(HOSTS), draw(FEW)
    at = draw(MOMENTS)
    day, clock = f"{at:%Y-%m-%d}", f"{at:%H%M%S}"
    device = draw(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=7, max_size=7))
    reason = draw(st.sampled_from(["", "Case", "WhiteSpace", "TailCharacter"]))
    return {
        "syncthing": f".sync-conflict-{at:%Y%m%d}-{clock}-{device}",
        "dropbox": f" ({who}'s conflicted copy {day})",
        "dropbox-case": f" (Case Conflict {number})",
        "nextcloud": f" (conflicted copy {who} {day} {clock})",
        "owncloud-old": f"_conflict-{who}-{at:%Y%m%d}-{clock}",
        "seafile": f" (SFConflict {who} {at:%Y-%m-%d-%H-%M-%S})",
        "unison": f" (conflict #{number}_on_{day})",
        "rclone": f".conflict{number}",
        "pcloud": f" (conflicted {number})",
        "gdrive-old": " [Conflict]",
        "resilio": f".Conflict{number}",
        "synology": f"_{host}_{MONTHS[at.month - 1]}-{at:%d-%H%M-%Y}_{reason}Conflict",
        "onedrive-linux": f"-{host}-safeBackup-{number:04}",
        "obsidian": f" (Conflicted copy {who} {at:%Y%m%d%H%M})",
        "conflict-word": f" (In Konflikt stehende Kopie von {who} {day})",
        "gdrive/mega/browser (n)": f" ({number})",
        "icloud n": f" {number}",
        "onedrive -HOST": f"-{host}",
        "finder/explorer copy": f" - Copy ({number})",
    }[tool]


STRONG = (
    "syncthing", "dropbox", "dropbox-case", "nextcloud", "owncloud-old", "seafile", "unison", "rclone", "pcloud",
    "gdrive-old", "resilio", "synology", "onedrive-linux", "obsidian", "conflict-word",
)  # fmt: skip
WEAK = ("gdrive/mega/browser (n)", "icloud n", "onedrive -HOST", "finder/explorer copy")
WRAPPERS = {
    ".syncthing.{}.tmp": Kind.TEMPORARY,
    "{}.8861e4f3.partial": Kind.TEMPORARY,
    ".{}.bnKYcU": Kind.TEMPORARY,
    ".{}.swp": Kind.LOCK,
    ".#{}": Kind.LOCK,
    "{}~": Kind.BACKUP,
    "{}.orig": Kind.BACKUP,
    ".{}.icloud": Kind.PLACEHOLDER,
}


def tagged(workspace: str, *put: str) -> str:
    stem, dot, extension = workspace.rpartition(".")
    return stem + "".join(put) + dot + extension


@given(NAMES, st.one_of(st.sampled_from(WORKSPACES), NAMES))
def test_every_name_gets_an_answer(name: str, workspace: str) -> None:
    answer = classify(name, workspace)
    assert (answer.certainty is Certainty.NONE) == (answer.tool == "")
    assert (answer.certainty is Certainty.NONE) == (answer.kind in {Kind.WORKSPACE, Kind.OTHER})


@given(NAMES, st.sampled_from(WORKSPACES))
def test_how_accents_are_composed_makes_no_difference(name: str, workspace: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    assert classify(composed, workspace) == classify(decomposed, workspace)


@given(NAMES)
def test_what_begins_alike_is_never_passed_over(name: str) -> None:
    answer = classify(f".stui-workspace{name}")
    composed = unicodedata.normalize("NFC", f".stui-workspace{name}")
    is_overlay = re.match(r"(?i)\.stui-workspace\.local(?![^\W_])", composed)
    if "/" not in name and "\0" not in name and not is_overlay:
        assert answer.kind is not Kind.OTHER


@pytest.mark.parametrize("tool", STRONG)
@given(data=st.data(), workspace=st.sampled_from(WORKSPACES))
def test_the_tag_of_a_tool_proves_it(tool: str, data: st.DataObject, workspace: str) -> None:
    name = tagged(workspace, data.draw(tags(tool)))
    assert classify(name, workspace) == Name(Kind.CONFLICT, tool, Certainty.STRONG)


@pytest.mark.parametrize("tool", WEAK)
@given(data=st.data(), workspace=st.sampled_from(WORKSPACES))
def test_what_people_write_too_proves_nothing(
    tool: str, data: st.DataObject, workspace: str
) -> None:
    name = tagged(workspace, data.draw(tags(tool)))
    assert classify(name, workspace) == Name(Kind.CONFLICT, tool, Certainty.WEAK)


@given(st.data(), st.sampled_from(WORKSPACES))
def test_the_tag_next_to_the_stem_decides(data: st.DataObject, workspace: str) -> None:
    inner = data.draw(st.sampled_from((*STRONG, *WEAK[:3])))
    outer = data.draw(st.sampled_from(STRONG))
    assume((inner, outer) != ("onedrive -HOST", "onedrive-linux"))  # hosts have hyphens
    name = tagged(workspace, data.draw(tags(inner)), data.draw(tags(outer)))
    answer = classify(name, workspace)
    assert answer.kind is Kind.CONFLICT
    assert (answer.certainty is Certainty.STRONG) == (inner in STRONG)


@pytest.mark.parametrize("wrapper", WRAPPERS)
@given(data=st.data(), workspace=st.sampled_from(WORKSPACES))
def test_what_is_made_of_a_version_is_none(
    wrapper: str, data: st.DataObject, workspace: str
) -> None:
    tag = data.draw(st.one_of(st.just(""), *map(tags, STRONG)))
    name = wrapper.format(tagged(workspace, tag))
    answer = classify(name, workspace)
    assert (answer.kind, answer.certainty) == (WRAPPERS[wrapper], Certainty.STRONG)
    assert classify(wrapper.format(tagged("notes.md", tag)), workspace) == Name(Kind.OTHER)


@given(st.data(), st.sampled_from(WORKSPACES))
def test_versions_of_other_files_are_nothing_to_us(data: st.DataObject, workspace: str) -> None:
    tag = data.draw(st.one_of(*map(tags, (*STRONG, *WEAK))))
    assert classify(tagged("notes.yaml", tag), workspace) == Name(Kind.OTHER)
    local = workspace.rpartition(".")[0] + ".local.yaml"
    assert classify(tagged(local, tag), workspace) == Name(Kind.OTHER)
