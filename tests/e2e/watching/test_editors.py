"""Real editors and tools save the workspace file, and `stui watch` tells of each edit once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from support.terminal import Terminal
from support.watch_process import Change, Edit, WatchProcess

VIM: Final = ("vim", "-N", "-u", "NONE", "-i", "NONE", "-es", "-c", "set backupskip= backup&")
EMACS: Final = ("emacs", "-Q", "-nw", "--batch")
# Without this, nothing in the folder for temporary files gets a backup, nor what git keeps.
BACKUP: Final = "(setq backup-enable-predicate (lambda (_) t) vc-handled-backends nil)"
# A terminal that is theirs alone, of a sort that they do not ask questions.
PLAIN: Final = ("env", "TERM=vt100", "setsid", "--ctty", "--wait")


def environ(edit: Edit) -> dict[str, str]:
    """The editor's own files go into the test's folder."""
    home = edit.file.parent.parent / "editor-home"
    home.mkdir(exist_ok=True)
    return {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}


def run(edit: Edit, command: Sequence[str]) -> None:
    subprocess.run(
        command,
        check=True,
        cwd=edit.file.parent,
        env=environ(edit),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


def by_vim(options: str = "") -> Change:
    def change(edit: Edit) -> None:
        keys = [f"set {options}".strip(), f"%s/{edit.old}/{edit.new}/", "wq"]
        run(edit, [*VIM, *(part for key in keys for part in ("-c", key)), edit.file.name])

    return change


def by_vim_on_a_screen(edit: Edit) -> None:
    """With its swap file, and as people use it."""
    command = ("vim", "-u", "NONE", "-i", "NONE", "-N", edit.file.name)
    with Terminal((*PLAIN, *command), cwd=edit.file.parent, environ=environ(edit)) as screen:
        screen.wait_for("stui: 1")
        screen.type(f":set backupskip=\r:%s/{edit.old}/{edit.new}/\r")
        screen.wait_for(edit.new)
        screen.type(":wq\r")
        assert screen.wait_for_end() == 0


def by_nano(*options: str) -> Change:
    def change(edit: Edit) -> None:
        command = ("nano", "--ignorercfiles", *options, edit.file.name)
        with Terminal(command, cwd=edit.file.parent, environ=environ(edit)) as screen:
            screen.wait_for("stui: 1")
            screen.type("\x1c")
            screen.wait_for("Search (to replace)")
            screen.type(f"{edit.old}\r")
            screen.wait_for("Replace with")
            screen.type(f"{edit.new}\r")
            screen.wait_for("Replace this instance?")
            screen.type("y")
            screen.wait_for("Replaced 1 occurrence")
            screen.press("ctrl+o")
            screen.wait_for("File Name to Write")
            screen.press("enter")
            screen.wait_for("Wrote")
            screen.press("ctrl+x")
            assert screen.wait_for_end() == 0

    return change


def by_emacs(settings: str = "") -> Change:
    def change(edit: Edit) -> None:
        steps = (
            f'(progn {settings} (search-forward "{edit.old}") (replace-match "{edit.new}" t)'
            " (save-buffer))"
        )
        run(edit, [*EMACS, "--eval", BACKUP, edit.file.name, "--eval", steps])

    return change


def by_emacs_on_a_screen(edit: Edit) -> None:
    """With its lock, a dangling link beside the file."""
    command = ("emacs", "-Q", "-nw", "--eval", BACKUP, edit.file.name)
    with Terminal((*PLAIN, *command), cwd=edit.file.parent, environ=environ(edit)) as screen:
        screen.wait_for("stui: 1")
        screen.type("\x1b%")
        screen.wait_for("Query replace")
        screen.type(f"{edit.old}\r{edit.new}\r!")
        screen.wait_for("Replaced 1")
        screen.press("ctrl+x", "ctrl+s")
        screen.wait_for("Wrote")
        screen.press("ctrl+x", "ctrl+c")
        assert screen.wait_for_end() == 0


def by_sed(edit: Edit) -> None:
    run(edit, ["sed", "-i", f"s/{edit.old}/{edit.new}/", edit.file.name])


def by_perl(*options: str) -> Change:
    def change(edit: Edit) -> None:
        run(edit, ["perl", *options, "-pe", f"s/{edit.old}/{edit.new}/", edit.file.name])

    return change


def by_shell(command: str) -> Change:
    """A command of a shell, that finds the new content in a file `new`, outside the folder."""

    def change(edit: Edit) -> None:
        new = edit.file.parent.parent / "new"
        new.write_bytes(edit.result)
        os.utime(new, (1_000_000_000, 1_000_000_000))
        run(edit, ["sh", "-c", command.format(file=edit.file.name, new="../new")])

    return change


GIT: Final = ("git", "-c", "user.name=t", "-c", "user.email=t@localhost")


def other_tree(edit: Edit) -> Path:
    """Another working tree of the same repository, in which the edit is made already."""
    other = edit.file.parent.parent / "other-tree"
    if not other.exists():
        run(edit, [*GIT, "init", "-q", "-b", "one"])
        run(edit, [*GIT, "commit", "-q", "--allow-empty", "-m", "first"])
        run(edit, [*GIT, "worktree", "add", "-q", "--detach", str(other)])
    run(edit, [*GIT, "add", edit.file.name])
    run(edit, [*GIT, "commit", "-q", "--allow-empty", "-m", "now"])
    head = (edit.file.parent / ".git" / "HEAD").read_text().strip().removeprefix("ref: ")
    run(edit, [*GIT, "-C", str(other), "checkout", "-q", "--detach", head])
    (other / edit.file.name).write_bytes(edit.result)
    return other


def by_git(*command: str) -> Change:
    """A command of git that takes the name of a commit."""

    def change(edit: Edit) -> None:
        there = [*GIT, "-C", str(other_tree(edit))]
        run(edit, [*there, "commit", "-q", "-a", "-m", "new"])
        run(edit, [*there, "update-ref", "refs/heads/new", "HEAD"])
        run(edit, [*GIT, *command, "new"])

    return change


def by_git_stash(edit: Edit) -> None:
    run(edit, [*GIT, "-C", str(other_tree(edit)), "stash", "-q"])
    run(edit, [*GIT, "stash", "pop", "-q"])


WAYS = {
    "vim": (by_vim(), True),
    "vim, backupcopy=yes": (by_vim("backupcopy=yes"), False),
    "vim, backupcopy=no": (by_vim("backupcopy=no"), True),
    "vim, nowritebackup": (by_vim("nowritebackup"), False),
    "vim, backup": (by_vim("backup"), True),
    "vim on a screen": (by_vim_on_a_screen, True),
    "nano": (by_nano(), False),
    "nano, backup and lock": (by_nano("--backup", "--locking"), False),
    "emacs": (by_emacs(), True),
    "emacs, file-precious-flag": (by_emacs("(setq file-precious-flag t)"), True),
    "emacs, backup-by-copying": (by_emacs("(setq backup-by-copying t)"), False),
    "emacs on a screen": (by_emacs_on_a_screen, True),
    "sed -i": (by_sed, True),
    "perl -i": (by_perl("-i"), True),
    "perl -i.bak": (by_perl("-i.bak"), True),
    "sh, >": (by_shell("cat {new} > {file}"), False),
    "cp": (by_shell("cp {new} {file}"), False),
    "cp -p": (by_shell("cp -p {new} {file}"), False),
    "cp --remove-destination": (by_shell("cp --remove-destination {new} {file}"), True),
    "mv": (by_shell("mv {new} {file}"), True),
    "install": (by_shell("install -m 644 {new} {file}"), True),
    "dd": (by_shell("dd if={new} of={file} bs=7 status=none"), False),
    "git checkout": (by_git("checkout", "-q", "--detach"), True),
    "git reset --hard": (by_git("reset", "-q", "--hard"), True),
    "git merge": (by_git("merge", "-q", "--ff-only"), True),
    "git stash pop": (by_git_stash, True),
}


@pytest.mark.parametrize("name", WAYS)
def test_an_edit_is_told_once(watching: WatchProcess, name: str) -> None:
    change, is_another_file = WAYS[name]
    with watching.file.open("rb") as before:  # or its number might be given to the new one
        watching.tells_once_of(lambda edit: checked(change, edit, before.fileno(), is_another_file))


def checked(
    change: Callable[[Edit], object], edit: Edit, before: int, is_another_file: bool
) -> None:
    """Make the edit, and see that the tool still saves in the way that is to be tested."""
    change(edit)
    assert (not os.path.samestat(os.fstat(before), Path(edit.file).stat())) is is_another_file
