"""What is right goes out, and of what is wrong in it nearly nothing does."""

from __future__ import annotations

from random import Random

import pytest

from support.merge_gate import Trial, trial, worked
from support.merge_planting import plants, says

CASES = worked()
A_KIND = 3
"""How many mistakes of a kind are planted in one case."""

BLIND = {
    # An edited key that stayed at its place, and a new one: which is first nothing says.
    ("b13-map-key-rename-vs-edit", "keys turned"),
    # Below a conflict the order of keys may be anything.
    ("b14-delete-map-vs-new-child", "keys turned"),
    ("k04-atomic-block-map-on-both-sides", "keys turned"),
    ("d07-delete-split-vs-edit-of-a-pane-in-it", "items turned"),
    ("k11-deleted-pane-with-an-edit-inside-and-a-move-elsewhere", "items turned"),
    # Nor is it known which comments belong to what is in conflict there.
    ("k03-two-comments-behind-a-block-header", "lost comment"),
    ("k11-deleted-pane-with-an-edit-inside-and-a-move-elsewhere", "lost comment"),
    # Each side added it; whether at one place is not looked into.
    ("e24-same-comment-added-by-both", "comment twice"),
}


@pytest.mark.parametrize("case", [pytest.param(one, id=name) for name, one in CASES])
def test_what_is_expected_goes_out(case: Trial) -> None:
    assert case.objection() is None


@pytest.mark.parametrize(("name", "case"), [pytest.param(*one, id=one[0]) for one in CASES])
def test_a_planted_mistake_does_not(name: str, case: Trial) -> None:
    by_kind: dict[str, list[str]] = {}
    for kind, text in plants(case.result):
        by_kind.setdefault(kind, []).append(text)
    right = says(case.result)
    for kind, texts in by_kind.items():
        chosen = Random(name + kind).sample(texts, min(A_KIND, len(texts)))  # noqa: S311
        missed = [text for text in chosen if case.objection(text) is None]
        assert (name, kind) in BLIND or all(says(text) == right for text in missed), kind


@pytest.mark.parametrize(
    "case", [pytest.param(one, id=name) for name, one in CASES if one.conflicts]
)
def test_a_conflict_kept_quiet_does_not(case: Trial) -> None:
    for path in case.conflicts:
        others = [other for other in case.conflicts if other != path]
        assert case.objection(conflicts=others) is not None


def test_an_objection_holds_no_values() -> None:
    values = {"secret": "hunter2", "host": "db.example.net", "id": "prod"}
    item = "connections:\n  - id: prod\n    host: {host}\n    secret: {secret}\n"
    text = item.format(**values)
    ours = text.replace("hunter2", "swordfish")
    theirs = text.replace("db.", "web.")
    found = [
        trial(text, ours, theirs, ours.replace("db.", "web.")).objection(wrong)
        for wrong in (text, ours, theirs, text.replace("prod", "other"))
    ]
    assert all(found)
    words = {"hunter2", "swordfish", "example", "prod", "other"}
    assert not any(word in str(sentence) for sentence in found for word in words)
