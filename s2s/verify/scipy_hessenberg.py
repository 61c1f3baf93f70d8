"""What the Hessenberg form of a matrix means: by Arnoldi's process, in digits.

In: arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from s2s.verify.arrays import objects, symbols
from s2s.verify.lifting import OTHERWISE
from s2s.verify.linear_algebra import floats, from_digits, in_digits
from s2s.verify.scalar import mp, scalar


def hessenberg(a: Any, calc_q: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The columns of Q are those of A q, less what earlier ones have of it, with the signs of SciPy's; the first one is a unit vector."""
    entries = objects(a)
    size = len(entries)
    if size <= 2:
        return (symbols(entries), np.eye(size)) if calc_q else symbols(entries)
    reference: Any = linalg.hessenberg(floats(entries), calc_q=True)[1]
    matrix, columns = in_digits(entries), [mp.matrix([mp.mpf(int(k == 0)) for k in range(size)])]
    for j in range(1, size):
        rest = matrix * columns[-1]
        for column in columns:
            rest = rest - column * (column.T * rest)[0]
        rest = rest / mp.norm(rest)
        turned = sum(float(x) * y for x, y in zip(rest, reference[:, j], strict=True)) < 0
        columns.append(-rest if turned else rest)
    q = mp.matrix([[columns[j][i] for j in range(size)] for i in range(size)])
    form = from_digits(q.T * matrix * q)
    for i, j in np.ndindex(size, size):
        if i > j + 1:
            form[i, j] = scalar(0)
    return (symbols(form), symbols(from_digits(q))) if calc_q else symbols(form)


OTHERWISE[linalg.hessenberg] = hessenberg
