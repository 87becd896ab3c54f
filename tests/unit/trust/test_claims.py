"""What a connection asks for, in its one form."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.trust import claim_of


def digest(kind: str, url: str) -> str:
    spec = ConnectionSpec("image", kind, url=url)
    return claim_of(Path("/p/w.yaml"), Path("/p"), spec, {}, search_path="").digest


@pytest.mark.parametrize(
    ("kind", "url", "same"),
    [
        ("stui", "tls://HOST.example:1", "tls://host.example:1"),
        ("socket", "tcp://LocalHost:1", "tcp://localhost:1"),
        ("stui", "tcp://[::0001]:5", "tcp://[::1]:5"),
        ("jupyter", "https://Hub.example:8888", "https://hub.example:8888"),
    ],
)
def test_another_way_to_write_an_address_asks_for_nothing_new(
    kind: str, url: str, same: str
) -> None:
    assert digest(kind, url) == digest(kind, same)


@pytest.mark.parametrize(
    ("kind", "url", "other"),
    [
        ("stui", "tls://host.example:1", "tls://host.example:11"),
        ("stui", "tls://host.example:1", "lines://host.example:1"),
        ("stui", f"tcp://host.example:1?server_key={'a' * 64}", "tcp://host.example:1"),
        ("stui", "not an address", "not  an address"),
        ("jupyter", "https://hub.example/a", "https://hub.example/b"),
        ("a-plugin", "Its:Own", "its:own"),
    ],
)
def test_another_address_does(kind: str, url: str, other: str) -> None:
    assert digest(kind, url) != digest(kind, other)
