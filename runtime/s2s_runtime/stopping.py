"""Values that carry no derivative, by the user's will."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """`x`, constant to every derivative: its tangent and its cotangent are zero.  Any tree, any dtype."""
    return x
