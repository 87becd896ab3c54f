"""Two real programs that save one file at once: under the lock, no change is lost."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

COUNT = 40

WRITER = """
import sys
from pathlib import Path
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.atomic import save
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.lock import hold

fs, file, lock, name, count = RealFileSystem(), Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    with hold(lock, timeout=60.0):
        old = fs.read(file)
        save(fs, file, old + f"{name}{number}\\n".encode(), expected=revision_of(old))
"""


def test_under_the_lock_no_change_is_lost(tmp_path: Path) -> None:
    file, lock = tmp_path / "w.yaml", tmp_path / "state" / "w.lock"
    file.write_bytes(b"")
    with ExitStack() as stack:
        writers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", WRITER, str(file), str(lock), name, str(COUNT)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name in "ab"
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        assert [writer.wait(60) for writer in writers] == [0, 0]
    lines = file.read_text().splitlines()
    for name in "ab":
        assert [line for line in lines if line[0] == name] == [f"{name}{n}" for n in range(COUNT)]
    assert len(lines) == 2 * COUNT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state", "w.yaml"]
