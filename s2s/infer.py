"""The type of an application from the types of its operands.

In: an Apply and what is known of its atoms.  Out: a fact, or None.  Symbolic shapes come from the functions below; dtype,
rank and structure of everything else come from calling the primitive itself on a small sample, so that NumPy's own
promotion rules decide and no table can be out of date.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import lru_cache, reduce
from itertools import zip_longest
from typing import Any, cast

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, Num, Shape
from s2s.primitives import contains, lacks
from s2s.signatures import accepts
from s2s.subroutine import Subroutine
from s2s_runtime import containers, kernels, tree

TypeOf = Callable[[ir.Atom], facts.Type | None]


def infer(application: ir.Apply, type_of: TypeOf) -> facts.Type | None:
    """What is known of the result."""
    function, args, kwargs = application.function, application.args, dict(application.kwargs)
    if isinstance(function, Subroutine):
        return function.fact
    special = RESULTS.get(function)
    if special is not None:
        return special(type_of, *args, **kwargs) if _takes(special, application) else None
    types = [type_of(arg) for arg in args]
    if function in ELEMENTWISE:
        return elementwise(function, types) if not kwargs else None
    sampled = sample(function, args, kwargs, type_of)
    shape_rule = SHAPES.get(function)
    if isinstance(sampled, Num) and sampled.shape is not None and shape_rule and _takes(shape_rule, application):
        shape = shape_rule(type_of, *args, **kwargs)
        if shape is not None and len(shape) == len(sampled.shape):
            return Num(sampled.dtype, shape, sampled.weak)
    return sampled


def _takes(inference: Callable[..., Any], application: ir.Apply) -> bool:
    """Whether what is known of a function covers this way to call it."""
    return accepts(inference, 1 + len(application.args), frozenset(name for name, _ in application.kwargs))


def equal_lengths(application: ir.Apply, type_of: TypeOf) -> list[tuple[Dim, Dim]]:
    """Pairs of lengths that must be equal if the application does not fail."""
    function, args = application.function, application.args
    if function in CONTRACTING and len(args) == 2:
        left, right = shape_of(type_of, args[0]), shape_of(type_of, args[1])
        if left and right:
            return [(left[-1], right[-2] if len(right) > 1 else right[0])]
        return []
    if function in ELEMENTWISE and len(args) > 1:
        shapes = [shape for shape in (shape_of(type_of, arg) for arg in args) if shape]
        columns = zip_longest(*(reversed(shape) for shape in shapes))
        return [pair for column in columns for pair in _equal_in_column([dim for dim in column if dim is not None])]
    return []


def _equal_in_column(dims: list[Dim]) -> list[tuple[Dim, Dim]]:
    """Lengths of one axis that are broadcast: those that cannot be 1 are equal."""
    fixed = [dim for dim in dict.fromkeys(dims) if dim.never_one]
    return [(fixed[0], other) for other in fixed[1:]]


CONTRACTING = {operator.matmul, np.matmul, np.dot}


# -------------------------------------------------------------------------------------------------- elementwise
def elementwise(function: Any, types: list[facts.Type | None]) -> facts.Type | None:
    """Broadcast shape; dtype by asking the function."""
    if any(not isinstance(fact, Num) for fact in types):
        return (
            sequence_arithmetic(function, types)
            if any(isinstance(f, (facts.Listing, facts.Record)) for f in types)
            else None
        )
    numbers = [fact for fact in types if isinstance(fact, Num)]
    shape = facts.broadcast(fact.shape for fact in numbers)
    dtype, weak = result_dtype(function, tuple((f.dtype, f.weak if f.shape == () else False) for f in numbers))
    return Num(dtype, shape, weak if shape == () else False, _counted(function, numbers))


def _counted(function: Any, numbers: list[Num]) -> Dim | None:
    """Arithmetic on lengths."""
    lengths = [fact.length for fact in numbers]
    if function in COUNTING and all(length is not None for length in lengths):
        return COUNTING[function](*lengths)
    return None


COUNTING: dict[Any, Callable[..., Dim]] = {
    operator.add: lambda m, n: m + n,
    operator.sub: lambda m, n: m - n,
    operator.mul: lambda m, n: m * n,
    operator.neg: lambda m: -m,
}


def sequence_arithmetic(function: Any, types: list[facts.Type | None]) -> facts.Type | None:
    """`[0.0] * n` and `xs + ys`."""
    listings = [fact for fact in types if isinstance(fact, facts.Listing)]
    if function is operator.mul and len(listings) == 1:
        return listings[0]
    if function is operator.add and len(listings) == 2:
        return facts.join(*listings)
    if function in COMPARISONS:
        return facts.BOOL
    return None


@lru_cache(maxsize=4096)
def result_dtype(function: Any, operands: tuple[tuple[Any, bool | None], ...]) -> tuple[Any, bool | None]:
    """The dtype of function(*operands), and whether it is a Python scalar; None where operands leave it open."""
    if any(dtype is None for dtype, _ in operands):
        return _unknown_operand(function, operands)
    for position, (dtype, weak) in enumerate(operands):
        if weak is None:
            outcomes = {
                result_dtype(function, (*operands[:position], (dtype, choice), *operands[position + 1 :]))
                for choice in (True, False)
            }
            dtypes, weaks = {d for d, _ in outcomes}, {w for _, w in outcomes}
            return (dtypes.pop() if len(dtypes) == 1 else None), (weaks.pop() if len(weaks) == 1 else None)
    values = [_scalar(dtype, bool(weak)) for dtype, weak in operands]
    result = _quietly(function, values)
    if result is None or isinstance(result, tuple):
        return None, None
    if isinstance(result, (np.generic, np.ndarray)):
        return result.dtype, False
    return (np.dtype(type(result)), True) if isinstance(result, (bool, int, float, complex)) else (None, None)


def _unknown_operand(function: Any, operands: tuple[tuple[Any, bool | None], ...]) -> tuple[Any, bool | None]:
    if function in COMPARISONS:
        return np.dtype(bool), None
    return None, None


def _scalar(dtype: np.dtype[Any], weak: bool) -> Any:
    value = dtype.type(1)
    return value.item() if weak else value


def _quietly(function: Any, args: Any, kwargs: Any = {}) -> Any:  # noqa: B006
    """The result of a call on a sample, or None if the sample is outside the domain."""
    try:
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)
    except Exception:
        return None


# -------------------------------------------------------------------------------------------------------- samples
class _NoSample(Exception):
    """An operand of which no sample can be made."""


def sample(function: Any, args: tuple[ir.Atom, ...], kwargs: dict[str, ir.Atom], type_of: TypeOf) -> facts.Type | None:
    """The type of a call on small values of the operands' types; symbolic lengths of its result are unknown."""
    if (getattr(function, "__module__", None) is None and not isinstance(function, np.ufunc)) or not is_library(
        function
    ):
        return None
    try:
        values = [_sample_atom(arg, type_of) for arg in args]
        named = {key: _sample_atom(arg, type_of) for key, arg in kwargs.items()}
    except _NoSample:
        return None
    found = type_of_sample(_quietly(function, values, named))
    counted = any(_counts_items(type_of(arg)) for arg in (*args, *kwargs.values()) if isinstance(arg, ir.Var))
    return None if counted and isinstance(found, facts.Record) else found


def _counts_items(fact: facts.Type | None) -> bool:
    """Whether a type is of a list of unknown length: its sample has some number of items, which says nothing."""
    if isinstance(fact, facts.Record):
        return any(_counts_items(item) for item in fact.items)
    return isinstance(fact, facts.Listing)


LIBRARIES = ("numpy", "math", "scipy", "_operator", "operator", "builtins", "s2s_runtime", "s2s")


def is_library(function: Any) -> bool:
    """Whether a function belongs to a library that may be called on samples: it has no side effects."""
    if isinstance(function, np.ufunc):
        return True
    return (getattr(function, "__module__", None) or "").partition(".")[0] in LIBRARIES and function is not print


def _sample_atom(atom: ir.Atom, type_of: TypeOf) -> Any:
    if isinstance(atom, ir.Const):
        return atom.value
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list, slice):
        items = [_sample_atom(item, type_of) for item in atom.items]
        return slice(*items) if atom.kind is slice else atom.kind(items)
    return _sample_type(type_of(atom))


SAMPLE_LENGTH = 5


def _sample_type(fact: facts.Type | None) -> Any:
    if isinstance(fact, Num) and fact.dtype is not None and fact.shape is not None and fact.dtype.kind in "fciub":
        if fact.weak is None:
            raise _NoSample
        lengths = tuple(max(_sample_length(dim), 0) for dim in fact.shape)
        if math.prod(lengths) > 10_000:
            raise _NoSample
        if not fact.shape:
            return _sample_length(fact.length) if fact.length is not None else _scalar(fact.dtype, bool(fact.weak))
        values = np.ones(lengths, fact.dtype)
        if len(lengths) >= 2 and fact.dtype.kind in "fc":
            values = values + np.eye(lengths[-2], lengths[-1], dtype=fact.dtype)
        return values
    if isinstance(fact, facts.Listing):
        return [_sample_type(fact.item)] * 3
    if isinstance(fact, facts.Record) and fact.kind in (tuple, list):
        return fact.kind(_sample_type(item) for item in fact.items)
    raise _NoSample


def _sample_length(dim: Dim) -> int:
    """The length that a dim has where every symbol is SAMPLE_LENGTH."""
    total = 0
    for monomial, value in dim.terms:
        total += value * math.prod(_sample_symbol(symbol) for symbol in monomial)
    if total > 256:
        raise _NoSample
    return total


def _sample_symbol(symbol: facts.Symbol) -> int:
    whole = _clamped.get(Dim(frozenset({((symbol,), 1)})))
    return SAMPLE_LENGTH if whole is None else max(_sample_length(whole), 0)


def type_of_sample(value: Any) -> facts.Type | None:
    """What a sampled result says: dtype, rank and structure; never a length."""
    if value is None:
        return None
    if isinstance(value, (bool, int, float, complex)) and not isinstance(value, np.generic):
        return Num(np.dtype(type(value)), (), weak=True)
    if isinstance(value, (np.ndarray, np.generic)):
        return Num(value.dtype, tuple(facts.fresh() for _ in np.shape(value))) if value.dtype.kind in "fciub" else None
    if isinstance(value, tuple):
        items = tuple(type_of_sample(item) for item in value)
        return facts.Record(tuple if type(value) is tuple else type(value), items, getattr(value, "_fields", ()))
    if isinstance(value, list):
        item = type_of_sample(value[0]) if value else None
        for other in value[1:]:
            item = facts.join(item, type_of_sample(other))
        return facts.Listing(item)
    if isinstance(value, str):
        return facts.Opaque(str)
    return None


# --------------------------------------------------------------------------------------------------------- shapes
def shape_of(type_of: TypeOf, atom: ir.Atom) -> Shape | None:
    fact = type_of(atom)
    return fact.shape if isinstance(fact, Num) else None


def constant_of(atom: ir.Atom | None, default: Any = None) -> Any:
    """The Python value of a constant atom; `default` if there is none; raises _NoSample if it is not constant."""
    if atom is None:
        return default
    if isinstance(atom, ir.Const):
        return atom.value
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list):
        return atom.kind(constant_of(item) for item in atom.items)
    raise _NoSample


def dims_of(type_of: TypeOf, atom: ir.Atom) -> Shape | None:
    """The dims that an atom standing for a shape spells out."""
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list):
        parts = [_dim_of(type_of(item)) for item in atom.items]
        return None if any(part is None for part in parts) else tuple(part for part in parts if part is not None)
    fact = type_of(atom)
    if isinstance(fact, facts.Record):
        parts = [_dim_of(item) for item in fact.items]
        return None if any(part is None for part in parts) else tuple(part for part in parts if part is not None)
    dim = _dim_of(fact)
    return (dim,) if dim is not None else None


def _dim_of(fact: facts.Type | None) -> Dim | None:
    if not isinstance(fact, Num) or fact.length is None:
        return None
    constant = fact.length.constant
    return None if constant is not None and constant < 0 else fact.length


def reduced(
    type_of: TypeOf, a: ir.Atom, axis: ir.Atom | None = None, *rest: ir.Atom, keepdims: ir.Atom | None = None, **_: Any
) -> Shape | None:
    """The shape of a reduction."""
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        axes, keep = constant_of(axis), constant_of(keepdims, False)
    except _NoSample:
        return None
    chosen = (
        set(range(len(shape))) if axes is None else {k % len(shape) for k in np.atleast_1d(axes)} if shape else set()
    )
    if keep:
        return tuple(facts.as_dim(1) if k in chosen else dim for k, dim in enumerate(shape))
    return tuple(dim for k, dim in enumerate(shape) if k not in chosen)


def kept(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    """The shape of the first operand."""
    return shape_of(type_of, a)


def matmul(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    if not left or not right:
        return None
    if len(right) == 1:
        return left[:-1]
    if len(left) == 1:
        return (*right[:-2], right[-1])
    batch = facts.broadcast([left[:-2], right[:-2]])
    return None if batch is None else (*batch, left[-2], right[-1])


def dot(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    if left is None or right is None:
        return None
    if not left or not right:
        return left or right
    return (*left[:-1], *right[:-2], *right[-1:]) if len(right) > 1 else left[:-1]


def outer(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    return (*left, *right) if left is not None and right is not None and len(left) == len(right) == 1 else None


def transposed(type_of: TypeOf, a: ir.Atom, axes: ir.Atom | None = None) -> Shape | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        order = constant_of(axes)
    except _NoSample:
        return None
    return shape[::-1] if order is None else tuple(shape[k] for k in order)


def swapped(type_of: TypeOf, a: ir.Atom, axis1: ir.Atom, axis2: ir.Atom) -> Shape | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        first, second = constant_of(axis1), constant_of(axis2)
    except _NoSample:
        return None
    order = list(shape)
    order[first], order[second] = order[second], order[first]
    return tuple(order)


def expanded(type_of: TypeOf, a: ir.Atom, axis: ir.Atom) -> Shape | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    try:
        axes = np.atleast_1d(constant_of(axis))
    except _NoSample:
        return None
    rank = len(shape) + len(axes)
    places = {int(k) % rank for k in axes}
    rest = iter(shape)
    return tuple(facts.as_dim(1) if k in places else next(rest) for k in range(rank))


def given(
    type_of: TypeOf, first: ir.Atom, shape: ir.Atom | None = None, *rest: ir.Atom, **named: ir.Atom
) -> Shape | None:
    """broadcast_to, reshape: the shape stands in the call."""
    atom = shape if shape is not None else named.get("shape") or named.get("newshape")
    return dims_of(type_of, atom) if atom is not None else None


def reshaped(type_of: TypeOf, a: ir.Atom, shape: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    """As `given`, but a length that may be -1 stands for what is left."""
    dims = dims_of(type_of, shape)
    return dims if dims is not None and all(dim.never_negative for dim in dims) else None


def made(type_of: TypeOf, shape: ir.Atom, *rest: ir.Atom, **_: Any) -> Shape | None:
    return dims_of(type_of, shape)


def eye(type_of: TypeOf, n: ir.Atom, *rest: ir.Atom, **named: Any) -> Shape | None:
    dims = dims_of(type_of, n)
    return (dims[0], dims[0]) if dims and not rest and not named else None


def arange(type_of: TypeOf, *args: ir.Atom, **named: Any) -> Shape | None:
    return dims_of(type_of, args[0]) if len(args) == 1 and not named else None


def concatenated(type_of: TypeOf, arrays: ir.Atom, axis: ir.Atom | None = None) -> Shape | None:
    if not isinstance(arrays, ir.Pack) or not arrays.items:
        return None
    shapes = [shape_of(type_of, item) for item in arrays.items]
    try:
        k = constant_of(axis, 0)
    except _NoSample:
        return None
    if k is None or any(not shape for shape in shapes):
        return None
    first = list(shapes[0] or ())
    for shape in shapes[1:]:
        assert shape is not None
        first[k] = first[k] + shape[k]
    return tuple(first)


def stacked(type_of: TypeOf, arrays: ir.Atom, axis: ir.Atom | None = None) -> Shape | None:
    if not isinstance(arrays, ir.Pack) or not arrays.items:
        return None
    shape = shape_of(type_of, arrays.items[0])
    try:
        k = constant_of(axis, 0)
    except _NoSample:
        return None
    if shape is None:
        return None
    k %= len(shape) + 1
    return (*shape[:k], facts.as_dim(len(arrays.items)), *shape[k:])


def raveled(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom) -> Shape | None:
    shape = shape_of(type_of, a)
    return (math.prod(shape, start=facts.as_dim(1)),) if shape is not None else None


def solved(type_of: TypeOf, a: ir.Atom, b: ir.Atom) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    return right if left and right and len(left) == 2 and len(right) <= 2 else None


SHAPES: dict[Any, Callable[..., Shape | None]] = {
    np.sum: reduced,
    np.mean: reduced,
    np.prod: reduced,
    np.max: reduced,
    np.min: reduced,
    np.amax: reduced,
    np.amin: reduced,
    np.var: reduced,
    np.std: reduced,
    np.any: reduced,
    np.all: reduced,
    np.matmul: matmul,
    operator.matmul: matmul,
    np.dot: dot,
    np.outer: outer,
    np.transpose: transposed,
    np.swapaxes: swapped,
    np.expand_dims: expanded,
    np.broadcast_to: given,
    np.reshape: reshaped,
    np.zeros: made,
    np.ones: made,
    np.empty: made,
    np.full: made,
    np.zeros_like: kept,
    np.ones_like: kept,
    np.empty_like: kept,
    np.full_like: kept,
    np.eye: eye,
    np.identity: eye,
    np.arange: arange,
    np.concatenate: concatenated,
    np.stack: stacked,
    np.ravel: raveled,
    np.flip: kept,
    np.roll: kept,
    np.tril: kept,
    np.triu: kept,
    np.copy: kept,
    np.asarray: kept,
    np.linalg.inv: kept,
    np.linalg.cholesky: kept,
    np.linalg.solve: solved,
    kernels.index_add: kept,
    kernels.index_set: kept,
}


# ------------------------------------------------------------------------------------------------------- indexing
def indexed(type_of: TypeOf, x: ir.Atom, index: ir.Atom) -> facts.Type | None:
    """The type of `x[index]`."""
    fact = type_of(x)
    if isinstance(fact, facts.Listing):
        return fact if _is_slice(type_of, index) else fact.item
    if isinstance(fact, facts.Mapped):
        return fact.item
    if isinstance(fact, facts.Record):
        return _record_item(fact, index)
    if not isinstance(fact, Num):
        return None
    sampled = sample(operator.getitem, (x, index), {}, type_of)
    if not isinstance(sampled, Num):
        return _elements(fact, index)
    shape = basic_shape(type_of, fact.shape or (), index)
    return Num(
        sampled.dtype, shape if shape is not None and sampled.ndim == len(shape) else sampled.shape, sampled.weak
    )


def _elements(fact: Num, index: ir.Atom) -> facts.Type | None:
    """An index that could not be tried on a sample, such as a constant beyond it: only the dtype is known."""
    basic = isinstance(index, ir.Const) and type(index.value) is int and fact.shape
    return Num(fact.dtype, fact.shape[1:] if basic else None) if fact.shape else Num(fact.dtype, None, None)


def _is_slice(type_of: TypeOf, index: ir.Atom) -> bool:
    return (isinstance(index, ir.Pack) and index.kind is slice) or (
        isinstance(index, ir.Const) and isinstance(index.value, slice)
    )


def _record_item(fact: facts.Record, index: ir.Atom) -> facts.Type | None:
    if not isinstance(index, ir.Const):
        item = fact.items[0] if fact.items else None
        for other in fact.items[1:]:
            item = facts.join(item, other)
        return item
    if fact.kind is dict:
        return fact.items[fact.keys.index(index.value)] if index.value in fact.keys else None
    try:
        chosen = fact.items[index.value]
    except (IndexError, TypeError):
        return None
    return facts.Record(tuple, chosen) if isinstance(chosen, tuple) else chosen


def basic_shape(type_of: TypeOf, shape: Shape, index: ir.Atom) -> Shape | None:
    """The shape of basic indexing, or None."""
    parts = _parts(index)
    new = sum(isinstance(p, ir.Const) and p.value is None for p in parts)
    dots = [k for k, p in enumerate(parts) if isinstance(p, ir.Const) and p.value is Ellipsis]
    missing = len(shape) - (len(parts) - new - len(dots))
    if missing < 0 or len(dots) > 1:
        return None
    at = dots[0] if dots else len(parts)
    fill: list[ir.Atom] = [ir.Const(slice(None))] * missing
    return _walk_index(type_of, shape, [*parts[:at], *fill, *parts[at + len(dots) :]])


def _parts(index: ir.Atom) -> list[ir.Atom]:
    if isinstance(index, ir.Pack) and index.kind is tuple:
        return list(index.items)
    if isinstance(index, ir.Const) and isinstance(index.value, tuple):
        return [ir.Const(item) for item in index.value]
    return [index]


def _walk_index(type_of: TypeOf, shape: Shape, parts: list[ir.Atom]) -> Shape | None:
    result: list[Dim] = []
    rest = iter(shape)
    for part in parts:
        if isinstance(part, ir.Const) and part.value is None:
            result.append(facts.as_dim(1))
            continue
        dim = next(rest)
        if _is_slice(type_of, part):
            result.append(sliced(dim, part))
        elif not isinstance(type_of(part), Num) or shape_of(type_of, part) != () or type_of(part).dtype.kind == "b":  # type: ignore[union-attr]
            return None
    return tuple(result)


def sliced(dim: Dim, part: ir.Atom) -> Dim:
    """The length of `x[start:stop:step]`, the same symbol for the same slice of the same length."""
    bounds = (
        tuple(ir.Const(b) for b in (part.value.start, part.value.stop, part.value.step))
        if isinstance(part, ir.Const)
        else cast(ir.Pack, part).items
    )
    values: list[Any] = [b.value if isinstance(b, ir.Const) else b for b in bounds]
    start, stop, step = values
    if start in (None, 0) and stop is None and step in (None, 1, -1):
        return dim
    plain = all(v is None or type(v) is int for v in values)
    if plain and dim.constant is not None:
        return facts.as_dim(len(range(*slice(start, stop, step).indices(dim.constant))))
    if plain and step in (None, 1):
        first = start or 0
        if first >= 0 and stop is None:
            return clamp(dim - first)
        if first >= 0 and stop is not None and stop < 0:
            return clamp(dim - first + stop)
        if first < 0 and stop is None:
            return _symbol(("tail", dim, first), f"min({dim}, {-first})")
    return _symbol(("slice", dim, *bounds), "?")


@lru_cache(maxsize=65536)
def _symbol(key: Any, name: str) -> Dim:
    return facts.fresh(name)


_clamped: dict[Dim, Dim] = {}


def clamp(dim: Dim) -> Dim:
    """max(dim, 0): what is left of a length when a slice cuts its ends off."""
    if dim.constant is not None:
        return facts.as_dim(max(dim.constant, 0))
    for known, whole in _clamped.items():
        difference = (dim - known).constant
        if difference is not None and difference < 0:
            return clamp(whole + difference)
    return _clamp(dim)


@lru_cache(maxsize=65536)
def _clamp(dim: Dim) -> Dim:
    symbol = facts.fresh(str(dim))
    _clamped[symbol] = dim
    return symbol


# ------------------------------------------------------------------------------------------------- single results
def shape_tuple(type_of: TypeOf, a: ir.Atom) -> facts.Type | None:
    shape = shape_of(type_of, a)
    if shape is None:
        return None
    return facts.Record(tuple, tuple(Num(facts.INT.dtype, (), weak=True, length=dim) for dim in shape))


def count(type_of: TypeOf, a: ir.Atom) -> facts.Type:
    shape = shape_of(type_of, a)
    return Num(facts.INT.dtype, (), weak=True, length=shape[0] if shape else None)


def entries(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom) -> facts.Type:
    shape = shape_of(type_of, a)
    total = math.prod(shape, start=facts.as_dim(1)) if shape is not None and not rest else None
    return Num(facts.INT.dtype, (), weak=True, length=total)


def same(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom, **_: Any) -> facts.Type | None:
    return type_of(a)


def appended(type_of: TypeOf, xs: ir.Atom, x: ir.Atom) -> facts.Type | None:
    fact = type_of(xs)
    return facts.Listing(facts.join(fact.item, type_of(x))) if isinstance(fact, facts.Listing) else None


def extended(type_of: TypeOf, xs: ir.Atom, ys: ir.Atom) -> facts.Type | None:
    first, second = type_of(xs), type_of(ys)
    if isinstance(first, facts.Listing) and isinstance(second, facts.Listing):
        return facts.Listing(facts.join(first.item, second.item))
    return None


def set_result(type_of: TypeOf, xs: ir.Atom, key: ir.Atom, value: ir.Atom) -> facts.Type | None:
    fact = type_of(xs)
    if isinstance(fact, (facts.Listing, facts.Mapped)):
        return type(fact)(facts.join(fact.item, type_of(value)))
    return fact if isinstance(fact, Num) else None


def selected(type_of: TypeOf, test: ir.Atom, x: ir.Atom, y: ir.Atom) -> facts.Type | None:
    return elementwise(np.where, [type_of(test), type_of(x), type_of(y)])


def converted(type_of: TypeOf, a: ir.Atom, dtype: ir.Atom) -> facts.Type | None:
    """`a.astype(dtype)`: the dtype is known although `a` may not be."""
    if not isinstance(dtype, ir.Const) or isinstance(type_of(a), (facts.Listing, facts.Record)):
        return None
    return Num(np.dtype(dtype.value), shape_of(type_of, a), weak=False)


def summed(type_of: TypeOf, g: ir.Atom, shape: ir.Atom) -> facts.Type | None:
    """`sum_to`: floating point numbers keep their dtype."""
    fact, dims = type_of(g), dims_of(type_of, shape)
    if not isinstance(fact, Num) or not fact.inexact:
        return sample(kernels.sum_to, (g, shape), {}, type_of)
    return Num(fact.dtype, dims, False if dims or fact.shape else fact.weak)


def squeezed(type_of: TypeOf, a: ir.Atom, axis: ir.Atom | None = None) -> facts.Type | None:
    """Which axes go, and so the rank, may depend on lengths that are not known."""
    fact = type_of(a)
    if not isinstance(fact, Num) or fact.shape is None:
        return None
    rank = len(fact.shape)
    try:
        axes = constant_of(axis)
    except _NoSample:
        return Num(fact.dtype)
    if axes is None and not all(dim.is_one or dim.never_one for dim in fact.shape):
        return Num(fact.dtype)
    gone = {k for k, dim in enumerate(fact.shape) if dim.is_one} if axes is None else {k % rank for k in np.atleast_1d(axes)}
    return Num(fact.dtype, tuple(dim for k, dim in enumerate(fact.shape) if k not in gone), weak=False)


def picked(type_of: TypeOf, *args: ir.Atom) -> facts.Type | None:
    """One of the operands, as it is: which one depends on the values."""
    return reduce(facts.join, (type_of(arg) for arg in args))


def _of_type(fact: facts.Type) -> Callable[..., facts.Type]:
    return lambda type_of, *args, **kwargs: fact


RESULTS: dict[Any, Callable[..., facts.Type | None]] = {
    operator.getitem: indexed,
    np.shape: shape_tuple,
    len: count,
    np.size: entries,
    np.ndim: _of_type(facts.INT),
    tree.zeros_like: same,
    containers.append: appended,
    containers.extend: extended,
    containers.set_item: set_result,
    containers.add_item: same,
    containers.drop_last: same,
    containers.clear_item: same,
    containers.add_field: same,
    np.where: selected,
    np.squeeze: squeezed,
    max: picked,
    min: picked,
    kernels.astype: converted,
    kernels.sum_to: summed,
    tree.copy: same,
    containers.join_text: _of_type(facts.Opaque(str)),
    str: _of_type(facts.Opaque(str)),
    format: _of_type(facts.Opaque(str)),
    contains: _of_type(facts.BOOL),
    lacks: _of_type(facts.BOOL),
    operator.is_: _of_type(facts.BOOL),
    operator.is_not: _of_type(facts.BOOL),
    operator.not_: _of_type(facts.BOOL),
    bool: _of_type(facts.BOOL),
    float: _of_type(facts.FLOAT),
    int: _of_type(facts.INT),
    isinstance: _of_type(facts.BOOL),
}

COMPARISONS = {
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
    np.equal,
    np.not_equal,
    np.logical_and,
    np.logical_or,
    np.logical_not,
    np.isnan,
    np.isfinite,
    np.isinf,
}

ELEMENTWISE: set[Any] = COMPARISONS | {
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.neg,
    operator.pos,
    operator.and_,
    operator.or_,
    operator.xor,
    operator.invert,
    abs,
    np.clip,
    np.where,
    np.round,
    np.sinc,
    np.nan_to_num,
    np.real,
    np.imag,
    np.isclose,
    *(
        value
        for value in vars(np).values()
        if isinstance(value, np.ufunc) and value.signature is None and value.nout == 1
    ),
    *(getattr(math, name) for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
        "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "exp2", "fabs", "pow", "hypot", "copysign",
        "erf", "erfc", "gamma", "lgamma", "degrees", "radians", "floor", "ceil", "trunc", "fmod",
    )),
}  # fmt: skip
