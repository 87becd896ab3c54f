"""States of one session: few names, so that two states have much in common."""

from __future__ import annotations

from hypothesis import strategies as st

from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionState,
    TranscriptEntry,
    Waiting,
)
from support.going_back import META

_names = st.sampled_from(["a", "b", "c"])
_lines = st.lists(st.sampled_from(["one", "two", "x = 1", ""]), max_size=4).map("\n".join)
_trees = st.sampled_from(
    [
        None,
        {"row": [{"panel": "a"}, {"panel": "results"}]},
        {"row": [{"panel": "results"}, {"panel": "a", "size": 2}]},
        {"tabs": ["a", "b", "results"]},
    ]
)

buffers = st.builds(
    BufferState,
    text=st.none() | _lines,
    cursor=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    title=st.none() | st.just("Title"),
    ad_hoc=st.just(True),
)
records = st.builds(
    ConnectionRecord,
    wanted=st.booleans(),
    evaluations=st.integers(0, 3),
    is_favourite=st.booleans(),
    last_error=st.none() | st.just("refused"),
)
layouts = st.builds(
    LayoutState,
    tree=_trees,
    variant=st.none() | st.just("work"),
    focus=st.none() | _names,
    active=st.dictionaries(st.just("a|b"), _names, max_size=1),
)
entries = st.builds(
    TranscriptEntry,
    number=st.integers(1, 3),
    connection=st.just("py"),
    code=_lines,
    outcome=st.sampled_from(["ok", "error"]),
    request=st.sampled_from(["r1", "r2", "r3"]),
)
waiting = st.builds(
    Waiting,
    id=st.sampled_from(["w1", "w2"]),
    connection=st.just("away"),
    code=_lines,
    at=st.just(5.0),
    incarnation=st.none() | st.just("life"),
)

states = st.builds(
    SessionState,
    meta=st.just(META),
    layout=layouts,
    preferences=st.dictionaries(
        st.sampled_from(["wrap", "theme"]), st.sampled_from([True, "nord"])
    ),
    buffers=st.dictionaries(_names, buffers),
    connections=st.dictionaries(st.just("py"), records),
    transcript=st.lists(entries, max_size=3, unique_by=lambda one: one.request).map(tuple),
    outbox=st.lists(waiting, max_size=2, unique_by=lambda one: one.id).map(tuple),
)
