"""The journal on a disk that is small, slow to fill, or not there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.fake_backend import Play
from stui_workspace.connections.backend import Answer, Ending
from stui_workspace.connections.protocol.messages import Evaluate, Result, Resume
from stui_workspace.connections.serving import journal as module
from stui_workspace.connections.serving.journal import Journal, Record
from support.serving import printed, serving


def opened(folder: Path, segment_bytes: int = 1000) -> tuple[Journal, list[Record], list[str]]:
    """A journal that carries on whatever says `keep`, what was in it, and its complaints."""
    complaints: list[str] = []

    def carry(found: Iterator[Record]) -> Iterator[Record]:
        return (one for one in found if one.get("keep"))

    journal = Journal(folder, carry, complaints.append, segment_bytes)
    return journal, list(journal.open()), complaints


def test_what_is_appended_is_there_again(tmp_path: Path) -> None:
    journal, nothing, _ = opened(tmp_path / "new" / "folder")
    for number in range(100):
        journal.append({"number": number, "text": "ж\ud800\n"})
    journal.close()
    journal, found, complaints = opened(tmp_path / "new" / "folder")
    journal.close()
    assert (nothing, complaints) == ([], [])
    assert found == [{"number": number, "text": "ж\ud800\n"} for number in range(100)]


def test_it_is_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        journal, _, _ = opened(tmp_path / "journal")
        journal.append({"a": 1})
        journal.close()
    finally:
        os.umask(before)
    (file,) = (tmp_path / "journal").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_oldest_goes_first_and_what_has_to_stay_stays(tmp_path: Path) -> None:
    journal, _, _ = opened(tmp_path)
    for number in range(2000):
        journal.append({"number": number, "keep": number % 500 == 0})
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    journal.close()
    journal, found, _ = opened(tmp_path)
    journal.close()
    assert size < (module.SEGMENT_COUNT + 1) * 1100
    numbers = [int(str(one["number"])) for one in found]
    assert {0, 500, 1000, 1500} <= set(numbers)
    recent = [number for number in numbers if number % 500]
    assert recent == [number for number in range(recent[0], 2000) if number % 500]
    assert len(recent) > 200


def test_damage_costs_the_lines_that_it_hit(tmp_path: Path) -> None:
    journal, _, _ = opened(tmp_path, 1 << 20)
    for number in range(10):
        journal.append({"number": number})
    journal.close()
    file = tmp_path / "00000001.log"
    lines = file.read_bytes().split(b"\n")
    lines[3] = lines[3].replace(b"3", b"4")
    lines[5] = b"\xff" * 100
    file.write_bytes(b"\n".join(lines) + b"0123456789abcdef {torn")
    _, found, _ = opened(tmp_path)
    assert [one["number"] for one in found] == [0, 1, 2, 4, 6, 7, 8, 9]


def test_after_a_torn_line_the_next_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, _, complaints = opened(tmp_path, 1 << 20)
    journal.append({"number": 1})
    with monkeypatch.context() as patched:
        fill_disk(patched, room=10)
        journal.append({"number": 2})
        journal.append({"number": 3})
    journal.append({"number": 4})
    journal.close()
    _, found, _ = opened(tmp_path)
    assert [one["number"] for one in found] == [1, 4]
    assert len(complaints) == 1
    assert "the disk is full" in complaints[0]


def fill_disk(patched: pytest.MonkeyPatch, room: int) -> None:
    """Let the disk take so many bytes, and then none."""
    real, left = os.write, [room]

    def write(descriptor: int, content: bytes) -> int:
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        count = real(descriptor, content[: left[0]])
        left[0] -= count
        return count

    patched.setattr(os, "write", write)


def test_a_folder_that_cannot_be_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    journal, found, complaints = opened(tmp_path / "file" / "journal")
    journal.append({"a": 1})
    journal.append({"a": 2})
    journal.close()
    assert (found, len(complaints)) == ([], 1)


PLAYS = {"print": Play(printed("one\n"), Answer(Ending.OK, result="1"))}


async def test_a_server_goes_on_without_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, PLAYS) as hall:
        client, _ = await hall.greet()
        before = client.say(Evaluate("print"))
        await client.result(before)
        fill_disk(monkeypatch, room=50)
        during = [client.say(Evaluate("print")) for _ in range(3)]
        answers = [await client.hear(Result, name) for name in during]
        back, _ = await hall.greet("other")
        text, result = await back.result(back.say(Resume(during[-1])))
        assert any("the disk is full" in line for line in hall.words)
    monkeypatch.undo()
    assert [one.result for one in answers] == ["1"] * 3
    assert (text, result.result) == ("one\n", "1")
    async with serving(tmp_path, PLAYS) as hall:
        client, _ = await hall.greet()
        assert (await client.result(client.say(Resume(before))))[0] == "one\n"
        _, unknown = await client.result(client.say(Resume(during[-1])))
        assert unknown.ending is Ending.UNKNOWN
