"""The user's own word on where their secrets are."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.errors import SecretError
from stui_workspace.secrets.bindings import (
    Binding,
    Bindings,
    Command,
    KeyringItem,
    Variable,
    VaultName,
    bindings_at,
)

GOOD = """\
# mine
stui: 1
secrets:
  orders/image:
    keyring: {service: orders-cli, user: ana}
    for: [tcp://localhost:5555, "unix:/run/image.sock"]
  ci/token:
    env: CI_TOKEN
  from/pass:
    command: [pass, show, orders]
    for: ["https://hub.example.com"]
  elsewhere:
    vault: work/image
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700)
    return folder / "credentials.yaml"


def written(path: Path, text: str, mode: int = 0o600) -> Bindings:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return bindings_at(path)


def test_each_form_is_understood(path: Path) -> None:
    found = written(path, GOOD)
    assert found.problem is None
    assert found.of("orders/image") == Binding(
        "orders/image",
        KeyringItem("orders-cli", "ana"),
        ("tcp://localhost:5555", "unix:/run/image.sock"),
    )
    assert found.of("ci/token") == Binding("ci/token", Variable("CI_TOKEN"))
    assert found.of("from/pass") == Binding(
        "from/pass", Command(("pass", "show", "orders")), ("https://hub.example.com:443",)
    )
    assert found.of("elsewhere") == Binding("elsewhere", VaultName("work/image"))
    assert found.of("unbound") is None


def test_no_file_binds_nothing(path: Path) -> None:
    assert bindings_at(path) == Bindings(path)


def test_a_link_to_ones_own_dotfiles_is_followed(path: Path, tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir(mode=0o700)
    (dotfiles / "stui.yaml").write_text(GOOD, encoding="utf-8")
    (dotfiles / "stui.yaml").chmod(0o600)
    path.symlink_to(dotfiles / "stui.yaml")
    assert bindings_at(path).of("elsewhere") is not None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_counts_for_nothing(path: Path, mode: int) -> None:
    found = written(path, GOOD, mode)
    with pytest.raises(SecretError, match="others may write to") as caught:
        found.of("unbound")
    assert "chmod go-w" in (caught.value.next_step or "")


def test_a_folder_that_others_may_write_likewise(path: Path) -> None:
    written(path, GOOD)
    path.parent.chmod(0o770)
    assert "others may write" in (bindings_at(path).problem or "")


@pytest.mark.parametrize(
    "text",
    [
        "secrets: [",
        "secrets: {a: {}}",
        "secrets: {a: {env: A, vault: b}}",
        "secrets: {a: {env: $A}}",
        "secrets: {A: {env: A}}",
        "secrets: {keyring:a: {env: A}}",
        "secrets: {../a: {env: A}}",
        "secrets: {a: {env: A, for: [nowhere]}}",
        "secrets: {a: {env: A, for: [unix:relative.sock]}}",
        "secrets: {a: {env: A, for: [tcp://a@b:1]}}",
        "secrets: {a: {command: id}}",
        "secrets: {a: {command: []}}",
        "secrets: {a: {keyring: {service: x}}}",
        "secrets: {a: {keyring: {service: '', user: b}}}",
        "secrets: {a: {value: hunter2-canary}}",
        "secrets: {a: null}",
        "!!python/object:os.system {}",
    ],
)
def test_what_is_not_understood_binds_nothing_and_hides_nothing(path: Path, text: str) -> None:
    """A name that it may have bound is not looked for in another place."""
    found = written(path, text)
    assert found.all == {}
    with pytest.raises(SecretError) as caught:
        found.of("a")
    assert caught.value.next_step
    assert "hunter2" not in f"{caught.value} {caught.value.next_step}"


def test_a_command_does_not_show_its_arguments() -> None:
    assert "hunter2" not in repr(Binding("a", Command(("curl", "-u", "me:hunter2"))))


def test_a_folder_in_its_place_is_named(path: Path) -> None:
    path.mkdir()
    assert "cannot be read" in (bindings_at(path).problem or "")
