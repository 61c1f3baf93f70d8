"""Normal forms of exponentials, logarithms and of the functions of circles and hyperbolas, by exponentials.

In: normal forms of the arguments.  Out: normal forms.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from s2s.verify.normal import FIELD, FORMS, ONE, Normal, Polynomial, Relation, Undefined, Value, constant, primes, sole


# ------------------------------------------------------------------------------------------------ exponentials, logarithms
def terms_of(normal: Normal, parts: list[Value]) -> list[tuple[int, Any, Fraction]]:
    """A sum as monomials over divisors, each with a rational factor."""
    found: dict[tuple[int, Any], Fraction] = {}
    for value in parts:
        under = frozenset((base, power) for base, power in value.powers.items() if power < 0)
        over = {base: power for base, power in value.powers.items() if power > 0}
        for mono, n in normal.expanded(over, 1).items():
            found[mono, under] = found.get((mono, under), Fraction(0)) + value.scale * n
    return [(mono, under, factor) for (mono, under), factor in found.items() if factor]


def exponential(normal: Normal, parts: list[Value]) -> Value:
    """The product of the exponentials of its terms; that of a multiple of a logarithm is a power."""
    found = ONE
    for mono, under, factor in terms_of(normal, parts):
        inner = normal.logarithms.get(mono) if not under else None
        if inner is not None:
            found = normal.product([found, normal.root(inner, factor) if factor.denominator > 1 else normal.power(inner, int(factor))])
        else:
            base = normal.single(normal.generator(("exp", mono, under), positive=True))
            found = normal.product([found, normal.fraction(base, factor)])
    return found


def logarithm(normal: Normal, terms: list[Value]) -> Value:
    """The sum of the logarithms of the sizes of its factors."""
    value = normal.sum(terms)
    if not value.scale:
        raise Undefined
    parts = [normal.product([constant(k), _log(normal, normal.single(normal.prime(p)))]) for p, k in primes(abs(value.scale)).items()]
    return normal.sum(parts + [normal.product([constant(k), _log(normal, base)]) for base, k in value.powers.items()])


def _log(normal: Normal, base: Polynomial) -> Value:
    number = sole(base)
    key = next((key for key, n in normal.keys.items() if n == number), None) if number >= 0 else None
    if isinstance(key, tuple) and key[0] == "exp":
        under = Value(Fraction(1), dict(key[2]))
        return normal.product([normal.factored({key[1]: 1}, Fraction(1)), under])
    relation = normal.relations.get(number)
    if relation is not None and relation.power > 1 and isinstance(key, tuple) and key[0] in ("root", "size"):
        return normal.product([constant(Fraction(1, relation.power)), logarithm(normal, [relation.value])])
    made = normal.generator(("log", base))
    size = base if base.positive else normal.size(base)
    normal.logarithms[1 << FIELD * made] = Value(Fraction(1), {size: 1})
    return normal.of(made)


# ------------------------------------------------------------------------------------------------------------ circles
def imaginary(normal: Normal) -> Value:
    number = normal.generator("i")
    normal.relations.setdefault(number, Relation(2, constant(-1)))
    return normal.of(number)


def turned(normal: Normal, parts: list[Value]) -> Value:
    """exp(i value): of a rational part of pi, a root of unity."""
    found = ONE
    turn = normal.keys.get(sp.pi)
    for mono, under, factor in terms_of(normal, parts):
        if not under and turn is not None and mono == 1 << FIELD * turn:
            found = normal.product([found, root_of_unity(normal, factor)])
        else:
            base = normal.single(normal.generator(("turn", mono, under)))
            whole = factor.numerator // factor.denominator
            rest = normal.reduced(ONE, base, whole) if whole else ONE
            if factor.denominator > 1:
                number = normal.generator(("part of a turn", base, factor.denominator))
                normal.relations.setdefault(number, Relation(factor.denominator, Value(Fraction(1), {base: 1})))
                rest = normal.product([rest, normal.of(number, factor.numerator - whole * factor.denominator)])
            found = normal.product([found, rest])
    return found


def root_of_unity(normal: Normal, part: Fraction) -> Value:
    """exp(i pi part), by the polynomial whose root it is."""
    order = 2 * part.denominator
    if order == 4:
        return normal.power(imaginary(normal), part.numerator % 4)
    number = normal.generator(("root of unity", order))
    if number not in normal.relations:
        z = sp.Symbol("z")
        *rest, degree = sorted((int(power), int(n)) for (power,), n in sp.Poly(sp.cyclotomic_poly(order, z), z).terms())
        value = normal.factored({power << FIELD * number: -n for power, n in rest}, Fraction(1))
        normal.relations[number] = Relation(degree[0], value)
    return normal.of(number, part.numerator % order)


def cosine(normal: Normal, parts: list[Value]) -> Value:
    turn = turned(normal, parts)
    return normal.product([constant(Fraction(1, 2)), normal.sum([turn, normal.power(turn, -1)])])


def sine(normal: Normal, parts: list[Value]) -> Value:
    turn = turned(normal, parts)
    return normal.product([constant(Fraction(-1, 2)), imaginary(normal), normal.sum([turn, -normal.power(turn, -1)])])


def hyperbolic(sign: int) -> Callable[[Normal, list[Value]], Value]:
    def form(normal: Normal, parts: list[Value]) -> Value:
        up = exponential(normal, parts)
        down = normal.power(up, -1)
        return normal.product([constant(Fraction(1, 2)), normal.sum([up, down if sign > 0 else -down])])

    return form


def quotient(over: Any, under: Any) -> Callable[[Normal, list[Value]], Value]:
    return lambda normal, parts: normal.product([over(normal, parts), normal.power(under(normal, parts), -1)])


def complement(normal: Normal, parts: list[Value]) -> Value:
    return normal.sum([ONE, -normal.function(sp.erf, [normal.sum(parts)])])


FORMS.update({
    sp.exp: exponential, sp.log: logarithm, sp.sin: sine, sp.cos: cosine, sp.tan: quotient(sine, cosine),
    sp.sinh: hyperbolic(-1), sp.cosh: hyperbolic(1), sp.tanh: quotient(hyperbolic(-1), hyperbolic(1)), sp.erfc: complement,
})  # fmt: skip
