"""Points in time, said whatever number stands for one."""

from __future__ import annotations

import math

import pytest

from stui_workspace.model.durations import format_age
from stui_workspace.model.moments import CLOCK, UNKNOWN, moment_text


@pytest.mark.parametrize("at", [-1e308, 1e308, 1e18, math.inf, -math.inf, math.nan])
def test_a_time_that_no_calendar_has_is_unknown(at: float) -> None:
    assert moment_text(at) == moment_text(at, CLOCK) == UNKNOWN
    assert format_age(at) == UNKNOWN


def test_the_clock_of_this_machine_says_the_rest() -> None:
    assert moment_text(86_400.0 * 20, "%Y") == "1970"
    assert len(moment_text(0.0, CLOCK)) == len("00:00:00")
