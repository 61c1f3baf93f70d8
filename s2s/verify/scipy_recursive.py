"""What recursive filters of `scipy.signal` mean, and the filter of Savitzky and Golay.

In: arrays of objects.  Out: `Symbols`.  The weights of polynomials that fit are those of SciPy, as the rational numbers that they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from s2s.verify.arrays import each, objects, symbols
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import scalar
from s2s_runtime import kernels
from s2s_runtime.kernels import filtering


def lfilter(b: Any, a: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """a_0 y[n] = sum of b_k x[n - k] - sum of a_k y[n - k], and a_0 times the state that it begins with."""
    up, down = (np.atleast_1d(objects(one)) for one in (b, a))
    rows = np.moveaxis(objects(x), axis, 0)
    order = max(len(up), len(down)) - 1
    state = None if zi is None else np.moveaxis(objects(zi), axis, 0)
    found = np.full((len(rows) + order, *rows.shape[1:]), scalar(0), object)
    for n in range(len(found)):
        total = found[n] if state is None or n >= order else found[n] + state[n] * down[0]
        for k, factor in enumerate(up):
            total = total + factor * rows[n - k] if 0 <= n - k < len(rows) else total
        for k in range(1, len(down)):
            total = total - down[k] * found[n - k] if 0 <= n - k < len(rows) else total
        found[n] = total / down[0]
    y, last = (symbols(np.moveaxis(part, 0, axis)) for part in (found[: len(rows)], found[len(rows) :]))
    return y if zi is None else (y, last)


def sosfilt(sos: Any, x: Any, axis: int = -1, zi: Any = None) -> Any:
    """A filter of second order for each section, of which the fourth coefficient is not read."""
    states = []
    for k, section in enumerate(objects(sos)):
        known = section[:3], np.array([1, *section[4:]], object)
        if zi is None:
            x = lfilter(*known, x, axis)
        else:
            x, last = lfilter(*known, x, axis, zi[k])
            states.append(objects(last))
    return x if zi is None else (x, symbols(np.stack(states)))


def savgol_filter(
    x: Any, window_length: int, polyorder: int, deriv: int = 0, delta: Any = 1.0, axis: int = -1, mode: str = "interp", cval: Any = 0.0
) -> Any:
    """At each point the polynomial through a window around it; at the ends those of the first and the last window."""
    size, reach = int(window_length), int(window_length) // 2
    step = float(scalar(delta).value)
    rows = np.moveaxis(objects(x), axis, 0)
    weights = [scalar(float(w)) for w in signal.savgol_coeffs(size, polyorder, deriv=deriv, delta=step)[::-1]]
    margins = [(size - 1 - reach, reach), *[(0, 0)] * (rows.ndim - 1)]
    beyond = filtering.MODES["constant" if mode == "interp" else mode]
    padded = np.pad(rows, margins, beyond, **({"constant_values": cval} if beyond == "constant" else {}))
    found = np.array([sum(w * row for w, row in zip(weights, padded[n : n + size], strict=True)) for n in range(len(rows))], object)
    if mode == "interp":
        ends = objects(each(scalar, signal.savgol_filter(np.eye(size), size, polyorder, deriv, step, 0)))
        found[:reach] = np.tensordot(ends[:reach], rows[:size], 1)
        found[len(rows) - reach :] = np.tensordot(ends[size - reach :], rows[len(rows) - size :], 1)
    return symbols(np.moveaxis(found, 0, axis))


def savgol_adjoint(
    g: Any, window_length: int, polyorder: int, deriv: int = 0, delta: Any = 1.0, axis: int = -1, mode: str = "interp"
) -> Any:
    """The transpose of the filter's matrix."""
    rows = np.moveaxis(objects(g), axis, 0)
    unit = objects(each(scalar, np.eye(len(rows))))
    matrix = objects(savgol_filter(unit, window_length, polyorder, deriv, delta, 0, mode))
    return symbols(np.moveaxis(np.tensordot(matrix.T, rows, 1), 0, axis))


OTHERWISE.update({
    signal.lfilter: lfilter, signal.sosfilt: sosfilt, signal.savgol_filter: savgol_filter, kernels.savgol_adjoint: savgol_adjoint,
})  # fmt: skip
