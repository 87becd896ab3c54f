"""The aspects of a member around its value: blank lines and comments."""

from __future__ import annotations

from stui_workspace.document.nodes import Mapping, Sequence
from stui_workspace.merge.engine.columns import dedented, shifted
from stui_workspace.merge.engine.context import Context, Texts, side_of
from stui_workspace.merge.engine.frames import Frame, Spot, Versions, three_of, versions_of
from stui_workspace.merge.engine.matching import Triple
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.notes import note_text
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.result import Choice, Take, Written

_REASON = "both sides changed the comment, and not alike"


def lead(context: Context, versions: Versions, spot: Spot, frame: Frame) -> str:
    """The blank lines and the comment above a member, as whole lines."""
    blanks = three_of(versions, "blanks")
    raws = _pieces(versions, "comment")
    flat = _flat(raws)
    side = _whose(context, versions, flat, spot.path.of("comment"))
    if side is None:
        answer = _clash(context, spot.path.of("comment"), flat)
        words = _words(answer, flat)
        if words is not None:
            return blanks + comment_lines(words, frame.column)
        side = side_of(answer)
    elif flat[0] == flat[1] == flat[2]:
        side = _form_of(versions, raws)
    return blanks + _placed(versions, raws, side, frame)


def trail(context: Context, versions: Versions, spot: Spot) -> str:
    """The blanks and the comment at the end of a member's line."""
    raws = _pieces(versions, "trail")
    flat = _flat(raws)
    side = _whose(context, versions, flat, spot.path.of("eol"))
    if side is not None:
        same = flat[0] == flat[1] == flat[2]
        return three_of(versions, "trail") if same else raws[side]
    answer = _clash(context, spot.path.of("eol"), flat)
    if isinstance(answer, Written):
        return "  " + comment_lines(answer.text, 0).strip() if answer.text.strip() else ""
    if answer is Take.BOTH:
        return f"{raws[1]} {flat[2]}"
    return raws[side_of(answer)]


def below(context: Context, versions: Versions, spot: Spot, columns: tuple[int, int | None]) -> str:
    """The comment lines that end a member, as the tail of a list does.

    `columns` are where the member begins in the result, and the members of its nested value.
    """
    raws = _pieces(versions, "below")
    if not any(raws):
        return ""
    flat = _flat(raws)
    side = _whose(context, versions, flat, spot.path.of("comment"))
    if side is None:
        answer = _clash(context, spot.path.of("comment"), flat)
        words = _words(answer, flat)
        if words is not None:
            outer, inner = columns
            return comment_lines(words, outer + 1 if inner is None else max(inner, outer + 1))
        side = side_of(answer)
    elif flat[0] == flat[1] == flat[2]:
        side = _form_of(versions, raws)
    return _tail(versions[side], raws[side], columns)


def _tail(member: Member | None, raw: str, columns: tuple[int, int | None]) -> str:
    """The tail of one side, as deep inside the member as its members are."""
    outer, inner = columns
    if member is None:
        return ""
    node = member.node
    if inner is not None and member.is_nested and isinstance(node, (Mapping, Sequence)):
        return shifted(raw, inner - member.side.column(node))
    return shifted(raw, outer - member.column)


def note(context: Context, triple: Triple, spot: Spot, frame: Frame) -> str | None:
    """A section note; None where it is gone."""
    versions = versions_of(triple)
    base, ours, theirs = (None if member is None else note_text(member) for member in versions)
    path = MergePath(spot.path.steps[:-1], "comment")
    if ours == base:
        if theirs != base:
            context.decide(path, "theirs", "only theirs changed it")
        side = 2 if theirs != base or _is_moved(versions) else 1
    elif theirs in (base, ours):
        context.decide(path, "ours" if theirs == base else "both", "theirs has no other change")
        side = 1
    else:
        answer = context.clash(path, Texts(base, ours, theirs), _REASON)
        if isinstance(answer, Written):
            return comment_lines(answer.text, frame.column) + "\n"
        side = side_of(answer) if answer is not None or ours is not None else 2
    member = versions[side]
    return None if member is None else shifted(member.raw(), frame.column - member.column)


def comment_lines(words: str, column: int) -> str:
    """Words as comment lines."""
    lines = [line.strip() for line in words.strip().splitlines()]
    return "".join(
        f"{' ' * column}{line if line.startswith('#') else '# ' + line}\n" for line in lines
    )


Pieces = tuple[str, str, str]


def _pieces(versions: Versions, name: str) -> Pieces:
    base, ours, theirs = (
        "" if member is None else str(getattr(member, name)) for member in versions
    )
    return base, ours, theirs


def _flat(raws: Pieces) -> Pieces:
    base, ours, theirs = (dedented(raw.strip("\n")).strip() for raw in raws)
    return base, ours, theirs


def _whose(context: Context, versions: Versions, flat: Pieces, path: MergePath) -> int | None:
    """Whose comment stands in the result; None for a conflict."""
    base, ours, theirs = flat
    if versions[1] is None:
        return 2
    if versions[2] is None or theirs == ours:
        return 1
    if ours == base:
        context.decide(path, "theirs", "only theirs changed it")
        return 2
    if theirs == base:
        context.decide(path, "ours", "only ours changed it")
        return 1
    return None


def _clash(context: Context, path: MergePath, flat: Pieces) -> Choice | None:
    return context.clash(path, Texts(*(text or None for text in flat)), _REASON)


def _words(answer: Choice | None, flat: Pieces) -> str | None:
    if isinstance(answer, Written):
        return answer.text
    return f"{flat[1]}\n{flat[2]}" if answer is Take.BOTH else None


def _form_of(versions: Versions, raws: Pieces) -> int:
    """Whose spelling of an unchanged comment: theirs, where only they changed that."""
    base, ours, theirs = versions
    if ours is None or (base and theirs and raws[1] == raws[0] != raws[2]):
        return 2
    return 1


def _is_moved(versions: Versions) -> bool:
    base, ours, theirs = versions
    return bool(ours is None or (base and theirs and ours.raw() == base.raw() != theirs.raw()))


def _placed(versions: Versions, raws: Pieces, side: int, frame: Frame) -> str:
    member = versions[side]
    return "" if member is None else shifted(raws[side], frame.column - member.column)
