"""Look for known holes in what we depend on, and for dangerous habits in our own code.

python tools/audit.py

The advisories come over the network. Where they cannot be had, one line says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
BIN: Final = Path(sys.executable).parent
LOCK: Final = "requirements/dev.txt"
PATIENCE: Final = 180.0  # seconds


def main() -> int:
    """1 when something was found."""
    return max(habits(), holes())


def habits() -> int:
    """What bandit finds in our own code; what it is told to pass over stands in pyproject.toml."""
    command = [
        str(BIN / "bandit"),
        "--quiet",
        "--recursive",
        "--configfile",
        "pyproject.toml",
        "src",
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def holes() -> int:
    """What is known about the packages of the lock."""
    command = [str(BIN / "pip-audit"), "--requirement", LOCK, "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
        found = json.loads(ran.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        print(
            f"audit: the advisories cannot be had ({type(error).__name__}); nothing was looked up"
        )
        return 0
    return told(found["dependencies"])


def told(packages: list[dict[str, Any]]) -> int:
    """1 when one of the packages has a hole; it is told which, and where it is closed."""
    skipped = sum("skip_reason" in one for one in packages)
    if skipped:
        print(f"audit: no advisories about {skipped} of {len(packages)} packages can be had here")
    holed = [one for one in packages if one.get("vulns")]
    for one in holed:
        for hole in one["vulns"]:
            mended = ", ".join(hole.get("fix_versions", ())) or "no version yet"
            print(f"{LOCK}: {one['name']} {one['version']}: {hole['id']}, mended in {mended}")
    return 1 if holed else 0


if __name__ == "__main__":
    sys.exit(main())
