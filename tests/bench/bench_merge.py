"""Time the merge, in this process and as git's driver, beside what else could do it.

    python tests/bench/bench_merge.py

Beside it: `git merge-file`, which knows lines only; a deep merge of plain data over ruamel.yaml's
round trip; and the start of nbdime's merge driver, on a notebook of one cell.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from measure import BARE, ROOT, STUI, best_ms, command_ms, record, workspace_text
from stui_workspace.merge import Policy, merge3

NBDIME = ROOT / ".bench" / "nbdime"
SIZES = ((100, 60), (1_000, 40), (10_000, 5))
DRIVER_BUDGET = 15
"""Times the start of a bare interpreter."""


def main() -> None:
    """Print one record a size for the merge in process, and one for the driver."""
    bare_ms = command_ms(BARE)
    nbdime_ms = nbdime_start_ms()
    thousand_ms = 0.0
    for lines, rounds in SIZES:
        sides = three_sides(lines)
        merge_ms = best_ms(lambda s=sides: merged(*s), rounds)  # type: ignore[misc]
        ruamel_ms = best_ms(lambda s=sides: deep_merged(*s), 3)  # type: ignore[misc]
        with tempfile.TemporaryDirectory() as folder:
            names = written(Path(folder), sides)
            git_ms = command_ms(("git", "merge-file", "-p", names[1], names[0], names[2]))
            driver_ms = command_ms(driver(names, Path(folder)))
        record(
            "merge",
            lines=sides[0].count(b"\n"),
            best_ms=merge_ms,
            budget_ms=30 if lines == 1_000 else None,
            ruamel_deep_merge_ms=ruamel_ms,
            ratio_to_ruamel=merge_ms / ruamel_ms,
            times_thousand=merge_ms / thousand_ms if thousand_ms else None,
            budget_times_thousand=12 if thousand_ms else None,
        )
        record(
            "merge driver",
            lines=sides[0].count(b"\n"),
            cold_ms=driver_ms,
            bare_python_ms=bare_ms,
            times_bare=driver_ms / bare_ms,
            budget_times_bare=DRIVER_BUDGET if lines == 1_000 else None,
            git_merge_file_ms=git_ms,
            nbdime_driver_ms=nbdime_ms,
        )
        thousand_ms = merge_ms if lines == 1_000 else 0.0


def three_sides(lines: int) -> tuple[bytes, bytes, bytes]:
    """A workspace file, and two machines' work on it: edits, an addition and a comment each."""
    base = workspace_text(lines)
    last = base.count("  pad") - 1
    ours = (
        base.replace("'Pad 1'", "'First pad'", 1)
        .replace(f"sum(range({last // 2}))", f"max(range({last // 2}))", 1)
        .replace("  # what 3 is for", "  # what the third is for", 1)
    )
    theirs = (
        base.replace("name: bench", "name: bench-eu", 1)
        .replace(f"'Pad {last // 2}'", "'In the middle'", 1)
        .replace("  pad4:\n", "  extra: {connection: py}\n  pad4:\n", 1)
    )
    return base.encode(), ours.encode(), f"{theirs}snippets:\n  up: {{source: uptime}}\n".encode()


def merged(base: bytes, ours: bytes, theirs: bytes) -> None:
    """One merge, which must be clean."""
    result = merge3(base, ours, theirs, policy=Policy.published())
    if not result.is_clean:
        raise AssertionError([str(conflict.path) for conflict in result.conflicts])


def deep_merged(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """The same by loading, merging maps and dumping."""
    yaml = YAML(typ="rt")
    one, two, three = (yaml.load(text) for text in (base, ours, theirs))
    _deep(one, two, three)
    out = BytesIO()
    yaml.dump(two, out)
    return out.getvalue()


def _deep(base: Any, ours: Any, theirs: Any) -> None:
    for key, value in theirs.items():
        if isinstance(value, dict) and isinstance(ours.get(key), dict):
            _deep(base.get(key, {}), ours[key], value)
        elif value != base.get(key):
            ours[key] = value


def written(folder: Path, sides: tuple[bytes, bytes, bytes]) -> tuple[str, str, str]:
    """The three sides as files."""
    names = []
    for name, content in zip(("base", "ours", "theirs"), sides, strict=True):
        (folder / name).write_bytes(content)
        names.append(str(folder / name))
    return names[0], names[1], names[2]


def driver(names: tuple[str, str, str], folder: Path) -> tuple[str, ...]:
    """The command that git would start; ours is made anew each time, since it is overwritten."""
    fresh = folder / "current"
    command = f"cp '{names[1]}' '{fresh}' && '{STUI}' git-merge --marker-size=7 -- "
    return ("sh", "-c", f"{command} '{names[0]}' '{fresh}' '{names[2]}' .stui-workspace.yaml")


def nbdime_start_ms() -> float | None:
    """One merge of nbdime's driver; None where it cannot be installed."""
    program = NBDIME / "bin" / "git-nbmergedriver"
    if not program.exists():
        subprocess.run((sys.executable, "-m", "venv", NBDIME), check=True)
        install = (
            NBDIME / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--quiet",
            "nbdime>=4",
        )
        if subprocess.run(install, check=False).returncode:
            shutil.rmtree(NBDIME)
            return None
    cell: dict[str, object] = {
        "cell_type": "code",
        "source": ["1"],
        "metadata": {},
        "outputs": [],
        "id": "one",
    }
    cell["execution_count"] = None
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder) / name) for name in ("base", "ours", "theirs")]
        for name in names:
            Path(name).write_text(json.dumps(notebook), encoding="utf-8")
        return command_ms((str(program), "merge", *names, "7", "note.ipynb"), rounds=5)


if __name__ == "__main__":
    main()
