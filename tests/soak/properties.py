"""Hold the laws that tests state over many more examples, and others than `make test` tries.

Run as `python tests/soak/properties.py --times 20 --seed 1 [TEST ...]`. What fails is shown by
Hypothesis as it always is; the seed, printed first, brings it back.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent.parent
_TIMES = "STUI_SOAK_TIMES"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that have examples, and give them more."""
    times = int(os.environ[_TIMES])
    items[:] = [one for one in items if getattr(_test(one), "is_hypothesis_test", False)]
    for test in {_test(one) for one in items}:
        given = test._hypothesis_internal_use_settings or settings.get_profile("stui")
        test._hypothesis_internal_use_settings = settings(
            given, max_examples=given.max_examples * times, derandomize=False
        )


def _test(item: pytest.Item) -> Any:
    test = getattr(item, "obj", None)
    return getattr(test, "__func__", test)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20, help="how many times the usual examples")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32))
    parser.add_argument("--workers", default="2")
    parser.add_argument("tests", nargs="*", default=["tests/property", "tests/unit", "tests/plays"])
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.times} times the examples", flush=True)
    environment = {
        **os.environ,
        _TIMES: str(given.times),
        "PYTHONHASHSEED": str(given.seed),
        "PYTHONPATH": str(TESTS / "soak"),
    }
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "properties"]
    options = ["-n", given.workers, f"--hypothesis-seed={given.seed}"]
    return subprocess.run(
        [*pytest_command, *options, *given.tests], cwd=TESTS.parent, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
