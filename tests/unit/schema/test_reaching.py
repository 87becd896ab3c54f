"""Addresses in a file: checked where they stand, with the values that their variables will have."""

from __future__ import annotations

import pytest

from stui_workspace.document import parse
from stui_workspace.model.diagnostics import Diagnostic, Severity
from stui_workspace.model.values import Plain
from stui_workspace.schema import FileKind, check, reaching
from stui_workspace.schema.addresses import Address, address_of
from support.checked import HEAD, checked, spots

GOOD = "tls://h.example:5555"


def file(url: str, more: str = "", kind: str = "stui") -> str:
    return f"{HEAD}connections:\n  db:\n    kind: {kind}\n    url: '{url}'\n{more}"


@pytest.mark.parametrize(
    ("kind", "url", "rule"),
    [
        ("stui", "tcp://localhost", "the address has no port"),
        ("stui", "tcp://0.0.0.0:5", "0.0.0.0 is where a server listens, and nobody's address"),
        ("stui", "tcp://127.1:5", "its host is no IPv4 address, and no name ends in a number"),
        ("stui", "tcp://a b:5", "its host is no name of a host"),
        ("stui", "tcp://b\u00fccher.example:5", "its host is not ASCII"),
        ("stui", "tcp://h:70000", "its port is none"),
        ("stui", "tcp://h:5?x=y", "an option is not understood here"),
        ("stui", "http://localhost:5", "it begins like none that `kind: stui` knows"),
        ("socket", "lines://localhost:5", "it begins like none that `kind: socket` knows"),
        ("socket", "tcp://me@h:5", "the address has an `@`, as if it named a user"),
        ("jupyter", "tcp://localhost:5", "that is no address of a Jupyter Server"),
        ("jupyter", "https://h/?x=y", "that is no address of a Jupyter Server"),
    ],
)
def test_a_bad_address_is_found_where_it_stands(kind: str, url: str, rule: str) -> None:
    text = file(url, kind=kind)
    if "@" in url:
        assert spots(text) == [f"S121 6:10 '{url}'"]  # the worse of the two
        return
    (found,) = checked(text)
    assert spots(text) == [f"S123 6:10 '{url}'"]
    assert found.message == f"`url` is no address: {rule}"
    assert found.severity is Severity.ERROR
    assert found.hint


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("stui", "tcp://h:5"),
        ("stui", "lines://10.0.0.5:5"),
        ("jupyter", "http://h:8888"),
    ],
)
def test_an_address_that_others_can_listen_at_is_warned_of(kind: str, url: str) -> None:
    (found,) = checked(file(url, kind=kind))
    assert (found.code, found.severity) == ("S124", Severity.WARNING)
    rule = "anyone on the way there could read and change what is said"
    assert found.message == f"`url` is not used: {rule}"
    assert "ssh" in (found.hint or "")


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("stui", GOOD),
        ("stui", "tcp://h:5?encryption=none"),
        ("socket", "tcp://h:5"),
        ("jupyter", "file:run/kernel.json"),
        ("jupyter", "http://localhost:8888"),
        ("zap", "zap://me;*:x"),
        ("python", "what nobody looks at"),
        ("pty", "what nobody looks at"),
    ],
)
def test_what_is_good_or_not_ours_to_judge_is_left_alone(kind: str, url: str) -> None:
    assert checked(file(url, kind=kind)) == ()


ENVIRONMENTS = (
    "vars: {host: %s, port: 5555}\n"
    "environments:\n  staging: {vars: {host: %s}}\n  live: {guard: confirm}\n"
)


@pytest.mark.parametrize(
    ("own", "staging", "expected"),
    [
        ("localhost", "h.example", []),
        ("127.1.1", "h.example", ["is no address: its host is no IPv4"]),
        ("localhost", "'a;b'", ["is no address in the environment `staging`: its host is no name"]),
        (
            "localhost",
            "''",
            ["is no address in the environment `staging`: the address has no host"],
        ),
    ],
)
def test_variables_have_the_values_of_each_environment(
    own: str, staging: str, expected: list[str]
) -> None:
    text = file("tls://${host}:${port}", ENVIRONMENTS % (own, staging))
    found = checked(text)
    assert [one.code for one in found] == ["S123"] * len(expected)
    for one, start in zip(found, expected, strict=True):
        assert one.message.startswith(f"`url` {start}")
        assert text[one.span.start : one.span.end] == "'tls://${host}:${port}'"


def test_an_address_of_an_environment_is_judged_with_the_kind_of_the_connection() -> None:
    more = "environments:\n  staging:\n    connections: {db: {url: 'tcp://x y:5'}}\n"
    assert spots(file(GOOD, more)) == ["S123 9:29 'tcp://x y:5'"]


def test_an_environment_may_mend_an_address_or_its_kind() -> None:
    other = "environments:\n  staging:\n    vars: {h: 'x y'}\n    connections: {db: {%s}}\n"
    text = file("tls://${h}:5", "vars: {h: good}\n" + other % f"url: '{GOOD}'")
    assert checked(text) == ()
    text = file("tls://${h}:5", "vars: {h: good}\n" + other % "kind: zap")
    assert checked(text) == ()


def test_what_is_not_replaced_is_not_judged() -> None:
    (found,) = checked(file("tls://${nowhere}:5"))
    assert found.code == "R106"


def over(overlay: str, base: str) -> tuple[Diagnostic, ...]:
    document = parse(f"stui: 1\n{overlay}".encode())
    below: Plain = parse(base.encode()).plain()
    return check(document.plain(), document, FileKind.OVERLAY, base=below)


def test_an_overlay_is_judged_by_what_it_lies_over() -> None:
    base = file("tls://${h}:5", "vars: {h: good}\nenvironments: {staging: {vars: {h: other}}}\n")
    assert over("connections: {db: {url: 'tls://${h}:6'}}\n", base) == ()
    (found,) = over("connections: {db: {url: 'lines://${h}:6'}}\n", base)
    assert found.code == "S124"
    (found,) = over("vars: {h: 'x y'}\nconnections: {db: {url: 'tls://${h}:6'}}\n", base)
    assert found.code == "S123"
    assert over("connections: {db: {kind: zap, url: 'zap'}}\n", base) == ()


def test_an_overlay_wins_over_environments() -> None:
    other = (
        f"environments: {{staging: {{vars: {{h: x y}}, connections: {{db: {{url: '{GOOD}'}}}}}}}}\n"
    )
    base = file("tls://${h}:5", f"vars: {{h: good}}\n{other}")
    assert checked(base) == ()
    (found,) = over("connections: {db: {url: 'tls://${h}:6'}}\n", base)
    assert "in the environment `staging`" in found.message


def test_no_more_is_looked_at_than_anybody_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand connections in a thousand environments are a million addresses."""
    looked: list[str] = []

    def look(kind: str, url: str) -> Address | None:
        looked.append(url)
        return address_of(kind, url)

    monkeypatch.setattr(reaching, "address_of", look)
    many = [f"n{number}" for number in range(1000)]
    url = "tls://${h}:5"
    plain: Plain = {
        "vars": {"h": "h"},
        "connections": {name: {"kind": "stui", "url": url} for name in many},
        "environments": {name: {"vars": {"h": name}} for name in many},
    }
    addresses = reaching.Addresses(plain)
    for name in many:
        assert [*addresses.at(("connections", name, "url"), url)] == []
    assert len(looked) == reaching.MOST_ADDRESSES
    assert looked[:3] == ["tls://h:5", "tls://n0:5", "tls://n1:5"]
