"""Dataclasses whose methods are compiled late are those of the standard library, but for when."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field
from importlib import import_module
from pkgutil import walk_packages
from typing import Generic, TypeVar

import pytest

import ctct_migrate
from ctct_migrate import late_dataclass
from ctct_migrate.late_dataclass import dataclass, replace

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A class at the top of a module, as pickles need it."""

    line: int
    column: int = 1
    names: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Named(Place):
    """One that inherits fields."""

    name: str = ""


@dataclass
class Box(Generic[T]):
    """One that may be changed, without slots."""

    content: T
    size: int = field(default=1, kw_only=True)
    history: list[T] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.history.append(self.content)


@dataclass(frozen=True, eq=False)
class Identity:
    """One that is equal to itself alone."""

    number: int


@dataclass(slots=True, kw_only=True, repr=False)
class Options:
    """One that is given by names alone."""

    quiet: bool = False
    path: str

    def __repr__(self) -> str:
        return "options"


@dataclass(frozen=True)
class Circle:
    """One that says itself what is equal."""

    radius: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Circle) and abs(self.radius) == abs(other.radius)


def complete() -> list[type]:
    """All classes of the package and of this module that are made late."""
    for module in walk_packages(ctct_migrate.__path__, "ctct_migrate."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    return list(late_dataclass._declarations)


def standard(made: type) -> type:
    """The same class as the standard decorator makes it."""
    declaration = late_dataclass._declarations[made]
    twin = type(made)(made.__name__, made.__bases__, dict(declaration.namespace))
    return dataclasses.dataclass(
        twin, slots="__slots__" in vars(made), frozen=declaration.frozen, **declaration.options
    )


def test_every_class_is_as_the_standard_decorator_makes_it():
    classes = complete()
    assert len(classes) > 200
    for made in classes:
        expected = standard(made)
        assert str(inspect.signature(made)) == str(inspect.signature(expected)), made
        mine, theirs = dataclasses.fields(made), dataclasses.fields(expected)
        assert [repr(each) for each in mine] == [repr(each) for each in theirs], made
        assert made.__match_args__ == expected.__match_args__
        if made.__doc__ is None:  # the standard one words a docstring where there is none
            expected.__doc__ = None
        assert vars(made).keys() == vars(expected).keys(), made
        for name, value in vars(made).items():
            assert type(value) is type(vars(expected)[name]), (made, name)


#: A declaration, and how many pieces of source are compiled once each of the steps is done.
COMPILED = """
import builtins
from ctct_migrate.late_dataclass import dataclass, replace
compiled, original = [], builtins.exec
builtins.exec = lambda source, *rest: (compiled.append(source), original(source, *rest))[1]
@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
print(len(compiled))
Point(1), replace(Point(2), y=3)
print(len(compiled))
[Point(each) for each in range(100)]
print(len(compiled))
Point(1) == Point(2)
print(len(compiled) > 2)
"""


def test_nothing_is_compiled_before_it_is_used():
    done = subprocess.run(
        [sys.executable, "-c", COMPILED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "0", "1", "True"]


def test_first_objects_are_as_those_that_the_standard_decorator_makes():
    for made in complete():
        declaration, known = late_dataclass._declarations[made], dataclasses.fields(made)
        if hasattr(made, "__post_init__") or "__init__" in declaration.namespace:
            continue
        parts = {each.name: object() for each in known if each.init}
        needed = {
            each.name: parts[each.name]
            for each in known
            if each.init and each.default is each.default_factory is dataclasses.MISSING
        }
        twin = standard(made)
        for named in (parts, needed):
            first, expected = made.__new__(made), twin(**named)
            declaration.fill_in(first, **named)
            for each in known:
                missing = object()
                mine = getattr(first, each.name, missing)
                theirs = getattr(expected, each.name, missing)
                made_anew = each.name not in named and type(mine) is type(theirs)
                assert mine is theirs or mine == theirs or made_anew, (made, each.name)


def test_objects_are_compared_ordered_and_printed():
    assert Place(1, names=["a"]) == Place(1, names=["b"]) != Place(2)
    assert hash(Place(1)) == hash(Place(1, 1))
    assert sorted([Place(2), Place(1, 5), Place(1)]) == [Place(1), Place(1, 5), Place(2)]
    assert repr(Place(1, names=["a"])) == "Place(line=1, column=1)"
    assert repr(Options(path="a")) == "options"
    assert Circle(-1) == Circle(1)
    assert hash(Circle(2)) == hash(Circle(2))
    one, other = Identity(1), Identity(1)
    assert one == one != other
    assert len({one, other}) == 2


def test_what_may_be_changed_has_no_hash():
    box = Box(1)
    box.content = 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(box)


def test_each_object_has_what_a_factory_makes_for_it():
    first, second = Place(1), Place(1)
    first.names.append("a")
    assert second.names == []
    assert Box("a", size=3).history == ["a"]
    assert not hasattr(Box, "history")
    assert Box.size == 1


@pytest.mark.parametrize("one", [Place(1), Named(1, name="a"), Identity(1)])
def test_what_is_frozen_cannot_be_changed(one):
    name = dataclasses.fields(one)[0].name
    with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(one, name, 2)
    with pytest.raises(FrozenInstanceError, match=f"cannot delete field '{name}'"):
        delattr(one, name)


@pytest.mark.parametrize("made", [Place, Named, Options])
def test_what_has_slots_has_no_dictionary(made):
    assert "__dict__" not in dir(made)
    assert Named.__slots__ == ("name",)


@pytest.mark.parametrize(
    "one", [Place(1, names=["a"]), Named(1, 2, [], "b"), Box(3), Circle(2), Options(path="a")]
)
def test_objects_are_copied_and_pickled(one):
    for twin in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert type(twin) is type(one)
        assert twin == one
    assert dataclasses.replace(one) == one or isinstance(one, Box)


def test_the_functions_for_dataclasses_take_them():
    assert dataclasses.is_dataclass(Named)
    assert dataclasses.asdict(Named(1, 2, ["a"], "b")) == {
        "line": 1, "column": 2, "names": ["a"], "name": "b",
    }  # fmt: skip
    assert dataclasses.replace(Named(1), name="c").name == "c"


def test_others_may_inherit_from_them():
    @dataclasses.dataclass(frozen=True)
    class Marked(Named):
        mark: str = "x"

    assert Marked(1, mark="y") == Marked(1, mark="y") != Marked(1)
    assert [each.name for each in dataclasses.fields(Marked)] == [
        "line", "column", "names", "name", "mark",
    ]  # fmt: skip

    class Plain(Place):
        pass

    assert Plain(1) == Plain(1) != Place(1)


def test_patterns_take_them_by_place():
    match Place(1, 7):
        case Place(line, column):
            assert (line, column) == (1, 7)


def fresh(*, used: bool) -> type:
    """A new class; if it is `used`, so many objects were made of it that its `__init__` is compiled."""

    @dataclass
    class Line(Box[int]):
        end: int = field(kw_only=True)
        colour: str = field(default="red", kw_only=True)

    for number in range(100 if used else 0):
        Line(number, end=number)
    return Line


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {"end": 1}, "missing 1 required positional argument: 'content'"),
        ((1,), {}, "missing 1 required keyword-only argument: 'end'"),
        ((1, 2), {"end": 1}, "takes 2 positional arguments but 3"),
        ((1,), {"end": 1, "history": []}, "unexpected keyword argument 'history'"),
        ((1,), {"end": 1, "content": 2}, "multiple values for argument 'content'"),
        ((1,), {"end": 1, "self": 2}, "multiple values for argument 'self'"),
    ],
)
def test_wrong_arguments_are_refused(used, values, named, message):
    with pytest.raises(TypeError, match=message):
        fresh(used=used)(*values, **named)


@pytest.mark.parametrize("used", [False, True])
def test_an_object_is_the_same_by_place_and_by_name(used):
    made = fresh(used=used)
    one = made(1, end=2)
    assert vars(one) == {"content": 1, "history": [1], "size": 1, "end": 2, "colour": "red"}
    assert one == made(end=2, content=1, size=1)


@pytest.mark.parametrize("used", [False, True])
def test_a_class_that_inherits_may_pass_arguments_on(used):
    class Doubled(fresh(used=used)):
        def __init__(self, content: int, **rest: int) -> None:
            super().__init__(2 * content, end=content, **rest)

    assert Doubled(2).content == 4
    with pytest.raises(TypeError, match="unexpected keyword argument 'width'"):
        Doubled(2, width=3)


def test_objects_with_other_values():
    one = Place(1, names=["a"])
    other = replace(one, line=2)
    assert (other.line, other.column, other.names) == (2, 1, ["a"])
    assert type(replace(Named(1), name="b")) is Named
    assert replace(Box(1, size=2), content=3).history == [3]
    with pytest.raises(ValueError, match="history"):
        replace(Box(1), history=[])
    with pytest.raises(TypeError, match="unexpected keyword argument 'row'"):
        replace(one, row=1)

    @dataclasses.dataclass
    class Other:
        x: int

    assert replace(Other(1), x=2) == Other(2)


def test_many_threads_may_use_a_class_first():
    def race(_: int) -> None:
        @dataclass(frozen=True, slots=True)
        class Point:
            x: int

        with ThreadPoolExecutor(8) as pool:
            points = list(pool.map(Point, [1] * 16))
            assert set(pool.map(hash, points)) == {hash((1,))}

    for number in range(20):
        race(number)


def test_a_wrong_declaration_is_refused_when_it_is_used():
    @dataclass(frozen=True)
    class Wrong(Box[int]):  # the base is not frozen
        name: str = ""

    with pytest.raises(TypeError, match="cannot inherit frozen dataclass from a non-frozen one"):
        dataclasses.fields(Wrong)
