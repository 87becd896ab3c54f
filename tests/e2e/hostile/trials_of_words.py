"""What is typed, and what is pasted: hostile words, and secrets where none belongs."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from e2e.hostile.circumstances import FINDINGS, FINE, SECRETS, STORAGE, USAGE, Trial, saying
from e2e.hostile.trial import SECRET

_ESCAPES: Final = "\x1b]0;pwn\x07\x1b[31m\u202eabc\u2066\u200b\x9b2J\na\r\nb"
_NOT_TEXT: Final = "\udcff\udcfe"


def trials_of_words() -> Iterator[Trial]:
    """Each trial of what is typed."""
    yield from _typed()
    yield from _given_away()
    yield from _odd_names()
    yield from _pasted()
    yield from _saved()


def _typed() -> Iterator[Trial]:
    """Hostile words in each place of a command line."""
    for kind, word in (
        ("escapes", _ESCAPES),
        ("what is no text", _NOT_TEXT),
        ("too much", "a" * 100_000),
    ):
        for words, status in (
            (("trust", "show", word), (USAGE, STORAGE)),
            (("trust", "grant", "--connection", word), (USAGE,)),
            (("secret", "set", word), (USAGE,)),
            (("secret", "allow", "orders/image", word), (USAGE,)),
            (("secret", "bind", "orders/image", "--env", word), (FINDINGS, USAGE)),
            (("vault", "unlock", "--for", word), (USAGE,)),
            (("vault", "verify", "--key-file", word), (SECRETS, STORAGE)),
            (("validate", word), (USAGE, STORAGE)),
            (("show", "--env", word), (USAGE,)),
            (("get", word), (FINDINGS, USAGE)),
            (("unset", word), (FINDINGS, USAGE)),
            (("explain", word), (USAGE,)),
            (("session", "show", word), (USAGE,)),
            (("session", "restore", "--at", word), (USAGE,)),
            (("conn", "test", word), (USAGE,)),
            (("eval", "-e", "1", "--connect", word), (USAGE,)),
            (("serve", "--bind", word), (USAGE,)),
            (("watch", "--session", word), (USAGE,)),
            (("diff", word, word), (USAGE, STORAGE)),
            (("merge", word, word, word), (USAGE, STORAGE)),
            (("resolve", word, "--value", word), (USAGE, FINDINGS)),
            (("sync", "show", word), (USAGE,)),
            (("git", word), (USAGE,)),
            (("completions", word), (USAGE,)),
            (("--env", word, "show"), (USAGE,)),
        ):
            named = " ".join("…" if one == word else one for one in words)
            yield Trial(f"{kind}: {named}", words, status)


def _given_away() -> Iterator[Trial]:
    """A secret where one never belongs: it is refused, and not said again."""
    for words in (
        ("secret", "set", "orders/image", SECRET),
        ("secret", "set", "orders/image", "--stdin", SECRET),
        ("secret", "rotate", "orders/image", SECRET),
        ("secret", "set", SECRET),
        ("secret", SECRET),
        ("secret", "bind", "orders/image", SECRET),
        ("secret", "allow", "orders/image", SECRET),
        ("secret", "set", "orders/image", "--for", f"https://bob:{SECRET}@example.org:1"),
        ("secret", "set", "orders/image", "--for", f"https://example.org:1/?token={SECRET}"),
        ("vault", "init", SECRET),
        ("vault", "init", f"--passphrase={SECRET}"),
        ("vault", "unlock", SECRET),
        ("vault", "unlock", "--passphrase-fd", SECRET),
        ("serve", f"--token={SECRET}"),
        ("eval", "-e", "1", "--connect", f"tcp://bob:{SECRET}@127.0.0.1:1"),
        ("conn", "test", f"https://bob:{SECRET}@127.0.0.1:1/"),
        ("conn", "test", f"http://127.0.0.1:1/?token={SECRET}"),
    ):
        yield Trial(f"given away: {' '.join(words).replace(SECRET, '…')}", words, (USAGE,))


def _odd_names() -> Iterator[Trial]:
    """Names of secrets that are none."""
    for name in (
        "",
        "..",
        "a/../b",
        "/a",
        "a//b",
        "a/",
        "-a",
        ".a",
        "A",
        "a b",
        "é",
        "a" * 64,
        "/".join(["a"] * 200),
        "a%2f..",
        "env:HOME",
        "file:/etc/passwd",
        "KEYRING:a",
        "keyring:",
    ):
        yield Trial(f"a secret called {name[:70]!r}", ("secret", "which", "--", name), (USAGE,))


def _pasted() -> Iterator[Trial]:
    """Secrets that somebody wrote into a file: found, and never said."""
    for place, text in (
        (
            "a credential",
            f"connections:\n  im: {{kind: stui, url: 'tcp://127.0.0.1:9', credential: {SECRET}}}\n",
        ),
        (
            "a map of a credential",
            f"connections:\n  im: {{kind: stui, url: 'tcp://127.0.0.1:9', credential: {{password: {SECRET}}}}}\n",
        ),
        (
            "an address",
            f"connections:\n  im: {{kind: stui, url: 'tcp://bob:{SECRET}@127.0.0.1:9'}}\n",
        ),
        (
            "a query",
            f"connections:\n  im: {{kind: jupyter, url: 'http://127.0.0.1:9/?token={SECRET}'}}\n",
        ),
        ("a variable", f"vars: {{url: 'tcp://bob:{SECRET}@127.0.0.1:9'}}\n"),
        (
            "notes",
            f"connections:\n  im: {{kind: python, notes: 'see https://bob:{SECRET}@example.org/'}}\n",
        ),
        (
            "a key",
            f"connections:\n  im: {{kind: python, 'https://bob:{SECRET}@example.org/': 1}}\n",
        ),
        (
            "a text that does not end",
            f"connections:\n  im:\n    credential: '{SECRET}\n    url: [\n",
        ),
        (
            "a key twice",
            f"connections:\n  im:\n    kind: stui\n    credential: {SECRET}\n    credential: {SECRET}\n",
        ),
        (
            "a name that is none",
            f"connections:\n  im: {{kind: 'https://bob:{SECRET}@example.org/'}}\n",
        ),
    ):
        whole = f"stui: 1\nname: orders\n{text}"
        for words in (
            ("validate", "--format", "concise"),
            ("show", "--origin"),
            ("show", "--json"),
            ("trust", "show", "--json"),
            ("doctor",),
        ):
            found = (FINDINGS,) if words[0] in ("validate", "trust") else (FINE, FINDINGS)
            yield Trial(
                f"pasted into {place}: {' '.join(words)}",
                words,
                found,
                saying(whole),
                holds_secret=True,
            )


def _saved() -> Iterator[Trial]:
    """Secrets that are to be written into a file: refused."""
    for key, value in (
        ("connections.far.credential", SECRET),
        ("connections.far.url", f"tcp://bob:{SECRET}@127.0.0.1:1"),
        ("connections.far.credential", "env:HOME"),
        ("connections.far.notes", f"https://bob:{SECRET}@example.org/"),
        ("connections.far.url", f"http://127.0.0.1:1/?token={SECRET}"),
    ):
        yield Trial(
            f"set {key} to {value.replace(SECRET, '…')}", ("set", key, value), (FINDINGS, USAGE)
        )
