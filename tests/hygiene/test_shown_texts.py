"""Nothing that is shown is taken for markup, and all that is printed was made safe first."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent / "src" / "stui_workspace"
WIDGETS = {
    "Static",
    "Label",
    "Option",
    "Button",
    "Checkbox",
    "RadioButton",
    "Link",
    "Markdown",
    "Tab",
}
"""Each takes a text as its first argument, and would read markup in it."""
PRINTERS = {
    "click.echo",
    "click.secho",
    "click.prompt",
    "click.confirm",
    "print",
    "sys.stdout.write",
    "sys.stderr.write",
}
MAY_PRINT = {
    "cli/telling.py": {"click.echo"},
    "cli/asking.py": {"sys.stdout.write"},  # a question, made safe there
    "cli/evaluating.py": {"click.echo"},  # output of a backend, made safe there
    "cli/conn_watching.py": {"click.echo"},  # lines that are made safe when they are made
    "cli/commands/watch.py": {"click.echo"},
    "cli/progress.py": {"click.echo"},  # one line, made safe there
    "cli/secret_showing.py": {"click.echo"},  # a secret that was asked for, to a program
    "cli/hooks.py": {"sys.stderr.write"},  # names of our own code
    "connections/holding/keeping.py": {"sys.stderr.write"},  # the log of a process of our own
    "gitdriver/driver.py": {"sys.stderr.write"},  # sentences, made safe there
    "gitdriver/entry.py": {"sys.stderr.write"},
    "gitdriver/textconv.py": {"sys.stderr.write"},
    "main.py": {"sys.stdout.write"},  # the version
}  # fmt: skip
MARKUP = {"border_title", "border_subtitle", "tooltip", "sub_title"}
"""Attributes whose text Textual reads as markup, or hands to the terminal."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def makers() -> set[str]:
    """The functions that return a `Content`, in which nothing is markup."""
    return {
        node.name
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.returns is not None
        and ast.unparse(node.returns) == "Content"
    }


def is_content(node: ast.expr, made: set[str], names: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    is_made = called in ("Content", "Content.assemble", "Text") or called.rpartition(".")[2] in made
    return is_made or is_method_of_content(node, made, names)


def is_method_of_content(node: ast.Call, made: set[str], names: set[str]) -> bool:
    return isinstance(node.func, ast.Attribute) and is_content(node.func.value, made, names)


def contents_of(tree: ast.Module, made: set[str]) -> set[str]:
    """The names that are only ever bound to contents, or declared to be."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and is_content(node.value, made, names):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        if isinstance(node, ast.arg) and _annotation(node) in ("Content", "Content | None"):
            names.add(node.arg)
        if isinstance(node, (ast.For, ast.comprehension)) and "content" in ast.unparse(node.target):
            names.add("content")
    return names


def _annotation(node: ast.arg) -> str:
    return "" if node.annotation is None else ast.unparse(node.annotation)


def own_names(tree: ast.Module) -> set[str]:
    """The names that are ours, though Textual has something that is called so."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stui_workspace"):
            own |= {one.name for one in node.names}
    return own


def unsafe_in(tree: ast.Module, made: set[str]) -> Iterator[str]:
    names, own = contents_of(tree, made), own_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MARKUP:
            yield f"{node.lineno}: {node.attr}"
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        is_plain = any(
            one.arg == "markup" and ast.unparse(one.value) == "False" for one in node.keywords
        )
        if called == "notify" and "app" in ast.unparse(node.func) and not is_plain:
            yield f"{node.lineno}: notify without markup=False"
        is_shown = called in WIDGETS - own and node.args and not is_plain
        if is_shown and not is_content(node.args[0], made, names):
            yield f"{node.lineno}: {ast.unparse(node)[:80]}"
        if called in {"from_markup", "Markdown", "RichLog", "Pretty"} - own:
            yield f"{node.lineno}: {called}"


def test_every_widget_shows_its_text_as_it_is() -> None:
    made = makers()
    found = [
        f"{name}:{what}"
        for name, tree in modules()
        if name.startswith("tui/")
        for what in unsafe_in(tree, made)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "Static('a')", "Static(f'{name}')", "Label(title)", "Option(str(x), id='a')", "self.app.notify(text)",
        "self.app.notify(text, markup=True)", "self.border_title = name", "Content.from_markup(x)", "Static(words(x))",
    ],
)  # fmt: skip
def test_one_that_does_not_would_be_found(code: str) -> None:
    assert list(unsafe_in(ast.parse(code), set()))


@pytest.mark.parametrize(
    "code",
    [
        "Static()", "Static(id='a')", "Static(Content('a'))", "Static(Content.assemble(a, b))", "self.app.notify(text, markup=False)",
        "words = Content(a)\nStatic(words)", "Static(shown(x))", "Label(text, markup=False)", "Static(Content('a').truncate(2))",
    ],
)  # fmt: skip
def test_one_that_does_is_not_found(code: str) -> None:
    assert list(unsafe_in(ast.parse(code), {"shown"})) == []


def printers_in(tree: ast.Module) -> set[str]:
    return {
        called
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in PRINTERS
    }


def test_only_those_print_who_make_texts_safe() -> None:
    found = {name: said for name, tree in modules() if (said := printers_in(tree))}
    found.pop("connections/python/child/life.py", None)
    assert {name: said - MAY_PRINT.get(name, set()) for name, said in found.items()} == {
        name: set() for name in found
    }


def test_one_who_prints_besides_would_be_found() -> None:
    assert printers_in(ast.parse("print(1)\nclick.prompt('a')")) == {"print", "click.prompt"}
