"""`stui sync`: what it prints, what it changes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command_line import CommandLine, Ran

NAME = ".stui-workspace.yaml"
COPY = ".stui-workspace.sync-conflict-20261123-233407-HATNS7N.yaml"
BEGUN = "stui: 1\nname: demo\nbuffers:\n  a: {title: A}\n  b: {title: B}\n"
MINE = BEGUN.replace("title: A", "title: mine")
YOURS = BEGUN.replace("title: B", "title: yours")
BOTH = MINE.replace("title: B", "title: yours")
DONE, FINDINGS, USAGE, STORAGE = 0, 1, 2, 3


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.stui = CommandLine()

    def __call__(self, *arguments: str) -> Ran:
        return self.stui(*arguments)

    def write(self, text: str, name: str = NAME) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def text(self, name: str = NAME) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir())

    def diverged(self, theirs: str = YOURS) -> None:
        """A version that both know, one of ours, and a conflict copy."""
        self.write(BEGUN)
        assert self("sync").status == DONE
        self.write(MINE)
        self.write(theirs, COPY)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.setenv("STUI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(root)
    return Folder(root)


def test_a_folder_without_copies_has_nothing_to_do(folder: Folder) -> None:
    folder.write(BEGUN)
    assert folder("sync").all == (DONE, "", f"{NAME}: no conflict copies\n")
    assert folder("sync", "--check").status == DONE


def test_a_check_says_what_would_be_done_and_does_nothing(folder: Folder) -> None:
    folder.diverged()
    ran = folder("sync", "--check")
    assert ran.status == FINDINGS
    assert ran.out == f"to merge  {COPY}: both sides changed it\n"
    assert "`stui sync` does that" in ran.err
    assert (folder.text(), folder.names()) == (MINE, sorted([NAME, COPY]))


def test_sync_merges_and_says_how_to_take_it_back(folder: Folder) -> None:
    folder.diverged()
    ran = folder("sync")
    assert ran.all == (
        DONE,
        f"merged  {COPY}: both sides changed it\n",
        "  = help: `stui sync undo` takes it back\n",
    )
    assert (folder.text(), folder.names()) == (BOTH, [NAME])


def test_json_has_all_of_it(folder: Folder) -> None:
    folder.diverged()
    found = json.loads(folder("sync", "--json").out)
    assert found["wrote"] is True
    (copy,) = found["copies"]
    assert (copy["name"], copy["action"], copy["tool"]) == (COPY, "merged", "syncthing")
    assert (copy["class"], copy["certainty"], copy["conflicts"]) == ("conflict", "strong", [])


def test_a_folder_can_be_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.diverged()
    monkeypatch.chdir(folder.root.parent)
    assert folder("sync", "project", "--check", "--json").status == FINDINGS
    assert folder("sync", "--json", "project").status == DONE
    assert folder.text() == BOTH


def test_a_folder_that_is_not_there_is_said_so(folder: Folder) -> None:
    ran = folder("sync", "nowhere")
    assert ran.status != DONE
    assert "nowhere" in ran.err


def test_what_both_changed_is_asked_and_the_copy_stays_until_it_is_settled(
    folder: Folder,
) -> None:
    folder.diverged(BEGUN.replace("title: A", "title: theirs").replace("title: B", "title: yours"))
    ran = folder("sync")
    assert ran.status == FINDINGS
    assert ran.out == f"asked  {COPY}: 1 place of it waits for you\n         /buffers/a/title\n"
    assert "`stui conflicts`" in ran.err
    assert folder.names() == sorted([NAME, COPY])
    assert folder("conflicts").status == FINDINGS
    settled = folder("resolve", "/buffers/a/title", "--take", "ours")
    assert settled.status == DONE
    assert f"{COPY} is gone: you settled it" in settled.err
    assert (folder.text(), folder.names()) == (BOTH, [NAME])


def test_a_file_that_only_looks_like_a_copy_is_named_and_is_no_finding(folder: Folder) -> None:
    folder.write(BEGUN)
    folder.write(MINE, ".stui-workspace-prod.yaml")
    ran = folder("sync", "--check")
    assert ran.status == DONE
    assert ran.out.startswith("left  .stui-workspace-prod.yaml: ")
    assert "--merge .stui-workspace-prod.yaml" in ran.err


def test_a_surely_named_copy_that_cannot_be_merged_is_a_finding(folder: Folder) -> None:
    folder.write(BEGUN)
    folder.write("stui: [\n", COPY)
    assert folder("sync").status == FINDINGS
    assert folder.text(COPY) == "stui: [\n"


def test_merging_a_file_that_is_not_there_is_refused(folder: Folder) -> None:
    folder.write(BEGUN)
    ran = folder("sync", "--merge", "nothing.yaml")
    assert ran.status == USAGE
    assert "nothing.yaml" in ran.err


def test_undo_and_restore(folder: Folder) -> None:
    folder.diverged()
    folder("sync")
    undone = folder("sync", "undo")
    assert undone.status == DONE
    assert (folder.text(), folder.text(COPY)) == (MINE, YOURS)
    first = json.loads(folder("sync", "log", "--json").out)[-1]
    assert folder("sync", "show", first["revision"][:8]).out == BEGUN
    restored = folder("sync", "restore", first["revision"][:8], "--json")
    assert json.loads(restored.out)["after"] == first["revision"]
    assert folder.text() == BEGUN


def test_restore_by_time(folder: Folder) -> None:
    folder.write(BEGUN)
    folder("sync")
    folder.write(MINE)
    folder("sync")
    assert folder("sync", "restore", "--at", "0s ago").status == DONE
    assert folder.text() == MINE
    nothing = folder("sync", "restore", "--at", "3d")
    assert nothing.status == USAGE
    assert "stui sync log" in nothing.err


@pytest.mark.parametrize(
    "arguments",
    [("restore",), ("restore", "abcd", "--at", "1h"), ("restore", "--at", "soon")],
)
def test_a_restore_of_nothing_in_particular_is_refused(
    folder: Folder, arguments: tuple[str, ...]
) -> None:
    folder.write(BEGUN)
    folder("sync")
    assert folder("sync", *arguments).status == USAGE
    assert folder.text() == BEGUN


@pytest.mark.parametrize("name", ["beef", "", "zz", "-", "../../etc/passwd"])
def test_an_unknown_version_is_named_with_what_to_do(folder: Folder, name: str) -> None:
    folder.write(BEGUN)
    folder("sync")
    ran = folder("sync", "show", "--", name)
    assert ran.status == USAGE
    assert "`stui sync log`" in ran.err


def test_the_log_names_each_version_with_its_origin(folder: Folder) -> None:
    folder.diverged()
    folder("sync")
    origins = [line.split()[6] for line in folder("sync", "log").out.splitlines()]
    assert origins == ["self", "editor", "copy", "editor"]


def test_nothing_to_take_back_is_said_so(folder: Folder) -> None:
    folder.write(BEGUN)
    assert folder("sync", "undo").status == USAGE


def test_a_log_that_cannot_be_read_is_a_warning_with_a_next_step(
    folder: Folder, tmp_path: Path
) -> None:
    folder.write(BEGUN)
    assert folder("sync").status == DONE
    (log,) = (tmp_path / "home").rglob("log.jsonl")
    log.unlink()
    log.mkdir()
    folder.write(MINE)
    ran = folder("sync")
    assert ran.status == STORAGE
    assert "warning: " in ran.err
    assert "  = help: move it out of the way\n" in ran.err


MERGES = """\
  from the copy:
    ~ /buffers/b/title  B -> yours
  stayed:
    ~ /buffers/a/title  A -> mine
"""


def test_what_was_merged_by_itself_is_listed_by_key_path(folder: Folder) -> None:
    folder.diverged()
    folder("sync")
    ran = folder("sync", "merges")
    assert ran.status == DONE
    head, _, rest = ran.out.partition("\n")
    assert head.endswith(COPY)
    assert rest == MERGES
    assert "stui sync undo" in ran.err
    folder("sync", "undo")
    assert folder("sync", "merges").out.partition("\n")[0].endswith("taken back")


def test_programs_get_each_difference_of_a_merge(folder: Folder) -> None:
    folder.diverged()
    folder("sync")
    (merge,) = json.loads(folder("sync", "merges", "--json").out)
    assert (merge["copy"], merge["next_to_undo"], merge["taken_back"]) == (COPY, True, False)
    assert [(one["path"], one["after"]) for one in merge["brought"]] == [
        ("/buffers/b/title", "yours")
    ]
    assert [one["path"] for one in merge["stayed"]] == ["/buffers/a/title"]


def test_nothing_was_merged_by_itself(folder: Folder) -> None:
    folder.write(BEGUN)
    ran = folder("sync", "merges")
    assert ran.all == (DONE, "", "nothing was merged by itself so far\n")
    assert folder("sync", "merges", "--json").out == "[]\n"
