"""Programs that append while another one forgets: what is acknowledged is never lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stui_workspace.history import Entry, HistoryLog, Query, Within
from stui_workspace.history.forgetting import forget
from stui_workspace.history.index import HistoryIndex
from stui_workspace.storage.filesystem import RealFileSystem

NOW = 1_781_500_000.0
COUNT = 120
APPENDING = """
import sys
from pathlib import Path
from stui_workspace.history import Entry, HistoryLog
folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log = HistoryLog(folder / "history", "laptop", lock=folder / "lock")
print("ready", flush=True)
for at in range(count):
    log.append(Entry(1_781_500_000.0 + at, "py", f"{name} {at}"))
"""


def test_nothing_that_is_appended_while_segments_are_written_anew_is_lost(tmp_path: Path) -> None:
    log = HistoryLog(tmp_path / "history", "laptop", lock=tmp_path / "lock")
    index = HistoryIndex(tmp_path / "history", tmp_path / "cache", RealFileSystem(), lambda: NOW)
    command = [sys.executable, "-c", APPENDING, str(tmp_path)]
    writers = [
        subprocess.Popen([*command, name, str(COUNT)], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    forgotten = 0
    while any(writer.poll() is None for writer in writers) or forgotten < 3:
        entry = log.append(Entry(NOW + forgotten, "py", f"gone {forgotten}"))
        forget(log, {entry.id}, NOW + forgotten)
        index.update()
        forgotten += 1
    for writer in writers:
        assert writer.wait() == 0
        assert writer.stdout is not None
        writer.stdout.close()
    wanted = {f"{name} {at}" for name in ("a", "b") for at in range(COUNT)}
    assert {one.code for one in log.entries()} == wanted
    index.update()
    found = index.search(Query.read(""), Within(), 999)
    assert {one.code for one in found} == wanted
    assert all(b"gone" not in path.read_bytes() for path in (tmp_path / "history").rglob("2*"))
    index.close()
