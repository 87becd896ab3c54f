"""Notebooks and JupyterLab workspaces as workspaces.

Source: the documentation of nbformat, "The notebook file format"; JupyterLab's "Workspaces".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from stui_workspace.model.values import Plain
from stui_workspace.runtime.importing.draft import Draft
from stui_workspace.runtime.importing.located import Located
from stui_workspace.runtime.importing.tmux import inside_project

_KERNEL: Final = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_MARKED: Final = ("python", "r", "julia", "ruby", "bash")
"""Languages in which `# %%` is a comment that parts cells."""
_ROOM: Final = 60_000
"""Characters of one pad; a file has no room for more in one text."""
_MOST_BESIDE: Final = 32
_DEEPEST: Final = 12
_FILES: Final = ("editor", "fileeditor", "markdownviewer-widget", "notebook", "csv-table")


def notebook(root: Located, draft: Draft) -> None:
    """The cells of code as pads, those of text as notes, the kernel as a connection."""
    kernel = root.get("metadata").get("kernelspec")
    language = _language(root, kernel)
    name = kernel.get("name").text
    if name is None or not _KERNEL.match(name):
        said = "it names no kernel" if name is None else f"the kernel `{name}`"
        draft.note(f"{said}: `python3` is assumed", kernel.line)
        name = "python3"
    spec: dict[str, Plain] = {"kind": "jupyter", "kernel": name}
    connection = draft.connection("nb", spec, kernel.line)
    codes, texts = _sorted(root, draft)
    mark = "# %%\n" if language in _MARKED else ""
    value: dict[str, Plain] = {"connection": connection, "language": language}
    pads = [
        draft.buffer("cells" if at == 0 else f"cells {at + 1}", {**value, "source": text}, line)
        for at, (text, line) in enumerate(_filled(codes, mark))
    ]
    notes = [
        draft.buffer(
            "text" if at == 0 else f"text {at + 1}", {"kind": "markdown", "source": text}, line
        )
        for at, (text, line) in enumerate(_filled(texts, ""))
    ]
    names = [*(pads or [draft.buffer("cells", value)]), *notes][:99]
    editors = {"tabs": names, "size": 3}
    draft.arrange(
        "work",
        {
            "row": [editors, {"panel": "results", "size": 2}],
            "narrow": {"below": 100, "tabs": [*names, "results"]},
        },
    )


def _language(root: Located, kernel: Located) -> str:
    info = root.get("metadata").get("language_info").get("name").text
    return (info or kernel.get("language").text or "python")[:64]


def _cells(root: Located) -> Iterator[Located]:
    yield from root.get("cells").each()
    for sheet in root.get("worksheets").each():  # as it was before the fourth format
        yield from sheet.get("cells").each()


def _sorted(root: Located, draft: Draft) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The texts of code and of words, each with its line."""
    codes: list[tuple[str, int]] = []
    texts: list[tuple[str, int]] = []
    outputs = 0
    for cell in _cells(root):
        kind, line = cell.get("cell_type").said, cell.line or 1
        source = _text(cell.get("source")) or _text(cell.get("input"))
        outputs += any(True for _ in cell.get("outputs").each())
        if cell.get("attachments").value:
            draft.note("what is attached to a cell", cell.get("attachments").line)
        if not source.strip():
            continue
        if kind == "code":
            codes.append((source, line))
        elif kind in ("markdown", "heading"):
            texts.append((source, line))
        else:
            draft.note(f"a cell of kind `{kind or 'unknown'}`", line)
    if outputs:
        draft.note(f"the outputs of {outputs} cell{'' if outputs == 1 else 's'}", None)
    return codes, texts


def _text(value: Located) -> str:
    if value.is_list:
        return "".join(one.text or "" for one in value.each())
    return value.text or ""


def _filled(cells: list[tuple[str, int]], mark: str) -> Iterator[tuple[str, int]]:
    """The cells as texts that a file has room for, each with the line of its first cell."""
    text, first = "", 1
    for source, line in cells:
        piece = mark + source.rstrip("\n") + "\n"
        if text and len(text) + len(piece) > _ROOM:
            yield text, first
            text = ""
        first = line if not text else first
        text += ("\n" if text else "") + piece
    if text:
        yield text, first


# JupyterLab workspaces.


def lab_workspace(root: Located, draft: Draft) -> None:
    """The files that were open, and how they were arranged."""
    layout = root.get("data").get("layout-restorer:data")
    draft.name = PurePosixPath(root.get("metadata").get("id").said or draft.name).name or draft.name
    draft.connection("nb", {"kind": "jupyter", "kernel": "python3"})
    shown: dict[str, str] = {}
    place = _place(layout.get("main").get("dock"), draft, shown, 0)
    for key, value in root.get("data").items():
        if key != "layout-restorer:data" and ":" in key and key not in shown:
            _widget(key, value, draft, shown)
    for side in ("left", "right", "down"):
        for widget in layout.get(side).get("widgets").each():
            draft.note(f"the panel `{widget.said}`", widget.line)
    if place is None:
        names = [*dict.fromkeys(shown.values())] or [draft.buffer("scratch", {"connection": "nb"})]
        place = {"tabs": names[:100]}
    below = {"panel": "results", "size": 2}
    draft.arrange("work", {"column": [{**place, "size": 3}, below]})


def _place(dock: Located, draft: Draft, shown: dict[str, str], depth: int) -> dict[str, Any] | None:
    """A part of the dock, as a place of ours."""
    if depth > _DEEPEST:
        return None
    if dock.get("type").said == "tab-area":
        names = [_widget(one.said, one, draft, shown) for one in dock.get("widgets").each()]
        tabs = [*dict.fromkeys(name for name in names if name)][:100]
        return {"tabs": tabs} if tabs else None
    sizes = [one.value for one in dock.get("sizes").each()]
    children: list[dict[str, Any]] = []
    for at, child in enumerate(dock.get("children").each()):
        place = _place(child, draft, shown, depth + 1)
        if place is not None and len(children) < _MOST_BESIDE:
            size = sizes[at] if at < len(sizes) else 1
            children.append({**place, **_size(size)})
    if len(children) < 2:  # noqa: PLR2004 (nothing beside it)
        return children[0] if children else None
    form = "column" if dock.get("orientation").said == "vertical" else "row"
    return {form: children}


def _size(size: Any) -> dict[str, float]:
    is_ratio = isinstance(size, (int, float)) and not isinstance(size, bool) and 0 < size < 1e6  # noqa: PLR2004
    return {"size": float(f"{size:.4g}")} if is_ratio and 1e-6 < size != 1 else {}  # noqa: PLR2004


def _widget(key: str | None, at: Located, draft: Draft, shown: dict[str, str]) -> str | None:
    """The buffer of an open file; None for what is none."""
    if key is None or key in shown:
        return None
    kind, _, path = key.partition(":")
    inside = inside_project(path.rpartition(":")[2] or path)
    if kind not in _FILES or inside in (None, "."):
        draft.note(f"`{key}`", at.line)
        return None
    if kind == "notebook":
        draft.note(f"the notebook `{path}` as cells: `stui init --from` reads a notebook", at.line)
        return None
    value: dict[str, Plain] = {"file": inside}
    if kind == "markdownviewer-widget" or str(inside).endswith(".md"):
        value = {"kind": "markdown", **value}
    elif str(inside).endswith((".py", ".ipy")):
        value = {"connection": "nb", **value}
    shown[key] = draft.buffer(str(inside), value, at.line)
    return shown[key]
