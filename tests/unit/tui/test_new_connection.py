"""A new connection: checked while it is typed, tried before it is kept, and kept where asked."""

from __future__ import annotations

import pytest

from doubles.fake_session import FakeSession, FakeTrial
from stui_workspace.connections.backend import Hello
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen, Guard
from stui_workspace.tui.connecting.drafts import ADDRESS, FIELDS, LABELS, Draft, judged
from stui_workspace.tui.connecting.form import NewConnection
from stui_workspace.tui.ports import spec_of_address
from stui_workspace.tui.screens.consenting import Consent
from support.workbench import SMALL, Bench, opened

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]
URL = "tcp://127.0.0.1:5557"
GREETED = FakeTrial(Hello("Pharo 12", "life", "pharo-12/orders"), 0.12, 0.0008)
REFUSED = FakeTrial(seconds=0.2, reason="nobody listens there", next_step="start the server")


def draft(way: str = ADDRESS, name: str = "", **values: str) -> Draft:
    return Draft(way, values, name)


class TestJudging:
    def test_an_address_is_enough(self) -> None:
        found = judged(draft(address=f" {URL} "), spec_of_address, {"py"})
        assert found.spec == ConnectionSpec("stui", "stui", url=URL, connect=ConnectWhen.LAZY)

    def test_a_name_is_proposed_that_is_free(self) -> None:
        found = judged(draft(address=URL), spec_of_address, {"stui", "stui-2"})
        assert found.spec is not None
        assert found.spec.name == "stui-3"

    @pytest.mark.parametrize(
        ("typed", "field", "words"),
        [
            (draft(address="nonsense"), ADDRESS, "begins no address"),
            (draft(address="tcp://host:99999"), ADDRESS, "port"),
            (draft(address=URL, name="py"), "name", "there is a connection `py` already"),
            (draft(address=URL, name="a b"), "name", ""),
            (draft("pty", command="sh -c 'x"), "command", "a quotation mark is not closed"),
            (draft("python", cwd="../up"), "cwd", ""),
            (draft("stui", url=URL, credential="hunter2"), "credential", ""),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, typed: Draft, field: str, words: str) -> None:
        found = judged(typed, spec_of_address, {"py"})
        assert found.spec is None
        assert [*found.problems] == [field]
        assert words in found.problems[field]
        assert found.problems[field]
        assert "hunter2" not in found.problems[field]

    @pytest.mark.parametrize("way", ["address", "stui", "jupyter", "socket", "pty"])
    def test_what_is_missing_is_no_mistake(self, way: str) -> None:
        found = judged(draft(way), spec_of_address, ())
        assert (found.spec, found.problems) == (None, {})
        assert found.missing

    @pytest.mark.parametrize(
        ("typed", "spec"),
        [
            (draft("python"), ConnectionSpec("python", "python")),
            (
                draft("jupyter", kernel="python3"),
                ConnectionSpec("jupyter", "jupyter", kernel="python3"),
            ),
            (
                draft("pty", command="sqlite3 'my orders.db'", prompt="sqlite> "),
                ConnectionSpec(
                    "pty", "pty", command=("sqlite3", "my orders.db"), prompt="sqlite> "
                ),
            ),
            (
                draft("stui", name="image", url=URL, identity="pharo-12/orders"),
                ConnectionSpec("image", "stui", url=URL, identity="pharo-12/orders"),
            ),
        ],
        ids=lambda each: each.way if isinstance(each, Draft) else "",
    )
    def test_each_kind_by_its_fields(self, typed: Draft, spec: ConnectionSpec) -> None:
        assert judged(typed, spec_of_address, ()).spec == spec

    def test_a_field_of_another_way_is_not_looked_at(self) -> None:
        assert judged(draft("python", address="nonsense"), spec_of_address, ()).spec is not None

    def test_every_field_has_a_label(self) -> None:
        assert {name for names in FIELDS.values() for name in names} <= set(LABELS)


async def form(bench: Bench, address: str = "", *keys: str) -> NewConnection:
    """The form, with an address, after some keys."""
    await bench.press("alt+a")
    screen = bench.app.screen
    assert isinstance(screen, NewConnection)
    screen._input(ADDRESS).value = address
    screen._input(ADDRESS).cursor_position = len(address)
    await bench.pilot.pause()
    if keys:
        await bench.press(*keys)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_checked_while_it_is_typed(size: tuple[int, int]) -> None:
    async with opened(size=size) as bench:
        await form(bench)
        assert "○ type an address" in bench.text
        bench.app.screen._input(ADDRESS).insert(URL, 0)  # type: ignore[attr-defined]
        await bench.press("7", "7")
        assert "✗ Address: " in bench.text
        assert "Address ✗" in bench.text
        await bench.press("backspace", "backspace")
        assert f"✓ stui · {URL}" in bench.text
        assert "✗" not in bench.text


@pytest.mark.parametrize("size", SIZES)
async def test_all_fields_of_all_kinds_fit(size: tuple[int, int]) -> None:
    async with opened(size=size) as bench:
        await form(bench, "", "shift+tab")
        for way, names in FIELDS.items():
            for name in (*names, "name"):
                assert LABELS[name].name in bench.text, way
            assert "Save to" in bench.text
            assert "Esc keep nothing" in bench.text
            await bench.press("right")


@pytest.mark.parametrize("size", SIZES)
async def test_trying_shows_how_far_it_got_and_who_answered(size: tuple[int, int]) -> None:
    session_trials = [GREETED]
    async with opened(size=size) as bench:
        bench.session.trials = [*session_trials]
        await form(bench, URL, "enter")
        await bench.settle()
        for words in (
            "✓ allowed",
            "✓ reached  in 0.12 s",
            "✓ greeted  Pharo 12 · pharo-12/orders",
            "✓ answers  round trip 0.8 ms",
        ):
            assert words in bench.text
        assert bench.session.called("add_connection") == []


async def test_a_failed_try_says_why_and_what_is_typed_stays() -> None:
    async with opened(size=SMALL) as bench:
        bench.session.trials = [REFUSED, UsageError("it has no backend", "install it")]
        await form(bench, URL, "enter")
        await bench.settle()
        assert "✗ reached  no, after 0.20 s" in bench.text
        assert "nobody listens there" in bench.text
        assert "→ start the server" in bench.text
        assert URL in bench.text
        await bench.press("enter")
        await bench.settle()
        assert "✗ it has no backend" in bench.text
        assert "→ install it" in bench.text
        await bench.press("backspace")
        assert "it has no backend" not in bench.text, "it is of what was typed before"


async def test_what_needs_consent_is_asked_about_and_tried_again() -> None:
    async with opened() as bench:
        claim = bench.session.claim("stage")
        bench.session.trials = [FakeTrial(claim=claim), GREETED]
        await form(bench, URL, "enter")
        await bench.pilot.pause()
        assert isinstance(bench.app.screen, Consent)
        assert "The workspace file" not in bench.text, "it is what was typed here"
        bench.app.screen._armed_at = 0.0
        await bench.press("a")
        await bench.settle()
        assert bench.session.called("grant") == [("stage",)]
        assert "✓ greeted" in bench.text


async def test_without_consent_nothing_is_tried() -> None:
    async with opened() as bench:
        bench.session.trials = [FakeTrial(claim=bench.session.claim("stage"))]
        await form(bench, URL, "enter")
        await bench.press("enter")
        await bench.settle()
        assert "⊘ allowed  not approved on this machine yet" in bench.text
        assert bench.session.called("grant") == []


async def test_what_nobody_may_allow_says_so() -> None:
    async with opened() as bench:
        bench.session.trials = [FakeTrial(seconds=0.0, reason="LD_PRELOAD is refused")]
        await form(bench, URL, "enter")
        await bench.settle()
        assert "⊘ allowed  no" in bench.text
        assert "LD_PRELOAD is refused" in bench.text


@pytest.mark.parametrize(
    ("rights", "call"),
    [
        (0, ("save_connection", "session")),
        (1, ("save_connection", "overlay")),
        (2, ("save_connection", "workspace")),
    ],
)
async def test_it_is_kept_where_it_was_chosen_to_be(rights: int, call: tuple[str, ...]) -> None:
    async with opened() as bench:
        bench.session.approved.add("image")
        await form(bench, URL, "tab", *"image", "tab", "right", "tab", *["right"] * rights)
        await bench.press("ctrl+s")
        await bench.settle()
        spec = ConnectionSpec("image", "stui", url=URL, guard=Guard.CONFIRM)
        assert bench.session.called(call[0]) == [(spec, *call[1:])]
        assert len(bench.app.screen_stack) == 1
        assert "image is kept in" in bench.toasts
        assert bench.session.called("connect") == ([("image",)] if rights == 0 else [])


async def test_what_cannot_be_kept_says_why_and_the_form_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(self: FakeSession, spec: ConnectionSpec, where: str) -> str:
        raise UsageError("there is no room", "make some")

    monkeypatch.setattr(FakeSession, "save_connection", broken)
    async with opened() as bench:
        await form(bench, URL, "ctrl+s")
        assert "✗ there is no room" in bench.text
        assert URL in bench.text


async def test_escape_keeps_nothing() -> None:
    async with opened() as bench:
        await form(bench, URL, "escape")
        assert len(bench.app.screen_stack) == 1
        assert not {"add_connection", "save_connection"} & {call[0] for call in bench.session.calls}


async def test_what_is_wrong_gets_the_keyboard_when_it_is_to_be_kept() -> None:
    async with opened() as bench:
        screen = await form(bench, "nonsense", "tab", "ctrl+s")
        assert bench.app.focused is screen._input(ADDRESS)
        assert bench.session.called("add_connection") == []
