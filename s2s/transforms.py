"""The transforms as objects: which derivative of which function, by what; found or derived at each call.

In: a function and options.  Out: a callable that derives a program once per signature, and fits its results to the caller's
arguments: same tree, same shapes, same dtypes, no memory shared.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.arguments import Argnums, Call, Callee, arranged, check_differentiable, numbers_of, unbundle
from s2s.errors import COMPLEX_HINT, NotScalar
from s2s.fitting import handed_out
from s2s.jit.choice import UNSAID, Choice, settled
from s2s.prepared import GRADIENTS, Prepared, Program, prepared
from s2s.shortcuts import Met, Shortcut, Warm, forget, known, no_shortcut
from s2s_runtime.checks import COMPLEX, ScalarExpected
from s2s_runtime.wrapping import Wrapper

if TYPE_CHECKING:
    from s2s.health import Health
    from s2s.report import Report
    from s2s.verify import Certificate


Question = tuple[Any, Any, bool]
"""By what is differentiated, by position and by name, and whether the function gives something besides."""


# ---------------------------------------------------------------------------------------------------------- transforms
class Transform:
    """A derivative of a function: callable, printable, and itself a function that can be differentiated."""

    kind = ""
    __name__: str
    function: Callable[..., Any]
    argnums: Any
    argnames: Any
    has_aux: bool
    options: Choice

    def __init__(
        self,
        function: Callable[..., Any],
        argnums: Argnums | None = 0,
        argnames: Any = None,
        has_aux: bool = False,
        options: Choice = UNSAID,
    ) -> None:
        if not callable(function):
            raise TypeError(f"{type(self).__name__} takes a function, not {type(function).__name__}")
        held = self.__dict__
        held.update({name: getattr(function, name) for name in functools.WRAPPER_ASSIGNMENTS if hasattr(function, name)})
        name = getattr(function, "__name__", type(function).__name__)
        held.update(
            function=function, options=options, has_aux=has_aux, __wrapped__=function,
            argnums=None if argnames is not None and argnums == 0 else tuple(argnums) if isinstance(argnums, list) else argnums,
            argnames=tuple(argnames) if isinstance(argnames, list) else argnames,
            __name__=f"{self.kind}_{name if name.isidentifier() else 'function'}",
        )  # fmt: skip

    def __setattr__(self, name: str, value: Any) -> None:
        """What is derived may be another derivative from here on."""
        super().__setattr__(name, value)
        forget(self.__dict__)

    def __getstate__(self) -> dict[str, Any]:
        return forget(dict(self.__dict__))

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

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def source(self, *args: Any, lowered: bool = False, check_nan: bool = False, **kwargs: Any) -> str:
        """The derivative as Python text, for arguments like these; for unknown ones if there are none.

        `lowered`: as the loop nests that are compiled.  `check_nan`: as it runs with this option, where it watches itself.
        """
        from s2s.showing import source_of

        return source_of(self, args, kwargs, lowered=lowered, check_nan=check_nan)

    def explain(self, /, *args: Any, **kwargs: Any) -> str:
        """What is differentiated, what is recorded, what was taken as known."""
        from s2s.showing import explain

        return explain(self, args, kwargs)

    def report(self, /, *args: Any, **kwargs: Any) -> Report:
        """What the reverse sweep records and keeps for arguments like these, and why."""
        from s2s.report import report_of

        return report_of(self, args, kwargs)

    def health(self, /, *args: Any, **kwargs: Any) -> Health:
        """Where the derivative leans on a convention at these arguments, and how well what it solves is conditioned."""
        from s2s.health import health_of

        return health_of(self, args, kwargs)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        from s2s.nesting import nested_gradient

        return nested_gradient(machine, self, args, kwargs)

    def __s2s_key__(self) -> Any:
        """Equal for transforms that do the same to functions that a program may take for each other."""
        from s2s.specialise.outside import Same, static_key

        if hasattr(self, "callee_value"):
            return type(self), Same(self)
        names = self.argnames if isinstance(self.argnames, str) else tuple(self.argnames or ())
        numbers = self.argnums if self.argnums is None or self.single else tuple(numbers_of(self.argnums))
        return type(self), numbers, names, self.has_aux, static_key(self.function)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def prepared(self, kind: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Prepared, Met]:
        """A call made ready to run, the long way."""
        callee, call = self.arranged(args, kwargs)
        single, has_aux = (self.single, self.has_aux) if kind in GRADIENTS else (False, False)
        found = prepared(callee, call, kind, settled(self.options, self.function), single, has_aux)
        return found, Met(self.function, self.options, callee, call, tuple(kwargs), found)

    @property
    def calls(self) -> Warm:
        """What is known of calls of this and of all transforms that do the same to the same function."""
        warm: Warm | None = self.__dict__.get("warm")
        if warm is None:
            key = (type(self), self.argnums, self.argnames, self.has_aux, self.options)
            try:
                warm = known(self.function, key)
            except TypeError:  # it was told something that is no key, and that may change
                warm = Warm()
            self.__dict__["warm"] = warm
        return warm


class Gradient(Transform):
    """`grad(f)`: the gradient of a scalar function."""

    kind = "grad"
    with_value = False
    shortcut: Shortcut = staticmethod(no_shortcut)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        found = self.shortcut(args, kwargs)
        return found if found is not None else self.another(args, kwargs)

    @property
    def _numba_type_(self) -> Any:
        """What Numba takes a transform for where compiled code calls it."""
        if "seen" not in self.__dict__:
            from s2s.inside import called

            self.__dict__["seen"] = called(self)
        return self.__dict__["seen"].kind

    def another(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call that this transform knows no shortcut for; another one that does the same may."""
        warm = self.calls
        if self.shortcut is not warm.find:
            self.__dict__["shortcut"] = warm.find
            found = warm.find(args, kwargs)
            if found is not None:
                return found
        return self.long_way(args, kwargs)

    def long_way(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call that is like none before, or of which little is known."""
        result, warm = self.met(args, kwargs, self.calls), self.calls
        if warm.known:
            self.__dict__["shortcut"] = warm.find
        return result

    def met(self, args: tuple[Any, ...], kwargs: dict[str, Any], warm: Warm, given: int = 0) -> Any:
        """A call that goes the long way, and is told of; `given`: as of `Met`."""
        found, met = self.prepared("value_and_grad" if self.with_value else "call", args, kwargs)
        result = gradient(*found)
        warm.met(replace(met, given=given), gradient)
        return result


def gradient(program: Program, every: tuple[Any, ...], outside: dict[str, Any]) -> Any:
    """The gradient that a program computes, in the place of none of the caller's arrays."""
    try:
        found = program.functions[0](*every, **outside)
    except ScalarExpected as error:
        raise not_scalar(error.shape, program.function) from None
    return handed_out(program, found, every, outside)


class ValueAndGradient(Gradient):
    """`value_and_grad(f)`: the value first, then the gradient."""

    kind = "value_and_grad"
    with_value = True


def not_scalar(shape: Any, function: Any) -> NotScalar:
    name = getattr(function, "__name__", "the function")
    if shape == COMPLEX:
        return NotScalar(f"grad takes a function with a real result; {name} returns {shape}", hint=COMPLEX_HINT)
    what = f"an array of shape {shape}" if isinstance(shape, tuple) else shape
    return NotScalar(
        f"grad takes a function with a scalar result; {name} returns {what}",
        hint="use jacrev or jacfwd for all its derivatives, or vjp with a cotangent of this shape",
    )


class Differentiable(Wrapper):
    """A function and its derivatives.  Calling it calls the function."""

    if TYPE_CHECKING:
        __name__: str
        __qualname__: str

    def __init__(self, function: Callable[..., Any], options: Choice = UNSAID) -> None:
        super().__init__(function)
        self.options = options

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else BoundDifferentiable(self, instance)

    def __reduce__(self) -> Any:
        return self.__qualname__ if self.__module__ else object.__reduce__(self)

    def __repr__(self) -> str:
        return f"<differentiable {self.__qualname__}>"

    def _target(self) -> Callable[..., Any]:
        return self

    def _transform(self, kind: type[Gradient], argnums: Any, argnames: Any, has_aux: bool) -> Gradient:
        """A transform of this, the same one for the same question."""
        argnums, argnames = [tuple(one) if isinstance(one, list) else one for one in (argnums, argnames)]
        key = ("transform", kind, argnums, argnames, has_aux, self.options)
        made: Gradient = known(self, key, lambda: kind(self._target(), argnums, argnames, has_aux, self.options))
        return made

    def _derived(self, kind: type[Gradient], question: Question, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a transform of this gives for a call."""
        return self._transform(kind, *question)(*args, **kwargs)

    def grad(self, *args: Any, argnums: Argnums = 0, argnames: Any = None, has_aux: bool = False, **kwargs: Any) -> Any:
        """The gradient at these arguments: `f.grad(x)` is `grad(f)(x)`."""
        return self._derived(Gradient, (argnums, argnames, has_aux), args, kwargs)

    def value_and_grad(
        self, *args: Any, argnums: Argnums = 0, argnames: Any = None, has_aux: bool = False, **kwargs: Any
    ) -> Any:
        """The value and the gradient at these arguments."""
        return self._derived(ValueAndGradient, (argnums, argnames, has_aux), args, kwargs)

    def vjp(self, *primals: Any, **kwargs: Any) -> Any:
        """The result and the pullback: `f.vjp(x)` is `vjp(f, x)`."""
        from s2s.api import vjp

        return vjp(self._target(), *primals, **{**self.options.given(), **kwargs})

    def jvp(self, primals: Any, tangents: Any) -> Any:
        """The result and its tangent: `f.jvp((x,), (x_dot,))` is `jvp(f, (x,), (x_dot,))`."""
        from s2s.api import jvp

        return jvp(self._target(), primals, tangents, **self.options.given())

    def source(
        self, *args: Any, mode: str = "vjp", lowered: bool = False, check_nan: bool = False, **kwargs: Any
    ) -> str:
        """The derivative as Python text.  `mode` is vjp, grad, value_and_grad or jvp; `lowered`: as loop nests.

        `check_nan`: as it runs with this option, where it watches itself.
        """
        from s2s.showing import source_of

        return source_of(Transform(self._target(), None, options=self.options), args, kwargs, mode, lowered, check_nan)

    def explain(self, /, *args: Any, **kwargs: Any) -> str:
        """What is differentiated, what is recorded, what was taken as known."""
        from s2s.showing import explain

        return explain(Transform(self._target(), None, options=self.options), args, kwargs)

    def report(self, /, *args: Any, **kwargs: Any) -> Report:
        """What the reverse sweep records and keeps for arguments like these, and why."""
        from s2s.report import report_of

        return report_of(Transform(self._target(), None), args, kwargs)

    def health(self, /, *args: Any, **kwargs: Any) -> Health:
        """Where the derivative leans on a convention at these arguments, and how well what it solves is conditioned."""
        from s2s.health import health_of

        return health_of(Transform(self._target(), None), args, kwargs)

    def verify(self, **shapes: Any) -> Certificate:
        """Prove the generated derivatives for concrete shapes: `f.verify(x=(2,), w=(2, 3), steps=4)`.

        A tuple of integers is a shape, `()` a number; anything else is the argument itself, with a symbol for each float in it.
        Raises:
            NotVerified: what the function does cannot be done to symbols, or no sample point lies in its domain.
        """
        from s2s.verify import verified

        return verified(self._target(), shapes)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        return machine.call(machine.held_by(self, self.__wrapped__, attrgetter("__wrapped__")), args, kwargs)

    def __s2s_key__(self) -> Any:
        from s2s.specialise.outside import static_key

        return type(self), static_key(self.__wrapped__)


class BoundDifferentiable(Differentiable):
    """A differentiable method of one object."""

    def __init__(self, method: Differentiable, instance: Any) -> None:
        super().__init__(method.__wrapped__, method.options)
        self.__self__ = instance

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(self.__self__, *args, **kwargs)

    def _target(self) -> Callable[..., Any]:
        return types.MethodType(self.__wrapped__, self.__self__)

    def _derived(self, kind: type[Gradient], question: Question, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """This is another object at each call, the method is not: what is known of calls is kept there, for all objects."""
        argnums, argnames, has_aux = question
        argnums, argnames = [tuple(one) if isinstance(one, list) else one for one in (argnums, argnames)]
        warm: Warm = known(self.__wrapped__, ("method", kind, argnums, argnames, has_aux, self.options))
        found = warm.find((self.__self__, *args), kwargs)
        if found is not None:
            return found
        return kind(self._target(), argnums, argnames, has_aux, self.options).met(args, kwargs, warm, given=1)

    def __s2s_inside__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.__wrapped__, (self.__self__,)

    def __reduce__(self) -> Any:
        return getattr, (self.__self__, self.__name__)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        owner = machine.given(self.__self__, "self", self, attrgetter("__self__"))
        return super().__s2s_call__(machine, [owner, *args], kwargs)
