"""Write docs/reference/cli from the commands themselves, or say which pages are stale.

python tools/docs_cli.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from stui_workspace.cli import build
from stui_workspace.cli.group import NAMES, SECTIONS, WORKBENCH
from stui_workspace.cli.status import Status

FOLDER = Path(__file__).parent.parent / "docs" / "reference" / "cli"
NOTE = "<!-- Written by tools/docs_cli.py from the command itself. -->"
STATUSES = {
    Status.DONE: "done",
    Status.FINDINGS: "findings: invalid, different, not there, or an error of the code",
    Status.USAGE: "the command line makes no sense, or names what does not exist",
    Status.STORAGE: "the disk did not do as asked; what was there is unchanged",
    Status.CONNECTION: "a connection cannot be made, or was lost",
    Status.SECRET: "a secret cannot be had",
    Status.CONSENT: "it needs your approval: `stui trust`",
    Status.BUG: "a bug in stui; a report file says where, and holds no text of yours",
    Status.INTERRUPTED: "interrupted",
    Status.CLOSED_PIPE: "whoever read the output has gone",
    Status.TERMINATED: "ended by SIGTERM",
}


def main(arguments: list[str]) -> int:
    """0 when all pages are written, or with `--check` when none is stale."""
    pages = dict(_pages())
    stale = [name for name, text in pages.items() if _written(name) != text]
    extra = [path.name for path in FOLDER.glob("*.md") if path.name not in pages]
    if "--check" in arguments:
        for name in (*stale, *extra):
            print(f"stale: docs/reference/cli/{name}: run `make docs`")
        return 1 if stale or extra else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in extra:
        (FOLDER / name).unlink()
    for name in stale:
        (FOLDER / name).write_text(pages[name], encoding="utf-8")
    return 0


def _written(name: str) -> str | None:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def _pages() -> Iterator[tuple[str, str]]:
    """Each page's name and text."""
    group = build(lambda _request, _services: 0)
    root = click.Context(group, info_name="stui", **group.context_settings)
    yield "index.md", _index()
    workbench = click.Context(group.commands[WORKBENCH], parent=root)
    rows = [*_usage("stui [OPTIONS] [PATH]"), *_text(group), *_options(workbench)]
    yield "stui.md", _joined(["# stui", "", *rows])
    for name in NAMES:
        command = group.commands[name]
        context = click.Context(command, info_name=name, parent=root)
        yield f"{name}.md", _joined([f"# stui {name}", "", *_section(context)])


def _index() -> str:
    lines = [
        "# Commands",
        "",
        "[`stui`](stui.md) without a command opens the workbench. Data goes to standard output,",
        "everything else to standard error; `--json` is there on every command that reads.",
    ]
    for section, summaries in SECTIONS.items():
        lines += ["", f"## {section}", "", "| command | |", "|---|---|"]
        lines += [f"| [`stui {name}`]({name}.md) | {text} |" for name, text in summaries.items()]
    lines += ["", "## Exit status", "", "| status | |", "|---|---|"]
    lines += [f"| {int(status)} | {text} |" for status, text in sorted(STATUSES.items())]
    lines += [
        "",
        "## Environment",
        "",
        "| variable | |",
        "|---|---|",
        "| `STUI_HOME` | a folder below which config, state, data and cache are kept |",
        "| `NO_COLOR` | no colour, whatever the terminal |",
        "| `FORCE_COLOR`, `CLICOLOR_FORCE` | colour although there is no terminal |",
        "| `STUI_WATCH` | `poll` looks for outside edits by time alone, and does not listen |",
    ]
    return _joined(lines)


def _section(context: click.Context) -> Iterator[str]:
    command = context.command
    pieces = " ".join(command.collect_usage_pieces(context))
    yield from _usage(f"{context.command_path} {pieces}")
    yield from _text(command)
    yield from _options(context)
    if isinstance(command, click.Group):
        for name, sub in command.commands.items():
            yield from (f"## {context.command_path} {name}", "")
            below = _section(click.Context(sub, info_name=name, parent=context))
            yield from (f"#{line}" if line.startswith("## ") else line for line in below)


def _usage(line: str) -> list[str]:
    return ["```", line, "```", ""]


def _text(command: click.Command) -> Iterator[str]:
    """The paragraphs of a command's help, and its examples as a console."""
    text, _, examples = (command.help or "").partition("\b\nExamples:\n")
    yield from text.strip().split("\n")
    yield from ("", "## Examples", "", "```console")
    yield from (f"$ {line.strip()}" for line in examples.strip().split("\n"))
    yield from ("```", "")


def _options(context: click.Context) -> Iterator[str]:
    records = [
        record
        for param in context.command.get_params(context)
        if isinstance(param, click.Option)
        and (record := param.get_help_record(context)) is not None
    ]
    yield from ("## Options", "", "| option | |", "|---|---|")
    for names, text in records:
        yield f"| `{_cell(names)}` | {_cell(text)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _joined(lines: list[str]) -> str:
    return "\n".join([lines[0], "", NOTE, *lines[1:]]).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
