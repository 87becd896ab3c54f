"""Sessions, receipts, the trash and the history, as somebody wrote them who means harm."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from e2e.hostile.circumstances import FINDINGS, FINE, STORAGE, USAGE, Make, Spoil, Trial
from e2e.hostile.kept import ODD, state_of
from e2e.hostile.scene import Scene
from e2e.hostile.trials_of_files import SPOILT

ANY: Final = (FINE, FINDINGS, USAGE, STORAGE)
STAGE: Final = "sessions"
SHOWING: Final = (
    ("session", "ls"), ("session", "ls", "--all"), ("session", "ls", "--json"), ("session", "show"), ("session", "show", "other", "--json"),
    ("session", "diff"), ("session", "diff", "@2", "@1"), ("session", "diff", "--json"), ("session", "log"), ("session", "log", "--json"), ("session", "receipt"),
    ("session", "receipt", "--json"), ("session", "stats"), ("session", "stats", "--json"), ("session", "prune", "--dry-run", "--older", "1d"), ("session", "clone", "main"), ("session", "clone", "main", f"copy{ODD}"),
    ("session", "rename", "main", "other name"), ("session", "rename", "main", ODD), ("session", "rm", "main"), ("session", "undo"), ("session", "undo", "gone"), ("session", "restore", "--dry-run"), ("session", "restore", "main", "@1"),
    ("history", "search"), ("history", "search", "select", "--json"), ("history", "search", "drop"), ("history", "stats"), ("history", "stats", "--json"), ("history", "export"), ("history", "forget", "select", "--dry-run"), ("history", "forget", "select", "--yes"), ("history", "undo"),
    ("promote", "--list"), ("promote", "--list", "--json"), ("promote", "--dry-run"), ("freeze", "../frozen.yaml"), ("freeze", "../frozen.yaml", "--dry-run"), ("freeze", "main", "../f", "--json"),
    ("show", "--settings"), ("show", "--settings", "--json"), ("doctor", "--all"), ("doctor", "--fix"), ("doctor", "--all", "--json"), ("sync", "merges"), ("sync", "merges", "--json"),
)  # fmt: skip
NAMES: Final = {
    "steps up": "../../x", "an absolute path": "/etc/x", "a separator": "a/b", "a separator of Windows": "a\\b", "a device": "con", "a stream": "a:b", "dots": "..", "one dot": ".", "nothing": "",
    "escapes": ODD, "what is no text": "\udcff\udcfe", "too much": "a" * 5000, "an option": "--", "a star": "*", "a home": "~", "a variable": "$HOME",
}  # fmt: skip
KEPT: Final = {
    "a session": ("sessions/main.yaml", (("session", "show", "main"), ("session", "ls"), ("session", "clone", "main"), ("session", "rm", "main"), ("session", "rename", "main", "x"))),
    "a journal": ("journals/main.journal", (("session", "show", "main"), ("session", "diff"), ("session", "clone", "main"))),
    "the snapshots": ("snapshots/main/*", (("session", "log"), ("session", "diff"), ("session", "restore", "main", "@1"), ("session", "clone", "main"))),
    "a receipt": ("receipts/main.json", (("session", "receipt"), ("session", "rm", "main"))),
    "the record of the project": ("project.json", (("session", "ls", "--all"), ("session", "ls", "--all", "--json"))),
    "a record of the trash": ("trash/*-gone.json", (("session", "undo"), ("session", "undo", "gone"), ("session", "rm", "main"))),
    "a session in the trash": ("trash/*-gone.session", (("session", "undo"), ("session", "undo", "gone"), ("session", "rm", "other"))),
    "a history of another": ("../../../data/history/their*/2025-11.jsonl", (("history", "search"), ("history", "stats"), ("history", "export"), ("history", "forget", "drop", "--yes"), ("doctor",))),
    "the index": ("../../../cache/history-*.sqlite", (("history", "search"), ("history", "stats"), ("doctor", "--fix"), ("history", "forget", "select", "--yes"))),
}  # fmt: skip


def trials_of_keeping() -> Iterator[Trial]:
    """Each trial of what is kept of sessions and inputs."""
    for words in SHOWING:
        yield Trial(
            f"sessions of somebody else: {' '.join(words).replace(ODD, '…')}",
            words,
            ANY,
            stage=STAGE,
        )
    yield from _names()
    yield from _spoilt()
    yield from _records()
    yield from _imports()


def _state(at: Scene) -> Path:
    return state_of(at.home, at.project)


def _names() -> Iterator[Trial]:
    for kind, name in NAMES.items():
        for words in (
            ("session", "show"), ("session", "rm"), ("session", "clone", "main"), ("session", "clone"), ("session", "rename"),
            ("session", "rename", "main"), ("session", "undo"), ("session", "receipt"), ("session", "diff", "--only"),
        ):  # fmt: skip
            yield Trial(
                f"a session called {kind}: {' '.join(words)}",
                (*words, "--", name),
                ANY,
                stage=STAGE,
            )


def _spoilt() -> Iterator[Trial]:
    def spoiling(pattern: str, spoil: Spoil) -> Make:
        def make(at: Scene) -> None:
            spoil(min(_state(at).glob(pattern)))

        return make

    for what, (pattern, commands) in KEPT.items():
        for number, (kind, spoil) in enumerate(SPOILT.items()):
            words = commands[number % len(commands)]
            yield Trial(
                f"{what} is {kind}: {' '.join(words)}",
                words,
                ANY,
                spoiling(pattern, spoil),
                stage=STAGE,
            )


def _records() -> Iterator[Trial]:
    """Records of the trash, and of projects, that lead elsewhere."""

    def record(**changed: object) -> Make:
        def make(at: Scene) -> None:
            (path,) = _state(at).glob("trash/*-gone.json")
            path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))

        return make

    for kind, name in NAMES.items():
        yield Trial(
            f"a record of the trash that comes back as {kind}",
            ("session", "undo"),
            ANY,
            record(back_as=name, session=name),
            stage=STAGE,
        )
    for kind, roles in (
        ("steps up", ["../x", "session"]),
        ("numbers", [1, 2]),
        ("none", []),
        ("many", ["session"] * 10_000),
        ("a text", "session"),
    ):
        yield Trial(
            f"a record of the trash with parts: {kind}",
            ("session", "undo"),
            ANY,
            record(roles=roles),
            stage=STAGE,
        )

    def linked_trash(at: Scene) -> None:
        trash = _state(at) / "trash"
        trash.rename(at.folder / "elsewhere")
        trash.symlink_to(at.folder / "elsewhere")

    def linked_snapshots(at: Scene) -> None:
        folder = _state(at) / "snapshots" / "main"
        folder.rename(at.project / "theirs")
        folder.symlink_to(at.project / "theirs")

    yield Trial("a trash behind a link", ("session", "undo"), ANY, linked_trash, stage=STAGE)
    yield Trial(
        "snapshots behind a link", ("session", "rm", "main"), ANY, linked_snapshots, stage=STAGE
    )

    def project(root: object, name: object) -> Make:
        def make(at: Scene) -> None:
            (_state(at) / "project.json").write_text(
                json.dumps({"root": root, "name": name, "opened": 1e308})
            )

        return make

    for kind, name in NAMES.items():
        yield Trial(
            f"a project at {kind}",
            ("session", "ls", "--all"),
            ANY,
            project(name, name),
            stage=STAGE,
        )


_PANES: Final = f"session_name: 'a'\nwindows:\n- window_name: {json.dumps(ODD)}\n  panes: [{json.dumps('touch @TOUCHED@' + ODD)}, 'psql @SECRET@']\n"
IMPORTS: Final = {
    "a.tmuxp.yaml": _PANES,
    "b.tmuxinator.yml": f"name: {json.dumps(ODD)}\nroot: /etc\npre: touch @TOUCHED@\non_project_start: touch @TOUCHED@\nwindows:\n- {json.dumps(ODD)}: {json.dumps('touch @TOUCHED@' + ODD)}\n- <%= `touch @TOUCHED@` %>: ls\n",
    "c.code-workspace": json.dumps({"folders": [{"path": "../../etc"}, {"path": ODD}], "settings": {ODD: ODD, "terminal.integrated.env.linux": {"A": ODD}}, "tasks": {"tasks": [{"label": ODD, "command": "touch @TOUCHED@", "args": [ODD], "runOptions": {"runOn": "folderOpen"}}]}}),
    "d.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": [f"%%bash\ntouch @TOUCHED@{ODD}"], "outputs": [{"text": ODD}]}, {"cell_type": "markdown", "source": ODD}], "metadata": {"kernelspec": {"name": f"../../{ODD}", "display_name": ODD}}}),
    "e.json": json.dumps({"data": {"layout-restorer:data": {"main": {"dock": {"type": "tab-area", "widgets": [f"editor:../../{ODD}", "editor:/etc/passwd"]}}}, f"editor:../../{ODD}": {"data": {"path": ODD}}}, "metadata": {"id": ODD}}),
}  # fmt: skip


def _imports() -> Iterator[Trial]:
    """Files of other programs, which are read and never obeyed."""

    def file(name: str, text: str) -> Make:
        def make(at: Scene) -> None:
            (at.folder / name).write_text(
                text.replace("@TOUCHED@", str(at.touched)).replace("@SECRET@", "x")
            )

        return make

    for name, text in IMPORTS.items():
        for words in (("--dry-run",), ("--dry-run", "--json"), ()):
            yield Trial(
                f"init --from {name} {' '.join(words)}",
                ("init", "../made", "--from", f"../{name}", *words),
                ANY,
                file(name, text),
                stage=STAGE,
            )
    for kind, text in (
        ("bash", f"#1{ODD}\nselect{ODD}\n"), ("zsh", f": 1:0;select{ODD}\n"), ("fish", f"- cmd: select{ODD}\n  when: 1\n"), ("python", f"select{ODD}\n"), ("ptpython", f"\n# 2020-01-01 00:00:00\n+select{ODD}\n"), ("ipython", ODD),
        ("jsonl", json.dumps({"at": 1e400, "connection": ODD, "code": ODD, "machine": "../../x", "id": "../../x"}) + "\n" + json.dumps({"at": 1, "connection": ODD, "code": ODD, "machine": f"../../{ODD}", "id": f"../../{ODD}", "workspace": ODD}) + "\n"),
    ):  # fmt: skip
        for words in (("--dry-run",), ("--json",), ("--as", ODD), ()):
            yield Trial(
                f"history import --from {kind} {' '.join(words).replace(ODD, '…')}",
                ("history", "import", "--from", kind, "../typed", *words),
                ANY,
                file("typed", text),
                stage=STAGE,
            )
