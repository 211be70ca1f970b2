"""Dataclasses whose methods are compiled when they are first used.

`dataclass` here takes the options of `dataclasses.dataclass` and makes the same classes; only the
moment differs.  The standard decorator writes source code for six methods and compiles it, which
takes about a millisecond a class, and a program that lints one small file makes no object of half
of its classes, a handful of most others, and compares or prints hardly any.  This one leaves a
placeholder for each attribute that the standard one would add.  The first objects of a class have
their fields filled in one by one; for those that follow, `__init__` is compiled.  Whoever uses one
of the other attributes (compares two objects, prints one) has these replaced by what the standard
decorator makes.  Functions of `dataclasses` have the fields alone found out, and `replace` here
needs not even that.

A declaration that the standard decorator refuses is refused then; type checkers, to which the two
decorators are one, refuse it before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields
from dataclasses import dataclass as standard
from dataclasses import replace as standard_replace
from functools import cached_property, partial
from threading import RLock
from typing import TYPE_CHECKING, Any

_FIELDS = "__dataclass_fields__"

#: Attributes that the standard decorator adds besides `__init__` and the fields: whatever is asked
#: for, and by option.
_ADDED = ("__dataclass_params__", "__match_args__", "__replace__")
_ADDED_BY = {
    "repr": ("__repr__",),
    "eq": ("__eq__", "__hash__"),
    "order": ("__lt__", "__le__", "__gt__", "__ge__"),
}
_OFF = frozenset({"order"})  #: options that are off by default


def late_dataclass(
    declared: type | None = None, /, *, slots: bool = False, frozen: bool = False, **options: bool
) -> Any:
    """As `dataclasses.dataclass`, for what this package declares: `ClassVar`, `InitVar` and `KW_ONLY`
    mean nothing here, and dataclasses that it inherits from are made late, too."""
    if declared is None:
        return lambda declared: late_dataclass(declared, slots=slots, frozen=frozen, **options)
    return _Declaration(declared, slots=slots, frozen=frozen, options=options).made


def late_replace(instance: Any, /, **changes: Any) -> Any:
    """As `dataclasses.replace`, without having the fields of the class found out."""
    declaration = _declarations.get(type(instance))
    if declaration is None or not changes.keys() <= declaration.parameters:
        return standard_replace(instance, **changes)
    unchanged = declaration.parameters - changes.keys()
    return type(instance)(**{name: getattr(instance, name) for name in unchanged}, **changes)


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
else:
    dataclass, replace = late_dataclass, late_replace

#: What each class was made of.
_declarations: dict[type, _Declaration] = {}
_completing = RLock()

#: Objects of each class that are made without a compiled `__init__`.  To compile one takes as long as
#: to fill in some fifty objects.
_FIRST = 32


class _FromFactory:
    """The default of a parameter whose field is made anew for each object, as signatures show it."""

    def __repr__(self) -> str:
        return "<factory>"


_FROM_FACTORY = _FromFactory()


class _Placeholder:
    """Stands for an attribute of a class until somebody asks for it, and has it replaced then."""

    __slots__ = ("name", "replace")

    def __init__(self, name: str, replace: Callable[[], None]) -> None:
        self.name = name
        self.replace = replace

    def __get__(self, instance: object, owner: type) -> Any:
        self.replace()
        return getattr(owner if instance is None else instance, self.name)


class _FirstInit:
    """Stands for the `__init__` of a class while its first objects are made."""

    __slots__ = ("declaration", "left")

    def __init__(self, declaration: _Declaration) -> None:
        self.declaration = declaration
        self.left = _FIRST

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is not None and self.left:
            self.left -= 1
            return partial(self.declaration.fill_in, instance)
        return self.declaration.compiled_init().__get__(instance, owner)


class _Declaration:
    """What a class declares; `made` is the class that is made of it."""

    def __init__(
        self, declared: type, *, slots: bool, frozen: bool, options: dict[str, bool]
    ) -> None:
        self.frozen = frozen
        self.options = options
        self.types: dict[str, Any] = declared.__annotations__
        self.namespace = {
            name: value
            for name, value in vars(declared).items()
            if name not in ("__dict__", "__weakref__")
        }
        self.late = self._late()
        added: dict[str, object] = {name: _Placeholder(name, self.add_others) for name in self.late}
        added[_FIELDS] = _Placeholder(_FIELDS, self.add_fields)
        if "__init__" not in self.namespace:
            added["__init__"] = _FirstInit(self)
        if frozen:
            added |= {"__setattr__": _refuse_assignment, "__delattr__": _refuse_deletion}
            if slots:
                added |= {"__getstate__": _state, "__setstate__": _set_state}
        self.made = self._slotted(declared, added) if slots else self._changed(declared, added)
        _declarations[self.made] = self

    def _late(self) -> list[str]:
        """Names of the attributes besides `__init__` that the standard decorator would add."""
        names = [*_ADDED]
        for option, those in _ADDED_BY.items():
            if self.options.get(option, option not in _OFF):
                names += those
        return [name for name in names if self.namespace.get(name) is None]

    def _slotted(self, declared: type, added: dict[str, object]) -> type:
        """The class with a slot for each of its fields, and what is added to it."""
        inherited = {
            slot for base in declared.__mro__[1:] for slot in vars(base).get("__slots__", ())
        }
        rest = {name: value for name, value in self.namespace.items() if name not in self.types}
        rest |= added
        rest["__slots__"] = tuple(name for name in self.types if name not in inherited)
        made: type = type(declared)(declared.__name__, declared.__bases__, rest)
        made.__qualname__ = declared.__qualname__
        return made

    def _changed(self, declared: type, added: dict[str, object]) -> type:
        """The class with the default of each field in place of its `field()`, and what is added."""
        for name, value in added.items():
            setattr(declared, name, value)
        for name, value in self.namespace.items():
            if isinstance(value, Field):
                if value.default is MISSING:
                    delattr(declared, name)
                else:
                    setattr(declared, name, value.default)
        return declared

    def _as_standard(self, **options: bool) -> type:
        """A class like this one, as the standard decorator makes it."""
        twin = type(self.made)(self.made.__name__, self.made.__bases__, self.namespace)
        return standard(twin, init=False, **options)

    @cached_property
    def known(self) -> dict[str, Field[Any]]:
        """What is declared of each field, those first that are inherited."""
        found: dict[str, Field[Any]] = {}
        for base in self.made.__mro__[:0:-1]:
            if base in _declarations:
                found |= _declarations[base].known
        for name, type_ in self.types.items():
            default: Any = self.namespace.get(name, MISSING)
            each = default if isinstance(default, Field) else field(default=default)
            each.type = type_
            if each.kw_only is MISSING:
                each.kw_only = self.options.get("kw_only", False)
            found[name] = each
        return found

    def add_fields(self) -> None:
        """Adds the fields, for the functions of `dataclasses`."""
        nothing = dict.fromkeys(("repr", "eq", "match_args"), False)
        if any(base in _declarations for base in self.made.__mro__[1:]):
            nothing["frozen"] = self.frozen  # which has to be that of what it inherits from
        twin = self._as_standard(**nothing, kw_only=self.options.get("kw_only", False))
        setattr(self.made, _FIELDS, vars(twin)[_FIELDS])

    def fill_in(self, instance: Any, /, *values: object, **named: object) -> None:
        """Does what `__init__` does.  Wrong arguments are left to the compiled one, which says what is
        wrong with them."""
        given = dict(zip(self.positional, values, strict=False)) | named
        is_whole = len(given) == len(values) + len(named)
        if not (is_whole and self.required <= given.keys() <= self.parameters):
            self.compiled_init()(instance, *values, **named)
            return
        put = object.__setattr__ if self.frozen else setattr
        for name, each in self.known.items():
            if name in given:
                put(instance, name, given[name])
            elif each.default_factory is not MISSING:
                put(instance, name, each.default_factory())
            elif each.default is not MISSING:
                put(instance, name, each.default)
        if hasattr(instance, "__post_init__"):
            instance.__post_init__()

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters of `__init__`."""
        return frozenset(name for name, each in self.known.items() if each.init)

    @cached_property
    def positional(self) -> list[str]:
        """Names of those that may be given by place, in their order."""
        return [name for name, each in self.known.items() if each.init and not each.kw_only]

    @cached_property
    def required(self) -> frozenset[str]:
        """Names of those that have to be given."""
        return frozenset(
            name
            for name in self.parameters
            if self.known[name].default is MISSING and self.known[name].default_factory is MISSING
        )

    def compiled_init(self) -> Any:
        """The `__init__` that the standard decorator makes, which the class has from now on; nothing
        else of the class is compiled."""
        source, outer = _init_source(self.known, self.frozen, hasattr(self.made, "__post_init__"))
        module, scope = sys.modules.get(self.made.__module__), dict[str, Any]()
        exec(source, {} if module is None else vars(module), scope)
        function = scope["make"](**outer)
        function.__qualname__ = f"{self.made.__qualname__}.__init__"
        types = {name: each.type for name, each in self.known.items() if each.init}
        function.__annotations__ = {**types, "return": None}
        setattr(self.made, "__init__", function)  # noqa: B010  (type checkers: it is no method yet)
        return function

    def add_others(self) -> None:
        """Has the standard decorator make everything else, on a class like this one."""
        with _completing:
            if not isinstance(vars(self.made).get(self.late[0]), _Placeholder):
                return  # another thread was faster
            twin = self._as_standard(frozen=self.frozen, **self.options)
            for name in reversed(self.late):
                if name in vars(twin):
                    setattr(self.made, name, vars(twin)[name])
                else:
                    delattr(self.made, name)


def _init_source(
    known: dict[str, Field[Any]], frozen: bool, has_post_init: bool
) -> tuple[str, dict[str, Any]]:
    """The source of a function that makes an `__init__`, and its arguments."""
    outer: dict[str, Any] = {"FACTORY": _FROM_FACTORY, "set_field": object.__setattr__}
    positional, keywords, lines = ["self"], ["*"], []
    for name, each in known.items():
        value, default = name, f"default_{name}"
        if each.default_factory is not MISSING:
            outer[default], outer[f"new_{name}"] = _FROM_FACTORY, each.default_factory
            value = f"new_{name}() if {name} is FACTORY else {name}"
        elif each.default is not MISSING:
            outer[default] = each.default
        if each.init:
            parameter = f"{name}={default}" if default in outer else name
            (keywords if each.kw_only else positional).append(parameter)
        elif f"new_{name}" in outer:
            value = f"new_{name}()"
        elif default in outer:
            value = default
        else:
            continue
        lines.append(f"set_field(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if has_post_init:
        lines.append("self.__post_init__()")
    parameters = ", ".join(positional + (keywords if len(keywords) > 1 else []))
    body = "\n  ".join(lines or ["pass"])
    source = (
        f"def make({', '.join(outer)}):\n def __init__({parameters}):\n  {body}\n return __init__"
    )
    return source, outer


def _refuse_assignment(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
