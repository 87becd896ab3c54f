"""The guard before a keyring: typed outcomes only, one call at a time, and no wait twice."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from doubles.fake_store import FakeStore
from doubles.outside import HandClock
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import KeyringStore, read_foreign
from stui_workspace.secrets.keyring.breaker import FAILURES, FIRST_WAIT
from stui_workspace.secrets.keyring.items import LONGEST, Item, Read
from stui_workspace.secrets.keyring.patience import Limits, Patience, PromptRefusedError
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import (
    Done,
    Locked,
    Missing,
    Removed,
    Stored,
    TimedOut,
    Trouble,
    Unavailable,
)

NAME = "orders/image"
ENVELOPE = Envelope(Secret("the value"), (), 1.0)
SHORT = Limits(0.1, 0.2)
LONG = Limits(60.0, 60.0)


@dataclass
class FakeItems:
    """One answer for everything."""

    answer: Callable[[Patience], Read] = lambda _patience: Missing()
    calls: list[str] = field(default_factory=list)

    def look(self, patience: Patience) -> str | Unavailable:
        looked = self._answered("look", patience)
        return "Fake" if isinstance(looked, Missing) else Unavailable("not here")

    def read(self, item: Item, patience: Patience) -> Read:
        return self._answered(f"read {item.service}", patience)

    def write(self, item: Item, text: str, patience: Patience) -> Stored:
        self._answered(f"write {item.service} {len(text)}", patience)
        return Done()

    def remove(self, item: Item, patience: Patience) -> Removed:
        self._answered(f"remove {item.service}", patience)
        return Done()

    def read_foreign(self, service: str, user: str, patience: Patience) -> Read:
        return self._answered(f"read_foreign {service} {user}", patience)

    def trouble(self, error: Exception) -> Trouble:
        return Unavailable(f"it failed ({type(error).__name__})")

    def _answered(self, call: str, patience: Patience) -> Read:
        self.calls.append(call)
        return self.answer(patience)


def raising(error: BaseException) -> Callable[[Patience], Read]:
    def answer(_patience: Patience) -> Read:
        raise error

    return answer


def every_call(store: KeyringStore) -> list[object]:
    return [
        store.get(NAME),
        store.put(NAME, ENVELOPE),
        store.remove(NAME),
        store.read_foreign("mail", "ada"),
    ]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError("the value"),
        FileNotFoundError("the value"),
        KeyError("the value"),
        AssertionError("the value"),
        RecursionError("the value"),
        MemoryError("the value"),
        UnicodeDecodeError("utf-8", b"the value", 0, 1, "the value"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_keyring_raises_is_an_outcome_without_its_words(error: Exception) -> None:
    for outcome in every_call(KeyringStore(FakeItems(raising(error)), LONG)):
        assert outcome == Unavailable(f"it failed ({type(error).__name__})")


def test_a_question_that_may_not_be_asked_means_that_it_is_locked() -> None:
    items = FakeItems(raising(PromptRefusedError()))
    store = KeyringStore(items, LONG)
    assert every_call(store) * 2 == every_call(store) * 2 == [Locked()] * 8
    assert len(items.calls) == 8  # being locked is no failure


def test_one_that_hangs_is_asked_once_and_again_after_a_while() -> None:
    clock, hangs = HandClock(), threading.Event()

    def answer(_patience: Patience) -> Read:
        hangs.wait()
        return Missing()

    items = FakeItems(answer)
    store = KeyringStore(items, SHORT, clock=clock)
    assert [store.get(NAME), *every_call(store)] == [TimedOut(0.1)] * 5
    assert len(items.calls) == 1
    hangs.set()
    clock.advance(FIRST_WAIT)
    assert store.get(NAME) == Missing()
    assert store.get(NAME) == Missing()
    assert len(items.calls) == 3


def test_one_that_fails_over_and_over_is_left_alone() -> None:
    items = FakeItems(raising(OSError()))
    store = KeyringStore(items, LONG, clock=HandClock())
    for _ in range(10):
        assert isinstance(store.get(NAME), Unavailable)
    assert len(items.calls) == FAILURES


@pytest.mark.parametrize("answer", [Missing(), Locked(), Unavailable("it said so"), "no envelope"])
def test_an_answer_is_no_failure_however_often(answer: Read) -> None:
    items = FakeItems(lambda _patience: answer)
    store = KeyringStore(items, LONG, clock=HandClock())
    for _ in range(10):
        store.get(NAME)
    assert len(items.calls) == 10


@pytest.mark.parametrize("name", ["", "A", "a b", "a//b", "../a", "a\0", "a\n", "*", "é"])
def test_a_name_that_no_secret_has_is_asked_of_nobody(name: str) -> None:
    items = FakeItems()
    store = KeyringStore(items, LONG)
    assert isinstance(store.get(name), Unavailable)
    assert isinstance(store.put(name, ENVELOPE), Unavailable)
    assert isinstance(store.remove(name), Unavailable)
    assert items.calls == []


@pytest.mark.parametrize(
    "pair", [("", "ada"), ("mail", ""), ("a\0", "ada"), ("mail", "\0"), ("\ud800", "ada")]
)
def test_a_pair_that_could_find_any_item_is_asked_of_nobody(pair: tuple[str, str]) -> None:
    items = FakeItems()
    assert isinstance(KeyringStore(items, LONG).read_foreign(*pair), Unavailable)
    assert items.calls == []


def test_what_is_stored_has_at_most_so_many_units() -> None:
    items = FakeItems()
    store = KeyringStore(items, LONG)
    room = LONGEST - len(Envelope(Secret("")).sealed())
    assert store.put(NAME, Envelope(Secret("x" * room))) == Done()
    assert isinstance(store.put(NAME, Envelope(Secret("x" * (room + 1)))), Unavailable)
    assert isinstance(store.put(NAME, Envelope(Secret("🔑" * (room // 12 + 1)))), Unavailable)
    assert items.calls == [f"write stui:{NAME} {LONGEST}"]


def test_calls_wait_for_each_other() -> None:
    inside, most = [0], [0]
    lock = threading.Lock()

    def answer(_patience: Patience) -> Read:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        with lock:
            inside[0] -= 1
        return Missing()

    store = KeyringStore(FakeItems(answer), LONG)
    threads = [threading.Thread(target=store.get, args=(NAME,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


class Person:
    """Asked by a keyring; dismisses the question when the test says so."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.dismisses = threading.Event()
        self.asked_count = 0

    def __call__(self, patience: Patience) -> Read:
        if not patience.may_prompt:
            return Locked("not asked")
        patience.asks()
        self.asked_count += 1
        self.is_asked.set()
        assert self.dismisses.wait(60.0)
        return Locked("dismissed")


class Turns:
    """A clock by which every look at it is a second later."""

    def __init__(self) -> None:
        self.looked_count = 0
        self._looked = threading.Condition()

    def __call__(self) -> float:
        with self._looked:
            self.looked_count += 1
            self._looked.notify_all()
            return float(self.looked_count)

    def wait_for(self, count: int) -> None:
        with self._looked:
            assert self._looked.wait_for(lambda: self.looked_count >= count, 60.0)


def test_who_waited_while_a_person_was_asked_does_not_ask_again() -> None:
    person, outcomes, clock = Person(), list[object](), Turns()
    store = KeyringStore(FakeItems(person), LONG, may_prompt=True, clock=clock)
    threads = [threading.Thread(target=lambda: outcomes.append(store.get(NAME))) for _ in range(8)]
    threads[0].start()
    assert person.is_asked.wait(60.0)
    before = clock.looked_count
    for thread in threads[1:]:
        thread.start()
    clock.wait_for(before + 7)  # each of them has come
    person.dismisses.set()
    for thread in threads:
        thread.join()
    assert person.asked_count == 1
    assert (outcomes.count(Locked("dismissed")), outcomes.count(Locked("not asked"))) == (1, 7)
    assert store.get(NAME) == Locked("dismissed")  # a new wish, a new question
    assert person.asked_count == 2


def test_who_cannot_wait_any_longer_while_a_person_is_asked_is_told_so() -> None:
    person = Person()
    store = KeyringStore(FakeItems(person), Limits(0.05, 60.0), may_prompt=True)
    asking = threading.Thread(target=store.get, args=(NAME,))
    asking.start()
    assert person.is_asked.wait(60.0)
    store._may_prompt = False  # such as a reconnect in the background
    assert store.get(NAME) == Locked("the keyring is asking a person to unlock it")
    person.dismisses.set()
    asking.join()


def test_looking_asks_nobody_and_gives_it_its_name() -> None:
    seen: list[bool] = []

    def answer(patience: Patience) -> Read:
        seen.append(patience.may_prompt)
        return Missing()

    store = KeyringStore(FakeItems(answer), LONG, may_prompt=True)
    assert store.look() is None
    assert store.label == "Fake"
    assert seen == [False]
    not_here = KeyringStore(FakeItems(lambda _patience: Locked()), LONG)
    assert not_here.look() == Unavailable("not here")


def test_items_of_others_are_only_in_the_keyring_of_the_system() -> None:
    assert isinstance(read_foreign(FakeStore(), "mail", "ada"), Unavailable)
    assert read_foreign(Unavailable("none"), "mail", "ada") == Unavailable("none")
    store = KeyringStore(FakeItems(lambda _patience: "the value"), LONG)
    assert read_foreign(store, "mail", "ada") == Secret("the value")


def test_the_package_loads_no_other_before_a_keyring_is_wanted() -> None:
    code = (
        "import sys; import stui_workspace.secrets.keyring;"
        "print({'keyring', 'secretstorage', 'jeepney', 'cryptography'} & set(sys.modules))"
    )
    done = subprocess.run(
        (sys.executable, "-c", code), check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "set()\n"
