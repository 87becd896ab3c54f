"""From what went wrong to a sentence, a next step and a status, and never a traceback."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from stui_workspace import errors
from stui_workspace.cli import exits
from stui_workspace.cli.bugs import report_of
from stui_workspace.cli.exits import ClosedPipeError, guarded, status_of
from stui_workspace.cli.status import Status
from stui_workspace.errors import StuiError
from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Span

TEXT = "hunter2"
FOUND = Diagnostic("S104", "unknown key `a`", Span(0, 1), hint="remove it")

ERRORS: dict[StuiError, int] = {
    errors.ParseError((FOUND,)): 1,
    errors.SchemaError((FOUND,)): 1,
    errors.UnusableError((FileProblems(Path("w.yaml"), "a: 1\n", (FOUND,)),)): 1,
    errors.LeakError((FileProblems(Path("w.yaml"), "a: 1\n", (FOUND,)),)): 1,
    errors.LeakError((FileProblems(Path("w.yaml"), "a: 1\n", (FOUND,)),)): 1,
    errors.VersionError(2, 1): 1,
    errors.EditError("it cannot"): 1,
    errors.NotFoundError("key", "a"): 1,
    errors.NotFoundError("session", "a"): 2,
    errors.UsageError("no"): 2,
    errors.DiskError(Path("w.yaml"), "the disk is full", "free some space"): 3,
    errors.StaleRevisionError(Path("w.yaml"), "a", "b"): 3,
    errors.LockTimeoutError(Path("w.yaml"), 10.0): 3,
    errors.ConnectionLostError("py", "it ended"): 4,
    errors.SecretError("a", "it is locked"): 5,
    errors.ConsentError("py", ("runs /bin/x",), "ask"): 6,
}


def raising(error: BaseException) -> Callable[[], object]:
    def action() -> object:
        raise error

    return action


@pytest.mark.parametrize(("error", "status"), ERRORS.items(), ids=lambda one: type(one).__name__)
def test_each_error_has_its_status_and_no_traceback(
    error: StuiError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(raising(error)) == status == status_of(error)
    out, err = capsys.readouterr()
    assert (out, "Traceback" in err) == ("", False)
    assert "error" in err.split("\n")[0]
    if error.next_step is not None and not isinstance(error, errors.UnusableError):
        assert err.endswith(f"  = help: {error.next_step}\n")


def test_a_connection_that_cannot_have_its_secret_has_the_status_of_secrets() -> None:
    lost = errors.ConnectionLostError("py", "its token cannot be had")
    lost.__cause__ = errors.SecretError("a", "it is locked")
    assert status_of(lost) == 5
    lost.__cause__ = OSError("gone")
    assert status_of(lost) == 4


def test_every_error_of_ours_is_listed_here() -> None:
    def below(kind: type[StuiError]) -> set[type[StuiError]]:
        return {kind} | {one for sub in kind.__subclasses__() for one in below(sub)}

    abstract = {StuiError, errors.WorkspaceError, errors.StorageError, errors.InvalidDocumentError}
    ours = {one for one in below(StuiError) if one.__module__ == "stui_workspace.errors"}
    assert ours - abstract == {type(error) for error in ERRORS}


@pytest.mark.parametrize(
    ("result", "status"),
    [(None, 0), (0, 0), (Status.FINDINGS, 1), ("text", 0), (False, 0)],
    ids=repr,
)
def test_what_an_action_returns(result: object, status: int) -> None:
    assert guarded(lambda: result) == status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (SystemExit(4), 4),
        (SystemExit(None), 0),
        (SystemExit("words"), 1),
    ],
    ids=repr,
)
def test_leaving_says_nothing(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(raising(error)) == status
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_has_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[bool] = []
    monkeypatch.setattr(exits, "_forget_output", lambda: forgotten.append(True))
    assert guarded(raising(ClosedPipeError())) == 141
    assert forgotten == [True]


def test_the_system_s_errors_are_told_in_our_words(capsys: pytest.CaptureFixture[str]) -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/w.yaml")
    assert guarded(raising(error)) == 3
    assert capsys.readouterr().err == (
        "error: /data/w.yaml: the disk is full\n"
        "  = help: free some space, or set STUI_HOME to a folder on another disk\n"
    )


class TestBugs:
    @pytest.fixture(autouse=True)
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("STUI_HOME", str(tmp_path))
        return tmp_path

    def test_two_lines_and_a_report(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert guarded(raising(RuntimeError(TEXT))) == 70
        (report,) = (home / "state" / "reports").iterdir()
        assert capsys.readouterr().err == (
            "error: a bug in stui, not in your files: RuntimeError\n"
            f"  = help: please report it with {report}, which holds no text of yours\n"
        )
        assert report.stat().st_mode & 0o777 == 0o600

    def test_the_report_says_where_and_holds_nothing_of_yours(self) -> None:
        def inner(secret: str) -> None:
            raise ValueError(f"bad {secret}")

        def outer(secret: str) -> None:
            try:
                inner(secret)
            except ValueError as error:
                raise RuntimeError(secret) from error

        try:
            outer(TEXT)
        except RuntimeError as error:
            text = report_of(error)
        assert TEXT not in text
        assert "in outer" in text
        assert "in inner" in text
        assert str(Path(__file__).parent) not in text

    def test_an_error_that_is_its_own_cause_ends(self) -> None:
        one, two = ValueError(), KeyError()
        one.__context__, two.__context__ = two, one
        assert report_of(one).count("Error") == 2

    def test_without_a_place_for_the_report(
        self, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (home / "state").touch()
        assert guarded(raising(RuntimeError(TEXT))) == 70
        err = capsys.readouterr().err
        assert "no report could be written; it happened at" in err
        assert TEXT not in err
        assert err.count("\n") == 2
