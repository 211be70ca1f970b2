"""Results that are kept as long as somebody holds what they are about, and do not keep it alive."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

H = TypeVar("H")
T = TypeVar("T")


def cached_while_held(function: Callable[[H], T]) -> Callable[[H], T]:
    """`function`, which is called once for each object; its result is kept until the object is freed.
    The object has to be hashable, and open to weak references; what `function` raises is not kept."""
    results: WeakKeyDictionary[H, T] = WeakKeyDictionary()

    @wraps(function)
    def kept(held: H) -> T:
        if held not in results:
            results[held] = function(held)
        return results[held]

    return kept
