"""Derivatives of programs: tangents that run along, and cotangents that run back."""

from s2s.differentiate.forward import Forward
from s2s.differentiate.reverse import Reverse

__all__ = ["Forward", "Reverse"]
