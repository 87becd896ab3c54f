"""The group of all commands: what `stui` alone means, its overview, and loading on demand."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click
from click.shell_completion import CompletionItem

from stui_workspace.cli.exits import ClosedPipeError, guarded
from stui_workspace.errors import StuiError

if TYPE_CHECKING:
    from stui_workspace.gitdriver.mergetool import OpenMerging
    from stui_workspace.runtime.request import OpenRequest
    from stui_workspace.runtime.services import Services

OpenWorkbench: TypeAlias = "Callable[[OpenRequest, Services], int]"
"""Opens the workbench in this terminal, and returns the exit status when it is closed."""

WORKBENCH: Final = "(workbench)"
"""The command that `stui` without a command is. Nobody can type a command of that name."""

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "Begin": {
        "init": "Start a workspace in a folder",
        "trust": "Approve what a workspace may run, or take it back",
        "secret": "Keep secrets outside of workspace files, and say who may get them",
        "vault": "Keep secrets in an encrypted file, where there is no keyring",
    },
    "The workspace file": {
        "validate": "Say what is wrong in a file, and where",
        "fmt": "Write files in the canonical style",
        "show": "Show the workspace as it takes effect, and where each value is from",
        "get": "Print a value of the file",
        "set": "Change a value of the file",
        "unset": "Remove a key from the file",
        "schema": "Print the schema, refresh its copy, or set up an editor",
        "migrate": "Bring a file of an older format up to date",
        "explain": "Explain the code of a diagnostic",
    },
    "Sessions and connections": {
        "promote": "Take what a session changed over into the workspace file",
        "freeze": "Write a whole session as a workspace file of its own",
        "session": "List, show, rename, restore and remove sessions",
        "conn": "List, test and watch connections, and see how they fared",
        "eval": "Evaluate code through a connection",
        "history": "Search what was evaluated, and decide what is kept of it",
        "serve": "Serve a Python that goes on while nobody is connected",
        "watch": "Follow a workspace without a screen",
    },
    "Merging, sync and git": {
        "diff": "Say what differs between two versions of a file, by key path",
        "merge": "Merge three versions of a file by meaning",
        "conflicts": "Show what a merge left for a person to settle",
        "resolve": "Settle a conflict",
        "sync": "Merge the conflict copies that sync tools leave, and go back to versions",
        "git": "Let git merge and compare workspace files by meaning",
    },
    "This program": {
        "doctor": "Find what is wrong around a workspace, and say what to do",
        "paths": "Show where things are kept",
        "completions": "Print completions for your shell",
        "help": "Show this overview, or how a command is used",
    },
}
"""The summary of each command, by section; what `stui --help` shows without importing any."""

NAMES: Final = tuple(name for summaries in SECTIONS.values() for name in summaries)

HELP: Final = """\
Your terminal workbench, back as you left it.

Without a command, opens the workbench of the project that PATH is in.

Examples:
  stui                     # open the workbench here, as it was left
  stui ~/orders --fresh    # open another project's, with a new session
  stui --connect tcp://127.0.0.1:5555   # and connect to an address besides
  stui init                # start a workspace in this folder
  stui validate            # check the workspace file
"""


_EXAMPLES: Final = ("\n\nExamples:\n", "\n\n\b\nExamples:\n")
"""Examples are shown as they are written; `\\b` is how click is told not to wrap them."""


def build(open_workbench: OpenWorkbench, open_merging: OpenMerging | None = None) -> click.Group:
    """The whole command line.

    Args:
        open_workbench: Called for `stui` without a command.
        open_merging: Called for `stui git mergetool` in a terminal; None where there is no screen
            for it.
    """
    root = Root(
        name="stui",
        help=HELP.replace(*_EXAMPLES),
        commands=_Commands(open_workbench),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    root.open_merging = open_merging
    return root


class Root(click.Group):
    """`stui` itself: with a command, that command; without one, the workbench."""

    open_merging: OpenMerging | None = None

    def main(  # type: ignore[override]  # click's has an overload for each standalone_mode
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 (the signature is click's)
        **extra: Any,
    ) -> int:
        """Run the command line and exit with its status; errors are told, never raised."""
        main = super().main
        status = guarded(
            lambda: main(args, prog_name or "stui", complete_var, standalone_mode=False, **extra)
        )
        if standalone_mode:
            sys.exit(status)
        return status

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not _names_command(args):
            if ctx.resilient_parsing and not args:  # completing the first word
                return super().parse_args(ctx, args)
            args = [WORKBENCH, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError as error:
            raise ClosedPipeError from error
        except StuiError as error:
            redactor = getattr(ctx.find_root().obj, "redactor", None)
            if redactor is not None:  # what was revealed in this run is in no message
                redactor.clean(error)
            raise
        return result

    def collect_usage_pieces(self, _ctx: click.Context) -> list[str]:
        return ["[OPTIONS]", "[PATH]", "| COMMAND ..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        workbench = self.commands[WORKBENCH]
        workbench.format_options(click.Context(workbench, parent=ctx), formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, summaries in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl(list(summaries.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = [
            CompletionItem(name, help=summary)
            for summaries in SECTIONS.values()
            for name, summary in summaries.items()
            if name.startswith(incomplete)
        ]
        workbench = self.commands[WORKBENCH]
        if incomplete.startswith("-"):
            sub = click.Context(workbench, parent=ctx, resilient_parsing=True)
            return workbench.shell_complete(sub, incomplete)
        return [*items, CompletionItem(incomplete, type="file")]


def _keep_examples(command: click.Command) -> None:
    """Show the examples of a command, and of those below it, line by line.

    The summary of a command is its first sentence, however long: click would cut it off.
    """
    if command.help is not None:
        command.help = inspect.cleandoc(command.help).replace(*_EXAMPLES)
        first = " ".join(command.help.partition("\n\n")[0].split())
        command.short_help = command.short_help or first.partition(". ")[0].removesuffix(".")
    if isinstance(command, click.Group):
        for sub in command.commands.values():
            _keep_examples(sub)


def _names_command(args: list[str]) -> bool:
    return bool(args) and (args[0] in NAMES or args[0] in ("-h", "--help"))


class _Commands(MutableMapping[str, click.Command]):
    """The commands by name, each imported when it is first asked for."""

    def __init__(self, open_workbench: OpenWorkbench) -> None:
        self._open_workbench = open_workbench
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> click.Command:
        if name == WORKBENCH:
            from stui_workspace.cli.commands.workbench import workbench_command

            return workbench_command(self._open_workbench)
        if name not in NAMES:
            raise KeyError(name)
        module = importlib.import_module(f"stui_workspace.cli.commands.{name}")
        command: click.Command = module.command
        _keep_examples(command)
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)
