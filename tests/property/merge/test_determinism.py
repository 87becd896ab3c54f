"""The same bytes in, the same bytes out: in another process, whatever its hashes and language."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from strategies.merging import example
from support.merge_digests import digest

SIZE = 2000
TESTS = Path(__file__).parent.parent.parent


def test_another_process_merges_alike(tmp_path: Path) -> None:
    texts = [example(seed).texts for seed in range(SIZE)]
    (tmp_path / "texts").write_bytes(pickle.dumps(texts))
    script = TESTS / "support" / "merge_digests.py"
    with subprocess.Popen(
        [sys.executable, script, tmp_path / "texts"],
        env={
            **os.environ,
            "PYTHONHASHSEED": "7",
            "LC_ALL": "C",
            "PYTHONPATH": str(TESTS),
            "TZ": "NZ",
        },
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        here = digest(texts)
        said, _ = other.communicate()
    assert (other.returncode, said.strip()) == (0, here)
