"""The card that asks for consent: everything is on it, and no is what a careless key gives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from doubles.fake_session import FakeSession
from stui_workspace.model.printable import printable
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.approvals import Review
from stui_workspace.runtime.events import ConnectionState, ReviewNeeded
from stui_workspace.trust import Claim, changed_of, differences
from stui_workspace.tui.screens.card import ARMED_AFTER
from stui_workspace.tui.screens.consenting import Asked, Consent
from stui_workspace.tui.themes import DARK, THEMES
from support.workbench import Bench, opened, workspace

ROOT = Path("/project")
SPEC = ConnectionSpec(
    "image", "stui", cwd="/project", url="tcp://127.0.0.1:5555", credential="keyring:orders/image"
)
HOSTILE = "[red]x[/] \x1b]0;title\x07\u202e"


def claim(spec: ConnectionSpec = SPEC, **sources: str | None) -> Claim:
    return Claim("/project/w.yaml", ROOT, spec, sources, ())


def moved(*, runs_on: bool = True, **changes: Any) -> Review:
    new = claim(replace(SPEC, **(changes or {"url": "tcp://127.0.0.1:6666"})))
    changed = changed_of(differences(claim().projection, new.projection))
    return Review(new, changed, runs_on=runs_on, approved_at=1_700_000_000.0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Host(App[None]):
    def __init__(self, screen: Consent) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.answers: list[bool | None] = []
        self._first = screen

    def on_mount(self) -> None:
        self.push_screen(self._first, self.answers.append)

    @property
    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@dataclass
class Card:
    app: Host
    pilot: Pilot[None]
    clock: Clock

    @property
    def words(self) -> str:
        """What is on the screen, without borders and the ends of lines."""
        return " ".join(self.app.text.replace("┃", " ").replace("▌", " ").split())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.pilot.pause()


@asynccontextmanager
async def asking(
    review: Review, *, size: tuple[int, int] = (80, 24), read: bool = True, typed: bool = False
) -> AsyncIterator[Card]:
    """A card that is up; with `read`, for long enough to have been read."""
    clock = Clock()
    app = Host(Consent(Asked(review, is_typed_here=typed), clock))
    async with app.run_test(size=size) as pilot:
        for _ in range(3):
            await pilot.pause()
        clock.now += ARMED_AFTER if read else 0.0
        yield Card(app, pilot, clock)


async def test_a_yes_that_was_typed_ahead_is_none() -> None:
    async with asking(Review(claim()), read=False) as card:
        await card.press("a", "a", "a")
        assert card.app.answers == []
        card.clock.now += ARMED_AFTER
        await card.press("a")
        assert card.app.answers == [True]


async def test_keys_that_wait_while_the_card_comes_up_are_no_yes() -> None:
    app = Host(Consent(Asked(Review(claim())), Clock()))
    async with app.run_test() as pilot:
        for key in "aaaa":
            app.post_message(events.Key(key, key))
        await pilot.pause()
        await pilot.pause()
        assert app.answers == []


@pytest.mark.parametrize("key", ["enter", "n", "escape"])
async def test_it_is_no_unless_a_yes_is_given(key: str) -> None:
    async with asking(Review(claim())) as card:
        await card.press(key)
        assert card.app.answers == [False]


@pytest.mark.parametrize("key", ["y", "space", "tab", "x"])
async def test_other_keys_are_no_yes(key: str) -> None:
    async with asking(Review(claim())) as card:
        await card.press(key)
        assert card.app.answers == []


async def test_it_says_what_is_reached_and_revealed_and_to_whom() -> None:
    async with asking(Review(claim())) as card:
        assert "Reaches ▸ connects to tcp://127.0.0.1:5555" in card.words
        assert "Reveals ▸ uses the secret `keyring:orders/image`" in card.words
        assert "Runs" not in card.words
        assert "image needs your approval" in card.words
        assert "The workspace file comes from whoever wrote it" in card.words
    async with asking(Review(claim()), typed=True) as card:
        assert "The workspace file" not in card.words


@pytest.mark.parametrize("size", [(80, 24), (46, 24), (110, 32)])
async def test_a_change_shows_both_hosts(size: tuple[int, int]) -> None:
    async with asking(moved(), size=size) as card:
        assert "Connection image changed" in card.words
        assert "- tcp://127.0.0.1:5555 + tcp://127.0.0.1:6666" in card.words
        assert "Other than what you approved on 2023-11-" in card.words
        await card.press("space", "space")
        assert "connects to tcp://127.0.0.1:6666" in card.words
    async with asking(moved(runs_on=False), size=size) as card:
        assert "It goes on" not in card.words


async def test_values_of_variables_and_arguments_are_not_shown() -> None:
    review = moved(env={"TOKEN": "hunter2"}, command=("/usr/bin/psql", "--password=hunter2"))
    async with asking(review, size=(100, 40)) as card:
        assert "env.TOKEN added (value not shown)" in card.words
        assert "command added: /usr/bin/psql, and its arguments" in card.words
        assert "hunter2" not in card.app.text


async def test_snippets_are_shown_with_their_text_up_to_a_length() -> None:
    spec = replace(SPEC, setup=("hi", "none"))
    text = "\n".join(f"step({number})" for number in range(20))
    async with asking(Review(claim(spec, hi=text, none=None)), size=(100, 45)) as card:
        assert "Snippet hi │ step(0) │ step(1)" in card.words
        assert "step(6)" not in card.words
        assert "and 14 more lines: `stui trust show`" in card.words
        assert "Snippet none there is none of that name" in card.words


async def test_what_cannot_be_approved_says_why_and_takes_no_yes() -> None:
    bad = claim(replace(SPEC, env={"LD_PRELOAD": "x"}))
    async with asking(Review(bad)) as card:
        assert (
            "It cannot be approved: ✗ `env.LD_PRELOAD` decides which code is loaded" in card.words
        )
        assert "a approve" not in card.words
        await card.press("a", "space", "a")
        assert card.app.answers == []
        await card.press("enter")
        assert card.app.answers == [False]


def long_claim() -> Claim:
    return claim(replace(SPEC, setup=tuple("abcdef")), **dict.fromkeys("abcdef", "one()\ntwo()\n"))


async def test_a_yes_counts_once_all_of_it_was_on_the_screen() -> None:
    async with asking(Review(long_claim()), size=(60, 16)) as card:
        assert "Space there is more" in card.words
        assert "a approve" not in card.words
        await card.press("a")
        assert card.app.answers == []
        for _ in range(10):
            await card.press("space")
        assert "a approve" in card.words
        assert "you are asked again" in card.words
        await card.press("a")
        assert card.app.answers == [True]


async def test_hostile_text_is_shown_as_it_stands() -> None:
    spec = replace(SPEC, name=HOSTILE, url=HOSTILE, identity=HOSTILE, env={HOSTILE: "x"})
    changed = changed_of(differences(claim().projection, claim(spec).projection))
    review = Review(replace(claim(spec), sources={HOSTILE: HOSTILE}), changed)
    async with asking(review, size=(120, 60)) as card:
        assert "[red]x[/]" in card.app.text
        assert printable(card.app.text) == card.app.text


# In the workbench.


async def ask(bench: Bench, name: str) -> None:
    """Connect, as far as it goes by itself."""
    bench.screen.connecting.asked("connect", name)
    for _ in range(4):
        await bench.pilot.pause()


async def test_a_change_is_told_in_one_line_with_what_to_press() -> None:
    async with opened() as bench:
        bench.session.tell(ReviewNeeded("stage", "url changed: tcp://a:1 -> tcp://b:1"))
        await bench.settle()
        assert bench.toasts == (
            "stage: url changed: tcp://a:1 -> tcp://b:1\n"
            "→ it goes on as it was approved; Alt+Y or `stui trust` reviews the change"
        )


async def test_a_change_that_nothing_can_allow_says_so() -> None:
    async with opened() as bench:
        bench.session.tell(ReviewNeeded("stage", "env.LD_X added", ("it loads code",)))
        await bench.settle()
        assert "it cannot be approved: it loads code" in bench.toasts


async def test_only_one_question_is_up_at_a_time() -> None:
    two = ConnectionSpec("two", "python", python="/usr/bin/python3")
    specs = {"stage": replace(two, name="stage"), "two": two}
    async with opened(FakeSession(workspace(connections=specs))) as bench:
        await ask(bench, "stage")
        assert isinstance(bench.app.screen, Consent)
        await ask(bench, "two")
        assert len([one for one in bench.app.screen_stack if isinstance(one, Consent)]) == 1
        assert "One question at a time: stage waits for your answer." in bench.toasts
        await bench.press("n")
        await ask(bench, "two")
        assert "Connection two" in bench.text
        assert bench.session.called("grant") == []


async def test_a_connection_that_waits_for_a_review_says_so_in_its_row_and_on_its_page() -> None:
    async with opened() as bench:
        change = "url changed: tcp://a:1 -> tcp://b:1"
        bench.session.become("stage", ConnectionState.ONLINE, to_review=change)
        await bench.settle()
        words = " ".join(bench.text.replace("│", " ").split())
        assert "△ waits for you:" in words
        await bench.press("alt+k", "down")
        assert f"the file changed it: {change}" in " ".join(bench.text.replace("│", " ").split())
