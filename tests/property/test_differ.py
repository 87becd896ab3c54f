"""Laws of differences, over generated files and changes whose places are known."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from strategies.yaml_documents import Sample, samples
from stui_workspace.document import Document, delete, parse, set_value
from stui_workspace.document.verify import identical
from stui_workspace.errors import EditError
from stui_workspace.merge.differing import Difference, Kind, differences
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Policy
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import ABSENT, same

POLICY = Policy.from_mapping({})
OTHER_WAY = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
WRITTEN = (Kind.FORMAT, Kind.COMMENT, Kind.EOL)
"""What changes nothing of what a document says."""


def between(before: Document, after: Document) -> list[Difference]:
    return list(differences(before, after, POLICY))


def leaves(value: Any, path: NodePath = ()) -> list[NodePath]:
    if isinstance(value, dict) and value:
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list) and value:
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path] if path else []


def chosen(data: st.DataObject, sample: Sample) -> NodePath:
    paths = leaves(sample.data)
    assume(paths)
    return data.draw(st.sampled_from(paths))


def changed(document: Document, path: NodePath) -> Document:
    """With another value at a path; not every place can be edited."""
    try:
        return set_value(document, path, "zz9")
    except EditError:
        assume(False)
        raise


@given(samples())
def test_a_document_does_not_differ_from_itself(sample: Sample) -> None:
    assert between(parse(sample.content), parse(sample.content)) == []


@given(samples(), samples())
def test_nothing_is_found_exactly_where_nothing_differs(one: Sample, other: Sample) -> None:
    found = between(parse(one.content), parse(other.content))
    assert bool(found) == (one.content != other.content)
    if not identical(one.data, other.data):
        assert any(difference.kind not in WRITTEN for difference in found)


@given(samples(), samples())
def test_the_other_way_round(one: Sample, other: Sample) -> None:
    """What was added is removed, and the old values are the new ones."""
    before, after = parse(one.content), parse(other.content)
    plain = (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)
    forth = {
        (OTHER_WAY.get(found.kind, found.kind), repr(found.after), repr(found.before))
        for found in between(before, after)
        if found.kind in plain
    }
    back = {
        (found.kind, repr(found.before), repr(found.after))
        for found in between(after, before)
        if found.kind in plain
    }
    assert forth == back


@given(samples(), st.data())
def test_a_changed_value_is_found_at_its_path_and_nowhere_else(
    sample: Sample, data: st.DataObject
) -> None:
    path = chosen(data, sample)
    assume("alias" not in sample.tags and "anchor" not in sample.tags)
    before = parse(sample.content)
    assume(not same(before.plain(path), "zz9"))
    found = [one for one in between(before, changed(before, path)) if one.kind not in WRITTEN]
    assert [one.kind for one in found] == [Kind.CHANGED]
    assert found[0].path == MergePath(path)
    assert same(found[0].before, before.plain(path))
    assert found[0].after == "zz9"


@given(samples(), st.data())
def test_a_deleted_key_is_found_at_its_path(sample: Sample, data: st.DataObject) -> None:
    path = chosen(data, sample)
    assume(isinstance(path[-1], str))
    before = parse(sample.content)
    try:
        after = delete(before, path)
    except EditError:
        assume(False)
        return
    found = [one for one in between(before, after) if one.kind not in WRITTEN]
    assert (found[0].kind, found[0].path, found[0].after) == (Kind.REMOVED, MergePath(path), ABSENT)
    assert len(found) == 1


@given(samples(), st.data())
def test_a_changed_comment_is_found_at_its_owner(sample: Sample, data: st.DataObject) -> None:
    """The owners are the generator's, which knows them as it writes."""
    owned = [comment for comment, owner in sample.owners.items() if owner]
    assume(owned)
    comment = data.draw(st.sampled_from(owned))
    owner = sample.owners[comment]
    assert owner is not None
    before = parse(sample.content)
    text = sample.content.decode().replace(comment, "# zz9")
    found = between(before, parse(text))
    assume(len(found) == 1)  # a comment may begin as another one does
    assert found[0].kind in (Kind.COMMENT, Kind.EOL)
    assert "# zz9" in str(found[0].after)
    steps = found[0].path.steps
    assert steps == owner or steps[:-1] == owner or owner[: len(steps)] == steps
