"""The catalogue of derivative rules: importing this package fills `RULES`.

In: nothing.  Out: `RULES.of(function)` gives the rules of a function, most special first.  Rules for SciPy are loaded
when SciPy is there and a rule is missing.
"""

from __future__ import annotations

from s2s.rules import (
    algebra,
    arithmetic,
    complex_numbers,
    definitions,
    diagonals,
    eigen,
    elementwise,
    factorisations,
    fourier,
    grids,
    hermitian,
    histograms,
    indexing,
    joining,
    linalg,
    makers,
    norms,
    python,
    quantiles,
    reductions,
    repeating,
    selection,
    shaping,
    some_entries,
    statistics,
    summation,
)
from s2s.rules.declare import RULES, Rule

FAMILIES = (
    algebra, arithmetic, complex_numbers, diagonals, eigen, elementwise, factorisations, fourier, grids, hermitian, histograms,
    indexing, joining, linalg, makers, norms, python, quantiles, reductions, repeating, selection, shaping, some_entries, statistics,
    summation,
)  # fmt: skip

RULES.deferred["scipy.special"] = "s2s.rules.special"
RULES.deferred["scipy.linalg"] = "s2s.rules.scipy_matrices"
RULES.deferred["scipy.ndimage"] = "s2s.rules.scipy_ndimage"
RULES.deferred["scipy.fft"] = "s2s.rules.scipy_fft"
RULES.deferred["scipy.integrate"] = "s2s.rules.scipy_integrate"
RULES.deferred["scipy.signal"] = "s2s.rules.scipy_spectra"
RULES.deferred["scipy.stats"] = "s2s.rules.stats"
RULES.deferred["scipy.interpolate"] = "s2s.rules.scipy_interpolate"
RULES.deferred["scipy.cluster"] = "s2s.rules.scipy_cluster"
RULES.deferred["scipy.spatial"] = "s2s.rules.scipy_spatial"
RULES.deferred["scipy.sparse"] = "s2s.rules.scipy_sparse"

__all__ = ["FAMILIES", "RULES", "Rule", "definitions"]
