"""Worked merge cases, byte for byte, with exactly their conflicts."""

from __future__ import annotations

import pytest

from stui_workspace.merge import merge3
from support.merge_cases import FOLDER, Case, cases_of, differences, policy

CASES = [case for name in ("cases.md", "more.md") for case in cases_of(FOLDER / name)]


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert "\n".join(differences(case, case.run())) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_its_mirror_image_has_the_same_conflicts(case: Case) -> None:
    texts = case.texts
    result = merge3(texts["base"], texts["theirs"], texts["ours"], policy=policy())
    assert {str(conflict.path) for conflict in result.conflicts} == case.conflicts
