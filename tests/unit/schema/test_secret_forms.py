"""Every form of a secret is found where it stands, as a whole, and prose is left alone."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.diagnostics import Span
from stui_workspace.schema.leaks import blotted, has_user, is_leak, leaks_by_line, without_user
from stui_workspace.schema.secret_forms import FORMS, has_secret_form, merged, secret_spans

ALNUM = "a1B2" * 64
HEX = "0a1f" * 32
UPPER = "A1B2" * 32
EXAMPLES = {
    "GitHub": [f"gho_{ALNUM[:36]}", f"github_pat_{ALNUM[:22]}_{ALNUM[:59]}"],
    "GitLab": [f"{p}-{ALNUM[:20]}" for p in ("glpat", "gldt", "glrt", "glcbt", "glptt", "glagent")],
    "Slack": [
        f"xoxp-{HEX[:24]}",
        f"xapp-1-{UPPER[:11]}-{HEX[:20]}",
        f"hooks.slack.com/services/T{UPPER[:8]}/B{UPPER[:8]}/{ALNUM[:24]}",
    ],
    "Amazon": [f"AKIA{UPPER[:16]}", f"ASIA{UPPER[:16]}"],
    "Google": [f"AIza{ALNUM[:35]}", f"ya29.{ALNUM[:40]}", f"GOCSPX-{ALNUM[:28]}"],
    "Azure": [
        f"AccountKey={ALNUM[:86]}==",
        f"SharedAccessKey={ALNUM[:43]}=",
        f"abc8Q~{ALNUM[:34]}",
    ],
    "Anthropic": [f"sk-ant-api03-{ALNUM[:93]}AA"],
    "OpenAI": [f"sk-proj-{ALNUM[:48]}", f"sk-{ALNUM[:48]}", f"sk-or-v1-{HEX[:64]}"],
    "Groq": [f"gsk_{ALNUM[:52]}"],
    "xAI": [f"xai-{ALNUM[:80]}"],
    "Perplexity": [f"pplx-{ALNUM[:48]}"],
    "Replicate": [f"r8_{ALNUM[:37]}"],
    "Hugging Face": [f"hf_{ALNUM[:34]}"],
    "Stripe": [f"sk_live_{ALNUM[:24]}", f"rk_live_{ALNUM[:24]}", f"whsec_{ALNUM[:32]}"],
    "Square": [f"sq0atp-{ALNUM[:22]}", f"sq0csp-{ALNUM[:43]}"],
    "Shopify": [f"{p}_{HEX[:32]}" for p in ("shpat", "shpca", "shppa", "shpss")],
    "npm": [f"npm_{ALNUM[:36]}"],
    "PyPI": [f"pypi-AgEIcHlwaS5vcmc{ALNUM[:80]}"],
    "RubyGems": [f"rubygems_{HEX[:48]}"],
    "Docker": [f"dckr_pat_{ALNUM[:27]}", f"dckr_oat_{ALNUM[:32]}"],
    "DigitalOcean": [f"{p}_v1_{HEX[:64]}" for p in ("dop", "doo", "dor")],
    "Databricks": [f"dapi{HEX[:32]}", f"dapi{HEX[:32]}-2"],
    "Linear": [f"lin_api_{ALNUM[:40]}", f"lin_oauth_{HEX[:64]}"],
    "Notion": [f"ntn_{ALNUM[:46]}"],
    "Atlassian": [f"ATATT3{ALNUM[:180]}=1A2B3C4D"],
    "Figma": [f"figd_{ALNUM[:40]}"],
    "Postman": [f"PMAK-{HEX[:24]}-{HEX[:34]}"],
    "Twilio": [f"SK{HEX[:32]}"],
    "SendGrid": [f"SG.{ALNUM[:22]}.{ALNUM[:43]}"],
    "Mailgun": [f"key-{HEX[:32]}"],
    "Mailchimp": [f"{HEX[:32]}-us12"],
    "Telegram": [f"123456789:AA{ALNUM[:33]}"],
    "Discord": [f"discord.com/api/webhooks/123456789012345678/{ALNUM[:68]}"],
    "Sentry": [f"sntrys_{ALNUM[:60]}_{ALNUM[:43]}", f"sntryu_{HEX[:64]}"],
    "Grafana": [f"glsa_{ALNUM[:32]}_{HEX[:8]}", f"glc_eyJ{ALNUM[:40]}"],
    "New Relic": [f"NRAK-{UPPER[:27]}"],
    "Dynatrace": [f"dt0c01.{UPPER[:24]}.{UPPER[:64]}"],
    "PlanetScale": [f"pscale_tkn_{ALNUM[:43]}", f"pscale_pw_{ALNUM[:43]}"],
    "Supabase": [f"sbp_{HEX[:40]}"],
    "Tailscale": [f"tskey-auth-{ALNUM[:12]}-{ALNUM[:32]}"],
    "Terraform": [f"{ALNUM[:14]}.atlasv1.{ALNUM[:67]}"],
    "Vault": [f"hvs.{ALNUM[:90]}", f"hvb.{ALNUM[:90]}"],
    "age": [f"AGE-SECRET-KEY-1{UPPER[:58]}"],
    "JSON Web Token": [f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIi{ALNUM[:20]}.{ALNUM[:43]}"],
}
ALL = [one for examples in EXAMPLES.values() for one in examples]
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"
HARMLESS = [
    "sk-learn-based-development-with-many-words-in-it",
    "the task-oriented approach of sk-something",
    "key-value-store-with-a-very-long-name-0123456789",
    "SKU0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef01234567",
    "0123456789abcdef0123456789abcdef-user",
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "12345678:AArdvark",
    "https://hooks.slack.com/services/ and https://discord.com/api/webhooks/",
    "hvs.example.com",
    "eyJ.eyJ.eyJ",
    "xoxo-kisses",
    "whsec_ and npm_ and hf_ are prefixes",
    "dapi-0123456789abcdef0123456789abcdef",
    "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA\n-----END CERTIFICATE-----",
    "ssh://git@github.com/a/b.git http://localhost:8080/@user",
    "postgres://app:${password}@db postgres://app:<password>@db a://b:...@c",
    "import os\nfor key in sorted(os.environ): print(f'{key}: {os.environ[key]!r}')\n",
]
HOSTILE = [
    "-eyJ" * 50_000,
    "eyJ" + "A" * 200_000,
    "-----BEGIN PRIVATE KEY-----" * 8_000,
    "-----BEGIN PRIVATE KEY-----" + "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAA" * 7_000,
    "a://b:c" * 30_000,
    "sk-" * 70_000,
    " 123456789:AA" * 16_000,
    "0123456789abcdef" * 12_500,
    "password: " * 20_000,
    "-{ " * 70_000,
    " ab.1Q~" * 30_000,
]
"""A search that is not linear takes minutes for these, and the limit of a test ends it."""


def test_each_service_has_an_example() -> None:
    assert set(EXAMPLES) == set(FORMS)


@pytest.mark.parametrize("secret", [*ALL, KEY], ids=lambda one: one[:14])
@pytest.mark.parametrize(
    "around", [("", ""), ("use '", "' here"), ("a=", "\n"), ("(", ")"), ("é", " ")]
)
def test_a_secret_is_found_as_a_whole_wherever_it_stands(
    secret: str, around: tuple[str, str]
) -> None:
    before, after = around
    if before == "é":
        before = "é "
    text = before + secret + after
    assert secret_spans(text) == (Span(len(before), len(before) + len(secret)),)
    assert has_secret_form(text)


@pytest.mark.parametrize("secret", ALL, ids=lambda one: one[:14])
def test_a_part_of_a_longer_word_is_none(secret: str) -> None:
    assert not has_secret_form(f"x{secret}")


@pytest.mark.parametrize("text", HARMLESS, ids=lambda one: one[:20])
def test_prose_names_and_hashes_are_none(text: str) -> None:
    assert secret_spans(text) == ()
    assert not has_secret_form(text)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda one: one[:14])
def test_a_hostile_text_is_looked_through_as_any_other(text: str) -> None:
    assert has_secret_form(text) == bool(secret_spans(text))
    assert len(leaks_by_line(text)) >= len(secret_spans(text))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("a://me:pw@h/x", "me:pw"),
        ("a://:pw@h", ":pw"),
        ("see https://me:p:w@h, ok", "me:p:w"),
        ("git+ssh://me:pw@h", "me:pw"),
    ],
)
def test_of_an_address_it_is_who_comes_and_how_they_prove_it(text: str, secret: str) -> None:
    [span] = secret_spans(text)
    assert text[span.start : span.end] == secret


@pytest.mark.parametrize(
    "text",
    [
        KEY.replace("\n", "\r\n"),
        KEY.replace("\n", "\n    "),
        KEY.replace("\n", "\\n"),
        KEY.replace("\n", "\n# "),
        KEY.rpartition("\n")[0].replace("CAQEA", "CAQEA" + "B" * 24),
    ],
)
def test_a_private_key_is_found_with_all_its_lines(text: str) -> None:
    assert secret_spans(f"key: {text}") == (Span(5, 5 + len(text)),)


def test_two_private_keys_are_two_and_what_is_between_them_is_none() -> None:
    assert len(secret_spans(f"{KEY}\nname: orders\n{KEY}")) == 2


def test_an_end_that_is_far_away_is_that_of_another_key() -> None:
    begin, _, rest = KEY.partition("\n")
    text = f"{begin}\nprose {'and more of it ' * 5_000}\n{rest}"
    assert secret_spans(text)[0] == Span(0, len(begin))


def test_a_key_that_never_ends_takes_no_prose_with_it() -> None:
    text = "-----BEGIN PRIVATE KEY-----\nis how a private key begins, and this is no part of one"
    [span] = secret_spans(text)
    assert span == Span(0, 27)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8))
def test_spans_that_touch_become_one_and_cover_the_same(pairs: list[tuple[int, int]]) -> None:
    spans = [Span(min(pair), max(pair)) for pair in pairs]
    whole = merged(iter(spans))
    covered = {place for span in spans for place in range(span.start, span.end)}
    assert {place for span in whole for place in range(span.start, span.end)} == covered
    assert all(one.end < two.start for one, two in pairwise(whole))


@given(st.text("ab ", max_size=30), st.data())
def test_what_is_blotted_is_gone_and_the_rest_is_there(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(places, places), max_size=5))
    spans = [Span(min(pair), max(pair)) for pair in pairs]
    gone = {place for span in spans for place in range(span.start, span.end)}
    left = "".join(one for place, one in enumerate(text) if place not in gone)
    assert blotted(text, spans, "#").replace("#", "") == left


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("password: hunter2", "hunter2"),
        ("  - { db_password: hunter2, a: b }", "hunter2"),
        ('    "api_key": "abc"', '"abc"'),
        ("PGPASSWORD= x y", "x y"),
        ("credential: hunter2", "hunter2"),
    ],
)
def test_in_a_text_without_structure_a_name_tells(line: str, secret: str) -> None:
    [span] = leaks_by_line(f"a: [\n{line}\nb: c\n")
    assert f"a: [\n{line}\n"[span.start : span.end] == secret


@pytest.mark.parametrize(
    "line", ["password:", "credential: keyring:a/b", "token: ${t}", "passengers: 3", "a: password"]
)
def test_and_a_reference_a_variable_or_nothing_is_no_secret(line: str) -> None:
    assert leaks_by_line(f"a: [\n{line}\n") == ()


@pytest.mark.parametrize("key", ["password", "credential", "API_TOKEN", "PGPASSWORD", "authtoken"])
def test_a_key_makes_a_secret_of_what_stands_behind_it(key: str) -> None:
    assert is_leak(key, "x")
    assert not is_leak(key, "")
    assert not is_leak(key, "keyring:a/b")


def test_who_comes_is_taken_out_of_an_address() -> None:
    assert without_user("tcp://me:pw@h:1/a@b") == "tcp://h:1/a@b"
    assert without_user("tcp://me:pw@h:1", "***@") == "tcp://***@h:1"
    assert without_user("me@h") == "h"
    assert [has_user(one) for one in ("tcp://me@h", "tcp://h/a@b", "h")] == [True, False, False]


def test_every_pattern_is_bounded() -> None:
    for pattern in FORMS.values():
        assert not re.search(r"(?<!\\)[*]|\][+]|\{\d+,\}", pattern), pattern


@given(st.sampled_from(list(FORMS)), st.data())
def test_whatever_fits_a_pattern_is_found(service: str, data: st.DataObject) -> None:
    pattern = re.compile(FORMS[service].replace("(?<!-)", ""), re.ASCII)
    secret = data.draw(st.from_regex(pattern, fullmatch=True))
    assert has_secret_form(f"a {secret} b")
    assert secret_spans(f"a {secret} b")[0].start == 2
