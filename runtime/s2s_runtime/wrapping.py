"""A callable around a function, which looks like it: what marks a function, or gives it derivatives, begins with this."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any


class Wrapper:
    """Calling it calls the function.  It has the function's name, signature and docstring, and binds to an object as it does."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function, updated=())
        self.__wrapped__: Callable[..., Any] = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __s2s_inside__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The function inside, and the arguments that are bound to it."""
        return self.__wrapped__, ()
