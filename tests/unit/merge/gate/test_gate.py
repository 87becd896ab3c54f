"""Merges made by hand: what the worked cases do not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from stui_workspace.merge.gate import objection
from stui_workspace.merge.gate.forms import Forms
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import Conflict
from support.merge_gate import Trial, document, trial

TWO = "connections:\n  - id: a\n    host: a.lan\n  - id: b\n    host: b.lan\n"
PANES = "panels:\n  root:\n    children:\n      - id: x\n        view: log\n"
REFERRING = PANES.replace("view: log", "connection: b")
ANCHORED = "one:\n  k: &n 1\ntwo:\n  k: *n\n"


Rules = Mapping[str, Mapping[str, Any]]


def by(policy: Rules, *texts: str) -> Trial:
    """A merge of base, ours and theirs to a result by rules of its own."""
    base, ours, theirs, result = texts
    documents = document(base), document(ours), document(theirs)
    return Trial(documents, result, (), Policy.from_mapping(policy))


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        pytest.param(
            trial("a: 1\n", "a: 1\nb: 2\n", "a: 1\nc: 3\n", "a: 1\nb: 2\nc: 3\n"),
            "a: 1\nc: 3\nb: 2\n",
            id="two additions at one place, theirs first",
        ),
        pytest.param(
            trial(
                "a: 1\nb: 2\nc: 3\n",
                "c: 3\na: 1\nb: 2\n",
                "a: 1\nb: 2\nc: 4\n",
                "c: 4\na: 1\nb: 2\n",
            ),
            "a: 1\nb: 2\nc: 4\n",
            id="a reorder of one side undone",
        ),
        pytest.param(
            trial("v: 1\n", "v: 1.0\n", "v: 1\nw: 2\n", "v: 1.0\nw: 2\n"),
            "v: 1\nw: 2\n",
            id="a number of another type",
        ),
        pytest.param(
            trial(
                ANCHORED,
                ANCHORED.replace("1", "2"),
                ANCHORED + "three: *n\n",
                ANCHORED.replace("1", "2") + "three: *n\n",
            ),
            ANCHORED.replace("1", "2") + "three: 2\n",
            id="an alias written out",
        ),
        pytest.param(
            trial(
                ANCHORED,
                ANCHORED + "three: &m 2\nfour: *m\n",
                ANCHORED + "five: &m 3\nsix: *m\n",
                ANCHORED + "three: &m 2\nfour: *m\nfive: &m_2 3\nsix: *m_2\n",
            ),
            ANCHORED + "three: &m 2\nfour: *m\nfive: &m_2 3\nsix: *m\n",
            id="an alias of the other side's anchor",
        ),
        pytest.param(
            trial(
                "a: &n 1\nb: *n\n",
                "a: &n 1\nb: *n\nc: *n\n",
                "a: &n 1\nb: *n\nd: &n 2\ne: *n\n",
                "a: &n 1\nb: *n\nc: *n\nd: &n 2\ne: *n\n",
            ),
            "a: &n 1\nb: *n\nd: &n 2\nc: *n\ne: *n\n",
            id="an alias behind another anchor of its name",
        ),
        pytest.param(
            trial(
                TWO + REFERRING,
                TWO + REFERRING,
                (TWO + REFERRING).replace("b.lan", "c.lan"),
                (TWO + REFERRING).replace("b.lan", "c.lan"),
            ),
            (TWO + REFERRING).replace("b.lan", "c.lan").replace("id: b", "id: c"),
            id="a key that nobody changed",
        ),
        pytest.param(
            trial(
                TWO + PANES,
                TWO.replace("  - id: b\n    host: b.lan\n", "") + PANES,
                TWO + REFERRING,
                TWO + REFERRING,
                "/connections/[id=b]",
            ),
            TWO.replace("  - id: b\n    host: b.lan\n", "") + REFERRING,
            id="a reference to what is gone",
        ),
        pytest.param(
            trial(
                "a:\n  # one\n  b: 1\n  c: 1\n",
                "a:\n  # one\n  b: 2\n  c: 1\n",
                "a:\n  b: 1\n  c: 3\n",
                "a:\n  b: 2\n  c: 3\n",
            ),
            "a:\n  # one\n  b: 2\n  c: 3\n",
            id="a comment that came back",
        ),
        pytest.param(
            trial(
                "a: x # y\nb: 1\n",
                "a: x # y\nb: 2\n",
                "a: x # y\nb: 1\nc: 1\n",
                "a: x # y\nb: 2\nc: 1\n",
            ),
            "a: 'x # y'\nb: 2\nc: 1\n",
            id="a comment that became text",
        ),
        pytest.param(
            trial(
                "s: |\n  # a\n  b\nv: 1\n",
                "s: |\n  # a\n  b\nv: 2\n",
                "s: |\n  # a\n  b\nw: 1\n",
                "s: |\n  # a\n  b\nv: 2\nw: 1\n",
                "/v",
            ),
            "s: |\n  b\nv: 2\nw: 1\n",
            id="a line of text that looks like a comment",
        ),
        pytest.param(
            trial("recent: [a, b]\n", "recent: [c, a, b]\n", "recent: [a]\n", "recent: [c, a]\n"),
            "recent: [c, a, b]\n",
            id="a recent entry that was taken out",
        ),
        pytest.param(
            trial(
                "preferences:\n",
                "preferences:\n  a: 1\n",
                "preferences:\n  b: 1\n",
                "preferences:\n  a: 1\n  b: 1\n",
            ),
            "preferences:\n  a: 1\n",
            id="a first child of a null",
        ),
        pytest.param(
            trial(
                "a: &n 1\nb: 1\n",
                "a: &n 1\nb: 2\n",
                "a: &n 1\nc: 1\nb: 1\n",
                "a: &n 1\nc: 1\nb: 2\n",
            ),
            "a: 1\nc: 1\nb: 2\n",
            id="an anchor that no alias needs",
        ),
        pytest.param(
            trial(
                TWO + "  - host: c.lan\n",
                TWO.replace("a.lan", "x.lan") + "  - host: c.lan\n",
                TWO.replace("b.lan", "y.lan") + "  - host: c.lan\n",
                TWO.replace("a.lan", "x.lan").replace("b.lan", "y.lan") + "  - host: c.lan\n",
            ),
            TWO.replace("a.lan", "x.lan").replace("b.lan", "y.lan"),
            id="an item without a key",
        ),
        pytest.param(
            trial(
                "recent: [a, b, c]\n",
                "recent: [c, a, b]\n",
                "recent: [n, a, b, c]\n",
                "recent: [c, n, a, b]\n",
            ),
            "recent: [c, a, b]\n",
            id="an entry opened anew beside one opened again",
        ),
        pytest.param(
            trial("m: {a: 1}\n", "m: !x {a: 1}\n", "m: {a: 2}\n", "m: !x {a: 2}\n"),
            "m: {a: 2}\n",
            id="the tag of a map",
        ),
        pytest.param(
            trial(
                "m:\n  a: 1\n  # on b\n  b: 1\nn: 1\n",
                "n: 1\n",
                "m:\n  a: 2\n  # on b\n  b: 1\nn: 1\n",
                "m:\n  a: 2\n  # on b\n  b: 1\nn: 1\n",
                "/m",
            ),
            "m:\n  a: 2\n  b: 1\nn: 1\n",
            id="a comment in what is in conflict",
        ),
        pytest.param(
            trial(
                TWO,
                TWO.replace("id: b", "id: c").replace("b.lan", "x.lan"),
                TWO.replace("b.lan", "x.lan"),
                TWO.replace("id: b", "id: c").replace("b.lan", "x.lan"),
            ),
            TWO.replace("b.lan", "x.lan"),
            id="a new name together with the other side's edit",
        ),
        pytest.param(
            trial(
                "keys: [1, 2]\n", "keys: [1, 2]\n", "keys: [2, 1]\nx: 1\n", "keys: [2, 1]\nx: 1\n"
            ),
            "keys: [1, 2]\nx: 1\n",
            id="the order of a list that is one value",
        ),
    ],
)
def test_the_right_one_goes_out_and_the_wrong_one_does_not(case: Trial, wrong: str) -> None:
    assert case.objection() is None
    assert case.objection(wrong) is not None


def test_a_reference_to_what_is_gone_does_not_go_out() -> None:
    """Each side for itself is right; it is together that they dangle."""
    one = TWO.replace("  - id: b\n    host: b.lan\n", "")
    case = trial(TWO + PANES, one + PANES, TWO + REFERRING, "")
    assert case.objection(one + REFERRING) is not None
    assert case.objection(TWO + REFERRING, conflicts=["/connections/[id=b]"]) is None
    dangling = trial(TWO + PANES, one + REFERRING, TWO + PANES, one + REFERRING)
    assert dangling.objection() is None


TOGETHER: Rules = {"/c/*": {"together": ["url", "env"]}}


def test_fields_decided_on_as_one_are_not_mixed() -> None:
    base = "c:\n  w: {url: a, env: b, title: t}\n"
    ours = base.replace("url: a", "url: x")
    both = by(TOGETHER, base, ours, base.replace("env: b", "env: y"), ours)
    mixed = ours.replace("env: b", "env: y")
    assert both.objection() is not None
    assert both.objection(conflicts=["/c/w"]) is None
    assert both.objection(mixed, conflicts=["/c/w"]) is not None
    alone = by(
        TOGETHER,
        base,
        ours,
        base.replace("title: t", "title: y"),
        ours.replace("title: t", "title: y"),
    )
    assert alone.objection() is None
    assert alone.objection(base.replace("title: t", "title: y")) is not None


@pytest.mark.parametrize(
    ("kind", "values", "right", "wrong"),
    [
        pytest.param("counter", (5, 7, 6), [8], [7, 6, 5], id="counter"),
        pytest.param("counter", (5, 7, 7), [7], [9], id="counter, moved alike"),
        pytest.param("max", (5, 7, 6), [7], [6, 8], id="max"),
        pytest.param("max", (7, 5, 7), [5, 7], [6], id="max, one went back"),
        pytest.param("max", ("b", "d", "c"), ["d"], ["c"], id="max of words of one length"),
        pytest.param("scalar", (5, 7, 5), [7], [5], id="scalar"),
    ],
)
def test_what_a_policy_makes_of_two_values(
    kind: str, values: tuple[object, ...], right: list[object], wrong: list[object]
) -> None:
    texts = [f"v: {value}\nw: {side}\n" for side, value in zip("boo", values, strict=True)]
    case = by({"/v": {"kind": kind}}, *texts, "")
    assert [value for value in right if case.objection(f"v: {value}\nw: o\n")] == []
    assert [value for value in wrong if not case.objection(f"v: {value}\nw: o\n")] == []


@pytest.mark.parametrize(
    ("base", "path"),
    [
        pytest.param("a: 1\nb:\n  c: 1\nd: 1\n", "/b/c", id="a value"),
        pytest.param(TWO, "/connections/[id=b]", id="an item"),
        pytest.param(TWO + PANES, "/panels/root/children/[id=x]", id="an item that may move"),
    ],
)
def test_a_conflict_that_nobody_made_is_needless(base: str, path: str) -> None:
    case = trial(base, base + "x: 1\n", base + "y: 1\n", base + "x: 1\ny: 1\n")
    assert case.objection() is None
    assert case.objection(conflicts=[path]) is not None


def test_what_is_in_conflict_comes_from_a_side_whole() -> None:
    base = "w:\n  a: 1\n  b: 1\nx: 1\n"
    kept = trial(base, "x: 1\n", base.replace("a: 1", "a: 2"), base.replace("a: 1", "a: 2"), "/w")
    assert kept.objection() is None
    for wrong in ("x: 1\n", "w:\n  a: 2\nx: 1\n", "w:\n  a: 3\n  b: 1\nx: 1\n", "w: 2\nx: 1\n"):
        assert kept.objection(wrong) is not None


@pytest.mark.parametrize("answer", ["2", "3", "1", "of my own", "[a, list]"])
def test_where_it_was_settled_anything_may_stand(answer: str) -> None:
    case = trial("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 3\nb: 2\n", "")
    assert case.objection(f"a: {answer}\nb: 2\n", settled=["/a"]) is None
    assert case.objection(f"a: {answer}\nb: 1\n", settled=["/a"]) is not None


def test_another_aspect_excuses_no_value() -> None:
    case = trial("a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 3\nb: 2\n", "a: 2\nb: 2\n", "/a")
    assert case.objection() is None
    for path in ("/a#comment", "/a#eol", "/b", "/a/x#comment"):
        assert case.objection(conflicts=[path]) is not None


def test_a_conflict_above_covers_what_is_below() -> None:
    base, ours, theirs = (f"p:\n  q:\n    a: {n}\nz: 1\n" for n in (1, 2, 3))
    case = trial(base, ours, theirs, ours)
    assert case.objection() is not None
    assert case.objection(conflicts=["/p"]) is None
    assert case.objection(conflicts=["/p/q/a"]) is None
    assert case.objection(base, conflicts=["/p/q"]) is None


def test_a_key_may_look_like_a_path() -> None:
    base, ours, theirs = (f"a/b#eol: {n}\n'[id=x]': 1\n" for n in (1, 2, 3))
    assert trial(base, ours, theirs, ours).objection(conflicts=["/other"]) is not None
    conflict = Conflict(MergePath(("a/b#eol",)), "1", "2", "3", "both changed it")
    documents = document(base), document(ours), document(theirs)
    assert objection(documents, ours, [conflict], Policy()) is None


@pytest.mark.parametrize(
    "text", ["a: [\n", "a: 1\na: 2\n", "a: *gone\n", "\ta: 1\n", "a: 1\n---\nb: 2\n"]
)
def test_what_cannot_be_read_does_not_go_out(text: str) -> None:
    assert trial("a: 1\n", "a: 2\n", "a: 1\nb: 1\n", "").objection(text) is not None


def test_empty_documents_merge_too() -> None:
    assert trial("", "a: 1\n", "b: 1\n", "a: 1\nb: 1\n").objection() is None
    assert trial("", "a: 1\n", "b: 1\n", "").objection("") is not None
    assert trial("", "", "b: 1\n", "b: 1\n").objection() is None


def test_twins_that_were_there_stay() -> None:
    twins = TWO.replace("id: b", "id: a")
    case = trial(twins, twins.replace("a.lan", "x.lan"), twins.replace("b.lan", "y.lan"), "")
    right = twins.replace("a.lan", "x.lan").replace("b.lan", "y.lan")
    assert case.objection(right) is None
    crossed = twins.replace("a.lan", "y.lan").replace("b.lan", "x.lan")
    lost = "connections:\n  - id: a\n    host: x.lan\n"
    assert all(case.objection(wrong) for wrong in (crossed, lost, twins, right + right[13:]))


def test_nothing_is_taken_apart_that_nobody_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    form = Forms.of

    def counted(self: Forms, side: int, *rest: object, **more: object) -> object:
        asked.append(side)
        return form(self, side, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Forms, "of", counted)
    base = "connections:\n" + "".join(f"  - id: n{n}\n    host: h{n}.lan\n" for n in range(500))
    ours, theirs = base.replace("h7.lan", "x.lan"), base.replace("h9.lan", "y.lan")
    case = trial(base, ours, theirs, ours.replace("h9.lan", "y.lan"))
    assert case.objection() is None
    assert len(asked) < 50
