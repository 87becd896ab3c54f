"""The actions of the workbench with their keys: the one table that all else is made of.

The key bindings, the command palette, the footer, the help screen and docs/reference/keys.md are
made of it. All keys reach a program in any terminal, in tmux too: function keys, control with a
letter, Escape with a letter (`alt+`), arrows with modifiers.
"""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.words import ARROWS, Action, Group, shown_key


def _directed(name: str, title: str, prefix: str, arranging: str, group: Group) -> list[Action]:
    return [
        Action(
            f"{name}-{direction}",
            group,
            title.format(direction=direction),
            (f"{prefix}{direction}",) if prefix else (),
            arranging=(f"{arranging}{direction}",) if arranging != "no" else (),
        )
        for direction in ARROWS
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
    Action(
        "search-history", Group.INPUTS, "Search everything evaluated before", ("ctrl+r",), "find"
    ),
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
    Action("sessions", Group.SESSION, "Sessions: open, rename, clone, delete", ("alt+m",)),
    Action("timeline", Group.SESSION, "Timeline: go back to an earlier state", ("alt+h",), "past"),
    Action("receipt", Group.SESSION, "Show what was restored", ("f4",), "receipt"),
    Action("conflicts", Group.SESSION, "Settle what a merge left to you", ("alt+x",)),
    Action("promote", Group.SESSION, "Promote changes to the workspace file", ("alt+d",)),
    Action("freeze", Group.SESSION, "Freeze the session to a new workspace file"),
    Action("start-workspace", Group.SESSION, "Start a workspace file in this folder", ("ctrl+f",)),
    Action("save-session", Group.SESSION, "Save the session now"),
    Action("help", Group.WORKBENCH, "Help: all keys", ("f1",), "help"),
    Action("palette", Group.WORKBENCH, "Commands: everything by name", ("ctrl+p",), "commands"),
    Action("problems", Group.WORKBENCH, "Show what is wrong in the file", ("alt+e",)),
    Action("notices", Group.WORKBENCH, "Show what was said before", ("alt+v",)),
    Action("settings", Group.WORKBENCH, "Settings, and where each is from"),
    Action("doctor", Group.WORKBENCH, "Doctor: find what is wrong around the workspace"),
    Action("toggle-theme", Group.WORKBENCH, "Toggle the theme: dark or light", ("f12",)),
    Action("choose-theme", Group.WORKBENCH, "Choose a theme"),
    Action("toggle-wrap", Group.WORKBENCH, "Wrap long lines, or not"),
    Action("toggle-line-numbers", Group.WORKBENCH, "Show line numbers, or not"),
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
    "search-history",
    "timeline",
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


def key_of(name: str) -> str:
    """The key of an action as people read it, for texts that tell of it."""
    return shown_key(BY_NAME[name].keys[0])
