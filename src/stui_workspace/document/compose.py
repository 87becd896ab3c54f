"""From parser events to the tree, through the guard that keeps every input bounded.

Limits are checked while the events stream, before anything is built of them: an
alias counts as all that it stands for, and nothing is read past a broken limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isfinite
from typing import Any, Final

from stui_workspace.document.events import MalformedError
from stui_workspace.document.findings import Findings
from stui_workspace.document.frame import Frame
from stui_workspace.document.limits import Limits
from stui_workspace.document.nodes import Alias, Entry, Node, Scalar, key_text
from stui_workspace.document.resolve import MAX_DIGITS, is_number, resolve
from stui_workspace.document.scan import (
    after_indicator,
    body_of,
    header_length,
    scalar_end,
    skip_blank,
)
from stui_workspace.document.unfold import unfold
from stui_workspace.model.values import Scalar as PlainScalar

_STYLES: Final = {
    None: "plain",
    "": "plain",
    "'": "single",
    '"': "double",
    "|": "literal",
    ">": "folded",
}
_WHITE: Final = frozenset(("", " ", "\t", "\r", "\n"))
_BEHIND_NAME: Final = _WHITE | frozenset(",[]{}")
_FLUSH: Final = re.compile(r"[^\n]*\n(?:[ \t\r]*\n)*+[^ \t\r\n]")
_TAG: Final = re.compile(r"(?<![^\s\[{,])!\S*")
_GOOD_TAG: Final = re.compile(r"!(?:<[^>]+>|(?:[\w-]*!)?[^!,\[\]{}]*)")
_STRING_TAG: Final = "tag:yaml.org,2002:str"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _is_odd(tag: str, written: str) -> bool:
    """Whether a parser saw more in a local tag than YAML lets stand there."""
    is_local = tag.startswith("!") and not written.startswith("!<")
    return is_local and not set("!,[]{}").isdisjoint(tag[1:])


class StopReadingError(Exception):
    """A limit is broken, and nothing behind it is read."""


class Composer:
    """One reading of one text. `root` is None for a document without content."""

    def __init__(self, text: str, masked: str, limits: Limits, findings: Findings) -> None:
        self.text = text
        self.masked = masked
        self.limits = limits
        self.findings = findings
        self.root: Node | None = None
        self.is_explicit = False
        self._is_masked = text is not masked and text != masked
        self._stack: list[Frame] = []
        self._count = 0
        self._written = 0
        self._documents = 0
        self._anchors: dict[str, tuple[Node, int, int]] = {}

    def compose(self, events: Iterable[Any]) -> None:
        """Build the tree of all `events`.

        Raises:
            StopReadingError: A limit is broken; the finding says which.
            MalformedError: From `events`.
        """
        from ruamel.yaml import events as kinds

        for event in events:
            kind = type(event)
            if kind is kinds.ScalarEvent:
                self._add(self._scalar(event), 0)
            elif kind is kinds.AliasEvent:
                self._alias(event)
            elif kind is kinds.MappingStartEvent or kind is kinds.SequenceStartEvent:
                self._open(event, is_map=kind is kinds.MappingStartEvent)
            elif kind is kinds.MappingEndEvent or kind is kinds.SequenceEndEvent:
                self._close(event)
            elif kind is kinds.DocumentStartEvent:
                self._documents += 1
                self.is_explicit = bool(event.explicit)
                if self._documents > 1:
                    self._stop("Y110", event)

    def _stop(self, code: str, event: Any) -> None:
        self.findings.add(code, event.start_mark.index, event.start_mark.index + 1)
        raise StopReadingError

    def _tally(self, event: Any, count: int, depth: int) -> None:
        self._count += count
        self._written += 1
        if self.findings.is_full:
            raise StopReadingError
        if self._count > self.limits.nodes or self._written > self.limits.written_nodes:
            self._stop("Y113", event)
        if len(self._stack) + depth > self.limits.depth:
            self._stop("Y112", event)

    def _check_name(self, end: int) -> None:
        """Leave to the other parser a name in which this one sees the end too early."""
        if self.masked[end : end + 1] not in _BEHIND_NAME:
            raise MalformedError("a name", end)

    def _name(self, event: Any) -> str | None:
        """The anchor of a node as the text has it, masked or not."""
        if event.anchor is None:
            return None
        place = self.masked.find(f"&{event.anchor}", event.start_mark.index) + 1
        return self.text[place : place + len(event.anchor)]

    def _properties(self, event: Any, body: int) -> None:
        if event.anchor is not None:
            place = self.masked.find(f"&{event.anchor}", event.start_mark.index)
            self._check_name(place + 1 + len(event.anchor))
        if event.tag is not None:
            start: int = event.start_mark.index
            found = _TAG.search(self.masked, start, body)
            at, end = found.span() if found else (start, body)
            if not self.limits.tags:
                self.findings.add("Y104", at, end)
            elif found and (not _GOOD_TAG.fullmatch(found[0]) or _is_odd(event.tag, found[0])):
                raise MalformedError("a tag", at)  # which the parsers read differently

    def _scalar(self, event: Any) -> Scalar:
        self._tally(event, 1, 0)
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        style = _STYLES[event.style]
        value: str = event.value
        anchor, tag = self._name(event), event.tag
        body = start
        if anchor is not None or tag is not None:
            body = body_of(self.text, start, end)
            self._properties(event, body)
        elif not value and style == "plain":
            start = body = end = self._empty_place(start)
        if style in ("literal", "folded"):
            self._check_header(body)
            outer = self._stack[-1].column if self._stack else -1
            end = scalar_end(self.text, body, end, outer)
        if self._is_masked and self.text[body:end] != self.masked[body:end]:
            outer = self._stack[-1].column if self._stack else -1
            value = self._unmask(value, body, end, style, outer)
        plain: PlainScalar = value
        if style == "plain" and tag != _STRING_TAG:
            plain = resolve(value)
        self._check_scalar(value, plain, body, end)
        node = Scalar(start, body, end, style, value, plain, anchor, tag)
        self._keep(node, 1, 0)
        return node

    def _check_header(self, body: int) -> None:
        """Leave to the other parser a comment that touches the `|`; this one overlooks it."""
        end = body + header_length(self.text, body)
        if self.text[end : end + 1] not in _WHITE:
            raise MalformedError("while scanning a block scalar", end)
        if not self._stack and _FLUSH.match(self.text, end):
            raise MalformedError("while scanning a block scalar", body)  # they read it differently

    def _unmask(self, value: str, body: int, end: int, style: str, outer: int) -> str:
        text = unfold(self.text[body:end], style, outer)
        if end == len(self.text) and not value.endswith("\n"):
            text = text.removesuffix("\n")  # the parsers add no line end that is not there
        return text

    def _check_scalar(self, value: str, plain: PlainScalar, body: int, end: int) -> None:
        limits = self.limits
        if len(value) > limits.scalar_length:
            self.findings.add("Y114", body, end)
        if value.endswith(":") and self.text[end - 1] == ":":
            self.findings.malformed("ends in a colon", end - 1)
        if _SURROGATE.search(value):
            self.findings.add("Y102", body, end)
        if isinstance(plain, (int, float)) and not limits.any_number:
            if len(value) > limits.number_digits or not isfinite(plain):
                self.findings.add("Y109", body, end)
        elif len(value) > MAX_DIGITS and isinstance(plain, float) and is_number(value):
            self.findings.add("Y109", body, end)  # not even `anything` can hold it exactly

    def _keep(self, node: Node, size: int, height: int) -> None:
        if node.anchor is not None:
            self._anchors[node.anchor] = (node, size, height)

    def _empty_place(self, mark: int) -> int:
        """Where an empty scalar is: right behind the indicator that announces it."""
        if not self._stack:
            return mark
        frame = self._stack[-1]
        if frame.is_map and frame.key is not None:
            return after_indicator(self.text, frame.key.end, ":") or frame.key.end
        position = frame.last_end
        if frame.flow:
            position = skip_blank(self.text, position)
            position += self.text[position : position + 1] in ("{", "[", ",")
        return after_indicator(self.text, position, "?" if frame.is_map else "-") or position

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        name = self.text[start + 1 : end]
        self._check_name(end)
        if any(frame.anchor == name for frame in self._stack) and self._is_open(name):
            self._stop("Y107", event)
        if name not in self._anchors:
            self.findings.add("Y116", start, end)
            self._tally(event, 1, 0)
            self._add(Scalar(start, start, end, "plain", self.text[start:end], None), 0)
            return
        target, size, height = self._anchors[name]
        self._tally(event, size, height)
        self._add(Alias(start, end, name, target), height)

    def _is_open(self, name: str) -> bool:
        """Whether the last node anchored so far as `name` is one that is still open."""
        opened = max(frame.start for frame in self._stack if frame.anchor == name)
        known = self._anchors.get(name)
        return known is None or known[0].start < opened

    def _open(self, event: Any, *, is_map: bool) -> None:
        start: int = event.start_mark.index
        body = start
        if event.anchor is not None or event.tag is not None:
            body = skip_blank(self.text, body_of(self.text, start, len(self.text)))
            self._properties(event, body)
        self._tally(event, 1, 1)
        flow = bool(event.flow_style)
        if flow and self._stack:
            column = self._stack[-1].column
        else:  # never for each of many on one line: that would be quadratic
            column = body - (self.text.rfind("\n", 0, body) + 1)
        frame = Frame(start, body, column, is_map=is_map, flow=flow)
        frame.anchor, frame.tag, frame.before = self._name(event), event.tag, self._count - 1
        self._stack.append(frame)

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        bare = frame.is_map and frame.flow and not self.text.startswith("{", frame.body)
        node = frame.closed(event.end_mark.index, bare=bare)
        self._keep(node, self._count - frame.before, frame.height + 1)
        self._add(node, frame.height + 1)

    def _add(self, node: Node, height: int) -> None:
        if not self._stack:
            self.root = node
            return
        frame = self._stack[-1]
        frame.height = max(frame.height, height)
        if not frame.is_map:
            frame.items.append(node)
            frame.last_end = node.end
        elif frame.key is None:
            self._check_key(frame, node)
            frame.key = node
            frame.last_end = node.end
        else:
            if frame.flow and not self.text.startswith("{", frame.body):
                self._check_pair(frame.key)
            frame.pairs.append(Entry(frame.key, node))
            frame.last_end = max(frame.key.end, node.end)
            frame.key = None

    def _check_pair(self, key: Node) -> None:
        """Leave to the other parser a pair like `["a":b]`; only this one takes it."""
        behind = after_indicator(self.text, key.end, ":")
        if behind is not None and self.text[behind : behind + 1] not in _WHITE:
            raise MalformedError("expected ',' or ']'", behind - 1)

    def _check_key(self, frame: Frame, key: Node) -> None:
        limits = self.limits
        plain = key.plain if isinstance(key, Scalar) else None
        if isinstance(key, Scalar) and isinstance(plain, str):
            if len(plain) > limits.key_length:
                self.findings.add("Y115", key.start, key.end, "too long")
            if plain == "<<" and key.style == "plain" and not limits.merge_keys:
                self.findings.add("Y108", key.body, key.end)
        elif not limits.any_key:
            self.findings.add("Y115", key.start, key.end, "not text")
        identity = key_text(self.text, key)
        first = frame.seen.setdefault(identity, key.start)
        if first != key.start:
            self.findings.duplicate(identity, first, key.start, key.end)
