"""`stui completions`: print completions for your shell."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import ShellComplete, get_completion_class

from stui_workspace.cli.telling import put

_VARIABLE: Final = "_STUI_COMPLETE"
_INSTALL: Final = {
    "bash": """\
# Completions of stui for bash 4.4 or newer. Install them for you alone:
#   mkdir -p ~/.local/share/bash-completion/completions
#   stui completions bash > ~/.local/share/bash-completion/completions/stui
# or, without the package bash-completion, put this into ~/.bashrc:
#   eval "$(stui completions bash)"
""",
    "zsh": """\
#compdef stui
# Completions of stui for zsh. Install them into a folder of your $fpath:
#   stui completions zsh > ~/.zfunc/_stui
# with these lines in ~/.zshrc:
#   fpath=(~/.zfunc $fpath)
#   autoload -Uz compinit && compinit
""",
    "fish": """\
# Completions of stui for fish. Install them:
#   mkdir -p ~/.config/fish/completions
#   stui completions fish > ~/.config/fish/completions/stui.fish
""",
}


@click.command()
@click.argument("shell", type=click.Choice(list(_INSTALL)))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print completions for your shell.

    Completes commands and options, and from the workspace: key paths, connections, environments
    and sessions. The first lines of what is printed say where to put it.

    Examples:
      eval "$(stui completions bash)"
      stui completions zsh > ~/.zfunc/_stui
      stui completions fish > ~/.config/fish/completions/stui.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(f"no completions for {shell}", param_hint="SHELL")
    completions = kind(context.find_root().command, {}, "stui", _VARIABLE)
    script = ShellComplete.source(completions)  # bash's own would start a bash to ask its version
    put(_INSTALL[shell] + "\n" + script.removeprefix("#compdef stui").strip() + "\n")
