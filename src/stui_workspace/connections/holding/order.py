"""What a holder is told on its standard input, and what it answers on its standard output.

One line of JSON each way. The first goes through a pipe because of what may be in it: a secret, and
the environment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from stui_workspace.connections.protocol.fields import EnvelopeError, Fields
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.layers import copied

LINE_LIMIT: Final = 4 << 20
_TEXTS: Final = ("url", "identity", "credential", "python", "kernel", "prompt")


@dataclass(frozen=True, slots=True)
class Order:
    """Which backend to hold, and where."""

    spec: ConnectionSpec
    root: Path
    folder: Path
    """Of the setting."""
    record: Path
    environ: Mapping[str, str] = field(repr=False)
    secret: str | None = field(default=None, repr=False)


def line_of(order: Order) -> bytes:
    """The order as a line."""
    spec = order.spec
    content: dict[str, Any] = {
        "name": spec.name,
        "kind": spec.kind,
        "cwd": spec.cwd,
        "command": list(spec.command),
        "env": dict(spec.env),
        "other": copied(spec.other),
        **{name: getattr(spec, name) for name in _TEXTS},
    }
    whole = {
        "spec": content,
        "root": str(order.root),
        "folder": str(order.folder),
        "record": str(order.record),
        "environ": dict(order.environ),
        "secret": order.secret,
    }
    return json.dumps(whole).encode("ascii") + b"\n"


def order_of(line: bytes) -> Order:
    """The order that a line gives.

    Raises:
        EnvelopeError: It gives none.
    """
    whole = Fields("an order", json.loads(line))
    spec = Fields("a connection", whole.inner("spec"))
    return Order(
        ConnectionSpec(
            spec.text("name"),
            spec.text("kind"),
            cwd=spec.text("cwd"),
            command=tuple(str(one) for one in spec.items("command")),
            env=_texts(spec.inner("env")),
            other=_map(spec.inner("other")),
            **{name: spec.text_or_none(name) for name in _TEXTS},  # type: ignore[arg-type]
        ),
        Path(whole.text("root")),
        Path(whole.text("folder")),
        Path(whole.text("record")),
        _texts(whole.inner("environ")),
        whole.text_or_none("secret"),
    )


def pid_line(pid: int) -> bytes:
    """The first that a holder says: which process it is."""
    return json.dumps({"pid": pid}).encode("ascii") + b"\n"


def pid_of(line: bytes) -> int | None:
    """The process that a line names; None where it names none."""
    try:
        return Fields("a pid", json.loads(line)).count("pid")
    except (ValueError, RecursionError, EnvelopeError):
        return None


@dataclass(frozen=True, slots=True)
class Report:
    """That it holds the backend now, or why it does not."""

    is_ready: bool
    reason: str = ""
    next_step: str | None = None
    is_final: bool = False


def report_line(report: Report) -> bytes:
    """The report as a line."""
    content = {one.name: getattr(report, one.name) for one in fields(report)}
    return json.dumps(content).encode("ascii") + b"\n"


def report_of(line: bytes) -> Report | None:
    """The report that a line makes; None where it makes none."""
    try:
        found = Fields("a report", json.loads(line))
        return Report(
            found.flag("is_ready"),
            found.text("reason"),
            found.text_or_none("next_step"),
            found.flag("is_final"),
        )
    except (ValueError, RecursionError, EnvelopeError):
        return None


def _texts(value: object) -> dict[str, str]:
    return {name: str(text) for name, text in _map(value).items()}


def _map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
