"""What differs within one item, as lines that people read. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Final, TypeAlias

from stui_workspace.model.values import Absent, Plain, same
from stui_workspace.runtime.taking_back.arrangements import arrangement_lines
from stui_workspace.runtime.taking_back.lines import Line, Told
from stui_workspace.runtime.taking_back.texts import Count, text_lines

Value: TypeAlias = "Plain | Absent"

CONNECTION_WORDS: Final[Mapping[str, str]] = {
    "wanted": "connects by itself",
    "is_favourite": "favourite",
    "spec": "reaches",
}
_BUFFER_WORDS: Final[Mapping[str, str]] = {
    "scroll": "first visible line",
    "ad_hoc": "only in this session",
    "anchor": "selection from",
}
_PLACES: Final = ("cursor", "anchor", "scroll")
"""Where a person was in a text: told after all else, and on their own they are little."""
_DEFAULTS: Final[Mapping[str, Plain]] = {"cursor": (0, 0), "scroll": 0, "ad_hoc": False}
_SHORT: Final = 60
_AS_IN_FILE: Final = "as in the file"


def of_buffer(old: Value, new: Value, source: str | None) -> Told:
    """What differs in a pad: its text by lines, then the rest.

    Args:
        old: The pad in the one state.
        new: The pad in the other.
        source: The text where a state has none of its own; None where that is not known.
    """
    before, after = _fields(old), _fields(new)
    texts = [_text_of(one, source) for one in (before, after)]
    lines: list[Line] = []
    said: list[str] = []
    if texts[0] != texts[1]:
        count, found = text_lines(texts[0] or "", texts[1] or "")
        lines += (Line("~", word) for word in _where_from(before, after, source))
        lines += found
        said.append(_counted(count))
    elif ("text" in before) != ("text" in after):
        lines += (Line("~", word) for word in _where_from(before, after, source))
        said.append("unsaved" if "text" in after else _AS_IN_FILE)
    others = [key for key in _keys(before, after) if key not in ("text", "base")]
    changed = [key for key in others if not same(before.get(key), after.get(key))]
    for key in sorted(changed, key=lambda key: key in _PLACES):
        name = _BUFFER_WORDS.get(key, key)
        lines.append(_field_line(name, _at(key, before), _at(key, after)))
    said += [key for key in changed if key not in _PLACES]
    if not said and changed:
        said.append("cursor" if "cursor" in changed or "anchor" in changed else "scrolled")
    return Told(", ".join(said) or "its source was another version", tuple(lines))


def of_layout(old: Value, new: Value) -> Told:
    """What differs in the arrangement: panels first, then tabs on top and the keyboard."""
    before, after = _fields(old), _fields(new)
    lines = list(arrangement_lines(before.get("tree"), after.get("tree")))
    said = [f"{len(lines)} panel{'' if len(lines) == 1 else 's'} changed"] if lines else []
    if ("tree" in before) != ("tree" in after):
        words = [_AS_IN_FILE if "tree" not in one else "arranged here" for one in (before, after)]
        lines.insert(0, _field_line("arrangement", *words))
        said = [words[1]]
    named = {"variant": "layout", "focus": "keyboard in", "zoomed": "fills the screen"}
    for key, word in named.items():
        if not same(before.get(key), after.get(key)):
            lines.append(_field_line(word, _shown(before.get(key)), _shown(after.get(key))))
            said.append(word if key != "focus" else "keyboard")
    tops = [_fields(one.get("active")) for one in (before, after)]
    for key in _keys(*tops):
        if not same(tops[0].get(key), tops[1].get(key)):
            word = f"on top of {key.replace('|', ', ')}"
            lines.append(_field_line(word, *(_shown(one.get(key)) for one in tops)))
            said.append("tabs on top")
    return Told(", ".join(dict.fromkeys(said)) or "made for another layout", tuple(lines))


def of_rows(name: str, old: Value, new: Value) -> Told:
    """What differs in a list of evaluations: how many came and went, and each of them."""
    key: Callable[[Mapping[str, Plain]], Hashable] = _entry_key if name == "transcript" else _id
    before, after = _rows(old, key), _rows(new, key)
    went = [row for one, row in before.items() if one not in after]
    came = [row for one, row in after.items() if one not in before]
    other = [one for one in before if one in after and not same(before[one], after[one])]
    counts = ((len(came), "added"), (len(went), "removed"), (len(other), "changed"))
    lines = [
        *(Line("-", _row_text(row)) for row in went),
        *(Line("~", _row_text(after[one])) for one in other),
        *(Line("+", _row_text(row)) for row in came),
    ]
    words = [f"{count} {word}" for count, word in counts if count]
    return Told(", ".join(words) or "in another order", tuple(lines))


def of_keys(old: Value, new: Value, words: Mapping[str, str]) -> Told:
    """What differs in a map, by key path; anything else as a whole."""
    lines = tuple(_by_key(_flat(old, words), _flat(new, words)))
    named = dict.fromkeys(line.text.partition(":")[0] for line in lines)
    return Told(", ".join([*named][:3]) + (", …" if len(named) > 3 else ""), lines)  # noqa: PLR2004


def _by_key(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> Iterator[Line]:
    for key in _keys(before, after):
        if key not in after:
            yield Line("-", f"{key}: {_shown(before[key])}")
        elif key not in before:
            yield Line("+", f"{key}: {_shown(after[key])}")
        elif not same(before[key], after[key]):
            yield _field_line(key, _shown(before[key]), _shown(after[key]))


def _flat(value: Value, words: Mapping[str, str], path: str = "") -> dict[str, Plain]:
    if isinstance(value, Absent):
        return {}
    if not isinstance(value, Mapping):
        return {path or "value": value}
    found: dict[str, Plain] = {}
    for key, one in value.items():
        name = words.get(key, str(key)) if not path else str(key)
        found |= _flat(one, {}, f"{path}.{name}" if path else name)
    return found


def _fields(value: Value) -> Mapping[str, Plain]:
    return value if isinstance(value, Mapping) else {}


def _keys(*maps: Mapping[str, Plain]) -> list[str]:
    return list(dict.fromkeys(key for one in maps for key in one))


def _text_of(fields: Mapping[str, Plain], source: str | None) -> str | None:
    text = fields.get("text")
    return text if isinstance(text, str) else source


def _where_from(
    before: Mapping[str, Plain], after: Mapping[str, Plain], source: str | None
) -> Iterator[str]:
    """What there is to say where one side has no text of its own."""
    if ("text" in before) == ("text" in after) or not (before and after):
        return
    words = ["unsaved text" if "text" in one else "the file's text" for one in (before, after)]
    unknown = "" if source is not None else " (not compared: it is in the file)"
    yield f"text: {words[0]} -> {words[1]}{unknown}"


def _counted(count: Count) -> str:
    if count.added and count.removed:
        return f"{_lines(count.added)} added, {count.removed} removed"
    if count.added or count.removed:
        return f"{_lines(count.added or count.removed)} {'added' if count.added else 'removed'}"
    return "line ends"


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"


def _at(key: str, fields: Mapping[str, Plain]) -> str:
    """A place as people count it."""
    value = fields.get(key, _DEFAULTS.get(key))
    match value:
        case [int(line), int(column)] if key in _PLACES:
            return f"{line + 1}:{column + 1}"
        case int() if key == "scroll":
            return str(value + 1)
        case _:
            return _shown(value)


def _field_line(name: str, before: str, after: str) -> Line:
    return Line("~", f"{name}: {before} -> {after}")


def _shown(value: Value) -> str:
    """A value on one short line."""
    match value:
        case None | Absent():
            return "none"
        case bool():
            return "yes" if value else "no"
        case str():
            text = value
        case _:
            text = json.dumps(value, ensure_ascii=False, default=dict)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _rows(value: Value, key: Callable[[Mapping[str, Plain]], Hashable]) -> dict[object, Plain]:
    if not isinstance(value, (list, tuple)):
        return {}
    return {
        key(row) if isinstance(row, Mapping) else f"row {at}": row for at, row in enumerate(value)
    }


def _entry_key(row: Mapping[str, Plain]) -> Hashable:
    """What one evaluation is known by, also where the numbers began anew."""
    return row.get("request") or (str(row.get("number")), str(row.get("at")))


def _id(row: Mapping[str, Plain]) -> Hashable:
    return str(row.get("id"))


def _row_text(row: Plain) -> str:
    fields = _fields(row)
    code = str(fields.get("code", "")).strip()
    first, _, rest = code.partition("\n")
    number = f"#{fields['number']} " if "number" in fields else ""
    outcome = f"{fields['outcome']}: " if "outcome" in fields else ""
    return f"{number}{fields.get('connection', '')} {outcome}{first}{' …' if rest else ''}".strip()
