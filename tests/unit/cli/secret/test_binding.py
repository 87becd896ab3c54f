"""`stui secret bind` and `unbind`: credentials.yaml, and nothing of it but one binding."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from stui_workspace.secrets.secret import Secret
from support.fake_secrets import FakeSecrets, MortalStore
from support.secret_line import CANARY, SecretLine


@pytest.fixture
def credentials(secret: SecretLine) -> Path:
    return secret.home / "config" / "credentials.yaml"


COMMENTED = """\
# my own
stui: 1  # format

secrets:
  # the hub
  orders/hub: {env: HUB}  # for now
  orders/image:
    keyring: {service: 'img', user: ada}   # old
    for: ['tls://h:1']
# end
"""


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (
            ["--keyring-item", "My Server", "ada"],
            "keyring:\n      service: My Server\n      user: ada\n",
        ),
        (["--env", "ORDERS_TOKEN"], "env: ORDERS_TOKEN\n"),
        (["--vault", "other/name"], "vault: other/name\n"),
        (
            ["--command", "pass", "show", "--for", "x"],
            'command:\n      - pass\n      - show\n      - "--for"\n      - x\n',
        ),
        (["--command", "--", "pass", "-c"], "command:\n      - pass\n      - -c\n"),
    ],
    ids=["keyring item", "variable", "vault", "command", "command after dashes"],
)
def test_the_first_binding_makes_the_file(
    secret: SecretLine, credentials: Path, arguments: list[str], written: str
) -> None:
    assert secret("bind", "orders/image", *arguments).status == 0
    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    assert credentials.read_text().endswith(f"stui: 1\nsecrets:\n  orders/image:\n    {written}")


def test_all_else_in_the_file_stays(secret: SecretLine, credentials: Path) -> None:
    credentials.parent.mkdir(parents=True, mode=0o700)
    credentials.write_text(COMMENTED)
    credentials.chmod(0o600)
    assert secret("bind", "new", "--env", "NEW", "--for", "tls://h:9").status == 0
    assert secret("unbind", "new").status == 0
    assert credentials.read_text() == COMMENTED
    assert secret("bind", "orders/hub", "--env", "OTHER").status == 0
    assert credentials.read_text() == COMMENTED.replace("HUB", "OTHER")


def test_whom_it_is_for_stays_unless_it_is_said(secret: SecretLine, credentials: Path) -> None:
    secret("bind", "a", "--env", "A", "--for", "tls://h:1")
    ran = secret("bind", "a", "--env", "B")
    assert ran.err == "`a` is bound to variable B\n"
    assert "for:\n      - tls://h:1\n" in credentials.read_text()


def test_for_nobody_is_said(secret: SecretLine) -> None:
    ran = secret("bind", "a", "--env", "A")
    assert "warning: `keyring:a` is for nobody yet, and no connection gets it\n" in ran.err


def test_a_bound_secret_is_had(
    secret: SecretLine, fakes: FakeSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERS_TOKEN", CANARY)
    fakes.run = lambda command: Secret(CANARY + "".join(command.argv))
    secret("bind", "a", "--env", "ORDERS_TOKEN")
    secret("bind", "b", "--command", "pass", "x")
    assert secret("test", "a").status == secret("test", "b").status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--env", "A", "--vault", "b"],
        ["--env", "A", "--command", "b"],
        ["--command"],
        ["--command", "--"],
        ["--keyring-item", "only-one"],
        ["--vault", "No Name"],
        ["--env", "not a name"],
        ["--env", ""],
        ["--keyring-item", "", ""],
        ["--command", ""],
        ["--command", "tool", "--token", "ghp_" + "a1B2" * 9],
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    secret: SecretLine, credentials: Path, arguments: list[str]
) -> None:
    ran = secret("bind", "a", *arguments)
    assert ran.status in (1, 2)
    assert "ghp_" not in ran.err
    assert not credentials.exists()


def test_a_file_that_others_may_write_to_is_left_alone(
    secret: SecretLine, credentials: Path
) -> None:
    credentials.parent.mkdir(parents=True, mode=0o700)
    credentials.write_text(COMMENTED)
    credentials.chmod(0o666)
    ran = secret("bind", "a", "--env", "A")
    assert (ran.status, credentials.read_text()) == (5, COMMENTED)
    assert "chmod go-w" in ran.err


def test_a_file_behind_a_link_is_written_where_it_is(
    secret: SecretLine, credentials: Path, tmp_path: Path
) -> None:
    real = tmp_path / "dotfiles" / "credentials.yaml"
    real.parent.mkdir(mode=0o700)
    real.write_text(COMMENTED)
    real.chmod(0o600)
    credentials.parent.mkdir(parents=True, mode=0o700)
    credentials.symlink_to(real)
    assert secret("bind", "orders/hub", "--env", "OTHER").status == 0
    assert credentials.is_symlink()
    assert "OTHER" in real.read_text()


def test_what_is_not_used_any_more_is_said(
    secret: SecretLine, kept: MortalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUI_SECRET_ORDERS_IMAGE", CANARY)
    ran = secret("bind", "orders/image", "--env", "A")
    assert "note: `keyring:orders/image` is stored as well, and the binding goes first\n" in ran.err
    assert "note: `STUI_SECRET_ORDERS_IMAGE` is set, and goes before the binding\n" in ran.err


class TestTakingAway:
    def test_one_of_several(self, secret: SecretLine, credentials: Path) -> None:
        secret("bind", "a", "--env", "A")
        secret("bind", "b", "--env", "B")
        assert secret("unbind", "keyring:a").all == (0, "", "`a` is bound no more\n")
        assert credentials.read_text().endswith("secrets:\n  b:\n    env: B\n")

    def test_the_last(self, secret: SecretLine, credentials: Path) -> None:
        secret("bind", "a", "--env", "A")
        assert secret("unbind", "a").status == 0
        assert credentials.read_text().endswith("stui: 1\n")
        assert secret("bind", "a", "--env", "A").status == 0

    def test_one_that_is_not_there(self, secret: SecretLine) -> None:
        assert secret("unbind", "a").all == (
            2,
            "",
            "error: no binding of `a`\n  = help: bound is nothing\n",
        )
