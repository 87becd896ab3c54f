"""Moving pasted secrets out of a file: all of them leave, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.cli.secret_pasted import Plan, pasted_in, plan_for
from stui_workspace.document import parse
from stui_workspace.model.references import Kept, Reference
from stui_workspace.schema import FileKind
from stui_workspace.secrets.secret import Secret

LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
values = st.text(LETTERS + "+/=-_ÄÖé", min_size=8, max_size=30).map(lambda text: f"Q{text}Q")
tokens = st.text(LETTERS, min_size=36, max_size=36).map(lambda text: f"ghp_{text}")


@dataclass(frozen=True)
class Line:
    """One line of a file, with the secret that stands in it."""

    text: str
    value: str | None = None
    name: str = ""


def _connection(name: str, parts: str, value: str | None) -> Line:
    return Line(f"  {name}: {{kind: socket, {parts}}}  # of {name}\n", value, name)


@st.composite
def lines(draw: st.DrawFn, number: int) -> Line:
    name, value = f"c{number}", draw(values)
    match draw(st.sampled_from(["credential", "password", "user", "url", "clean", "comment"])):
        case "credential":
            return _connection(name, f"url: 'tls://h:1', credential: '{value}'", value)
        case "password":
            return _connection(name, f"password: '{value}', url: 'tls://h:1'", value)
        case "user":
            return _connection(name, f"url: 'tls://{quote(value, safe='')}@h:1'", value)
        case "url":
            return _connection(name, f"url: 'tls://u:{quote(value, safe='')}@h:1'", value)
        case "comment":
            token = draw(tokens)
            return Line(f"  # {token} is no secret\n", token)
        case _:
            return _connection(name, "url: 'tls://h:1', credential: keyring:x", None)


@st.composite
def files(draw: st.DrawFn) -> list[Line]:
    count = draw(st.integers(1, 6))
    found = [draw(lines(number)) for number in range(count)]
    first = _connection("first", "url: 'tls://h:0'", None)
    return [Line("# head\nstui: 1\nname: 'a'  # b\n"), Line("connections:\n"), first, *found]


def text_of(these: list[Line]) -> str:
    return "".join(one.text for one in these)


def planned(text: str) -> Plan:
    given_names: list[tuple[Reference, Secret]] = []

    def name(secret: Secret, hint: str) -> Reference:
        for reference, other in given_names:
            if other == secret:
                return reference
        reference = Reference(Kept.KEYRING, f"a/{hint}-{len(given_names)}")
        given_names.append((reference, secret))
        return reference

    return plan_for(parse(text), FileKind.WORKSPACE, name)


@given(files())
def test_no_value_is_left_and_each_has_a_name(these: list[Line]) -> None:
    plan = planned(text_of(these))
    wanted = {one.value for one in these if one.value is not None}
    assert {secret.reveal() for secret in plan.secrets.values()} == wanted
    for value in wanted:
        assert value not in plan.after.text
        assert quote(value, safe="") not in plan.after.text
    assert (plan.left, plan.copies, pasted_in(plan.after, FileKind.WORKSPACE)) == ((), (), ())


@given(files())
def test_lines_without_a_secret_are_as_they_were(these: list[Line]) -> None:
    after = planned(text_of(these)).after.text.splitlines()
    before = text_of(these).splitlines()
    assert len(after) == len(before)
    secret_lines = {one.text.rstrip("\n") for one in these if one.value is not None}
    for old, new in zip(before, after, strict=True):
        if old in secret_lines:
            assert "keyring:a/" in new
            assert new.rpartition("#")[2].strip().endswith(old.rpartition(" ")[2])
        else:
            assert new == old


@given(files())
def test_what_it_names_is_what_was_there(these: list[Line]) -> None:
    plan = planned(text_of(these))
    after = plan.after.plain()
    assert isinstance(after, dict)
    connections = after["connections"]
    assert isinstance(connections, dict)
    names = {str(reference): secret.reveal() for reference, secret in plan.secrets.items()}
    for one in these:
        if one.name and one.value is not None:
            spec = connections[one.name]
            assert isinstance(spec, dict)
            assert names[str(spec["credential"])] == one.value


@given(files())
def test_what_is_shown_of_it_holds_no_value(these: list[Line]) -> None:
    plan = planned(text_of(these))
    for document in (plan.before, plan.after):
        shown = plan.hidden(document, FileKind.WORKSPACE)
        for secret in plan.secrets.values():
            assert secret.reveal() not in shown
            assert quote(secret.reveal(), safe="") not in shown


@given(files())
def test_a_second_time_there_is_nothing_to_do(these: list[Line]) -> None:
    once = planned(text_of(these)).after
    again = planned(once.text)
    assert (again.after.text, again.moved) == (once.text, ())
