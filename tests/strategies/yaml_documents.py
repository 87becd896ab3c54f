"""Nasty but valid YAML files, with what they say and whose each comment is.

The text, the data and the owners are made side by side by a generator that knows nothing
of the code under test, so that it can serve as an oracle. Comments are all different.
"""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import strategies as st

from stui_workspace.model.paths import NodePath

SCALARS: list[tuple[str, Any]] = [
    ("plain", "plain"), ("two words", "two words"), ("no", "no"), ("on", "on"), ("12:30", "12:30"),
    ("x#y", "x#y"), ("a:b", "a:b"), ("http://h:1/p?q=a&b", "http://h:1/p?q=a&b"), ("-dash", "-dash"),
    ("?q", "?q"), (":c", ":c"), ("1.2.3", "1.2.3"), ("0x1F", 31), ("0o17", 15), ("-7", -7),
    ("007", 7), ("1.5", 1.5), ("-2.5e+3", -2500.0), ("true", True), ("False", False), ("~", None),
    ("null", None), ("'single'", "single"), ("'it''s'", "it's"), ("''", ""), ("'# no'", "# no"),
    ('"double"', "double"), ('"a\\tb\\u00e9\\n"', "a\tb\u00e9\n"), ('"\\"q\\""', '"q"'), ('"1"', "1"),
    ("\u00fcml\u00e4ut", "\u00fcml\u00e4ut"), ("\U0001f600 smile", "\U0001f600 smile"),
    ("'a: b, [c]'", "a: b, [c]"), ("back\\slash", "back\\slash"), ("'tab\there'", "tab\there"),
    ('"C:\\\\dir"', "C:\\dir"), ("a 'b' c", "a 'b' c"), ("{{'t'}}"[2:5], "t"),
]  # fmt: skip
FLOW_SCALARS = [pair for pair in SCALARS if not set(pair[0]) & set("?:") or pair[0][0] in "'\""]
KEYS = [
    "a", "b", "key", "long-key_name", "two words", "'single'", '"double"', '"1"', "x.y", "\u00e9t\u00e9",
    "\U0001f511", "a/b", "on", "'it''s'", '"tab\\there"', "x-owner", "k1", "k2", "k3",
]  # fmt: skip
WORDS = ["alpha", "beta", "gamma-ray", "x: y"[0], "delta", "\U0001f680", "omega!"]


@dataclass
class Sample:
    """One file: its bytes, what it says, and who owns which comment."""

    content: bytes
    data: Any
    owners: dict[str, NodePath | None]
    """Comment to the path of the node that it lives and dies with; None for nobody's."""
    tags: set[str] = field(default_factory=set)


class Maker:
    """Writes one file at random; `size` bounds how much."""

    def __init__(self, random: Random, size: int) -> None:
        self.random = random
        self.left = size
        self.comments = 0
        self.base = 0
        self.owners: dict[str, NodePath | None] = {}
        self.anchors: list[tuple[str, Any]] = []
        self.tags: set[str] = set()
        self.tabs = random.random() < 0.2
        self.noisy = random.choice([0.0, 0.2, 0.5])

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def comment(self, owner: NodePath | None) -> str:
        self.comments += 1
        text = self.random.choice(
            ["# c{}", "#c{}", "# key{}: 'v", "#\tc{} \U0001f600", "# - c{}", "## c{} #"]
        )
        text = text.format(self.comments)
        self.owners[text] = owner
        return text

    def eol(self, owner: NodePath) -> str:
        if not self.chance(self.noisy):
            return ""
        gap = self.random.choice([" ", "  ", "      ", "\t" if self.tabs else " "])
        return gap + self.comment(owner)

    def trivia(self, indent: int, owner: NodePath) -> list[str]:
        """Lines above an entry: section notes, blank lines, and its own comment."""
        lines: list[str] = []
        pad = " " * indent
        if self.chance(self.noisy / 3):
            lines += [""] * self.random.randrange(2)
            note = owner[:-1] or None  # nobody's, but gone when the collection goes
            lines += [pad + self.comment(note) for _ in range(self.random.randint(1, 2))]
            lines += [""]
        if self.chance(self.noisy):
            lines += [self.random.choice(["", "", " " * indent])] * self.random.randint(1, 2)
        if self.chance(self.noisy):
            lines += [pad + self.comment(owner) for _ in range(self.random.randint(1, 2))]
        return lines

    def block_map(
        self, indent: int, depth: int, path: NodePath
    ) -> tuple[list[str], dict[str, Any]]:
        """The lines of a map at `indent`, and what it says."""
        lines: list[str] = []
        data: dict[str, Any] = {}
        gap = self.random.choice([1, 1, 1, 1, 3])
        for written in self.random.sample(KEYS, self.random.randint(1, 4)):
            name = spoken(written)
            if name in data:
                continue
            own: NodePath = (*path, name)
            if lines or indent == 0 or self.chance(0.3):
                lines += self.trivia(indent, own)
            value_lines, value = self.value(indent, depth, own, gap, in_list=False)
            colon = " :" if self.chance(0.05) else ":"
            lines += [f"{' ' * indent}{written}{colon}{value_lines[0]}", *value_lines[1:]]
            data[name] = value
        lines += self.tail(indent, path)
        return lines, data

    def tail(self, indent: int, path: NodePath) -> list[str]:
        """Comment lines below the last entry, at its column."""
        if not self.chance(self.noisy / 2):
            return []
        owner = path if indent else None
        blank = [""] if self.chance(0.3) else []
        return [
            *blank,
            *(" " * indent + self.comment(owner) for _ in range(self.random.randint(1, 2))),
        ]

    def block_list(
        self, indent: int, depth: int, path: NodePath, *, tail: bool
    ) -> tuple[list[str], list[Any]]:
        """The lines of a list whose dashes stand at `indent`."""
        lines: list[str] = []
        data: list[Any] = []
        gap = self.random.choice([1, 1, 1, 3])
        for index in range(self.random.randint(1, 3)):
            own: NodePath = (*path, index)
            if lines or self.chance(0.2):
                lines += self.trivia(indent, own)
            value_lines, value = self.item(indent, depth, own, gap)
            lines += [f"{' ' * indent}-{value_lines[0]}", *value_lines[1:]]
            data.append(value)
        if tail:
            lines += self.tail(indent, path)
        return lines, data

    def item(self, indent: int, depth: int, path: NodePath, gap: int) -> tuple[list[str], Any]:
        inner = indent + 1 + gap
        if depth > 0 and self.left > 0 and self.chance(0.5):
            self.left -= 1
            lines: list[str]
            value: Any
            if self.chance(0.7):
                lines, value = self.block_map(inner, depth - 1, path)
            else:
                lines, value = self.block_list(inner, depth - 1, path, tail=True)
            if not lines[0].strip() or lines[0].strip().startswith("#"):
                return [self.eol(path), *lines], value
            return [" " * gap + lines[0].lstrip(" "), *lines[1:]], value
        return self.value(indent, 0, path, gap, in_list=True)

    def value(
        self, indent: int, depth: int, path: NodePath, gap: int, *, in_list: bool
    ) -> tuple[list[str], Any]:
        """What stands behind a colon or dash: the rest of its line, and lines below."""
        self.left -= 1
        space = "\t" if self.tabs and not in_list and self.chance(0.2) else " " * gap
        deeper = indent + self.random.randint(1, 4)
        self.base = indent
        kind = self.random.choices(
            [
                "scalar",
                "empty",
                "literal",
                "folded",
                "multi",
                "flow",
                "flow_lines",
                "alias",
                "map",
                "list",
            ],
            [
                8,
                1,
                1,
                1,
                1,
                2,
                1,
                1,
                5 * (depth > 0 and self.left > 0),
                3 * (depth > 0 and self.left > 0),
            ],
        )[0]
        if kind == "alias" and not self.anchors:
            kind = "scalar"
        if kind == "empty":
            return [self.eol(path)], None
        if kind == "alias":
            self.tags.add("alias")
            name, value = self.random.choice(self.anchors)
            return [f"{space}*{name}{self.eol(path)}"], value
        if kind in ("map", "list"):
            return self.nested(kind, indent, depth, path, in_list=in_list)
        anchor, name = self.anchor(), ""
        if anchor:
            name = anchor[1:-1]
        method = getattr(self, kind)
        lines, value = method(deeper, path)
        lines[0] = f"{space}{anchor}{lines[0]}"
        if name:
            self.anchors.append((name, value))
        return lines, value

    def anchor(self) -> str:
        if not self.chance(0.07):
            return ""
        self.tags.add("anchor")
        return f"&n{self.random.randrange(10**6)} "

    def nested(
        self, kind: str, indent: int, depth: int, path: NodePath, *, in_list: bool
    ) -> tuple[list[str], Any]:
        anchor = self.anchor()
        head = f" {anchor[:-1]}" if anchor else ""
        head += self.eol(path)
        value: Any
        if kind == "map":
            lines, value = self.block_map(indent + self.random.randint(1, 4), depth - 1, path)
        else:
            offset = 0 if not in_list and self.chance(0.4) else self.random.randint(1, 4)
            lines, value = self.block_list(indent + offset, depth - 1, path, tail=offset > 0)
        if anchor:
            self.anchors.append((anchor[1:-1], value))
        return [head, *lines], value

    def scalar(self, _deeper: int, path: NodePath) -> tuple[list[str], Any]:
        written, value = self.random.choice(SCALARS)
        return [written + self.eol(path)], value

    def words(self, low: int = 1, high: int = 3) -> str:
        return " ".join(self.random.choice(WORDS) for _ in range(self.random.randint(low, high)))

    def literal(self, deeper: int, path: NodePath) -> tuple[list[str], Any]:
        """A literal block; what it says follows from its lines one to one."""
        self.tags.add("block scalar")
        lines = [self.words()]
        for _ in range(self.random.randrange(4)):
            more = self.random.choice(["", "  ", "\t"])
            lines.append(self.random.choice([more + self.words(), "# no comment", "", "k: v  "]))
        if not lines[-1].strip():
            lines.append("end")
        return self.block_scalar("|", "\n".join(lines), lines, deeper, path)

    def folded(self, deeper: int, path: NodePath) -> tuple[list[str], Any]:
        """A folded block of paragraphs: a blank line is a line break, a break a space."""
        self.tags.add("block scalar")
        paragraphs = [
            [self.words() for _ in range(self.random.randint(1, 3))]
            for _ in range(self.random.randint(1, 2))
        ]
        lines: list[str] = []
        for paragraph in paragraphs:
            lines += [*([""] if lines else []), *paragraph]
        text = "\n".join(" ".join(paragraph) for paragraph in paragraphs)
        return self.block_scalar(">", text, lines, deeper, path)

    def block_scalar(
        self, sign: str, text: str, lines: list[str], deeper: int, path: NodePath
    ) -> tuple[list[str], Any]:
        chomping = self.random.choice(["", "", "-", "+" if deeper > self.base + 1 else ""])
        below = [" " * deeper + line if line else "" for line in lines]
        if chomping == "+":
            blanks = self.random.randrange(3)
            text += "\n" * (blanks + 1)
            # A comment ends it: or else the next entry's blank lines would be its own.
            below += [""] * blanks + [" " * (deeper - 1) + self.comment(path)]
        elif chomping == "":
            text += "\n"
        return [f"{sign}{chomping}{self.eol(path)}", *below], text

    def multi(self, deeper: int, path: NodePath) -> tuple[list[str], Any]:
        """A flow scalar over several lines: breaks are spaces, blank lines breaks."""
        parts = [self.words() for _ in range(self.random.randint(2, 3))]
        blank = self.chance(0.3)
        text = ("\n" if blank else " ").join(parts)
        quote = self.random.choice(["", "'", '"'])
        pad = " " * deeper
        lines = [quote + parts[0]]
        for part in parts[1:]:
            lines += [*([""] if blank else []), pad + part]
        lines[-1] += quote + self.eol(path)
        return lines, text

    def flow_value(self, depth: int) -> tuple[str, Any]:
        if depth > 0 and self.chance(0.3):
            return self.one_line(depth - 1)
        return self.random.choice(FLOW_SCALARS)

    def one_line(self, depth: int) -> tuple[str, Any]:
        parts = [self.flow_value(depth) for _ in range(self.random.randrange(4))]
        comma = self.random.choice([", ", ",", " , ", ", "])
        edge = self.random.choice(["", "", " "])
        trailing = "," if parts and self.chance(0.15) else ""
        if self.chance(0.5):
            inner = comma.join(written for written, _ in parts)
            return f"[{edge}{inner}{trailing}{edge}]", [value for _, value in parts]
        keys = self.random.sample(["a", "b", "'c d'", '"e"', "f-g"], len(parts))
        inner = comma.join(
            f"{key}: {written}" for key, (written, _) in zip(keys, parts, strict=True)
        )
        return f"{{{edge}{inner}{trailing}{edge}}}", {
            spoken(key): value for key, (_, value) in zip(keys, parts, strict=True)
        }

    def flow(self, _deeper: int, path: NodePath) -> tuple[list[str], Any]:
        written, value = self.one_line(2)
        return [written + self.eol(path)], value

    def flow_lines(self, deeper: int, path: NodePath) -> tuple[list[str], Any]:
        """A flow list with a line for each element, commented."""
        lines = ["["]
        data: list[Any] = []
        count = self.random.randint(1, 3)
        trailing = self.chance(0.5)
        for index in range(count):
            own: NodePath = (*path, index)
            if self.chance(self.noisy / 2):
                lines.append(" " * deeper + self.comment(own))
            written, value = self.flow_value(1)
            comma = "," if index + 1 < count or trailing else ""
            lines.append(" " * deeper + written + comma + self.eol(own))
            data.append(value)
        lines.append(" " * deeper + "]" + self.eol(path))
        return lines, data


def spoken(written: str) -> str:
    """What a key of `KEYS` is called."""
    if written[0] == "'":
        return written[1:-1].replace("''", "'")
    return written[1:-1].replace("\\t", "\t") if written[0] == '"' else written


def make(seed: int, size: int) -> Sample:
    """The file of a seed; a larger `size` makes larger files."""
    maker = Maker(Random(seed), size)  # noqa: S311 (a test's dice)
    random = maker.random
    lines: list[str] = []
    if random.random() < 0.15:
        lines.append("---" + (f" {maker.comment(None)}" if random.random() < 0.3 else ""))
    body, data = maker.block_map(0, 3, ())
    lines += body
    if random.random() < 0.1:
        lines.append("...")
    eol = "\r\n" if random.random() < 0.25 else "\n"
    text = eol.join(lines) + eol
    if random.random() < 0.25 and "block scalar" not in maker.tags:
        text = text.removesuffix(eol)
    bom = "\ufeff" if random.random() < 0.1 else ""
    return Sample((bom + text).encode(), data, maker.owners, maker.tags)


def samples(max_size: int = 14) -> st.SearchStrategy[Sample]:
    """Files of all kinds; failing ones shrink towards small files."""
    return st.builds(make, st.integers(0, 2**32), st.integers(1, max_size))
