"""Whole files: bytes to documents and back, with line ends, byte order mark and final newline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stui_workspace.document import Document, Limits, read
from stui_workspace.merge.engine.context import UnmergeableError, side_of, three
from stui_workspace.merge.engine.documents import Documents, Manner, Outcome, lost, walked
from stui_workspace.merge.engine.marks import Marks
from stui_workspace.merge.gate import objection
from stui_workspace.merge.lines import Agreed, Labels, lines_of, marked, matching, merge_lines
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import Choice, Conflict, Decision, MergeResult, Take
from stui_workspace.model.records import replace
from stui_workspace.model.values import same

Three = tuple[bytes, bytes, bytes]
_LIMITS: Final = Limits.anything()
_BOM: Final = b"\xef\xbb\xbf"
_UNSAFE: Final = "the changes could not be put together safely"
_EMPTIED: Final = "one side emptied it, the other changed it"


def merged(contents: Three, policy: Policy, choices: Mapping[str, Choice]) -> MergeResult:
    """The merge of three files of which no two are alike."""
    return _merged(contents, policy, choices)[0]


def marked_merge(
    contents: Three, policy: Policy, choices: Mapping[str, Choice], markers: tuple[Labels, int]
) -> tuple[MergeResult, bytes]:
    """The same, and its text with the conflicts between markers."""
    result, again = _merged(contents, policy, choices)
    if result.is_clean:
        return result, result.text
    if again is None:
        return result, _marked_lines(contents, markers)
    documents, manner = again
    marks = Marks(*markers)
    outcome = walked(documents, policy, replace(manner, marks=marks))
    if any(str(conflict.path) not in marks.done for conflict in outcome.conflicts):
        return result, _marked_lines(contents, markers)
    return result, _finished(outcome.text, contents)


def _merged(
    contents: Three, policy: Policy, choices: Mapping[str, Choice]
) -> tuple[MergeResult, tuple[Documents, Manner] | None]:
    """The merge, and how to walk it again; None where there is no merge by meaning."""
    documents = tuple(read(_plain(content), _LIMITS).document for content in contents)
    base, ours, theirs = documents
    if base is None or ours is None or theirs is None:
        return _unusable(contents, documents, choices), None
    if base.root is ours.root is theirs.root is None:
        return _by_lines(contents, _as_a_whole(contents, 1, _UNSAFE, choices)), None
    for side, other in ((ours, 2), (theirs, 1)):
        if side.root is None and base.root is not None:
            return _as_a_whole(contents, other, _EMPTIED, choices), None
    found = _verified((base, ours, theirs), policy, choices)
    if found is None:
        return _as_a_whole(contents, 1, _UNSAFE, choices), None
    outcome, manner = found
    text = _finished(outcome.text, contents)
    result = MergeResult(text, outcome.conflicts, outcome.decisions)
    return result, ((base, ours, theirs), manner)


def _verified(
    documents: Documents, policy: Policy, choices: Mapping[str, Choice]
) -> tuple[Outcome, Manner] | None:
    """The finest merge that the gate lets through, and how it was made; None for none."""
    doubts: tuple[Decision, ...] = ()
    for coarse in (False, True):
        manner = Manner(choices, coarse)
        try:
            outcome, doubt = _tried(documents, policy, manner)
            more = frozenset[int]() if doubt is None else lost(outcome, policy)
            if more:  # what others refer to stays, and is a conflict
                manner = replace(manner, sides=outcome.sides, kept=more)
                outcome, doubt = _tried(documents, policy, manner)
        except UnmergeableError:
            continue
        if doubt is None:
            return replace(outcome, decisions=(*doubts, *outcome.decisions)), manner
        why = f"a finer merge is not safe: {doubt}"
        doubts = (*doubts, Decision(MergePath(), "conflict", why))
    return None


def _tried(documents: Documents, policy: Policy, manner: Manner) -> tuple[Outcome, str | None]:
    """A merge, and what the gate says against it."""
    outcome = render(documents, policy, manner)
    settled = frozenset(manner.choices)
    return outcome, objection(documents, outcome.text, outcome.conflicts, policy, settled)


def render(documents: Documents, policy: Policy, manner: Manner) -> Outcome:
    """The engine's merge.

    Raises:
        UnmergeableError: There is none; whatever goes wrong in the engine is no more than that.
    """
    try:
        return walked(documents, policy, manner)
    except UnmergeableError:
        raise
    except Exception as error:
        raise UnmergeableError from error


def _plain(content: bytes) -> bytes:
    """The content with LF, a final newline and without byte order mark."""
    content = content.removeprefix(_BOM).replace(b"\r\n", b"\n")
    return content if content.endswith(b"\n") or not content else content + b"\n"


def _unusable(
    contents: Three, documents: tuple[Document | None, ...], choices: Mapping[str, Choice]
) -> MergeResult:
    """The answer where one of the three says nothing that can be understood."""
    names = ("base", "ours", "theirs")
    broken = [n for n, document in zip(names, documents, strict=True) if document is None]
    reason = f"{' and '.join(broken)} cannot be read as YAML"
    if documents[1] is not None or documents[2] is not None:
        return _as_a_whole(contents, 1 if documents[1] is not None else 2, reason, choices)
    result = _as_a_whole(contents, 1, reason, choices)
    by_lines = _by_lines(contents, result)
    return replace(result, text=by_lines.text)


def _by_lines(contents: Three, otherwise: MergeResult) -> MergeResult:
    """The merge by lines if that is clean; what was decided before if not."""
    regions = merge_lines(*(lines_of(_text(content)) for content in contents))
    if otherwise.is_clean or not all(isinstance(region, Agreed) for region in regions):
        return otherwise
    text = "".join(line for found in regions if isinstance(found, Agreed) for line in found.lines)
    decision = Decision(MergePath(), "both", "put together line by line")
    return MergeResult(text.encode("utf-8", "surrogateescape"), (), (decision,))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _marked_lines(contents: Three, markers: tuple[Labels, int]) -> bytes:
    """The merge by lines; by meaning there is none."""
    labels, size = markers
    regions = merge_lines(*(lines_of(_text(content)) for content in contents))
    return marked(regions, labels, size=size).encode("utf-8", "surrogateescape")


def _as_a_whole(
    contents: Three, usable: int, reason: str, choices: Mapping[str, Choice]
) -> MergeResult:
    answer = choices.get("/")
    if isinstance(answer, Take):
        decision = Decision(MergePath(), answer.value, "so it was answered")
        return MergeResult(contents[side_of(answer)], (), (decision,))
    base, ours, theirs = (content.decode("utf-8", "replace") for content in contents)
    conflict = Conflict(MergePath(), base, ours, theirs, reason, sensitive=True)
    decision = Decision(MergePath(), "conflict", reason)
    return MergeResult(contents[usable], (conflict,), (decision,))


def _finished(text: str, contents: Three) -> bytes:
    """The text with the byte order mark, line ends and final newline that the sides decide on."""
    has_newline = three(*(not content or content.endswith(b"\n") for content in contents))
    if not has_newline and _is_ended_alike(text):
        text = text.removesuffix("\n")
    base, ours, theirs = (_ends(content) for content in contents)
    end = three(base, ours, theirs) or theirs
    if end == "crlf":
        text = text.replace("\n", "\r\n")
    elif end == "mixed":
        text = _mixed(text, contents[1 if ours == "mixed" else 2])
    has_mark = three(*(content.startswith(_BOM) for content in contents))
    return (_BOM if has_mark else b"") + text.encode()


def _is_ended_alike(text: str) -> bool:
    """Whether the text says the same without its final newline: a literal block may not."""
    with_end, without = (
        read(t.encode(), _LIMITS).document for t in (text, text.removesuffix("\n"))
    )
    if with_end is None or without is None:
        return False
    return same(with_end.plain(), without.plain())


def _ends(content: bytes) -> str | None:
    all_lines, with_cr = content.count(b"\n"), content.count(b"\r\n")
    if not all_lines:
        return None
    if with_cr in (0, all_lines):
        return "crlf" if with_cr else "lf"
    return "mixed"


def _mixed(text: str, content: bytes) -> str:
    """The text with each line that is in `content` ended as it is there."""
    old = content.decode().removeprefix("\ufeff").split("\n")
    new = text.split("\n")
    returned = [line.endswith("\r") for line in old]
    wanted = [sum(returned) * 2 > len(old)] * len(new)
    for one, other in matching([line.removesuffix("\r") for line in old], new):
        wanted[other] = returned[one]
    ends = ["\r" if wish else "" for wish in wanted[:-1]]
    return "\n".join(line + end for line, end in zip(new, [*ends, ""], strict=True))
