"""`stui serve`: what it is told on its command line, and does not repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command_line import CommandLine


@pytest.mark.parametrize("written", ["tok-3141592653", "Aa0/+==", "", "TOKEN=x", "tok3141592653"])
def test_a_token_in_the_place_of_a_name_is_not_repeated(
    stui: CommandLine, file: Path, written: str
) -> None:
    ran = stui("serve", "--token-env", written)
    assert ran.status == 2
    assert "--token-env" in ran.err
    assert "  = help: " in ran.err
    assert not written or written not in ran.out + ran.err


def test_an_identity_is_a_name_and_no_book(stui: CommandLine, file: Path) -> None:
    ran = stui("serve", "--identity", "x" * 257, "--bind", "lines://0.0.0.0:0")
    assert (ran.status, "257 characters" in ran.err, "xxx" in ran.err) == (2, True, False)
