"""What git asks of the driver: in every form in which a git, or a jj, says it."""

from __future__ import annotations

import pytest

from stui_workspace.gitdriver.request import BadRequestError, Names, Request, request_of

FILES = ("O", "A", "B")


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        pytest.param(FILES, Request(*FILES, output="A", path="A"), id="files alone"),
        pytest.param(
            ("--marker-size=9", "--", *FILES, "a b.yaml"),
            Request(*FILES, output="A", path="a b.yaml", size=9),
            id="as git before 2.44",
        ),
        pytest.param(
            ("--marker-size=7", "--", *FILES, "p", "%S", "%X", "%Y"),
            Request(*FILES, output="A", path="p"),
            id="labels that git does not know",
        ),
        pytest.param(
            ("--", *FILES, "p", "1234567", "HEAD", "feature: a b"),
            Request(*FILES, output="A", path="p", names=Names("HEAD", "1234567", "feature: a b")),
            id="labels",
        ),
        pytest.param(
            ("--output", "out", "--marker-size", "12", "--", *FILES, "p"),
            Request(*FILES, output="out", path="p", size=12),
            id="as jj",
        ),
        pytest.param(
            ("--later-option=x", "--another", *FILES),
            Request(*FILES, output="A", path="A"),
            id="options of a later version",
        ),
        pytest.param(
            ("--marker-size=%L", "--", "-O", "-A", "--B"),
            Request("-O", "-A", "--B", output="-A", path="-A"),
            id="names that look like options",
        ),
        pytest.param(
            ("--", *FILES, "p", "", "a\nb", "\x1b[31m"),
            Request(*FILES, output="A", path="p", names=Names("a b", "base", "[31m")),
            id="labels on one line",
        ),
    ],
)
def test_what_is_asked(arguments: tuple[str, ...], request_: Request) -> None:
    assert request_of(arguments) == request_


@pytest.mark.parametrize("size", ["0", "-7", "x", "", "1001", "9" * 5000, "\u0667"])
def test_a_size_that_makes_no_sense_is_the_usual_one(size: str) -> None:
    assert request_of((f"--marker-size={size}", "--", *FILES)).size == 7


@pytest.mark.parametrize("arguments", [(), ("--",), ("O", "A"), ("--output", "O", "A", "B")])
def test_less_than_three_files(arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadRequestError, match="usage"):
        request_of(arguments)
