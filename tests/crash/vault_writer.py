"""A program that puts a secret into a vault for each line it is told, and says when it is kept.

python vault_writer.py FOLDER NAME
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

from support.vault_machines import Machine, envelope


def main(folder: Path, name: str) -> None:
    """Put `NAME-1`, for the line `1`, and so on, each with its own name for a value."""
    vault = Machine(folder, seed=f"{name} {os.getpid()}", lock_seconds=60.0).opened()
    for line in sys.stdin:
        vault.put(f"{name}-{line.strip()}", envelope(f"{name}-{line.strip()}"))
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
