"""From values to a workspace, with seconds for lengths of time."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest

from stui_workspace.document import parse
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import (
    Autosave,
    BufferSpec,
    ConnectionSpec,
    ConnectWhen,
    Guard,
    Health,
    HistoryPolicy,
    Keep,
    Preferences,
    Reconnect,
    RestorePolicy,
    SnippetSpec,
    Workspace,
)
from stui_workspace.schema import Resolved, resolve, workspace_of

TEXT = """\
stui: 1
name: orders
description: Live
vars: {host: localhost}
connections:
  image:
    kind: stui
    title: Image
    url: tcp://${host}:5555
    identity: pharo
    credential: keyring:orders/image
    connect: auto
    reconnect: {base: 250ms, cap: 1m, jitter: none, give_up: 2h}
    health: {ping: 1s, warn_after: 2s, dead_after: 3s}
    offline: keep
    guard: read-only
    setup: [load]
    cwd: src
    python: .venv/bin/python
    kernel: k
    command: [a, -b]
    env: {TZ: UTC, PORT: 80}
    prompt: "> "
    hold: true
    color: teal
    notes: n
buffers:
  pad: {title: Pad, kind: text, connection: image, language: l, source: s}
  file: {file: a.md}
snippets:
  load: {source: x, title: Load, connection: image, language: l}
layout: {default: w, w: {row: [pad]}}
preferences:
  {theme: nord, wrap: false, line_numbers: false, tab_width: 2, evaluation_timeout: 30s}
history: {save: false, per: workspace, keep: 5, dedupe: all, ignore: [a]}
restore: {policy: never, include: [layout]}
autosave: {journal: 500ms, snapshot: 1m, keep: {last: 1, hourly: 2, daily: 3}}
session: {store: beside}
sync: {conflicts: ours}
extensions: {a: {b: 1}}
environments: {staging: {}}
"""


def test_everything_that_a_file_says_arrives() -> None:
    plain = parse(TEXT).plain()
    assert isinstance(plain, dict)
    assert workspace_of(resolve(plain, environment="staging")) == Workspace(
        name="orders",
        description="Live",
        connections={
            "image": ConnectionSpec(
                name="image",
                kind="stui",
                title="Image",
                url="tcp://localhost:5555",
                identity="pharo",
                credential="keyring:orders/image",
                connect=ConnectWhen.AUTO,
                reconnect=Reconnect(0.25, 60.0, "none", 7200.0),
                health=Health(1.0, 2.0, 3.0),
                offline="keep",
                guard=Guard.READ_ONLY,
                setup=("load",),
                cwd="src",
                python=".venv/bin/python",
                kernel="k",
                command=("a", "-b"),
                env={"TZ": "UTC", "PORT": "80"},
                prompt="> ",
                hold=True,
                color="teal",
                notes="n",
            )
        },
        buffers={
            "pad": BufferSpec("pad", "Pad", "text", "image", "l", "s"),
            "file": BufferSpec("file", file="a.md"),
        },
        snippets={"load": SnippetSpec("load", "x", "Load", "image", "l")},
        layout={"default": "w", "w": {"row": ["pad"]}},
        preferences=Preferences(
            "nord", wrap=False, line_numbers=False, tab_width=2, evaluation_timeout=30.0
        ),
        history=HistoryPolicy(save=False, per="workspace", keep=5, dedupe="all", ignore=("a",)),
        restore=RestorePolicy("never", ("layout",)),
        autosave=Autosave(0.5, 60.0, Keep(1, 2, 3)),
        session_store="beside",
        sync_conflicts="ours",
        extensions={"a": {"b": 1}},
        environments=("staging",),
        environment="staging",
    )


def test_nothing_is_a_workspace_too() -> None:
    assert workspace_of(resolve({})) == Workspace()
    assert workspace_of(Resolved({})) == Workspace()


def test_never_is_for_ever() -> None:
    plain = resolve({"preferences": {"evaluation_timeout": "never"}})
    assert workspace_of(plain).preferences.evaluation_timeout == inf


@pytest.mark.parametrize("bad", [None, 1, "x", [1], {"a": 1}, True])
def test_what_cannot_be_used_takes_its_default(bad: object) -> None:
    sections = ("connections", "buffers", "layout", "preferences", "history", "session", "sync")
    workspace = workspace_of(Resolved(dict.fromkeys(sections, bad)))
    assert workspace.preferences == Preferences()
    spec = workspace_of(Resolved({"connections": {"a": {"reconnect": bad, "hold": 5}}}))
    assert replace(spec.connections["a"], other={}) == ConnectionSpec("a", "python")


def test_what_a_connection_says_under_unknown_keys_is_kept() -> None:
    plain = parse(
        "stui: 1\nname: a\nconnections:\n"
        "  db:\n    kind: stui\n    tls: {verify: false, ca: [a, 1]}\n    name: x\n    gone: null\n"
        "    other: 1\n    x-mine: y\n    health: {ping: 1s, pong: 2, x-mine: 1}\n"
        "    env: {NEW: 1}\n"
    ).plain()
    assert isinstance(plain, dict)
    spec = workspace_of(resolve(plain)).connections["db"]
    tls = {"verify": False, "ca": ["a", 1]}
    assert spec.other == {"tls": tls, "name": "x", "other": 1, "health": {"pong": 2}}
    assert (spec.name, spec.health.ping, spec.env) == ("db", 1.0, {"NEW": "1"})


def test_unknown_keys_of_every_layer_are_kept() -> None:
    overlay: dict[str, Plain] = {"connections": {"py": {"tls": {"verify": False}}}}
    plain: dict[str, Plain] = {"connections": {"py": {"kind": "python", "tls": {"ca": "a"}}}}
    spec = workspace_of(resolve(plain, overlay=overlay)).connections["py"]
    assert spec.other == {"tls": {"ca": "a", "verify": False}}
