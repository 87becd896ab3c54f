"""The whole gate: the result is read again and held against a merge of its own."""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.document import Document, Limits, read
from stui_workspace.merge.gate.anchors import check_anchors, know_anchors
from stui_workspace.merge.gate.comments import check_comments
from stui_workspace.merge.gate.excuses import Excuses
from stui_workspace.merge.gate.references import check_references, know_names
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import ObjectionError
from stui_workspace.merge.gate.trees import check_trees
from stui_workspace.merge.gate.walking import check
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import Conflict

NOTHING_SETTLED: frozenset[str] = frozenset()


def objection(
    documents: tuple[Document, Document, Document],
    result: str,
    conflicts: Sequence[Conflict],
    policy: Policy,
    settled: frozenset[str] = NOTHING_SETTLED,
) -> str | None:
    """Why `result` may not go out, in a sentence without values; None where it may.

    `documents` are base, ours and theirs. At and below a conflict, and a path that was settled,
    the result may hold anything that comes from one of them.
    """
    document = _document(documents, result)
    if document is None:
        return "the result cannot be read as YAML"
    scene = Scene((*documents, document), Excuses(conflicts, settled), policy, check)
    try:
        know_names(scene)
        know_anchors(scene)
        check_trees(scene)
        scene.check(scene.root)
        check_references(scene)
        check_anchors(scene)
        check_comments(scene)
    except ObjectionError as error:
        return str(error)
    return None


def _document(documents: tuple[Document, Document, Document], result: str) -> Document | None:
    for document in documents[1:]:
        if document.text == result:
            return document
    return read(result.encode("utf-8", "surrogatepass"), Limits.anything()).document
