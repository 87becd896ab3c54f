"""Where a server may listen, and where it may not."""

from __future__ import annotations

import pytest

from stui_workspace.connections.serving.addresses import address_of, check_address
from stui_workspace.errors import UsageError


@pytest.mark.parametrize(
    "url",
    [
        "unix:/run/stui/s.sock",
        "ipc:///run/stui/s.sock",
        "lines://127.0.0.1:0",
        "tls://orders.example:5555",
        "tcp://[::1]:5555",
        "tcp://10.0.0.5:65535",
    ],
)
def test_an_address_is_written_as_it_was(url: str) -> None:
    assert str(address_of(url)) == url


@pytest.mark.parametrize(
    "url",
    [
        "", "unix:", "unix:relative", "ipc://relative", "http://127.0.0.1:1", "tcp://*:5555",
        "tcp://127.0.0.1", "tcp://127.0.0.1:65536", "tcp://me@host:1", "tcp://host:1?x=y",
        "tcp://host:1/", "TCP://host:1", "tcp://-host:1", "unix:/a\nb", "tcp://ho st:1",
        "lines://127.0.0.1:1;tcp://0.0.0.0:2", "tcp://hôst:1", "unix:/a?b",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        address_of(url)
    assert caught.value.next_step
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "has_token", "is_sealed", "may"),
    [
        ("unix:/run/s", False, False, True),
        ("ipc:///run/s", False, False, True),
        ("lines://127.0.0.1:1", False, False, True),
        ("lines://127.9.9.9:1", False, False, True),
        ("lines://[::1]:1", False, False, True),
        ("tcp://localhost:1", False, False, True),
        ("lines://10.0.0.5:1", False, False, False),
        ("lines://10.0.0.5:1", True, False, False),
        ("tcp://10.0.0.5:1", False, True, False),
        ("tcp://10.0.0.5:1", True, False, False),
        ("tcp://10.0.0.5:1", True, True, True),
        ("tls://10.0.0.5:1", True, True, True),
        ("tls://127.0.0.1:1", True, False, False),
        ("tcp://0.0.0.0:1", False, True, False),
        ("tcp://localhost.evil.example:1", False, True, False),
        ("tcp://127.0.0.1.evil.example:1", False, True, False),
        ("tcp://[::ffff:10.0.0.5]:1", False, True, False),
    ],
)
def test_the_network_needs_a_token_and_a_seal(
    url: str, has_token: bool, is_sealed: bool, may: bool
) -> None:
    address = address_of(url)
    if may:
        check_address(address, has_token=has_token, is_sealed=is_sealed)
        return
    with pytest.raises(UsageError) as caught:
        check_address(address, has_token=has_token, is_sealed=is_sealed)
    assert caught.value.next_step
