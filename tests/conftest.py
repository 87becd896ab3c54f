"""Settings of every test: what is random is repeatable, and no test is timed."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("stui", deadline=None, print_blob=True)
settings.load_profile("stui")
