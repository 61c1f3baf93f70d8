"""A rule is proved on one of its cases: what its bodies say, run on symbols, is the derivative of the function, run on symbols.

In: a rule, a function of it, a `Case`.  Out: a `Proof`: (a) the adjoint is the transposed Jacobian applied to a cotangent, (b) the
tangent is the Jacobian applied to a tangent, (c) <g, J v> is <J^T g, v>.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp

import s2s.verify.linear_algebra
import s2s.verify.numerics
import s2s.verify.scipy_matrices
import s2s.verify.special  # noqa: F401  meanings
from s2s.rules import Rule
from s2s.rules.cases import A, Case
from s2s.verify.arrays import Symbols, each, filled, scalars
from s2s.verify.deciding import Verdict, same
from s2s.verify.evaluating import SAMPLES, value_of
from s2s.verify.lifting import lifted, twin
from s2s.verify.scalar import Pair, Path, Scalar, following, is_complex, mp, number, scalar

STEP = mp.mpf(10) ** -30
"""The step of the central differences that stand in where sympy has no derivative: what they leave out is of the order of its square."""

POSITIVE = {"positive", "sum of squares", "above one", "probability", "from 0 to 2"}


# -------------------------------------------------------------------------------------------------------------- inputs
def tree_map(function: Callable[..., Any], *trees: Any) -> Any:
    if isinstance(trees[0], (list, tuple)):
        return tuple(tree_map(function, *parts) for parts in zip(*trees, strict=True))
    return function(*trees)


def leaves(tree: Any) -> list[Any]:
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [] if tree is None else [tree]


def symbol(name: str, sample: Any, positive: bool = False) -> Scalar:
    """A real symbol with a rational sample."""
    made = sp.Symbol(name, positive=True) if positive else sp.Symbol(name, real=True)
    SAMPLES[made] = sample
    return Scalar(made, number(sample))


def rational(x: float) -> sp.Rational:
    return sp.Rational(round(float(x) * 1009), 1009)


def symbolic(name: str, spec: Any, value: Any) -> Any:
    """The array or number that a specification draws, with a symbol for each entry."""
    if isinstance(spec, (list, tuple)):
        parts = zip(spec, value, strict=True)
        return type(spec)(symbolic(f"{name}{k}_", s, v) for k, (s, v) in enumerate(parts))
    if not isinstance(spec, A) or spec.domain == "boolean":
        return exact(value)
    entries = [_entry(f"{name}{k}", spec, x) for k, x in enumerate(np.ravel(value))]
    return filled(entries, spec.shape) if spec.shape else entries[0]


def exact(value: Any) -> Any:
    """Floats that are given as they are, as the rational numbers that they are."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return filled([scalar(x) for x in np.ravel(value)], value.shape) if value.shape else scalar(value)
    return scalar(value) if isinstance(value, (float, complex)) else value


def _entry(name: str, spec: A, x: Any) -> Scalar:
    if spec.domain == "complex":
        return symbol(name + "r", rational(x.real)) + scalar(1j) * symbol(name + "i", rational(x.imag))
    return symbol(name, rational(x), spec.domain in POSITIVE)


def is_active(spec: Any) -> bool:
    return isinstance(spec, A) and spec.domain != "boolean"


@dataclass(frozen=True)
class Known:
    """What a rule's predicate is told of an argument."""

    ndim: int | None = None
    const: tuple[Any, ...] = ()
    dtype: Any = None
    shape: tuple[int, ...] | None = None
    items: tuple[Any, ...] = ()
    vanishes: bool = False

    @property
    def real(self) -> bool:
        return self.dtype is not None and self.dtype.kind in "fiub"


def known(value: Any, spec: Any) -> Known:
    if isinstance(spec, A) or isinstance(value, np.ndarray):
        array = np.asarray(value)
        return Known(array.ndim, (), array.dtype, array.shape, (), isinstance(spec, A) and spec.domain == "sum of squares")
    if isinstance(value, (list, tuple)):
        items = tuple(known(v, s) for v, s in zip(value, spec, strict=True))
        const = (value,) if all(item.const for item in items) else ()
        return Known(const=const, items=items if isinstance(value, tuple) else ())
    if isinstance(value, (int, float)):
        return Known(0, (value,), np.dtype(type(value)), ())
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
        self.values = {name: symbolic(f"{name}_", self.specs[name], value) for name, value in bound.arguments.items()}
        self.run_on = lifted(function)

    def _facts(self, values: dict[str, Any]) -> list[Known]:
        return [
            known(values[name], self.specs[name]) if name in values else Known(const=(parameter.default,))
            for name, parameter in self.rule.parameters.parameters.items()
        ]

    def active(self) -> dict[str, Any]:
        flags = {name: tree_map(is_active, self.specs[name]) for name in self.rule.wrt if name in self.specs}
        return {name: flag for name, flag in flags.items() if any(leaves(flag))}

    def run(self, changes: dict[str, Any] | None = None) -> Any:
        bound = inspect.BoundArguments(self.signature, {**self.values, **(changes or {})})  # type: ignore[arg-type]
        return self.run_on(*bound.args, **bound.kwargs)

    def plainly(self) -> Any:
        """The function itself, at the sample point."""
        values = {name: tree_map(_as_floats, value) for name, value in self.values.items()}
        values = {name: type(self.values[name])(v) if isinstance(v, tuple) else v for name, v in values.items()}
        bound = inspect.BoundArguments(self.signature, values)  # type: ignore[arg-type]
        try:
            with np.errstate(all="ignore"):
                return self.function(*bound.args, **bound.kwargs)
        except TypeError as error:
            raise NotTaken(str(error)) from error

    def body(self, body: Callable[..., Any], *leading: Any, result: Any) -> Any:
        bound = inspect.BoundArguments(self.signature, self.values)  # type: ignore[arg-type]
        extra = {"result": result} if "result" in inspect.signature(body).parameters else {}
        return twin(body)(*leading, *bound.args, **bound.kwargs, **extra)  # type: ignore[arg-type]

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


# ------------------------------------------------------------------------------------------------- what a rule says
def adjoint(call: Call, g: Any, result: Any) -> dict[str, Any]:
    """The cotangent of every active parameter, projected onto its shape."""
    if call.rule.kind == "elementwise":
        partials = call.per_parameter(call.body(call.rule.body, result=result))
        raw = {name: None if partial is None else g * partial for name, partial in partials.items()}
    else:
        raw = call.per_parameter(call.body(call.rule.body, g, result=result))
    found = {}
    for name, flags in call.active().items():
        parts = raw[name] if raw[name] is not None else tree_map(lambda flag: None, flags)
        primal = call.values[name]
        found[name] = tree_map(lambda flag, x, part: projected(part, x) if flag else None, flags, primal, parts)
    return found


def projected(g: Any, primal: Any) -> Any:
    """Summed over the axes along which the primal was repeated."""
    shape = np.shape(primal)
    if g is None:
        return np.full(shape, scalar(0), object)
    array = np.asarray(g, object)
    array = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)
    while array.ndim > len(shape):
        array = np.asarray(np.sum(array, axis=0), object)
    for axis, n in enumerate(shape):
        if n == 1 and array.shape[axis] != 1:
            array = np.asarray(np.sum(array, axis=axis, keepdims=True), object)
    if array.shape != shape:
        raise ValueError(f"a cotangent of shape {np.shape(g)} for a primal of shape {shape}")
    return array


def tangent(call: Call, tangents: dict[str, Any], result: Any) -> Any:
    """The tangent of the result, spread to its shape."""
    terms = TANGENTS[call.rule.kind](call, tangents, result)
    total: Any = tree_map(lambda r: np.full(np.shape(r), scalar(0), object), result)
    for term in terms:
        total = tree_map(lambda t, part: t + np.broadcast_to(np.asarray(part, object), np.shape(t)), total, term)
    return tree_map(lambda r, t: t if _has_complex(r) else np.asarray(each(lambda x: scalar(x).real, t), object), result, total)


def _has_complex(x: Any) -> bool:
    return any(is_complex(entry) for entry in scalars(x))


def _by_partials(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    partials = call.per_parameter(call.body(call.rule.body, result=result))
    return [partials[name] * v for name, v in tangents.items() if partials[name] is not None]


def _by_selection(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    terms = [call.per_parameter(call.body(call.rule.body, v, result=result))[name] for name, v in tangents.items()]
    return [term for term in terms if term is not None]


def _by_itself(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    given = [name for name in call.rule.wrt if name in call.values]
    return [call.run({name: tangents.get(name, still(call.values[name])) for name in given})]


def _by_each_operand(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    terms = []
    for name, v in tangents.items():
        if not isinstance(v, tuple):
            terms.append(call.run({name: v}))
            continue
        primal = call.values[name]
        terms += [
            call.run({name: type(primal)(v[k] if k == i else primal[k] for k in range(len(v)))}) for i in range(len(v))
        ]
    return terms


def _by_its_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    assert call.rule.jvp_body is not None
    leading = [tangents.get(name, still(call.values.get(name))) for name in call.rule.wrt]
    terms = call.per_parameter(call.body(call.rule.jvp_body, *leading, result=result))
    return [terms[name] for name in tangents]


TANGENTS = {
    "elementwise": _by_partials, "diagonal": _by_selection, "linear": _by_itself, "multilinear": _by_each_operand,
    "custom": _by_its_jvp,
}  # fmt: skip


def still(tree: Any) -> Any:
    """Zeros like a tree of arrays."""
    if tree is None:
        return None
    if isinstance(tree, (list, tuple)):
        return type(tree)(still(part) for part in tree)
    return filled([scalar(0)] * int(np.size(tree)), np.shape(tree)) if np.shape(tree) else scalar(0)


# ---------------------------------------------------------------------------------------------------- what it should be
@dataclass
class Question:
    """What a rule is asked on one case: inputs, seeds, and the right answers."""

    call: Call
    result: Any
    path: Path
    seed: Any
    tangents: dict[str, Any]
    cotangents: dict[str, list[Scalar]]
    moved: list[Scalar]


def question(rule: Rule, function: Any, case: Case, seed: int = 0) -> Question:
    """The call on symbols, and the derivative of what it computes.

    Raises:
        NotTaken: the case is another rule's.
        WrongMeaning: what is taken for the function's definition has another value than the function.
    """
    call = Call(rule, function, case, seed)
    expected = call.plainly()
    with following() as path:
        result = call.run()
    _agrees(call, result, expected)
    g = tree_map(lambda r: seeded("g", r), numbered(result))
    tangents = {name: _tangents(name, flags, call.values[name]) for name, flags in call.active().items()}
    return Question(call, result, path, g, tangents, wanted_adjoint(call, result, g), wanted_tangent(call, result, tangents))


class WrongMeaning(Exception):
    """What is taken for a function's definition does not have its values."""


def _agrees(call: Call, result: Any, expected: Any) -> None:
    for got, want in zip(leaves(result), leaves(expected), strict=True):
        values = np.array([complex(x.value) for x in scalars(got)]).reshape(np.shape(got))
        if np.shape(got) != np.shape(want) or not np.allclose(values, want, rtol=_rtol(want), atol=1e-12):
            raise WrongMeaning(f"{call.rule.name}: {values} for {want}")


def _rtol(x: Any) -> float:
    return 1e-6 if np.asarray(x).dtype in (np.float32, np.complex64) else 1e-9


def numbered(tree: Any) -> Any:
    """A result's leaves with a number each: (number, leaf)."""
    counter = iter(range(10_000))
    return tree_map(lambda leaf: Leaf(next(counter), leaf), tree)


@dataclass
class Leaf:
    number: int
    value: Any


def seeded(name: str, leaf: Leaf) -> Any:
    """A symbol for each entry of a result; two where it is complex."""
    entries = []
    for k, entry in enumerate(scalars(leaf.value)):
        made = symbol(f"{name}{leaf.number}_{k}", sp.Rational(3 * k + 5 + leaf.number, 7 + k))
        if is_complex(entry):
            made = made + scalar(1j) * symbol(f"{name}{leaf.number}_{k}i", sp.Rational(2 * k + 3, 5 + k))
        entries.append(made)
    return filled(entries, np.shape(leaf.value)) if np.shape(leaf.value) else entries[0]


def _tangents(name: str, flags: Any, value: Any) -> Any:
    counter = iter(range(10_000))

    def made(flag: bool, x: Any) -> Any:
        return seeded(f"v_{name}", Leaf(next(counter), x)) if flag else still(x)

    found = tree_map(made, flags, value)
    return found


def directions(x: Scalar) -> Iterator[tuple[sp.Symbol, complex]]:
    """The real symbols of an entry, each with the direction in which it moves it."""
    if x.expr is None:
        return
    for found in sorted(x.expr.free_symbols, key=lambda s: s.name):
        yield found, 1j if is_complex(x) and found.name.endswith("i") else 1


def total(result: Any, g: Any) -> Scalar:
    """The sum of the real parts of g times the result."""
    pairs = zip(leaves(g), leaves(result), strict=True)
    products = [a * b for seeds, values in pairs for a, b in zip(scalars(seeds), scalars(values), strict=True)]
    return sum((product.real for product in products), scalar(0))


def wanted_adjoint(call: Call, result: Any, g: Any) -> dict[str, list[Scalar]]:
    """The derivative of `total` by each real symbol."""
    measured = total(result, g)
    found = {}
    for name, flags in call.active().items():
        entries = [entry for flag, x in zip(leaves(flags), leaves(call.values[name])) if flag for entry in scalars(x)]
        found[name] = [
            _slope(call, measured, g, entry, s, unit) for entry in entries for s, unit in directions(entry)
        ]
    return found


def _slope(call: Call, measured: Scalar, g: Any, entry: Scalar, s: sp.Symbol, unit: complex) -> Scalar:
    if measured.expr is not None:
        expr = sp.diff(measured.expr, s)
        return Scalar(expr, value_of(expr))
    shifted = [total(call.run(moved(call, {entry: unit * sign})), g).value for sign in (1, -1)]
    return Scalar(None, (shifted[0] - shifted[1]) / (2 * STEP))


def moved(call: Call, by: dict[Scalar, complex]) -> dict[str, Any]:
    """The active arguments with some entries a step further; they have no expressions."""

    def shift(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([shift(entry) for entry in scalars(x)], x.shape)
        if not isinstance(x, Scalar):
            return x
        unit = by.get(x)
        return Scalar(None, x.value if unit is None else x.value + STEP * (mp.mpc(unit) if isinstance(unit, complex) else unit))

    return {name: _rebuilt(call.values[name], tree_map(shift, call.values[name])) for name in call.active()}


def _rebuilt(like: Any, tree: Any) -> Any:
    return type(like)(tree) if isinstance(like, (list, tuple)) else tree


def wanted_tangent(call: Call, result: Any, tangents: dict[str, Any]) -> list[Scalar]:
    """The derivative of each entry of the result along the tangents."""
    moves = {}
    for name, tree in tangents.items():
        for x, v in zip(leaves(call.values[name]), leaves(tree), strict=True):
            moves.update(zip(scalars(x), scalars(v), strict=True) if isinstance(x, (Symbols, Scalar)) else ())
    entries = [entry for leaf in leaves(result) for entry in scalars(leaf)]
    if all(entry.expr is not None for entry in entries):
        return [_along(entry, moves) for entry in entries]
    ups = {x: v.value for x, v in moves.items()}
    downs = {x: -v for x, v in ups.items()}
    up, down = (
        [entry.value for leaf in leaves(call.run(moved(call, by))) for entry in scalars(leaf)] for by in (ups, downs)
    )
    return [Scalar(None, (a - b) / (2 * STEP)) for a, b in zip(up, down, strict=True)]


def _along(entry: Scalar, moves: dict[Scalar, Scalar]) -> Scalar:
    if isinstance(entry.expr, Pair):
        re, im = _slope_along(entry.expr.re, moves), _slope_along(entry.expr.im, moves)
        return Scalar(Pair(re, im), mp.mpc(value_of(re), value_of(im)))
    slope = _slope_along(entry.expr, moves)
    return Scalar(slope, value_of(slope))


def _slope_along(expr: sp.Expr, moves: dict[Scalar, Scalar]) -> sp.Expr:
    slope = sp.Integer(0)
    for x, v in moves.items():
        if x.expr is None:
            continue
        parts = {1: v.real.expr, 1j: v.imag.expr}
        slope += sum(sp.diff(expr, s) * parts[unit] for s, unit in directions(x))
    return slope


# ------------------------------------------------------------------------------------------------------------ answers
@dataclass
class Proof:
    """What was found of a rule on one case."""

    case: Case
    verdict: Verdict
    about: str = ""
    path: Path = field(default_factory=Path)


ADJOINTNESS = "adjointness"
"""It follows from the other two, where these are proved."""


def answered(asked: Question, decided: bool = True) -> Proof:
    """Whether the rule's bodies give the right answers; if not `decided`, only at the sample point."""
    call = asked.call
    cotangents = adjoint(call, asked.seed, asked.result)
    tangents = tangent(call, asked.tangents, asked.result)
    verdict, about = Verdict.proved, ""
    for what, got, wanted in _pairs(asked, cotangents, tangents):
        found = same(got, wanted, not decided or (verdict is Verdict.proved and what == ADJOINTNESS))
        if found < verdict:
            verdict, about = found, f"{what}: {mp.nstr(got.value, 17)} for {mp.nstr(wanted.value, 17)}"
        if found is Verdict.refuted:
            break
    return Proof(call.case, verdict, about, asked.path)


def _pairs(asked: Question, cotangents: dict[str, Any], tangents: Any) -> Iterator[tuple[str, Scalar, Scalar]]:
    for name, flags in asked.call.active().items():
        got = []
        for flag, x, part in zip(leaves(flags), leaves(asked.call.values[name]), leaves_or_none(flags, cotangents[name])):
            if flag:
                got += list(_components(scalars(x), scalars(part)))
        yield from ((f"adjoint of {name}", a, b) for a, b in zip(got, asked.cotangents[name], strict=True))
    entries = [entry for leaf in leaves(tangents) for entry in scalars(leaf)]
    yield from (("tangent", a, b) for a, b in zip(entries, asked.moved, strict=True))
    yield ADJOINTNESS, total(tangents, asked.seed), paired(asked, cotangents)


def leaves_or_none(flags: Any, tree: Any) -> list[Any]:
    return [part for part, _ in _both(tree, flags)]


def _both(tree: Any, flags: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(flags, tuple):
        for part, flag in zip(tree, flags, strict=True):
            yield from _both(part, flag)
    else:
        yield tree, flags


def _components(primals: list[Scalar], cotangents: list[Scalar]) -> Iterator[Scalar]:
    """A cotangent g by the real symbols of its primal: the real part of g times the direction."""
    for x, g in zip(primals, cotangents, strict=True):
        for _, unit in directions(x):
            yield g.real if unit == 1 else -g.imag


def paired(asked: Question, cotangents: dict[str, Any]) -> Scalar:
    found = scalar(0)
    for name, flags in asked.call.active().items():
        parts = zip(leaves(flags), leaves_or_none(flags, cotangents[name]), leaves(asked.tangents[name]), strict=True)
        for flag, g, v in parts:
            if flag:
                found = found + sum(((a * b).real for a, b in zip(scalars(g), scalars(v), strict=True)), scalar(0))
    return found
