"""A connection as the lines of one row in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap

from textual._cells import cell_len
from textual.color import Color, ColorParseError
from textual.content import Content
from textual.style import Style

from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.connecting.words import (
    STAR,
    STATE_MARKS,
    Words,
    badges,
    between,
    last_trip,
    state_detail,
    title_of,
    who_or_where,
)
from stui_workspace.tui.themes import Paint

Pieces = Iterator[tuple[str, Style]]

_WITH_REASON = (
    ConnectionState.RECONNECTING,
    ConnectionState.NEEDS_YOU,
)
_LEAST_WIDTH = 8
SWATCH = "■"


def connection_row(view: ConnectionView, paint: Paint, width: int, now: float) -> Content:
    """The row of a connection in a panel that is `width` cells wide."""
    mark, style_name = STATE_MARKS[view.state]
    style = getattr(paint, style_name)
    detail = state_detail(view, now)
    pieces = [
        *_head(view, paint, width),
        *_below(f"{view.state.value}", width, style),
        *_beside(view.state.value, detail, width, style),
    ]
    if view.to_review:
        pieces += _below(f"△ waits for you: {view.to_review}", width, paint.warn)
    if view.state in _WITH_REASON:
        pieces += _below(view.reason, width, paint.text)
        pieces += _below(f"→ {view.next_step}" if view.next_step else None, width, paint.muted)
    pieces += [*_phrases(who_or_where(view), " · ", width, paint.muted), *_badge_line(view, paint)]
    return Content.assemble((f"{mark} ", style), *pieces)


def brief_row(view: ConnectionView, paint: Paint, width: int, now: float) -> Content:
    """The same in two lines: who, and how it is."""
    mark, style_name = STATE_MARKS[view.state]
    style = getattr(paint, style_name)
    words = state_detail(view, now, brief=True)
    state = view.state.value
    if words:
        full = f"{state}{between(words, ' · ')}{words}"
        # the shape says the state already, so where there is room for one, the number is worth more
        state = full if len(full) + 3 <= width else words
    return Content.assemble(
        (f"{mark} ", style),
        *_head(view, paint, width),
        (f"\n  {state[: max(width - 3, 1)]}", style),
        *(
            (f" · {badge.text}", getattr(paint, badge.style))
            for badge in _short(view, state, width)
        ),
    )


def ordered(
    views: Iterable[ConnectionView], last_used: Mapping[str, float], *, favourites_first: bool
) -> tuple[ConnectionView, ...]:
    """Connections as the workspace has them; or favourites first, then those used last."""
    if not favourites_first:
        return tuple(views)
    return tuple(
        sorted(views, key=lambda view: (not view.is_favourite, -last_used.get(view.name, 0.0)))
    )


def colour_of(view: ConnectionView) -> Style | None:
    """The colour that the file marks it with; None where it gives none that is known."""
    if not view.spec.color:
        return None
    try:
        return Style(foreground=Color.parse(view.spec.color))
    except ColorParseError:
        return None


def _head(view: ConnectionView, paint: Paint, width: int) -> Pieces:
    """The title, and at the end of the line the round trip where it fits."""
    title, trip = title_of(view), last_trip(view)
    star = f" {STAR}" if view.is_favourite else ""
    swatch = colour_of(view)
    yield title, paint.strong
    if swatch is not None:
        yield f" {SWATCH}", swatch
    yield star, paint.warn
    used = 2 + cell_len(title) + len(star) + (2 if swatch is not None else 0)
    gap = width - used - len(trip) - 1
    if trip and gap > 0:
        yield f"{' ' * gap}{trip}", paint.muted


def _badge_line(view: ConnectionView, paint: Paint) -> Pieces:
    for at, badge in enumerate(badges(view)):
        yield "\n  " if at == 0 else " · ", paint.faint
        yield badge.text, getattr(paint, badge.style)


def _short(view: ConnectionView, state: str, width: int) -> Iterator[Words]:
    """The badges that fit behind the state."""
    room = width - len(state) - 3
    for badge in badges(view):
        room -= len(badge.text) + 3
        if room < 0:
            return
        yield badge


def _beside(state: str, detail: str, width: int, style: Style) -> Pieces:
    """Some text after a state where it fits, else below it."""
    if not detail:
        return
    shown = f"{between(detail, ' · ')}{detail}"
    if len(state) + len(shown) + 3 <= width:
        yield shown, style
    else:
        yield from _phrases(detail, ", ", width, style)


def _phrases(text: str, between: str, width: int, style: Style) -> Pieces:
    """Some text below, broken between its phrases rather than within one."""
    if len(text) + 4 <= width:
        yield from _below(text, width, style)
        return
    for phrase in text.split(between):
        yield from _below(phrase, width, style)


def _below(text: str | None, width: int, style: Style) -> Pieces:
    """Some text on lines of its own, all of them indented."""
    for line in wrap(printable_line(text, 400), max(width - 4, _LEAST_WIDTH)) if text else ():
        yield f"\n  {line}", style
