"""Laws of the redactor: no form of a value comes out, however the text is cut into pieces."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from itertools import pairwise
from urllib.parse import quote, quote_plus

from hypothesis import example, given
from hypothesis import strategies as st

from stui_workspace.secrets.redacting import SHORTEST, TAKEN_OUT, Redactor
from stui_workspace.secrets.secret import Secret

VALUES = st.text(st.characters(codec="utf-8"), min_size=SHORTEST, max_size=24).filter(str.strip)
CRAMPED = st.text("ab", min_size=SHORTEST, max_size=9)
"""Values that overlap themselves and each other."""
CUTS = st.lists(st.integers(0, 400), max_size=12)


def redactor_of(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.remember(Secret(value))
    return redactor


def forms_of(value: str, before: int, after: int) -> list[str]:
    """What a careless program may print, with other bytes around it in base64."""
    content = value.encode()
    around = bytes(range(1, before + 1)) + content + bytes(range(7, after + 7))
    return [
        value,
        content.hex(),
        content.hex().upper(),
        quote(value, safe=""),
        quote_plus(value),
        quote(value, safe="").lower() if value.islower() else quote(value),
        "".join(f"%{byte:02x}" for byte in content),
        b64encode(content).decode(),
        b64encode(around).decode(),
        urlsafe_b64encode(around).decode().rstrip("="),
        repr(value),
    ]


def inner_base64(value: str, before: int) -> str:
    """The characters of base64 that are made of the value alone."""
    coded = b64encode(bytes(before) + value.encode()).decode()
    return coded[-(-before * 8 // 6) : (before + len(value.encode())) * 8 // 6]


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def streamed(redactor: Redactor, pieces: list[str]) -> str:
    stream = redactor.stream()
    return "".join([*map(stream.feed, pieces), stream.flush()])


@given(VALUES, st.integers(0, 2), st.integers(0, 2))
def test_no_form_of_a_value_comes_out(value: str, before: int, after: int) -> None:
    redactor = redactor_of(value)
    for form in forms_of(value, before, after):
        shown, count = redactor.counted(f"<{form}>")
        assert count >= 1
        assert value not in shown.replace(TAKEN_OUT, "")
        assert inner_base64(value, before) not in shown


@given(st.lists(CRAMPED, min_size=1, max_size=3), st.text("ab<", max_size=60), CUTS)
@example(["aaaaaa", "aaaaaab"], "aaaaaaab", [6])
@example(["ababab"], "abababab", [3, 5])
def test_a_text_in_pieces_comes_out_as_the_whole(
    values: list[str], text: str, cuts: list[int]
) -> None:
    redactor = redactor_of(*values)
    assert streamed(redactor, pieces_of(text, cuts)) == redactor.redact(text)


@given(VALUES, st.data())
def test_a_value_split_between_pieces_is_found(value: str, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(forms_of(value, 0, 0)))
    text = f"token: {form}\nand more of it {form}"
    cuts = data.draw(CUTS)
    redactor = redactor_of(value)
    shown = streamed(redactor, pieces_of(text, cuts))
    assert shown == redactor.redact(text)
    assert form not in shown


@given(VALUES, st.text(max_size=80), CUTS)
def test_nothing_is_held_back_for_longer_than_a_value(
    value: str, text: str, cuts: list[int]
) -> None:
    redactor = redactor_of(value)
    longest = max(12 * len(value), 3 * len(value.encode()))  # \\ud83d\\ude00 in JSON
    stream = redactor.stream()
    fed = shown = 0
    for piece in pieces_of(text, cuts):
        fed += len(piece)
        shown += len(stream.feed(piece))
        if stream.count == 0:
            assert fed - shown < longest


@given(st.text(max_size=80), CUTS)
def test_with_no_value_every_piece_comes_out_at_once(text: str, cuts: list[int]) -> None:
    stream = Redactor().stream()
    pieces = pieces_of(text, cuts)
    assert [stream.feed(piece) for piece in pieces] == pieces
    assert stream.flush() == ""


@given(VALUES, st.text(max_size=80))
def test_it_says_how_much_it_took_out(value: str, text: str) -> None:
    redactor = redactor_of(value)
    whole = f"{text}{value}{text}"
    shown, count = redactor.counted(whole)
    assert (count > 0) == (shown != whole)
    assert redactor.taken_count == count
