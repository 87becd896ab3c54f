"""The laws of a connection's machine, and that they find the mistakes that it could have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from stui_workspace.connections.backoff import wait_before
from stui_workspace.model.workspace import Reconnect
from support.machine_laws import LAWS, Story, stories
from support.machine_mutants import MUTANTS, Patch

Law = Callable[[Story], None]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__.replace("_", " "))
def test_law(law: Law) -> None:
    given(stories)(settings(max_examples=60)(law))()


def breaks(law: Law, story: Story) -> bool:
    """Whether the law does not hold in that story."""
    try:
        law(story)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize(("law", "patch"), MUTANTS.values(), ids=MUTANTS.keys())
def test_a_mistake_is_found_by_its_law(law: Law, patch: Patch) -> None:
    with patch():
        find(
            stories,
            lambda story: breaks(law, story),
            settings=settings(
                max_examples=5_000, derandomize=True, database=None, phases=[Phase.generate]
            ),
        )


@given(
    st.integers(1, 10_000),
    st.floats(0, 1, exclude_max=True),
    st.floats(0.001, 1e6),
    st.floats(0.001, 1e6),
)
def test_a_wait_is_below_the_cap_and_below_the_doubled_base(
    count: int, chance: float, base: float, cap: float
) -> None:
    policy = Reconnect(base=base, cap=cap)
    longest = base
    for _ in range(count - 1):
        longest = min(2 * longest, cap)
    assert 0 <= wait_before(count, chance, policy) <= min(longest, cap)
    assert wait_before(count, 0.999, policy) >= 0.99 * min(longest, cap)
