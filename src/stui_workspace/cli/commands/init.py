"""`stui init`: start a workspace in a folder."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.detecting import PLAIN_PYTHON, Offer, offers_in
from stui_workspace.cli.options import PATH, json_option, services_now
from stui_workspace.cli.project_files import put_away
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.document import Document, parse, set_value
from stui_workspace.errors import UsageError
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.loading import check_content
from stui_workspace.runtime.starting.beginning import quoted_name
from stui_workspace.runtime.starting.copies import LOCAL_SCHEMA, write_schemas
from stui_workspace.runtime.starting.ignoring import ignore
from stui_workspace.runtime.starting.templates import Template, template_text
from stui_workspace.schema import FileKind, SchemaName
from stui_workspace.storage.atomic import read_workspace, save
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME

_KINDS: Final = ("python", "node", "jupyter")
_NONE: Final = "none"


def _kinds(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> tuple[str, ...] | None:
    """`python,node`, as the kinds to add."""
    if text is None:
        return None
    kinds = tuple(part.strip() for part in text.split(",") if part.strip() != _NONE)
    if not set(kinds) <= set(_KINDS):
        raise click.BadParameter(f"expected {', '.join(_KINDS)} or {_NONE}")
    return kinds


@click.command()
@click.argument("folder", required=False, type=PATH, metavar="[FOLDER]")
@click.option(
    "--template",
    type=click.Choice([str(one) for one in Template]),
    default=str(Template.QUICKSTART),
    show_default=True,
    help="What to start from: two pads and a layout, one pad, or no more than a name.",
)
@click.option("--name", help="The name of the workspace; else that of the folder.")
@click.option(
    "--schema",
    type=click.Choice(["local", "url"]),
    default="local",
    show_default=True,
    help="What your editor completes from: a copy in the project, or the published address.",
)
@click.option(
    "--connections",
    "kinds",
    callback=_kinds,
    metavar="KIND,...",
    help="Connections to add without asking: python, node, jupyter, or none.",
)
@click.option("--yes", is_flag=True, help="Add what was found and can be used, without asking.")
@click.option(
    "--force", is_flag=True, help="Put a workspace file that is there away, and start anew."
)
@click.option(
    "--from",
    "source",
    metavar="FILE|auto",
    shell_complete=completing.importable,
    help="Start from a file of tmuxp, tmuxinator, VS Code or Jupyter; `auto` looks for one.",
)
@click.option("--dry-run", is_flag=True, help="With --from: print the file, and write nothing.")
@json_option
def command(  # noqa: PLR0913 (one for each option)
    folder: Path | None,
    *,
    template: str,
    name: str | None,
    schema: str,
    kinds: tuple[str, ...] | None,
    yes: bool,
    force: bool,
    source: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Start a workspace in a folder.

    Writes `.stui-workspace.yaml`, and `.stui/workspace.schema.json` for your editor to complete
    from, offline. In a git repository your personal overlay, `.stui-workspace.local.yaml`, is
    added to `.gitignore`. In a terminal, offers connections for what the project's files show.

    Nothing that is there is overwritten; with --force the old file is kept in the state folder.

    With --from, the file of another program is read, and nothing in it is run. What it says and a
    workspace cannot say is listed with its line.

    Examples:
      stui init
      stui init orders --template python --name 'Order service'
      stui init --connections python
      stui init --from .tmuxp.yaml --dry-run
      stui init --from analysis.ipynb
    """
    schema_place = LOCAL_SCHEMA if schema == "local" else SchemaName.WORKSPACE.url
    if source is not None:
        from stui_workspace.cli.importing import read_import, show_import, tell_import

        if kinds is not None or yes:
            raise UsageError("--from brings its own connections", "leave --connections and --yes")
        found = read_import(source, Path() if folder is None else folder, schema_place, name)
        if dry_run:
            show_import(found, as_json=as_json)
            return
    elif dry_run or as_json:
        raise UsageError("--dry-run and --json go with --from", "`stui init --from FILE --dry-run`")
    root = _folder(folder)
    old = _existing(root, force=force)
    if source is not None:
        offers: Sequence[Offer] = ()
        document = parse(found.imported.text)
    else:
        named = quoted_name(name or root.name or "workspace")
        offers = _wanted(root, kinds, yes=yes)
        text = template_text(Template(template), named, schema_place)
        document = _with_connections(parse(text), offers)
    _check(document)
    path = _put(root, document, old, copies=schema == "local")
    if source is not None:
        tell_import(found, path, as_json=as_json)
    if source is not None or any(offer is not PLAIN_PYTHON for offer in offers):
        tell_next("`stui trust` asks you to approve what the connections run")
    opening = "stui" if folder is None else f"stui {shlex.quote(str(folder))}"
    tell_next(f"`{opening}` opens the workbench")


def _put(root: Path, document: Document, old: Path | None, *, copies: bool) -> Path:
    """Write the file and what goes with it, and say so."""
    if copies:
        for path in write_schemas(services_now(), root):
            tell(f"wrote {shown_path(path)}")
    path = _write(root, document, old)
    tell(f"wrote {shown_path(path)}")
    ignored = ignore(services_now().fs, root, OVERLAY_NAME)
    if ignored is not None:
        tell(f"added {OVERLAY_NAME} to {shown_path(ignored)}")
    return path


def _folder(folder: Path | None) -> Path:
    """The real folder to write to; made where it is missing."""
    target = Path() if folder is None else folder
    with explained(target):
        target.mkdir(parents=True, exist_ok=True)
        return Path(os.path.realpath(target))


def _existing(root: Path, *, force: bool) -> Path | None:
    """The workspace file that is to be put away; None where there is none.

    Raises:
        UsageError: There is one, and nobody said so.
    """
    found = [root / name for name in FILE_NAMES if os.path.lexists(root / name)]
    if not found:
        return None
    if not force:
        raise UsageError(
            f"{shown_path(found[0])} is there already",
            "`stui` opens it, `stui validate` checks it; `--force` puts it away and starts anew",
        )
    return found[0]


def _wanted(root: Path, kinds: tuple[str, ...] | None, *, yes: bool) -> list[Offer]:
    """The connections to add: those that were asked for, or that a person agrees to."""
    found = offers_in(root, os.environ)
    if kinds is not None:
        return [_of_kind(kind, found) for kind in kinds]
    if yes:
        return [offer for offer in found if offer.is_usable]
    person = asker() if found else None
    if person is None:
        return []
    return [offer for offer in found if agrees(person, _question(offer))]


def _of_kind(kind: str, found: Sequence[Offer]) -> Offer:
    for offer in found:
        if offer.kind == kind:
            return offer
    if kind == PLAIN_PYTHON.kind:
        return PLAIN_PYTHON
    raise UsageError(f"nothing in the project says what to connect to for `{kind}`")


def _question(offer: Offer) -> str:
    later = "" if offer.is_usable else " (this version cannot connect to it yet)"
    return f"Add a connection `{offer.name}` for {offer.found}{later}?"


def _with_connections(document: Document, offers: Sequence[Offer]) -> Document:
    for offer in offers:
        for key, value in offer.spec.items():
            document = set_value(document, ("connections", offer.name, key), value)
    return document


def _check(document: Document) -> None:
    """Make sure that what we write is good.

    Raises:
        UsageError: What a person chose is not.
    """
    problems = check_content(document.content, Path(FILE_NAMES[0]), FileKind.WORKSPACE).problems
    if problems.diagnostics:
        raise UsageError(problems.diagnostics[0].message, "choose another name with --name")


def _write(root: Path, document: Document, old: Path | None) -> Path:
    """Write the workspace file; the one that is there is put away first."""
    services = services_now()
    if old is None:
        path = root / FILE_NAMES[0]
        save(services.fs, path, document.content, expected=None)
        return path
    content = read_workspace(old, root)
    tell(f"the old file is kept as {put_away(services, root, old, content)}")
    save(services.fs, old, document.content, expected=revision_of(content))
    return old
