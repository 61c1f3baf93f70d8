"""Derivative rules: `scipy.special`.  Imported only when a program uses SciPy, whose import takes long.

In: functions of `scipy.special`.  Out: their rules in `RULES`.  Formulas without another source are in the NIST Digital Library
of Mathematical Functions (DLMF), under the function's name.
"""

from s2s.rules.special import (
    axes,
    bessel,
    distributions,
    entropies,
    errors,
    gamma,
    incomplete,
    integrals,
    polynomials,
    spherical,
    transformations,
)

FAMILIES = (axes, bessel, distributions, entropies, errors, gamma, incomplete, integrals, polynomials, spherical, transformations)

__all__ = ["FAMILIES"]
