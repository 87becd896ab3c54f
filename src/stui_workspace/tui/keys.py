"""Every action of the workbench with its keys: the one table that all else is made of.

The key bindings, the command palette, the footer, the help screen and docs/reference/keys.md are
made of it. All keys reach a program in any terminal, in tmux too: function keys, control with a
letter, Escape with a letter (`alt+`), arrows with modifiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Group(StrEnum):
    EVALUATE = "Evaluate"
    CONNECTIONS = "Connections"
    PADS = "Pads"
    INPUTS = "Inputs"
    PANELS = "Panels"
    ARRANGE = "Arrange"
    WORKBENCH = "Workbench"
    CONNECTING = "On the connections screen"
    MERGING = "Settling a merge"


class Place(StrEnum):
    """Where the keys of an action work."""

    ANYWHERE = "anywhere"
    ARRANGING = "while arranging"
    """After `ctrl+g`, until Escape."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can ask of the workbench."""

    name: str
    group: Group
    title: str
    """What it does, as an imperative: for the palette, the help and the docs."""
    keys: tuple[str, ...] = ()
    """The first one is shown; the others work as well."""
    word: str | None = None
    """One short word for the footer; None keeps it out of there."""
    arranging: tuple[str, ...] = ()
    """Keys that work while arranging."""


_ARROWS: Final = {"left": "←", "right": "→", "up": "↑", "down": "↓"}


def _directed(name: str, title: str, prefix: str, arranging: str, group: Group) -> list[Action]:
    return [
        Action(
            f"{name}-{direction}",
            group,
            title.format(direction=direction),
            (f"{prefix}{direction}",) if prefix else (),
            arranging=(f"{arranging}{direction}",) if arranging != "no" else (),
        )
        for direction in _ARROWS
    ]


ACTIONS: Final[tuple[Action, ...]] = (
    Action("evaluate", Group.EVALUATE, "Evaluate the selection or line", ("f5", "ctrl+j"), "eval"),
    Action("evaluate-all", Group.EVALUATE, "Evaluate the whole pad", ("f6",), "all"),
    Action("print-it", Group.EVALUATE, "Evaluate, and put the result below", ("f7",), "print"),
    Action("interrupt", Group.EVALUATE, "Interrupt the evaluation", ("f8",), "stop"),
    Action("copy-or-interrupt", Group.EVALUATE, "Copy, or interrupt what runs", ("ctrl+c",)),
    Action("connect", Group.CONNECTIONS, "Connect, or disconnect", ("f3",), "connect"),
    Action("restart", Group.CONNECTIONS, "Restart the connection", ("f9",), "restart"),
    Action("review-powers", Group.CONNECTIONS, "Review what a connection may do", ("alt+y",)),
    Action("choose-connection", Group.CONNECTIONS, "Choose the pad's connection", ("alt+c",)),
    Action("connections", Group.CONNECTIONS, "All connections, and their logs", ("alt+k",)),
    Action("new-connection", Group.CONNECTIONS, "New connection", ("alt+a",)),
    Action("outbox", Group.CONNECTIONS, "What waits to be sent", ("alt+q",)),
    Action("try-now", Group.CONNECTIONS, "Try to reconnect now", ("alt+j",)),
    Action("set-up", Group.CONNECTIONS, "Evaluate what sets the connection up", ("alt+s",)),
    Action("disconnect", Group.CONNECTIONS, "Disconnect"),
    Action("favour-connection", Group.CONNECTIONS, "Make it a favourite connection, or not"),
    Action("order-connections", Group.CONNECTIONS, "Favourite connections first, or not"),
    Action("forget-connection", Group.CONNECTIONS, "Forget a connection of this session"),
    Action("save-pad", Group.PADS, "Save the pad to its file", ("ctrl+s",), "save"),
    Action("new-pad", Group.PADS, "New pad", ("ctrl+n",), "new"),
    Action("rename-pad", Group.PADS, "Rename the pad", ("f2",), "rename"),
    Action("close-pad", Group.PADS, "Close the pad", ("alt+w", "ctrl+f4")),
    Action("reopen-pad", Group.PADS, "Bring back the pad closed last", ("alt+u",)),
    Action("revert-pad", Group.PADS, "Back to the file's text", ("alt+r",)),
    Action("recall-older", Group.INPUTS, "Recall an older input", ("ctrl+up", "alt+p")),
    Action("recall-newer", Group.INPUTS, "Recall a newer input", ("ctrl+down", "alt+n")),
    Action("insert-snippet", Group.INPUTS, "Insert a snippet", ("alt+i",)),
    Action("clear-transcript", Group.INPUTS, "Clear the transcript and results", ("ctrl+l",)),
    Action("next-panel", Group.PANELS, "Go to the next panel", ("ctrl+o",), "panel"),
    Action("previous-panel", Group.PANELS, "Go to the previous panel", ("alt+o",)),
    *_directed("go", "Go to the panel {direction}", "alt+", "no", Group.PANELS),
    Action("next-tab", Group.PANELS, "Next tab", ("ctrl+t", "ctrl+pagedown"), "tab"),
    Action("previous-tab", Group.PANELS, "Previous tab", ("alt+t", "ctrl+pageup")),
    Action("go-to", Group.PANELS, "Go to a pad or panel by name", ("alt+g",)),
    Action("zoom", Group.PANELS, "Zoom the panel, or back", ("f10", "alt+z"), "zoom", ("z",)),
    Action("arrange", Group.ARRANGE, "Arrange: resize and move panels", ("ctrl+g",), "arrange"),
    *_directed("resize", "Move the border {direction}", "alt+shift+", "", Group.ARRANGE),
    *_directed("move", "Move the panel {direction}", "", "shift+", Group.ARRANGE),
    *_directed("join", "Make it a tab of the panel {direction}", "", "ctrl+", Group.ARRANGE),
    Action("even", Group.ARRANGE, "Make all panels the same size", arranging=("=",)),
    Action("hide-panel", Group.ARRANGE, "Take the panel off the screen", arranging=("x",)),
    Action("choose-layout", Group.ARRANGE, "Choose a layout of the file", ("alt+l",), None, ("l",)),
    Action("reset-layout", Group.ARRANGE, "Back to the file's layout", arranging=("0",)),
    Action("help", Group.WORKBENCH, "Help: all keys", ("f1",), "help"),
    Action("palette", Group.WORKBENCH, "Commands: everything by name", ("ctrl+p",), "commands"),
    Action("receipt", Group.WORKBENCH, "Show what was restored", ("f4",), "receipt"),
    Action("problems", Group.WORKBENCH, "Show what is wrong in the file", ("alt+e",)),
    Action("toggle-theme", Group.WORKBENCH, "Toggle the theme: dark or light", ("f12",)),
    Action("choose-theme", Group.WORKBENCH, "Choose a theme"),
    Action("toggle-wrap", Group.WORKBENCH, "Wrap long lines, or not"),
    Action("toggle-line-numbers", Group.WORKBENCH, "Show line numbers, or not"),
    Action("save-session", Group.WORKBENCH, "Save the session now"),
    Action("quit", Group.WORKBENCH, "Quit; the session is kept", ("ctrl+q",), "quit"),
)

BY_NAME: Final = {action.name: action for action in ACTIONS}

IN_ORDER: Final = frozenset(
    {
        "evaluate",
        "evaluate-all",
        "print-it",
        "copy-or-interrupt",
        "save-pad",
        "close-pad",
        "revert-pad",
        "recall-older",
        "recall-newer",
    }
)
"""Actions upon the text of a pad: they wait for the keys that were pressed before them. All others
come first, so that what is typed after them goes where they lead."""

BY_KEY: Final = {
    key: action.name for action in ACTIONS if action.name in IN_ORDER for key in action.keys
}
"""The keys of those."""

FOOTER: Final = (
    "evaluate",
    "print-it",
    "next-panel",
    "palette",
    "help",
    "quit",
    "evaluate-all",
    "interrupt",
    "connect",
    "save-pad",
    "new-pad",
    "next-tab",
    "zoom",
    "receipt",
    "arrange",
    "restart",
    "rename-pad",
)
"""What the footer shows, the most wanted first; what does not fit is left out."""

FOOTER_ARRANGING: Final = (
    ("arrows", "border"),
    ("shift+arrows", "move"),
    ("ctrl+arrows", "join as tab"),
    ("=", "even"),
    ("z", "zoom"),
    ("x", "hide"),
    ("l", "layout"),
    ("0", "reset"),
    ("escape", "done"),
)


CONNECTING: Final[tuple[Action, ...]] = (
    Action("connect", Group.CONNECTING, "Connect, or disconnect", ("c", "f3"), "connect"),
    Action("retry", Group.CONNECTING, "Try to reconnect now", ("t",), "try now"),
    Action("restart", Group.CONNECTING, "Restart", ("r", "f9"), "restart"),
    Action("interrupt", Group.CONNECTING, "Interrupt what it evaluates", ("i", "f8"), "stop"),
    Action("set-up", Group.CONNECTING, "Evaluate what sets it up", ("s", "alt+s"), "set up"),
    Action("disconnect", Group.CONNECTING, "Disconnect", ("d",)),
    Action("review", Group.CONNECTING, "Review what it may do", ("y", "alt+y"), "review"),
    Action("favour", Group.CONNECTING, "Make it a favourite, or not", ("f",), "favourite"),
    Action("order", Group.CONNECTING, "Favourites first, or as in the file", ("o",), "order"),
    Action("new", Group.CONNECTING, "New connection", ("n", "alt+a"), "new"),
    Action("forget", Group.CONNECTING, "Forget a connection of this session"),
    Action("next-part", Group.CONNECTING, "Next part of the screen", ("tab", "ctrl+o"), "part"),
    Action("previous-part", Group.CONNECTING, "Previous part", ("shift+tab", "alt+o")),
    Action("palette", Group.CONNECTING, "Commands by name", ("ctrl+p",), "commands"),
    Action("toggle-theme", Group.CONNECTING, "Toggle the theme: dark or light", ("f12",)),
    Action("help", Group.CONNECTING, "Help: all keys", ("f1", "question_mark"), "help"),
    Action("close", Group.CONNECTING, "Back to the workbench", ("escape", "q"), "back"),
)
"""What the connections screen can do: nothing is typed there, so letters are keys."""

FOOTER_CONNECTING: Final = (
    "close",
    "connect",
    "retry",
    "new",
    "next-part",
    "palette",
    "restart",
    "interrupt",
    "favour",
    "review",
    "order",
    "set-up",
    "help",
)
"""What the footer of that screen shows, the most wanted first."""


@dataclass(frozen=True, slots=True)
class Local:
    """Keys of one kind of panel or of the editors, which no action stands for."""

    place: str
    keys: tuple[str, ...]
    title: str


LOCALS: Final[tuple[Local, ...]] = (
    Local("In a pad", ("shift+arrows",), "Select"),
    Local("In a pad", ("ctrl+z",), "Undo"),
    Local("In a pad", ("ctrl+y",), "Redo"),
    Local("In a pad", ("ctrl+x",), "Cut the selection, or the line"),
    Local("In a pad", ("ctrl+v",), "Paste what was cut or copied here"),
    Local("In a pad", ("ctrl+left", "ctrl+right"), "Move by words"),
    Local("In a pad", ("home", "ctrl+a"), "Start of the line"),
    Local("In a pad", ("end", "ctrl+e"), "End of the line"),
    Local("In a pad", ("ctrl+home",), "Start of the pad"),
    Local("In a pad", ("ctrl+end",), "End of the pad"),
    Local("In a pad", ("ctrl+w",), "Delete the word before"),
    Local("In a pad", ("ctrl+u",), "Delete to the start of the line"),
    Local("In a pad", ("ctrl+k",), "Delete to the end of the line"),
    Local("In a pad", ("tab", "shift+tab"), "Indent, outdent"),
    Local("In other panels", ("tab", "shift+tab"), "Next panel, previous panel"),
    Local("In results, transcript, inspector", ("up", "down", "pageup", "pagedown"), "Scroll"),
    Local("In results, transcript, inspector", ("home", "end"), "To the top, to the newest"),
    Local("In results, transcript, inspector", ("enter",), "What waits to be sent"),
    Local("In connections", ("enter",), "All about it: the connections screen"),
    Local("In connections", ("c",), "Connect, or disconnect"),
    Local("In connections", ("d",), "Disconnect"),
    Local("In connections", ("r",), "Restart"),
    Local("In connections", ("i",), "Interrupt"),
    Local("In connections", ("t",), "Try to reconnect now"),
    Local("In connections", ("y",), "Review what it may do"),
    Local("In connections", ("s",), "Evaluate what sets it up"),
    Local("In connections", ("f",), "Make it a favourite, or not"),
    Local("In connections", ("n",), "New connection"),
    Local("In connections", ("o",), "Favourites first, or as in the file"),
    Local("In what waits to be sent", ("enter", "e"), "Edit"),
    Local("In what waits to be sent", ("s",), "Send"),
    Local("In what waits to be sent", ("x", "delete"), "Discard"),
    Local("In what waits to be sent", ("a",), "Send all of that connection, in order"),
    Local("In what waits to be sent", ("u",), "Evaluate what sets its connection up"),
    Local("In what waits to be sent", ("escape",), "Keep the rest"),
    *(Local(one.group, one.keys, one.title) for one in CONNECTING if one.keys),
    Local("In history, snippets", ("enter",), "Insert into the last pad"),
)

MERGING: Final[tuple[Action, ...]] = (
    Action("take-ours", Group.MERGING, "Take ours", ("o",), "ours"),
    Action("take-theirs", Group.MERGING, "Take theirs", ("t",), "theirs"),
    Action("take-both", Group.MERGING, "Take both: ours, then theirs", ("b",), "both"),
    Action("take-base", Group.MERGING, "Take the base: as it was before", ("a",), "base"),
    Action("edit", Group.MERGING, "Write something else", ("e", "enter"), "edit"),
    Action("undo", Group.MERGING, "Undo the last choice", ("u", "ctrl+z"), "undo"),
    Action("skip", Group.MERGING, "Leave it; to the next that is open", ("s",), "skip"),
    Action("next", Group.MERGING, "Next conflict", ("n", "down"), "next"),
    Action("previous", Group.MERGING, "Previous conflict", ("p", "up"), "previous"),
    Action("scroll-down", Group.MERGING, "Scroll the three sides down", ("pagedown",)),
    Action("scroll-up", Group.MERGING, "Scroll the three sides up", ("pageup",)),
    Action("result", Group.MERGING, "See the whole result", ("r", "tab"), "result"),
    Action("write", Group.MERGING, "Write the file and leave", ("w", "ctrl+s"), "write"),
    Action("toggle-theme", Group.MERGING, "Toggle the theme: dark or light", ("f12",)),
    Action("help", Group.MERGING, "Help: all keys", ("f1", "question_mark"), "help"),
    Action("quit", Group.MERGING, "Leave without writing", ("q", "ctrl+q"), "quit"),
)
"""What the screen of `stui git mergetool` can do: nothing is typed there, so letters are keys."""

FOOTER_MERGING: Final = (
    "take-ours",
    "take-theirs",
    "take-both",
    "edit",
    "undo",
    "write",
    "quit",
    "skip",
    "result",
    "help",
    "take-base",
    "previous",
    "next",
)
"""What the footer of that screen shows, the most wanted first."""

_NAMES: Final = {
    "question_mark": "?",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "arrows": "arrows",
    "=": "=",
}


def key_of(name: str) -> str:
    """The key of an action as people read it, for texts that tell of it."""
    return shown_key(BY_NAME[name].keys[0])


def shown_key(key: str) -> str:
    """A key as people read it: `ctrl+s` is `^S`, `alt+left` is `Alt+←`."""
    *modifiers, last = key.split("+")
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last.upper()}"
    name = _ARROWS.get(last) or _NAMES.get(last)
    if name is None:
        name = last.upper() if last[:1] == "f" and last[1:].isdigit() else last
        name = name.upper() if modifiers and len(name) == 1 else name
        name = name.capitalize() if len(name) > 1 and not name[:1].isupper() else name
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
