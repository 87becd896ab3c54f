"""The driver: 0 or 1, a file that is whole at any moment, and never a silent loss."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from stui_workspace.gitdriver import driver, linewise
from stui_workspace.gitdriver.driver import merge_for_git
from stui_workspace.gitdriver.entry import run
from stui_workspace.gitdriver.outcome import Outcome, Sides
from stui_workspace.gitdriver.request import Names

BASE = b"stui: 1\nname: a\n\ndescription: b\n"
OURS = b"stui: 1\nname: ours\n\ndescription: b\n"
THEIRS = b"stui: 1\nname: a\n\ndescription: theirs\n"
CLASHING = b"stui: 1\nname: theirs\n\ndescription: b\n"
BOTH = b"stui: 1\nname: ours\n\ndescription: theirs\n"
MARKED = b"""\
stui: 1
<<<<<<< ours
name: ours
||||||| base
name: a
=======
name: theirs
>>>>>>> theirs

description: b
"""


@dataclass(frozen=True)
class Files:
    folder: Path

    def __call__(
        self, base: bytes | None, ours: bytes, theirs: bytes, *options: str
    ) -> tuple[str, ...]:
        for name, content in (("O", base), ("A", ours), ("B", theirs)):
            if content is not None:
                (self.folder / name).write_bytes(content)
        return (*options, "--", *(str(self.folder / name) for name in "OAB"), "w.yaml")

    @property
    def result(self) -> bytes:
        return (self.folder / "A").read_bytes()

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def never(_sides: Sides, _names: Names, _size: int) -> Outcome:
    raise AssertionError("there was nothing to merge by meaning")


def broken(_sides: Sides, _names: Names, _size: int) -> Outcome:
    raise ValueError("a value of the file")


def clean(_sides: Sides, _names: Names, _size: int) -> Outcome:
    return Outcome(b"by meaning\n", is_clean=True)


def conflicting(count: int) -> Callable[[Sides, Names, int], Outcome]:
    left = tuple(f"conflict {number}" for number in range(count))
    return lambda _sides, _names, _size: Outcome(b"<<<<<<< ours\n", is_clean=False, left=left)


class TestNothingToMerge:
    @pytest.mark.parametrize(
        ("base", "ours", "theirs", "result"),
        [
            pytest.param(BASE, BASE, THEIRS, THEIRS, id="theirs changed"),
            pytest.param(BASE, OURS, BASE, OURS, id="ours changed"),
            pytest.param(BASE, OURS, OURS, OURS, id="both changed alike"),
            pytest.param(b"\xff\0", b"\xff\0", b"\0", b"\0", id="bytes that are no text"),
            pytest.param(BASE, BASE, b"", b"", id="theirs emptied it"),
            pytest.param(None, b"", THEIRS, THEIRS, id="no base"),
        ],
    )
    def test_it_is_known(
        self, files: Files, base: bytes | None, ours: bytes, theirs: bytes, result: bytes
    ) -> None:
        assert merge_for_git(files(base, ours, theirs), never) == 0
        assert files.result == result


class TestByMeaning:
    def test_a_clean_merge(self, files: Files, capsys: pytest.CaptureFixture[str]) -> None:
        assert merge_for_git(files(BASE, OURS, THEIRS)) == 0
        assert files.result == BOTH
        assert capsys.readouterr() == ("", "")

    def test_a_conflict_has_markers_of_the_size_that_git_asks_for(self, files: Files) -> None:
        assert merge_for_git(files(BASE, OURS, CLASHING, "--marker-size=9")) == 1
        lines = files.result.split(b"\n")
        starts = [line.split(b" ")[0] for line in lines if line[:1] in b"<|=>" and line]
        assert starts == [b"<" * 9, b"|" * 9, b"=" * 9, b">" * 9]

    def test_where_it_is_in_conflict_is_told_without_values(
        self, files: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        merge_for_git(files(BASE, OURS, CLASHING))
        out, err = capsys.readouterr()
        assert out == ""
        assert "w.yaml: conflict at /name" in err
        assert "git mergetool" in err

    def test_many_conflicts_are_told_in_few_lines(
        self, files: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        merge_for_git(files(BASE, OURS, CLASHING), conflicting(100))
        err = capsys.readouterr().err
        assert err.count("\n") == 10
        assert "and 92 more" in err

    def test_the_labels_stand_behind_the_markers(self, files: Files) -> None:
        arguments = (*files(BASE, OURS, CLASHING), "1234567", "HEAD", "add a thing")
        assert merge_for_git(arguments) == 1
        assert b"<<<<<<< HEAD" in files.result
        assert b"||||||| 1234567" in files.result
        assert b">>>>>>> add a thing" in files.result

    def test_a_base_with_markers_in_it_is_taken_as_it_was_before(self, files: Files) -> None:
        marked = BASE.replace(
            b"name: a\n",
            b"<<<<<<<<< x\nname: b\n||||||||| y\nname: a\n=========\nname: c\n>>>>>>>>> z\n",
        )
        assert merge_for_git(files(marked, OURS, THEIRS)) == 0
        assert files.result == BOTH

    def test_the_result_goes_where_it_is_asked_for(self, files: Files, tmp_path: Path) -> None:
        output = tmp_path / "a b" / "out"
        output.parent.mkdir()
        arguments = files(BASE, OURS, THEIRS, f"--output={output}")
        assert merge_for_git(arguments) == 0
        assert (files.result, output.read_bytes()) == (OURS, BOTH)

    def test_what_is_known_goes_there_too(self, files: Files, tmp_path: Path) -> None:
        output = tmp_path / "out"
        assert merge_for_git(files(BASE, OURS, BASE, f"--output={output}"), never) == 0
        assert output.read_bytes() == OURS


class TestWhatGoesWrong:
    def test_the_line_merge_is_there_before_the_merge_by_meaning(self, files: Files) -> None:
        seen = []

        def look(_sides: Sides, _names: Names, _size: int) -> Outcome:
            seen.append(files.result)
            return Outcome(BOTH, is_clean=True)

        merge_for_git(files(BASE, OURS, CLASHING), look)
        assert seen == [MARKED]

    @pytest.mark.parametrize(
        ("theirs", "left"),
        [pytest.param(CLASHING, MARKED, id="clash"), pytest.param(THEIRS, BOTH, id="no clash")],
    )
    def test_a_bug_leaves_the_line_merge_and_is_no_success(
        self, files: Files, theirs: bytes, left: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert merge_for_git(files(BASE, OURS, theirs), broken) == 1
        assert files.result == left
        err = capsys.readouterr().err
        assert "by a bug in stui (ValueError)" in err
        assert "value of the file" not in err

    @pytest.mark.parametrize("error", [MemoryError, RecursionError, KeyboardInterrupt, SystemExit])
    def test_even_a_bug_of_the_worst_kind(
        self, files: Files, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def raising(_sides: Sides, _names: Names, _size: int) -> Outcome:
            raise error

        monkeypatch.setattr(driver, "_engine", lambda: raising)
        assert run("git-merge", files(BASE, OURS, CLASHING)) == 1
        assert files.result == MARKED

    def test_what_takes_too_long_is_left_at_the_line_merge(
        self, files: Files, capsys: pytest.CaptureFixture[str]
    ) -> None:
        done = threading.Event()

        def slow(_sides: Sides, _names: Names, _size: int) -> Outcome:
            done.wait()
            return Outcome(b"too late", is_clean=True)

        assert merge_for_git(files(BASE, OURS, THEIRS), slow, seconds=0.01) == 1
        done.set()
        assert files.result == BOTH
        assert "takes longer than 0.01 s" in capsys.readouterr().err

    def test_a_line_merge_that_fails_does_not_keep_us_from_merging(
        self, files: Files, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing(_sides: Sides, _names: Names, _size: int) -> Outcome:
            raise ValueError

        monkeypatch.setattr(linewise, "by_lines", failing)
        assert merge_for_git(files(BASE, OURS, THEIRS), clean) == 0
        assert files.result == b"by meaning\n"

    def test_files_that_are_not_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("git-merge", ("--", "A")) == 1
        assert capsys.readouterr().err.startswith("stui: usage: stui git-merge")

    def test_a_file_that_cannot_be_read(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        names = (str(tmp_path), str(tmp_path), str(tmp_path))
        assert run("git-merge", names) == 1
        assert (
            capsys.readouterr().err == "stui git-merge: IsADirectoryError: nothing more was done\n"
        )


HOSTILE = {
    "empty": b"",
    "not yaml": b"a: [1\n  b: }\n",
    "truncated": BASE[:20] + b'"',
    "binary": b"stui\0\xff\xfe",
    "not utf-8": b"name: \xff\xfe\n",
    "twice": b"name: a\nname: b\n",
    "markers": MARKED,
    "deep": b"a: " + b"[" * 2000 + b"]" * 2000 + b"\n",
    "no end": b"stui: 1\nname: z",
    "crlf": BASE.replace(b"\n", b"\r\n"),
    "good": BASE,
    "other": OURS,
}


EVERY_PAIR = [
    pytest.param(base, ours, list(HOSTILE)[(one + other) % len(HOSTILE)])
    for one, base in enumerate(HOSTILE)
    for other, ours in enumerate(HOSTILE)
]
"""Of the three sides each two meet in every combination."""


@pytest.mark.parametrize(("base", "ours", "theirs"), EVERY_PAIR)
def test_anything_ends_well(files: Files, base: str, ours: str, theirs: str) -> None:
    given = Sides(HOSTILE[base], HOSTILE[ours], HOSTILE[theirs])
    status = run("git-merge", files(*given))
    assert status in (0, 1)
    if given.known() is not None:
        assert status == 0
    elif status and given.is_text:
        assert b"<<<<<<<" in files.result
    assert files.names == ["A", "B", "O"]


def test_nothing_else_is_written_and_the_mode_stays(files: Files) -> None:
    arguments = files(BASE, OURS, THEIRS)
    path = files.folder / "A"
    path.chmod(0o640)
    merge_for_git(arguments)
    assert files.names == ["A", "B", "O"]
    assert path.stat().st_mode & 0o777 == 0o640
