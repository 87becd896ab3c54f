"""Laws of editing, over generated files whose data and owners of comments are known."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from strategies.yaml_documents import Sample, samples
from stui_workspace.document import (
    Document,
    apply_edits,
    delete,
    insert_item,
    insert_key,
    move_item,
    move_key,
    parse,
    rename_key,
    replace_each,
    set_value,
)
from stui_workspace.document.slices import comments
from stui_workspace.errors import EditError
from stui_workspace.model.paths import NodePath

VALUES: list[Any] = [
    "zz9", 42, None, True, "", "no", "a: b", "x\ny\n", "  lead\nx", "tab\tx", "\u00e9\U0001f600",
    "multi\n\nline", {}, [], {"n": 1}, [1, "two"], {"n": {"m": [{"q": "x\ny"}, [3]]}},
    [[1], [{"a": []}]], "# c", "trailing ", 1.5, "it's", 'say "hi"', "\n", "x\n\n", "\u2028",
]  # fmt: skip
values = st.sampled_from(VALUES)
one_line = st.sampled_from(
    [value for value in VALUES if not isinstance(value, (dict, list)) and "\n" not in str(value)]
)


def paths(data: Any, path: NodePath = ()) -> list[NodePath]:
    steps = (
        list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else []
    )
    return [found for step in steps for found in ((*path, step), *paths(data[step], (*path, step)))]


def at(data: Any, path: NodePath) -> Any:
    for step in path:
        data = data[step]
    return data


def seen(value: Any) -> str:
    return repr(value)


def written_comments(document: Document) -> list[str]:
    return [document.text[piece.start : piece.end] for piece in comments(document)]


def is_below(sample: Sample, comment: str, path: NodePath) -> bool:
    owner = sample.owners[comment]
    return owner is not None and owner[: len(path)] == path


def following(text: str) -> dict[str, str]:
    """Each comment line to the start of the entry right below it in its own column."""
    lines = text.replace("\r", "").split("\n")
    found = {}
    for number, line in enumerate(lines):
        comment = line.strip(" ")
        below = next(
            (other for other in lines[number:] if not other.strip(" ").startswith("#")), ""
        )
        column = len(line) - len(line.lstrip(" "))
        if (
            comment.startswith("#")
            and below.strip()
            and len(below) - len(below.lstrip(" ")) == column
        ):
            below = below.strip(" ").removeprefix("- ").strip(" ")
            found[comment] = below.split(":")[0].split("[")[0].split("{")[0]
    return found


def allowed(sample: Sample) -> None:
    """Skip the example: a refusal is right only where something is shared."""
    assert "alias" in sample.tags
    assume(False)


picks = st.integers(0, 10**6)


def pick(sample: Sample, number: int) -> NodePath:
    found = paths(sample.data)
    return found[number % len(found)]


@given(sample=samples(), number=picks, pure=st.booleans())
def test_setting_a_value_to_itself_changes_nothing(
    sample: Sample, number: int, *, pure: bool
) -> None:
    path = pick(sample, number)
    document = parse(sample.content, pure=pure)
    try:
        assert set_value(document, path, at(sample.data, path)).content == sample.content
    except EditError:
        allowed(sample)


@given(samples(), picks, one_line)
def test_setting_a_scalar_changes_only_its_span(sample: Sample, number: int, value: Any) -> None:
    path = pick(sample, number)
    document = parse(sample.content)
    assume(not isinstance(at(sample.data, path), (dict, list)))
    span = document.span(path)
    try:
        changed = set_value(document, path, value)
    except EditError:
        allowed(sample)
    assert changed.text.startswith(document.text[: span.start])
    assert written_comments(changed) == written_comments(document)
    if "block scalar" not in sample.tags:
        assert changed.text.endswith(document.text[span.end :])
        lost = document.text[span.start : span.end].count("\n")
        assert changed.text.count("\n") == document.text.count("\n") - lost


@given(samples(), picks, values)
def test_setting_a_value_says_it_and_keeps_the_comments(
    sample: Sample, number: int, value: Any
) -> None:
    path = pick(sample, number)
    document = parse(sample.content)
    meant = copy.deepcopy(sample.data)
    at(meant, path[:-1])[path[-1]] = value
    try:
        changed = set_value(document, path, value)
    except EditError:
        allowed(sample)
    if not isinstance(value, (dict, list)):
        assert seen(changed.plain()) == seen(meant)
    assert changed.plain() == meant
    left = written_comments(changed)
    assert all(is_below(sample, c, path) for c in written_comments(document) if c not in left)
    if not isinstance(at(sample.data, path), (dict, list)):
        assert left == written_comments(document)


@given(sample=samples(), number=picks, pure=st.booleans())
def test_deleting_takes_its_own_comments_and_no_other(
    sample: Sample, number: int, *, pure: bool
) -> None:
    path = pick(sample, number)
    document = parse(sample.content, pure=pure)
    meant = copy.deepcopy(sample.data)
    del at(meant, path[:-1])[path[-1]]
    try:
        changed = delete(document, path)
    except EditError:
        allowed(sample)
    assert seen(changed.plain()) == seen(meant)
    survivors = [c for c in written_comments(document) if not is_below(sample, c, path)]
    assert written_comments(changed) == survivors
    before, after = following(document.text), following(changed.text)
    notes = {c for c in survivors if sample.owners[c] in (None, path[:-1])}
    assert all(after.get(c) == before[c] for c in survivors if c in before and c not in notes)


@given(samples(), picks, values, picks)
def test_inserting_then_deleting_restores_the_bytes(
    sample: Sample, number: int, value: Any, place: int
) -> None:
    targets = [
        path
        for path in [(), *paths(sample.data)]
        if isinstance(at(sample.data, path), (dict, list))
    ]
    path = targets[number % len(targets)]
    document = parse(sample.content)
    there = at(sample.data, path)
    meant = copy.deepcopy(sample.data)
    try:
        if isinstance(there, list):
            index = place % (len(there) + 1)
            changed = insert_item(document, path, index, value)
            at(meant, path).insert(index, value)
            added: NodePath = (*path, index)
        else:
            beside = {"after": list(there)[place % len(there)]} if there and place % 3 else {}
            if place % 3 == 1 and there:
                beside = {"before": beside["after"]}
            changed = insert_key(document, path, "new key", value, **beside)
            at(meant, path)["new key"] = value
            added = (*path, "new key")
    except EditError:
        allowed(sample)
    assert changed.plain() == meant
    assert written_comments(changed) == written_comments(document)
    after = following(changed.text)
    assert all(
        after.get(c) == line
        for c, line in following(document.text).items()
        if sample.owners.get(c, path) not in (None, path)
    )
    if not changed.text.endswith("\n") or document.text.endswith("\n"):
        assert delete(changed, added).content == sample.content


@given(
    samples(), picks, st.sampled_from(["renamed", "two words", "true", "1", "k: v", "#x", "\u00e9"])
)
def test_renaming_changes_the_name(sample: Sample, number: int, name: str) -> None:
    path = pick(sample, number)
    parent = at(sample.data, path[:-1])
    assume(isinstance(parent, dict) and name not in parent)
    document = parse(sample.content)
    meant = copy.deepcopy(sample.data)
    target = at(meant, path[:-1])
    entries = [(name if key == path[-1] else key, item) for key, item in target.items()]
    target.clear()
    target.update(entries)
    try:
        changed = rename_key(document, path, name)
    except EditError:
        allowed(sample)
    assert seen(changed.plain()) == seen(meant)
    assert written_comments(changed) == written_comments(document)


@given(samples(), picks, picks)
def test_moving_takes_its_own_comments_along(sample: Sample, number: int, place: int) -> None:
    targets = [
        path
        for path in [(), *paths(sample.data)]
        if isinstance(at(sample.data, path), (dict, list)) and len(at(sample.data, path)) > 1
    ]
    assume(targets)
    path = targets[number % len(targets)]
    there = at(sample.data, path)
    index, to = place % len(there), place // len(there) % len(there)
    assume(index != to)
    document = parse(sample.content)
    meant = copy.deepcopy(sample.data)
    if isinstance(there, list):
        at(meant, path).insert(to, at(meant, path).pop(index))
    else:
        entries = list(at(meant, path).items())
        entries.insert(to, entries.pop(index))
        at(meant, path).clear()
        at(meant, path).update(entries)
    try:
        if isinstance(there, list):
            changed = move_item(document, path, index, to)
        else:
            names = list(there)
            beside = {"before" if to < index else "after": names[to]}
            changed = move_key(document, (*path, names[index]), **beside)
    except EditError:
        shared = "#" in document.written(path) and document.style(path) == "flow"
        assert shared or "alias" in sample.tags
        assume(False)
    assert seen(changed.plain()) == seen(meant)
    own: NodePath = (*path, index if isinstance(there, list) else list(there)[index])
    before, after = written_comments(document), written_comments(changed)
    for moved in (True, False):
        assert [c for c in after if is_below(sample, c, own) is moved] == [
            c for c in before if is_below(sample, c, own) is moved
        ]


@given(samples(), st.lists(st.tuples(picks, values), min_size=2, max_size=5))
def test_edit_after_edit_says_what_plain_data_says(
    sample: Sample, steps: list[tuple[int, Any]]
) -> None:
    document, data = parse(sample.content), copy.deepcopy(sample.data)
    for number, value in steps:
        found = paths(data)
        if not found:
            return
        path = found[number % len(found)]
        try:
            if number % 3:
                document = set_value(document, path, value)
                at(data, path[:-1])[path[-1]] = copy.deepcopy(value)
            else:
                document = delete(document, path)
                del at(data, path[:-1])[path[-1]]
        except EditError:
            assert "alias" in sample.tags
            continue
        assert document.plain() == data


@given(st.data())
def test_values_replaced_at_once_are_those_that_were_set_one_by_one(data: st.DataObject) -> None:
    sample = data.draw(samples())
    document = parse(sample.content)
    leaves = [
        one for one in paths(sample.data) if not isinstance(at(sample.data, one), (dict, list))
    ]
    assume(leaves)
    chosen = data.draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=4, unique=True))
    wanted = {path: data.draw(one_line) for path in chosen}
    try:
        together, splices = replace_each(document, wanted)
    except EditError:
        assume(False)
    one_by_one = document
    for path, value in wanted.items():
        alone = set_value(document, path, value)
        if alone is not document:  # it says something else there
            assert apply_edits(document.text, splices[path]) == alone.text
        one_by_one = set_value(one_by_one, path, value)
    assert seen(together.plain()) == seen(one_by_one.plain())
    assert written_comments(together) == written_comments(document)
