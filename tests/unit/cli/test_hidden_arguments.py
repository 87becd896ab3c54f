"""What was typed where no secret belongs is not said again: it may be one."""

from __future__ import annotations

import pytest

from support.command_line import CommandLine

TYPED = "hunter2-Zq81vKx"


@pytest.mark.parametrize(
    "words",
    [
        ("secret", TYPED),
        ("secret", "show", "a", TYPED),
        ("secret", "ls", TYPED, f"a) {TYPED} (b"),
        ("secret", "bind", "a", TYPED),
        ("vault", TYPED),
        ("vault", "init", TYPED),
        ("vault", "unlock", TYPED),
        ("vault", "unlock", "--passphrase-fd", TYPED),
        ("vault", "unlock", "--passphrase-fd", f"'{TYPED}' is not\n{TYPED}"),
        ("vault", "slot", TYPED),
        ("vault", "slot", "add", TYPED),
    ],
    ids=" ".join,
)
def test_an_argument_too_many_is_not_repeated(words: tuple[str, ...]) -> None:
    status, out, err = CommandLine()(*words).all
    assert (status, out) == (2, "")
    assert TYPED not in err
    assert "…" in err
    assert "  = help: " in err


def test_elsewhere_it_is() -> None:
    assert "(b)" in CommandLine()("get", "a", "b").err


def test_a_slip_of_the_pen_is_told() -> None:
    err = CommandLine()("secret", "st").err
    assert "no such command 'st'" in err
    assert "did you mean `set`" in err
