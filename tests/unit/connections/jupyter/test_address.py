"""What an address of a kernel may be."""

from __future__ import annotations

import pytest

from stui_workspace.connections.jupyter.address import (
    Address,
    ConnectionFile,
    Server,
    address_of,
)
from stui_workspace.errors import UsageError

ID = "0123abcd-0000-1111-2222-333344445555"


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("http://localhost:8888", Server("http://localhost:8888", is_private=True)),
        ("http://LocalHost:8888/", Server("http://localhost:8888", is_private=True)),
        ("http://[::1]:8888", Server("http://[::1]:8888", is_private=True)),
        ("http://10.0.0.1:80/a", Server("http://10.0.0.1:80/a", is_private=False)),
        ("https://hub.example/user/a", Server("https://hub.example:443/user/a", is_private=True)),
        (
            f"http://127.0.0.1:8888/base/api/kernels/{ID.upper()}",
            Server("http://127.0.0.1:8888/base", is_private=True, kernel_id=ID),
        ),
        ("file:run/kernel-1.json", ConnectionFile("run/kernel-1.json")),
        ("file:/run/user/1/kernel.json", ConnectionFile("/run/user/1/kernel.json")),
    ],
)
def test_what_is_meant(url: str, meant: Address) -> None:
    assert address_of(url) == meant


@pytest.mark.parametrize(
    "url",
    [
        "tcp://localhost:5555",
        "http://",
        "http:localhost:8888",
        "http://localhost:8888/?token=abc",
        "http://user:password@localhost:8888",
        "http://good\\@evil:80",
        "http://localhost:8888/a/../b",
        "http://localhost:8888/a/%2E%2e/b",
        "http://localhost:8888/#x",
        "http://localhost:0",
        "http://localhost:99999",
        "http://exämple.org:80",
        "http://0x7f.1:80",
        "http://local host:80",
        "http://localhost:80\nHost: evil",
        "file:",
        "file://host/kernel.json",
        "file:~/kernel.json",
        "file:$HOME/kernel.json",
        "http://localhost:8888/" + "a" * 2000,
    ],
)
def test_what_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        address_of(url)
    for secret in ("abc", "password"):
        assert secret not in f"{caught.value} {caught.value.next_step}"
