"""Settings of every test: what is random is repeatable, and no test is timed.

`tests/soak/properties.py` looks where these examples do not.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("stui", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("stui")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--take", action="store_true", help="take the pictures of screens anew")
