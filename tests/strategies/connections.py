"""Connection specs of every kind, sound and odd."""

from __future__ import annotations

from dataclasses import fields
from math import inf
from typing import Any

from hypothesis import strategies as st

from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen, Guard, Health, Reconnect

KINDS = ["python", "stui", "jupyter", "socket", "pty", "plug-in"]

_words = st.sampled_from(["a", "b", "load-baseline", "x y", "é", "\u202e", "\x1b[31m", ""])
_seconds = st.sampled_from([0.0, 0.5, 1.0, 5.0, 30.0, inf])
_paths = st.sampled_from([".", "sub", "..", "/", "/etc", "link", "no/where", "sub/../.."])
_programs = st.sampled_from(
    ["python3", "/bin/sh", "sub/tool", ".venv/bin/python", "no-such-thing", "../tool"]
)


def _maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["py", "image", "other"]),
    "kind": st.sampled_from(KINDS),
    "title": _maybe(_words),
    "url": _maybe(st.sampled_from(["tcp://localhost:5555", "tcp://evil:1", "ipc:///tmp/s", ""])),
    "identity": _maybe(_words),
    "credential": _maybe(st.sampled_from(["keyring:a/b", "vault:c", "keyring:d"])),
    "connect": st.sampled_from(list(ConnectWhen)),
    "reconnect": st.builds(Reconnect, _seconds, _seconds, _words, _seconds),
    "health": st.builds(Health, _seconds, _seconds, _seconds),
    "offline": st.sampled_from(["ask", "keep", "drop"]),
    "guard": st.sampled_from(list(Guard)),
    "setup": st.lists(st.sampled_from(["one", "two", "none"]), max_size=2).map(tuple),
    "cwd": _paths,
    "python": _maybe(_programs),
    "kernel": _maybe(_words),
    "command": st.lists(_programs | _words, max_size=3).map(tuple),
    "env": st.dictionaries(st.sampled_from(["A", "B", "PATH", "LD_PRELOAD"]), _words, max_size=2),
    "prompt": _maybe(_words),
    "hold": st.booleans(),
    "color": _maybe(_words),
    "notes": _maybe(_words),
    "other": st.dictionaries(
        st.sampled_from(["tls", "proxy", "foo"]),
        _words | st.booleans() | st.dictionaries(st.sampled_from(["verify", "ca"]), _words),
        max_size=2,
    ),
}
"""A strategy for the value of each field."""


def specs() -> st.SearchStrategy[ConnectionSpec]:
    """Connections in which any key may be anything."""
    assert VALUES.keys() == {one.name for one in fields(ConnectionSpec)}
    chosen = {name: values for name, values in VALUES.items() if name not in ("name", "kind")}
    return st.fixed_dictionaries(
        {"name": VALUES["name"], "kind": VALUES["kind"]}, optional=chosen
    ).map(lambda keys: ConnectionSpec(**keys))
