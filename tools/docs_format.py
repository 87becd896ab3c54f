"""Write docs/reference/format.md from the published schema, or say that it is stale.

python tools/docs_format.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from stui_workspace.document import to_yaml
from stui_workspace.document.emit import flow_text
from stui_workspace.model.values import Plain
from stui_workspace.schema import FileKind
from stui_workspace.schema.kinds import parts_for
from stui_workspace.schema.parts import Parts

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "format.md"

HEAD = """\
# The workspace file

<!-- Written by tools/docs_format.py from schema/stui-workspace.v1.schema.json. Change that. -->

`.stui-workspace.yaml` at the root of a project, or `stui-workspace.yaml` where a sync tool skips
files whose name begins with a dot. One YAML document, format 1. The smallest one:

```yaml
stui: 1
name: orders-service
```

A whole one is in [examples/team](../../examples/team/.stui-workspace.yaml). Your editor can
[complete and check the file](../how-to/editor-completion.md); `stui validate` checks it anywhere,
and each thing that it can say has [a page](diagnostics/index.md).

## What wins

The same keys can be said in several places. From the strongest:

1. the command line (`--var`),
2. your overlay, `.stui-workspace.local.yaml` beside the file, which is not shared,
3. the environment that was selected with `--env`,
4. the workspace file,
5. your own `config.yaml`, which has `preferences`, `history`, `restore`, `autosave`, `session`
   and `sync`,
6. the defaults below.

Maps are laid over each other key by key. Lists replace each other, and so do layouts as a whole.
In a buffer, `file` takes the place of a weaker `source`, and the other way round. A key without a
value says nothing. `stui show --origin` tells where each value came from.

The overlay has the keys of the workspace file but `environments`, each of them optional; a
connection in it may say only what is different.

## Values

- YAML 1.2: `no`, `on` and `12:30` are text, `1.10` is a number. Where that is a trap,
  `stui validate` says so.
- A length of time is a number with its unit, such as `500ms`, `30s`, `5m` or `2h`, and for some
  keys `never`.
- A name has letters, digits, `.`, `_` and `-`, at most 64 of them, and starts with a letter, a
  digit or `_`.
- A path is relative to the file and stays inside the project.
- `${name}` is replaced by a variable of `vars`, in titles, addresses, commands and other short
  texts. It is not replaced in `source`, in paths and credentials, in `layout`, `history` and
  `extensions`.
- Keys that start with `x-` are yours: kept to the byte, never interpreted. Unknown keys are a
  warning.
- No tags, directives, merge keys or duplicate keys. The sizes are in [Limits](limits.md).
"""

TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "a map",
    "array": "a list",
}
FORMS = {
    "S110": "a length of time",
    "S113": "a path",
    "S120": "`keyring:<name>` or `vault:<name>`",
}

LAYOUTS = """
Every other key is the name of a layout. A layout has exactly one of `panel`, `buffer`, `tabs`,
`row` and `column`, and so has each place in a `row` or `column`; there the name of a panel or a
buffer alone will do.
"""
REQUIRED = ("stui", "name")
PIPE = r"\|"


def main(arguments: list[str]) -> int:
    """1 when `--check` finds the page stale."""
    page = HEAD + "".join(sections())
    if "--check" in arguments:
        is_fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        if not is_fresh:
            print(f"stale: {PAGE.name}; run `make docs`")
        return 0 if is_fresh else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


def sections() -> Iterator[str]:
    """A section for each key of the file."""
    parts = parts_for(FileKind.WORKSPACE)
    for name in parts.names:
        yield from section(name, parts.key(name))


def section(name: str, parts: Parts) -> Iterator[str]:
    """What a key of the root is, and the keys inside it."""
    yield f"\n## {name}\n\n{parts.get('description')}\n"
    if not parts.describes_keys:
        yield f"\n{value(parts).capitalize()}.{' Required.' if name in REQUIRED else ''}\n"
    elif name == "layout":
        yield table(parts, ("default",))
        yield LAYOUTS
        yield from tables(name, parts.wildcard)
    elif name == "environments":
        yield "\nEach has the keys of the file, but for `stui`, `name` and `environments`.\n"
    else:
        yield from tables(name, parts if parts.names else parts.wildcard)
    yield f"\n```yaml\n{to_yaml({name: parts.get('examples')[0]})}```\n"


def tables(name: str, parts: Parts) -> Iterator[str]:
    """A table of the keys of a map, and one for each map inside."""
    if not parts.names:
        yield f"\n{parts.get('title')}: {lowered(parts.get('description'))}\n"
        return
    yield table(parts, parts.names)
    for key in parts.names:
        inner = parts.key(key)
        if inner.names:
            yield f"\n### {name}: {key}\n\n{inner.get('description')}\n"
            yield table(inner, inner.names)


def table(parts: Parts, names: tuple[str, ...]) -> str:
    """The keys of a map, one a line."""
    lines = ["\n| key | what it says | value | default | example |", "|---|---|---|---|---|"]
    required = {key for keys in parts.every("required") for key in keys}
    for name in names:
        below = parts.key(name)
        standard = below.get("default")
        shown = "" if standard in (None, {}) else code(standard)
        cells = (
            f"`{name}`",
            str(below.get("description")),
            value(below),
            "required" if name in required else shown,
            code(below.get("examples")[0]),
        )
        lines.append(f"| {' | '.join(cell.replace('|', PIPE) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def code(shown: Plain) -> str:
    """A value on one line, as the file would have it; of a longer text its first line."""
    if isinstance(shown, str):
        shown = shown.partition("\n")[0]
    return f"`{flow_text(shown)}`"


def value(parts: Parts) -> str:
    """What a value is, in a few words."""
    if parts.get("enum"):
        return ", ".join(f"`{one}`" for one in parts.get("enum"))
    if parts.get("x-stui-known"):
        return ", ".join(f"`{one}`" for one in parts.get("x-stui-known")) + ", or one of a plugin"
    if parts.get("const") is not None:
        return f"`{parts.get('const')}`"
    if parts.get("x-stui-code") in FORMS:
        form = FORMS[parts.get("x-stui-code")]
        return f"{form} or `never`" if "never" in parts.get("pattern", "") else form
    kinds = " or ".join(words for name, words in TYPES.items() if name in parts.types)
    if parts.get("maximum") is not None:
        least = parts.get("minimum", parts.get("exclusiveMinimum"))
        kinds += f", {least} to {parts.get('maximum')}"
    inside = parts.items
    if inside.schemas and inside.get("enum"):
        kinds += f" of {value(inside)}"
    return kinds


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
