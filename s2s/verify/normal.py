"""A normal form of expressions, in which many that are zero are 0: quotients of polynomials in what cannot be divided further.

In: an expression of sympy, of real numbers.  Out: a `Value`: a rational number times powers of polynomials.  Their generators are symbols,
exponentials, logarithms, roots and functions of normal forms.  Where it is 0 the expression is zero; the opposite is not claimed, as
generators may be related in ways that are not known here.

| what | becomes |
|---|---|
| exp(a + 3/2 b) | E_a * r^3, where r^2 = E_b |
| x**(a - 1) | exp(a log x) / x |
| log(6 x^2 / y) | log 2 + log 3 + 2 log abs(x) - log abs(y) |
| sin, cos, tan | by C = exp(i x): (C + 1/C) / 2, (C - 1/C) / 2i |
| sqrt(x^3 (1 + x)) | abs(x) r, where r^2 = x (1 + x) |

A polynomial is a dictionary from monomials to whole numbers; a monomial is a whole number, too, with some bits for each generator's power.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Container, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import sympy as sp

from s2s.verify.evaluating import SAMPLES, value_of
from s2s.verify.held import Held
from s2s.verify.slopes import symbols_in

FIELD = 20
"""The bits of a power in a monomial."""
MASK = (1 << FIELD) - 1
LARGEST_PRODUCT = 200_000
"""How many products of terms a normal form may take."""
SMALL_PRIMES = 1000
"""The primes up to which constants under roots and logarithms are divided."""


class TooLong(Exception):
    """The normal form would take more than `LARGEST_PRODUCT` products."""


class Undefined(Exception):
    """A divisor is 0."""


class Polynomial:
    """Terms without a common factor; equal ones are one object."""

    __slots__ = ("degree", "positive", "terms")

    def __init__(self, terms: dict[int, int], positive: bool) -> None:
        self.terms, self.positive = terms, positive
        self.degree = max(power for mono in terms for _, power in exponents(mono))


class Value(NamedTuple):
    """A rational number times powers of polynomials."""

    scale: Fraction
    powers: dict[Polynomial, int]

    def __neg__(self) -> Value:
        return Value(-self.scale, self.powers)


ZERO, ONE = Value(Fraction(0), {}), Value(Fraction(1), {})


def constant(n: int | Fraction) -> Value:
    return Value(Fraction(n), {})


class Relation(NamedTuple):
    """What a power of a generator is."""

    power: int
    value: Value


class Normal:
    """Normal forms of expressions that share their generators."""

    def __init__(self, closed: Container[sp.Expr] = ()) -> None:
        self.closed = closed
        """Subexpressions that are taken as generators, whatever they are: what is zero then is zero with them opened, too."""
        self.known: dict[sp.Expr, Value] = {}
        self.polynomials: dict[frozenset[tuple[int, int]], Polynomial] = {}
        self.keys: dict[Any, int] = {}
        self.positive: list[bool] = []
        self.relations: dict[int, Relation] = {}
        self.logarithms: dict[int, Value] = {}
        self.functions: dict[tuple[Any, ...], list[tuple[list[Value], int]]] = {}
        self.work = 0

    # ---------------------------------------------------------------------------------------------------- generators
    def generator(self, key: Any, positive: bool = False) -> int:
        """The number of the generator of that name, made if it is met first."""
        if key not in self.keys:
            self.keys[key] = len(self.positive)
            self.positive.append(positive)
        return self.keys[key]

    def single(self, number: int) -> Polynomial:
        return self.interned({1 << FIELD * number: 1})

    def of(self, number: int, power: int = 1) -> Value:
        """A power of a generator."""
        return self.reduced(ONE, self.single(number), power)

    def interned(self, terms: dict[int, int]) -> Polynomial:
        key = frozenset(terms.items())
        found = self.polynomials.get(key)
        if found is None:
            positive = all(n > 0 and self.is_positive(mono) for mono, n in terms.items())
            found = self.polynomials[key] = Polynomial(terms, positive)
        return found

    def is_positive(self, mono: int) -> bool:
        return all(self.positive[number] or power % 2 == 0 for number, power in exponents(mono))

    # ---------------------------------------------------------------------------------------------------- arithmetic
    def product(self, values: Iterable[Value]) -> Value:
        scale = Fraction(1)
        powers: dict[Polynomial, int] = {}
        for value in values:
            scale *= value.scale
            for base, power in value.powers.items():
                powers[base] = powers.get(base, 0) + power
        if not scale:
            return ZERO
        found = Value(scale, {})
        for base, power in powers.items():
            if power:
                found = self.reduced(found, base, power)
        return found

    def reduced(self, value: Value, base: Polynomial, power: int) -> Value:
        """A value times a power, which is made smaller where a power of the base is known."""
        relation = self.relations.get(sole(base))
        times = 0 if relation is None else power // relation.power
        powers = dict(value.powers)
        rest = powers.get(base, 0) + power - times * (relation.power if relation else 0)
        powers[base] = rest
        if not rest:
            del powers[base]
        found = Value(value.scale, powers)
        if relation is None:
            return found
        if times:
            found = self.product([found, self.power(relation.value, times)])
        elif rest >= relation.power:
            del powers[base]
            return self.reduced(Value(value.scale, powers), base, rest)
        return found

    def power(self, value: Value, n: int) -> Value:
        """A whole power."""
        if n < 0 and not value.scale:
            raise Undefined
        if n == 0:
            return ONE
        found = Value(value.scale**n, {})
        for base, power in value.powers.items():
            found = self.reduced(found, base, power * n)
        return found

    def sum(self, values: list[Value]) -> Value:
        """With the powers that all of them have taken out."""
        values = [value for value in values if value.scale]
        if len(values) < 2:
            return values[0] if values else ZERO
        bases = dict.fromkeys(base for value in values for base in value.powers)
        common = {base: min(value.powers.get(base, 0) for value in values) for base in bases}
        under = math.lcm(*(value.scale.denominator for value in values))
        terms: dict[int, int] = {}
        for value in values:
            over = {base: value.powers.get(base, 0) - power for base, power in common.items()}
            for mono, n in self.expanded(over, int(value.scale * under)).items():
                terms[mono] = terms.get(mono, 0) + n
        found = self.factored({mono: n for mono, n in terms.items() if n}, Fraction(1, under))
        return self.product([found, Value(Fraction(1), {base: power for base, power in common.items() if power})])

    def expanded(self, powers: dict[Polynomial, int], factor: int) -> dict[int, int]:
        """A product of powers that are not negative, as terms.  No power outgrows its field."""
        if sum(base.degree * power for base, power in powers.items()) > MASK:
            raise TooLong
        found = {0: factor}
        for base, power in sorted(powers.items(), key=lambda item: len(item[0].terms)):
            if len(base.terms) == 1:
                ((mono, n),) = base.terms.items()
                found = {m + mono * power: k * n**power for m, k in found.items()}
            else:
                for _ in range(power):
                    found = self.times(found, base.terms)
        return found

    def spend(self, terms: int) -> None:
        self.work += terms
        if self.work > LARGEST_PRODUCT:
            raise TooLong

    def times(self, left: dict[int, int], right: dict[int, int]) -> dict[int, int]:
        self.spend(len(left) * len(right))
        found: dict[int, int] = {}
        for a, n in left.items():
            for b, k in right.items():
                found[a + b] = found.get(a + b, 0) + n * k
        return found

    def factored(self, terms: dict[int, int], scale: Fraction) -> Value:
        """Terms as a value: known powers replaced, common factors taken out."""
        if not terms:
            return ZERO
        self.spend(len(terms))
        highest = functools.reduce(operator.or_, terms)  # each of its fields is at least the highest power there
        for number, relation in sorted(self.relations.items(), reverse=True):
            place = FIELD * number
            if highest >> place & MASK >= relation.power and any(mono >> place & MASK >= relation.power for mono in terms):
                return self.product([constant(scale), self.replaced(terms, number, relation)])
        content = math.gcd(*terms.values()) * (1 if terms[max(terms)] > 0 else -1)
        shared = common_part(terms)
        found = Value(scale * content, {})
        for number, power in exponents(shared):
            found = self.reduced(found, self.single(number), power)
        rest = {mono - shared: n // content for mono, n in terms.items()}
        return found if len(rest) == 1 else self.product([found, Value(Fraction(1), {self.interned(rest): 1})])

    def replaced(self, terms: dict[int, int], number: int, relation: Relation) -> Value:
        """The terms in which a generator has a known power, by what that is."""
        parts: dict[int, dict[int, int]] = {}
        for mono, n in terms.items():
            times = (mono >> FIELD * number & MASK) // relation.power
            parts.setdefault(times, {})[mono - (times * relation.power << FIELD * number)] = n
        return self.sum([
            self.product([self.factored(part, Fraction(1)), self.power(relation.value, times)]) for times, part in parts.items()
        ])  # fmt: skip

    # ---------------------------------------------------------------------------------------------------- expressions
    def value(self, expr: sp.Expr) -> Value:
        """The normal form.  Raises TooLong and Undefined."""
        found = self.known.get(expr)
        if found is None:
            found = self.known[expr] = self._value(expr)
        return found

    def _value(self, expr: sp.Expr) -> Value:
        if expr.is_Rational:
            return constant(Fraction(int(expr.p), int(expr.q)))
        if expr in self.closed:
            return self.taken(expr)
        if expr.is_Add:
            return self.sum([self.value(part) for part in expr.args])
        if expr.is_Mul:
            return self.product([self.value(part) for part in expr.args])
        if expr.is_Pow:
            return self.raised(*expr.args)
        rewrite = FORMS.get(expr.func)
        if rewrite is not None:
            return rewrite(self, *([self.value(part) for part in sp.Add.make_args(arg)] for arg in expr.args))
        if not expr.args:
            return self.of(self.generator(expr, bool(expr.is_positive)))
        return self.function(expr.func, [self.value(part) for part in expr.args], bool(expr.is_positive))

    def taken(self, expr: sp.Expr) -> Value:
        """A closed sum: multiples of one are multiples of one generator."""
        factor, rest = expr.primitive()
        if rest.could_extract_minus_sign():
            factor, rest = -factor, -rest
        return self.product([self.of(self.generator(rest, bool(rest.is_positive))), constant(Fraction(int(factor.p), int(factor.q)))])

    def function(self, name: Any, args: list[Value], positive: bool = False) -> Value:
        """A function that nothing is known of: of equal arguments it is one generator."""
        met = self.functions.setdefault((name, len(args)), [])
        for others, number in met:
            if all(not self.sum([a, -b]).scale for a, b in zip(args, others, strict=True)):
                return self.of(number)
        number = self.generator((name, len(self.positive)), positive)
        met.append((args, number))
        return self.of(number)

    def raised(self, base: sp.Expr, exponent: sp.Expr) -> Value:
        if exponent.is_Integer:
            return self.power(self.value(base), int(exponent))
        if exponent.is_Rational:
            return self.root(self.value(base), Fraction(int(exponent.p), int(exponent.q)))
        if is_negative(base):  # a whole power after all, at the sample point
            return self.function(sp.Pow, [self.value(base), self.value(exponent)])
        logarithm = FORMS[sp.log](self, [self.value(base)])
        return FORMS[sp.exp](self, [self.product([self.value(part), logarithm]) for part in sp.Add.make_args(exponent)])

    def root(self, value: Value, power: Fraction) -> Value:
        """A power that is not whole, of what is not negative.  What is positive is taken out, and what is squared, by its size."""
        found, inside = self.of_number(abs(value.scale), power), constant(1 if value.scale > 0 else -1)
        for base, n in value.powers.items():
            if base.positive:
                found = self.product([found, self.fraction(base, n * power)])
                continue
            if n // 2:
                found = self.product([found, self.fraction(self.size(base), n // 2 * 2 * power)])
            if n % 2:
                inside = self.product([inside, Value(Fraction(1), {base: 1})])
        if inside == ONE:
            return found
        whole = power.numerator // power.denominator
        part = self.function(("root", power.denominator), [inside], positive=True)
        number = sole(next(iter(part.powers)))
        self.relations.setdefault(number, Relation(power.denominator, inside))
        return self.product([found, self.power(inside, whole), self.power(part, power.numerator - whole * power.denominator)])

    def size(self, base: Polynomial) -> Polynomial:
        """The generator of an absolute value, whose square is known."""
        number = self.generator(("size", base), positive=True)
        self.relations.setdefault(number, Relation(2, Value(Fraction(1), {base: 2})))
        return self.single(number)

    def fraction(self, base: Polynomial, power: Fraction) -> Value:
        """A power of a positive polynomial."""
        whole = power.numerator // power.denominator
        found = self.reduced(ONE, base, whole) if whole else ONE
        rest = power - whole
        if not rest:
            return found
        number = self.generator(("root", base, power.denominator), positive=True)
        self.relations.setdefault(number, Relation(power.denominator, Value(Fraction(1), {base: 1})))
        return self.product([found, self.of(number, rest.numerator)])

    def of_number(self, n: Fraction, power: Fraction) -> Value:
        """A power of a positive rational number, by its primes."""
        parts = [self.fraction(self.single(self.prime(p)), k * power) for p, k in primes(n).items()]
        return self.product(parts)

    def prime(self, p: int) -> int:
        """The generator of a whole number, which is known to be that number."""
        number = self.generator(("number", p), positive=True)
        self.relations.setdefault(number, Relation(1, constant(p)))
        return number


def is_negative(base: sp.Expr) -> bool:
    """Whether a number is negative at the sample point, if it has one."""
    return not base.is_positive and symbols_in(base) <= SAMPLES.keys() and bool(value_of(base) < 0)


def exponents(mono: int) -> list[tuple[int, int]]:
    """The generators in a monomial, by number, with their powers."""
    found, number = [], 0
    while mono:
        if mono & MASK:
            found.append((number, mono & MASK))
        mono >>= FIELD
        number += 1
    return found


def common_part(terms: Iterable[int]) -> int:
    """The monomial that divides all of them."""
    monos = iter(terms)
    shared = dict(exponents(next(monos)))
    for mono in monos:
        if not shared:
            break
        shared = {number: min(power, mono >> FIELD * number & MASK) for number, power in shared.items() if mono >> FIELD * number & MASK}
    return sum(power << FIELD * number for number, power in shared.items())


def sole(base: Polynomial) -> int:
    """The number of the generator that a polynomial is; -1 if it is none."""
    if len(base.terms) != 1:
        return -1
    (mono,) = base.terms
    return (mono.bit_length() - 1) // FIELD


def primes(n: Fraction) -> dict[int, int]:
    """The factors of a positive rational number, with small ones divided out."""
    over, under = (sp.factorint(part, limit=SMALL_PRIMES) for part in (n.numerator, n.denominator))
    return {**{int(p): int(k) for p, k in over.items()}, **{int(p): -int(k) for p, k in under.items()}}


FORMS: dict[Any, Callable[..., Value]] = {Held: lambda normal, parts: normal.sum(parts)}
"""The normal form of a function, of the normal forms of the terms of its argument; `forms` adds to it."""


def is_zero(expr: sp.Expr, normal: Normal | None = None) -> bool:
    """Whether the normal form is 0.

    >>> x, y = sp.symbols("x y", real=True)
    >>> is_zero(1 / x - 1 / (x + y) - y / (x * (x + y))), is_zero(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1), is_zero(x - y)
    (True, True, False)
    """
    try:
        return not (normal or Normal()).value(expr).scale
    except (TooLong, Undefined):
        return False
