"""A document as a tree of nodes with identities, to be edited by scripts and written in any style.

Identities are what makes the outcome of two scripts known beforehand: the same node is the same
number in all three versions, whatever it is called and wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

SOFT, STRICT = "keyed", "strict"
FREE_ORDER = frozenset({SOFT, "set"})


@dataclass(frozen=True, slots=True)
class Look:
    """How a node is written; nothing of what it says."""

    quote: str = "plain"
    """`plain`, `single` or `double`, where the value allows it."""
    flow: bool = False
    step: int = 2
    """How much deeper than its key a block map stands."""
    dash: int = 2
    """How much deeper than its key the dashes of a block list stand."""
    width: int = 2
    """From a dash to what follows it."""
    gap: int = 1
    """Blanks after the colon."""
    eol_gap: int = 2
    blanks: int = 0
    """Empty lines above."""
    trailing: int = 0
    """Blanks at the end of its line."""
    quoted_key: bool = False


@dataclass(slots=True)
class Node:
    """An entry of a map or an item of a list, with what is said about it."""

    uid: int
    kind: str
    """`scalar`, `map`, `list`, `text`, `ref` or `alias`."""
    key: str | None = None
    value: Any = None
    """Of a scalar its value, of a text its lines, of a reference or alias the node meant."""
    role: str = ""
    """How it merges: `keyed`, `strict`, `set`, `atomic`, `mru`, `counter`, `max`, `item`, `id`."""
    children: list[Node] = field(default_factory=list)
    comment: tuple[str, ...] = ()
    eol: str | None = None
    note: tuple[str, ...] = ()
    """A comment block above it that a blank line parts from it: it stays when the node goes."""
    tail: tuple[str, ...] = ()
    """Comment lines below the last child."""
    anchor: str | None = None
    kept: bool = False
    """Scripts neither delete it nor move it away, so that its parent is never empty."""
    look: Look = field(default_factory=Look)

    def clone(self) -> Node:
        """A copy that shares nothing that changes."""
        return Node(
            self.uid, self.kind, self.key, self.value, self.role,
            [child.clone() for child in self.children],
            self.comment, self.eol, self.note, self.tail, self.anchor, self.kept, self.look,
        )  # fmt: skip

    def write(self, **changes: Any) -> None:
        """Have it written otherwise."""
        self.look = replace(self.look, **changes)

    def walk(self) -> Iterator[Node]:
        """The node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def child(self, key: str) -> Node:
        """The entry of a map."""
        return next(child for child in self.children if child.key == key)


@dataclass(slots=True)
class Paper:
    """What is said about a file as a whole."""

    crlf: bool = False
    bom: bool = False
    final_newline: bool = True
    start: bool = False
    """Whether `---` stands first."""
    blank_end: int = 0
    """Empty lines at the end."""


@dataclass(slots=True)
class Document:
    """A whole file."""

    root: Node
    paper: Paper = field(default_factory=Paper)

    def clone(self) -> Document:
        """A copy that shares nothing that changes."""
        return Document(self.root.clone(), replace(self.paper))

    def places(self) -> dict[int, tuple[Node, Node | None]]:
        """Each node with its parent, by identity."""
        found: dict[int, tuple[Node, Node | None]] = {self.root.uid: (self.root, None)}
        for node in self.root.walk():
            found.update((child.uid, (child, node)) for child in node.children)
        return found

    def plain(self) -> dict[str, Any]:
        """What the file says."""
        nodes = {node.uid: node for node in self.root.walk()}
        says: dict[str, Any] = plain(self.root, nodes)
        return says

    def comments(self) -> list[str]:
        """Every comment line in it."""
        return sorted(
            line
            for node in self.root.walk()
            for line in (*node.note, *node.comment, *node.tail, *([node.eol] if node.eol else []))
        )


def plain(node: Node, nodes: dict[int, Node]) -> Any:
    """What a node says, `nodes` being where references and aliases lead."""
    match node.kind:
        case "map":
            return {child.key: plain(child, nodes) for child in node.children}
        case "list":
            return [plain(child, nodes) for child in node.children]
        case "text":
            return "".join(f"{line}\n" for line in node.value)
        case "ref":
            return nodes[node.value].child("id").value
        case "alias":
            return plain(nodes[node.value], nodes)
    return node.value


def item_name(item: Node) -> str:
    """How a conflict calls an item of a keyed list."""
    fields = {child.key: child.value for child in item.children}
    names = ("id",) if "id" in fields else ("key", "when")
    return "[" + ",".join(f"{name}={fields[name]}" for name in names) + "]"


def paths(document: Document) -> dict[int, str]:
    """What conflicts call each node, by identity; the root has no name of its own."""
    found: dict[int, str] = {}

    def visit(node: Node, path: str) -> None:
        found[node.uid] = path or "/"
        for number, child in enumerate(node.children):
            if child.key is not None:
                step = child.key
            elif child.role == "item":
                step = item_name(child)
            else:
                step = str(number)
            visit(child, f"{path}/{step}")

    visit(document.root, "")
    return found
