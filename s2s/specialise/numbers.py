"""What Python's functions of numbers do to abstract values."""

from __future__ import annotations

import cmath
import functools
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.handlers import BUILTINS, handles
from s2s.specialise.values import Bound, Seq, Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@handles(sum)
def _sum(machine: Machine, xs: Value, start: Value = ir.Const(0)) -> Value:  # noqa: B008
    def add(total: Value, item: Value) -> Value:
        return item if total == ir.Const(0) else machine.operation(operator.add, [total, item])

    return machine.reduced(xs, start, add)


@handles(abs)
def _abs(machine: Machine, x: Value) -> Value:
    return machine.operation(abs, [x])


@handles(np.sign)
def _sign(machine: Machine, x: Value) -> Value:
    """Of a complex number it is the direction, which is not constant."""
    x = machine.plain(x)
    return machine.primitive(np.sign if facts.surely_real(machine.builder.type_of(x)) else kernels.direction, [x], {})


@handles(pow)
def _pow(machine: Machine, x: Value, y: Value) -> Value:
    return machine.operation(operator.pow, [x, y])


@handles(divmod)
def _divmod(machine: Machine, x: Value, y: Value) -> Value:
    return Seq(tuple, (machine.operation(operator.floordiv, [x, y]), machine.operation(operator.mod, [x, y])))


@handles(float)
def _float(machine: Machine, x: Value = ir.Const(0.0)) -> Value:  # noqa: B008
    return ir.Const(float(x.value)) if isinstance(x, ir.Const) and isinstance(x.value, str) else machine.apply(float, x)


@handles(complex)
def _complex(machine: Machine, real: Value = ir.Const(0.0), imag: Value | None = None) -> Value:  # noqa: B008
    if isinstance(real, ir.Const) and isinstance(real.value, str):
        return ir.Const(complex(real.value))
    return machine.apply(complex, real) if imag is None else machine.apply(complex, real, imag)


def _numpy_type(dtype: Any) -> Callable[..., Value]:
    """`np.float64(x)`: a NumPy scalar, or an array of this type."""

    def handler(machine: Machine, x: Value = ir.Const(0.0)) -> Value:  # noqa: B008
        x = machine.plain(x)
        fact = machine.builder.type_of(x) if isinstance(x, ir.Var) else None
        scalar = (isinstance(fact, facts.Num) and fact.weak is True) or isinstance(x, ir.Const)
        return machine.apply(kernels.astype, x if scalar else machine.apply(np.asarray, x), ir.Const(np.dtype(dtype)))

    return handler


BUILTINS.update({dtype: _numpy_type(dtype) for dtype in (np.float16, np.float32, np.float64, np.complex64, np.complex128)})


def _logarithm(function: Any) -> Callable[..., Value]:
    def handler(machine: Machine, x: Value, *base: Value) -> Value:
        logarithm = machine.primitive(function, [x], {})
        if not base:
            return logarithm
        return machine.operation(operator.truediv, [logarithm, machine.primitive(function, [base[0]], {})])

    return handler


BUILTINS.update({math.log: _logarithm(math.log), cmath.log: _logarithm(cmath.log)})


@handles(cmath.polar)
def _polar(machine: Machine, z: Value) -> Value:
    return Seq(tuple, (machine.operation(abs, [z]), machine.primitive(cmath.phase, [z], {})))


@handles(cmath.rect)
def _rect(machine: Machine, r: Value, phi: Value) -> Value:
    parts = [machine.operation(operator.mul, [r, machine.primitive(f, [phi], {})]) for f in (math.cos, math.sin)]
    return machine.apply(complex, *parts)


@handles(math.dist)
def _dist(machine: Machine, p: Value, q: Value) -> Value:
    pairs = zip(machine.unpacked(p), machine.unpacked(q), strict=True)
    return _hypot(machine, *(machine.operation(operator.sub, [a, b]) for a, b in pairs))


@handles(math.hypot)
def _hypot(machine: Machine, *xs: Value) -> Value:
    """Two at a time, so that nothing overflows on the way."""
    if not xs:
        return ir.Const(0.0)
    length = machine.apply(abs, machine.apply(float, xs[0]))
    for x in xs[1:]:
        length = machine.apply(math.hypot, length, x)
    return length if len(xs) != 2 else machine.apply(math.hypot, *xs)


@handles(bool)
def _bool(machine: Machine, x: Value) -> Value:
    known = machine.truth(x)
    return ir.Const(known) if known is not None else machine.apply(bool, x)


def _quantifier(stop: bool) -> Callable[..., Value]:
    def handler(machine: Machine, xs: Value) -> Value:
        return machine.reduced(xs, ir.Const(not stop), lambda seen, item: machine.logic(not stop, seen, lambda: item))

    return handler


BUILTINS[any], BUILTINS[all] = _quantifier(True), _quantifier(False)


@handles(functools.reduce)
def _reduce(machine: Machine, function: Value, xs: Value, *start: Value) -> Value:
    return machine.reduced(
        xs, start[0] if start else None, lambda total, item: machine.call(function, [total, item], {})
    )


def _same_function(function: Any) -> Any:
    """Stands for `functools.wraps(f)`: the decorated function is what it was."""
    return function


@handles(functools.wraps)
def _wraps(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return ir.Const(_same_function)


@handles(functools.lru_cache)
def _lru_cache(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return args[0] if args and not isinstance(args[0], ir.Const) else ir.Const(_same_function)


@handles(functools.cache, _same_function)
def _cached(machine: Machine, function: Value) -> Value:
    return function


@handles(functools.partial)
def _partial(machine: Machine, function: Value, *args: Value, **kwargs: Value) -> Value:
    return Bound(function, args, tuple(kwargs.items()))


@handles(math.prod)
def _prod(machine: Machine, xs: Value, start: Value = ir.Const(1)) -> Value:  # noqa: B008
    return machine.reduced(xs, start, lambda total, item: machine.operation(operator.mul, [total, item]))


@handles(math.fsum)
def _fsum(machine: Machine, xs: Value) -> Value:
    return machine.apply(math.fsum, machine.listed(xs))
