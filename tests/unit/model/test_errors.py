"""Errors carry fields, and keep them across processes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from stui_workspace import errors
from stui_workspace.model.diagnostics import Diagnostic, Span, position_at

EXAMPLES = [
    errors.ParseError((Diagnostic("Y103", "not YAML", Span(0, 1)),)),
    errors.StaleRevisionError(Path("w.yaml"), expected="a", found=None),
    errors.DiskError(Path("w.yaml"), "the disk is full", "free some space"),
    errors.ConsentError("image", ("connects to tcp://db:5555",), "stui trust grant"),
    errors.ConnectionLostError("py", "the process ended", "restart it"),
    errors.NotFoundError("session", "main"),
    errors.VersionError(found=2, known=1),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_with_its_fields(error: errors.StuiError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
    assert (type(again), vars(again), str(again)) == (type(error), vars(error), str(error))


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    named = {
        line.split()[1]
        for line in (errors.__doc__ or "").splitlines()
        if line.strip()[:2] in ("* ", "x ", "+ ", "- ")
    }
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.StuiError)
    }
    assert named == defined


def test_positions_count_from_one() -> None:
    assert [position_at("a\nbc", offset) for offset in range(5)] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
        (2, 3),
    ]
