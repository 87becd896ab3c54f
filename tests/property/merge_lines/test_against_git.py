"""The same merges made by `git merge-file`: the same regions, and its three styles read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pytest

from stui_workspace.merge.lines import (
    Agreed,
    Labels,
    Region,
    lines_of,
    marked,
    merge_lines,
    unmarked,
)

LABELS = Labels("ours", "base", "theirs")
SEEDS = range(40)
ROUNDS = 6
"""Merges a seed: one test each would cost more than the merges."""


class Git:
    """`git merge-file` on three texts, without anybody's settings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(folder.parent),
        }

    def merged(self, texts: Sequence[str], *options: str, size: int = 7) -> tuple[str, int]:
        """The text, and the number of conflicts."""
        base, ours, theirs = texts
        names = ("ours", "base", "theirs")
        for name, text in zip(names, (ours, base, theirs), strict=True):
            (self._folder / name).write_text(text, encoding="utf-8", newline="")
        labels = [part for name in names for part in ("-L", name)]
        done = subprocess.run(
            ["git", "merge-file", "-p", f"--marker-size={size}", *labels, *options, *names],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode < 128, done.stderr
        return done.stdout.decode("utf-8"), done.returncode


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path)


class Dice:
    """Texts and edits of them; with many kinds of lines hardly any is repeated."""

    def __init__(self, seed: int, kinds: int) -> None:
        self._random = Random(seed)  # noqa: S311 (a test's dice)
        self._kinds = kinds
        self._end = self._random.choice(["\n", "\n", "\r\n"])

    def three(self) -> tuple[str, str, str]:
        base = [self._line() for _ in range(self._random.randrange(20))]
        return self._text(base), self._text(self._edited(base)), self._text(self._edited(base))

    def edited(self, text: str) -> str:
        return self._text(self._edited(text.splitlines()))

    def _line(self) -> str:
        return f"line {self._random.randrange(self._kinds)}"

    def _edited(self, base: list[str]) -> list[str]:
        lines = list(base)
        for _ in range(self._random.randrange(4)):
            place = self._random.randrange(len(lines) + 1)
            taken = self._random.choice([0, 0, 1, 1, 3])
            lines[place : place + taken] = [
                self._line() for _ in range(self._random.choice([0, 1, 1, 3]))
            ]
        return lines

    def _text(self, lines: list[str]) -> str:
        text = "".join(line + self._end for line in lines)
        return text.removesuffix(self._end) if self._random.random() < 0.2 else text


def regions_of(texts: Sequence[str]) -> tuple[Region, ...]:
    base, ours, theirs = map(lines_of, texts)
    return merge_lines(base, ours, theirs)


def in_place_of_clashes(regions: Iterable[Region], side: str) -> str:
    return "".join(
        "".join(region.lines if isinstance(region, Agreed) else getattr(region, side))
        for region in regions
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_text_as_git(git: Git, seed: int) -> None:
    dice = Dice(seed, 10**6)
    for _ in range(ROUNDS):
        texts = dice.three()
        regions = regions_of(texts)
        text, conflicts = git.merged(texts, "--diff3", size=7 + seed % 3)
        ours = marked(regions, LABELS, size=7 + seed % 3)
        if "\n" not in texts[0]:  # then git takes no CR LF for its markers, whatever the sides have
            ours, text = ours.replace("\r\n", "\n"), text.replace("\r\n", "\n")
        assert ours == text
        assert sum(not isinstance(region, Agreed) for region in regions) == conflicts


def test_where_lines_repeat_hardly_more_conflicts_than_git(git: Git) -> None:
    """Of several ways to match as many lines nobody has the better one always."""
    needless = spared = 0
    for seed in range(60):
        dice = Dice(seed, 6)
        for _ in range(ROUNDS):
            texts = dice.three()
            clean = all(isinstance(region, Agreed) for region in regions_of(texts))
            conflicts = git.merged(texts)[1]
            needless += not clean and not conflicts
            spared += clean and conflicts > 0
    assert needless <= 5
    assert needless <= spared + 3


@pytest.mark.parametrize("style", ["", "--diff3", "--zdiff3"], ids=["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("seed", range(25))
def test_the_styles_of_git_are_read(git: Git, seed: int, style: str) -> None:
    dice = Dice(seed, 10**6)
    for _ in range(ROUNDS):
        texts = dice.three()
        regions = regions_of(texts)
        text, conflicts = git.merged(texts, *style.split(), size=7 + seed % 3)
        found = unmarked(text)
        assert (found is not None) == (conflicts > 0)
        if found is not None:
            for side in ("ours", "theirs"):
                expected = in_place_of_clashes(regions, side)
                ended = (expected, f"{expected}\n", f"{expected}\r\n")
                assert getattr(found, side) in ended
            assert found.has_base == (style != "")
            assert found.size == 7 + seed % 3
            assert (found.labels.ours, found.labels.theirs) == ("ours", "theirs")


@pytest.mark.parametrize("inner", ["", "--diff3", "--zdiff3"], ids=["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("seed", range(25))
def test_bases_that_clashed_themselves(git: Git, seed: int, inner: str) -> None:
    """As in a criss-cross merge: git merges the bases first, with longer markers."""
    dice = Dice(seed, 10**6)
    for _ in range(ROUNDS):
        texts = dice.three()
        base = git.merged(texts, *inner.split(), size=9)[0]
        text, _ = git.merged((base, dice.edited(texts[1]), dice.edited(texts[2])), "--diff3")
        found = unmarked(text)
        if found is not None:
            assert not any(sign * 9 in found.base for sign in "<|=>")
            assert not any(sign * 7 in found.ours + found.theirs for sign in "<|=>")


class Maps:
    """Flat maps in the order of their keys: what is in conflict is plain to see."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 (a test's dice)

    def three(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        base = {key: 0 for key in "abcdefgh" if self._random.random() < 0.8}
        ours, theirs = self._edited(base), self._edited(base)
        for key in "abcdefgh":
            if self._random.random() < 0.3 and key in ours:
                theirs[key] = ours[key]
        return base, ours, theirs

    def _edited(self, base: dict[str, int]) -> dict[str, int]:
        edited = dict(base)
        for key in "abcdefgh":
            chance = self._random.random()
            if chance < 0.3:
                edited[key] = self._random.randrange(1, 4)
            elif chance < 0.4:
                edited.pop(key, None)
        return edited


def written(one: dict[str, int]) -> str:
    return "".join(f"{key}: {value}\n" for key, value in sorted(one.items()))


def read(text: str) -> dict[str, int]:
    pairs = [line.split(": ") for line in text.splitlines()]
    assert len({key for key, _ in pairs}) == len(pairs), "a key is there twice"
    return {key: int(value) for key, value in pairs}


def clashing(
    base: dict[str, int], ours: dict[str, int], theirs: dict[str, int]
) -> dict[str, tuple[int | None, ...]]:
    values = {key: (base.get(key), ours.get(key), theirs.get(key)) for key in "abcdefgh"}
    return {key: three for key, three in values.items() if len(set(three)) == 3}


@pytest.mark.parametrize("style", ["--diff3", "--zdiff3"])
@pytest.mark.parametrize("seed", range(25))
def test_maps_in_conflict_are_read_by_meaning(git: Git, seed: int, style: str) -> None:
    maps = Maps(seed)
    for _ in range(ROUNDS):
        three = maps.three()
        text, conflicts = git.merged([written(one) for one in three], style)
        found = unmarked(text)
        assert (found is not None) == (conflicts > 0)
        if found is not None:
            rebuilt = [read(side) for side in (found.base, found.ours, found.theirs)]
            assert clashing(*rebuilt) == clashing(*three)
