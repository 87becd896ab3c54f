"""Hunks: each difference of a session from its file, with the edit that it would be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stui_workspace.model.session import BufferState, ConnectionRecord
from stui_workspace.runtime.promoting import HunkKind, Scene, hunks_of
from stui_workspace.runtime.promoting.wishes import escaped
from support.promoting import SECRET, TEXT, after, named, scene, takable, typed

TREE = {
    "row": [
        {"panel": "connections"},
        {
            "size": 3,
            "column": [
                {"tabs": ["scratch", "notes"], "size": 5},
                {"tabs": ["results", "inspector"], "size": 2},
            ],
        },
    ],
    "narrow": {"below": 100, "tabs": ["scratch", "notes", "results"]},
}


def changed(before: Scene, *names: str) -> str:
    """The lines that differ once those hunks are taken."""
    hunks = named(hunks_of(before))
    document, _ = after(before, [hunks[name].wish for name in names])
    old, new = before.document.text.splitlines(), document.text.splitlines()
    return "\n".join(line for line in new if line not in old)


def test_a_session_as_the_file_has_it_has_nothing_to_give() -> None:
    assert hunks_of(scene()) == ()
    same = {"scratch": BufferState(text=None, title="Scratch", connection="py")}
    assert hunks_of(scene(buffers=same, preferences={"theme": "nord", "unknown": 1})) == ()


def test_unsaved_text_goes_where_the_buffer_has_its_text() -> None:
    found = scene(buffers={"scratch": typed("1 + 2\n", "1 + 1\n")})
    (hunk,) = hunks_of(found)
    assert (hunk.name, hunk.kind, hunk.counts) == (
        "buffers.scratch.source",
        HunkKind.CHANGE,
        (1, 1),
    )
    assert hunk.preview == "+ 1 + 2"
    assert changed(found, "buffers.scratch.source") == "      1 + 2"


def test_the_text_of_a_named_file_goes_into_that_file() -> None:
    (hunk,) = hunks_of(scene(buffers={"notes": typed("# Notes\nmore\n", "# Notes\n")}))
    assert hunk.file.name == "notes.md"
    assert hunk.diff[-1] == "+more"
    assert after(scene(), [hunk.wish])[0].text == TEXT


def test_a_new_pad_becomes_a_buffer_with_all_that_it_has() -> None:
    pad = BufferState(text="x = 1\n", title="Try", language="python", connection="py", ad_hoc=True)
    (hunk,) = hunks_of(scene(buffers={"try": pad}))
    assert (hunk.name, hunk.kind) == ("buffers.try", HunkKind.ADD)
    document, later = after(scene(buffers={"try": pad}), [hunk.wish])
    assert document.plain(("buffers", "try")) == {
        "title": "Try",
        "connection": "py",
        "language": "python",
        "source": "x = 1\n",
    }
    assert hunks_of(later) == ()
    assert later.state.buffers["try"] == BufferState()


@pytest.mark.parametrize("key", ["title", "language", "connection"])
def test_what_a_pad_is_called_and_uses_is_a_hunk_of_its_own(key: str) -> None:
    text = TEXT.replace("  py: {kind: python}", "  py: {kind: python}\n  new: {kind: python}")
    state = replace(BufferState(), **{key: "new"})  # type: ignore[arg-type]
    found = scene(text, buffers={"scratch": state})
    (hunk,) = hunks_of(found)
    assert hunk.name == f"buffers.scratch.{key}"
    document, later = after(found, [hunk.wish])
    assert document.plain(hunk.path) == "new"
    assert hunks_of(later) == ()


def test_a_title_with_a_variable_in_it_stays_what_was_typed() -> None:
    text = TEXT.replace("stui: 1\n", "stui: 1\nvars: {host: here}\n")
    found = scene(text, buffers={"scratch": BufferState(title="to ${host} and $${host}")})
    _, later = after(found, [one.wish for one in takable(found)])
    assert later.loaded.workspace.buffers["scratch"].title == "to ${host} and $${host}"
    assert escaped(("buffers", "a", "source"), "${host}") == "${host}"


def test_an_arrangement_changes_nothing_but_its_ratio() -> None:
    found = scene(tree=TREE)
    assert changed(found, "layout.work") == (
        "          - {tabs: [scratch, notes], size: 5}   # pads"
    )


def test_leaves_stay_as_the_file_writes_them() -> None:
    text = TEXT.replace("{panel: connections, size: 1}", "connections").replace(
        "{tabs: [scratch, notes], size: 3}", "{buffer: scratch, size: 3, x-mine: 1}"
    )
    tree = {"row": [{"panel": "connections"}, {"column": [{"panel": "scratch", "size": 4}]}]}
    found = scene(text, tree=tree)
    document, _ = after(found, [one.wish for one in takable(found)])
    assert "- connections\n" in document.text
    assert "{buffer: scratch, size: 4, x-mine: 1}" in document.text


def test_a_file_without_a_layout_gets_one_that_is_its_default() -> None:
    found = scene("stui: 1\nname: a\nbuffers:\n  b: {source: x}\n", tree={"tabs": ["b", "results"]})
    document, later = after(found, [one.wish for one in takable(found)])
    assert document.plain(("layout",)) == {"default": "work", "work": {"tabs": ["b", "results"]}}
    assert hunks_of(later) == ()


def test_a_layout_shows_only_what_is_in_the_file_by_then() -> None:
    pad = BufferState(text="x\n", ad_hoc=True)
    tree = {"row": [{"tabs": ["scratch", "notes", "pad-1"]}, {"panel": "results"}]}
    found = scene(tree=tree, buffers={"pad-1": pad})
    hunks = named(hunks_of(found))
    assert hunks["layout.work"].goes_with == ("buffers.pad-1",)
    alone, later = after(found, [hunks["layout.work"].wish])
    assert "pad-1" not in alone.text
    assert later.state.layout.tree is not None
    assert "layout.work" in named(hunks_of(later))
    both, latest = after(found, [one.wish for one in hunks.values()])
    assert both.plain(("layout", "work", "row", 0, "tabs")) == ["scratch", "notes", "pad-1"]
    assert hunks_of(latest) == ()


def test_a_layout_of_an_older_file_is_not_offered() -> None:
    found = scene(tree=TREE)
    stale = replace(found.state, layout=replace(found.state.layout, base="another"))  # type: ignore[arg-type]
    assert hunks_of(replace(found, state=stale)) == ()


@pytest.mark.parametrize(
    ("value", "written"), [(90.0, "90s"), (7200.0, "2h"), (0.25, "250ms"), (float("inf"), None)]
)
def test_a_length_of_time_is_written_as_people_do(value: float, written: str | None) -> None:
    found = scene(preferences={"evaluation_timeout": value})
    assert [one.wish.value for one in hunks_of(found)] == ([written] if written else [])


def test_a_connection_of_the_session_says_that_people_will_be_asked() -> None:
    record = ConnectionRecord(spec={"kind": "stui", "url": "tcp://build:5555"})
    found = replace(
        scene(connections={"build": record}), powers=lambda _spec: ("connects to build",)
    )
    (hunk,) = hunks_of(found)
    assert hunk.name == "connections.build"
    assert "asked first" in (hunk.note or "")
    _, later = after(found, [hunk.wish])
    assert later.state.connections["build"].spec is None
    assert hunks_of(later) == ()


def test_the_connection_that_every_workspace_has_is_written_where_it_is_used() -> None:
    pad = BufferState(text="x\n", connection="py", ad_hoc=True)
    found = scene("stui: 1\nname: a\n", buffers={"pad-1": pad})
    hunks = named(hunks_of(found))
    assert [*hunks] == ["connections.py", "buffers.pad-1"]
    document, later = after(found, [hunks["buffers.pad-1"].wish])
    assert document.plain(("buffers", "pad-1")) == {"source": "x\n"}
    document, later = after(found, [one.wish for one in hunks.values()])
    assert document.plain(("buffers", "pad-1", "connection")) == "py"
    assert hunks_of(later) == ()


def test_a_project_without_a_file_is_begun() -> None:
    found = scene(
        None, buffers={"scratch": BufferState(text="x = 1\n")}, preferences={"wrap": False}
    )
    document, later = after(found, [one.wish for one in takable(found)])
    assert document.plain(("buffers", "scratch")) == {
        "title": "Scratch",
        "connection": "py",
        "source": "x = 1\n",
    }
    assert hunks_of(later) == ()


# What cannot be taken.


@pytest.mark.parametrize(
    "state",
    [typed(f"t = '{SECRET}'\n", "1 + 1\n"), BufferState(title=SECRET)],
)
def test_a_secret_cannot_be_taken_and_is_not_shown(state: BufferState) -> None:
    (hunk,) = hunks_of(scene(buffers={"scratch": state}))
    assert "a secret would stand in" in (hunk.refusal or "")
    assert "credential: keyring:NAME" in (hunk.next_step or "")
    assert SECRET not in "\n".join((*hunk.diff, hunk.preview))


def test_a_value_that_was_revealed_in_this_run_is_not_shown() -> None:
    found = scene(buffers={"scratch": typed("use(hunter22)\n", "1 + 1\n")})
    (hunk,) = hunks_of(replace(found, clean=lambda text: text.replace("hunter22", "•")))
    assert "hunter22" not in "\n".join(hunk.diff)


def test_text_whose_source_moved_on_cannot_be_taken() -> None:
    (hunk,) = hunks_of(scene(buffers={"scratch": typed("mine\n", "older\n")}))
    assert "has changed since" in (hunk.refusal or "")
    assert hunk.diff


def test_what_the_overlay_says_is_not_changed_below_it() -> None:
    overlay = {"preferences": {"theme": "gruvbox"}, "buffers": {"scratch": {"title": "Mine"}}}
    found = scene(
        overlay=overlay,
        preferences={"theme": "dracula", "wrap": False},
        buffers={"scratch": BufferState(title="Other")},
    )
    refused = {one.name for one in hunks_of(found) if "overlay" in (one.refusal or "")}
    assert refused == {"preferences.theme", "buffers.scratch.title"}


def test_what_would_be_no_workspace_cannot_be_taken() -> None:
    pad = BufferState(text="x", ad_hoc=True)
    hunks = named(
        hunks_of(scene(buffers={"übung": pad, "fine": pad}, preferences={"tab_width": 99}))
    )
    assert [name for name, one in hunks.items() if one.is_refused] == [
        'buffers["übung"]',
        "preferences.tab_width",
    ]


@pytest.mark.parametrize("text", ["half \ud800\n", "x" * 70_000])
def test_text_that_no_file_can_hold_is_refused(text: str) -> None:
    for name in ("scratch", "notes"):
        source = {"scratch": "1 + 1\n", "notes": "# Notes\n"}[name]
        (hunk,) = hunks_of(scene(buffers={name: typed(text, source)}))
        assert hunk.is_refused or (name == "notes" and "half" not in text)


def test_a_hunk_that_needs_what_is_refused_is_refused() -> None:
    pad = BufferState(text=f"'{SECRET}'\n", ad_hoc=True)
    tree = {"row": [{"tabs": ["pad-1"]}, {"tabs": ["scratch", "notes"]}]}
    text = TEXT[: TEXT.index("layout:")] + "layout: {work: {tabs: [scratch, notes]}}\n"
    found = scene(text, tree=tree, buffers={"pad-1": pad})
    refusals = {one.name: one.refusal or "" for one in hunks_of(found)}
    assert [*refusals] == ["buffers.pad-1", "layout.work"]
    assert "buffers.pad-1, which cannot be taken" in refusals["layout.work"]


# What is put away.


def away() -> Scene:
    return scene(tree={"row": [{"tabs": ["scratch"]}, {"panel": "results"}]})


def test_a_buffer_that_was_put_away_is_removed_only_if_it_is_picked() -> None:
    hunk = named(hunks_of(away()))["buffers.notes"]
    assert hunk.kind is HunkKind.REMOVE
    assert hunk.wish.only_by_name
    document, later = after(away(), [hunk.wish])
    assert "notes" not in document.text
    assert "tabs: [scratch], size: 3" in document.text
    assert [one.name for one in hunks_of(later)] == ["layout.work"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("{row: [{tabs: [scratch, notes]}, results]}", "{panel: results}"),
        ("{row: [scratch, notes, {panel: results, size: 2}]}", "{panel: results}"),
        (
            "{row: [notes, results], narrow: {below: 90, row: [notes, results]}}",
            "{narrow: {below: 90, panel: results}, panel: results}",
        ),
    ],
)
def test_a_layout_of_which_one_panel_is_left_is_still_a_map(said: str, left: str) -> None:
    text = f"stui: 1\nbuffers: {{scratch: {{}}, notes: {{}}}}\nlayout: {{work: {said}}}\n"
    found = scene(text, tree={"panel": "results"})
    removals = [one.wish for one in hunks_of(found) if one.wish.only_by_name]
    document, _ = after(found, removals)
    assert f"layout: {{work: {left}}}\n" in document.text


def test_a_buffer_with_unsaved_text_is_not_removed() -> None:
    found = away()
    state = replace(found.state, buffers={"notes": typed("mine\n", "# Notes\n")})
    hunks = {
        one.name: one for one in hunks_of(replace(found, state=state)) if one.wish.only_by_name
    }
    assert "nowhere else" in (hunks["buffers.notes"].refusal or "")
