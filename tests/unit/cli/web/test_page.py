"""The page: nothing in it is markup that is not ours, and nothing is from elsewhere."""

from __future__ import annotations

import pytest

from stui_workspace.cli.web.page import CSS, SCRIPT, headers_for, html_of


def test_a_folder_of_any_name_is_text() -> None:
    page = html_of("</title><script>x</script>", 'ws://h/"><b>', None)
    assert "<script>x" not in page
    assert '"><b>' not in page


def test_a_name_turns_nothing_around_and_is_text_whatever_its_bytes() -> None:
    page = html_of("a\x1b]0;b\x07\u202ec\udcff\n" + "d" * 5000, "ws://h/ws", None)
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.isprintable()
    assert len(title.encode()) < 1000


@pytest.mark.parametrize(
    ("written", "size"),
    [(None, 15), ("20", 20), ("5", 15), ("1000", 15), ("1e1", 15), ("²", 15), ('"', 15), ("", 15)],
)
def test_letters_have_a_size_that_can_be_read(written: str | None, size: int) -> None:
    assert f'data-font-size="{size}"' in html_of("x", "ws://h/ws", written)


def test_nothing_is_loaded_from_elsewhere() -> None:
    everything = html_of("x", "ws://h/ws", None) + CSS + SCRIPT
    assert "https:" not in everything
    assert "http:" not in everything
    assert "<script>" not in everything
    assert headers_for("h:1")["Content-Security-Policy"].count("*") == 0
