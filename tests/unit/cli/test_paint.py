"""Colour only where a person wants and sees it."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from stui_workspace.cli.paint import coloured, is_terminal, paint_for, plain


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "at_a_terminal", "in_a_pipe"),
    [
        pytest.param({}, True, False, id="nothing said"),
        pytest.param({"NO_COLOR": "1"}, False, False, id="NO_COLOR"),
        pytest.param({"NO_COLOR": ""}, True, False, id="an empty NO_COLOR says nothing"),
        pytest.param({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False, id="NO_COLOR wins"),
        pytest.param({"FORCE_COLOR": "1"}, True, True, id="FORCE_COLOR"),
        pytest.param({"FORCE_COLOR": "0"}, False, False, id="FORCE_COLOR=0"),
        pytest.param({"CLICOLOR_FORCE": "1"}, True, True, id="CLICOLOR_FORCE"),
        pytest.param({"CLICOLOR": "0"}, False, False, id="CLICOLOR=0"),
        pytest.param({"CLICOLOR": "1"}, True, False, id="CLICOLOR=1"),
        pytest.param({"TERM": "dumb"}, False, False, id="a dumb terminal"),
    ],
)
def test_who_gets_colour(
    environ: Mapping[str, str], *, at_a_terminal: bool, in_a_pipe: bool
) -> None:
    assert (paint_for(Terminal(), environ) is coloured) == at_a_terminal
    assert (paint_for(io.StringIO(), environ) is coloured) == in_a_pipe


def test_nothing_is_painted_around_nothing() -> None:
    assert (coloured("error", ""), plain("error", "x")) == ("", "x")


def test_a_closed_stream_is_no_terminal() -> None:
    stream = io.StringIO()
    stream.close()
    assert not is_terminal(stream)
    assert not is_terminal(None)
