"""One call of a function on symbols: the arguments that a case of its rule draws, with a symbol for each entry.

In: a rule, a function of it, a `Case`.  Out: a `Call`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

import s2s.verify.distributions
import s2s.verify.linear_algebra
import s2s.verify.numerics
import s2s.verify.quantiles
import s2s.verify.scipy_convolutions
import s2s.verify.scipy_distributions
import s2s.verify.scipy_factors
import s2s.verify.scipy_filters
import s2s.verify.scipy_hessenberg
import s2s.verify.scipy_matrices
import s2s.verify.scipy_parameters
import s2s.verify.scipy_recursive
import s2s.verify.scipy_riccati
import s2s.verify.scipy_sampling
import s2s.verify.scipy_spatial
import s2s.verify.scipy_transformations
import s2s.verify.scipy_transforms
import s2s.verify.sparse
import s2s.verify.special
import s2s.verify.splines  # noqa: F401  meanings
from s2s.differentiate.binding import Known
from s2s.rules import Rule
from s2s.rules.cases import A, Case
from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.evaluating import SEEDS, sampled
from s2s.verify.lifting import lifted, twin
from s2s.verify.scalar import Scalar, is_complex, number, scalar

POSITIVE = {"positive", "sum of squares", "above one", "probability", "from 0 to 2"}


def tree_map(function: Callable[..., Any], *trees: Any) -> Any:
    if isinstance(trees[0], (list, tuple)):
        return tuple(tree_map(function, *parts) for parts in zip(*trees, strict=True))
    return function(*trees)


def leaves(tree: Any) -> list[Any]:
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [] if tree is None else [tree]


def symbol(name: str, sample: Any, positive: bool = False, seed: bool = False) -> Any:
    """A real symbol with a rational sample; `seed`: it is a cotangent or a tangent."""
    made = sp.Symbol(name, positive=True) if positive else sp.Symbol(name, real=True)
    sampled(made, sample)
    if seed:
        SEEDS.add(made)
    return Scalar(made, number(sample))


def rational(x: Any) -> sp.Rational:
    return sp.Rational(round(float(x) * 1009), 1009)


def symbolic(name: str, spec: Any, value: Any, moving: bool = True) -> Any:
    """The array or number that a specification draws, with a symbol for each entry; of an array that is given, if it may move."""
    if isinstance(spec, (list, tuple)):
        parts = zip(spec, value, strict=True)
        return type(spec)(symbolic(f"{name}{k}_", s, v, moving) for k, (s, v) in enumerate(parts))
    if not is_active(spec) or not (moving or isinstance(spec, A)):
        return exact(value)
    entries = [_entry(f"{name}{k}", spec, x) for k, x in enumerate(np.ravel(value))]
    return filled(entries, np.shape(value)) if np.shape(value) else entries[0]


def exact(value: Any) -> Any:
    """Floats that are given as they are, as the rational numbers that they are."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return filled([scalar(x) for x in np.ravel(value)], value.shape) if value.shape else scalar(value)
    return scalar(value) if isinstance(value, (float, complex)) else value


def _entry(name: str, spec: Any, x: Any) -> Any:
    if isinstance(x, (complex, np.complexfloating)):
        return symbol(name + "r", rational(x.real)) + scalar(1j) * symbol(name + "i", rational(x.imag))
    return symbol(name, rational(x), isinstance(spec, A) and spec.domain in POSITIVE)


def is_active(spec: Any) -> bool:
    """Whether what a specification stands for has a derivative, where its parameter has one."""
    return spec.domain != "boolean" if isinstance(spec, A) else isinstance(spec, np.ndarray) and spec.dtype.kind in "fc"


def known(value: Any, spec: Any) -> Known:
    """What a rule's predicate is told of an argument: all of it."""
    if isinstance(spec, A) or isinstance(value, np.ndarray):
        array = np.asarray(value)
        vanishes = isinstance(spec, A) and spec.domain == "sum of squares"
        return Known(array.ndim, (), array.dtype, array.shape, (), vanishes, real=array.dtype.kind in "fiub")
    if isinstance(value, (list, tuple)):
        items = tuple(known(v, s) for v, s in zip(value, spec, strict=True))
        const = (value,) if all(item.const for item in items) else ()
        return Known(const=const, items=items if isinstance(value, tuple) else ())
    if isinstance(value, (int, float)):
        return Known(0, (value,), np.dtype(type(value)), (), real=True)
    return Known(const=(value,))


# --------------------------------------------------------------------------------------------------------------- calls
class NotTaken(Exception):
    """The rule or the function does not take this case."""


class Call:
    """One call on symbols."""

    def __init__(self, rule: Rule, function: Any, case: Case, seed: int) -> None:
        self.rule, self.function, self.case = rule, function, case
        args, kwargs = case.draw(seed)
        try:
            bound = rule.parameters.bind(*args, **kwargs)
            self.specs = rule.parameters.bind(*case.args, **case.kwargs).arguments
        except TypeError as error:
            raise NotTaken(str(error)) from error
        if rule.when is not None and not rule.when(*self._facts(bound.arguments)):
            raise NotTaken("another rule's case")
        self.signature = bound.signature
        self.values = {name: symbolic(f"{name}_", self.specs[name], value, name in rule.wrt) for name, value in bound.arguments.items()}
        self.run_on = lifted(function)

    def _facts(self, values: dict[str, Any]) -> list[Known]:
        return [
            known(values[name], self.specs[name]) if name in values else known(parameter.default, parameter.default)
            for name, parameter in self.rule.parameters.parameters.items()
        ]

    def active(self) -> dict[str, Any]:
        flags = {name: tree_map(is_active, self.specs[name]) for name in self.rule.wrt if name in self.specs}
        return {name: flag for name, flag in flags.items() if any(leaves(flag))}

    def run(self, changes: dict[str, Any] | None = None) -> Any:
        bound = inspect.BoundArguments(self.signature, {**self.values, **(changes or {})})
        return self.run_on(*bound.args, **bound.kwargs)

    def plainly(self) -> Any:
        """The function itself, at the sample point."""
        values = {name: tree_map(_as_floats, value) for name, value in self.values.items()}
        values = {name: type(self.values[name])(v) if isinstance(v, tuple) else v for name, v in values.items()}
        bound = inspect.BoundArguments(self.signature, values)
        try:
            with np.errstate(all="ignore"):
                return self.function(*bound.args, **bound.kwargs)
        except TypeError as error:
            raise NotTaken(str(error)) from error

    def body(self, body: Callable[..., Any], *leading: Any, result: Any) -> Any:
        bound = inspect.BoundArguments(self.signature, self.values)
        extra = {"result": result} if "result" in inspect.signature(body).parameters else {}
        return twin(body)(*leading, *bound.args, **bound.kwargs, **extra)

    def per_parameter(self, returned: Any) -> dict[str, Any]:
        parts = (returned,) if len(self.rule.wrt) == 1 else returned
        return dict(zip(self.rule.wrt, parts, strict=True))


def _as_floats(x: Any) -> Any:
    if isinstance(x, Scalar):
        return complex(x.value) if is_complex(x) else float(x.value)
    if isinstance(x, Symbols):
        kind = complex if any(is_complex(entry) for entry in scalars(x)) else float
        return np.array([kind(entry.value) for entry in scalars(x)]).reshape(x.shape)
    return x
