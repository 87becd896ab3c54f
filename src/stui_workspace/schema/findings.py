"""What is wrong at a path, before it is known where that stands in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from stui_workspace.model.diagnostics import Severity, Span
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.schema.secret_forms import secret_spans


class Places(Protocol):
    """Where the values of a document stand in its text; `Document` is one."""

    @property
    def text(self) -> str:
        """All of it, comments included."""

    def span(self, path: NodePath) -> Span:
        """Where the value at `path` stands, or its nearest ancestor that exists."""

    def key_span(self, path: NodePath) -> Span:
        """Where the key of `path` stands; for a list item, `span`."""

    def style(self, path: NodePath) -> str | None:
        """How it is written: plain, single, double, literal, folded, flow, block or alias."""

    def written(self, path: NodePath) -> str:
        """The value as it stands in the text; empty where there is none."""


LONGEST_WORD: Final = 80
"""Characters; nobody meant something else by a longer one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. Neither message nor hint holds a value of the file."""

    code: str
    message: str
    path: NodePath
    hint: str | None = None
    severity: Severity = Severity.ERROR
    at_key: bool = False
    """Whether the key is what is wrong, and not its value."""
    conceal: bool = False


def without_secrets(text: str) -> str:
    """Words of a file for a sentence or a path: a key can be a secret, too, and is left out.

    >>> without_secrets("unknown key `https://ada:secret@host/`")
    'unknown key `https://…@host/`'
    """
    for span in reversed(secret_spans(text)):
        text = f"{text[: span.start]}…{text[span.end :]}"
    return text


def name_of(path: NodePath) -> str:
    """A path for a sentence: its last key, and what comes after it.

    >>> name_of(("connections", "py", "setup", 0))
    'setup[0]'
    """
    start = max((n for n, step in enumerate(path) if isinstance(step, str)), default=0)
    return printable_line(without_secrets(format_key_path(path[start:])), 60)


def quoted(path: NodePath) -> str:
    """The name of a path between backticks; the whole document has none."""
    return f"`{name_of(path)}`" if path else "the document"


def one_of(names: Iterator[str] | tuple[str, ...]) -> str:
    """A choice for a sentence: "`a`, `b` or `c`"."""
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} or {last}" if most else last


def did_you_mean(written: object, allowed: tuple[str, ...] | Mapping[str, object]) -> str | None:
    """A hint that names the allowed word that is nearest; None where none is near."""
    if not isinstance(written, str) or len(written) > LONGEST_WORD:
        return None
    folded = {name.casefold().replace("_", "-"): name for name in allowed}
    wanted = written.casefold().replace("_", "-")
    if wanted not in folded:
        from difflib import get_close_matches

        near = get_close_matches(wanted, folded, n=1, cutoff=0.65)
        if not near:
            return None
        wanted = near[0]
    return f"did you mean `{printable_line(folded[wanted], 60)}`?"
