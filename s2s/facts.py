"""What is known about a value before it is computed: dtype, symbolic shape, structure.

    type = Num(dtype, shape, weak) | Listing(item) | Mapped(item) | Record(items) | Opaque(cls) | Nothing
    dim  = a polynomial with integer coefficients over symbols (`n`, `2*n - 1`)

A missing fact is None and always allowed: facts make code shorter, never right or wrong.  Two dims that are equal as
polynomials are equal in every run; anything else is unknown.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


# --------------------------------------------------------------------------------------------------------- dims
@dataclass(frozen=True, slots=True)
class Symbol:
    """An unknown integer.  `never_one`: the signature says that it is not 1, so it cannot be broadcast.

    `counts`: it is the length of something, so not negative; an integer argument may be.  `varies`: it is another one each
    time that a value of this type is met (an item of a list, an iteration).  `names`: those of the program it depends on.
    """

    name: str
    serial: int
    never_one: bool = False
    counts: bool = True
    varies: bool = False
    names: tuple[str, ...] = ()


Monomial = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Dim:
    """A polynomial: its terms, each a sorted product of symbols with a coefficient that is not 0."""

    terms: frozenset[tuple[Monomial, int]]

    def __add__(self, other: Dim | int) -> Dim:
        return _collect((*self.terms, *as_dim(other).terms))

    def __mul__(self, other: Dim | int) -> Dim:
        pairs = itertools.product(self.terms, as_dim(other).terms)
        return _collect((tuple(sorted(a + b, key=lambda s: s.serial)), m * n) for (a, m), (b, n) in pairs)

    def __neg__(self) -> Dim:
        return self * -1

    def __sub__(self, other: Dim | int) -> Dim:
        return self + as_dim(other) * -1

    @property
    def constant(self) -> int | None:
        """The value, if it does not depend on any symbol."""
        if not self.terms:
            return 0
        if len(self.terms) == 1:
            ((monomial, value),) = self.terms
            return value if not monomial else None
        return None

    @property
    def symbol(self) -> Symbol | None:
        """The symbol, if the length is nothing but one."""
        if len(self.terms) == 1:
            ((monomial, value),) = self.terms
            if value == 1 and len(monomial) == 1:
                return monomial[0]
        return None

    def substitute(self, change: Mapping[Symbol, Dim]) -> Dim:
        """The length with some symbols replaced."""
        if not any(symbol in change for monomial, _ in self.terms for symbol in monomial):
            return self
        total = as_dim(0)
        for monomial, value in self.terms:
            product = as_dim(value)
            for symbol in monomial:
                product = product * (change[symbol] if symbol in change else as_symbol(symbol))
            total = total + product
        return total

    @property
    def symbols(self) -> frozenset[Symbol]:
        return frozenset(symbol for monomial, _ in self.terms for symbol in monomial)

    @property
    def varies(self) -> bool:
        return any(symbol.varies for symbol in self.symbols)

    @property
    def is_one(self) -> bool:
        return self.constant == 1

    @property
    def never_one(self) -> bool:
        """True where it is certain that the length is not 1."""
        if self.constant is not None:
            return self.constant != 1
        if len(self.terms) == 1:
            ((monomial, value),) = self.terms
            return len(monomial) == 1 and value == 1 and monomial[0].never_one
        return False

    @property
    def never_negative(self) -> bool:
        return all(value > 0 and all(symbol.counts for symbol in monomial) for monomial, value in self.terms)

    def __str__(self) -> str:
        parts = [_term(monomial, value) for monomial, value in sorted(self.terms, key=_order)]
        return " + ".join(parts).replace("+ -", "- ") if parts else "0"


def _order(term: tuple[Monomial, int]) -> tuple[int, list[int]]:
    return -len(term[0]), [symbol.serial for symbol in term[0]]


def _term(monomial: Monomial, value: int) -> str:
    names = "*".join(symbol.name for symbol in monomial)
    if not names:
        return str(value)
    return names if value == 1 else f"-{names}" if value == -1 else f"{value}*{names}"


def _collect(terms: Iterable[tuple[Monomial, int]]) -> Dim:
    total: dict[Monomial, int] = {}
    for monomial, value in terms:
        total[monomial] = total.get(monomial, 0) + value
    return Dim(frozenset((m, v) for m, v in total.items() if v))


def as_symbol(symbol: Symbol) -> Dim:
    """The length that is nothing but a symbol."""
    return Dim(frozenset({((symbol,), 1)}))


def as_dim(length: Dim | int) -> Dim:
    return length if isinstance(length, Dim) else Dim(frozenset({((), int(length))} if length else ()))


_serial = itertools.count()


def fresh(
    name: str = "?", *, never_one: bool = False, counts: bool = True, varies: bool = False, names: tuple[str, ...] = ()
) -> Dim:
    """A length that nothing is known of."""
    return as_symbol(Symbol(name, next(_serial), never_one, counts, varies, names))


def newest() -> int:
    """The number of the next symbol: those with a smaller one are older."""
    return next(_serial)


Shape = tuple[Dim, ...]


# -------------------------------------------------------------------------------------------------------- types
Kind = tuple[np.dtype[Any], bool]
"""A dtype, and whether it is that of a Python scalar."""
MOST_KINDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Num:
    """A number or an array.  `weak`: a Python scalar (its precision yields to an array's); None where unknown.

    `length` is the value itself as a Dim, for an integer that counts something; `boxed` says that a value of rank 0 is an
    array without axes, which can be changed in place, and not a number.  `real`: it is no complex number, where the dtype alone
    does not say so: it is a whole number or a float, whichever came.  `doubtful`: it comes from a power of Python's numbers, which
    is complex for a negative base, whatever the dtype says.  `kinds`: without a dtype, all that it may be, where that is known:
    after `s = 0.0; for v in x: s += v`, a Python float or what x holds.
    """

    dtype: np.dtype[Any] | None = None
    shape: Shape | None = None
    weak: bool | None = False
    length: Dim | None = None
    boxed: bool = False
    real: bool = False
    doubtful: bool = False
    kinds: frozenset[Kind] = frozenset()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Num) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        """The dtype by its name: NumPy holds a dtype of float64 and None for equal.  An array may stand for a number."""
        return None if self.dtype is None else self.dtype.str, self.shape, self.weak, self.length, self.is_real, self.kinds

    @property
    def ndim(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    @property
    def inexact(self) -> bool | None:
        """Whether values of this type carry a derivative; None where the dtype is unknown."""
        return None if self.dtype is None else self.dtype.kind in "fc"

    @property
    def is_real(self) -> bool:
        """Whether it is certain that no value of this type is complex."""
        return not self.doubtful and (self.real if self.dtype is None else self.dtype.kind in "fiub")

    @property
    def is_complex(self) -> bool:
        return self.dtype is not None and self.dtype.kind == "c"

    @property
    def is_double(self) -> bool:
        """Whether a value is of the precision that Python's own numbers have."""
        return self.dtype is not None and self.dtype in (np.float64, np.complex128)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list whose length is known at run time; None: nothing is known of its items."""

    item: Type | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A dict whose keys are known at run time."""

    item: Type | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A tuple, a NamedTuple or a dataclass, item by item; `kind` is its class."""

    kind: Any
    items: tuple[Type | None, ...]
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something without a derivative that is only passed along: a string, an object, a generator of random numbers.

    `dtype`: that of a sparse matrix.
    """

    cls: Any
    dtype: np.dtype[Any] | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """The type of the items of an empty list: joined with another, it is the other."""


Type = Num | Listing | Mapped | Record | Opaque | Nothing

FLOAT, INT, BOOL, COMPLEX = (Num(np.dtype(t), (), weak=True) for t in (float, int, bool, complex))
UNKNOWN_NUM = Num(None, None, None)


def kinds_of(fact: Num) -> frozenset[Kind]:
    """All that a number or an array may be; nothing where that is not known."""
    if fact.dtype is None or fact.doubtful:
        return frozenset() if fact.doubtful else fact.kinds
    return frozenset((fact.dtype, weak) for weak in ((True, False) if fact.weak is None and fact.shape == () else (bool(fact.weak),)))


def both_kinds(a: Num, b: Num) -> frozenset[Kind]:
    """All that one of two may be; nothing where that is not known, or is too much."""
    one, other = kinds_of(a), kinds_of(b)
    return one | other if one and other and len(one | other) <= MOST_KINDS else frozenset()


def as_cotangent(fact: Num) -> Num:
    """A number as its cotangent is: of one of NumPy's doubles, a Python number will do, and of a whole number, anything."""
    doubles = (np.dtype(np.float64), np.dtype(np.complex128))
    if fact.dtype is not None or any(dtype.kind not in "fc" for dtype, _ in fact.kinds):
        return Num(fact.dtype, fact.shape, None if fact.dtype in doubles else fact.weak, real=fact.real)
    kinds = fact.kinds | {(dtype, True) for dtype, _ in fact.kinds if dtype in doubles}
    return Num(None, fact.shape, fact.weak if kinds == fact.kinds else None, real=fact.real, kinds=kinds)


def unit(fact: Type | None) -> Any:
    """The cotangent of a number by itself: 1, of NumPy's kind if the number is of another precision than Python's."""
    other = isinstance(fact, Num) and fact.dtype is not None and fact.dtype.kind == "f" and fact.shape == () and not fact.is_double
    return fact.dtype.type(1) if other else 1.0  # type: ignore[union-attr]


def is_fixed(fact: Type | None) -> bool:
    """Whether all values of a type are numbers or arrays of one shape, whichever it is."""
    return isinstance(fact, Num) and fact.shape is not None and not any(dim.varies for dim in fact.shape)


def carries(fact: Type | None) -> bool:
    """Whether a value of this type may carry a derivative (unknown: it may)."""
    if fact is None:
        return True
    if isinstance(fact, Num):
        return fact.inexact is not False
    if isinstance(fact, (Listing, Mapped)):
        return carries(fact.item)
    if isinstance(fact, Record):
        return any(carries(item) for item in fact.items)
    return False


def holds_complex(fact: Type | None) -> bool:
    """Whether a value of this type is a complex number, or surely has one in it."""
    items = fact.items if isinstance(fact, Record) else (fact.item,) if isinstance(fact, (Listing, Mapped)) else ()
    return (isinstance(fact, Num) and fact.is_complex) or any(map(holds_complex, items))


def surely_real(fact: Type | None) -> bool:
    """Whether a value of this type neither is nor holds a complex number."""
    if isinstance(fact, Num):
        return fact.is_real
    if isinstance(fact, (Listing, Mapped)):
        return surely_real(fact.item)
    return isinstance(fact, (Opaque, Nothing)) or (isinstance(fact, Record) and all(map(surely_real, fact.items)))


def with_dims(fact: Type | None, change: Callable[[Dim], Dim]) -> Type | None:
    """A type with every length changed."""
    match fact:
        case Num(shape=shape) if shape:
            return replace(fact, shape=tuple(change(dim) for dim in shape))
        case Listing() | Mapped():
            return type(fact)(with_dims(fact.item, change))
        case Record():
            return Record(fact.kind, tuple(with_dims(item, change) for item in fact.items), fact.keys)
    return fact


def renewed(fact: Type | None) -> Type | None:
    """A type as it is met once: lengths that vary are lengths of its own.  Those of the items of a list go on varying."""
    if isinstance(fact, Record):
        return Record(fact.kind, tuple(map(renewed, fact.items)), fact.keys)
    return with_dims(fact, lambda dim: fresh() if dim.varies else dim) if isinstance(fact, Num) else fact


def may_be_whole(fact: Type | None) -> bool:
    """Whether a container holds numbers of which it is not known whether they are integers."""
    if isinstance(fact, (Listing, Mapped)):
        return may_be_whole(fact.item) or (isinstance(fact.item, Num) and fact.item.dtype is None)
    return isinstance(fact, Record) and any(may_be_whole(item) for item in fact.items)


def join(a: Type | None, b: Type | None, varies: bool = False) -> Type | None:
    """What is known of a value that is of either type.  `varies`: of any item of a container of both, lengths that differ vary."""
    if a is b or isinstance(b, Nothing):
        return a
    if isinstance(a, Nothing):
        return b
    if isinstance(a, Num) and isinstance(b, Num):
        if a == b:
            return b if b.boxed else a
        same = a.dtype is not None and b.dtype is not None and a.dtype == b.dtype
        return Num(
            a.dtype if same else None, _join_shapes(a.shape, b.shape, varies), a.weak if a.weak == b.weak else None,
            boxed=a.boxed or b.boxed,
            real=a.is_real and b.is_real,
            doubtful=a.doubtful or b.doubtful,
            kinds=frozenset() if same else both_kinds(a, b),
        )
    if isinstance(a, (Listing, Mapped)) and type(a) is type(b):
        return type(a)(join(a.item, b.item, varies=True))
    if (
        isinstance(a, Record)
        and isinstance(b, Record)
        and (a.kind, a.keys, len(a.items)) == (b.kind, b.keys, len(b.items))
    ):
        return Record(a.kind, tuple(join(x, y, varies) for x, y in zip(a.items, b.items, strict=True)), a.keys)
    return a if a == b else None


def _join_shapes(a: Shape | None, b: Shape | None, varies: bool) -> Shape | None:
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(m if m == n else fresh(varies=varies) for m, n in zip(a, b, strict=True))


def describe(fact: Type | None) -> str:
    """`(n, 3), float64` for a docstring; empty where nothing is known."""
    if isinstance(fact, Num) and fact.dtype is not None and fact.shape is not None:
        if fact.weak:
            return type(fact.dtype.type(0).item()).__name__
        inner = ", ".join(str(dim) for dim in fact.shape) + ("," if len(fact.shape) == 1 else "")
        return f"({inner}), {fact.dtype}" if fact.shape else str(fact.dtype)
    return ""
