"""What is a secret wherever it stands: the forms of keys and tokens of well-known services.

Every part of a pattern is bounded, so that the search is linear, and long and special enough that
prose does not fit it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stui_workspace.model.diagnostics import Span

LONGEST_KEY_BLOCK: Final = 64 << 10
"""Characters between the first and the last line of a private key."""

FORMS: Final[Mapping[str, str]] = {
    "GitHub": (
        r"gh[opsur]_[A-Za-z0-9]{30,255}"
        r"|github_pat_[A-Za-z0-9_]{30,255}"
    ),
    "GitLab": r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_.-]{20,255}",
    "Slack": (
        r"xox[abeoprs]-[A-Za-z0-9-]{14,255}"
        r"|xapp-\d-[A-Za-z0-9-]{20,255}"
        r"|hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9]{6,30}/[A-Za-z0-9/]{16,128}"
    ),
    "Amazon": r"(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "Google": (
        r"AIza[A-Za-z0-9_-]{35}"
        r"|ya29\.[A-Za-z0-9_-]{20,255}"
        r"|GOCSPX-[A-Za-z0-9_-]{24,64}"
    ),
    "Azure": (
        r"AccountKey=[A-Za-z0-9+/]{86}=="
        r"|SharedAccessKey=[A-Za-z0-9+/]{43}="
        r"|[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,40}"
    ),
    "Anthropic": r"sk-ant-[A-Za-z0-9_-]{20,255}",
    "OpenAI": (
        r"sk-(?:proj|svcacct|admin|None|or-v1)-[A-Za-z0-9_-]{20,255}"
        r"|sk-[A-Za-z0-9]{20,128}\b"
    ),
    "Groq": r"gsk_[A-Za-z0-9]{40,64}\b",
    "xAI": r"xai-[A-Za-z0-9]{60,100}\b",
    "Perplexity": r"pplx-[A-Za-z0-9]{40,64}\b",
    "Replicate": r"r8_[A-Za-z0-9]{37}\b",
    "Hugging Face": r"hf_[A-Za-z0-9]{30,255}",
    "Stripe": (
        r"[rs]k_live_[A-Za-z0-9]{16,255}"
        r"|whsec_[A-Za-z0-9+/]{24,128}"
    ),
    "Square": r"sq0(?:atp-[A-Za-z0-9_-]{22}|csp-[A-Za-z0-9_-]{43})",
    "Shopify": r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b",
    "npm": r"npm_[A-Za-z0-9]{30,255}",
    "PyPI": r"pypi-AgE[A-Za-z0-9_-]{20,512}",
    "RubyGems": r"rubygems_[a-f0-9]{48}\b",
    "Docker": r"dckr_[po]at_[A-Za-z0-9_-]{20,128}",
    "DigitalOcean": r"do[por]_v1_[a-f0-9]{64}\b",
    "Databricks": r"dapi[a-f0-9]{32}(?:-\d{1,2})?\b",
    "Linear": r"lin_(?:api|oauth)_[A-Za-z0-9]{32,128}\b",
    "Notion": r"ntn_[A-Za-z0-9]{40,64}\b",
    "Atlassian": r"ATATT3[A-Za-z0-9_=-]{50,255}",
    "Figma": r"figd_[A-Za-z0-9_-]{30,64}",
    "Postman": r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}\b",
    "Twilio": r"SK[a-f0-9]{32}\b",
    "SendGrid": r"SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}",
    "Mailgun": r"key-[a-f0-9]{32}\b",
    "Mailchimp": r"[a-f0-9]{32}-us\d{1,2}\b",
    "Telegram": r"\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])",
    "Discord": r"discord(?:app)?\.com/api/webhooks/\d{15,22}/[A-Za-z0-9_-]{50,100}",
    "Sentry": (
        r"sntrys_[A-Za-z0-9+/=_]{40,512}"
        r"|sntryu_[a-f0-9]{64}\b"
    ),
    "Grafana": (
        r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"
        r"|glc_eyJ[\w+/=-]{20,512}"
    ),
    "New Relic": r"NRAK-[A-Z0-9]{27}\b",
    "Dynatrace": r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b",
    "PlanetScale": r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}",
    "Supabase": r"sbp_[a-f0-9]{40}\b",
    "Tailscale": r"tskey-[a-z]{2,10}-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,64}",
    "Terraform": r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
    "Vault": r"hv[sbr]\.[A-Za-z0-9_-]{24,255}",
    "age": r"AGE-SECRET-KEY-1[A-Z0-9]{50,64}",
    "JSON Web Token": (
        r"(?<!-)eyJ[A-Za-z0-9_-]{10,2000}+\.eyJ[A-Za-z0-9_-]{10,2000}+\.[A-Za-z0-9_-]{10,2000}+"
    ),
}
"""By the service that gives them out; each stands at the beginning of a word."""

_RUN: Final = re.compile(r"(?<![\w.:/+=~-])[\w.:/+=~-]{19,}+", re.ASCII)
"""Where one of the forms can be, none of which is shorter: most of a text is not looked into."""
_FORM: Final = re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(FORMS.values())})")
_USER_INFO: Final = re.compile(
    r"://([^\s/:@\"'<>]{0,200}:(?![<$*{\u2039]|\.\.\.)[^\s/@\"'<>]{1,200})@"
)
"""Begins with what can be looked for fast; the scheme before it is looked at then."""
_KEY_EDGE: Final = re.compile(
    r"-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
)
_KEY_LINES: Final = re.compile(
    r"(?:(?:\\[nr]|[\s\"#|>-])+[A-Za-z0-9+/=]{24,128}(?![A-Za-z0-9+/=]))*"
)
"""What follows the first line of a private key whose last line is missing."""


def secret_spans(text: str) -> tuple[Span, ...]:
    """Where in a text something has the form of a secret, in order and apart from each other.

    Of an address it is the user and the password; of a private key all of its lines.
    """
    return merged(_found(text))


def has_secret_form(text: str) -> bool:
    """Whether anything in a text has the form of a secret."""
    return (
        any(_FORM.search(text, *run.span()) for run in _RUN.finditer(text))
        or next(_users(text), None) is not None
        or ("-----BEGIN " in text and next(_private_keys(text), None) is not None)
    )


def merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch or overlap as one."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.start <= whole[-1].end:
            whole[-1] = Span(whole[-1].start, max(whole[-1].end, span.end))
        else:
            whole.append(span)
    return tuple(whole)


def _found(text: str) -> Iterator[Span]:
    if "-----BEGIN " in text:
        yield from _private_keys(text)
    yield from _users(text)
    for run in _RUN.finditer(text):
        for match in _FORM.finditer(text, *run.span()):
            yield Span(*match.span())


def _users(text: str) -> Iterator[Span]:
    for match in _USER_INFO.finditer(text):
        if text[max(match.start() - 1, 0)].isalnum():
            yield Span(*match.span(1))


def _private_keys(text: str) -> Iterator[Span]:
    start: re.Match[str] | None = None
    for edge in _KEY_EDGE.finditer(text):
        if edge[1] == "BEGIN":
            if start is not None:
                yield _cut_off(text, start)
            start = edge
        elif start is not None:
            is_near = edge.start() - start.end() <= LONGEST_KEY_BLOCK
            yield Span(start.start(), edge.end()) if is_near else _cut_off(text, start)
            start = None
    if start is not None:
        yield _cut_off(text, start)


def _cut_off(text: str, start: re.Match[str]) -> Span:
    lines = _KEY_LINES.match(text, start.end())
    return Span(start.start(), start.end() if lines is None else lines.end())
