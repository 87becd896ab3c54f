"""Writing plain data as YAML: scalars, flow collections, lines of blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from stui_workspace.document.resolve import resolve
from stui_workspace.errors import EditError
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain, Scalar

_PLAIN: Final = re.compile(
    r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=[^\s,\[\]{}:?\-]))"
    r"(?:[^\s:#]|:(?=[^\s,\[\]{}])|(?<=\S)#|[ ](?=[^\s#]))*\Z"
)
_FLOW_UNSAFE: Final = re.compile(r"[,\[\]{}:?]")
_OTHER_TYPE_ELSEWHERE: Final = re.compile(
    r"(?:yes|no|on|off|true|false|null|=|<<|[-+]?0b[01_]+|[-+]?0[0-7_]+|0x[0-9a-f_]+"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[-+]?[0-9][0-9_,]*(?:\.[0-9_]*)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?\.[0-9_]+|[-+]_[0-9_]*)\Z",
    re.IGNORECASE,
)
"""Text that is text in YAML 1.2 and something else to readers of YAML 1.1."""
_UNSEEN: Final = (
    "\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""What reorders a line, or cannot be seen. Joiners stay: scripts and emoji need them."""
_MUST_ESCAPE: Final = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff{_UNSEEN}]"
)
_ESCAPED: Final = re.compile(f'["\\\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff{_UNSEEN}]')
_BASIC: Final = 0xFFFF
MAX_INDICATOR: Final = 9
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Style:
    """The manner of the neighbours. All sizes are in columns."""

    step: int = 2
    """How much deeper a map stands than the map around it."""
    dash: int = 2
    """How much deeper the dashes of a list stand than the key above them."""
    gap: int = 2
    """From a dash to what follows it."""
    quote: str = "double"


def scalar_text(
    value: Scalar, style: str = "plain", *, quote: str = "double", flow: bool = False
) -> str:
    """`value` on one line, in `style` if that can hold it.

    Styles other than plain, single and double count as plain. `quote` is used where plain
    will not do, and `flow` says that it stands between brackets.

    Raises:
        EditError: The text has a lone surrogate, which no file can hold.
    """
    if not isinstance(value, str):
        return _number_text(value)
    if _SURROGATE.search(value):
        raise EditError("a text with half a character cannot be written")
    if style not in ("single", "double"):
        if is_plain_safe(value, flow=flow):
            return value
        style = quote
    if style == "single" and "\n" not in value and not _MUST_ESCAPE.search(value):
        return "'" + value.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, value) + '"'


def is_plain_safe(text: str, *, flow: bool = False) -> bool:
    """Whether `text` without quotes is read back as this text, here and by others."""
    if not _PLAIN.match(text) or text[:3] in ("---", "..."):
        return False
    if resolve(text) != text or _OTHER_TYPE_ELSEWHERE.match(text) or _MUST_ESCAPE.search(text):
        return False
    return not (flow and _FLOW_UNSAFE.search(text))


def _number_text(value: float | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = repr(value)
    except ValueError:
        raise EditError("a number with thousands of digits cannot be written") from None
    return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(text, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"\\u{code:04x}" if code <= _BASIC else f"\\U{code:08x}"


def flow_text(value: Plain, quote: str = "double") -> str:
    """`value` on one line, collections between brackets."""
    if isinstance(value, Mapping):
        pairs = (
            f"{scalar_text(key, quote=quote, flow=True)}: {flow_text(item, quote)}"
            for key, item in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow_text(item, quote) for item in value) + "]"
    return scalar_text(as_scalar(value), quote=quote, flow=True)


def as_scalar(value: Plain) -> Scalar:
    """`value`, which must be no collection.

    Raises:
        EditError: It is nothing that YAML can say.
    """
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise EditError(f"a {type(value).__name__} cannot be written as YAML")


def block_lines(value: Plain, style: Style) -> list[str]:
    """The lines of a collection that is not empty, at column 0."""
    if isinstance(value, Mapping):
        return [line for key, item in value.items() for line in entry_lines(key, item, style)]
    if isinstance(value, (list, tuple)):
        return [line for item in value for line in item_lines(item, style)]
    raise TypeError("only collections have lines")


def entry_lines(key: str, value: Plain, style: Style, *, key_text: str | None = None) -> list[str]:
    """The lines of one map entry, at column 0."""
    name = key_text or scalar_text(key, quote=style.quote)
    depth = style.dash if isinstance(value, (list, tuple)) else style.step
    inline, below = value_parts(value, style, depth)
    return [f"{name}:{' ' if inline else ''}{inline}", *indented(below, depth)]


def item_lines(value: Plain, style: Style) -> list[str]:
    """The lines of one list item, at the column of its dash."""
    dash = "-".ljust(style.gap)
    if _is_block(value):
        first, *rest = block_lines(value, style)
        return [f"{dash}{first}", *indented(rest, style.gap)]
    inline, below = value_parts(value, style, style.gap)
    return [f"{dash}{inline}", *indented(below, style.gap)]


def value_parts(value: Plain, style: Style, depth: int) -> tuple[str, list[str]]:
    """What stands beside the key or dash, and the lines below it, not yet indented.

    They will be indented by `depth` from the collection around them.
    """
    if _is_block(value):
        return "", block_lines(value, style)
    if isinstance(value, (Mapping, list, tuple)):
        return ("{}" if isinstance(value, Mapping) else "[]"), []
    scalar = as_scalar(value)
    if isinstance(scalar, str) and is_literal_safe(scalar) and 0 < depth <= MAX_INDICATOR:
        return literal_parts(scalar, depth)
    return scalar_text(scalar, quote=style.quote), []


def _is_block(value: Plain) -> bool:
    return isinstance(value, (Mapping, list, tuple)) and bool(value)


def is_literal_safe(text: str) -> bool:
    """Whether `text` has several lines and a literal block holds it as it is."""
    if "\n" not in text.rstrip("\n") and not (text.endswith("\n") and text.strip()):
        return False
    if text.endswith("\n\n") or not text.strip() or _MUST_ESCAPE.search(text.replace("\n", "")):
        return False
    lines = text.removesuffix("\n").split("\n")
    return bool(lines[-1].strip())


def literal_parts(text: str, indent: int) -> tuple[str, list[str]]:
    """The header of a literal block and its lines, not yet indented.

    They will stand `indent` columns deeper than the collection around it.
    """
    first = next(line for line in text.split("\n") if line)
    indicator = str(indent) if first[0] in " \t" else ""
    chomping = "" if text.endswith("\n") else "-"
    return f"|{indicator}{chomping}", text.removesuffix("\n").split("\n")


def is_open_ended(value: Plain) -> bool:
    """Whether the last line of `value` as a block needs a line break behind it."""
    while isinstance(value, (Mapping, list, tuple)) and value:
        value = list(value.values())[-1] if isinstance(value, Mapping) else value[-1]
    return isinstance(value, str) and value.endswith("\n") and is_literal_safe(value)


def indented(lines: list[str], depth: int) -> list[str]:
    """`lines` moved right; empty ones stay empty."""
    return [f"{' ' * depth}{line}" if line else "" for line in lines]


def to_yaml(value: Plain) -> str:
    r"""The canonical YAML text of plain data, with a final newline.

    >>> to_yaml({"stui": 1, "tags": ["a", "no"]})
    'stui: 1\ntags:\n  - a\n  - "no"\n'
    """
    if _is_block(value):
        return "\n".join(block_lines(value, Style())) + "\n"
    return flow_text(value) + "\n"


def dump_fragment(value: Plain) -> str:
    """The value on one line, as it would be written between brackets."""
    return flow_text(value)


__all__ = ["Style", "block_lines", "dump_fragment", "flow_text", "scalar_text", "to_yaml"]
