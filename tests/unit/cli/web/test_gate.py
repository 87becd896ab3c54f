"""The gate: one address that opens it once, and nothing else that does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from stui_workspace.cli.web.gate import Gate


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"chance-{next(numbers)}"


def a_gate() -> Gate:
    return Gate(8000, ("127.0.0.1", "localhost"), numbered())


def test_the_address_says_where_and_has_a_token() -> None:
    assert a_gate().url == "http://127.0.0.1:8000/chance-1/?token=chance-3"


def test_chance_is_enough_and_never_the_same() -> None:
    one, other = Gate(1, ("x",)), Gate(1, ("x",))
    assert len({one.cookie, other.cookie, one.url, other.url, one.place, other.place}) == 6
    assert min(len(one.cookie), len(one.url.partition("token=")[2])) >= 43
    assert len(one.place) == 18


def test_a_token_is_used_up_and_a_new_one_takes_its_place() -> None:
    gate = a_gate()
    assert not gate.takes("")
    assert not gate.takes("chance-2")
    assert gate.takes("chance-3")
    assert not gate.takes("chance-3")
    assert gate.url.endswith("?token=chance-4")


def test_nothing_that_opens_it_is_in_its_repr() -> None:
    gate = a_gate()
    assert not {gate.cookie, "chance-3"} & set(repr(gate).replace("'", " ").split())


@pytest.mark.parametrize(
    ("host", "is_called"),
    [
        ("127.0.0.1:8000", True),
        ("localhost:8000", True),
        ("127.0.0.1", False),
        ("127.0.0.1:80", False),
        ("LOCALHOST:8000", False),
        ("localhost.:8000", False),
        ("evil.example:8000", False),
        ("", False),
        (None, False),
    ],
)
def test_it_is_called_by_its_names_alone(host: str | None, *, is_called: bool) -> None:
    assert a_gate().is_called(host) == is_called


@pytest.mark.parametrize(
    ("cookie", "site", "is_admitted"),
    [
        ("chance-2", None, True),
        ("chance-2", "none", True),
        ("chance-2", "same-origin", True),
        ("chance-2", "same-site", False),
        ("chance-2", "cross-site", False),
        ("chance-3", None, False),
        ("\ud800", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_the_cookie_admits_unless_it_comes_from_elsewhere(
    cookie: str | None, site: str | None, *, is_admitted: bool
) -> None:
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    assert a_gate().admits(headers, cookie) == is_admitted


@pytest.mark.parametrize(
    ("host", "origin", "is_own"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("localhost:8000", "http://localhost:8000", True),
        ("localhost:8000", "http://127.0.0.1:8000", False),
        ("127.0.0.1:8000", "https://127.0.0.1:8000", False),
        ("127.0.0.1:8000", "null", False),
        ("evil.example:8000", "http://evil.example:8000", False),
    ],
)
def test_a_page_is_its_own_where_origin_and_host_agree(
    host: str, origin: str, *, is_own: bool
) -> None:
    assert a_gate().is_own_page({"Host": host, "Origin": origin}) == is_own
    assert not a_gate().is_own_page({"Host": host})
