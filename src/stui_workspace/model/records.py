"""`dataclass` and `replace` as the standard library has them, for classes that are cheap to define.

The standard library writes and compiles up to eight functions for each class. With two hundred
classes that was a third of what a command took to start. Here, classes share their functions and
know their fields as data. To type checkers, and to `fields`, `asdict`, `replace` and `is_dataclass`
of the standard library, they are dataclasses.

Fields are not inherited, and there is neither `kw_only` nor `InitVar`. A class without `slots` is
left to the standard library.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass", "field", "replace"]

_T = TypeVar("_T")
_OF_CLASS = ("ClassVar", "typing.ClassVar")
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")


def _dataclass(cls: type | None = None, /, **options: bool) -> Any:
    if options.get("slots"):
        return lambda cls: _record(cls, **options)
    return dataclasses.dataclass(cls, **options)  # noqa: TID251 (the one place)


def _replace(value: _T, /, **changes: Any) -> _T:
    names: tuple[str, ...] = value.__match_args__  # type: ignore[attr-defined]
    kept = [changes.pop(name) if name in changes else getattr(value, name) for name in names]
    return type(value)(*kept, **changes)


class _Shape:
    """What is known of the fields of one class."""

    __slots__ = ("compared", "given", "made", "names", "put", "said", "shown")

    def __init__(self, cls: type) -> None:
        own = vars(cls)
        annotations = inspect.get_annotations(cls)
        names = tuple([k for k, said in annotations.items() if not str(said).startswith(_OF_CLASS)])
        self.names = names
        self.said = {name: own[name] for name in names if name in own}
        """What the class has under the name of a field: its default, or a `Field`."""
        fields = {name: one for name, one in self.said.items() if isinstance(one, Field)}
        self.made = tuple([name for name, one in fields.items() if not one.init])
        """The names of what a new value has without being given it."""
        self.given = self.shown = compared = names
        if fields:
            self.given = tuple([name for name in names if name not in self.made])
            self.shown = tuple([k for k in names if k not in fields or fields[k].repr])
            compared = tuple([k for k in names if k not in fields or fields[k].compare])
        self.compared = _getter(compared)
        self.put: list[Callable[[Any, Any], None]] = []
        self._check()

    def _check(self) -> None:
        with_default = ""
        for name in self.given:
            one = self.said.get(name, MISSING)
            if type(one.default if isinstance(one, Field) else one).__hash__ is None:
                raise ValueError(f"the default of {name!r} could be changed: use default_factory")
            if self.has_default(name):
                with_default = name
            elif with_default:
                raise TypeError(f"{name!r} without a default follows {with_default!r} with one")

    def has_default(self, name: str) -> bool:
        one = self.said.get(name, MISSING)
        if isinstance(one, Field):
            return one.default is not MISSING or one.default_factory is not MISSING
        return one is not MISSING

    def default(self, cls: type, name: str) -> Any:
        one = self.said.get(name, MISSING)
        if isinstance(one, Field):
            if one.default_factory is not MISSING:
                return one.default_factory()
            one = one.default
        if one is MISSING:
            raise TypeError(f"{cls.__qualname__}() needs {name!r}")
        return one

    def usual(self) -> tuple[tuple[Any, ...], int]:
        """The defaults by place, and from which place on they can be taken as they are."""
        fixed, found = 0, []
        for place, name in enumerate(self.given):
            one = self.said.get(name, MISSING)
            found.append(one.default if isinstance(one, Field) else one)
            if found[-1] is MISSING:
                fixed = place + 1
        return tuple(found), fixed

    def completed(self, cls: type, values: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """The values of all that a new value is made from, in order."""
        rest = self.given[len(values) :]
        found = [*values, *[named.pop(k) if k in named else self.default(cls, k) for k in rest]]
        if named or len(found) > len(self.given):
            said = f"unexpected or twice: {', '.join(named)}" if named else "too many values"
            raise TypeError(f"{cls.__qualname__}() was given {said}")
        return found


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple([getattr(value, name) for name in names])


def _record(  # noqa: PLR0913 (as the standard library has it)
    cls: type,
    *,
    slots: bool,  # noqa: ARG001 (always)
    frozen: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002 (as the standard library has it)
    order: bool = False,
) -> type:
    if any(hasattr(base, "__dataclass_fields__") for base in cls.__mro__[1:]):
        raise TypeError("fields are not inherited")
    shape, not_kept = _Shape(cls), {"__dict__", "__weakref__"}
    if eq and cls.__dict__.get("__eq__") is not None and cls.__dict__["__hash__"] is None:
        not_kept.add("__hash__")  # nobody said so: it comes with an `__eq__` of the class's own
    own = {k: v for k, v in vars(cls).items() if k not in shape.names and k not in not_kept}
    body: dict[str, Any] = {
        "__match_args__": shape.given,
        "__init__": _init_of(
            shape, has_more=bool(shape.made), is_told=hasattr(cls, "__post_init__")
        ),
        "__replace__": _replace,
        **({"__repr__": _repr} if repr else {}),
        **({"__eq__": _eq, "__hash__": _hash if frozen else None} if eq else {}),
        **({name: _comparing(name) for name in _ORDER} if order else {}),
        **(_FROZEN if frozen else {}),
        **own,  # what a class says itself is so
        "__slots__": shape.names,
        "__stui_shape__": shape,
        **_LAZY[frozen],
    }
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    shape.put += [getattr(made, name).__set__ for name in shape.given]
    return made


def _init_of(shape: _Shape, *, has_more: bool, is_told: bool) -> Callable[..., None]:
    put, count = shape.put, len(shape.given)
    usual, fixed = shape.usual()

    def __init__(self: Any, /, *values: Any, **named: Any) -> None:  # noqa: N807
        every: Iterable[Any] = values
        if named or len(values) != count:
            if not named and fixed <= len(values) < count:
                every = values + usual[len(values) :]
            else:
                every = shape.completed(type(self), values, named)
        for put_one, value in zip(put, every):  # noqa: B905 (as many; a quarter of the time)
            put_one(self, value)
        if has_more:
            for name in shape.made:
                if shape.has_default(name):
                    object.__setattr__(self, name, shape.default(type(self), name))
        if is_told:
            self.__post_init__()

    return __init__


# What the classes share.


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__stui_shape__.shown])
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> bool:
    if type(other) is not type(self):
        return NotImplemented  # type: ignore[no-any-return]
    compared = self.__stui_shape__.compared
    is_same: bool = compared(self) == compared(other)
    return is_same


def _hash(self: Any) -> int:
    return hash(self.__stui_shape__.compared(self))


def _comparing(name: str) -> Callable[[Any, Any], bool]:
    def compare(self: Any, other: Any) -> bool:
        if type(other) is not type(self):
            return NotImplemented  # type: ignore[no-any-return]
        compared = self.__stui_shape__.compared
        found: bool = getattr(compared(self), name)(compared(other))
        return found

    return compare


def _refuse_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__stui_shape__.names]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__stui_shape__.names, state, strict=True):
        object.__setattr__(self, name, value)


_FROZEN: dict[str, Any] = {
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    "__getstate__": _state,
    "__setstate__": _set_state,
}


# What only the standard library and the makers of documentation ask for, made when they do.


class _Lazy:
    """An attribute of a class that is found out when it is asked for."""

    __slots__ = ("_find", "_name")

    def __init__(self, name: str, find: Callable[[Any], Any]) -> None:
        self._name, self._find = name, find

    def __get__(self, _instance: object, owner: type) -> Any:
        own = next(one for one in owner.__mro__ if "__stui_shape__" in vars(one))
        found = self._find(own)
        setattr(own, self._name, found)
        return found


class _Signature:
    """What `inspect.signature` says of a class; one that goes on from it is asked itself."""

    __slots__ = ()

    def __get__(self, _instance: object, owner: Any) -> inspect.Signature:
        if "__stui_shape__" not in vars(owner):
            raise AttributeError("__signature__")
        shape, annotations = owner.__stui_shape__, inspect.get_annotations(owner)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        given = []
        for name in shape.given:
            default = (
                shape.default(owner, name) if shape.has_default(name) else inspect.Parameter.empty
            )
            given.append(
                inspect.Parameter(name, kind, default=default, annotation=annotations[name])
            )
        return inspect.Signature(given, return_annotation=None)


def _standard(own: Any, *, frozen: bool = False) -> Any:
    """A class with the same fields, made by the standard library."""
    annotations, said = inspect.get_annotations(own), own.__stui_shape__.said
    fields = [
        (name, annotations[name], one if isinstance(one, Field) else field(default=one))
        for name in own.__stui_shape__.names
        for one in (said.get(name, MISSING),)
    ]
    return dataclasses.make_dataclass(
        own.__name__,
        fields,
        namespace={"__doc__": own.__name__},  # without one, it is made, and costs the most
        init=False,
        repr=False,
        eq=False,
        frozen=frozen,
    )


def _lazy(*, frozen: bool) -> dict[str, Any]:
    find: dict[str, Callable[[Any], Any]] = {
        "__dataclass_fields__": lambda own: _standard(own).__dataclass_fields__,
        "__dataclass_params__": lambda own: _standard(own, frozen=frozen).__dataclass_params__,
    }
    return {name: _Lazy(name, one) for name, one in find.items()} | {"__signature__": _Signature()}


_LAZY = {frozen: _lazy(frozen=frozen) for frozen in (False, True)}

if TYPE_CHECKING:
    from dataclasses import dataclass, replace  # noqa: TID251 (what the others are to be taken for)
else:
    dataclass, replace = _dataclass, _replace
