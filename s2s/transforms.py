"""The transforms as objects: which derivative of which function, by what; found or derived at each call.

In: a function and options.  Out: a callable that derives a program once per signature, and fits its results to the caller's
arguments: same tree, same shapes, same dtypes, no memory shared.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.cache import ready
from s2s.errors import DtypeError, NotScalar, S2SError, ShapeError
from s2s_runtime import tree
from s2s_runtime.checks import ScalarExpected

Argnums = int | Sequence[int]


# ------------------------------------------------------------------------------------------------------------ callees
@dataclass(frozen=True)
class Callee:
    """A function without what was bound to it: a method's object, a partial's arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()


def unbundle(function: Callable[..., Any]) -> Callee:
    """The function inside a method, a partial, a decorated function or a callable object."""
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    if type(function) is types.FunctionType:
        return Callee(function)
    while True:
        if isinstance(function, types.MethodType):
            function, args = function.__func__, (function.__self__, *args)
        elif isinstance(function, functools.partial):
            function, args, kwargs = function.func, (*function.args, *args), {**function.keywords, **kwargs}
        elif hasattr(function, "py_func"):
            function = function.py_func
        elif isinstance(function, BoundDifferentiable):
            function, args = function.__wrapped__, (function.__self__, *args)
        elif isinstance(function, Differentiable):
            function = function.__wrapped__
        elif _is_object(function):
            function, args = type(function).__call__, (function, *args)
        else:
            return Callee(function, args, tuple(kwargs.items()))


def _is_object(function: Any) -> bool:
    plain = (types.FunctionType, types.BuiltinFunctionType, type, np.ufunc, np.vectorize, Transform)
    if hasattr(function, "_dispatcher"):
        return False
    return not isinstance(function, plain) and isinstance(getattr(type(function), "__call__", None), types.FunctionType)


# ----------------------------------------------------------------------------------------------------------- arguments
@dataclass(frozen=True)
class Call:
    """One call's arguments: positional ones, keywords, and where those stand that are differentiated."""

    callee: Callee
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    wrt: tuple[int, ...]

    @functools.cached_property
    def all(self) -> tuple[Any, ...]:
        return (*self.args, *self.kwargs.values()) if self.kwargs else self.args

    @property
    def names(self) -> tuple[str, ...]:
        return (*positional_names(self.callee.function, len(self.args)), *self.kwargs)

    @functools.cached_property
    def chosen(self) -> tuple[Any, ...]:
        values = self.all
        return tuple(values[position] for position in self.wrt)


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def positional_names(function: Callable[..., Any], count: int) -> list[str]:
    """What each of `count` positional arguments is called."""
    names: list[str] = []
    rest = ""
    for parameter in parameters_of(function):
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            rest = parameter.name
    return (names + [f"{rest or 'argument'}[{k}]" for k in range(max(0, count - len(names)))])[:count]


def arranged(callee: Callee, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums | None, argnames: Any) -> Call:
    """The arguments of a call with what was bound, and the positions of those to differentiate by."""
    every = (*callee.args, *args)
    named = {**dict(callee.kwargs), **kwargs} if callee.kwargs else dict(kwargs)
    offset = len(callee.args)
    wrt: list[int] = []
    for number in _numbers(argnums) if argnums is not None else ():
        wrt.append(_position(callee, number, offset, len(args), every, named))
    names = positional_names(callee.function, len(every)) if argnames else []
    for name in (argnames,) if isinstance(argnames, str) else tuple(argnames or ()):
        wrt.append(_named_position(callee, name, names, every, named))
    return Call(callee, every, named, tuple(wrt))


def _numbers(argnums: Argnums) -> tuple[int, ...]:
    return (argnums,) if isinstance(argnums, (int, np.integer)) else tuple(argnums)


def _position(callee: Callee, number: int, offset: int, count: int, every: tuple[Any, ...], named: dict[str, Any]) -> int:
    position = number + offset if number >= 0 else number + offset + count
    if offset <= position < len(every):
        return position
    positional = [p for p in parameters_of(callee.function) if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if 0 <= position < len(positional):
        return _named_position(callee, positional[position].name, [], every, named)
    raise S2SError(f"argnums={number} asks for an argument that was not given: there are {count} positional arguments")


def _named_position(callee: Callee, name: str, names: Sequence[str], every: tuple[Any, ...], named: dict[str, Any]) -> int:
    """Where an argument stands that is asked for by name; a default is given explicitly."""
    if name in names:
        return list(names).index(name)
    if name not in named:
        for parameter in parameters_of(callee.function):
            if parameter.name == name and parameter.default is not parameter.empty:
                named[name] = parameter.default
                break
        else:
            known = ", ".join(p.name for p in parameters_of(callee.function))
            raise S2SError(f"there is no argument {name!r} to differentiate by; the parameters are {known}")
    return len(every) + list(named).index(name)


def check_differentiable(call: Call) -> None:
    """Refuse an argument that has no leaf with a derivative."""
    for position, value in zip(call.wrt, call.chosen, strict=True):
        if type(value) is float:
            continue
        leaves = tree.flatten(value)[0]
        if leaves and any(tree.is_differentiable(leaf) for leaf in leaves):
            continue
        name = call.names[position] if position < len(call.names) else f"argument {position}"
        if not leaves:
            continue
        what = tree.describe(leaves[0])
        raise DtypeError(
            f"{name} is {what}: a derivative by it is not defined", hint="pass a float or a float array, or leave it out of argnums"
        )


# ---------------------------------------------------------------------------------------------------------- transforms
class Transform:
    """A derivative of a function: callable, printable, and itself a function that can be differentiated."""

    kind = ""

    def __init__(self, function: Callable[..., Any], argnums: Argnums | None = 0, argnames: Any = None, has_aux: bool = False) -> None:
        if not callable(function):
            raise TypeError(f"{type(self).__name__} takes a function, not {type(function).__name__}")
        self.function, self.argnums, self.argnames, self.has_aux = function, argnums, argnames, has_aux
        if argnames is not None and argnums == 0:
            self.argnums = None
        functools.update_wrapper(self, function, updated=())
        name = getattr(function, "__name__", type(function).__name__)
        self.__name__ = f"{self.kind}_{name if name.isidentifier() else 'function'}"

    @property
    def single(self) -> bool:
        """Whether one argument was asked for, so that the result is no tuple."""
        if self.argnums is None:
            return isinstance(self.argnames, str)
        return isinstance(self.argnums, (int, np.integer)) and not self.argnames

    def arranged(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Callee, Call]:
        callee = unbundle(self.function)
        call = arranged(callee, args, kwargs, self.argnums, self.argnames)
        check_differentiable(call)
        return callee, call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def source(self, *args: Any, **kwargs: Any) -> str:
        """The derivative as Python text, for arguments like these; for unknown ones if there are none."""
        from s2s.pipeline import source_of

        return source_of(self, args, kwargs)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """What is differentiated, what is recorded, what was taken as known."""
        from s2s.pipeline import explain

        return explain(self, args, kwargs)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        from s2s.nesting import nested_gradient

        return nested_gradient(machine, self, args, kwargs)

    def __s2s_key__(self) -> Any:
        """Equal for transforms that do the same to functions that a program may take for each other."""
        from s2s.specialise.outside import Same, static_key

        if hasattr(self, "callee_value"):
            return type(self), Same(self)
        names = self.argnames if isinstance(self.argnames, str) else tuple(self.argnames or ())
        numbers = self.argnums if self.argnums is None or self.single else tuple(_numbers(self.argnums))
        return type(self), numbers, names, self.has_aux, static_key(self.function)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class Gradient(Transform):
    """`grad(f)`: the gradient of a scalar function."""

    kind = "grad"
    with_value = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        callee, call = self.arranged(args, kwargs)
        made = ready(callee, "value_and_grad", call, self.single, self.has_aux)
        try:
            value, *aux, grads = made.functions[0](*call.all, **made.captured(callee, call))
        except ScalarExpected as error:
            raise not_scalar(error.shape, callee) from None
        chosen = call.chosen
        result = fit(grads, chosen[0]) if self.single else tuple(fit(g, x) for g, x in zip(grads, chosen, strict=True))
        if self.with_value:
            return ((value, *aux), result) if self.has_aux else (value, result)
        return (result, *aux) if self.has_aux else result


class ValueAndGradient(Gradient):
    """`value_and_grad(f)`: the value first, then the gradient."""

    kind = "value_and_grad"
    with_value = True


def not_scalar(shape: Any, callee: Callee) -> NotScalar:
    name = getattr(callee.function, "__name__", "the function")
    what = f"an array of shape {shape}" if isinstance(shape, tuple) else shape
    return NotScalar(
        f"grad takes a function with a scalar result; {name} returns {what}",
        hint="use jacrev or jacfwd for all its derivatives, or vjp with a cotangent of this shape",
    )


# ------------------------------------------------------------------------------------------------------------- fitting
def fit(bar: Any, primal: Any) -> Any:
    """A cotangent or tangent in exactly the tree, shapes and dtypes of its primal, in memory of its own."""
    if isinstance(primal, np.ndarray) and isinstance(bar, np.ndarray) and bar.dtype == primal.dtype and bar.shape == primal.shape:
        return bar.copy() if not bar.flags.owndata or not bar.flags.writeable else bar
    if type(primal) is float and isinstance(bar, float):
        return float(bar)
    if bar is None:
        return tree.zeros_like(primal)
    leaves, _ = tree.flatten(primal)
    if len(leaves) == 1 and leaves[0] is primal:
        return fit_leaf(bar, primal)
    return tree.tree_map(lambda leaf, part: fit(part, leaf), primal, bar)


def fit_leaf(bar: Any, primal: Any) -> Any:
    if not tree.is_differentiable(primal):
        return None
    if isinstance(primal, np.ndarray):
        array = np.array(bar, primal.dtype)
        if array.shape != primal.shape:
            raise AssertionError(f"a cotangent of shape {array.shape} was made for a primal of shape {primal.shape}")
        return array
    if isinstance(primal, np.generic):
        return primal.dtype.type(bar)
    return complex(bar) if isinstance(primal, complex) else float(bar)


def check_like(given: Any, primal: Any, what: str) -> None:
    """Refuse a seed or tangent of another structure, shape or dtype than its primal, with both."""
    mismatch = tree.first_mismatch(primal, given, what)
    if mismatch is not None:
        raise (DtypeError if mismatch.kind == "dtype" else ShapeError)(mismatch.message)


class Differentiable:
    """A function and its derivatives.  Calling it calls the function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function, updated=())
        self.__wrapped__: Callable[..., Any] = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else BoundDifferentiable(self, instance)

    def __reduce__(self) -> Any:
        return self.__qualname__ if self.__module__ else object.__reduce__(self)

    def __repr__(self) -> str:
        return f"<differentiable {self.__qualname__}>"

    def _target(self) -> Callable[..., Any]:
        return self

    def grad(self, *args: Any, argnums: Argnums = 0, argnames: Any = None, has_aux: bool = False, **kwargs: Any) -> Any:
        """The gradient at these arguments: `f.grad(x)` is `grad(f)(x)`."""
        return Gradient(self._target(), argnums, argnames, has_aux)(*args, **kwargs)

    def value_and_grad(self, *args: Any, argnums: Argnums = 0, argnames: Any = None, has_aux: bool = False, **kwargs: Any) -> Any:
        """The value and the gradient at these arguments."""
        return ValueAndGradient(self._target(), argnums, argnames, has_aux)(*args, **kwargs)

    def vjp(self, *primals: Any, **kwargs: Any) -> Any:
        """The result and the pullback: `f.vjp(x)` is `vjp(f, x)`."""
        from s2s.api import vjp

        return vjp(self._target(), *primals, **kwargs)

    def jvp(self, primals: Any, tangents: Any) -> Any:
        """The result and its tangent: `f.jvp((x,), (x_dot,))` is `jvp(f, (x,), (x_dot,))`."""
        from s2s.api import jvp

        return jvp(self._target(), primals, tangents)

    def source(self, *args: Any, mode: str = "vjp", **kwargs: Any) -> str:
        """The derivative as Python text.  `mode` is vjp, grad, value_and_grad or jvp."""
        from s2s.pipeline import source_of

        return source_of(Transform(self._target(), None), args, kwargs, mode)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """What is differentiated, what is recorded, what was taken as known."""
        from s2s.pipeline import explain

        return explain(Transform(self._target(), None), args, kwargs)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return machine.call(machine.held_by(self, self.__wrapped__, lambda held: held.__wrapped__), args, kwargs)

    def __s2s_key__(self) -> Any:
        from s2s.specialise.outside import static_key

        return type(self), static_key(self.__wrapped__)


class BoundDifferentiable(Differentiable):
    """A differentiable method of one object."""

    def __init__(self, method: Differentiable, instance: Any) -> None:
        super().__init__(method.__wrapped__)
        self.__self__ = instance

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(self.__self__, *args, **kwargs)

    def _target(self) -> Callable[..., Any]:
        return types.MethodType(self.__wrapped__, self.__self__)

    def __reduce__(self) -> Any:
        return getattr, (self.__self__, self.__name__)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        owner = machine.given(self.__self__, "self", self, lambda held: held.__self__)
        return super().__s2s_call__(machine, [owner, *args], kwargs)
