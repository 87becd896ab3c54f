"""Workspaces of the model at random, in many styles, with every word that is in them only once."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from strategies.merging_model import Document, Look, Node, Paper

POLICY: dict[str, dict[str, Any]] = {
    "/connections": {"kind": "keyed", "key": "id", "order": "soft"},
    "/connections/*/tags": {"kind": "set"},
    "/connections/*/secret": {"kind": "atomic", "sensitive": True},
    "/connections/*/launch": {"kind": "map", "together": ["command", "shell"]},
    "/connections/*/use_count": {"kind": "counter", "transient": True},
    "/connections/*/last_used": {"kind": "max", "transient": True},
    "/panels/**/children": {"kind": "keyed", "key": "id", "order": "strict", "tree": True},
    "/panels/**/sizes": {"kind": "atomic"},
    "/panels/**/connection": {"kind": "scalar", "ref": "/connections"},
    "/preferences/window": {"kind": "atomic"},
    "/keybindings": {"kind": "keyed", "key": ["key", "when"], "order": "soft"},
    "/snippets": {"kind": "keyed", "key": "id", "order": "soft"},
    "/snippets/*/body": {"kind": "text"},
    "/recent": {"kind": "mru", "limit": 5},
    "/stats/launches": {"kind": "counter", "transient": True},
    "/stats/last_opened": {"kind": "max", "transient": True},
}
"""How the documents merge, as a policy says it."""

_SHAPES = (
    "{}", "{}", "{}", "two {} words", "it's {}", "{}: x", "{} # x", "é {}", "no {}", 'a "{}" b',
    "- {}", "{}/b.c", "λ{}", "{}, [x]", "*{}", "&{}", "!{}", "tab\t{}", "{}\\n",
)  # fmt: skip
_REMARKS = ("# {}", "#{}", "# - {}", "# {}: x", "## {} ##", "# {} 'x", "#  {}")
_LOOKALIKES: tuple[Any, ...] = ("no", "on", "12:30", "1e3", "0x1F", "~", "", True, None, 1.5, 0)


class Words:
    """New words, each only once: where one is, nobody else's is."""

    def __init__(self, random: Random, first: int = 1) -> None:
        self.random = random
        self.next = first

    def number(self) -> int:
        """A number that nothing else has."""
        self.next += 1
        return self.next

    def word(self) -> str:
        """As in `w17q`; the end keeps `w1` from being found in `w17`."""
        return f"w{self.number()}q"

    def value(self) -> Any:
        """Something to set a scalar to."""
        if self.random.random() < 0.2:
            return 100000 + self.number()
        return self.random.choice(_SHAPES).format(self.word())

    def remark(self) -> str:
        """One line of comment."""
        return self.random.choice(_REMARKS).format(self.word())

    def block(self) -> tuple[str, ...]:
        """One to three lines of comment."""
        return tuple(self.remark() for _ in range(self.random.choice((1, 1, 1, 2, 3))))


class Maker:
    """Makes one document; `rich` is how often there is something special."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.words = Words(random)
        self.uids = 0
        self.rich = random.choice((0.0, 0.1, 0.3))
        self.step = random.choice((2, 2, 2, 4, 3, 1))
        self.dash = random.choice((self.step, self.step, 0))
        self.width = random.choice((2, 2, 2, 4))
        self.blanks = random.choice((0, 0, 0, 1, 2))
        self.spaced = random.random() < 0.15
        """Whether empty lines part the items of lists."""
        self.connections: list[Node] = []

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def look(self) -> Look:
        return Look(
            quote=self.random.choice(("plain", "plain", "single", "double")),
            step=self.step,
            dash=self.dash,
            width=self.width,
            gap=3 if self.chance(self.rich / 4) else 1,
            eol_gap=self.random.choice((1, 2, 2, 5)),
            trailing=2 if self.chance(self.rich / 5) else 0,
            quoted_key=self.chance(self.rich / 10),
        )

    def node(self, kind: str, key: str | None, role: str = "", **more: Any) -> Node:
        self.uids += 1
        return Node(self.uids, kind, key, role=role, look=self.look(), **more)

    def scalar(self, key: str | None, value: Any = ..., role: str = "") -> Node:
        if value is ...:
            odd = not role and self.chance(self.rich / 2)
            value = self.random.choice(_LOOKALIKES) if odd else self.words.value()
        return self.node("scalar", key, role, value=value)

    def scalars(self, *keys: str) -> list[Node]:
        return [self.scalar(key) for key in keys]

    def mapping(self, key: str | None, children: list[Node], role: str = "") -> Node:
        node = self.node("map", key, role, children=children)
        if role == "item" and self.chance(0.1):
            self.random.shuffle(children)
        self.random.choice(children).kept = True
        return node

    def sequence(self, key: str | None, children: list[Node], role: str = "") -> Node:
        node = self.node("list", key, role, children=children)
        self.random.choice(children).kept = True
        return node

    def flow(self, node: Node, probability: float = 0.5) -> Node:
        """A small collection, perhaps on one line; nothing is ever said about its insides."""
        node.write(flow=self.chance(probability))
        for inner in node.walk():
            inner.write(gap=1, trailing=0)
        return node

    def plain_list(self, key: str, role: str, count: int) -> Node:
        """A list of words."""
        items = [self.scalar(None, self.words.word(), role="element") for _ in range(count)]
        return self.flow(self.sequence(key, items, role))

    def document(self) -> Document:
        """A workspace of two to five sections."""
        makers: list[Callable[[], Node]] = [
            self.workspace, self.connection_list, self.panels, self.preferences, self.keybindings,
            self.snippets, self.stats, self.recent, self.bookmarks,
        ]  # fmt: skip
        chosen = self.random.sample(makers, self.random.choice((2, 2, 2, 3, 4)))
        chosen.sort(key=lambda maker: maker != self.connection_list)  # panels name them
        sections = [maker() for maker in chosen]
        self.random.shuffle(sections)
        if self.chance(0.2):
            defaults, using = self.anchored()
            sections = [defaults, *sections, using]
        root = self.mapping(None, sections, "root")
        for section in sections:
            section.write(blanks=self.blanks)
            for item in section.children[1:] if self.spaced else ():
                item.write(blanks=int(section.role == "keyed"))
        self.remarks(root)
        return Document(root, self.paper())

    def paper(self) -> Paper:
        return Paper(
            crlf=self.chance(0.1),
            bom=self.chance(0.05),
            final_newline=not self.chance(0.05),
            start=self.chance(0.1),
            blank_end=self.random.choice((0, 0, 0, 0, 0, 2)),
        )

    def remarks(self, root: Node) -> None:
        """Comments, wherever a script may also put one."""
        for node in root.walk():
            if node.look.flow or node.role in ("atomic", "set", "mru"):
                continue
            for number, child in enumerate(node.children):
                dash_line = node.role == "item" and number == 0
                if self.chance(self.rich) and not dash_line:
                    child.comment = self.words.block()
                if self.chance(self.rich) and may_end(child):
                    child.eol = self.words.remark()
                if self.chance(self.rich / 4) and not dash_line and number + 1 < len(node.children):
                    child.note = self.words.block()
            if self.chance(self.rich / 3) and may_have_tail(node):
                node.tail = self.words.block()

    def workspace(self) -> Node:
        return self.mapping("workspace", self.scalars("name", "owner", "theme"))

    def connection(self) -> Node:
        fields = [self.scalar("id", self.words.word(), role="id"), *self.scalars("host")]
        extras: list[Callable[[], Node]] = [
            lambda: self.scalar("port"),
            lambda: self.scalar("secret"),
            lambda: self.plain_list("tags", "set", self.random.randint(1, 3)),
            lambda: self.scalar("use_count", self.random.randint(1, 99), role="counter"),
            lambda: self.scalar("last_used", self.day(5), role="max"),
            lambda: self.flow(self.mapping("auth", self.scalars("method", "user"))),
            lambda: self.mapping("launch", self.scalars("command", "shell", "title"), "together"),
            lambda: self.mapping("limits", [self.mapping("cpu", self.scalars("soft", "hard"))]),
        ]
        fields += [make() for make in self.random.sample(extras, self.random.randint(0, 3))]
        return self.mapping(None, fields, "item")

    def day(self, month: int) -> str:
        return f"2026-{month:02}-{self.random.randint(1, 28):02}"

    def connection_list(self) -> Node:
        self.connections = [self.connection() for _ in range(self.random.randint(2, 4))]
        return self.sequence("connections", self.connections, "keyed")

    def bookmarks(self) -> Node:
        """A list that no policy names, keyed by its ids all the same."""
        return self.sequence("bookmarks", [self.bookmark() for _ in range(3)], "keyed")

    def bookmark(self) -> Node:
        fields = [self.scalar("id", self.words.word(), role="id"), *self.scalars("url", "title")]
        return self.mapping(None, fields, "item")

    def keybindings(self) -> Node:
        return self.sequence("keybindings", [self.binding() for _ in range(3)], "keyed")

    def binding(self) -> Node:
        fields = [
            self.scalar("key", self.words.word(), role="key"),
            self.scalar("when", self.words.word(), role="key"),
            self.scalar("command"),
        ]
        return self.mapping(None, fields, "item")

    def snippets(self) -> Node:
        return self.sequence("snippets", [self.snippet() for _ in range(2)], "keyed")

    def snippet(self) -> Node:
        lines = [f"{self.words.word()} --x" for _ in range(self.random.randint(4, 8))]
        body = self.node("text", "body", "text", value=lines)
        fields = [self.scalar("id", self.words.word(), role="id"), *self.scalars("title"), body]
        return self.mapping(None, fields, "item")

    def pane(self, depth: int) -> Node:
        fields = [self.scalar("id", self.words.word(), role="id"), *self.scalars("view")]
        if self.connections and self.chance(0.5):
            meant = self.random.choice(self.connections)
            fields.append(self.node("ref", "connection", "ref", value=meant.uid))
        if depth:
            panes = [self.pane(depth - 1) for _ in range(self.random.randint(2, 3))]
            fields.append(self.sequence("children", panes, "strict"))
        return self.mapping(None, fields, "item")

    def panels(self) -> Node:
        panes = [self.pane(self.random.choice((0, 0, 1))) for _ in range(self.random.randint(2, 3))]
        fields = [
            *self.scalars("split"),
            self.plain_list("sizes", "atomic", 2),
            self.sequence("children", panes, "strict"),
        ]
        return self.mapping("panels", [self.mapping("root", fields)])

    def preferences(self) -> Node:
        window = self.flow(self.mapping("window", self.scalars("width", "height"), "atomic"))
        editor = self.mapping("editor", [*self.scalars("tab", "wrap"), self.gutter()])
        fields = [
            *self.scalars("theme", "bell", "cursor"),
            window,
            editor,
            self.plain_list("columns", "atomic", 3),
        ]
        return self.mapping("preferences", self.random.sample(fields, self.random.randint(3, 6)))

    def gutter(self) -> Node:
        return self.flow(self.mapping("gutter", self.scalars("wide", "numbers")), 0.2)

    def stats(self) -> Node:
        fields = [
            self.scalar("launches", self.random.randint(1, 99), role="counter"),
            self.scalar("last_opened", self.day(5), role="max"),
            self.scalar("place"),
        ]
        return self.mapping("stats", fields)

    def recent(self) -> Node:
        return self.plain_list("recent", "mru", self.random.randint(2, 5))

    def anchored(self) -> list[Node]:
        """A section with anchors, and one with their aliases; neither is ever deleted."""
        word = self.scalar("size")
        shared = self.mapping("shared", self.scalars("user", "shell"))
        for node in (word, shared):
            node.anchor = self.words.word()
        defaults = self.mapping("defaults", [word, shared])
        uses = [self.node("alias", f"as_{node.key}", value=node.uid) for node in (word, shared)]
        using = self.mapping("using", [*uses, self.scalar("own")])
        for node in (defaults, word, shared, using, *uses):
            node.kept = True
        return [defaults, using]


def may_have_tail(node: Node) -> bool:
    """Whether a comment below its last child is surely its own, by how far in it stands."""
    return node.kind == "map" or (node.kind == "list" and node.look.dash > 0)


def may_end(node: Node) -> bool:
    """Whether a comment behind it is surely its own: an item has no line to itself."""
    return node.key is not None and (node.kind != "text" or node.look.quote != "double")
