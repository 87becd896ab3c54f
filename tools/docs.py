"""Write the generated pages of docs/reference, or say which are stale.

python tools/docs.py [--check]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GENERATORS = (
    "docs_cli.py",
    "docs_format.py",
    "docs_gallery.py",
    "docs_keys.py",
    "docs_library.py",
    "docs_links.py",
)


def main(arguments: list[str]) -> int:
    """0 when all pages are written, or with `--check` when none is stale."""
    here = Path(__file__).parent
    codes = [
        subprocess.run([sys.executable, here / name, *arguments], check=False).returncode
        for name in GENERATORS
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
