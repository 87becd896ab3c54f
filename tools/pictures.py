"""Take the pictures of the docs: the real program in a terminal, its screen as PNG.

    python tools/pictures.py [NAME ...]

Works on copies of `examples/` in a temporary folder and writes `docs/pictures/`. Needs
`rsvg-convert` (Debian: librsvg2-bin), the font DejaVu Sans Mono (fonts-dejavu-core), and for the
one of a browser Chromium (chromium-headless-shell).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from scenes import OURS, SCENES, THEIRS, Scene  # noqa: E402
from small_png import small  # noqa: E402

from stui_workspace.merge import Labels, Policy, marked  # noqa: E402
from support.browser import opened_browser  # noqa: E402
from support.quickstart import Quickstart  # noqa: E402
from support.terminal import Terminal  # noqa: E402 (found by the line above)
from support.web import served  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
STUI = Path(sys.executable).with_name("stui")
FILE = ".stui-workspace.yaml"
COPY = ".stui-workspace (laptop's conflicted copy 2026-11-28).yaml"

_ENDS = ("again", "kill")

CELL_WIDTH, CELL_HEIGHT = 9, 18
FONT_SIZE, BASELINE = 15, 13.9
FOREGROUND, BACKGROUND = "#d3d9e2", "#14171c"


def main(names: Sequence[str]) -> int:
    """0 when all pictures that were asked for are taken; all there are, without names."""
    for scene in SCENES:
        if not names or scene.name in names:
            with tempfile.TemporaryDirectory(prefix="stui-pictures-") as folder:
                path = PICTURES / f"{scene.name}.png"
                if scene.is_web:
                    path.write_bytes(small(asyncio.run(browsed(scene, Path(folder)))))
                else:
                    write(taken(scene, Path(folder)), path)
            print(f"docs/pictures/{scene.name}.png")
    return 0


def taken(scene: Scene, folder: Path) -> str:
    """The picture of a scene, as SVG."""
    project = folder / scene.example
    shutil.copytree(ROOT / "examples" / scene.example, project)
    workspace = project / FILE
    text = workspace.read_text(encoding="utf-8")
    if "\npreferences:" not in text:
        text += f"\npreferences: {{theme: {scene.theme}}}\n"
    workspace.write_text(text, encoding="utf-8")
    environ = {**os.environ, "STUI_HOME": str(folder / "home"), "HOME": str(folder)}
    if scene.is_open:
        (folder / "home" / "state").mkdir(mode=0o755, parents=True)
    if scene.is_merge:
        return merging(scene, workspace, environ)
    steps = list(scene.steps)
    while (at := next((at for at, step in enumerate(steps) if step in _ENDS), None)) is not None:
        before, end = steps[:at], steps[at]
        del steps[: at + 1]
        with Terminal([str(STUI)], cwd=project, environ=environ, size=scene.size) as terminal:
            terminal.wait_for("commands")
            play(terminal, before, workspace)
            if end == "kill":
                terminal.kill()
            else:
                terminal.wait_for_end()
    with Terminal([str(STUI)], cwd=project, environ=environ, size=scene.size) as terminal:
        terminal.wait_for("commands")
        play(terminal, steps, workspace)
        svg = still(terminal)
        terminal.press("ctrl+q")
        terminal.wait_for_end()
    return svg


async def browsed(scene: Scene, folder: Path) -> bytes:
    """The picture of a scene in a browser, as PNG."""
    columns, rows = scene.size
    window = (columns * CELL_WIDTH + 10, rows * CELL_HEIGHT + 10)
    with served(Quickstart.copied_to(folder)) as server:
        async with opened_browser(folder / "browser", window) as tab:
            tab.resize(columns, rows)
            await tab.open(server.url)
            for step in scene.steps:
                await (tab.wait_for(step[1:]) if step.startswith("?") else tab.press(step))
            await asyncio.sleep(1.0)  # what the page was told is painted a little later
            return await tab.picture()


def merging(scene: Scene, workspace: Path, environ: Mapping[str, str]) -> str:
    """The picture of a scene of the merge tool, as SVG."""
    text = workspace.read_text(encoding="utf-8")
    sides = [text.encode(), *(_changed(text, change).encode() for change in (OURS, THEIRS))]
    names = ("base.yaml", "ours.yaml", "theirs.yaml")
    for name, side in zip(names, sides, strict=True):
        (workspace.parent / name).write_bytes(side)
    base, ours, theirs = sides
    labels = Labels("HEAD", "", "feature/median")
    policy = Policy.published()
    workspace.write_bytes(marked(base, ours, theirs, policy=policy, labels=labels))
    command = [str(STUI), "git", "mergetool", *names, workspace.name]
    with Terminal(command, cwd=workspace.parent, environ=environ, size=scene.size) as terminal:
        terminal.wait_for("takes it")
        play(terminal, scene.steps, workspace)
        svg = still(terminal)
        terminal.press("ctrl+q", "y")
        terminal.wait_for_end()
    return svg


def _changed(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        if old not in text:
            raise ValueError(old)
        text = text.replace(old, new)
    return text


def play(terminal: Terminal, steps: Sequence[str], workspace: Path) -> None:
    """Do what the steps of a scene say."""
    for step in steps:
        kind, rest = step[0], step[1:]
        if kind == "?":
            terminal.wait_for(rest)
        elif kind == "=" and rest:
            terminal.type(rest)
        elif kind == "~":
            time.sleep(float(rest))  # a card takes no answer before it can have been read
        elif kind == "!":
            old, new = rest.split(">")
            text = workspace.read_text(encoding="utf-8")
            workspace.write_text(text.replace(old, new), encoding="utf-8")
        elif kind == "&":
            old, new = rest.split(">")
            text = workspace.read_text(encoding="utf-8")
            workspace.with_name(COPY).write_text(text.replace(old, new), encoding="utf-8")
        else:
            terminal.press(step)


def still(terminal: Terminal) -> str:
    """The screen once it has stopped changing, as SVG."""
    before = ""
    while (svg := svg_of(terminal.screen)) != before:
        before = svg
        time.sleep(0.3)
    return svg


def write(svg: str, path: Path) -> None:
    """Write a picture as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["rsvg-convert", "--format", "png"]
    ran = subprocess.run(command, input=svg.encode(), stdout=subprocess.PIPE, check=True)
    path.write_bytes(small(ran.stdout))


def svg_of(screen: pyte.Screen) -> str:
    """A screen as SVG: a rectangle for each run of one ground, a text for each character."""
    width, height = screen.columns * CELL_WIDTH, screen.lines * CELL_HEIGHT
    rows = [
        [screen.buffer[row][column] for column in range(screen.columns)]
        for row in range(screen.lines)
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">',
        f'<rect width="100%" height="100%" fill="{BACKGROUND}"/>',
        *(part for row, cells in enumerate(rows) for part in _grounds(row, cells)),
        f'<g font-family="DejaVu Sans Mono" font-size="{FONT_SIZE}" xml:space="preserve">',
        *(part for row, cells in enumerate(rows) for part in _texts(row, cells)),
    ]
    return "\n".join([*parts, "</g></svg>"])


def _grounds(row: int, cells: Sequence[Char]) -> Iterator[str]:
    column = 0
    for ground, run in groupby(cells, key=lambda char: _colours(char)[1]):
        length = len(list(run))
        yield (
            f'<rect shape-rendering="crispEdges" x="{column * CELL_WIDTH}" y="{row * CELL_HEIGHT}"'
            f' width="{length * CELL_WIDTH}" height="{CELL_HEIGHT}" fill="{ground}"/>'
        )
        column += length


def _texts(row: int, cells: Sequence[Char]) -> Iterator[str]:
    for column, char in enumerate(cells):  # each in its cell, whatever the font's width is
        if char.data.strip():
            looks = ' font-weight="bold"' if char.bold else ""
            looks += ' font-style="italic"' if char.italics else ""
            looks += ' text-decoration="underline"' if char.underscore else ""
            yield (
                f'<text x="{column * CELL_WIDTH}" y="{row * CELL_HEIGHT + BASELINE:.1f}"'
                f' fill="{_colours(char)[0]}"{looks}>{escape(char.data)}</text>'
            )


def _colours(char: Char) -> tuple[str, str]:
    text = FOREGROUND if char.fg == "default" else f"#{char.fg}"
    ground = BACKGROUND if char.bg == "default" else f"#{char.bg}"
    return (ground, text) if char.reverse else (text, ground)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
