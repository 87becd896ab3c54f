"""A connection that is being described: what it would be, and what is wrong with it. Pure."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen, Guard
from stui_workspace.runtime.loading import check_content
from stui_workspace.schema import FileKind, resolve, workspace_of

ReadAddress = Callable[[str, str], ConnectionSpec]
"""The connection that an address means, given its name; a `StuiError` where it means none."""

ADDRESS: Final = "address"
"""The way to describe a connection that most people take: by its address alone."""


class Label(NamedTuple):
    """What stands before a field, and in it while it is empty."""

    name: str
    example: str


LABELS: Final = {
    ADDRESS: Label("Address", "for example tcp://127.0.0.1:5557"),
    "url": Label("URL", "for example tcp://127.0.0.1:5557"),
    "identity": Label("Identity", "who must answer; anybody, if empty"),
    "credential": Label("Credential", "keyring:NAME"),
    "kernel": Label("Kernel", "python3"),
    "python": Label("Python", "the one that runs stui"),
    "cwd": Label("Folder", "the project's"),
    "command": Label("Command", "the program and its arguments"),
    "prompt": Label("Prompt", "the text with which it says that it is ready"),
    "name": Label("Name", ""),
}
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    ADDRESS: (ADDRESS,),
    "python": ("python", "cwd"),
    "stui": ("url", "identity", "credential"),
    "jupyter": ("kernel", "url", "credential"),
    "socket": ("url", "prompt"),
    "pty": ("command", "cwd", "prompt"),
}
"""The fields of each way to describe a connection."""

_NEEDED: Final = {
    ADDRESS: ((ADDRESS,), "type an address"),
    "stui": (("url",), "type where it listens"),
    "jupyter": (("kernel", "url"), "type the name of a kernel, or the address of a server"),
    "socket": (("url",), "type where it listens"),
    "pty": (("command",), "type the program to start"),
}
_ANY_NAME: Final = "new"
_FILE: Final = Path("connection")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed and chosen so far."""

    way: str = ADDRESS
    values: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    guard: Guard = Guard.FREE


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a draft means."""

    spec: ConnectionSpec | None = None
    """The connection; None while it cannot be one."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by the field that it is wrong in."""
    missing: str = ""
    """What is to be done first, where nothing is wrong but something is not there yet."""


def judged(draft: Draft, read: ReadAddress, taken: Container[str]) -> Judgement:
    """What a draft means, and exactly what is wrong with it.

    Args:
        draft: What was typed.
        read: Reads an address.
        taken: Names that are used already.
    """
    raw = {name: draft.values.get(name, "") for name in FIELDS[draft.way]}
    typed = {
        name: text if name == "prompt" else text.strip()
        for name, text in raw.items()
        if text.strip()
    }
    if draft.way == ADDRESS:
        spec, problems = _spoken(typed.get(ADDRESS, ""), read)
    else:
        spec, problems = _described(draft.way, typed)
    own_name = draft.name.strip()
    problems = problems | _name_problem(own_name, taken)
    fields, missing = _NEEDED.get(draft.way, ((), ""))
    is_missing = bool(fields) and not any(each in typed for each in fields)
    if problems or is_missing or spec is None:
        return Judgement(None, problems, "" if problems else missing)
    name = own_name or proposed_name(spec.kind, taken)
    return Judgement(replace(spec, name=name, guard=draft.guard, connect=ConnectWhen.LAZY))


def proposed_name(kind: str, taken: Container[str]) -> str:
    """A name that is free, for whoever types none."""
    name, number = kind, 2
    while name in taken:
        name, number = f"{kind}-{number}", number + 1
    return name


def _name_problem(name: str, taken: Container[str]) -> dict[str, str]:
    if not name:
        return {}
    if name in taken:
        return {"name": f"there is a connection `{printable_line(name, 40)}` already"}
    found = _problem({"connections": {name: {"kind": "python"}}})
    return {"name": found} if found else {}


def _spoken(address: str, read: ReadAddress) -> tuple[ConnectionSpec | None, dict[str, str]]:
    if not address:
        return None, {}
    try:
        return read(address, _ANY_NAME), {}
    except StuiError as error:
        step = f": {error.next_step}" if error.next_step else ""
        return None, {ADDRESS: f"{error}{step}"}


def _described(kind: str, typed: Mapping[str, str]) -> tuple[ConnectionSpec | None, dict[str, str]]:
    plain: dict[str, Plain] = {"kind": kind}
    problems: dict[str, str] = {}
    for key, text in typed.items():
        try:
            plain[key] = list(shlex.split(text)) if key == "command" else text
        except ValueError:
            problems[key] = "a quotation mark is not closed"
            continue
        found = _problem({"connections": {_ANY_NAME: {"kind": kind, key: plain[key]}}})
        if found:
            problems[key] = found
    if problems:
        return None, problems
    document: dict[str, Plain] = {"stui": 1, "connections": {_ANY_NAME: plain}}
    workspace = workspace_of(resolve(document, None, None, environment=None, variables={}))
    return workspace.connections[_ANY_NAME], {}


def _problem(part: Mapping[str, Plain]) -> str | None:
    """The first thing that is wrong with a part of a workspace file, as its checker says it."""
    content = json.dumps({"stui": 1, "name": "x", **part}).encode()
    found = check_content(content, _FILE, FileKind.WORKSPACE).problems.diagnostics
    if not found:
        return None
    hint = f": {found[0].hint}" if found[0].hint else ""
    return printable_line(f"{found[0].message}{hint}", 300)
