"""Long output: wrapped without a loss, bounded, and its end in view."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual._cells import cell_len
from textual.app import App, ComposeResult

from stui_workspace.tui.scrollback import ROW_LIMIT, SECTION_LIMIT, Row, Scrollback, wrapped
from stui_workspace.tui.themes import DARK, THEMES


def row(text: str, hang: int = 0) -> Row:
    return Row(((text, "text"),), hang)


@given(st.text(st.sampled_from("ab 漢é"), max_size=60), st.integers(2, 20), st.integers(0, 12))
def test_a_wrapped_row_loses_nothing_and_fits(text: str, width: int, hang: int) -> None:
    lines = list(wrapped(row(text, hang), width))
    assert "".join(text[line.start : line.end] for line in lines) == text
    assert all(
        line.indent + cell_len(text[line.start : line.end].rstrip(" ")) <= width
        or line.end - line.start == 1
        for line in lines
    )


class Host(App[None]):
    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK

    def compose(self) -> ComposeResult:
        yield Scrollback()

    @property
    def scrollback(self) -> Scrollback:
        return self.query_one(Scrollback)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip(" ▁▂▃▄▅▆▇█") for strip in strips]


async def test_the_end_stays_in_view_until_somebody_scrolls_away() -> None:
    app = Host()
    async with app.run_test(size=(20, 5)) as pilot:
        for number in range(30):
            app.scrollback.extend("one", [row(f"line {number}")])
        await pilot.pause()
        assert app.lines()[-1] == "line 29"

        app.scrollback.focus()
        await pilot.press("home")
        app.scrollback.extend("one", [row("line 30")])
        await pilot.pause()
        assert app.lines()[0] == "line 0"

        await pilot.press("end")
        app.scrollback.extend("one", [row("line 31")])
        await pilot.pause()
        assert app.lines()[-1] == "line 31"


async def test_narrower_is_wrapped_anew() -> None:
    app = Host()
    async with app.run_test(size=(30, 6)) as pilot:
        app.scrollback.put("one", [row("one two three four")])
        await pilot.resize_terminal(9, 6)
        await pilot.pause()
        assert app.lines()[:3] == ["one two", "three", "four"]


async def test_the_scrollbar_hides_nothing_when_it_comes() -> None:
    app = Host()
    async with app.run_test(size=(12, 4)) as pilot:
        app.scrollback.put("one", [row("abcdefghijkl")])
        await pilot.pause()
        app.scrollback.put("two", [row(f"mnopqrstuvw{at}") for at in range(5)])
        await pilot.pause()
        await pilot.pause()
        app.scrollback.scroll_home(animate=False, immediate=True)
        await pilot.pause()
        assert "".join(app.lines()[:2]) == "abcdefghijkl"


async def test_however_much_comes_the_rows_are_bounded_and_the_head_stays() -> None:
    app = Host()
    async with app.run_test(size=(40, 6)) as pilot:
        app.scrollback.put("one", [row("head")])
        for start in range(0, 5000, 700):
            app.scrollback.extend("one", [row(f"line {start + at}") for at in range(700)])
        await pilot.pause()
        rows = [each.text for each in app.scrollback.rows]
        assert len(rows) == ROW_LIMIT
        assert rows[0] == "head"
        assert rows[1] == f"    … {5600 + 1 - (ROW_LIMIT - 1):,} lines are not shown"
        assert rows[-1] == "line 5599"


async def test_the_oldest_sections_go() -> None:
    app = Host()
    async with app.run_test(size=(40, 6)):
        for number in range(SECTION_LIMIT + 5):
            app.scrollback.put(number, [row(str(number))])
        assert app.scrollback.rows[0].text == "5"
