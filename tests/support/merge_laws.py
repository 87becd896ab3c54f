"""The laws of merging, each as a question to one merge whose outcome is known: what is wrong?"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from strategies.merging import Example, part, policy
from strategies.merging_edits import Add, Lines, Reorder, Tail
from strategies.merging_model import Document
from strategies.merging_outcomes import Clash, Outcome, answered
from strategies.merging_styles import restyled, shuffled
from strategies.merging_writer import written
from stui_workspace.document import Document as Parsed
from stui_workspace.document import parse
from stui_workspace.document.slices import comments
from stui_workspace.errors import ParseError
from stui_workspace.merge import Choice, MergeResult, Take, merge3

_TOKEN = re.compile(r"w\d+q|1\d{5}")
_COUNTERS = frozenset({"use_count", "launches"})
_TIED = ({"connections", "panels"}, {"defaults", "using"})
"""Sections that name each other."""

Texts = tuple[bytes, bytes, bytes]
Merge = Callable[..., MergeResult]


@dataclass
class Trial:
    """One merge on trial; what comes of it is worked out once for all laws."""

    example: Example
    merge: Merge = merge3

    def chance(self, law: str) -> Random:
        """The same chances for one law, whichever other laws are asked."""
        return Random(f"{law} {self.example.seed}")  # noqa: S311

    def run(self, texts: Texts, choices: dict[str, Choice] | None = None) -> MergeResult:
        """The merge of three texts."""
        return self.merge(*texts, policy=policy, choices=choices or {})

    @cached_property
    def result(self) -> MergeResult:
        """What the merge on trial says."""
        return self.run(self.example.texts)

    @cached_property
    def parsed(self) -> Parsed:
        """Its text, read."""
        return parse(self.result.text)

    @property
    def known(self) -> Outcome:
        """What must come of it."""
        return self.example.outcome


def outcome(trial: Trial) -> str | None:
    """The scripts say what comes of them: that is in the result."""
    return _other_data(trial.parsed.plain(), trial.known.document.plain())


def minimality(trial: Trial) -> str | None:
    """Conflicts are exactly where both sides changed one thing differently."""
    return _other_paths(trial.result, trial.known.paths)


def placement(trial: Trial) -> str | None:
    """What is added stands behind its neighbour, and a reorder of one side has its way."""
    if not trial.known.placed or trial.known.paths != paths_of(trial.result):
        return None
    same = repr(trial.parsed.plain()) == repr(trial.known.document.plain())
    return None if same else "the order is not the known one"


def locality(trial: Trial) -> str | None:
    """The text is ours with the changes in it, and not a byte else: the known text, in full."""
    if not trial.known.placed or not _has_known_text(trial):
        return None
    expected = written(trial.known.document)
    return None if trial.result.text == expected else "the text is not the known one"


def no_silent_loss(trial: Trial) -> str | None:
    """A word that one side alone changed is in the result as that side has it."""
    lost = [word for word, got, wanted in _words(trial) if got < wanted]
    return f"lost: {', '.join(lost)}" if lost else None


def no_invention(trial: Trial) -> str | None:
    """What one side deleted is gone, and nothing stands there twice or comes from nowhere."""
    more = [word for word, got, wanted in _words(trial) if got > wanted]
    every = set().union(*(_counted(text) for text in trial.example.texts))
    more += sorted(set(_counted(trial.result.text)) - every)
    return f"invented: {', '.join(more)}" if more else None


def both_values(trial: Trial) -> str | None:
    """Every conflict has base, ours and theirs, each from its own side."""
    sides = [set(_counted(text)) for text in trial.example.texts]
    for conflict in trial.result.conflicts:
        texts = (conflict.base, conflict.ours, conflict.theirs)
        if conflict.ours == conflict.theirs or not conflict.reason:
            return f"{conflict.path} does not say what clashes"
        for text, words in zip(texts, sides, strict=True):
            if text is not None and not set(_TOKEN.findall(text)) <= words:
                return f"{conflict.path} has a text of the wrong side"
    return None


def comments_conserved(trial: Trial) -> str | None:
    """The comments follow the three-way rule, every line of them."""
    document = trial.parsed
    found = sorted(document.text[piece.start : piece.end] for piece in comments(document))
    known = trial.known.document.comments()
    gone, new = Counter(known) - Counter(found), Counter(found) - Counter(known)
    return f"comments lost {sorted(gone)}, needless {sorted(new)}" if gone or new else None


def symmetry(trial: Trial) -> str | None:
    """Swapped sides have the same conflicts, and where it is clean the same data."""
    base, ours, theirs = trial.example.texts
    swapped = trial.run((base, theirs, ours))
    wrong = _other_paths(swapped, paths_of(trial.result))
    if wrong or trial.known.paths:
        return wrong
    return _other_data(_said(swapped), trial.parsed.plain())


def validity(trial: Trial) -> str | None:
    """The result can be read: no key, id or pane twice, no name that leads nowhere."""
    data = trial.parsed.plain()
    assert isinstance(data, dict)
    seen: dict[str, list[str]] = {"panes": [], "named": []}
    for items in _item_lists(data, (), seen):
        if len(set(items)) < len(items):
            return "an id stands twice in one list"
    if len(set(seen["panes"])) < len(seen["panes"]):
        return "a pane stands under two parents"
    ids = {item["id"] for item in data.get("connections", ())}
    return "a reference leads nowhere" if set(seen["named"]) - ids else None


def re_merge(trial: Trial) -> str | None:
    """A clean result merged again with either side, by the old base, stays what it is."""
    if not trial.result.is_clean:
        return None
    base, ours, theirs = trial.example.texts
    data = _uncounted(trial.parsed.plain())
    for again in ((base, trial.result.text, theirs), (base, ours, trial.result.text)):
        result = trial.run(again)
        wrong = _other_paths(result, set()) or _other_data(_uncounted(_said(result)), data)
        if wrong:
            return wrong
    return None


def format_neutrality(trial: Trial) -> str | None:
    """Another format of one input changes neither conflicts nor data."""
    return _rewritten(trial, restyled)


def order_neutrality(trial: Trial) -> str | None:
    """Another order of keys or soft lists in one input changes neither conflicts nor data."""
    return _rewritten(trial, shuffled)


def refinement(trial: Trial) -> str | None:
    """An answer to one conflict takes that conflict away, and changes nothing else."""
    known = trial.known
    open_ones = [clash for clash in known.clashes if clash.alone]
    if not open_ones or paths_of(trial.result) != known.paths:
        return None
    clash = trial.chance("refinement").choice(open_ones)
    for take in (Take.OURS, Take.THEIRS, Take.BASE):
        wrong = _of_answer(trial, clash, take)
        if wrong:
            return f"{clash.path} answered with {take}: {wrong}"
    return None


def decomposition(trial: Trial) -> str | None:
    """Sections merge alone as they do together."""
    example = trial.example
    keys = [str(child.key) for child in example.base.root.children]
    edits = (*example.scripts.ours, *example.scripts.theirs)
    at_root = (Add, Reorder, Tail)
    if any(isinstance(e, at_root) and e.uid == example.base.root.uid for e in edits):
        return None
    half = set(keys[: len(keys) // 2])
    for tied in _TIED:
        half |= tied & set(keys) if tied & half else set()
    parts = [part(example, some) for some in (half, set(keys) - half)]
    if not all(one.ours.root.children and one.theirs.root.children for one in parts):
        return None  # a file that says nothing is another matter
    results = [trial.run(one.texts) for one in parts]
    wrong = _other_paths(trial.result, set().union(*(paths_of(result) for result in results)))
    together = {key: value for result in results for key, value in _said(result).items()}
    return wrong or _other_data(trial.parsed.plain(), together)


def not_worse_than_git(trial: Trial) -> str | None:
    """What git merges cleanly and rightly is clean here, and says the same."""
    text = None if trial.known.paths else git_merge(trial.example.texts)
    if text is None or not says(text, trial.known.document):
        return None
    return _other_paths(trial.result, set()) or outcome(trial)


LAWS: dict[str, tuple[int, Callable[[Trial], str | None]]] = {
    law.__name__.replace("_", " "): (every, law)
    for every, law in (
        (1, outcome), (1, minimality), (1, placement), (1, locality), (1, no_silent_loss),
        (1, no_invention), (1, both_values), (1, comments_conserved), (1, validity), (1, symmetry),
        (2, re_merge), (1, format_neutrality), (1, order_neutrality), (1, refinement),
        (2, decomposition), (1, not_worse_than_git),
    )
}  # fmt: skip
"""By name: every how-manieth merge is put to it, for it merges so often itself; and the law."""


def paths_of(result: MergeResult) -> set[str]:
    """The places of all conflicts."""
    return {str(conflict.path) for conflict in result.conflicts}


def git_merge(texts: Texts) -> bytes | None:
    """What git makes of three texts; None for a conflict."""
    with tempfile.TemporaryDirectory() as folder:
        names = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for name, text in zip(names, (texts[1], texts[0], texts[2]), strict=True):
            name.write_bytes(text)
        done = subprocess.run(
            ["git", "merge-file", "--stdout", "--quiet", *names], capture_output=True, check=False
        )
    return done.stdout if done.returncode == 0 else None


def says(text: bytes, document: Document) -> bool:
    """Whether a text can be read and says what is known, comments and all."""
    try:
        parsed = parse(text)
    except ParseError:
        return False
    found = sorted(parsed.text[piece.start : piece.end] for piece in comments(parsed))
    return _other_data(parsed.plain(), document.plain()) is None and found == document.comments()


def _said(result: MergeResult) -> dict[str, Any]:
    data = parse(result.text).plain()
    assert isinstance(data, dict)
    return data


def _other_paths(result: MergeResult, known: set[str]) -> str | None:
    found = paths_of(result)
    if found == known:
        return None
    return f"conflicts missed {sorted(known - found)}, needless {sorted(found - known)}"


def _other_data(found: Any, known: Any) -> str | None:
    return None if sorted_items(found) == sorted_items(known) else "the data is not the known one"


def sorted_items(data: Any, key: str = "") -> Any:
    """The data without the order of items, tags and recent things."""
    if isinstance(data, dict):
        return {name: sorted_items(value, name) for name, value in sorted(data.items())}
    if not isinstance(data, list):
        return type(data).__name__, data
    items = [sorted_items(item) for item in data]
    free = key in ("tags", "recent") or any(isinstance(item, dict) for item in data)
    return sorted(items, key=repr) if free else items


def _uncounted(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _uncounted(value) for k, value in data.items() if k not in _COUNTERS}
    return [_uncounted(item) for item in data] if isinstance(data, list) else data


def _counted(text: bytes) -> Counter[str]:
    return Counter(_TOKEN.findall(text.decode()))


def _words(trial: Trial) -> Iterator[tuple[str, int, int]]:
    """Each word that one side alone changed: how often it stands, and how often it should."""
    base, ours, theirs = (_counted(text) for text in trial.example.texts)
    got = _counted(trial.result.text)
    open_words = _excused(trial)
    for word in (base | ours | theirs).keys() - open_words:
        if ours[word] == base[word]:
            yield word, got[word], theirs[word]
        elif theirs[word] in (base[word], ours[word]):
            yield word, got[word], ours[word]


def _excused(trial: Trial) -> set[str]:
    """Words in conflict, and those that other rules bind: followed names, and recent things."""
    example = trial.example
    found = {
        word
        for conflict in trial.result.conflicts
        for text in (conflict.base, conflict.ours, conflict.theirs)
        for word in _TOKEN.findall(text or "")
    }
    for clash in trial.known.clashes:
        found.update(_TOKEN.findall(repr((clash.ours, clash.theirs))))
        for document in (example.base, example.ours, example.theirs):
            found.update(_below(document, clash))
    for document in (example.base, example.ours, example.theirs):
        for node in document.root.walk():
            if node.role == "mru":
                found.update(str(child.value) for child in node.children)
            if node.key == "connections":
                found.update(str(item.child("id").value) for item in node.children)
    return found


def _below(document: Document, clash: Clash) -> set[str]:
    places = document.places()
    uids = {edit.uid for edit in (*clash.ours, *clash.theirs)}
    return {word for uid in uids & places.keys() for word in _TOKEN.findall(repr(places[uid][0]))}


def _has_known_text(trial: Trial) -> bool:
    """Whether the way in which all is written is known as well."""
    example = trial.example
    edits = (*example.scripts.ours, *example.scripts.theirs)
    places = example.base.places()
    looks = [places[edit.uid][0].look for edit in edits if isinstance(edit, Lines)]
    respelt = any(look.quote == "double" or look.trailing for look in looks)
    notes = {line for node in example.base.root.walk() for line in node.note}
    tails = {line for node in trial.known.document.root.walk() for line in node.tail}
    if respelt or notes & tails:  # a text may change its mark, a last note its empty line
        return False
    ends = {text.endswith(b"\n") for text in (*example.texts, written(trial.known.document))}
    return len(ends) == 1 and not trial.known.paths


def _item_lists(
    data: Any, path: tuple[str, ...], seen: dict[str, list[str]]
) -> Iterator[list[tuple[Any, ...]]]:
    if isinstance(data, list):
        items = [item for item in data if isinstance(item, dict)]
        keys = [tuple(item.get(key) for key in ("id", "key", "when")) for item in items]
        if keys:
            yield keys
        if path[-1] == "children":
            seen["panes"] += [item["id"] for item in items]
        for item in items:
            yield from _item_lists(item, path, seen)
    elif isinstance(data, dict):
        if "panels" in path and "connection" in data:
            seen["named"].append(data["connection"])
        for key, value in data.items():
            yield from _item_lists(value, (*path, key), seen)


def _rewritten(trial: Trial, rewrite: Callable[[Document, Random], Document]) -> str | None:
    example = trial.example
    documents = [example.base, example.ours, example.theirs]
    random = trial.chance(rewrite.__name__)
    which = random.randrange(3)
    documents[which] = rewrite(documents[which], random)
    base, ours, theirs = (written(document) for document in documents)
    result = trial.run((base, ours, theirs))
    wrong = _other_paths(result, trial.known.paths)
    wrong = wrong or _other_data(_said(result), trial.known.document.plain())
    return f"{('base', 'ours', 'theirs')[which]} written otherwise: {wrong}" if wrong else None


def _of_answer(trial: Trial, clash: Clash, take: Take) -> str | None:
    known = answered(trial.example.scripts, trial.known, clash, take.value)
    result = trial.run(trial.example.texts, {clash.path: take})
    wrong = _other_paths(result, known.paths)
    return wrong or _other_data(_said(result), known.document.plain())


def asked(law: str, trial: Trial) -> str | None:
    """What a law finds wrong; a result that cannot be read breaks every law."""
    try:
        return LAWS[law][1](trial)
    except ParseError:
        return "a result cannot be read"


def broken(example: Example, merge: Merge = merge3) -> Iterator[tuple[str, str]]:
    """The laws that a merge breaks, each with what is wrong."""
    trial = Trial(example, merge)
    for name, (every, _) in LAWS.items():
        wrong = asked(name, trial) if example.seed % every == 0 else None
        if wrong:
            yield name, wrong


__all__ = ["LAWS", "Trial", "asked", "broken", "git_merge", "paths_of", "says", "sorted_items"]
