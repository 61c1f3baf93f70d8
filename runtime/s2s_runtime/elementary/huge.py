"""The reduction of a huge argument modulo pi/2, exact for every double (M. H. Payne and R. N. Hanek, 1983).

|x| = m 2^e with an integer m.  Of the bits of 2/pi, those that make multiples of 4 of x 2/pi are left out, 192 follow, and m
times these, modulo 2^192, holds the quadrant in its two upper bits and 190 bits of what is over.  No double but 0 is nearer to
a multiple of pi/2 than 2^-61, so that 2^53 times the bits that were cut off leaves it 76 digits.

In: a float64 stage and a finite number, not small.  Out: its quadrant and the rest as a pair.  Integers are wider than a
register here: this runs for one number at a time, when it must.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from s2s_runtime.elementary.coefficients import HALF_PI, TWO_BY_PI_WORDS
from s2s_runtime.elementary.doubled import Pair, times
from s2s_runtime.elementary.staging import Real, Stage, Whole, bits, from_bits, sign

WORD = ir.IntType(64)
WIDE = ir.IntType(192)
WIDER = ir.IntType(256)
LEADING = 64  # zeros in the table before the first digit of 2/pi, for numbers that are not so large


def reduced(x: Real) -> tuple[Whole, Pair]:
    """The quadrant, modulo 4, and r with x = quadrant pi/2 + r, |r| <= pi/4."""
    stage, builder = x.stage, x.stage.builder
    word = bits(x)
    significand = (word & ((1 << 52) - 1)) | (1 << 52)
    # The exponent e is that of the last place of m.  The first bit of 2/pi that counts is bit e - 1, counted from 1.
    start = ((word >> 52) & 0x7FF) + (LEADING - 2 - (x.format.bias + 52))
    product = builder.mul(window(stage, start), builder.zext(significand.value, WIDE))
    rounded = builder.add(product, WIDE(1 << 189))
    quadrant = Whole(stage, builder.trunc(builder.lshr(rounded, WIDE(190)), WORD))
    fraction = builder.shl(product, WIDE(2))  # of a quadrant, in two's complement
    negative = builder.icmp_signed("<", fraction, WIDE(0))
    size = builder.select(negative, builder.neg(fraction), fraction)
    rest = times(real_pair(stage, size), (x.like(HALF_PI[53][0]), x.like(HALF_PI[53][1])))
    turned = Whole(stage, builder.select(negative, WORD(x.format.sign_bit), WORD(0))) ^ sign(x)
    signed = (from_bits(bits(rest[0]) ^ turned), from_bits(bits(rest[1]) ^ turned))
    opposite = sign(x).equals(0)
    return Whole(stage, builder.select(opposite.value, quadrant.value, builder.neg(quadrant.value))), signed


def window(stage: Stage, start: Whole) -> Any:
    """192 bits of 2/pi from bit `start` of the table."""
    builder = stage.builder
    first = start >> 6
    total = WIDER(0)
    for place in range(4):
        word = builder.load(builder.gep(table(builder.module), (WORD(0), (first + place).value), inbounds=True))
        total = builder.or_(builder.shl(total, WIDER(64)), builder.zext(word, WIDER))
    shifted = builder.shl(total, builder.zext((start & 63).value, WIDER))
    return builder.trunc(builder.lshr(shifted, WIDER(64)), WIDE)


def table(module: Any) -> Any:
    title = "s2s_two_by_pi"
    if title not in module.globals:
        kind = ir.ArrayType(WORD, len(TWO_BY_PI_WORDS))
        made = ir.GlobalVariable(module, kind, title)
        made.linkage = "linkonce_odr"
        made.global_constant = True
        made.initializer = ir.Constant(kind, [WORD(word) for word in TWO_BY_PI_WORDS])
    return module.globals[title]


def real_pair(stage: Stage, size: Any) -> Pair:
    """The number size / 2^192, which is not 0, as a pair."""
    builder = stage.builder
    zeros = builder.ctlz(size, ir.IntType(1)(1))
    top = builder.shl(size, zeros)
    exponent = Whole(stage, builder.trunc(zeros, WORD))
    found = []
    for place in (53, 106):
        digits = builder.and_(builder.trunc(builder.lshr(top, WIDE(192 - place)), WORD), WORD((1 << 53) - 1))
        scale = from_bits((stage.whole(stage.format.bias - place) - exponent) << 52)
        found.append(Real(stage, builder.uitofp(digits, stage.format.real)) * scale)
    return found[0], found[1]
