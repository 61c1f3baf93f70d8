"""Compute the constants of the elementary kernels, and write `s2s_runtime/elementary/coefficients.py`.

    cd tests && python -m elementary.coefficients

Every polynomial is a weighted minimax one (`minimax.py`), of the function that stands beside it; the weight makes its error
that of the kernel's result, relative to the result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from elementary.minimax import minimax, mp, mpf

TARGET = Path(__file__).parents[2] / "runtime" / "s2s_runtime" / "elementary" / "coefficients.py"
DIGITS = (53, 24)
ONE = mpf(1)
HALF_LOG_2 = mp.log(2) / 2 * (1 + ONE / 1024)  # a reduced argument is rounded, and may be a little larger
LOG_SQUARE = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * (1 + ONE / 1024)
PI_SQUARE = (mp.pi / 4) ** 2 * (1 + ONE / 128)


@dataclass(frozen=True)
class Polynomial:
    """`function` on an interval, weighted; the degree for float64 and for float32."""

    name: str
    function: Callable[[mpf], mpf]
    low: mpf
    high: mpf | tuple[mpf, mpf]
    weight: Callable[[mpf], mpf]
    degrees: tuple[int, int]
    meaning: str


def over_square(odd: Callable[[mpf], mpf]) -> Callable[[mpf], mpf]:
    """(f(t) / t - 1) / t^2 as a function of t^2, for an odd f with f'(0) = 1."""
    return lambda z: (odd(mp.sqrt(z)) / mp.sqrt(z) - 1) / z


def artanh_rest(z: mpf) -> mpf:
    return (over_square(mp.atanh)(z) - ONE / 3) / z


POLYNOMIALS = [
    Polynomial(
        "EXP", lambda r: (mp.expm1(r) - r) / r**2, -HALF_LOG_2, HALF_LOG_2, lambda r: abs(r**2 / mp.expm1(r)),
        (10, 5), "(e^r - 1 - r) / r^2",
    ),
    Polynomial("SINH", over_square(mp.sinh), mpf(0), ONE, lambda z: z, (6, 3), "(sinh t / t - 1) / t^2, in t^2"),
    Polynomial("TANH", over_square(mp.tanh), mpf(0), mpf("0.3026"), lambda z: z, (10, 4), "(tanh t / t - 1) / t^2, in t^2"),
    Polynomial(
        "LOG", lambda z: 2 * over_square(mp.atanh)(z), mpf(0), LOG_SQUARE, lambda z: z / 2,
        (6, 2), "2 (artanh s / s - 1) / s^2, in s^2",
    ),
    Polynomial("POW", artanh_rest, mpf(0), LOG_SQUARE, lambda z: z**2, (6, 2), "((artanh s / s - 1) / s^2 - 1/3) / s^2, in s^2"),
    Polynomial(
        "SIN", over_square(mp.sin), mpf(0), PI_SQUARE, lambda z: z * mp.sqrt(z) / mp.sin(mp.sqrt(z)),
        (5, 2), "(sin r / r - 1) / r^2, in r^2",
    ),
    Polynomial(
        "COS", lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, mpf(0), PI_SQUARE, lambda z: z**2 / mp.cos(mp.sqrt(z)),
        (5, 2), "(cos r - 1 + r^2 / 2) / r^4, in r^2",
    ),
    Polynomial("TAN", over_square(mp.tan), mpf(0), PI_SQUARE / 4, lambda z: z, (8, 3), "(tan t / t - 1) / t^2, in t^2"),
    Polynomial("ATAN", over_square(mp.atan), mpf(0), ONE / 4, lambda z: z, (11, 4), "(arctan t / t - 1) / t^2, in t^2"),
    Polynomial(
        "ERF", lambda x: mp.log(mp.erfc(x)) / x, mpf(0), (mpf("5.93"), mpf("3.93")), lambda x: mp.erfc(x) * x / mp.erf(x),
        (25, 9), "log(erfc x) / x; the first coefficient in two parts",
    ),
]  # fmt: skip


def nearest(x: mpf, digits: int) -> float:
    return float(x) if digits == 53 else float(np.float32(float(x)))


def parts(x: mpf, digits: int, count: int) -> tuple[float, ...]:
    """Numbers of this precision whose sum is x."""
    found = []
    for _ in range(count):
        found.append(nearest(x, digits))
        x -= mpf(found[-1])
    return tuple(found)


def short(x: mpf, places: int) -> mpf:
    """x cut to so many digits."""
    scale = mpf(2) ** (places - 1 - mp.floor(mp.log(x, 2)))
    return mp.floor(x * scale) / scale


def exponent_parts(x: mpf) -> Callable[[int], tuple[float, float]]:
    """x in two parts, the first so short that it is exact times any exponent."""

    def found(digits: int) -> tuple[float, float]:
        top = short(x, digits - (11 if digits == 53 else 8))
        return float(top), nearest(x - top, digits)

    return found


CONSTANTS: list[tuple[str, str, Callable[[int], object]]] = [
    (
        "LOG_2",
        "log 2 in two parts, the first with as many zeros at its end as an exponent has digits",
        exponent_parts(mp.log(2)),
    ),
    ("LOG10_2", "log 2 / log 10, likewise", exponent_parts(mp.log10(2))),
    ("LOG2_E", "1 / log 2 in two parts", lambda digits: parts(1 / mp.log(2), digits, 2)),
    ("LOG10_E", "1 / log 10 in two parts", lambda digits: parts(1 / mp.log(10), digits, 2)),
    ("SQRT_HALF", "sqrt(1/2)", lambda digits: nearest(mp.sqrt(ONE / 2), digits)),
    ("HALF_PI", "pi/2 in three parts", lambda digits: parts(mp.pi / 2, digits, 3)),
    ("TWO_BY_PI", "2/pi", lambda digits: nearest(2 / mp.pi, digits)),
    ("THIRD", "1/3 in two parts", lambda digits: parts(ONE / 3, digits, 2)),
]


def two_by_pi() -> list[int]:
    """The bits of 2/pi after one word of zeros, as far as the largest double asks for them."""
    count = 21
    with mp.workprec(64 * count + 64):
        digits = int(mp.floor(2 / mp.pi * mpf(2) ** (64 * (count - 1))))
    return [digits >> (64 * place) & (2**64 - 1) for place in reversed(range(count))]


def coefficients(wanted: Polynomial, digits: int) -> tuple[tuple[float, ...], mpf]:
    place = DIGITS.index(digits)
    high = wanted.high[place] if isinstance(wanted.high, tuple) else wanted.high
    found, error = minimax(wanted.function, wanted.low, high, wanted.weight, wanted.degrees[place])
    first = parts(found[0], digits, 2 if wanted.name == "ERF" else 1)
    return first + tuple(nearest(one, digits) for one in found[1:]), error


def text() -> str:
    lines = [
        '"""Constants of the kernels by digits of the format, 53 or 24.  Written by `tests/elementary/coefficients.py`.',
        "",
        "Polynomials are weighted minimax ones, lowest power first; beside each stands the bound of its part in the relative",
        'error of the result, before coefficients are rounded.  """'.replace('.  """', "."),
        '"""',
        "",
        "from __future__ import annotations",
        "",
    ]
    for name, meaning, value in CONSTANTS:
        lines += [f"# {meaning}", f"{name} = {{"]
        lines += [f"    {digits}: {value(digits)!r}," for digits in DIGITS]
        lines += ["}", ""]
    lines += ["# The bits of 2/pi, after a word of zeros", "TWO_BY_PI_WORDS = ("]
    lines += [f"    0x{word:016X}," for word in two_by_pi()] + [")", ""]
    for wanted in POLYNOMIALS:
        lines += [f"# {wanted.meaning}", f"{wanted.name}: dict[int, tuple[float, ...]] = {{"]
        for digits in DIGITS:
            found, error = coefficients(wanted, digits)
            lines += [f"    {digits}: (  # 2**{float(mp.log(error, 2)):.1f}"]
            rows = [found[start : start + 3] for start in range(0, len(found), 3)]
            lines += ["        " + " ".join(f"{one!r}," for one in row) for row in rows] + ["    ),"]
        lines += ["}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
