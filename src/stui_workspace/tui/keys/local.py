"""Keys of one kind of panel, screen or editor, which no action of the workbench stands for."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.conflicts import CONFLICTS, MERGES
from stui_workspace.tui.keys.connecting import CONNECTING
from stui_workspace.tui.keys.doctor import DOCTOR
from stui_workspace.tui.keys.notices import NOTICES
from stui_workspace.tui.keys.promoting import PROMOTING
from stui_workspace.tui.keys.receipt import RECEIPT
from stui_workspace.tui.keys.searching import SEARCHING
from stui_workspace.tui.keys.sessions import SESSIONS, START
from stui_workspace.tui.keys.settings import SETTINGS
from stui_workspace.tui.keys.timeline import TIMELINE
from stui_workspace.tui.keys.words import Local

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
    Local("In what waits to be sent", ("p",), "Evaluate what sets its connection up"),
    Local("In what waits to be sent", ("escape",), "Keep the rest"),
    *(Local(one.group, one.keys, one.title) for one in CONNECTING if one.keys),
    *(Local(one.group, one.keys, one.title) for one in RECEIPT if one.keys),
    *(Local(one.group, one.keys, one.title) for one in CONFLICTS if one.keys),
    *(Local(one.group, one.keys, one.title) for one in MERGES if one.keys),
    *(Local(one.group, one.keys, one.title) for one in START if one.keys),
    *(Local(one.group, one.keys, one.title) for one in SESSIONS if one.keys),
    *(Local(one.group, one.keys, one.title) for one in SETTINGS if one.keys),
    *(Local(one.group, one.keys, one.title) for one in DOCTOR if one.keys),
    *(Local(one.group, one.keys, one.title) for one in NOTICES if one.keys),
    *(Local(one.group, one.keys, one.title) for one in PROMOTING if one.keys),
    *(Local(one.group, one.keys, one.title) for one in TIMELINE if one.keys),
    *(Local(one.group, one.keys, one.title) for one in SEARCHING if one.keys),
    Local("In history, snippets", ("enter",), "Insert into the last pad"),
)
