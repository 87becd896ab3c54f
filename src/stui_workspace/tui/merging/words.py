"""The words of the screen: head, titles, list and keys, made of a sitting and safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual._cells import cell_len
from textual.content import Content
from textual.style import Style

from stui_workspace.merge import Take
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.hints import Hint
from stui_workspace.tui.keys import MERGING, Action, shown_key
from stui_workspace.tui.merging.page import Mark
from stui_workspace.tui.merging.sitting import Sitting, State
from stui_workspace.tui.themes import Paint

BY_NAME: Final = {action.name: action for action in MERGING}

MARKS: Final = {
    State.OPEN: Mark("?", "warn"),
    State.OURS: Mark("✓", "good"),
    State.THEIRS: Mark("✓", "good"),
    State.BASE: Mark("✓", "good"),
    State.BOTH: Mark("✓", "good"),
    State.EDITED: Mark("✎", "good"),
    State.GONE: Mark("✓", "muted"),
}
"""How each state looks: a sign, a style. Its word stands beside it."""

SIDES: Final = ("ours", "base", "theirs")
SIDE_STYLES: Final = {"ours": "accent", "base": "muted", "theirs": "second"}
_ANSWERS: Final = ("take-ours", "take-theirs", "take-both", "take-base", "edit")
"""Where each answer is written at once, none can be exchanged for another: it is taken back."""
_STATE_WIDTH: Final = max(len(state) for state in State)
_AROUND_PATH: Final = 8
"""Cells of a row that are neither its path nor its state."""
_PATH: Final = 1000
_NAME: Final = 60
_TAKEN: Final = {
    State.OURS: {"ours": "taken"},
    State.THEIRS: {"theirs": "taken"},
    State.BASE: {"base": "taken"},
    State.BOTH: {"ours": "taken first", "theirs": "taken second"},
}


def head_of(sitting: Sitting, file: str, width: int, paint: Paint) -> Content:
    """Two lines: where the conflict is and which one it is; why it is one, and in which file."""
    conflict = sitting.current
    number = f"conflict {sitting.at + 1} of {len(sitting.conflicts)}"
    first = _spread(
        (printable_line(str(conflict.path), _PATH), paint.title),
        (number, paint.strong),
        width,
    )
    name = printable_line(file, _NAME)
    second = _spread(
        (printable_line(conflict.reason), paint.text),
        (f"{name} · {left_words(sitting)}", paint.text if sitting.open else paint.good),
        width,
    )
    return Content.assemble(first, "\n", second)


def left_words(sitting: Sitting) -> str:
    """How much is left."""
    return f"{len(sitting.open)} open" if sitting.open else "✓ nothing open"


def side_title(sitting: Sitting, side: str, width: int, paint: Paint) -> Content:
    """What a side is called, and whether it was taken."""
    label = getattr(sitting.settlement.labels, side)
    called = side if label in ("", side) else f"{side} · {printable_line(label, _NAME)}"
    taken = is_taken(sitting, side)
    style = paint.strong if side == "base" else getattr(paint, SIDE_STYLES[side]) + Style(bold=True)
    pieces = [("✓ ", paint.good)] if taken else []
    return Content.assemble(*pieces, (called, style)).truncate(max(width, 1), ellipsis=True)


def side_note(sitting: Sitting, side: str, paint: Paint) -> Content:
    """How to take a side, or that it is taken."""
    taken = _TAKEN.get(sitting.state(sitting.current), {}).get(side)
    if taken is not None:
        return Content.assemble((f"✓ {taken}", paint.good))
    key = shown_key(BY_NAME[f"take-{side}"].keys[0])
    return Content.assemble((key, paint.title), (" takes it", paint.muted))


def is_taken(sitting: Sitting, side: str) -> bool:
    """Whether the side stands in the result of the current conflict."""
    return side in _TAKEN.get(sitting.state(sitting.current), {})


def result_title(sitting: Sitting, paint: Paint) -> Content:
    """What the panel of the result shows."""
    state = sitting.state(sitting.current)
    mark = MARKS[state]
    if state is State.OPEN:
        word = "open; this stands there until you choose"
    else:
        word = {State.EDITED: "as you wrote it", State.GONE: "settled with another"}.get(
            state, f"took {state}"
        )
    return Content.assemble(
        ("Result", paint.strong), ("  ", paint.text), (f"{mark.sign} {word}", _style(mark, paint))
    )


def result_note(sitting: Sitting, paint: Paint) -> Content:
    """What is to be done now."""
    if sitting.open:
        key, word = shown_key(BY_NAME["result"].keys[0]), " shows all of it"
    else:
        key, word = shown_key(BY_NAME["write"].keys[0]), " writes it"
    return Content.assemble((key, paint.title), (word, paint.muted))


def list_title(sitting: Sitting, paint: Paint) -> Content:
    """How many conflicts there are."""
    count = len(sitting.conflicts)
    words = f"{count} conflict{'' if count == 1 else 's'}"
    return Content.assemble((words, paint.strong))


def list_row(sitting: Sitting, at: int, state: State, width: int, paint: Paint) -> Content:
    """One conflict in the list: how it stands, and where it is."""
    mark = MARKS[state]
    is_here = at == sitting.at
    path = printable_line(str(sitting.conflicts[at].path), _PATH)
    room = max(width - _STATE_WIDTH - _AROUND_PATH, 4)
    return Content.assemble(
        ("▸ " if is_here else "  ", paint.title),
        (f"{mark.sign} {state:<{_STATE_WIDTH}}", _style(mark, paint)),
        ("  ", paint.text),
        (clipped(path, room), paint.strong if is_here else paint.text),
    )


def hints_of(
    sitting: Sitting, actions: Sequence[Action], footer: Sequence[str], *, can_undo: bool
) -> tuple[Hint, ...]:
    """The keys that make sense now, the most wanted first."""
    names = list(footer)
    if not sitting.can_take(Take.BOTH):
        names.remove("take-both")
    if not can_undo:
        names.remove("undo")
    if not sitting.open:
        first = [name for name in ("write", "close") if name in names]
        ended = ("skip",) if "write" in names else ("skip", *_ANSWERS)
        names = [*first, *(name for name in names if name not in (*first, *ended))]
    by_name = {one.name: one for one in actions}
    found = [by_name[name] for name in names]
    return tuple(Hint(shown_key(one.keys[0]), one.word or one.title, one.name) for one in found)


def clipped(path: str, width: int) -> str:
    """A path in so many cells: its end says most, so its start is left out."""
    if cell_len(path) <= width:
        return path
    while path and cell_len(path) > width - 1:
        path = path[1:]
    return f"…{path}"


def _spread(start: tuple[str, Style], end: tuple[str, Style], width: int) -> Content:
    """A text at the start of a line and one at its end; the first gives way."""
    room = max(width - cell_len(end[0]) - 4, 4)
    text = clipped(start[0], room) if start[0].startswith("/") else start[0]
    head = Content.assemble((text, start[1])).truncate(room, ellipsis=True)
    gap = " " * max(width - head.cell_length - cell_len(end[0]) - 2, 1)
    return Content.assemble(" ", head, gap, end, " ")


def _style(mark: Mark, paint: Paint) -> Style:
    style: Style = getattr(paint, mark.style)
    return style
