"""What a file beside the workspace is, told from its name alone.

There is one legal name in a folder, so every other that begins alike is a possible version. The
tags that tools put after the stem are taken off one by one, from the end: the one next to the stem
decides how sure it is that the file is a version of the workspace, and not of some
`.stui-workspace-prod.yaml` beside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.sync.name_patterns import (
    ANYWHERE,
    AROUND,
    BRACKETED,
    COPIES,
    COPY_OF,
    INSIDE,
    PLAIN,
    VAGUE,
    WORD,
    WORD_FIRST,
    Certainty,
    Kind,
    Rule,
    compiled,
)

__all__ = ["Certainty", "Kind", "Name", "classify"]

LONGEST: Final = 1024
"""Characters of a name that is looked at. File systems end at 255, whatever they count."""
MOST_TAGS: Final = 32
_FIRST_TRY_OF_VIM: Final = 4913
_STEP_OF_VIM: Final = 123


@dataclass(frozen=True, slots=True)
class Name:
    """What a name says of its file."""

    kind: Kind
    tool: str = ""
    """Who calls files so, as far as the name tells; for people."""
    certainty: Certainty = Certainty.NONE


OTHER: Final = Name(Kind.OTHER)
UNKNOWN_SIBLING: Final = Name(Kind.SUSPECT, "unknown sibling", Certainty.WEAK)
CASE_VARIANT: Final = Name(Kind.SUSPECT, "case variant", Certainty.WEAK)
CONFLICT_WORD: Final = "conflict-word"


def classify(name: str, workspace: str = ".stui-workspace.yaml") -> Name:
    """What a file of that name is, beside a workspace file.

    Never raises, and takes time that grows with the name alone.

    Args:
        name: Of one file, without its folder; however its accents are composed.
        workspace: The file name that the project uses.
    """
    if "/" in name or "\0" in name or not name:
        return OTHER
    name = unicodedata.normalize("NFC", name)
    family = _family(workspace)
    if name == family.name:
        return Name(Kind.WORKSPACE)
    if len(name) > LONGEST:
        return UNKNOWN_SIBLING if family.has(name) else OTHER
    if family.core in name.lower():
        return _made_around(name, family) or _made_inside(name, family) or _copied(name, family)
    return _found_anywhere(name)


@dataclass(frozen=True, slots=True)
class _Family:
    """The workspace, and all that is named after it."""

    name: str
    stem: str
    extension: str

    @property
    def core(self) -> str:
        """What stands in every name that is made from the workspace's, in lower case."""
        return self.stem.lower().lstrip(".")

    @property
    def extensions(self) -> tuple[str, ...]:
        return (".yaml", ".yml") if self.extension in {".yaml", ".yml"} else (self.extension,)

    def has(self, name: str) -> bool:
        """Whether a name begins as the workspace does."""
        return bool(self.stem) and _same(name[: len(self.stem)], self.stem)

    def has_file(self, name: str) -> bool:
        """Whether a name begins and ends as the workspace does."""
        return self.has(name) and name.lower().endswith(self.extensions)

    def is_overlay(self, name: str) -> bool:
        """Whether a name is that of the personal overlay, or made from it."""
        rest = name[len(self.stem) :]
        return compiled(r"(?i:\.local(?![^\W_]).*)").fullmatch(rest) is not None

    def tags_of(self, name: str) -> Iterator[str]:
        """What a tool may have put into a name, or after it."""
        rest = name[len(self.stem) :]
        lower = rest.lower()
        for extension in self.extensions:
            is_last = lower.endswith(extension)
            is_first = lower.startswith(extension)
            if is_first and is_last and len(rest) > 2 * len(extension):
                yield rest[len(extension) : len(rest) - len(extension)]
            if is_last:
                yield rest[: len(rest) - len(extension)]
            if is_first:
                yield rest[len(extension) :]


@lru_cache(maxsize=16)
def _family(workspace: str) -> _Family:
    name = unicodedata.normalize("NFC", workspace)
    dot = name.rfind(".")
    if dot <= 0:
        return _Family(name, name, "")
    return _Family(name, name[:dot], name[dot:].lower())


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _found_anywhere(name: str) -> Name:
    """What a name is that says nothing of the file it stands for."""
    for rule in ANYWHERE:
        if rule.match(name):
            return Name(rule.kind, rule.tool, Certainty.STRONG)
    if compiled("[0-9]{5}").fullmatch(name):
        is_vims = int(name) in range(_FIRST_TRY_OF_VIM, 100_000, _STEP_OF_VIM)
        return Name(Kind.TEMPORARY, "vim", Certainty.STRONG) if is_vims else OTHER
    return OTHER


def _made_around(name: str, family: _Family) -> Name | None:
    """What a name is that was made by putting something before or after another; None if not."""
    for rule in AROUND:
        found = rule.match(name)
        if found is None:
            continue
        of = found["of"]
        belongs = family.has_file if rule.needs_extension else family.has
        origin = next((one for one in _origins(of, rule) if belongs(one)), None)
        if origin is not None:
            return OTHER if family.is_overlay(origin) else _sure(rule)
    return None


def _origins(of: str, rule: Rule) -> Iterator[str]:
    """What the name may have been, that the tool made its own from."""
    yield of
    if rule.may_add_dot and of.startswith("."):
        yield of[1:]
    if rule.drops_dot:
        yield f".{of}"


def _sure(rule: Rule) -> Name:
    return Name(rule.kind, rule.tool, Certainty.STRONG)


def _made_inside(name: str, family: _Family) -> Name | None:
    """What a name is that begins as the workspace does; None if it does not."""
    if not family.has(name):
        return _made_of_extension(name, family)
    if family.is_overlay(name):
        return OTHER
    if _same(name, family.name):
        return CASE_VARIANT
    for tags in family.tags_of(name):
        for rule in INSIDE:
            if rule.match(tags):
                return _sure(rule)
        judged = _judged(tags)
        if judged is not None:
            return judged
    return UNKNOWN_SIBLING


def _made_of_extension(name: str, family: _Family) -> Name | None:
    """The copy that Syncthing makes of a name that is all extension, `.stuirc`."""
    if family.extension or not family.stem.startswith(".") or not name.endswith(family.stem):
        return None
    rule = PLAIN[0]
    rest = name[: -len(family.stem)]
    return _sure(rule) if (found := rule.match(rest)) and not found["before"] else None


def _copied(name: str, family: _Family) -> Name:
    """What a name is that does not begin as the workspace does, though it has it in it."""
    found = COPY_OF.match(name)
    if found is not None:
        of = found["of"]
        made = _made_inside(of, family) if of != family.name else Name(Kind.WORKSPACE)
        if made is not None and made.kind in {Kind.WORKSPACE, Kind.CONFLICT}:
            return Name(Kind.CONFLICT, COPY_OF.tool, Certainty.WEAK)
    return _found_anywhere(name)


def _judged(tags: str) -> Name | None:
    """What the tags between the stem and the extension say; None where some are not known."""
    taken: list[_Tag] = []
    rest = tags
    while rest and len(taken) < MOST_TAGS:
        tag = _last_tag(rest)
        if tag is None:
            break
        taken.append(tag)
        rest = tag.before
    if rest:
        taken = [tag] if (tag := _tag_by_word(tags)) else []
    if not taken:
        return None
    certainty = taken[-1].certainty
    tool = next(tag.tool for tag in taken if tag.certainty is certainty)
    return Name(Kind.CONFLICT, tool, certainty)


@dataclass(frozen=True, slots=True)
class _Tag:
    """What one tool, or one person, put after what was there before."""

    tool: str
    certainty: Certainty
    before: str = ""


def _last_tag(tags: str) -> _Tag | None:
    before, bracketed = _split_at_bracket(tags)
    if bracketed:
        for rule in BRACKETED:
            if rule.match(bracketed):
                return _Tag(rule.tool, Certainty.STRONG, before)
        if compiled(WORD).search(bracketed):
            return _Tag(CONFLICT_WORD, Certainty.STRONG, before)
    return (
        _tag_by(PLAIN, tags, Certainty.STRONG)
        or _tag_by(COPIES, tags, Certainty.WEAK)
        or _tag_by_word(tags)
        or _tag_by(VAGUE, tags, Certainty.WEAK)
    )


def _split_at_bracket(tags: str) -> tuple[str, str]:
    """The last tag in brackets, where one is last, and what stands before it.

    Names of people have brackets too, and not always both.
    """
    if not tags.endswith((")", "]")):
        return tags, ""
    depth = start = 0
    for place, character in enumerate(tags):
        if character in "([":
            start = start if depth else place
            depth += 1
        elif character in ")]":
            depth = max(0, depth - 1)
    if start and tags[start - 1] == " ":
        start -= 1
    return tags[:start], tags[start:]


def _tag_by(rules: tuple[Rule, ...], tags: str, certainty: Certainty) -> _Tag | None:
    for rule in rules:
        found = rule.match(tags)
        if found is not None:
            return _Tag(rule.tool, certainty, found["before"])
    return None


def _tag_by_word(tags: str) -> _Tag | None:
    """All the tags as one, if there is a word for conflict among them."""
    if compiled(WORD_FIRST).match(tags):
        return _Tag(CONFLICT_WORD, Certainty.STRONG)
    if not tags[0].isalnum() and compiled(WORD).search(tags):
        return _Tag(CONFLICT_WORD, Certainty.WEAK)
    return None
