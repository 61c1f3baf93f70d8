"""One compiled version of a function, called for exactly its types.

In: a dispatcher, and the types that it was compiled for.  Out: something to call that looks at types as Numba does, and raises
OtherTypes where they are others: it neither converts an argument nor compiles anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import _dispatcher, types
from numba.core.dispatcher import OmittedArg

if TYPE_CHECKING:
    from s2s.jit.dispatcher import Compiled


class OtherTypes(Exception):
    """The arguments of a call have other types."""


class Exact(_dispatcher.Dispatcher):  # type: ignore[misc, unused-ignore]
    """A version of a dispatcher.  All parameters are given by position; `left` has what stands for those that are left out."""

    def __init__(self, dispatcher: Compiled, kinds: tuple[Any, ...]) -> None:
        made, self.kinds = dispatcher.overloads[kinds], kinds
        self.names = dispatcher.py_func.__code__.co_varnames[: len(kinds)]
        self.left = {
            name: OmittedArg(kind.value)
            for name, kind in zip(self.names, kinds, strict=True)
            if isinstance(kind, types.Omitted)
        }
        self.dispatcher = dispatcher  # whose machine code this is
        self.__code__ = dispatcher.py_func.__code__  # Numba asks for it when a profiler watches
        super().__init__(
            dispatcher._tm.get_pointer(), len(kinds), dispatcher._fold_args, self.names, (), False, False, True
        )
        self._insert(  # type: ignore[attr-defined]
            [kind._code for kind in kinds], made.entry_point, made.objectmode
        )
        self._can_compile = False

    def typeof_pyval(self, value: Any) -> Any:
        """The type of what Numba's own fast way does not know."""
        if isinstance(value, OmittedArg):
            return types.Omitted(value.value)
        raise OtherTypes

    def _explain_matching_error(self, *args: Any, **kwargs: Any) -> None:
        raise OtherTypes

    def _search_new_conversions(self, *args: Any, **kwargs: Any) -> bool:
        return False


def exact(dispatcher: Compiled, args: tuple[Any, ...], named: dict[str, Any]) -> Exact | None:
    """The version that was compiled for arguments like these; None if there is none."""
    kinds = kinds_of(dispatcher, args, named)
    return Exact(dispatcher, kinds) if kinds in dispatcher.overloads else None


def kinds_of(dispatcher: Compiled, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The types of arguments; of what is left out, the defaults."""
    code, defaults = dispatcher.py_func.__code__, dispatcher.py_func.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    given = {**dict(zip(names, args, strict=False)), **named}
    left = {
        name: types.Omitted(value) for name, value in zip(names[len(names) - len(defaults) :], defaults, strict=True)
    }
    return tuple(dispatcher.typeof_pyval(given[name]) if name in given else left.get(name) for name in names)
