"""Fuzz the grammar of addresses: what it takes, every other reader takes for the same place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from stui_workspace.connections.spoken import spec_of_url
from stui_workspace.errors import UsageError
from stui_workspace.schema.addresses import KINDS, Address, address_of, check_channel
from stui_workspace.schema.endpoints import Endpoint
from stui_workspace.schema.hosts import AddressError, in_both_forms, is_loopback
from stui_workspace.schema.origins import covers, origin_of, parse_origin
from stui_workspace.schema.web import ConnectionFile, Server

ROOT: Final = Path("/srv/project")
HOST: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\Z")
ENDS_IN_A_NUMBER: Final = re.compile(r"(\A|\.)(0x[0-9a-f]*|[0-9]+)\Z")
"""By the URL Standard, such a host is an IPv4 address or nothing."""
SECRET: Final = "hunter2"  # noqa: S105 (nobody's)

KEY: Final = "5f" * 32
SEEDS: Final = (
    *("tcp://localhost:5555", "tcp://h.example:1?socket=req", f"tcp://10.0.0.5:1?server_key={KEY}"),
    *("lines://h:1?encryption=none", "tls://[::1]:65535", "tcp://[fe80::1%eth0]:1"),
    *(f"tcp://h:1?socket=dealer&server_key={KEY.upper()}", "ipc://run/image", "unix:run/s"),
    *("ipc:///run/image?socket=req", "unix:///run/./s", "unix:/srv/jo@example.org/s"),
    *("https://hub.example/user/ada%40b", "http://127.0.0.1:8888/a/", "file:run/kernel.json"),
    *("http://[::1]/api/kernels/0123abcd-0000-1111-2222-333344445555", "jupyter:python3"),
    *("socket+tls://h:1", "pty:sh -c 'x'", "python:.venv/bin/python", "tcp://u:hunter2@h:1"),
    *("tcp://good\\@evil:1", "tcp://ev\til:1", "tcp://127.1:1", "tcp://0177.0.0.1:1"),
    *("tcp://0x7f000001:1", "tcp://[::ffff:127.0.0.1]:1", "tcp://0.0.0.0:1", "tcp://a..b:1"),
    *("tcp://h;x:1", "tcp://*:1", "tcp://-h:1", "tcp://xn--bcher-kva.example:1"),
    *("tcp://xn--good-:1", "tcp://b\u00fccher.example:1", "tcp://\uff4c\uff4f:1"),
    *("tcp://h\u3002x:1", "tcp://\u212aelvin:1", "https://h%2e:1", "https://h/%2e%2e/a"),
    *("https://h:443/?token=hunter2", "https://h#@evil/"),
)


def target(data: bytes) -> None:
    """Hold the laws of addresses for `data`, as each kind of connection and each reader has it."""
    for text in {data.decode("utf-8", "replace"), data.decode("latin-1")}:
        for kind in sorted(KINDS):
            hold_laws(kind, text)
        with suppress(UsageError):
            spec = spec_of_url(text, "x")
            assert spec.url is None or address_of(spec.kind, spec.url) is not None
        with suppress(UsageError):
            origin = parse_origin(text)
            assert parse_origin(origin.text) == origin, origin
            assert covers(origin, origin)
        shown = in_both_forms(text)
        assert is_safe(shown), ascii(shown)


def hold_laws(kind: str, url: str) -> None:
    """The laws for one address of one kind."""
    try:
        found = address_of(kind, url)
    except AddressError as error:
        hold_laws_of_a_refusal(error, url)
        return
    assert found is not None
    assert "\\" not in url
    assert url.isprintable()
    if isinstance(found, ConnectionFile):
        return
    hold_laws_of_a_host(found, url)
    assert address_of(kind, found.url) == found, "its canonical form means something else"
    hold_laws_of_an_origin(kind, url, found)
    with suppress(AddressError):
        check_channel(kind, found)
        assert kind == "socket" or found.is_private or getattr(found, "may_be_clear", False)


def hold_laws_of_a_refusal(error: AddressError, url: str) -> None:
    """It says why and what to do, safely, and nothing of what could be a password."""
    said = f"{error.reason}{error.next_step}{error.rule}"
    assert error.next_step
    assert error.rule
    assert is_safe(said), ascii(said)
    user, at, _ = url.partition("@")
    assert not (at and SECRET in user and SECRET in said), said


def is_safe(text: str) -> bool:
    """Whether a terminal obeys nothing of it, and it is one line."""
    return not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in text)


def hold_laws_of_a_host(found: Endpoint | Server, url: str) -> None:
    """It is where others would go with the same text, or with its canonical form."""
    if isinstance(found, Endpoint) and found.path:
        assert not {"", ".", ".."} & set(found.path.removeprefix("/").split("/")), found
        assert (found.host, found.port) == ("", 0)
        return
    assert 1 <= found.port <= 65535
    assert "@" not in url
    bare, percent, zone = found.host.partition("%")
    if ":" in bare:
        assert str(IPv6Address(bare)) == bare
        assert IPv6Address(bare).ipv4_mapped is None
    elif ENDS_IN_A_NUMBER.search(bare):
        assert str(IPv4Address(bare)) == bare
    else:
        assert HOST.match(bare)
        assert ".." not in bare
    assert bool(percent) == bool(zone)
    for written in (url, found.url):
        split = urlsplit(written)
        assert canonical((split.hostname or "").partition("%")[0]) == bare, written
        assert split.port in (found.port, None), written
        assert (split.username, split.password) == (None, None)
    is_v4 = ENDS_IN_A_NUMBER.search(bare) is not None and ":" not in bare
    is_here = bare in ("localhost", "::1") or (is_v4 and bare.startswith("127."))
    assert is_loopback(found.host) == is_here, found


def canonical(host: str) -> str:
    """The host, in the one form if it is of IPv6."""
    return str(IPv6Address(host)) if ":" in host else host


def hold_laws_of_an_origin(kind: str, url: str, found: Address) -> None:
    """Its origin has one form, and is as private as its channel."""
    origin = origin_of(kind, url, ROOT)
    assert isinstance(found, (Endpoint, Server))
    assert origin is not None
    assert origin == origin_of(kind, found.url, ROOT)
    assert origin.is_private == found.is_private
    assert origin.path.startswith("/") == bool(origin.path)
    assert parse_origin(origin.text) == origin
    without_key = parse_origin(origin.text.partition("?")[0])
    assert covers(without_key, origin)
    assert covers(origin, without_key) == (origin.server_key is None)


def seeds() -> Iterator[bytes]:
    """One address of each form, and some that other readers have been fooled by."""
    for text in SEEDS:
        yield text.encode()
