"""Numbers that write LLVM's instructions: a kernel is an ordinary Python function of them, run once per compiled call.

In: an llvmlite builder and a format (float64 or float32).  Out: `Real`, `Whole` and `Truth` values, whose operators append
instructions.  No instruction here branches, so a loop that contains a kernel vectorises.

Numbers that are floats stay in the format of `x`: no operation widens.  What is rounded once and what twice is settled by
`fused`, which LLVM may contract to one rounding where the processor has the instruction; all else is rounded as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir
from llvmlite.ir.instructions import FastMathFlags

from s2s_runtime.elementary.formats import Format

INFINITY = float("inf")
NAN = float("nan")

# Numba's `fastmath` marks the instructions that have no mark yet.  These marks allow nothing where they stand (reciprocals
# in a sum, contraction in a quotient), and keep the sums below from being reassociated.
AS_WRITTEN = ("arcp",)
QUOTIENT = ("contract",)
CONTRACTED = ("contract",)


class NoFlags(FastMathFlags):  # type: ignore[misc]
    """Of a call, which Numba's `fastmath` marks whatever marks it has."""

    def add(self, name: str) -> None:
        pass


def unmarked(call: Any) -> Any:
    call.fastmath = NoFlags()
    return call


@dataclass(frozen=True)
class Stage:
    """Where instructions go.

    Of the processor: whether it rounds `a * b + c` once, and how many bits its widest vector register has.
    """

    builder: Any
    format: Format
    has_fma: bool
    register_size: int

    def real(self, value: float) -> Real:
        return Real(self, ir.Constant(self.format.real, value))

    def whole(self, value: int) -> Whole:
        return Whole(self, ir.Constant(self.format.whole, value))


@dataclass(frozen=True, eq=False)
class Truth:
    stage: Stage
    value: Any

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.stage, self.stage.builder.and_(self.value, other.value))

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.stage, self.stage.builder.or_(self.value, other.value))

    def __invert__(self) -> Truth:
        return Truth(self.stage, self.stage.builder.not_(self.value))


@dataclass(frozen=True, eq=False)
class Whole:
    """An integer as wide as the format, modulo 2**size."""

    stage: Stage
    value: Any

    def _with(self, operation: str, other: Whole | int) -> Whole:
        right = self.stage.whole(other) if isinstance(other, int) else other
        return Whole(self.stage, getattr(self.stage.builder, operation)(self.value, right.value))

    def __add__(self, other: Whole | int) -> Whole:
        return self._with("add", other)

    def __sub__(self, other: Whole | int) -> Whole:
        return self._with("sub", other)

    def __and__(self, other: Whole | int) -> Whole:
        return self._with("and_", other)

    def __or__(self, other: Whole | int) -> Whole:
        return self._with("or_", other)

    def __xor__(self, other: Whole | int) -> Whole:
        return self._with("xor", other)

    def __lshift__(self, places: Whole | int) -> Whole:
        return self._with("shl", places)

    def __rshift__(self, places: Whole | int) -> Whole:
        """Zeros come in from the left: the shift that every vector unit has."""
        return self._with("lshr", places)

    def equals(self, other: int) -> Truth:
        return Truth(self.stage, self.stage.builder.icmp_signed("==", self.value, self.stage.whole(other).value))


@dataclass(frozen=True, eq=False)
class Real:
    """A floating-point number of the stage's format."""

    stage: Stage
    value: Any

    @property
    def format(self) -> Format:
        return self.stage.format

    @property
    def digits(self) -> int:
        return self.stage.format.digits

    def like(self, other: Real | float) -> Real:
        return other if isinstance(other, Real) else self.stage.real(float(other))

    def __add__(self, other: Real | float) -> Real:
        return self._made("fadd", self, self.like(other))

    def __radd__(self, other: float) -> Real:
        return self.like(other) + self

    def __sub__(self, other: Real | float) -> Real:
        return self._made("fsub", self, self.like(other))

    def __rsub__(self, other: float) -> Real:
        return self.like(other) - self

    def __mul__(self, other: Real | float) -> Real:
        return self._made("fmul", self, self.like(other))

    def __rmul__(self, other: float) -> Real:
        return self.like(other) * self

    def __truediv__(self, other: Real | float) -> Real:
        return self._made("fdiv", self, self.like(other), QUOTIENT)

    def __rtruediv__(self, other: float) -> Real:
        return self.like(other) / self

    def __neg__(self) -> Real:
        return Real(self.stage, self.stage.builder.fneg(self.value, flags=AS_WRITTEN))

    def __lt__(self, other: Real | float) -> Truth:
        return self._compared("<", other)

    def __le__(self, other: Real | float) -> Truth:
        return self._compared("<=", other)

    def __gt__(self, other: Real | float) -> Truth:
        return self._compared(">", other)

    def __ge__(self, other: Real | float) -> Truth:
        return self._compared(">=", other)

    def equals(self, other: Real | float) -> Truth:
        return self._compared("==", other)

    def is_nan(self) -> Truth:
        return Truth(self.stage, self.stage.builder.fcmp_unordered("uno", self.value, self.value, flags=AS_WRITTEN))

    def _compared(self, operator: str, other: Real | float) -> Truth:
        """False where either is NaN."""
        compare = self.stage.builder.fcmp_ordered
        return Truth(self.stage, compare(operator, self.value, self.like(other).value, flags=AS_WRITTEN))

    def _made(self, operation: str, left: Real, right: Real, flags: tuple[str, ...] = AS_WRITTEN) -> Real:
        return Real(self.stage, getattr(self.stage.builder, operation)(left.value, right.value, flags=flags))


def select(condition: Truth, chosen: Real | float, otherwise: Real | float) -> Real:
    """`chosen` where the condition holds.  Both are computed."""
    stage = condition.stage
    left, right = (one if isinstance(one, Real) else stage.real(float(one)) for one in (chosen, otherwise))
    return Real(stage, stage.builder.select(condition.value, left.value, right.value))


def select_whole(condition: Truth, chosen: Whole, otherwise: Whole) -> Whole:
    stage = condition.stage
    return Whole(stage, stage.builder.select(condition.value, chosen.value, otherwise.value))


def bits(x: Real) -> Whole:
    return Whole(x.stage, x.stage.builder.bitcast(x.value, x.format.whole))


def from_bits(word: Whole) -> Real:
    return Real(word.stage, word.stage.builder.bitcast(word.value, word.stage.format.real))


def magnitude(x: Real) -> Real:
    return from_bits(bits(x) & (x.format.sign_bit - 1))


def sign(x: Real) -> Whole:
    """The sign bit of x, in its place."""
    return bits(x) & x.format.sign_bit


def with_sign(x: Real, sign_bit: Whole) -> Real:
    """x, which is not negative, or is NaN, with this sign."""
    return from_bits(bits(x) | sign_bit)


def fused(a: Real, b: Real | float, c: Real | float) -> Real:
    """a * b + c, rounded once where that is as fast, else twice."""
    product = a._made("fmul", a, a.like(b), CONTRACTED)
    return a._made("fadd", product, a.like(c), CONTRACTED)


def rounded_once(a: Real, b: Real, c: Real) -> Real:
    """a * b + c, rounded once.  Only where the processor can: elsewhere it is a call."""
    return Real(a.stage, unmarked(a.stage.builder.fma(a.value, b.value, c.value)))


def square_root(x: Real) -> Real:
    builder = x.stage.builder
    function = builder.module.declare_intrinsic("llvm.sqrt", [x.format.real])
    return Real(x.stage, unmarked(builder.call(function, [x.value])))


def literal(x: Real) -> float | None:
    """The number that stands in the program for x; None where it is computed."""
    return x.value.constant if isinstance(x.value, ir.Constant) and isinstance(x.value.constant, float) else None


def polynomial(x: Real, coefficients: tuple[float, ...]) -> Real:
    """Lowest power first, by G. Estrin's scheme: few operations depend on one another, so that they run side by side."""
    terms = [x.like(coefficient) for coefficient in coefficients]
    while len(terms) > 1:
        pairs = [fused(x, high, low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[2 * len(pairs) :]
        x = x * x
    return terms[0]
