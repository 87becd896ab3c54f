"""What `git diff` shows: all of the file but its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.gitdriver.entry import run
from stui_workspace.gitdriver.redacting import redacted

TOKEN = "ghp_" + "a1B2" * 9
PLAIN = """\
# what we are
stui: 1
name: 'orders'   # quoted
connections:
    py: {kind: python}

buffers:
  b:
    source: |
      token = next(tokens)
"""


def test_a_file_without_secrets_is_shown_byte_for_byte() -> None:
    for text in (PLAIN, PLAIN.replace("\n", "\r\n"), "\ufeff" + PLAIN, PLAIN.rstrip("\n"), ""):
        assert redacted(text.encode()) == text.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("password: hunter2\n", "password: <secret>\n", id="by its key"),
        pytest.param("password: 'hun\n  ter2'\n", "password: <secret>\n", id="on two lines"),
        pytest.param("a: {api_key: x, b: c}\n", "a: {api_key: <secret>, b: c}\n", id="in a flow"),
        pytest.param(f"note: {TOKEN}\n", "note: <secret>\n", id="by its form"),
        pytest.param(f"# {TOKEN}\na: b\n", "# <secret>\na: b\n", id="in a comment"),
        pytest.param("a: b  # password: hunter2\n", "a: b  # password: <secret>\n", id="a remark"),
        pytest.param("url: tcp://me:pw@host:1\n", "url: <secret>\n", id="a user in an address"),
        pytest.param(
            "secrets:\n  a: b\n  c: [d, e]\n",
            "secrets:\n  a: <secret>\n  c: [<secret>, <secret>]\n",
            id="all below a key",
        ),
        pytest.param(
            "password: |\n  one\n  two\nname: a\n", "password: <secret>\nname: a\n", id="a block"
        ),
        pytest.param(
            "# -----BEGIN PRIVATE KEY-----\n# AA\n# -----END PRIVATE KEY-----\na: b\n",
            "# <secret>\n<secret>\n<secret>\na: b\n",
            id="a key in a comment",
        ),
        pytest.param("password: ${pw}\n", "password: ${pw}\n", id="a variable is none"),
        pytest.param(
            "a: &x hunter2\npassword: *x\n", "a: &x <secret>\npassword: *x\n", id="an alias"
        ),
    ],
)
def test_secrets_are_not_shown(text: str, shown: str) -> None:
    assert redacted(text.encode()).decode() == shown


def test_the_name_of_a_secret_is_not_shown_but_that_it_changed_is() -> None:
    one, same, other = (
        redacted(f"connections: {{a: {{kind: stui, credential: {name}}}}}\n".encode())
        for name in ("keyring:orders/db", "'keyring:orders/db'", "keyring:orders/image")
    )
    assert b"orders" not in one + other
    assert b"credential: keyring:<" in one
    assert one == same != other


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a: [\npassword: hunter2\n", "a: [\npassword: <secret>\n", id="by its key"),
        pytest.param(
            "<<<<<<< ours\ntoken: a\n=======\ntoken: b\n>>>>>>> theirs\n",
            "<<<<<<< ours\ntoken: <secret>\n=======\ntoken: <secret>\n>>>>>>> theirs\n",
            id="between markers",
        ),
        pytest.param(
            "a: [\npassword: |\n  one\n\n  two\nb: c\n",
            "a: [\npassword: <secret>\n  <secret>\n\n  <secret>\nb: c\n",
            id="a block",
        ),
        pytest.param(
            "a: [\npassword:\n  one\nb: c\n", "a: [\npassword:\n  <secret>\nb: c\n", id="below"
        ),
        pytest.param(f"a: [\n  x: {TOKEN}\n", "a: [\n  x: <secret>\n", id="by its form"),
        pytest.param(
            "a: [\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\nb\n",
            "a: [\n<secret>\n<secret>\n<secret>\nb\n",
            id="a key",
        ),
        pytest.param('a: [\n"my token": x\n', 'a: [\n"my token": x\n', id="no such key"),
        pytest.param(
            "{credential: keyring:a/b\n", "{credential: <secret>\n", id="the name of a secret"
        ),
    ],
)
def test_what_is_no_yaml_is_judged_by_its_lines(text: str, shown: str) -> None:
    assert redacted(text.encode()).decode() == shown


def test_bytes_that_are_no_text_go_through() -> None:
    assert redacted(b"a: \xff\xfe\0\n") == b"a: \xff\xfe\0\n"


@given(
    st.binary(max_size=200)
    | st.text(alphabet="pasword:|>-\n {}[]&*#'\"", max_size=60).map(str.encode)
)
def test_anything_can_be_shown(content: bytes) -> None:
    shown = redacted(content)
    assert shown.count(b"\n") <= content.count(b"\n")


class TestForGit:
    def test_a_file(self, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        file = tmp_path / "a b.yaml"
        file.write_bytes(b"name: a\r\npassword: hunter2")
        assert run("git-textconv", [str(file)]) == 0
        assert capfdbinary.readouterr() == (b"name: a\r\npassword: <secret>", b"")

    @pytest.mark.parametrize("files", [[], ["a", "b"], ["missing"]], ids=["none", "two", "gone"])
    def test_no_file(self, files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert run("git-textconv", files) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
