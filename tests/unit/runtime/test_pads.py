"""A pad is what the file says of it and what the session did with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.revision import revision_of_text
from stui_workspace.model.session import BufferState
from stui_workspace.model.workspace import BufferSpec
from stui_workspace.runtime.pads import Source, edited, fresh_name, source_of, view_of

texts = st.sampled_from(["", "a", "b", "a\n", "a\r\n"])


@given(st.lists(texts), texts)
def test_a_pad_shows_what_was_typed_last(typed: list[str], source: str) -> None:
    state = BufferState()
    for text in typed:
        state = edited(state, text, Source(source))
    view = view_of("p", BufferSpec("p", source=source), state, Source(source))
    assert view.text == (typed[-1] if typed else source)
    assert view.modified == (view.text != source)
    assert not view.outdated


@given(texts, texts, texts)
def test_unsaved_text_outlives_its_source_and_is_outdated(old: str, typed: str, new: str) -> None:
    state = edited(BufferState(), typed, Source(old))
    view = view_of("p", BufferSpec("p"), state, Source(new))
    if typed == old:
        assert (view.text, view.outdated) == (new, False)
    else:
        assert (view.text, view.outdated) == (typed, old != new)


def test_the_base_is_where_the_edits_started() -> None:
    state = edited(BufferState(), "one", Source("zero"))
    state = edited(state, "two", Source("another"))
    assert state.base == revision_of_text("zero")


def test_the_session_has_the_last_word_on_title_and_connection() -> None:
    spec = BufferSpec("p", title="File", connection="py", language="sql")
    state = BufferState(title="Mine", connection="image")
    view = view_of("p", spec, state, source_of(spec))
    assert (view.title, view.connection, view.language) == ("Mine", "image", "sql")


@pytest.mark.parametrize(
    ("spec", "language"),
    [
        pytest.param(None, "python", id="a pad of the session"),
        pytest.param(BufferSpec("p"), "python", id="code"),
        pytest.param(BufferSpec("p", kind="markdown", file="a.txt"), "markdown", id="by kind"),
        pytest.param(BufferSpec("p", file="docs/Notes.MD"), "markdown", id="by ending"),
        pytest.param(BufferSpec("p", file="LICENSE"), None, id="no ending, no language"),
        pytest.param(BufferSpec("p", kind="text"), None, id="text"),
    ],
)
def test_language(spec: BufferSpec | None, language: str | None) -> None:
    assert view_of("p", spec, BufferState(), Source()).language == language


@given(st.none() | st.text(max_size=12), st.sets(st.sampled_from(["pad-1", "pad-2", "a", "a-1"])))
def test_a_new_name_is_free_and_can_stand_in_a_file(title: str | None, taken: set[str]) -> None:
    name = fresh_name(title, dict.fromkeys(taken))
    assert name not in taken
    assert name
    assert not set(name) & set(" \t\n/\\:#")
