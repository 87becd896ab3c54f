"""Our two themes: readable, and complete."""

from __future__ import annotations

from itertools import product

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from stui_workspace.tui.themes import DARK, LIGHT, THEMES, Paint, other_of, paint_of, syntax_styles


def contrast(one: Color, other: Color) -> float:
    """The ratio of WCAG 2: (lighter + 0.05) / (darker + 0.05)."""

    def luminance(color: Color) -> float:
        parts = [value / 255 for value in color.rgb]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def painted(theme: Theme) -> tuple[Paint, dict[str, str]]:
    app: App[None] = App()
    app.register_theme(theme)
    app.theme = theme.name
    variables = app.get_css_variables()
    return paint_of(app), variables


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_can_be_read(theme: Theme) -> None:
    paint, variables = painted(theme)
    grounds = [Color.parse(variables[name]) for name in ("background", "surface", "panel")]
    read = {
        name: getattr(paint, name).foreground
        for name in ("muted", "accent", "title", "good", "warn", "bad", "code", "second")
    }
    poor = {
        (name, round(contrast(color, ground), 2))
        for (name, color), ground in product(read.items(), grounds)
        if contrast(color, ground) < 4.5
    }
    assert poor == set()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_cursor_and_a_selection_can_be_seen(theme: Theme) -> None:
    _, variables = painted(theme)
    surface = Color.parse(variables["surface"])
    for name in ("block-cursor", "input-selection", "input-cursor"):
        ground = Color.parse(variables[f"{name}-background"])
        assert contrast(Color.parse(variables[f"{name}-foreground"]), ground) >= 4.5
        assert contrast(ground, surface) >= 1.3


@pytest.mark.parametrize("name", sorted(App().available_themes))
def test_every_theme_of_textual_can_be_painted_with(name: str) -> None:
    app: App[None] = App()
    app.theme = name
    app.get_css_variables()
    assert syntax_styles(paint_of(app))["comment"].italic


@pytest.mark.parametrize(
    ("theme", "is_dark", "other"),
    [(DARK, True, LIGHT), (LIGHT, False, DARK), ("nord", True, LIGHT), ("x", False, DARK)],
)
def test_the_toggle(theme: str, is_dark: bool, other: str) -> None:
    assert other_of(theme, is_dark=is_dark) == other
