"""The grammar of addresses: what is understood, and what is refused and why."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stui_workspace.connections.spoken import spec_of_url
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen
from stui_workspace.schema.endpoints import SCHEMES, Endpoint, endpoint_of

KEY = "ab" * 32


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("tcp://localhost:5555", Endpoint("tcp", "localhost", 5555)),
        ("tcp://LOCALHOST:5555", Endpoint("tcp", "localhost", 5555)),
        ("tcp://my_image.example.org:1", Endpoint("tcp", "my_image.example.org", 1)),
        ("tcp://127.0.0.1:65535", Endpoint("tcp", "127.0.0.1", 65535)),
        ("tcp://[0:0::1]:5555", Endpoint("tcp", "::1", 5555)),
        ("tcp://[FE80::1%eth0]:5555", Endpoint("tcp", "fe80::1%eth0", 5555)),
        ("tcp://host:5?socket=req", Endpoint("tcp", "host", 5, is_request_socket=True)),
        ("tcp://host:5?socket=dealer", Endpoint("tcp", "host", 5)),
        (f"tcp://host:5?server_key={KEY.upper()}", Endpoint("tcp", "host", 5, server_key=KEY)),
        (
            f"tcp://host:5?server_key={KEY}&socket=req",
            Endpoint("tcp", "host", 5, is_request_socket=True, server_key=KEY),
        ),
        ("ipc://run/image.sock", Endpoint("ipc", path="run/image.sock")),
        ("ipc:///run/image", Endpoint("ipc", path="/run/image")),
        ("ipc://s?socket=req", Endpoint("ipc", path="s", is_request_socket=True)),
        ("unix:run/image.sock", Endpoint("unix", path="run/image.sock")),
        ("unix:/run/my image", Endpoint("unix", path="/run/my image")),
        ("unix:/srv/jo@example.org/10%/$s", Endpoint("unix", path="/srv/jo@example.org/10%/$s")),
        ("unix:///run/image", Endpoint("unix", path="/run/image")),
        ("unix:./run//./s", Endpoint("unix", path="run/s")),
        ("lines://host:5", Endpoint("lines", "host", 5)),
        ("lines://host:5?encryption=none", Endpoint("lines", "host", 5, may_be_clear=True)),
        ("lines://[::1]:5?encryption=none", Endpoint("lines", "::1", 5)),
        (
            "tcp://host:5?encryption=none&socket=req",
            Endpoint("tcp", "host", 5, is_request_socket=True, may_be_clear=True),
        ),
        ("tls://xn--bcher-kva.example:5", Endpoint("tls", "xn--bcher-kva.example", 5)),
    ],
)
def test_an_address_is_understood(url: str, expected: Endpoint) -> None:
    assert endpoint_of(url) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "that is no address for `kind: stui`"),
        ("hunter2", "that is no address for `kind: stui`"),
        ("localhost:5555", "`localhost:` is no address for `kind: stui`"),
        ("http://localhost:5555", "`http:` is no address for `kind: stui`"),
        ("TCP://localhost:5555", "`TCP:` is no address for `kind: stui`"),
        ("tcp:localhost:5555", "there are no slashes after `tcp:`"),
        ("tcp://localhost", "the address has no port"),
        ("tcp://localhost:", "`` is no port"),
        ("tcp://localhost:0", "`0` is no port"),
        ("tcp://localhost:05", "`05` is no port"),
        ("tcp://localhost:65536", "`65536` is no port"),
        ("tcp://localhost:\u0661", "`\u0661` is no port"),
        ("tcp://localhost:5/", "`5/` is no port"),
        ("tcp://:5", "the address has no host"),
        ("tcp://*:5", "`*` is no name of a host"),
        ("tcp://-a:5", "`-a` is no name of a host"),
        ("tcp://a..b:5", "`a..b` is no name of a host"),
        ("tcp://a;b:5", "`a;b` is no name of a host"),
        ("tcp://a b:5", "`a b` is no name of a host"),
        (f"tcp://{'a' * 64}:5", f"`{'a' * 64}` is no name of a host"),
        ("tcp://bücher.example:5", "the host `bücher.example (b\\xfccher.example)` is not ASCII"),
        ("tcp://127.1:5", "`127.1` is no IPv4 address"),
        ("tcp://127.0.0.01:5", "`127.0.0.01` is no IPv4 address"),
        ("tcp://2130706433:5", "`2130706433` is no IPv4 address"),
        ("tcp://0x7f.1:5", "`0x7f.1` is no IPv4 address"),
        ("tcp://a.0x7f:5", "`a.0x7f` is no IPv4 address"),
        ("tcp://0.0.0.0:5", "0.0.0.0 is where a server listens, and nobody's address"),
        ("tcp://[::]:5", "[::] is where a server listens, and nobody's address"),
        ("tcp://[::1]", "the address has no port"),
        ("tcp://[::1:5", "the address has no port"),
        ("tcp://::1:5", "an IPv6 address has no brackets"),
        ("tcp://[localhost]:5", "`localhost` is no IPv6 address"),
        ("tcp://[fe80::1%a b]:5", "the zone after `%` is no name of a network interface"),
        ("tcp://host:5#x", "an address has no `#`"),
        ("tcp://host:5?", "an option of the address is not understood here"),
        ("tcp://host:5?token=hunter2", "the option `token` of the address is not understood here"),
        (
            "tcp://host:5?server_key=12",
            "the option `server_key` of the address is not understood here",
        ),
        (
            f"ipc://s?server_key={KEY}",
            "the option `server_key` of the address is not understood here",
        ),
        ("tcp://host:5?socket=req&socket=req", "an option of the address is there twice"),
        (
            "lines://host:5?socket=req",
            "the option `socket` of the address is not understood here",
        ),
        ("tls://host:5?encryption=none", "the address has options after `?`"),
        (
            "tcp://host:5?encryption=tls",
            "the option `encryption` of the address is not understood here",
        ),
        (
            f"tcp://host:5?encryption=none&server_key={KEY}",
            "the address has a `server_key` and no encryption",
        ),
        ("tcp://\u212aelvin:5", "the host `\u212aelvin (\\u212aelvin)` is not ASCII"),
        ("tcp://xn--good-:5", "`xn--good-` is no name of a host"),
        ("tcp://xn--\u00fc:5", "the host"),
        ("tcp://host.:5", "`host.` is no name of a host"),
        ("tcp://%6cocalhost:5", "`%6cocalhost` is no name of a host"),
        ("tcp://[::ffff:127.0.0.1]:5", "an IPv4 address stands in an IPv6 address"),
        ("tcp://[::1%lo]:5", "the zone after `%` is no name of a network interface, or"),
        ("tcp://[fe80::1%]:5", "the zone after `%` is no name of a network interface, or"),
        ("tcp://017700000001:5", "`017700000001` is no IPv4 address"),
        ("unix:a/../b", "the path of the socket goes up by `..`"),
        ("unix:./~/s", "the path of the socket begins in an odd way"),
        ("unix:a/.", "the address has no path of a socket"),
        ("ipc://s ?socket=req", "the address has no path of a socket"),
        ("ipc:///a?x//u:hunter2@h=1", "an option of the address is not understood here"),
        ("unix:a\u3164b", "the address has a backslash, an unseen character or a blank"),
        ("unix:/", "the address has no path of a socket"),
        ("unix:s?x", "the address has options after `?`"),
        ("unix:", "the address has no path of a socket"),
        ("unix:run/", "the address has no path of a socket"),
        ("unix://run/s", "after `unix://` only an absolute path can come"),
        ("ipc:run/s", "there are no slashes after `ipc:`"),
        ("ipc://*", "the path of the socket begins with `~`, `$`, `*` or `-`"),
        ("unix:~/s", "the path of the socket begins with `~`, `$`, `*` or `-`"),
        ("unix:$HOME/s", "the path of the socket begins with `~`, `$`, `*` or `-`"),
        ("tcp://ho\tst:5", "the address has a backslash, an unseen character or a blank"),
        (" tcp://host:5", "the address has a backslash, an unseen character or a blank"),
        ("tcp://good\\evil:5", "the address has a backslash, an unseen character or a blank"),
        ("tcp://host\u200b:5", "the address has a backslash, an unseen character or a blank"),
        ("tcp://me:hunter2@host:5", "the address has an `@`, as if it named a user"),
        ("ipc://@abstract", "the address has an `@`, as if it named a user"),
        ("unix:me:hunter2@host/s", "the address has an `@`, as if it named a user"),
        (f"unix:{'x' * 1024}", "the address is too long"),
    ],
)
def test_an_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        endpoint_of(url)
    assert caught.value.reason.startswith(reason)
    assert caught.value.next_step
    assert "hunter2" not in caught.value.reason + caught.value.next_step


def test_a_host_that_is_not_ascii_is_shown_as_it_would_be_written() -> None:
    with pytest.raises(UsageError) as caught:
        endpoint_of("tcp://bücher.example:5")
    assert "`xn--bcher-kva.example`" in (caught.value.next_step or "")


def test_a_line_repl_has_other_addresses() -> None:
    assert endpoint_of("tcp://host:5", "socket") == Endpoint("tcp", "host", 5)
    for url in ("lines://host:5", "ipc://s", "tcp://host:5?socket=req"):
        with pytest.raises(UsageError):
            endpoint_of(url, "socket")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("tcp://LOCALHOST:5", ConnectionSpec("x", "stui", url="tcp://localhost:5")),
        (
            "lines://host:5?encryption=none",
            ConnectionSpec("x", "stui", url="lines://host:5?encryption=none"),
        ),
        ("ipc://run/s", ConnectionSpec("x", "stui", url="ipc://run/s")),
        ("unix:s", ConnectionSpec("x", "stui", url="unix:s")),
        ("tls://HOST:5", ConnectionSpec("x", "stui", url="tls://host:5")),
        ("lines://[::1]:5", ConnectionSpec("x", "stui", url="lines://[::1]:5")),
        ("socket+tcp://host:5", ConnectionSpec("x", "socket", url="tcp://host:5")),
        ("socket+unix:s", ConnectionSpec("x", "socket", url="unix:s")),
        ("socket+tls://host:5", ConnectionSpec("x", "socket", url="tls://host:5")),
        ("https://HOST:8888", ConnectionSpec("x", "jupyter", url="https://host:8888")),
        ("https://host/hub/", ConnectionSpec("x", "jupyter", url="https://host:443/hub")),
        ("https://[::1]", ConnectionSpec("x", "jupyter", url="https://[::1]:443")),
        ("http://[::1]:8888/", ConnectionSpec("x", "jupyter", url="http://[::1]:8888")),
        ("jupyter:python3", ConnectionSpec("x", "jupyter", kernel="python3")),
        ("jupyter:", ConnectionSpec("x", "jupyter")),
        ("python:", ConnectionSpec("x", "python")),
        ("python:.venv/bin/python", ConnectionSpec("x", "python", python=".venv/bin/python")),
        (
            "pty:sqlite3 'my orders.db'",
            ConnectionSpec("x", "pty", command=("sqlite3", "my orders.db")),
        ),
    ],
)
def test_an_address_alone_means_a_connection(url: str, expected: ConnectionSpec) -> None:
    spec = spec_of_url(url, "x")
    assert spec.connect is ConnectWhen.AUTO
    assert spec == ConnectionSpec(
        "x",
        expected.kind,
        url=expected.url,
        kernel=expected.kernel,
        python=expected.python,
        command=expected.command,
        connect=ConnectWhen.AUTO,
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "`` begins no address"),
        ("host", "`host` begins no address"),
        ("ftp://host", "`ftp:` begins no address"),
        ("http://host:8888/?token=hunter2", "the address has a token"),
        ("http://host:8888/#token=hunter2", "the address has a token"),
        ("http://host:8888/lab?x=hunter2", "that is no address of a Jupyter Server"),
        ("http://me:hunter2@host", "the address has a token, or an `@` as if it named a user"),
        ("http://", "the address has no host"),
        ("http:host", "that is no address of a Jupyter Server"),
        ("http://host:99999", "`99999` is no port"),
        ("http://host/a b", "the address is too long, or has a backslash, a blank"),
        ("http://host/ä", "that is no address of a Jupyter Server"),
        ("jupyter:a/b", "that is no name of a Jupyter kernel"),
        ("pty:", "there is no command"),
        ("pty:''", "there is no command"),
        ("pty:sh 'x", "the command has a quote"),
        ("pty:sh \0", "the command has an unseen character"),
        ("python:a\nb", "that is no path"),
        ("socket+ipc://s", "`socket+ipc:` begins no address"),
        ("tcp://host", "the address has no port"),
        ("tcp://host:5", "anyone on the way to tcp://host:5 could read and change"),
        ("lines://10.0.0.5:5", "anyone on the way to lines://10.0.0.5:5 could read and change"),
        ("http://host", "anyone on the way to http://host:80 could read and change"),
    ],
)
def test_what_means_no_connection_is_refused(url: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        spec_of_url(url, "x")
    assert caught.value.reason.startswith(reason)
    assert caught.value.next_step
    assert "hunter2" not in caught.value.reason + caught.value.next_step


def test_what_is_not_understood_is_answered_by_what_is() -> None:
    with pytest.raises(UsageError) as caught:
        spec_of_url("gopher://x", "x")
    for form in ("tcp://", "socket+tcp://", "jupyter:", "python:", "pty:"):
        assert form in (caught.value.next_step or "")


SCHEME = st.sampled_from([*SCHEMES["stui"], "http", "x"])
ODD = st.text(st.sampled_from("aZ0.-_:/[]%?#@&= \\\t\u200bäx1"), max_size=30)
URLS = st.one_of(
    st.builds("{}://{}".format, SCHEME, ODD),
    st.builds("{}://{}:{}{}".format, SCHEME, ODD, st.integers(0, 70_000), ODD),
    st.builds("unix:{}".format, ODD),
    st.builds("tcp://[{}]:5{}".format, st.ip_addresses(v=6), ODD),
    st.builds("tcp://{}:5".format, st.ip_addresses(v=4)),
    st.text(max_size=30),
)


@given(URLS, st.sampled_from(sorted(SCHEMES)))
@example("tcp://[fe80::1%E]:5", "stui")
def test_whatever_is_understood_is_plain_and_written_in_one_way(url: str, kind: str) -> None:
    try:
        found = endpoint_of(url, kind)
    except UsageError:
        return
    assert endpoint_of(found.url, kind) == found
    assert (found.path == "") == (found.host != "") == (1 <= found.port <= 65535)
    if found.host:
        assert found.host.isascii()
        assert not set(found.host) & set(" @/\\?#[]*;")
    if ":" in found.host:
        assert str(ip_address(found.host)).lower() == found.host.lower()


@given(
    URLS | st.text(max_size=30).map("pty:{}".format) | st.text(max_size=30).map("http:{}".format)
)
def test_any_text_means_a_connection_or_is_refused(url: str) -> None:
    with suppress(UsageError):
        assert spec_of_url(url, "x").credential is None
