"""Who would get a secret, in one form."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.schema.origins import covers, origin_of, parse_origin

ROOT = Path("/srv/project")
KEY = "ab" * 32
OTHER = "cd" * 32


@pytest.mark.parametrize(
    ("kind", "url", "text", "is_private"),
    [
        ("stui", "tcp://LocalHost:5555", "tcp://localhost:5555", True),
        ("stui", "tcp://127.8.8.8:5?socket=req", "tcp://127.8.8.8:5", True),
        ("stui", "tcp://[0::1]:5", "tcp://[::1]:5", True),
        ("stui", "tcp://h:5?encryption=none", "tcp://h:5", False),
        ("stui", "tcp://h:5", "tcp://h:5", False),
        ("stui", "tcp://localhost.example:5", "tcp://localhost.example:5", False),
        ("stui", f"tcp://h:5?server_key={KEY.upper()}", f"tcp://h:5?server_key={KEY}", True),
        ("stui", "lines://127.0.0.1:5", "lines://127.0.0.1:5", True),
        ("stui", "lines://10.0.0.5:5", "lines://10.0.0.5:5", False),
        ("stui", "tls://H:1", "tls://h:1", True),
        ("stui", "unix:run/./s", "unix:/srv/project/run/s", True),
        ("stui", "unix:///run/s", "unix:/run/s", True),
        ("stui", "ipc://s", "ipc:///srv/project/s", True),
        ("socket", "tcp://h:5", "tcp://h:5", False),
        ("socket", "tls://h:5", "tls://h:5", True),
        ("jupyter", "https://Hub.example/user/ada", "https://hub.example:443", True),
        ("jupyter", "http://localhost:8888", "http://localhost:8888", True),
        ("jupyter", "http://h:8888", "http://h:8888", False),
    ],
)
def test_the_other_end_of_a_connection(kind: str, url: str, text: str, is_private: bool) -> None:
    origin = origin_of(kind, url, ROOT)
    assert origin is not None
    assert (origin.text, str(origin), origin.is_private) == (text, text, is_private)
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("stui", None),
        ("stui", "tcp://127.1:5"),
        ("stui", "https://h"),
        ("jupyter", None),
        ("jupyter", "file:run/kernel.json"),
        ("jupyter", "tcp://h:5"),
        ("python", "tcp://localhost:5"),
        ("pty", "tcp://localhost:5"),
        ("zap", "tcp://localhost:5"),
    ],
)
def test_nobody_can_be_sent_a_secret(kind: str, url: str | None) -> None:
    assert origin_of(kind, url, ROOT) is None


@pytest.mark.parametrize(
    ("text", "reason", "next_step"),
    [
        ("", "that begins no address", "tcp://HOST:PORT"),
        ("h:1", "`h:` begins no address", "tcp://HOST:PORT"),
        ("socket+tls://h:1", "`socket+tls:` begins no address", "tls://HOST:PORT"),
        ("file:run/k.json", "`file:` begins no address", "https://HOST:PORT"),
        ("hunter2-canary", "that begins no address", "tcp://HOST:PORT"),
        ("tcp://h", "the address has no port", "tcp://host:port"),
        ("tcp://u:hunter2-canary@h:1", "the address has an `@`", "credential"),
        ("unix:run/s", "the path of the socket is relative", "unix:/run/image.sock"),
        ("ipc://run/s", "the path of the socket is relative", "ipc:///run/image.sock"),
        ("https://H/user/a", "a secret is for a whole server", "write `https://h:443`"),
        ("https://b\u00fccher.example", "the host `b\u00fccher.example (b\\xfc", "xn--bcher-kva"),
    ],
)
def test_what_is_no_origin(text: str, reason: str, next_step: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_origin(text)
    assert caught.value.reason.startswith(reason)
    assert next_step in (caught.value.next_step or "")
    assert "canary" not in f"{caught.value.reason}{caught.value.next_step}"


@pytest.mark.parametrize(
    ("audience", "origin", "is_covered"),
    [
        ("tcp://h:1", "tcp://h:1", True),
        ("tcp://h:1", f"tcp://h:1?server_key={KEY}", True),
        (f"tcp://h:1?server_key={KEY}", f"tcp://h:1?server_key={KEY}", True),
        (f"tcp://h:1?server_key={KEY}", f"tcp://h:1?server_key={OTHER}", False),
        (f"tcp://h:1?server_key={KEY}", "tcp://h:1", False),
        ("tcp://h:1", "tcp://h:2", False),
        ("tcp://h:1", "tls://h:1", False),
        ("tls://h:443", "https://h", False),
        ("https://h", "http://h:443", False),
        ("tcp://localhost:1", "tcp://127.0.0.1:1", False),
        ("tcp://example.org:1", "tcp://a.example.org:1", False),
        ("unix:/run/s", "ipc:///run/s", False),
        ("unix:/run/s", "unix:/run/s2", False),
    ],
)
def test_whom_an_audience_covers(audience: str, origin: str, is_covered: bool) -> None:
    assert covers(parse_origin(audience), parse_origin(origin)) is is_covered
