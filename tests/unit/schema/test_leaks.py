"""Secrets in a file are found by form and by name, hidden, and never repeated."""

from __future__ import annotations

import pytest

from stui_workspace.model.diagnostics import Severity
from stui_workspace.schema.leaks import is_secret_key
from support.checked import HEAD, checked, spots

FORMS = {
    "pem": "-----BEGIN RSA PRIVATE KEY-----",
    "openssh": "-----BEGIN OPENSSH PRIVATE KEY-----",
    "pgp": "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "github": "ghp_" + "a1B2" * 9,
    "github fine": "github_pat_" + "a1B2" * 10,
    "gitlab": "glpat-" + "a1B2" * 5,
    "slack": "xoxb-" + "1234567890-abc",
    "amazon": "AKIA" + "A1B2" * 4,
    "google": "AIza" + "a1B2c" * 7,
    "anthropic": "sk-ant-" + "a1B2" * 6,
    "openai": "sk-" + "a1B2" * 6,
    "stripe": "sk_live_" + "a1B2" * 5,
    "npm": "npm_" + "a1B2" * 9,
    "pypi": "pypi-AgE" + "a1B2" * 8,
    "hugging face": "hf_" + "a1B2" * 8,
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "a1B2c3D4e5F6",
    "age": "AGE-SECRET-KEY-1" + "A1B2C" * 11,
    "address": "postgres://app:hunter2@db.example.com/orders",
    "address without user": "redis://:hunter2@localhost:6379",
    "curve": "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
}
HARMLESS = {
    "user": "ssh://git@example.com/orders.git",
    "placeholder": "postgres://app:<password>@db.example.com",
    "variable": "postgres://app:$PASSWORD@db.example.com",
    "stars": "postgres://app:***@db.example.com",
    "port": "tcp://localhost:5555",
    "public key": "-----BEGIN PUBLIC KEY-----",
    "prefix alone": "ghp_ and glpat- are prefixes",
    "word": "task-based-development-in-practice",
    "hash": "0123456789abcdef0123456789ABCDEF01234567",
    "path": "Docs/Guide-2026/really-long-path/Fil1.md",
}
PLACES = [
    "description: {}",
    "vars: {{a: {}}}",
    "x-a: [1, {{b: {}}}]",
    "extensions: {{a: {{b: {}}}}}",
    "buffers: {{a: {{source: {}}}}}",
    "unknown: {}",
    "connections: {{a: {{kind: stui, url: {}}}}}",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_secret_is_known_anywhere(place: str, form: str) -> None:
    text = HEAD + place.format(f"'{FORMS[form]}'") + "\n"
    found = [one for one in checked(text) if one.code == "S121"]
    [leak] = found
    assert leak.severity is Severity.ERROR
    assert text[leak.span.start : leak.span.end] == f"'{FORMS[form]}'"
    assert all(one.conceal for one in checked(text))


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_a_little_like_one_is_left_alone(text: str) -> None:
    assert checked(HEAD + f"description: '{text}'\nx-a: '{text}'\n") == ()


def test_an_address_of_a_connection_has_no_user_at_all() -> None:
    text = HEAD + "connections: {a: {kind: socket, url: 'tcp://token@localhost:1'}}\n"
    assert [one.code for one in checked(text)] == ["S121"]


def test_a_secret_in_a_comment_is_found() -> None:
    token = FORMS["github"]
    text = f"# {token}\n" + HEAD + f"x-a: 1 # {token}\n# {token}"
    assert spots(text) == [f"S121 1:3 {token}", f"S121 4:10 {token}", f"S121 5:3 {token}"]
    assert all(one.conceal for one in checked(text))


def test_a_key_of_many_lines_is_found_once() -> None:
    text = HEAD + "x-key: |\n  -----BEGIN PRIVATE KEY-----\n  MIIEvQ\n  -----END PRIVATE KEY-----\n"
    assert [one.code for one in checked(text)] == ["S121"]


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "passwd",
        "pwd",
        "PASSWORD",
        "db_password",
        "dbPassword",
        "api_key",
        "apiKey",
        "api-key",
        "ACCESS_KEY",
        "secret",
        "client_secret",
        "token",
        "tokens",
        "private_key",
        "passphrase",
        "curve_key",
    ],
)
def test_a_key_can_say_that_a_secret_follows(key: str) -> None:
    assert is_secret_key(key)


@pytest.mark.parametrize(
    "key",
    ["passenger", "tokenizer", "TOKENIZERS_PARALLELISM", "secretary", "key", "bypass", "a", 0],
)
def test_other_keys_do_not(key: object) -> None:
    assert not is_secret_key(key)


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("vars: {password: hunter2}", Severity.ERROR),
        ("connections: {a: {kind: pty, env: {PGPASSWORD_TOKEN: hunter2}}}", Severity.ERROR),
        ("environments: {a: {vars: {api_key: hunter2}}}", Severity.ERROR),
        ("extensions: {a: {token: hunter2}}", Severity.WARNING),
    ],
)
def test_what_follows_such_a_key_is_hidden(line: str, severity: Severity) -> None:
    text = HEAD + line + "\n"
    [found] = checked(text)
    assert (found.code, found.severity, found.conceal) == ("S122", severity, True)
    assert text[found.span.start : found.span.end] == "hunter2"


@pytest.mark.parametrize(
    "value", ["''", "keyring:a/b", "vault:a", "'${other}'", "5", "true", "[]", "{}"]
)
def test_what_is_no_secret_may_follow(value: str) -> None:
    assert checked(HEAD + f"extensions: {{a: {{token: {value}}}}}\n") == ()


def test_an_unknown_key_with_the_name_of_a_secret_is_hidden_as_well() -> None:
    found = checked(HEAD + "connections:\n  a:\n    kind: pty\n    password: hunter2\n")
    assert [(one.code, one.conceal) for one in found] == [("S104", True), ("S122", True)]


def test_so_is_one_that_is_no_text() -> None:
    found = checked(HEAD + "connections:\n  a:\n    kind: pty\n    password: 12345\n")
    assert [(one.code, one.conceal) for one in found] == [("S104", True)]


def test_a_key_of_ones_own_may_be_called_anything() -> None:
    assert checked(HEAD + "x-a: {password: yes please, token: abc}\n") == ()


def test_a_line_with_a_secret_is_hidden_for_every_finding_in_it() -> None:
    text = HEAD + "connections:\n  a: {kind: x, credential: hunter2, titel: b}\n  c: {kind: y}\n"
    assert [(one.code, one.conceal) for one in checked(text)] == [
        ("S111", True),
        ("S120", True),
        ("S104", True),
        ("S111", False),
    ]


@pytest.mark.parametrize(
    "value", ["hunter2", "5", "[hunter2]", "'keyring:'", "keyring:UPPER", "env:A"]
)
def test_what_is_no_reference_is_taken_for_the_secret(value: str) -> None:
    text = HEAD + f"connections: {{a: {{kind: stui, credential: {value}}}}}\n"
    assert [(one.code, one.conceal) for one in checked(text)] == [("S120", True)]


@pytest.mark.parametrize("value", ["keyring:a", "vault:orders/image", "keyring:a.b_c-d/0"])
def test_a_reference_is_good(value: str) -> None:
    assert checked(HEAD + f"connections: {{a: {{kind: stui, credential: '{value}'}}}}\n") == ()
