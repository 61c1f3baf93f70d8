"""The reduction of a huge argument modulo pi/2, exact for every double (M. H. Payne and R. N. Hanek, 1983).

|x| = m 2^e with an integer m.  Of the bits of 2/pi, those that make multiples of 4 of x 2/pi are left out, 192 follow, and m
times these, modulo 2^192, holds the quadrant in its two upper bits and 190 bits of what is over.  No double but 0 is nearer to
a multiple of pi/2 than 2^-61, so that 2^53 times the bits that were cut off leaves it 76 digits.

In: a float64 number, not small.  Out: its quadrant and the rest as a pair.  Integers are of 64 bits, and products of 128.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from s2s_runtime.elementary.coefficients import HALF_PI, TWO_BY_PI_WORDS
from s2s_runtime.elementary.doubled import Pair, times
from s2s_runtime.elementary.staging import Real, Stage, Whole, bits, from_bits, sign

WORD = ir.IntType(64)
PRODUCT = ir.IntType(128)
LEADING = 64  # zeros in the table before the first digit of 2/pi, for numbers that are not so large
Words = list[Whole]  # the highest first


def reduced(x: Real) -> tuple[Whole, Pair]:
    """The quadrant, modulo 4, and r with x = quadrant pi/2 + r, |r| <= pi/4."""
    stage, word = x.stage, bits(x)
    significand = (word & ((1 << 52) - 1)) | (1 << 52)
    # The exponent e is that of the last place of m.  The first bit of 2/pi that counts is bit e - 1, counted from 1.
    start = ((word >> 52) & 0x7FF) + (LEADING - 2 - (x.format.bias + 52))
    product = multiplied(significand, window(stage, start))
    quadrant = (product[0] + (1 << 61)) >> 62
    fraction = [left(product, place, stage.whole(2)) for place in range(2)] + [product[2] << 2]  # in two's complement
    negative = stage.whole(0) - (fraction[0] >> 63)  # all ones, or nothing
    size = [part ^ negative for part in fraction]  # one unit of 2^-192 too small where it is negative
    turned = (negative & x.format.sign_bit) ^ sign(x)
    r, rest = times(real_pair(size), (x.like(HALF_PI[53][0]), x.like(HALF_PI[53][1])))
    mirrored = stage.whole(0) - (sign(x) >> 63)
    return (quadrant ^ mirrored) - mirrored, (from_bits(bits(r) ^ turned), from_bits(bits(rest) ^ turned))


def window(stage: Stage, start: Whole) -> Words:
    """192 bits of 2/pi from bit `start` of the table."""
    builder, first = stage.builder, start >> 6
    places = [(WORD(0), (first + place).value) for place in range(4)]
    words = [Whole(stage, builder.load(builder.gep(table(builder.module), place, inbounds=True))) for place in places]
    return [left(words, place, start & 63) for place in range(3)]


def left(words: Words, place: int, by: Whole) -> Whole:
    """The word at this place after a shift to the left by less than 64."""
    stage, builder = by.stage, by.stage.builder
    shift = builder.module.declare_intrinsic("llvm.fshl", [WORD], ir.FunctionType(WORD, [WORD] * 3))
    return Whole(stage, builder.call(shift, (words[place].value, words[place + 1].value, by.value)))


def multiplied(factor: Whole, words: Words) -> Words:
    """Modulo 2^192."""
    stage, builder = factor.stage, factor.stage.builder
    carried, found = PRODUCT(0), []
    for word in reversed(words):
        both = [builder.zext(part.value, PRODUCT) for part in (factor, word)]
        total = builder.add(builder.mul(*both), carried)
        carried = builder.lshr(total, PRODUCT(64))
        found.append(Whole(stage, builder.trunc(total, WORD)))
    return found[::-1]


def table(module: Any) -> Any:
    title = "s2s_two_by_pi"
    if title not in module.globals:
        kind = ir.ArrayType(WORD, len(TWO_BY_PI_WORDS))
        made = ir.GlobalVariable(module, kind, title)
        made.linkage = "linkonce_odr"
        made.global_constant = True
        made.initializer = ir.Constant(kind, [WORD(word) for word in TWO_BY_PI_WORDS])
    return module.globals[title]


def real_pair(size: Words) -> Pair:
    """The number size / 2^192 as a pair; its first 64 bits are not all 0."""
    stage = size[0].stage
    zeros = Whole(stage, stage.builder.ctlz(size[0].value, ir.IntType(1)(1)))
    top, next_ = (left(size, place, zeros) for place in range(2))
    return placed(top >> 11, zeros, 53), placed(((top & 0x7FF) << 42) | (next_ >> 22), zeros, 106)


def placed(digits: Whole, zeros: Whole, place: int) -> Real:
    """digits / 2^(place + zeros), of at most 53 digits."""
    stage = digits.stage
    scale = from_bits((stage.whole(stage.format.bias - place) - zeros) << 52)
    return Real(stage, stage.builder.uitofp(digits.value, stage.format.real)) * scale
