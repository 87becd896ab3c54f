"""The grammar of hosts and ports, which all addresses share. Pure: no name is looked up.

It is ours, in ASCII, and strict: what another reader would take for another host is refused.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NoReturn

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"\A{_LABEL}(?:\.{_LABEL})*\Z", re.ASCII)
_NUMBER_AT_END: Final = re.compile(r"(?:\A|\.)(?:[0-9]+|0x[0-9a-f]*)\Z", re.ASCII)
_PORT: Final = re.compile(r"\A[1-9][0-9]{0,4}\Z", re.ASCII)
_ZONE: Final = re.compile(r"\A[A-Za-z0-9._-]{1,15}\Z", re.ASCII)
_SOFT_BEGIN: Final = "xn--"
_HOST_LIMIT: Final = 253
_PORT_LIMIT: Final = 65535
_V6_LOOPBACK: Final = IPv6Address(1)
_SHOWN: Final = 80
_NO_NAME: Final = "its host is no name of a host"


@dataclass(eq=False)
class AddressError(UsageError):
    """An address that is refused."""

    rule: str = ""
    """Why, without any of the address: it may be a secret that was pasted in the wrong place."""


def host_and_port(authority: str, form: str) -> tuple[str, int]:
    """The canonical host and the port of `host:port`; IPv6 without its brackets.

    Args:
        authority: What stands between the slashes and the end.
        form: How it should be written, for the refusal.

    Raises:
        AddressError: It is not of that form.
    """
    if authority.startswith("["):
        host, bracket, port = authority[1:].partition("]")
        if not bracket or not port.startswith(":"):
            _fail("the address has no port", f"write {form}, with `[` and `]` around IPv6")
        return _ipv6(host), _port(port[1:], form)
    host, colon, port = authority.rpartition(":")
    if not colon:
        _fail("the address has no port", f"write {form}")
    if ":" in host:
        _fail("an IPv6 address has no brackets", "write it as in `tcp://[::1]:5555`")
    return host_of(host, form), _port(port, form)


def host_of(written: str, form: str) -> str:
    """The canonical form of a host: a name in A-labels, or an IPv4 address.

    Raises:
        AddressError: It is none.
    """
    host = written.lower()
    if not host:
        _fail("the address has no host", f"write {form}")
    if not written.isascii():
        # Before it is taken apart: the Kelvin sign is a `k` once it is in lower case.
        _fail(
            f"the host `{in_both_forms(written)}` is not ASCII",
            _in_ascii(written),
            "its host is not ASCII",
        )
    if _NUMBER_AT_END.search(host):
        return _ipv4(host)
    if len(host) > _HOST_LIMIT or not _NAME.match(host):
        shown = printable_line(host, _SHOWN)
        _fail(f"`{shown}` is no name of a host", f"write {form}", _NO_NAME)
    for label in host.split("."):
        if label.startswith(_SOFT_BEGIN) and _spelled(label) is None:
            _fail(
                f"`{printable_line(host, _SHOWN)}` is no name of a host",
                f"what follows `{_SOFT_BEGIN}` stands for no letters: write the name as it is",
                _NO_NAME,
            )
    return host


def is_loopback(host: str) -> bool:
    """Whether a canonical host is this machine, by what it is called: nothing is looked up.

    >>> [is_loopback(host) for host in ("localhost", "127.8.8.8", "::1", "10.0.0.1", "a.example")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return IPv6Address(host) == _V6_LOOPBACK if ":" in host else IPv4Address(host).is_loopback
    except ValueError:
        return False


def is_plain(text: str) -> bool:
    """Whether each of its characters is seen as what it is, and none is a backslash."""
    return text.isprintable() and "\\" not in text and printable_line(text, len(text)) == text


def in_both_forms(text: str, limit: int = _SHOWN) -> str:
    """`text` for people, and after it in brackets what else it could be taken for.

    What is not ASCII is spelled out; the A-labels of a host are followed by what they stand for.
    """
    line = printable_line(text, limit)
    if not text.isascii():
        return f"{line} ({ascii(text[:limit])[1:-1]})"
    if _SOFT_BEGIN not in text:
        return line
    spelled = re.sub(
        r"(?<![a-z0-9-])xn--[a-z0-9-]{1,59}",
        lambda match: _spelled(match[0]) or match[0],
        text,
        flags=re.ASCII,
    )
    return line if spelled == text else f"{line} ({printable_line(spelled, limit)})"


def _spelled(label: str) -> str | None:
    """What an A-label stands for; None where it is none."""
    try:
        found = label.removeprefix(_SOFT_BEGIN).encode("ascii").decode("punycode")
        is_canonical = found.encode("punycode").decode("ascii") == label.removeprefix(_SOFT_BEGIN)
    except (UnicodeError, ValueError, OverflowError):
        return None
    return found if is_canonical else None


def _ipv4(host: str) -> str:
    try:
        found = IPv4Address(host)
    except ValueError:
        _fail(
            f"`{printable_line(host, _SHOWN)}` is no IPv4 address",
            "write four numbers from 0 to 255, without leading zeros, as in `127.0.0.1`",
            "its host is no IPv4 address, and no name ends in a number",
        )
    if found.is_unspecified:
        _fail("0.0.0.0 is where a server listens, and nobody's address", "write `127.0.0.1`")
    return str(found)


def _ipv6(written: str) -> str:
    host, percent, zone = written.partition("%")
    try:
        found = IPv6Address(host)
    except ValueError:
        _fail(
            f"`{in_both_forms(host)}` is no IPv6 address",
            "write it as in `tcp://[::1]:5555`",
            "what stands in brackets is no IPv6 address",
        )
    if found.is_unspecified:
        _fail("[::] is where a server listens, and nobody's address", "write `[::1]`")
    if (inner := found.ipv4_mapped) is not None:
        _fail("an IPv4 address stands in an IPv6 address", f"write `{inner}`")
    if percent and not (_ZONE.match(zone) and found.is_link_local):
        _fail(
            "the zone after `%` is no name of a network interface, or the address needs none",
            "only `fe80::` addresses have one, as in `%eth0`",
        )
    return f"{found}{percent}{zone}"


def _port(written: str, form: str) -> int:
    if not _PORT.match(written) or int(written) > _PORT_LIMIT:
        _fail(
            f"`{printable_line(written, 20)}` is no port",
            f"write {form}, with a port from 1 to {_PORT_LIMIT}",
            "its port is none",
        )
    return int(written)


def _in_ascii(host: str) -> str:
    try:
        ascii_form = host.encode("idna").decode("ascii")
    except UnicodeError:
        return f"write its ASCII form, which begins with `{_SOFT_BEGIN}`"
    return f"if it is the one you mean, write `{printable_line(ascii_form, _SHOWN)}`"


def _fail(reason: str, next_step: str, rule: str = "") -> NoReturn:
    raise AddressError(reason, next_step, rule or reason)
