"""What is about to be committed is checked as git has it staged, by hand and by git's own hooks."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from support.repository import BASE, NAME, Clone

TOKEN = "ghp_" + "a1B2" * 9
LEAKY = f"{BASE}x-note: {TOKEN}\n"
FIXED = f"{BASE}x-note: ask the team\n"
OVERLAY = ".stui-workspace.local.yaml"
COPY = ".stui-workspace.sync-conflict-20261123-233407-HATNS7N.yaml"
SESSION = ".stui/sessions/laptop.yaml"
DONE, FINDINGS, USAGE = 0, 1, 2


def put(clone: Clone, name: str, text: str) -> None:
    path = clone.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def staged(clone: Clone, *options: str, status: int, cwd: Path | None = None) -> str:
    """What the check prints; never the secret."""
    ran = clone.run("stui", "validate", "--staged", *options, status=status, cwd=cwd)
    assert TOKEN not in ran.stdout + ran.stderr
    return ran.stdout


def test_nothing_staged_is_nothing_to_say(bare_clone: Clone) -> None:
    assert staged(bare_clone, status=DONE) == ""


def test_a_staged_secret_is_found_where_it_stands(bare_clone: Clone) -> None:
    bare_clone.write(LEAKY)
    bare_clone.git("add", NAME)
    line = LEAKY.count("\n")
    assert f"{NAME}:{line}:9" in staged(bare_clone, status=FINDINGS)
    [found] = json.loads(staged(bare_clone, "--format", "json", status=FINDINGS))
    assert (found["code"], found["line"], found["column"]) == ("S121", line, 9)


def test_what_is_not_staged_does_not_matter(bare_clone: Clone) -> None:
    bare_clone.write(FIXED)
    bare_clone.git("add", NAME)
    bare_clone.write(LEAKY)
    assert staged(bare_clone, status=DONE) == ""


def test_a_mended_work_tree_does_not_help_what_is_staged(bare_clone: Clone) -> None:
    bare_clone.write(LEAKY)
    bare_clone.git("add", NAME)
    bare_clone.write(FIXED)
    assert "S121" in staged(bare_clone, status=FINDINGS)
    bare_clone.git("add", NAME)
    assert staged(bare_clone, status=DONE) == ""


def test_what_was_committed_before_and_is_not_touched_does_not_matter(bare_clone: Clone) -> None:
    bare_clone.commit(LEAKY)
    put(bare_clone, "README", "hello\n")
    bare_clone.git("add", "README")
    assert staged(bare_clone, status=DONE) == ""


def test_a_secret_that_is_taken_out_or_a_file_that_goes_is_fine(bare_clone: Clone) -> None:
    bare_clone.commit(LEAKY)
    bare_clone.git("rm", "--quiet", NAME)
    assert staged(bare_clone, status=DONE) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (OVERLAY, f"stui: 1\nvars: {{a: {TOKEN}}}\n"),
        (COPY, LEAKY),
        (f"{NAME}.orig", LEAKY),
        (SESSION, f"stui-session: 1\nbuffers:\n  a: {{text: {TOKEN}}}\n"),
        (f"deep/er/{SESSION}", f"outbox: [{{code: 'x = \"{TOKEN}\"'}}]\n"),
        (f"a b/{NAME}", LEAKY),
        (f"ünï\ncode/{NAME}", LEAKY),
        (f":(top)/{NAME}", LEAKY),
        (f"-x/{NAME}", LEAKY),
        (f"deep/{COPY}", f"not: [yaml\n{TOKEN}\n"),
        ("stui-workspace.yaml", f"<<<<<<< a\nx: {TOKEN}\n=======\n>>>>>>> b\n"),
    ],
)
def test_every_file_of_a_workspace_is_looked_into(bare_clone: Clone, name: str, text: str) -> None:
    put(bare_clone, name, text)
    bare_clone.git("add", "--all", "--force")
    assert "S121" in staged(bare_clone, status=FINDINGS)


@pytest.mark.parametrize("name", ["notes.md", ".env", "src/stui_workspace/a.py", ".stui/x.yaml"])
def test_other_files_are_none_of_our_business(bare_clone: Clone, name: str) -> None:
    put(bare_clone, name, TOKEN)
    bare_clone.git("add", "--all", "--force")
    assert staged(bare_clone, status=DONE) == ""


def test_an_error_in_a_staged_workspace_file_counts(bare_clone: Clone) -> None:
    bare_clone.write("stui: 1\nname: [\n")
    bare_clone.git("add", NAME)
    assert "Y" in staged(bare_clone, status=FINDINGS)
    bare_clone.write(f"{BASE}conections: {{}}\n")
    bare_clone.git("add", NAME)
    assert "S104" in staged(bare_clone, status=DONE)
    assert "S104" in staged(bare_clone, "--strict", status=FINDINGS)


def test_a_symbolic_link_and_a_file_to_be_added_hold_nothing(bare_clone: Clone) -> None:
    (bare_clone.root / "stui-workspace.yaml").symlink_to(f"/{TOKEN}")
    put(bare_clone, OVERLAY, f"a: {TOKEN}\n")
    bare_clone.git("add", "stui-workspace.yaml")
    bare_clone.git("add", "--intent-to-add", OVERLAY)
    assert staged(bare_clone, status=DONE) == ""


def test_the_first_commit_of_all_is_checked(tmp_path: Path, environ: dict[str, str]) -> None:
    clone = Clone(tmp_path / "new", environ)
    clone.root.mkdir()
    clone.git("init", "--quiet")
    clone.write(LEAKY)
    assert staged(clone, status=DONE) == ""
    clone.git("add", NAME)
    assert "S121" in staged(clone, status=FINDINGS)


def test_it_works_from_a_folder_below_and_in_another_work_tree(bare_clone: Clone) -> None:
    below = bare_clone.root / "src"
    below.mkdir()
    bare_clone.write(LEAKY)
    bare_clone.git("add", NAME)
    assert "S121" in staged(bare_clone, status=FINDINGS, cwd=below)
    other = bare_clone.root.parent / "other tree"
    bare_clone.git("worktree", "add", "--quiet", str(other), "HEAD")
    assert staged(bare_clone, status=DONE, cwd=other) == ""
    (other / NAME).write_text(LEAKY)
    bare_clone.run("git", "add", NAME, cwd=other)
    assert "S121" in staged(bare_clone, status=FINDINGS, cwd=other)


def test_without_git_around_it_says_so(tmp_path: Path, environ: dict[str, str]) -> None:
    ran = Clone(tmp_path, environ).run("stui", "validate", "--staged", status=USAGE)
    assert "no work tree of git" in ran.stderr


def test_files_cannot_be_named_as_well(bare_clone: Clone) -> None:
    assert "exclude" in bare_clone.stui("validate", "--staged", NAME, status=USAGE).stderr


@pytest.fixture
def hooked(bare_clone: Clone) -> Clone:
    bare_clone.stui("git", "install", "--private", "--hook")
    return bare_clone


def test_git_refuses_to_commit_a_secret_and_takes_the_mended_file(hooked: Clone) -> None:
    hooked.write(LEAKY)
    refused = hooked.run("git", "commit", "--all", "-m", "leak", status=1)
    assert "S121" in refused.stdout + refused.stderr
    assert TOKEN not in refused.stdout + refused.stderr
    hooked.write(FIXED)
    hooked.git("commit", "--quiet", "--all", "-m", "mended")
    assert TOKEN not in hooked.git("log", "-p", "--all")


def test_git_commits_one_file_beside_a_staged_secret(hooked: Clone) -> None:
    """Git hands such a commit an index of its own."""
    hooked.write(LEAKY)
    put(hooked, "README", "hello\n")
    hooked.git("add", "--all")
    hooked.git("commit", "--quiet", "--only", "README", "-m", "readme")
    hooked.git("commit", "--quiet", "-m", "leak", status=1)


def test_git_refuses_the_commit_of_a_merge(hooked: Clone) -> None:
    hooked.branch("theirs")
    hooked.write(LEAKY)
    hooked.git("commit", "--quiet", "--no-verify", "--all", "-m", "leak")
    hooked.go("main")
    put(hooked, "README", "hello\n")
    hooked.git("add", "README")
    hooked.git("commit", "--quiet", "-m", "readme")
    hooked.git("merge", "--quiet", "--no-edit", "theirs", status=1)
    assert TOKEN not in hooked.git("show", f"HEAD:{NAME}")


def test_the_hook_works_in_another_work_tree(hooked: Clone) -> None:
    other = hooked.root.parent / "other tree"
    hooked.git("worktree", "add", "--quiet", "-b", "other", str(other))
    (other / NAME).write_text(LEAKY)
    hooked.run("git", "commit", "--all", "-m", "leak", cwd=other, status=1)
    (other / NAME).write_text(FIXED)
    hooked.run("git", "commit", "--quiet", "--all", "-m", "mended", cwd=other)


def test_where_stui_is_missing_the_hook_lets_through_and_says_so(hooked: Clone) -> None:
    folders = [
        one for one in os.environ["PATH"].split(os.pathsep) if not Path(one, "stui").exists()
    ]
    hooked.write(FIXED)
    ran = hooked.run(
        "git", "commit", "--all", "-m", "x", environ={"PATH": os.pathsep.join(folders)}
    )
    assert "not checked" in ran.stderr


def test_a_hook_of_somebody_else_stays(bare_clone: Clone) -> None:
    hook = bare_clone.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntrue\n")
    err = bare_clone.stui("git", "install", "--private", "--hook").stderr
    assert "was left as it is" in err
    assert "stui validate --staged || exit 1" in err
    assert hook.read_text() == "#!/bin/sh\ntrue\n"
    hook.write_text("#!/bin/sh\nstui validate --staged || exit 1\ntrue\n")
    hook.chmod(0o755)
    assert "left as it is" not in bare_clone.stui("git", "install", "--private", "--hook").stderr
    bare_clone.write(LEAKY)
    bare_clone.git("commit", "--quiet", "--all", "-m", "leak", status=1)


def test_the_hooks_are_taken_away_again(hooked: Clone) -> None:
    hooks = hooked.root / ".git" / "hooks"
    assert (hooks / "pre-commit").exists()
    assert (hooks / "pre-merge-commit").exists()
    hooked.stui("git", "uninstall", "--private")
    assert not (hooks / "pre-commit").exists()
    assert not (hooks / "pre-merge-commit").exists()


def test_the_hooks_are_put_where_git_looks_for_them(bare_clone: Clone) -> None:
    bare_clone.git("config", "core.hooksPath", "my hooks")
    bare_clone.stui("git", "install", "--private", "--hook")
    assert os.access(bare_clone.root / "my hooks" / "pre-commit", os.X_OK)
    bare_clone.write(LEAKY)
    bare_clone.git("commit", "--quiet", "--all", "-m", "leak", status=1)


def test_what_the_framework_of_hooks_runs_is_a_command_that_there_is(bare_clone: Clone) -> None:
    import yaml  # type: ignore[import-untyped]

    root = Path(__file__).parents[3]
    hooks = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())
    [hook] = [one for one in hooks if one["id"] == "stui-staged"]
    assert hook["pass_filenames"] is False
    bare_clone.write(LEAKY)
    bare_clone.git("add", NAME)
    assert Path(sys.executable).parent.joinpath(hook["entry"].split()[0]).exists()
    ran = bare_clone.run(*hook["entry"].split(), status=FINDINGS)
    assert "S121" in ran.stdout
