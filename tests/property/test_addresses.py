"""Addresses lead where every other reader thinks they lead, and origins tell peers apart."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import assume, example, given
from hypothesis import strategies as st

from stui_workspace.errors import UsageError
from stui_workspace.schema.addresses import KINDS, address_of, check_channel
from stui_workspace.schema.endpoints import SCHEMES, Endpoint, endpoint_of
from stui_workspace.schema.hosts import host_of, in_both_forms, is_loopback
from stui_workspace.schema.origins import Origin, covers, origin_of, parse_origin
from stui_workspace.schema.web import Server

ROOT = Path("/srv/project")
KEYS = ("ab" * 32, "cd" * 32)

numbers = st.integers(0, 2**32).flatmap(
    lambda number: st.sampled_from([str(number), hex(number), f"0{number:o}", f"00{number}"])
)
loose_ipv4 = st.lists(numbers | st.integers(0, 255).map(str), min_size=1, max_size=5).map(".".join)
names = st.from_regex(
    r"[a-z0-9_]([a-z0-9_-]{0,10}[a-z0-9_])?(\.[a-z][a-z0-9]{0,5}){0,3}", fullmatch=True
)
hosts = st.one_of(
    st.sampled_from(["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "h.example", "10.0.0.5"]),
    names,
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map("[{}]".format),
)
ports = st.integers(1, 65535)
sockets = st.sampled_from(["run/s", "./run//s", "/run/s", "/run/./s", "s", "/s"])


@st.composite
def urls(draw: st.DrawFn) -> tuple[str, str]:
    """A kind and an address of it that is nearly always good."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    if kind == "jupyter":
        scheme = draw(st.sampled_from(["http", "https"]))
        path = draw(st.sampled_from(["", "/", "/user/ada", "/a%40b/"]))
        return kind, f"{scheme}://{draw(hosts)}:{draw(ports)}{path}"
    scheme = draw(st.sampled_from(SCHEMES[kind]))
    if scheme in ("unix", "ipc"):
        return kind, f"{scheme}:{'//' if scheme == 'ipc' else ''}{draw(sockets)}"
    options = draw(st.lists(st.sampled_from(OPTIONS), max_size=2, unique=True))
    mark = "?" if options and kind == "stui" else ""
    return kind, f"{scheme}://{draw(hosts)}:{draw(ports)}{mark}{'&'.join(options if mark else [])}"


OPTIONS = (
    "socket=req",
    f"server_key={KEYS[0]}",
    f"server_key={KEYS[1].upper()}",
    "encryption=none",
)


@given(loose_ipv4)
@example("127.1")
@example("0177.0.0.1")
@example("0x7f000001")
@example("2130706433")
def test_numbers_are_the_address_that_the_system_reads_in_them_or_none(written: str) -> None:
    try:
        found = host_of(written, "x")
    except UsageError:
        return
    with suppress(OSError):
        assert socket.inet_ntoa(socket.inet_aton(written)) == found
    assert str(IPv4Address(found)) == found == written


@given(urls())
def test_an_address_is_read_as_others_read_it(kind_and_url: tuple[str, str]) -> None:
    kind, url = kind_and_url
    try:
        found = address_of(kind, url)
    except UsageError:
        return
    assert isinstance(found, (Endpoint, Server))
    assert address_of(kind, found.url) == found
    if found.host:
        split = urlsplit(url)
        assert (split.hostname, split.port) != (None, None)
        assert same_host(split.hostname or "", found.host)
        assert split.port == found.port


def same_host(one: str, other: str) -> bool:
    return ip_address(one) == ip_address(other) if ":" in one else one == other


@given(urls())
def test_an_origin_has_one_form_and_keeps_what_makes_a_peer(kind_and_url: tuple[str, str]) -> None:
    kind, url = kind_and_url
    origin = origin_of(kind, url, ROOT)
    if origin is None:
        return
    assert parse_origin(str(origin)) == origin
    found = address_of(kind, url)
    assert isinstance(found, (Endpoint, Server))
    assert (origin.scheme, origin.host, origin.port) == (found.scheme, found.host, found.port)
    assert origin.is_private == found.is_private
    assert origin_of(kind, found.url, ROOT) == origin


@given(urls(), urls())
def test_an_audience_covers_its_own_peer_and_pinned_forms_of_it(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = (origin_of(*found, ROOT) for found in (one, other))
    assume(first is not None and second is not None)
    assert first is not None
    assert second is not None
    assert covers(first, first)
    assert covers(parse_origin(str(first).partition("?")[0]), first)
    if covers(first, second):
        assert bare(first) == bare(second)
        assert first.server_key in (None, second.server_key)
    if bare(first) == bare(second) and first.server_key is None:
        assert covers(first, second)


def bare(origin: Origin) -> tuple[str, str, int, str]:
    return origin.scheme, origin.host, origin.port, origin.path


@given(urls())
def test_what_is_let_through_is_private_or_says_that_it_is_not(
    kind_and_url: tuple[str, str],
) -> None:
    kind, url = kind_and_url
    try:
        found = address_of(kind, url)
        check_channel(kind, found)
    except UsageError:
        return
    assert isinstance(found, (Endpoint, Server))
    says = isinstance(found, Endpoint) and found.may_be_clear
    is_safe = found.scheme in ("tls", "https", "unix", "ipc") or is_loopback(found.host)
    has_key = isinstance(found, Endpoint) and found.server_key is not None
    assert is_safe or has_key or says or kind == "socket"


@given(st.text(max_size=60), st.sampled_from(sorted(KINDS)))
def test_nothing_else_is_raised_for_any_text(text: str, kind: str) -> None:
    for url in (text, f"tcp://{text}", f"tcp://{text}:1", f"https://{text}", f"tcp://h:1?{text}"):
        with suppress(UsageError):
            address_of(kind, url)
        with suppress(UsageError):
            parse_origin(url)
        origin_of(kind, url, ROOT)
        assert "\x1b" not in in_both_forms(url)


@given(st.text("ab\u0430\u0431\u00fc\u00e9", min_size=1, max_size=10))
def test_a_name_in_A_labels_is_shown_with_what_it_stands_for(word: str) -> None:  # noqa: N802
    assume(not word.isascii())
    label = "xn--" + word.encode("punycode").decode("ascii")
    endpoint = endpoint_of(f"tls://{label}.example:1")
    assert in_both_forms(endpoint.address) == (f"tls://{label}.example:1 (tls://{word}.example:1)")
