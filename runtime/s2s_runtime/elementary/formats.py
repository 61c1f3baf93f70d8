"""The two binary formats that kernels are written for, and LLVM's types of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llvmlite import ir


@dataclass(frozen=True)
class Format:
    """A binary format: `digits` of the significand with its hidden one, of `size` bits in all."""

    digits: int
    size: int

    @property
    def bias(self) -> int:
        return int((1 << (self.size - self.digits - 1)) - 1)

    @property
    def shift(self) -> int:
        """The place of the exponent field."""
        return self.digits - 1

    @property
    def real(self) -> Any:
        return ir.DoubleType() if self.size == 64 else ir.FloatType()

    @property
    def whole(self) -> Any:
        return ir.IntType(self.size)

    @property
    def sign_bit(self) -> int:
        return 1 << (self.size - 1)

    @property
    def rounder(self) -> float:
        """Added and taken away again, it rounds what is small against it to the nearest integer."""
        return 1.5 * 2.0 ** (self.digits - 1)


DOUBLE = Format(53, 64)
SINGLE = Format(24, 32)
