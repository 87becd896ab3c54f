"""The search index finds what looking at every entry finds, whatever happened to the log."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import asdict, replace
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from doubles.fake_history import find
from stui_workspace.history import Entry, HistoryLog, Query, Within
from stui_workspace.history.forgetting import bring_back, forget
from stui_workspace.history.index import HistoryIndex
from stui_workspace.history.segments import month_of
from stui_workspace.storage.filesystem import RealFileSystem

JUNE = 1_781_000_000.0
HOUR = 3600.0
LATER = JUNE * 2
MACHINES = ("laptop", "desktop")

pieces = st.sampled_from(
    ["select", "Select", "cust", "order", " ", "\n", "x", "aab", "ß", "İ", "É", "é", "Σς", "日本語",
     "[", "*", "?", '"', "%", "\0", "\ud800", "\x1b[31m", "'"]
)  # fmt: skip
codes = st.lists(pieces, min_size=1, max_size=5).map("".join) | st.sampled_from(
    ["select" * 80, "y" * 399 + "x", "y" * 400 + "x"]
)
queries = st.lists(pieces | st.sampled_from(list("selcrtordxyEİ")), max_size=4).map("".join)
withins = st.builds(
    Within,
    st.sampled_from([None, None, "py", "st\ud800"]),
    st.sampled_from([None, None, "w"]),
    st.sampled_from([None, None, "laptop"]),
    st.sampled_from([None, None, True, False]),
    st.sampled_from([None, None, JUNE + 8 * HOUR]),
    st.sampled_from([None, None, JUNE + 20 * HOUR]),
)
entries = st.builds(
    Entry,
    st.integers(0, 1500).map(lambda hours: JUNE + hours * HOUR),
    st.sampled_from(["py", "st\ud800"]),
    codes,
    st.sampled_from(["w", "v"]),
    st.booleans(),
    st.sampled_from(MACHINES),
)
sought = st.tuples(
    st.one_of(
        queries,
        st.sampled_from(
            ["select", "Select", "slct", "sC", "cust order", "order cust", "EE", "é", "É", "σς",
             "x",
             "yx", "s c", "[", "*x", "日語", "\ufffd", "'", "aab", "ab b"]
        ),
    ),
    withins,
    st.integers(0, 4),
)  # fmt: skip
some_bytes = st.sampled_from([b"", b"\n", b"{", b'{"id": 1}\n', b"\xff\n", b"\n\n"])
steps = st.one_of(
    st.tuples(st.just("append"), entries),
    st.tuples(st.just("append"), entries),
    st.tuples(st.just("copy"), st.integers(0, 9)),
    st.tuples(st.just("drop"), st.integers(0, 9)),
    st.tuples(st.just("cut"), st.integers(0, 9), st.integers(0, 400)),
    st.tuples(st.just("tail"), st.integers(0, 9), some_bytes),
    st.tuples(st.just("swap"), st.integers(0, 9)),
    st.tuples(st.just("forget"), st.integers(0, 30)),
    st.tuples(st.just("back"), st.integers(0, 30)),
    st.tuples(st.just("fold"), st.integers(0, 1)),
    st.tuples(st.just("spoil"), st.integers(0, 3)),
    st.just(("update",)),
)


def named(entry: Entry) -> Entry:
    """With an id that is the same for the same entry, and sometimes none of ours."""
    name = blake2b(repr(entry).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return replace(entry, id=name if entry.ok else f"odd {name}")


class World:
    """A folder of histories on a real disk, with an index beside it."""

    def __init__(self, folder: Path) -> None:
        self.fs = RealFileSystem()
        self.folder = folder / "history"
        self.cache = folder / "cache"
        self.now = LATER
        self.index = HistoryIndex(self.folder, self.cache, self.fs, lambda: LATER)
        self.made: list[Entry] = []

    def log(self, number: int = 0) -> HistoryLog:
        return HistoryLog(self.folder, MACHINES[number], self.fs)

    def files(self) -> list[Path]:
        return sorted(one for one in self.folder.glob("*/*") if "forgotten" not in one.name)

    def pick(self, which: int) -> Path | None:
        files = self.files()
        return files[which % len(files)] if files else None

    def append(self, entry: Entry) -> None:
        entry = named(entry)
        self.made.append(entry)
        path = self.folder / entry.machine / f"{month_of(entry.at)}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.exists() else b""
        line = json.dumps(asdict(entry)).encode() + b"\n"
        with path.open("ab") as file:
            file.write(line if not before or before.endswith(b"\n") else b"\n" + line)

    def copy(self, which: int) -> None:
        path = self.pick(which)
        if path is not None:
            target = path.with_name(f"{path.name[:7]}.sync-conflict-{which}.jsonl")
            target.write_bytes(path.read_bytes())

    def drop(self, which: int) -> None:
        path = self.pick(which)
        if path is not None:
            path.unlink()

    def cut(self, which: int, length: int) -> None:
        path = self.pick(which)
        if path is not None:
            os.truncate(path, min(length, path.stat().st_size))

    def tail(self, which: int, content: bytes) -> None:
        path = self.pick(which)
        if path is not None:
            with path.open("ab") as file:
                file.write(content)

    def swap(self, which: int) -> None:
        """The lines of a file in another order: the same size, other content in the middle."""
        path = self.pick(which)
        if path is not None:
            path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[::-1]))

    def forget(self, which: int) -> None:
        if self.made:
            self.now += 1
            one = self.made[which % len(self.made)]
            forget(self.log(which % 2), {one.id}, self.now)

    def back(self, which: int) -> None:
        if self.made:
            self.now += 1
            bring_back(self.log(which % 2), [self.made[which % len(self.made)]], self.now)

    def fold(self, number: int) -> None:
        self.log(number).fold()

    def spoil(self, how: int) -> None:
        """Something happens to the index itself."""
        path = next(iter(self.cache.glob("*.sqlite")), None)
        if path is None:
            return
        if how == 0:
            path.unlink()
        elif how == 1:
            self.index.close()
            path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
        elif how == 2:
            self.index.close()
            content = bytearray(path.read_bytes())
            content[2000:6000] = b"\xa5" * 4000
            path.write_bytes(content)
        else:
            self.index.close()

    def update(self) -> None:
        self.index.update()


@settings(max_examples=50)
@given(st.lists(steps, max_size=14), queries, withins, st.integers(0, 5))
@example([("append", Entry(JUNE, "py", "select", "w", machine="laptop"))], "slc", Within(), 3)
def test_it_finds_what_looking_at_everything_finds(
    todo: list[tuple[object, ...]], typed: str, within: Within, limit: int
) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for name, *arguments in todo:
            getattr(world, str(name))(*arguments)
        world.update()
        found = world.index.search(Query.read(typed), within, limit)
        everything = [one for one in world.log().entries() if one.id]
        assert found == find(everything, typed, within, limit)
        assert world.index.standing().entry_count == len(everything)
        world.index.close()


@settings(max_examples=80)
@given(st.lists(entries, max_size=30), st.lists(sought, min_size=8, max_size=8))
@example([Entry(JUNE, "py", "select" * 80, "w", machine="laptop")], [("s s", Within(), 1)])
def test_every_search_finds_the_best_in_their_order(
    made: list[Entry], asked: list[tuple[str, Within, int]]
) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for one in made:
            world.append(one)
        world.update()
        everything = list(world.log().entries())
        for typed, within, limit in asked:
            found = world.index.search(Query.read(typed), within, limit)
            assert found == find(everything, typed, within, limit)
        world.index.close()


@settings(max_examples=30)
@given(st.lists(steps, max_size=14))
def test_an_index_that_was_kept_up_is_the_one_that_is_made_anew(
    todo: list[tuple[object, ...]],
) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for name, *arguments in todo:
            getattr(world, str(name))(*arguments)
            world.update()
        kept = world.index.search(Query.read(""), Within(), 1000)
        standing = world.index.standing()
        world.index.close()
        with closing(
            HistoryIndex(world.folder, world.cache / "new", world.fs, lambda: LATER)
        ) as new:
            new.update()
            assert new.search(Query.read(""), Within(), 1000) == kept
            assert new.standing() == standing
