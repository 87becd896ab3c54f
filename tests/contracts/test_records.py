"""What `dataclass` of the project promises: each law holds for the standard library's, too."""

# mypy: disable-error-code="arg-type, call-arg, misc, no-untyped-call, operator, type-var"
# (Which `dataclass` it is shows when the tests run: until then these are classes like any.)

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import pytest

from stui_workspace.model import records

MAKERS = [dataclasses, records]
Make = Callable[..., Any]


@pytest.fixture(params=MAKERS, ids=lambda module: module.__name__)
def module(request: pytest.FixtureRequest) -> ModuleType:
    found: ModuleType = request.param
    return found


def make(module: Any, **options: bool) -> Any:
    """A class with fields of every sort."""

    @module.dataclass(slots=True, **options)
    class Point:
        """A point."""

        kind: ClassVar[str] = "point"
        x: int
        y: int = 2
        names: list[str] = module.field(default_factory=list)
        secret: str = module.field(default="hidden", repr=False)
        seen: int = module.field(default=0, compare=False)
        total: int = module.field(init=False, default=7)

        def doubled(self) -> int:
            return self.x * 2

        @property
        def sum(self) -> int:
            return self.x + self.y

    return Point


@pytest.fixture
def point(module: ModuleType) -> Any:
    return make(module, frozen=True)


def test_values_are_given_by_place_or_by_name(point: Any) -> None:
    one = point(1, 3, seen=5)
    assert (one.x, one.y, one.names, one.secret, one.seen, one.total) == (1, 3, [], "hidden", 5, 7)
    assert point(x=1) == point(1, 2)
    assert (one.doubled(), one.sum, point.kind) == (2, 4, "point")


def test_what_is_not_given_has_its_default(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Limits:
        most: int
        depth: int = 64
        kind: str = module.field(default="any", repr=False)

    assert Limits(1) == Limits(1, 64) == Limits(1, 64, "any") == Limits(most=1, kind="any")
    assert (Limits(1, 2).depth, Limits(1, 2).kind) == (2, "any")
    with pytest.raises(TypeError):
        Limits()
    with pytest.raises(TypeError):
        Limits(1, 2, "any", 3)


def test_what_a_factory_makes_is_not_shared(point: Any) -> None:
    one, other = point(1), point(1)
    one.names.append("a")
    assert other.names == []


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        ((1, 2, [], "", 0, 7, 8), {}),
        ((1,), {"x": 2}),
        ((1,), {"z": 2}),
        ((1,), {"total": 1}),
    ],
    ids=["missing", "too many", "twice", "unknown", "not given"],
)
def test_values_that_do_not_fit_are_refused(
    point: Any, values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        point(*values, **named)


def test_values_are_compared_by_their_fields_and_class(module: ModuleType, point: Any) -> None:
    assert point(1) == point(1, seen=9)
    assert point(1) != point(2)
    assert point(1) != make(module, frozen=True)(1)
    assert point(1) != (1, 2, [], "hidden", 7)


def test_a_class_may_have_one_field(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class One:
        value: float

    assert One(1.5) == One(1.5) != One(2.5)
    assert hash(One(1.5)) == hash(One(1.5))


def test_a_field_that_is_one_object_equals_itself_on_every_python() -> None:
    @records.dataclass(frozen=True, slots=True)
    class One:
        value: float

    same = float("nan")  # of which the standard library thinks otherwise from 3.13 on
    assert One(same) == One(same)


def test_a_class_without_fields_has_one_value(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert repr(Nothing()).endswith("Nothing()")
    with pytest.raises(TypeError):
        Nothing(1)


def test_a_value_is_shown_without_what_is_hidden(point: Any) -> None:
    shown = repr(point(1, names=["a"]))
    assert shown.endswith("make.<locals>.Point(x=1, y=2, names=['a'], seen=0, total=7)")


def test_a_value_that_holds_itself_is_shown(point: Any) -> None:
    one = point(1)
    one.names.append(one)
    assert "names=[...]" in repr(one)


def test_a_frozen_value_does_not_change(point: Any) -> None:
    one = point(1)
    for change in (lambda: setattr(one, "x", 2), lambda: delattr(one, "x")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):  # the latter on 3.11
        one.new = 2
    assert not hasattr(one, "__dict__")


def test_a_frozen_value_has_a_hash_and_another_has_none(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Pair:
        left: int
        right: str
        note: str = module.field(default="", compare=False)

    assert {Pair(1, "a"): 1}[Pair(1, "a", "x")] == 1
    changing = make(module)
    one = changing(1)
    one.x = 5
    assert one == changing(5)
    with pytest.raises(TypeError):
        hash(one)
    with pytest.raises(AttributeError):
        one.new = 1


def test_without_eq_a_value_equals_itself_alone(module: ModuleType) -> None:
    kind = make(module, eq=False)
    one = kind(1)
    assert one == one  # noqa: PLR0124 (that is the law)
    assert one != kind(1)
    assert hash(one) == hash(one)


def test_without_repr_a_value_is_shown_as_any_object(module: ModuleType) -> None:
    assert " object at " in repr(make(module, repr=False)(1))


def test_what_a_class_says_itself_stays(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Own:
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and self.name.lower() == other.name.lower()

        def __hash__(self) -> int:
            return hash(self.name.lower())

        def __repr__(self) -> str:
            return f"<{self.name}>"

    assert Own("A") == Own("a")
    assert len({Own("A"), Own("a")}) == 1
    assert repr(Own("A")) == "<A>"


def test_what_a_class_says_of_its_making_stays(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Own:
        name: str
        __hash__ = None  # type: ignore[assignment]

        def __init__(self, first: str, last: str) -> None:
            object.__setattr__(self, "name", f"{first} {last}")

        def __getstate__(self) -> None:
            raise TypeError("it is not copied")

    assert Own("Ada", "L").name == "Ada L"
    with pytest.raises(TypeError):
        hash(Own("Ada", "L"))
    with pytest.raises(TypeError, match="not copied"):
        copy.copy(Own("Ada", "L"))


def test_an_eq_of_its_own_leaves_a_value_its_hash(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Own:  # noqa: PLW1641 (that is the question)
        name: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own)

    assert hash(Own("a")) == hash(Own("a"))


def test_values_are_in_the_order_of_their_fields(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True, order=True)
    class Span:
        start: int
        end: int

    spans = [Span(2, 3), Span(1, 9), Span(1, 2)]
    assert sorted(spans) == [Span(1, 2), Span(1, 9), Span(2, 3)]
    assert Span(1, 2) <= Span(1, 2) < Span(1, 3) > Span(1, 2) >= Span(1, 2)
    with pytest.raises(TypeError):
        assert Span(1, 2) < (1, 3)


def test_what_follows_the_making_is_called(module: ModuleType) -> None:
    @module.dataclass(frozen=True, slots=True)
    class Doubled:
        x: int
        twice: int = module.field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", self.x * 2)

    assert Doubled(4).twice == 8


def test_a_value_is_matched_by_place(point: Any) -> None:
    assert point.__match_args__ == ("x", "y", "names", "secret", "seen")
    match point(1, 5):
        case point(1, y):
            assert y == 5
        case _:
            pytest.fail("it does not match")


def test_a_value_is_replaced(module: ModuleType, point: Any) -> None:
    one = point(1, names=["a"], secret="s")  # noqa: S106 (none)
    for replace in (module.replace, dataclasses.replace):
        other = replace(one, y=9)
        assert (other.x, other.y, other.names, other.secret) == (1, 9, ["a"], "s")
        assert other.names is one.names
        with pytest.raises(TypeError):
            replace(one, z=1)


def test_the_standard_library_knows_it(point: Any) -> None:
    one = point(1)
    assert dataclasses.is_dataclass(point)
    assert dataclasses.is_dataclass(one)
    names = ["x", "y", "names", "secret", "seen", "total"]
    assert [field.name for field in dataclasses.fields(one)] == names
    assert [field.name for field in dataclasses.fields(point) if not field.repr] == ["secret"]
    assert {field.name: field.type for field in dataclasses.fields(point)}["x"] == "int"
    assert dataclasses.asdict(one)["names"] == []
    assert tuple(dataclasses.asdict(one)) == tuple(names)


def test_its_signature_says_what_it_is_made_from(point: Any) -> None:
    given = inspect.signature(point).parameters
    assert list(given) == ["x", "y", "names", "secret", "seen"]
    assert given["x"].default is inspect.Parameter.empty
    assert given["x"].annotation == "int"
    assert given["y"].default == 2


def test_a_class_keeps_its_names_and_words(point: Any) -> None:
    assert point.__name__ == "Point"
    assert point.__qualname__ == "make.<locals>.Point"
    assert point.__module__ == __name__
    assert point.__doc__ == "A point."


def test_a_copy_is_the_same_value(point: Any) -> None:
    one = point(1, names=["a"])
    assert copy.copy(one) == one
    assert copy.copy(one).names is one.names
    assert copy.deepcopy(one) == one
    assert copy.deepcopy(one).names is not one.names


@records.dataclass(frozen=True, slots=True)
class Kept:
    """A value that can be pickled: its class has a place."""

    x: int
    y: str = "a"


def test_a_value_is_pickled() -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(Kept(3), protocol)) == Kept(3)  # noqa: S301 (ours)


def test_a_default_that_could_be_changed_is_refused(module: ModuleType) -> None:
    with pytest.raises(ValueError, match="default_factory"):

        @module.dataclass(slots=True)
        class Bad:
            names: list[str] = []  # noqa: RUF012 (that is what is refused)


def test_a_field_without_a_default_does_not_follow_one_with(module: ModuleType) -> None:
    with pytest.raises(TypeError):

        @module.dataclass(slots=True)
        class Bad:
            x: int = 1
            y: int


def test_a_dataclass_may_go_on_from_one_of_ours(module: ModuleType) -> None:
    base = make(module, frozen=True)

    @dataclasses.dataclass(frozen=True, slots=True)
    class More(base):  # type: ignore[valid-type]
        z: int = 0

    assert (More(1, z=4).z, More(1).x) == (4, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        More(1).x = 2


def test_fields_of_ours_are_not_inherited_by_ours() -> None:
    with pytest.raises(TypeError, match="not inherited"):

        @records.dataclass(slots=True)
        class More(Kept):
            z: int = 0


def test_without_slots_the_class_is_the_standard_librarys() -> None:
    @records.dataclass
    class Plain:
        x: int

    assert vars(Plain(1)) == {"x": 1}
    assert records.replace(Plain(1), x=2) == Plain(2)
