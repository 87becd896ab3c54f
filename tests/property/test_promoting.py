"""Laws of taking over: any choice of hunks applies, and nothing else in the file changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stui_workspace.document import Document
from stui_workspace.document.slices import comments
from stui_workspace.layout import PANELS
from stui_workspace.model.session import BufferState, ConnectionRecord
from stui_workspace.model.values import Plain
from stui_workspace.runtime.promoting import Hunk, Scene, hunks_of
from support.promoting import SECRET, TEXT, after, scene, sources_of, takable, typed

FLOW = """\
{stui: 1, name: flow, connections: {py: {kind: python}},  # all in one
 buffers: {scratch: {source: "1 + 1\\n"}, 'notes': {kind: markdown, file: notes.md}},
 layout: {work: {row: [{tabs: [scratch, notes]}, results]}}, preferences: {}}
"""
WIDE = TEXT[: TEXT.index("layout:")].replace("  ", "    ").replace("py:", "# the one\n    py:")
BARE = "stui: 1\nname: bare\nbuffers:\n  scratch:\n  notes: {file: notes.md}\nlayout:\n"
TEXTS = (
    *(TEXT, FLOW, WIDE, BARE, TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, TEXT.rstrip("\n")),
    *("stui: 1\n", "# nothing yet\nstui: 1\nname: empty # no more\n"),
    TEXT.replace("    source: |\n      1 + 1\n", "    source: 'one'\n"),
)
words = st.sampled_from(
    [
        "",
        "x",
        "1 + 1\n",
        "a: b\n# no comment\n",
        "  led\n\ttab\n",
        "é\u2028\n",
        "\r\n",
        "${py}",
        "- [",
        SECRET,
    ]
)
names = st.sampled_from(["scratch", "notes", "pad-1", "b.2", "results", "ü"])
maybe = st.none() | st.sampled_from(["py", "new", "nowhere", "python", "T ${x} #"])


@st.composite
def places(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A layout of any shape; names may come twice, and be of nothing."""
    sizes: list[dict[str, Any]] = [{}, {"size": 2}, {"size": 0.5}, {"size": 1}]
    size = draw(st.sampled_from(sizes))
    shown = st.sampled_from(["scratch", "notes", "pad-1", *PANELS[:3]])
    if depth == 0 or draw(st.booleans()):
        leaf = st.lists(shown, min_size=1, max_size=3)
        return (
            {"tabs": draw(leaf), **size} if draw(st.booleans()) else {"panel": draw(shown), **size}
        )
    form = draw(st.sampled_from(["row", "column"]))
    return {form: draw(st.lists(places(depth - 1), min_size=1, max_size=3)), **size}


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    text = draw(st.sampled_from(TEXTS))
    sources = sources_of(scene(text).loaded.workspace)
    buffers: dict[str, BufferState] = {}
    for name in sorted(draw(st.sets(names, max_size=4))):
        own: dict[str, Any] = {key: draw(maybe) for key in ("title", "language", "connection")}
        typed_text = draw(words)
        if name in sources:
            if draw(st.booleans()):
                buffers[name] = typed(typed_text, sources[name].text, **own)
            else:
                buffers[name] = BufferState(**own)
        else:
            buffers[name] = BufferState(typed_text, ad_hoc=True, **own)
    tree = draw(st.none() | places())
    records = {
        "new": ConnectionRecord(spec={"kind": "socket", "url": "tcp://localhost:1"}),
        "py": ConnectionRecord(evaluations=3),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(records))))
    preferences: dict[str, Plain] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "theme": st.sampled_from(["nord", "a ${b}", ""]),
                "wrap": st.booleans(),
                "tab_width": st.sampled_from([2, 99]),
                "evaluation_timeout": st.sampled_from([1.5, 60.0, float("inf")]),
                "other": st.just(1),
            },
        )
    )
    if tree is not None and draw(st.booleans()):
        tree = {**tree, "narrow": {"below": 90, "tabs": ["scratch", "results"]}}
    return scene(
        text,
        buffers=buffers,
        tree=tree,
        preferences=preferences,
        connections={name: records[name] for name in sorted(chosen)},
    )


def some(draw: Any, hunks: Sequence[Hunk]) -> list[Hunk]:
    return [one for one in hunks if draw(st.booleans())]


def outside(plain: Any, hunks: Sequence[Hunk]) -> Any:
    """The data of a document without the places of hunks, and without what they leave empty."""
    paths = [one.path for one in hunks]

    def without(value: Any, path: tuple[str, ...]) -> Any:
        if not isinstance(value, dict):
            return value
        kept = {
            key: without(one, (*path, key))
            for key, one in value.items()
            if (*path, key) not in paths
        }
        return {key: one for key, one in kept.items() if one not in ({}, None)}

    found = without(plain, ())
    if any(one.path[0] == "layout" or one.wish.only_by_name for one in hunks):
        found.pop("layout", None)
    return found


def comments_of(document: Document) -> Counter[str]:
    return Counter(document.text[one.start : one.end] for one in comments(document))


@settings(max_examples=40)
@given(st.data())
def test_any_choice_of_hunks_applies_and_nothing_else_changes(data: st.DataObject) -> None:
    before = data.draw(scenes())
    picked = some(data.draw, takable(before))
    document, _ = after(before, [one.wish for one in picked])
    if not picked:
        assert document.content == before.document.content
    assert outside(document.plain(), picked) == outside(before.document.plain(), picked)
    is_taken_away = any(one.wish.only_by_name or one.path[0] == "layout" for one in picked)
    if not is_taken_away:
        old, new = (comments_of(one) for one in (before.document, document))
        assert not old - new
    assert document.bom == before.document.bom
    assert document.eol == before.document.eol or "\n" not in before.document.text.rstrip("\n")


@settings(max_examples=40)
@given(scenes())
def test_once_all_are_taken_only_those_that_are_refused_are_left(before: Scene) -> None:
    later = before
    for _ in range(2):  # a layout that was refused may be taken once the pads that it shows are
        every = [one for one in takable(later) if not one.wish.only_by_name]
        _, later = after(later, [one.wish for one in every])
    left = [one.name for one in hunks_of(later) if not (one.is_refused or one.wish.only_by_name)]
    assert left == []


@settings(max_examples=30)
@given(scenes())
def test_hunks_hold_no_secret_and_each_says_what_it_does(before: Scene) -> None:
    for one in hunks_of(before):
        assert SECRET not in "\n".join(one.diff) + one.preview + (one.note or "")
        assert one.is_refused or any(one.counts), one.name
