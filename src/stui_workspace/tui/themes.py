"""The colours: two themes of our own, and the few styles that everything is painted with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from textual.color import Color
from textual.style import Style
from textual.theme import Theme

from stui_workspace.model.records import dataclass

if TYPE_CHECKING:
    from textual.app import App

DARK: Final = "stui-dark"
LIGHT: Final = "stui-light"

THEMES: Final = (
    Theme(
        name=DARK,
        dark=True,
        primary="#6cb2f0",
        secondary="#a99cf0",
        accent="#6cb2f0",
        foreground="#d3d9e2",
        background="#14171c",
        surface="#181c22",
        panel="#20262e",
        success="#84c48b",
        warning="#e2b562",
        error="#ef7f79",
        variables={
            "border": "#6cb2f0",
            "border-blurred": "#3a434f",
            "block-cursor-background": "#2b4257",
            "block-cursor-foreground": "#eef3f8",
            "block-cursor-blurred-background": "#232b35",
            "input-selection-background": "#2f5273",
            "input-selection-foreground": "#eef3f8",
            "input-cursor-background": "#d3d9e2",
            "input-cursor-foreground": "#14171c",
            "scrollbar": "#39424d",
            "scrollbar-hover": "#4a5563",
            "scrollbar-active": "#6cb2f0",
            "scrollbar-background": "#181c22",
            "scrollbar-background-hover": "#181c22",
            "scrollbar-background-active": "#181c22",
            "scrollbar-corner-color": "#181c22",
        },
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#0a5fb0",
        secondary="#6a48b8",
        accent="#0a5fb0",
        foreground="#22272e",
        background="#f1f2f0",
        surface="#fbfbf9",
        panel="#e4e6e3",
        success="#1c7436",
        warning="#8a5800",
        error="#b4261f",
        variables={
            "border": "#0a5fb0",
            "border-blurred": "#c3c8cd",
            "block-cursor-background": "#c2d8ef",
            "block-cursor-foreground": "#14181d",
            "block-cursor-blurred-background": "#e2e7ec",
            "input-selection-background": "#b5d3f1",
            "input-selection-foreground": "#14181d",
            "input-cursor-background": "#22272e",
            "input-cursor-foreground": "#fbfbf9",
            "scrollbar": "#c3c8cd",
            "scrollbar-hover": "#a9b0b7",
            "scrollbar-active": "#0a5fb0",
            "scrollbar-background": "#fbfbf9",
            "scrollbar-background-hover": "#fbfbf9",
            "scrollbar-background-active": "#fbfbf9",
            "scrollbar-corner-color": "#fbfbf9",
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Paint:
    """The styles of one theme by their meaning; state is said in words and shapes as well."""

    text: Style
    strong: Style
    muted: Style
    faint: Style
    accent: Style
    title: Style
    good: Style
    warn: Style
    bad: Style
    code: Style
    second: Style


def paint_of(app: App[Any]) -> Paint:
    """The styles of the theme that `app` has now."""
    return _paint(app.theme_variables)


def other_of(theme: str, *, is_dark: bool) -> str:
    """The theme that the toggle goes to: our own of the other kind."""
    if theme in (DARK, LIGHT):
        return LIGHT if theme == DARK else DARK
    return LIGHT if is_dark else DARK


def toggle_theme(app: App[Any]) -> None:
    """From dark to light, or back, for as long as the program runs."""
    app.theme = other_of(app.theme, is_dark=app.current_theme.dark)


def _paint(variables: Mapping[str, str]) -> Paint:
    foreground, background = (
        Color.parse(variables["foreground"]),
        Color.parse(variables["background"]),
    )

    def mixed(share: float) -> Style:
        if foreground.ansi is not None or background.ansi is not None:
            return Style(dim=True)
        return Style(foreground=background.blend(foreground, share, alpha=1.0))

    def named(name: str) -> Color:
        return Color.parse(variables[name])

    return Paint(
        text=Style(),
        strong=Style(bold=True),
        muted=mixed(0.70),
        faint=mixed(0.40),
        accent=Style(foreground=named("accent")),
        title=Style(foreground=named("accent"), bold=True),
        good=Style(foreground=named("success")),
        warn=Style(foreground=named("warning")),
        bad=Style(foreground=named("error"), bold=True),
        code=mixed(0.92),
        second=Style(foreground=named("secondary")),
    )


_ACCENTED: Final = [
    "keyword",
    "keyword.function",
    "keyword.return",
    "keyword.operator",
    "conditional",
    "repeat",
    "include",
    "exception",
    "tag",
    "yaml.field",
    "json.label",
    "heading.marker",
]
_NAMED: Final = [
    "function",
    "function.call",
    "method",
    "method.call",
    "constructor",
    "class",
    "type",
    "type.class",
    "type.builtin",
    "link.label",
    "attribute",
    "decorator",
]
_TEXTS: Final = ["string", "string.documentation", "string.special", "inline_code", "link.uri"]
_VALUES: Final = [
    "number",
    "float",
    "boolean",
    "constant",
    "constant.builtin",
    "json.null",
    "list.marker",
    "escape",
]


def syntax_styles(paint: Paint) -> dict[str, Any]:
    """Rich styles by the names that highlighting queries use."""
    return {
        **dict.fromkeys(_ACCENTED, paint.accent.rich_style),
        **dict.fromkeys(_NAMED, paint.second.rich_style),
        **dict.fromkeys(_TEXTS, paint.good.rich_style),
        **dict.fromkeys(_VALUES, paint.warn.rich_style),
        "comment": (paint.muted + Style(italic=True)).rich_style,
        "heading": paint.strong.rich_style,
        "bold": paint.strong.rich_style,
        "italic": Style(italic=True).rich_style,
    }
