"""What an address of a kernel may be."""

from __future__ import annotations

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.schema.web import (
    ConnectionFile,
    Server,
    WebAddress,
    server_of,
    web_address_of,
)

ID = "0123abcd-0000-1111-2222-333344445555"


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("http://localhost:8888", Server("http", "localhost", 8888)),
        ("http://LocalHost:8888/", Server("http", "localhost", 8888)),
        ("http://[::1]:8888", Server("http", "::1", 8888)),
        ("http://10.0.0.1/a", Server("http", "10.0.0.1", 80, "/a")),
        ("https://[0::2]/a", Server("https", "::2", 443, "/a")),
        ("https://hub.example/user/a%40b", Server("https", "hub.example", 443, "/user/a%40b")),
        (
            f"http://127.0.0.1:8888/base/api/kernels/{ID.upper()}",
            Server("http", "127.0.0.1", 8888, "/base", kernel_id=ID),
        ),
        ("file:run/kernel-1.json", ConnectionFile("run/kernel-1.json")),
        ("file:/run/user/1/kernel.json", ConnectionFile("/run/user/1/kernel.json")),
    ],
)
def test_what_is_meant(url: str, meant: WebAddress) -> None:
    assert web_address_of(url) == meant


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
        "http://localhost:8888/a%2f..%2fb",
        "http://localhost:8888/a%5cb",
        "http://localhost:8888/a%252e",
        "http://localhost:8888/a%0d%0aX",
        "http://localhost:8888/a%zz",
        "http://localhost:8888/a%",
        "http://localhost:8888/a//b",
        "http://localhost:8888/a;b",
        "http://[fe80::1%25eth0]:8888",
        "http://[::ffff:127.0.0.1]:8888",
        "http://127.1:8888",
        "http://localhost.:8888",
        "http://*:8888",
        "http://-x:8888",
        "HTTP://localhost:8888",
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
        "file:a\nb",
        "file:a\\b",
        "file:\u202ea",
        "http://localhost:8888/" + "a" * 2000,
    ],
)
def test_what_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        web_address_of(url)
    for secret in ("abc", "password"):
        assert secret not in f"{caught.value} {caught.value.next_step}"


@pytest.mark.parametrize(
    ("url", "is_private"),
    [
        ("https://hub.example", True),
        ("http://localhost", True),
        ("http://127.9.9.9", True),
        ("http://[::1]", True),
        ("http://hub.example", False),
        ("http://10.0.0.1", False),
        ("http://[::2]", False),
        ("http://localhost.example", False),
    ],
)
def test_only_tls_and_this_machine_are_private(url: str, is_private: bool) -> None:
    assert server_of(url).is_private is is_private


def test_an_address_is_written_in_one_way() -> None:
    url = f"https://hub.example:443/a/api/kernels/{ID}"
    server = server_of(f"https://HUB.example/a/api/kernels/{ID.upper()}/")
    assert (server.base, server.url) == ("https://hub.example:443/a", url)
    assert server_of(url) == server
