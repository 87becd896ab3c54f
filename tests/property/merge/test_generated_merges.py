"""The generated merges are what they say they are, before any merge is held to them."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from strategies.merging import Example, example, smaller
from strategies.merging_edits import Edit, edited
from strategies.merging_model import Document
from strategies.merging_outcomes import Scripts, outcome
from strategies.merging_styles import restyled, shuffled
from strategies.merging_writer import written
from stui_workspace.document import parse
from stui_workspace.document.slices import comments
from support.merge_laws import sorted_items

SEEDS = range(50_000, 50_400)


def says_itself(document: Document) -> bool:
    """Whether the text of a document, read, says what the document does, comments and all."""
    parsed = parse(written(document))
    found = sorted(parsed.text[piece.start : piece.end] for piece in comments(parsed))
    return parsed.plain() == document.plain() and found == document.comments()


def test_texts_say_what_their_documents_do() -> None:
    for seed in SEEDS:
        one = example(seed)
        for document in (one.base, one.ours, one.theirs, one.outcome.document):
            assert says_itself(document), seed


@pytest.mark.parametrize("rewrite", [restyled, shuffled])
def test_what_is_written_otherwise_says_the_same(rewrite: object) -> None:
    assert callable(rewrite)
    changed = 0
    for seed in SEEDS:
        document = example(seed).ours
        other = rewrite(document, Random(seed))  # noqa: S311
        assert sorted_items(other.plain()) == sorted_items(document.plain()), seed
        assert says_itself(other), seed
        changed += written(other) != written(document)
    assert changed > len(SEEDS) / 2


def test_one_number_makes_one_merge() -> None:
    for seed in SEEDS[:50]:
        assert example(seed).texts == example(seed).texts


def test_scripts_that_do_not_meet_have_no_conflict() -> None:
    for seed in SEEDS:
        one = example(seed, meeting=0.0)
        touched = [set(map(one.scripts.thing, edits)) for edits in _sides(one)]
        if not touched[0] & touched[1] and not _is_any_deleted(one):
            assert not one.outcome.paths - {p for p in one.outcome.paths if "#" in p}, seed


def _sides(one: Example) -> tuple[list[Edit], list[Edit]]:
    return one.scripts.ours, one.scripts.theirs


def _is_any_deleted(one: Example) -> bool:
    return any(type(edit).__name__ == "Delete" for edits in _sides(one) for edit in edits)


def test_swapped_scripts_have_the_same_conflicts() -> None:
    for seed in SEEDS:
        one = example(seed)
        swapped = outcome(Scripts(one.base, one.scripts.theirs, one.scripts.ours))
        assert swapped.paths == one.outcome.paths, seed


def test_a_script_against_none_comes_to_that_script() -> None:
    for seed in SEEDS:
        one = example(seed)
        alone = outcome(Scripts(one.base, one.scripts.ours, []))
        assert written(alone.document) == written(one.ours), seed
        assert not alone.clashes, seed


def test_a_script_against_itself_is_made_once() -> None:
    for seed in SEEDS:
        one = example(seed)
        twice = outcome(Scripts(one.base, one.scripts.ours, list(one.scripts.ours)))
        assert sorted_items(twice.document.plain()) == sorted_items(one.ours.plain()), seed
        assert not twice.clashes, seed


def test_every_kind_of_edit_and_conflict_occurs() -> None:
    edits: Counter[str] = Counter()
    aspects: Counter[str] = Counter()
    for seed in range(60_000, 61_500):
        one = example(seed)
        edits.update(type(edit).__name__ for side in _sides(one) for edit in side)
        aspects.update(path.partition("#")[2] or "value" for path in one.outcome.paths)
    assert set(edits) == {kind.__name__ for kind in Edit.__args__}
    assert set(aspects) == {"value", "comment", "eol", "order", "parent"}
    assert min(edits.values()) >= 10


def test_a_smaller_merge_is_smaller() -> None:
    one = example(SEEDS[0])
    sizes = [sum(map(len, other.texts)) + _edits(other) for other in smaller(one)]
    assert sizes
    assert max(sizes) < sum(map(len, one.texts)) + _edits(one) + 200


def _edits(one: Example) -> int:
    return sum(len(side) for side in _sides(one))


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    for seed in SEEDS[:100]:
        one = example(seed)
        for edit in one.scripts.ours:
            before = {node.uid: node for node in one.base.root.walk()}
            after = {node.uid: node for node in edited(one.base, [edit]).root.walk()}
            changed = {
                uid for uid in before.keys() & after.keys() if _own(before[uid]) != _own(after[uid])
            }
            allowed = {node.uid for node in before[edit.uid].walk()} | set(
                one.scripts.above(edit.uid)
            )
            near = {child.uid for uid in allowed for child in before[uid].children}
            assert changed <= allowed | near, (seed, edit)


def _own(node: object) -> tuple[object, ...]:
    return tuple(getattr(node, name) for name in ("kind", "key", "value", "comment", "eol", "note"))
